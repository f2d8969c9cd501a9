"""The README's examples run, and its error message is the one that is printed."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Blueprint, Flask, session

from flask_crossorigin import CrossOrigin, Policy, PolicyError
from flask_crossorigin.browser import Browser
from flask_crossorigin.config import KEYS

from .conftest import APP, EVIL, allowed, call, preflight
from .loopback import Headers, behind, served

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def section(title: str, language: str = "python", number: int = 0) -> str:
    """A code block of `language` in the section `title`, by default the first."""
    text = README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert len(found) > number, f"no {language} in {title}"
    return found[number]


def run(title: str, number: int = 0, **names: Any) -> dict[str, Any]:
    """The names that an example of the section `title` defines, by default the first."""
    exec(compile(section(title, number=number), f"README: {title}", "exec"), names)
    return names


def test_the_quick_start_is_ten_lines_and_works() -> None:
    assert len(section("Quick start").strip().splitlines()) <= 10
    app = run("Quick start", __name__="quick_start")["app"]
    assert preflight(app, "/marks/3", requested="x-any").status_code == 204
    response = call(app, "PUT", "/marks/3", APP)
    assert (response.json, allowed(response)) == ({"number": 3}, APP)


def test_the_mistake_is_told_as_it_says() -> None:
    with pytest.raises(PolicyError) as caught:
        run("A mistake, and what you are told", CrossOrigin=CrossOrigin, app=Flask("mistakes"))
    name = f"{PolicyError.__module__}.{PolicyError.__name__}"
    shown = section("A mistake, and what you are told", "text")
    assert f"{name}: {caught.value}\n" == shown
    assert len(caught.value.errors) == 10


def test_the_origins_are_policies() -> None:
    run("Origins", Policy=Policy, tenants=())


def parts_of_an_app() -> Flask:
    """The app that the README's parts belong to."""
    app = Flask("parts")
    admin = Blueprint("admin", "admin", url_prefix="/admin")
    admin.add_url_rule("/x", "x", lambda: "x")
    app.register_blueprint(admin)
    app.add_url_rule("/legacy", "legacy", lambda: "legacy")
    run("Parts of an app", app=app, admin=admin, CrossOrigin=CrossOrigin)
    return app


def test_the_parts_of_an_app_work() -> None:
    app = parts_of_an_app()
    assert allowed(call(app, "GET", "/admin/x", "https://admin.example.com")) is not None
    assert allowed(call(app, "GET", "/prices", "https://any.example")) == "*"
    exposed = call(app, "GET", "/report", APP).headers["Access-Control-Expose-Headers"]
    assert exposed == "Content-Disposition"
    assert allowed(call(app, "GET", "/admin/none", "https://admin.example.com")) is None
    assert preflight(app, "/legacy").status_code == 200


def test_the_command_line_prints_what_it_says() -> None:
    command, _, output = section("Command line", "text").partition("\n")
    arguments = command.removeprefix("$ flask ").split()
    assert parts_of_an_app().test_cli_runner().invoke(args=arguments).output == output


def test_the_server_that_is_asked_is_told_of_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    command, told, _ = re.split(r"\n\[\.\.\.\]", section("Command line", "console"))
    app = run("Quick start", __name__="quick_start")["app"]

    def doubling(environ: Any, status: str, headers: Headers) -> tuple[str, Headers]:
        return status, [*headers, ("Access-Control-Allow-Origin", APP)]

    monkeypatch.setattr("tests.loopback.SERVER", "nginx")
    with served(behind(app, doubling)) as url:
        arguments = command.removeprefix("$ flask ").replace("https://api.example.com", url)
        output = app.test_cli_runner().invoke(args=arguments.split()).output
    assert told in output


def test_the_config_keys_are_all_there() -> None:
    assert [key for key in KEYS if f"`{key}`" not in README] == []


def test_access_is_verified() -> None:
    app = Flask("access")
    user = SimpleNamespace(name="ines", may=lambda needs: needs == ("marks:write",))
    sam = SimpleNamespace(name="sam", may=lambda needs: False)
    CrossOrigin(app, origins=[APP])
    run("Verifying access", app=app, users={"t1": user, "t2": sam})

    def post(token: str) -> int:
        return call(app, "POST", "/marks", headers={"Authorization": token}).status_code

    assert [post(token) for token in ("t1", "t2", "none")] == [201, 403, 401]
    assert call(app, "GET", "/about").text == "An API."


def test_access_works_in_a_factory() -> None:
    users = {"t1": SimpleNamespace(may=lambda needs: needs == ("admin",))}
    names = run("Verifying access", app=Flask("access"), users=users)
    names = run("Verifying access", 1, **{**names, "__name__": "factory"})
    names["admin"].add_url_rule("/x", "x", lambda: "x")
    for _ in range(2):
        app = names["create_app"]()
        assert call(app, "GET", "/admin/x").status_code == 401
        assert call(app, "GET", "/admin/x", headers={"Authorization": "t1"}).text == "x"
        assert call(app, "GET", "/static/none.js").status_code == 404


def test_a_websocket_is_closed_for_other_origins() -> None:
    app = Flask("sockets")
    cors = CrossOrigin(app, origins=[APP])
    sock = SimpleNamespace(route=lambda path: lambda view: view)
    echo = run("WebSockets", cors=cors, sock=sock)["echo"]
    for origin, closed in ((APP, []), (EVIL, [1008])):
        codes: list[int] = []
        with app.test_request_context("/echo", headers={"Origin": origin}):
            echo(SimpleNamespace(close=codes.append))
        assert codes == closed


def test_a_response_shows_the_cookie_that_was_not_kept() -> None:
    app = Flask("api")
    app.secret_key = "key"
    CrossOrigin(app, origins=[EVIL], credentials=True)

    @app.post("/login")
    def login() -> str:
        session["user"] = 1
        return "in"

    app.add_url_rule("/me", "me", lambda: ("me", 200 if "user" in session else 401))
    api = "https://api.example.com"
    page = Browser({api: app}, base=api).page(EVIL)
    page.fetch("/login", method="POST", credentials="include")
    response = page.fetch("/me", credentials="include")
    told = section("Tests with a browser that you can import", "text")
    assert f" where {response.status} = {response}.status\n" in told


def test_a_browser_without_pytest_tells_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    app = Flask("api")
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/marks/3", "mark", lambda: {"mark": 12}, methods=["GET", "PUT"])
    example = section("Tests with a browser that you can import", number=2)
    exec(compile(example, "README: Browser", "exec"), {"app": app})
    allowed, *denied = capsys.readouterr().out.splitlines()
    assert allowed == "200 {'mark': 12}"
    comments = [line.partition("  # ")[2] for line in example.splitlines() if "  # " in line]
    assert len(denied) == len(comments) == 3
    for line, comment in zip(denied, comments, strict=True):
        assert comment == line or comment.startswith(f"{line}: ")
