"""``flask cors explain``: its output, what it runs, and its exit codes."""

import json
import re
from typing import Any

import pytest
from click.testing import Result
from flask import Blueprint, Flask, redirect
from werkzeug.routing import BaseConverter

from flask_crossorigin import CrossOrigin

from .conftest import APP, EVIL, OTHER


@pytest.fixture
def app() -> Flask:
    """An app with a policy in every kind of scope, which records the views that ran."""
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
    app.add_url_rule("/ws", "ws", view, websocket=True)
    app.add_url_rule("/off", "off", cors.disable(lambda: "off"), methods=["GET", "PUT"])
    return app


def explain(app: Flask, *arguments: str, origin: str = APP) -> Result:
    """Run ``flask cors explain``."""
    options = ["cors", "explain", *arguments, "--origin", origin]
    return app.test_cli_runner().invoke(args=options)


def test_an_allowed_request_is_explained_exchange_by_exchange(app: Flask) -> None:
    result = explain(app, "PUT", "/marks", "--header", "X-A: 1", "--credentials")
    assert result.exit_code == 0
    first, second = result.output.index("1. Preflight: "), result.output.index("2. Actual")
    assert "OPTIONS https://localhost/marks" in result.output[first:second]
    assert "Access-Control-Request-Headers: x-a" in result.output[first:second]
    assert (
        "The app responds with 204 and these headers, among others:" in result.output[first:second]
    )
    assert "PUT https://localhost/marks" in result.output[second:]
    assert "Allowed\n" in result.output[second:]


def test_no_view_runs_without_send(app: Flask) -> None:
    dry = explain(app, "GET", "/marks")
    assert (app.extensions["ran"], "not sent. Add --send" in dry.output) == ([], True)
    sent = explain(app, "GET", "/marks", "--send")
    assert (
        app.extensions["ran"],
        "The app responds with 200 and these headers, among others:" in sent.output,
    ) == (["view"], True)
    assert "these headers: Content-Type, Content-Length." in " ".join(sent.output.split())


@pytest.mark.parametrize(
    ("arguments", "origin", "change"),
    [
        (["GET", "/marks"], EVIL, f"CrossOrigin(app, origins=[..., '{EVIL}'])"),
        (["GET", "/part/x"], APP, f"cors.apply(part, origins=[..., '{APP}'])"),
        (["GET", "/static/x"], APP, f"""cors.apply("/static", origins=[..., '{APP}'])"""),
        (["GET", "/own"], APP, f"@cors.policy(origins=[..., '{APP}']) on the view own"),
        (["LINK", "/marks"], APP, "CrossOrigin(app, ..., methods=[..., 'LINK'])"),
        (["patch", "/marks"], APP, "In the script: method: 'PATCH'"),
        (
            ["GET", "/marks", "--header", "X-B: 1", "--header", "x-c: 2"],
            APP,
            "CrossOrigin(app, ..., request_headers=[..., 'x-b', 'x-c'])",
        ),
        (
            ["GET", "/all", "--credentials"],
            APP,
            f"@cors.policy(credentials=['{APP}']) on the view all",
        ),
        (
            ["PUT", "/legacy/x"],
            APP,
            f"""cors.apply("/legacy", origins=['{APP}']), instead of cors.disable("/legacy")""",
        ),
        (["PUT", "/late/x"], APP, f"cors.apply(late, origins=['{APP}']), instead of cors.dis"),
        (["PUT", "/off"], APP, f"@cors.policy(origins=['{APP}']) on the view off, instead of @"),
        (
            ["GET", "/own", "--credentials"],
            OTHER,
            "@cors.policy(credentials=True) on the view own",
        ),
    ],
)
def test_a_blocked_request_gets_the_change_to_write(
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
def test_a_hint_is_given_if_no_setting_helps(
    app: Flask, arguments: list[str], origin: str, hint: str
) -> None:
    result = explain(app, *arguments, origin=origin)
    assert (result.exit_code, hint in " ".join(result.output.split())) == (1, True)
    assert "In code" not in result.output


def test_an_http_origin_that_no_function_is_called_for_gets_no_change_to_write() -> None:
    app = Flask("tenants")
    CrossOrigin(app, origins=lambda origin: True, credentials=True)
    result = explain(app, "PUT", "/", origin="http://app.example.com")
    text = " ".join(result.output.split())
    assert "origin-insecure" in text
    assert "Serve the page over https. If you must allow http, add" in text
    assert "origins=[" not in text


def test_a_disabled_scope_is_explained(app: Flask) -> None:
    app.extensions["crossorigin"].disable("/marks")
    result = explain(app, "PUT", "/marks", "--send")
    assert (result.exit_code, "disabled: " in result.output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--origin", "app"], "Write 'https://app'."),
        (["--origin", f"{APP}/"], f"an Origin header never has a path. Write '{APP}'."),
        (["--origin", f"{APP}/x"], f"an Origin header never has a path. Write '{APP}'."),
        (["--origin", APP, "--cookie", "a"], "'a' is not a single cookie. Write 'NAME=VALUE'"),
        (["--origin", APP, "--cookie", "a=1; b=2"], "is not a single cookie. Write 'NAME=VALUE'"),
        (["--origin", APP, "--cookie", "a,b=1"], "is not a single cookie. Write 'NAME=VALUE'"),
        (["--origin", APP, "--cookie", "a=\u00e9"], "is not a single cookie. Write 'NAME=VALUE'"),
        (
            ["--origin", APP, "--header", "X A: 1"],
            "is not a header: its name is not valid. Write 'Name: value'",
        ),
        (
            ["--origin", APP, "--header", "X-A"],
            "is not a header: it has no colon after the name. Write 'Name",
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
def test_an_invalid_url_is_wrong_usage(app: Flask, url: str) -> None:
    result = explain(app, "GET", url)
    assert result.exit_code == 2
    assert f"Error: URL {url!r} is not valid. Write a path" in " ".join(result.output.split())


def test_another_scheme_is_not_reported_as_mixed_content(app: Flask) -> None:
    assert "Blocked: url-scheme\n" in explain(app, "GET", "ftp://x/").output


def test_an_opaque_origin_is_explained(app: Flask) -> None:
    output = explain(app, "GET", "/marks", origin="null").output
    assert output.startswith("A page with the origin null (a sandboxed frame or a local file) fet")


def test_headers_that_a_script_may_not_set_are_noted(app: Flask) -> None:
    arguments = ("--header", "Cookie: a=1", "--header", "Host: x", "--header", "User-Agent: x")
    data = json.loads(explain(app, "GET", "/marks", *arguments, "--json").output)
    assert data["notes"] == [
        "The header Cookie is not sent: no script may set it. Use --cookie 'NAME=VALUE'.",
        "The header Host is not sent: no script may set it.",
    ]
    output = explain(app, "GET", "/marks", *arguments[-2:], "--profile", "chromium").output
    assert "The header User-Agent is not sent: chromium does not let" in output


def cookies_of(data: dict[str, Any]) -> list[str]:
    headers = data["exchanges"][-1]["request_headers"]
    return [value for name, value in headers if name == "Cookie"]


@pytest.mark.parametrize(
    ("url", "arguments", "sent", "note"),
    [
        ("/marks", ["--credentials"], ["a=1; b=2"], ""),
        (
            "/marks",
            [],
            [],
            "is not sent: the script fetches without credentials: 'include' (",
        ),
        ("http://a.example/marks", ["--credentials"], [], "it has no SameSite attribute, which"),
    ],
)
def test_the_browser_has_the_cookies_of_the_command_line(
    app: Flask, url: str, arguments: list[str], sent: list[str], note: str
) -> None:
    app.extensions["crossorigin"].reconfigure(
        origins=["http://app.example.com"], allow_insecure_origins=True, app=app
    )
    cookies = ("--cookie", "a=1", "--cookie", "b=2")
    result = explain(
        app, "GET", url, *cookies, *arguments, "--json", origin="http://app.example.com"
    )
    data = json.loads(result.output)
    assert cookies_of(data) == sent
    assert [note in each for each in data["notes"]] == ([True, True] if note else [])


def test_a_cookie_that_is_not_stored_gets_a_hint(app: Flask) -> None:
    app.add_url_rule("/in", "in", lambda: ({}, {"Set-Cookie": "session=secret; Path=/"}))
    result = explain(app, "GET", "/in", "--credentials", "--send", origin="https://app.example.com")
    said = " ".join(result.output.split())
    assert "Set-Cookie: session=...; Path=/" in said
    assert "The cookie session is not stored: it has no SameSite attribute, which counts" in said
    assert "SESSION_COOKIE_SAMESITE = 'None' and SESSION_COOKIE_SECURE = True" in said


@pytest.mark.parametrize(
    ("method", "url", "note"),
    [
        ("GET", "/nothing", "The app has no route for /nothing. The policy still applies."),
        (
            "GET",
            "/ws",
            "The app's route for /ws is a WebSocket. CORS does not apply to it: pages of every "
            "origin can open it, unless the view checks the origin with cors.allows().",
        ),
        (
            "put",
            "/own",
            "The app's route for /own accepts GET, HEAD, OPTIONS, but not PUT. The policy "
            "still applies.",
        ),
    ],
)
def test_a_missing_route_is_noted(app: Flask, method: str, url: str, note: str) -> None:
    data = json.loads(explain(app, method, url, "--json", origin=OTHER).output)
    assert data["notes"] == [note]
    assert json.loads(explain(app, "TRACE", url, "--json").output)["notes"] == []


def test_the_url_of_a_websocket_is_noted(app: Flask) -> None:
    result = explain(app, "GET", "WSS://localhost/ws")
    text = " ".join(result.output.split())
    assert (result.exit_code, "Blocked: url-scheme" in text) == (1, True)
    assert "WSS://localhost/ws is a WebSocket. CORS does not apply to it" in text


def test_routing_that_fails_is_not_repeated(app: Flask) -> None:
    class Failing(BaseConverter):
        def to_python(self, value: str) -> str:
            raise LookupError(value)

    app.url_map.converters["failing"] = Failing
    app.add_url_rule("/failing/<failing:x>", "failing", lambda x: x, methods=["PUT"])
    result = explain(app, "PUT", "/failing/1", "--json")
    data = json.loads(result.output)
    assert (data["exchanges"][0]["decision"]["reason"], data["notes"]) == ("routing-failed", [])
    assert data["hint"] == "Look for the router's exception in the app's log."


def test_a_request_that_is_not_sent_has_no_status_and_no_headers(app: Flask) -> None:
    app.extensions["crossorigin"].reconfigure(expose_headers=["X-Total"], app=app)
    data = json.loads(explain(app, "GET", "/marks", "--json").output)
    assert (data["exchanges"][0]["status"], data["exposed_headers"]) == (None, ["X-Total"])
    assert "headers" not in data
    dry = explain(app, "GET", "/marks").output
    assert "response, and these headers if it has them: X-Total." in " ".join(dry.split())
    assert "none" not in dry


def test_without_exposed_headers_none_are_listed(app: Flask) -> None:
    assert "  The script may read the response.\n" in explain(app, "GET", "/marks").output


def test_a_redirect_to_another_server_is_unknown(app: Flask) -> None:
    app.add_url_rule("/away", "away", lambda: redirect("https://else.example/"))
    result = explain(app, "GET", "/away", "--send")
    assert result.exit_code == 0
    assert "The response redirects to https://else.example/, on another server" in result.output
    data = json.loads(explain(app, "GET", "/away", "--send", "--json").output)
    assert (data["verdict"], "hint" in data) == ("unknown", False)


def test_no_change_lists_an_opaque_origin(app: Flask) -> None:
    data = json.loads(explain(app, "PUT", "/legacy/x", "--json", origin="null").output)
    assert (data["change"], "Set a policy there" in data["hint"]) == ("", True)


def test_the_hint_in_json_follows_the_decision(app: Flask) -> None:
    for arguments, hint in (
        (["LINK", "/marks"], "Allow the method with methods=[..., 'LINK']."),
        (["GET", "/marks", "--header", "X-B: 1"], "request_headers=[..., 'x-b']."),
    ):
        data = json.loads(explain(app, *arguments, "--json").output)
        assert (hint in data["hint"], APP in data["message"]) == (True, False)


def test_the_output_fits_80_columns_and_has_no_colour_when_piped(app: Flask) -> None:
    result = explain(app, "PUT", "/marks", "--header", "X-A: 1", "--send")
    assert max(map(len, result.output.splitlines())) <= 80
    assert "\x1b" not in result.output


def test_json_has_the_exchanges_and_the_verdict(app: Flask) -> None:
    data: dict[str, Any] = json.loads(explain(app, "PUT", "/marks", "--send", "--json").output)
    assert (data["verdict"], data["status"], data["type"]) == ("allowed", 200, "cors")
    assert [each["kind"] for each in data["exchanges"]] == ["preflight", "request"]
    assert data["exchanges"][0]["decision"] == {
        "outcome": "allowed",
        "reason": "allowed",
        "scope": "app",
        "headers": data["exchanges"][0]["response_headers"],
    }
    assert "status" not in json.loads(explain(app, "GET", "/marks", "--json").output)
    blocked = explain(app, "GET", "/marks", "--json", origin=EVIL)
    data = json.loads(blocked.output)
    assert (blocked.exit_code, data["verdict"]) == (1, "blocked")
    assert (data["reason"], data["change"]) == (
        "allow-origin-missing",
        f"In code: CrossOrigin(app, origins=[..., '{EVIL}'])",
    )


@pytest.mark.parametrize(
    ("method", "url", "first"),
    [
        ("GET", "/part/none", "First check the URL: the app has no route for it. In code: Cr"),
        ("GET", "/ws", "First check the URL: /ws is a WebSocket, which can't be fetched. In co"),
        (
            "PUT",
            "/own",
            "First check the method: the route for /own does not accept PUT. In code: @cors",
        ),
    ],
)
def test_a_request_without_a_route_is_to_be_checked_first(
    app: Flask, method: str, url: str, first: str
) -> None:
    result = explain(app, method, url, origin=EVIL)
    assert first in " ".join(result.output.split())


def test_a_setting_from_the_config_is_changed_in_the_config() -> None:
    app = Flask("configured")
    app.config.update(CORS_ORIGINS=[APP], CORS_CREDENTIALS=False)
    CrossOrigin(app, credentials=False)
    app.add_url_rule("/x", "x", lambda: "x")
    data = json.loads(explain(app, "GET", "/x", "--json", origin=OTHER).output)
    assert data["change"] == f"In the config: CORS_ORIGINS = [..., {OTHER!r}]"
    data = json.loads(explain(app, "GET", "/x", "--json", "--credentials").output)
    assert data["change"] == "In code: CrossOrigin(app, ..., credentials=True)"


def test_settings_from_the_config_and_from_code_are_told_apart() -> None:
    app = Flask("configured")
    app.config["CORS_ORIGINS"] = "*"
    CrossOrigin(app)
    app.add_url_rule("/x", "x", lambda: "x")
    arguments = ("GET", "/x", "--json", "--credentials", "--cookie", "a=1")
    data = json.loads(explain(app, *arguments).output)
    assert data["change"] == (f"In code: CrossOrigin(app, ..., credentials=['{APP}'])")


def test_a_response_without_headers_is_one_sentence(app: Flask) -> None:
    output = explain(app, "GET", "/legacy/x").output
    assert "   Not sent. The app would add no headers.\n   disabled: " in output
    output = explain(app, "PUT", "/legacy/x").output
    assert "   The app responds with 200.\n   disabled: " in output


@pytest.mark.parametrize(
    ("arguments", "origin"),
    [(["GET", "/marks"], APP), (["GET", "/marks", "--send"], APP), (["PUT", "/marks"], EVIL)],
)
def test_the_help_lists_every_json_member(app: Flask, arguments: list[str], origin: str) -> None:
    data = json.loads(explain(app, *arguments, "--json", origin=origin).output)
    text = app.test_cli_runner().invoke(args=["cors", "explain", "--help"]).output
    for name in data:
        assert re.search(rf"^    {name} ", text, re.MULTILINE), name
    exchange = data["exchanges"][0]
    for name in [*exchange, *exchange["decision"]]:
        assert re.search(rf"\b{name}\b", text), name
