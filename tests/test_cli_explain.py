"""``flask cors explain``: what it tells, what it runs, and how it exits."""

import json
from typing import Any

import pytest
from click.testing import Result
from flask import Blueprint, Flask, redirect
from werkzeug.routing import BaseConverter

from flask_crossorigin import CrossOrigin

from .conftest import APP, EVIL, OTHER


@pytest.fixture
def app() -> Flask:
    """An app with a policy of every scope, which notes what ran."""
    app = Flask("explained")
    cors = CrossOrigin(app, origins=[APP], credentials=True, request_headers=["X-A"])
    part = Blueprint("part", "part", url_prefix="/part")
    ran: list[str] = []
    app.extensions["ran"] = ran

    def view() -> str:
        ran.append("view")
        return "view"

    part.add_url_rule("/x", "x", view)
    app.register_blueprint(part)
    cors.apply(part, origins=[OTHER])
    cors.apply("/static", origins=[OTHER])
    app.add_url_rule("/marks", "marks", view, methods=["GET", "PUT", "PATCH"])
    app.add_url_rule("/own", "own", cors.policy(origins=[OTHER], credentials=False)(view))
    free = cors.policy(origins="*", credentials=False)
    app.add_url_rule("/all", "all", free(lambda: "all"))
    late = Blueprint("late", "late", url_prefix="/late")
    late.add_url_rule("/x", "x", view, methods=["GET", "PUT"])
    app.register_blueprint(late)
    app.add_url_rule("/legacy/x", "legacy", view, methods=["GET", "PUT"])
    cors.disable("/legacy")
    cors.disable(late)
    app.add_url_rule("/off", "off", cors.disable(lambda: "off"), methods=["GET", "PUT"])
    return app


def explain(app: Flask, *arguments: str, origin: str = APP) -> Result:
    """Run the command."""
    options = ["cors", "explain", *arguments, "--origin", origin]
    return app.test_cli_runner().invoke(args=options)


def test_what_is_allowed_is_told_exchange_by_exchange(app: Flask) -> None:
    result = explain(app, "PUT", "/marks", "--header", "X-A: 1", "--credentials")
    assert result.exit_code == 0
    first, second = result.output.index("1. The browser asks first"), result.output.index("2. The")
    assert "OPTIONS https://localhost/marks" in result.output[first:second]
    assert "Access-Control-Request-Headers: x-a" in result.output[first:second]
    assert "The app answers 204" in result.output[first:second]
    assert "PUT https://localhost/marks" in result.output[second:]
    assert "Allowed\n" in result.output[second:]


def test_nothing_is_run_unless_it_is_sent(app: Flask) -> None:
    dry = explain(app, "GET", "/marks")
    assert (app.extensions["ran"], "was not run: --send" in dry.output) == ([], True)
    sent = explain(app, "GET", "/marks", "--send")
    assert (app.extensions["ran"], "The app answers 200" in sent.output) == (["view"], True)
    assert "Content-Type, Content-Length" in sent.output


@pytest.mark.parametrize(
    ("arguments", "origin", "change"),
    [
        (["GET", "/marks"], EVIL, f"CrossOrigin(app, origins=[..., '{EVIL}'])"),
        (["GET", "/part/x"], APP, f"cors.apply(part, origins=[..., '{APP}'])"),
        (["GET", "/static/x"], APP, f"""cors.apply("/static", origins=[..., '{APP}'])"""),
        (["GET", "/own"], APP, f"@cors.policy(origins=[..., '{APP}']) on the view own"),
        (["LINK", "/marks"], APP, "CrossOrigin(app, methods=[..., 'LINK'])"),
        (["patch", "/marks"], APP, "In the script: method: 'PATCH'"),
        (
            ["GET", "/marks", "--header", "X-B: 1", "--header", "x-c: 2"],
            APP,
            "CrossOrigin(app, request_headers=[..., 'x-b', 'x-c'])",
        ),
        (
            ["GET", "/all", "--credentials"],
            APP,
            f"@cors.policy(origins=['{APP}'], credentials=True) on the view all",
        ),
        (
            ["PUT", "/legacy/x"],
            APP,
            f"""cors.apply("/legacy", origins=['{APP}']), in place of cors.disable("/legacy")""",
        ),
        (["PUT", "/late/x"], APP, f"cors.apply(late, origins=['{APP}']), in place of cors.dis"),
        (["PUT", "/off"], APP, f"@cors.policy(origins=['{APP}']) on the view off, in place of @"),
        (
            ["GET", "/own", "--credentials"],
            OTHER,
            "@cors.policy(credentials=True) on the view own",
        ),
    ],
)
def test_what_is_blocked_tells_what_to_write(
    app: Flask, arguments: list[str], origin: str, change: str
) -> None:
    result = explain(app, *arguments, origin=origin)
    assert result.exit_code == 1
    assert change in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("arguments", "origin", "hint"),
    [
        (["GET", "/marks"], "null", "Many pages share the opaque origin null."),
        (["TRACE", "/marks"], APP, "Use another method."),
    ],
)
def test_where_no_setting_would_help_the_hint_says_what_would(
    app: Flask, arguments: list[str], origin: str, hint: str
) -> None:
    result = explain(app, *arguments, origin=origin)
    assert (result.exit_code, hint in " ".join(result.output.split())) == (1, True)
    assert "In code" not in result.output


def test_a_disabled_scope_is_explained_without_a_verdict_of_the_policy(app: Flask) -> None:
    app.extensions["crossorigin"].disable("/marks")
    result = explain(app, "PUT", "/marks", "--send")
    assert (result.exit_code, "disabled: " in result.output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--origin", "app"], "Write 'https://app'."),
        (["--origin", f"{APP}/"], f"an origin has no path. Write '{APP}'."),
        (["--origin", f"{APP}/x"], f"an origin has no path. Write '{APP}'."),
        (["--origin", APP, "--cookie", "a"], "'a' is not one cookie: write 'NAME=VALUE'"),
        (["--origin", APP, "--cookie", "a=1; b=2"], "is not one cookie: write 'NAME=VALUE'"),
        (["--origin", APP, "--cookie", "a,b=1"], "is not one cookie: write 'NAME=VALUE'"),
        (["--origin", APP, "--cookie", "a=\u00e9"], "is not one cookie: write 'NAME=VALUE'"),
        (
            ["--origin", APP, "--header", "X A: 1"],
            "is not a header, its name is none: write 'Name: value'",
        ),
        (
            ["--origin", APP, "--header", "X-A"],
            "is not a header, it has no colon after the name: write 'Name",
        ),
        (["--origin", APP, "--profile", "opera"], "'opera' is not one of"),
        ([], "Missing option '--origin'"),
    ],
)
def test_wrong_usage_is_one_sentence(app: Flask, arguments: list[str], sentence: str) -> None:
    result = app.test_cli_runner().invoke(args=["cors", "explain", "GET", "/marks", *arguments])
    said = " ".join(result.output.split())
    assert (result.exit_code, sentence in said) == (2, True), result.output
    assert max(map(len, result.output.splitlines())) <= 80


@pytest.mark.parametrize(
    "url",
    [
        "http://[bad/",
        "http://localhost:abc/",
        "http://localhost:99999/",
        "data:text/plain,x",
    ],
)
def test_what_is_no_url_is_wrong_usage(app: Flask, url: str) -> None:
    result = explain(app, "GET", url)
    assert result.exit_code == 2
    assert f"Error: URL {url!r} is none: write a path" in " ".join(result.output.split())


def test_what_can_not_be_fetched_is_not_told_as_mixed_content(app: Flask) -> None:
    assert "Blocked: url-scheme\n" in explain(app, "GET", "ftp://x/").output


def test_an_opaque_origin_is_told_as_a_sandboxed_frames(app: Flask) -> None:
    output = explain(app, "GET", "/marks", origin="null").output
    assert output.startswith("A sandboxed frame's page (origin null) fetches, in a browser")


def test_what_a_script_may_not_set_is_told(app: Flask) -> None:
    arguments = ("--header", "Cookie: a=1", "--header", "Host: x", "--header", "User-Agent: x")
    told = json.loads(explain(app, "GET", "/marks", *arguments, "--json").output)
    assert told["notes"] == [
        "The header Cookie is left out: no script may set it. Write --cookie 'NAME=VALUE'.",
        "The header Host is left out: no script may set it.",
    ]
    output = explain(app, "GET", "/marks", *arguments[-2:], "--profile", "chromium").output
    assert "The header User-Agent is left out: chromium does not let" in output


def cookies_of(told: dict[str, Any]) -> list[str]:
    headers = told["exchanges"][-1]["request_headers"]
    return [value for name, value in headers if name == "Cookie"]


@pytest.mark.parametrize(
    ("url", "arguments", "sent", "note"),
    [
        ("/marks", ["--credentials"], ["a=1; b=2"], ""),
        (
            "/marks",
            [],
            [],
            "does not go along: the script fetches without credentials: 'include' (",
        ),
        ("http://a.example/marks", ["--credentials"], [], "it has no SameSite attribute, which"),
    ],
)
def test_cookies_of_the_command_line_are_the_browsers(
    app: Flask, url: str, arguments: list[str], sent: list[str], note: str
) -> None:
    app.extensions["crossorigin"].reconfigure(
        origins=["http://app.example.com"], allow_insecure_origins=True, app=app
    )
    cookies = ("--cookie", "a=1", "--cookie", "b=2")
    result = explain(
        app, "GET", url, *cookies, *arguments, "--json", origin="http://app.example.com"
    )
    told = json.loads(result.output)
    assert cookies_of(told) == sent
    assert [note in each for each in told["notes"]] == ([True, True] if note else [])


def test_a_cookie_that_is_not_kept_is_told_with_what_to_change(app: Flask) -> None:
    app.add_url_rule("/in", "in", lambda: ({}, {"Set-Cookie": "session=secret; Path=/"}))
    result = explain(app, "GET", "/in", "--credentials", "--send", origin="https://app.example.com")
    said = " ".join(result.output.split())
    assert "Set-Cookie: session=...; Path=/" in said
    assert "The cookie session is not kept: it has no SameSite attribute, which counts" in said
    assert "SESSION_COOKIE_SAMESITE = 'None' and SESSION_COOKIE_SECURE = True" in said


@pytest.mark.parametrize(
    ("method", "url", "note"),
    [
        ("GET", "/nothing", "The app has no route for /nothing: the policy answers all the same."),
        (
            "put",
            "/own",
            "The app's route for /own does not have PUT, but GET, HEAD, OPTIONS: the policy "
            "answers all the same.",
        ),
    ],
)
def test_a_route_that_is_not_there_is_noted(app: Flask, method: str, url: str, note: str) -> None:
    told = json.loads(explain(app, method, url, "--json", origin=OTHER).output)
    assert told["notes"] == [note]
    assert json.loads(explain(app, "TRACE", url, "--json").output)["notes"] == []


def test_a_routing_that_fails_is_not_asked_again(app: Flask) -> None:
    class Failing(BaseConverter):
        def to_python(self, value: str) -> str:
            raise LookupError(value)

    app.url_map.converters["failing"] = Failing
    app.add_url_rule("/failing/<failing:x>", "failing", lambda x: x, methods=["PUT"])
    result = explain(app, "PUT", "/failing/1", "--json")
    told = json.loads(result.output)
    assert (told["exchanges"][0]["decision"]["reason"], told["notes"]) == ("routing-failed", [])
    assert told["hint"] == "Look for the router's exception in the app's log."


def test_of_what_is_not_run_nothing_is_invented(app: Flask) -> None:
    app.extensions["crossorigin"].reconfigure(expose_headers=["X-Total"], app=app)
    told = json.loads(explain(app, "GET", "/marks", "--json").output)
    assert (told["exchanges"][0]["status"], told["exposes"]) == (None, ["X-Total"])
    assert "headers" not in told
    dry = explain(app, "GET", "/marks").output
    assert "response, and of its headers, where it has them: X-Total." in " ".join(dry.split())
    assert "none" not in dry


def test_without_exposed_headers_none_are_told_of(app: Flask) -> None:
    assert "  The script may read the response.\n" in explain(app, "GET", "/marks").output


def test_a_redirect_to_another_server_is_not_known(app: Flask) -> None:
    app.add_url_rule("/away", "away", lambda: redirect("https://else.example/"))
    result = explain(app, "GET", "/away", "--send")
    assert result.exit_code == 0
    assert "The response redirects to https://else.example/, another server" in result.output
    told = json.loads(explain(app, "GET", "/away", "--send", "--json").output)
    assert (told["verdict"], "hint" in told) == ("unknown", False)


def test_an_opaque_origin_is_not_advised_to_be_listed(app: Flask) -> None:
    told = json.loads(explain(app, "PUT", "/legacy/x", "--json", origin="null").output)
    assert (told["change"], "Set a policy there" in told["hint"]) == ("", True)


def test_what_is_told_to_programs_follows_the_decision(app: Flask) -> None:
    for arguments, hint in (
        (["LINK", "/marks"], "Allow the method with methods=[..., 'LINK']."),
        (["GET", "/marks", "--header", "X-B: 1"], "request_headers=[..., 'x-b']."),
    ):
        told = json.loads(explain(app, *arguments, "--json").output)
        assert (hint in told["hint"], APP in told["message"]) == (True, False)


def test_the_output_fits_80_columns_and_has_no_colour_when_piped(app: Flask) -> None:
    result = explain(app, "PUT", "/marks", "--header", "X-A: 1", "--send")
    assert max(map(len, result.output.splitlines())) <= 80
    assert "\x1b" not in result.output


def test_json_tells_the_same_to_programs(app: Flask) -> None:
    told: dict[str, Any] = json.loads(explain(app, "PUT", "/marks", "--send", "--json").output)
    assert (told["verdict"], told["status"], told["type"]) == ("allowed", 200, "cors")
    assert [each["kind"] for each in told["exchanges"]] == ["preflight", "request"]
    assert told["exchanges"][0]["decision"] == {
        "outcome": "allowed",
        "reason": "allowed",
        "scope": "app",
        "headers": told["exchanges"][0]["response_headers"],
    }
    assert "status" not in json.loads(explain(app, "GET", "/marks", "--json").output)
    blocked = explain(app, "GET", "/marks", "--json", origin=EVIL)
    told = json.loads(blocked.output)
    assert (blocked.exit_code, told["verdict"]) == (1, "blocked")
    assert (told["reason"], told["change"]) == (
        "allow-origin-missing",
        f"In code: CrossOrigin(app, origins=[..., '{EVIL}'])",
    )


def test_a_url_without_a_route_is_to_be_looked_at_first(app: Flask) -> None:
    result = explain(app, "GET", "/part/none", origin=OTHER)
    said = " ".join(result.output.split())
    assert (
        "First see that URL and method are right: the app has no route for them. In code: Cr"
        in said
    )


def test_what_the_config_states_is_to_be_changed_there() -> None:
    app = Flask("configured")
    app.config.update(CORS_ORIGINS=[APP], CORS_CREDENTIALS=False)
    CrossOrigin(app, credentials=False)
    app.add_url_rule("/x", "x", lambda: "x")
    told = json.loads(explain(app, "GET", "/x", "--json", origin=OTHER).output)
    assert told["change"] == f"In the config: CORS_ORIGINS = [..., {OTHER!r}]"
    told = json.loads(explain(app, "GET", "/x", "--json", "--credentials").output)
    assert told["change"] == "In code: CrossOrigin(app, credentials=True)"
