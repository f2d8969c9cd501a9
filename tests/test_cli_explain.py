"""``flask cors explain``: what it tells, what it runs, and how it exits."""

import json
from typing import Any

import pytest
from click.testing import Result
from flask import Blueprint, Flask

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
        (["GET", "/marks"], "null", "An opaque origin is that of many pages"),
        (["TRACE", "/marks"], APP, "Use another method."),
        (["GET", "/marks"], "https://a!b.example", "Allow it, origins="),
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
        (["--origin", "app"], "is not an origin: write one such as"),
        (["--origin", APP, "--header", "X A: 1"], "is not a header: write 'Name: value'"),
        (["--origin", APP, "--header", "X-A"], "is not a header: write 'Name: value'"),
        (["--origin", APP, "--profile", "opera"], "'opera' is not one of"),
        ([], "Missing option '--origin'"),
    ],
)
def test_wrong_usage_is_one_sentence(app: Flask, arguments: list[str], sentence: str) -> None:
    result = app.test_cli_runner().invoke(args=["cors", "explain", "GET", "/marks", *arguments])
    assert (result.exit_code, sentence in result.output) == (2, True)


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
