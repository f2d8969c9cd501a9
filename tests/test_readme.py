"""The README's examples run, and what it shows is printed; so is what pages of docs/ show."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort, session

from flask_crossorigin import CrossOrigin, PolicyError
from flask_crossorigin.browser import Browser

from .conftest import APP, EVIL, allowed, call, preflight
from .loopback import Headers, behind, served

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
API = "https://api.example.com"


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of `language` in a Markdown text."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def section(title: str) -> str:
    """The text of a section of the README."""
    text = README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert text, f"no section {title}"
    return text


def page(name: str) -> str:
    """The text of a page of docs/."""
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


def run(code: str, **names: Any) -> dict[str, Any]:
    """The names that an example defines."""
    exec(compile(code, "README", "exec"), names)
    return names


def marks(**settings: Any) -> Flask:
    """An app with marks to read and write."""
    app = Flask("marks")
    CrossOrigin(app, origins=[APP], **settings)
    rule = "/marks/<int:number>"
    app.add_url_rule(rule, "mark", lambda number: {"number": number}, methods=["GET", "PUT"])
    return app


def explained(app: Flask, command: str) -> str:
    arguments = shlex.split(command.removeprefix("$ ").removeprefix("flask "))
    return app.test_cli_runner().invoke(args=arguments).output


def test_it_is_short() -> None:
    assert len(README.splitlines()) < 150


def test_its_links_lead_to_files() -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", README)
    assert "docs/index.md" in links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_it_links_every_page_of_the_guide() -> None:
    pages = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "guide").glob("*.md")]
    assert [name for name in pages if f"({name})" not in README] == []


def test_the_script_reads_the_401_of_the_hook() -> None:
    app = marks()
    run(blocks(section("Three things"), "python")[0], app=app, abort=abort)
    response = Browser({API: app}).page(APP).fetch(f"{API}/marks/3", method="PUT")
    assert f"response.status; // {response.status}," in section("Three things")


def test_the_blocked_request_is_explained_as_it_says() -> None:
    command, _, shown = blocks(section("Three things"), "console")[0].partition("\n[...]\n")
    output = explained(marks(request_headers=["Content-Type"]), command)
    assert output.endswith(shown)


def test_the_mistakes_are_told_as_it_says() -> None:
    example = blocks(section("Three things"), "python")[1]
    with pytest.raises(PolicyError) as caught:
        run(example, CrossOrigin=CrossOrigin, app=Flask("mistakes"))
    assert f"{caught.value}\n" == blocks(section("Three things"), "text")[0]


def test_the_public_api_is_read_by_every_page() -> None:
    app = run(blocks(section("Start"), "python")[0], __name__="public")["app"]
    assert Browser({API: app}).page(EVIL).fetch(f"{API}/prices").json() == {"chalk": 2}


def test_the_api_with_cookies_is_used_by_its_front_end_alone() -> None:
    app = run(blocks(section("Start"), "python")[1], __name__="cookies")["app"]
    assert preflight(app, "/marks/3", requested="x-any").status_code == 204
    response = call(app, "PUT", "/marks/3", APP)
    assert (response.json, allowed(response)) == ({"number": 3}, APP)
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert preflight(app, "/marks/3", EVIL).status_code == 403


def test_the_page_on_explaining_shows_what_a_server_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    text = page("guide/explain")
    (command,) = re.findall(r"^\$ (.* --live .*)$", text, re.MULTILINE)
    told = blocks(text, "text")[0]
    app = marks()

    def doubling(environ: Any, status: str, headers: Headers) -> tuple[str, Headers]:
        return status, [*headers, ("Access-Control-Allow-Origin", APP)]

    monkeypatch.setattr("tests.loopback.SERVER", "nginx")
    with served(behind(app, doubling)) as url:
        output = explained(app, command.replace(API, url))
    assert told in output


def test_the_page_on_testing_shows_the_cookie_that_was_not_kept() -> None:
    app = Flask("api")
    app.secret_key = "key"
    CrossOrigin(app, origins=[EVIL], credentials=True)

    @app.post("/login")
    def login() -> str:
        session["user"] = 1
        return "in"

    app.add_url_rule("/me", "me", lambda: ("me", 200 if "user" in session else 401))
    opened = Browser({API: app}, base=API).page(EVIL)
    opened.fetch("/login", method="POST", credentials="include")
    response = opened.fetch("/me", credentials="include")
    told = blocks(page("guide/testing"), "text")[0]
    assert f" where {response.status} = {response}.status\n" in told
