"""The commands `flask cors routes` and `flask cors check`."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from flask import Blueprint, Flask
from flask.cli import FlaskGroup
from flask.views import MethodView
from flask_cors import CORS
from werkzeug.routing import IntegerConverter

from flask_crossorigin import Access, CrossOrigin, Policy
from flask_crossorigin.access import AccessStated, access_stated
from flask_crossorigin.cli import output
from flask_crossorigin.commands import COMMANDS, cors
from flask_crossorigin.core.app_warnings import APP_WARNINGS
from flask_crossorigin.core.origin_predicates import origin_as_text
from flask_crossorigin.core.problems import problem
from flask_crossorigin.inspection import lint
from flask_crossorigin.inspection.lint_messages import WARNINGS

from .conftest import APP, EVIL, OTHER, allowed, call, preflight


def run(app: Flask, *arguments: str, **more: Any) -> Result:
    """Run ``flask cors`` with `arguments` on `app`."""
    return app.test_cli_runner().invoke(args=["cors", *arguments], **more)


def shown(app: Flask, *arguments: str) -> str:
    """Return the output of a command that must succeed."""
    result = run(app, *arguments)
    assert (result.exit_code, result.exception) == (0, None), result.output
    return result.output


def as_json(app: Flask, *arguments: str) -> Any:
    return json.loads(shown(app, *arguments, "--json"))


def routes(app: Flask, *arguments: str) -> dict[str, Any]:
    """Return the routes of the JSON by their first method and rule."""
    data = as_json(app, "routes", *arguments)["routes"]
    return {f"{each['methods'][0]} {each['rule']}": each for each in data}


def codes(app: Flask, *arguments: str) -> list[str]:
    return [each["code"] for each in as_json(app, "check", *arguments)["findings"]]


def page() -> str:
    return "page"


def plain(name: str = "api", **settings: Any) -> Flask:
    """An app without its static files, and with a policy of `settings`."""
    app = Flask(name, static_folder=None)
    app.add_url_rule("/marks", "marks", page, methods=["GET", "PUT"])
    CrossOrigin(app, **{"origins": [APP], **settings})
    return app


def extension_of(app: Flask) -> CrossOrigin:
    found: CrossOrigin = app.extensions["crossorigin"]
    return found


def verify(request: Any, *needs: str) -> str | None:
    return None


# The group.


def test_the_group_lists_its_commands() -> None:
    text = shown(plain(), "--help")
    assert re.findall(r"^  (\w+)  ", text, re.MULTILINE) == ["check", "explain", "routes"]
    assert "Show every route with its policy and access.\n" in text


def test_the_group_without_a_command_shows_its_help() -> None:
    assert "Commands:" in run(plain()).output


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_80_columns(name: str) -> None:
    assert max(map(len, shown(plain(), name, "--help").splitlines())) <= 80


def test_an_unknown_command_is_wrong_usage() -> None:
    assert run(plain(), "route").exit_code == 2


def test_an_app_keeps_its_own_command_of_that_name() -> None:
    app = Flask("own")
    app.cli.add_command(click.Command("cors", callback=lambda: click.echo("own")))
    CrossOrigin(app, origins=[APP])
    assert shown(app) == "own\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_an_app_without_a_policy_is_one_sentence(name: str) -> None:
    app = Flask("bare")
    app.cli.add_command(cors)
    needed = ("GET", "/", "--origin", APP) if name == "explain" else ()
    result = run(app, name, *needed)
    assert result.exit_code == 2
    said = " ".join(result.output.split())
    assert said == f"Error: {problem('not-initialised', 'app', app)}"
    assert max(map(len, result.output.splitlines())) <= 80


def test_the_commands_are_imported_when_they_are_run() -> None:
    program = (
        "import sys, flask, flask_crossorigin\n"
        "flask_crossorigin.CrossOrigin(flask.Flask('api'), origins=[])\n"
        "sys.exit(any(name.startswith('flask_crossorigin.cli.') for name in sys.modules))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def group_of(make: Callable[[], Flask]) -> FlaskGroup:
    """Return the command ``flask`` with this group as a plugin. The app is made when it runs."""
    group = FlaskGroup(create_app=make, add_default_commands=False)
    group.add_command(cors)
    return group


def wrong() -> Flask:
    app = Flask("wrong")
    CrossOrigin(app, origins=["https://a.example/"], max_age=-1)
    return app


def test_check_reports_errors_from_making_the_app() -> None:
    result = CliRunner().invoke(group_of(wrong), ["cors", "check", "--json"])
    data = json.loads(result.output)
    assert (result.exit_code, data["ok"]) == (1, False)
    assert [each["code"] for each in data["findings"]] == ["origin-path", "max-age"]


def test_routes_reports_errors_from_making_the_app() -> None:
    result = CliRunner().invoke(group_of(wrong), ["cors", "routes"])
    assert result.exit_code == 1
    assert "error origin-path\n  origin 'https://a.example/': an Origin" in result.output
    assert "error max-age\n" in result.output


# Routes, for people.


def test_routes_are_grouped_by_scope() -> None:
    app = plain(credentials=True)
    cors = extension_of(app)
    app.add_url_rule("/static/<path:name>", "static", page)
    app.add_url_rule("/prices", "prices", cors.policy(origins="*", credentials=False)(page))
    app.add_url_rule("/hook", "hook", cors.disable(page), methods=["POST"])
    blueprint = Blueprint("admin", "admin", url_prefix="/admin")
    blueprint.add_url_rule("/users", "users", page)
    app.register_blueprint(blueprint)
    cors.apply(blueprint, origins=[OTHER, "http://localhost:*"])
    cors.apply("/static", origins=[], credentials=False)
    assert shown(app, "routes") == (
        "App 'api': 5 routes.\n"
        "The app has no access guard, so access is not shown.\n"
        "\n"
        "  Methods   URL rule\n"
        "\n"
        "app: https://app.example.com, with credentials\n"
        "  GET, PUT  /marks\n"
        "\n"
        "prefix /static: no origin\n"
        "  GET       /static/<path:name>\n"
        "\n"
        "blueprint admin: https://other.example.com, http://localhost:*, with credentials\n"
        "  GET       /admin/users\n"
        "\n"
        "view hook: not handled\n"
        "  POST      /hook\n"
        "\n"
        "view prices: every origin, without credentials\n"
        "  GET       /prices\n"
    )


def test_methods_with_their_own_policy_are_listed_apart() -> None:
    app = plain()
    cors = extension_of(app)

    class Pupil(MethodView):
        def get(self) -> str:
            return "get"

        @cors.policy(origins=[OTHER])
        def put(self) -> str:
            return "put"

        @cors.policy(origins="*")
        def post(self) -> str:
            return "post"

    app.add_url_rule("/pupil", view_func=Pupil.as_view("pupil"))
    text = shown(app, "routes")
    assert "method PUT of view pupil: https://other.example.com, without" in text
    assert "method POST of view pupil: every origin, without" in text
    assert [key for key in routes(app) if "pupil" in key] == [
        "GET /pupil",
        "POST /pupil",
        "PUT /pupil",
    ]


def test_head_is_listed_with_get_unless_it_differs() -> None:
    app = plain()
    cors = extension_of(app)

    class Same(MethodView):
        @cors.policy(origins="*")
        def get(self) -> str:
            return "get"

    class Apart(Same):
        @cors.disable
        def head(self) -> str:
            return ""

    app.add_url_rule("/same", view_func=Same.as_view("same"))
    app.add_url_rule("/apart", view_func=Apart.as_view("apart"))
    found = routes(app)
    assert found["GET /same"]["methods"] == ["GET", "HEAD"]
    assert found["GET /apart"]["methods"] == ["GET"]
    assert found["HEAD /apart"]["policy_index"] is None
    assert re.search(r"^  HEAD +/apart$", shown(app, "routes"), re.MULTILINE)


def test_one_blueprint_has_a_heading_for_each_policy() -> None:
    app = plain()
    cors = extension_of(app)
    blueprint = Blueprint("b", "b")
    for path in ("/a", "/api/b", "/c"):
        blueprint.add_url_rule(path, path[-1], page)
    app.register_blueprint(blueprint)
    cors.apply("/api", credentials=True)
    cors.apply(blueprint, max_age=5)
    headings = [line for line in shown(app, "routes").splitlines() if line.startswith("blueprint")]
    assert headings == [
        "blueprint b: https://app.example.com, with credentials",
        "blueprint b: https://app.example.com, without credentials",
    ]


def test_access_is_shown() -> None:
    app = plain()
    access = Access(app, verify=verify)
    app.add_url_rule("/a", "a", access.public(page))
    app.add_url_rule("/b", "b", access.required(page))
    app.add_url_rule("/c", "c", access.required("marks:read", "marks:write")(page))
    lines = shown(app, "routes").splitlines()
    assert lines[2].split() == ["Methods", "URL", "rule", "Access"]
    assert [re.split(r"  +", line.strip(), maxsplit=2)[-1] for line in lines[-4:]] == [
        "public",
        "required",
        "required: marks:read, marks:write",
        "not set",
    ]


def test_access_decorators_count_without_init_app() -> None:
    app = plain()
    access = Access(verify=verify)
    app.add_url_rule("/b", "b", access.required(page))
    assert "GET       /b        required\n" in shown(app, "routes")


def test_an_app_without_routes_is_reported() -> None:
    app = Flask("empty", static_folder=None)
    CrossOrigin(app, origins=[APP])
    assert shown(app, "routes") == "App 'empty' has no routes.\n"
    assert as_json(app, "routes")["routes"] == []
    assert shown(app, "check") == "OK: no errors, no warnings.\n"


def test_a_rule_for_every_method_is_shown() -> None:
    app = plain()
    app.url_map.add(app.url_rule_class("/any", endpoint="any"))
    app.url_map.add(app.url_rule_class("/built", endpoint="built", build_only=True))
    text = shown(app, "routes", "--origin", APP)
    assert re.search(r"^  any +/any +yes$", text, re.MULTILINE)
    assert "/built" not in text
    data = as_json(app, "routes")["routes"]
    assert [each["methods"] for each in data if each["rule"] == "/any"] == [None]


def test_hosts_and_subdomains_precede_the_rule() -> None:
    app = Flask("hosts", host_matching=True, static_folder=None)
    app.add_url_rule("/marks", "marks", page, host="<tenant>.example.com")
    CrossOrigin(app, origins=[APP])
    assert "GET      <tenant>.example.com/marks\n" in shown(app, "routes")
    assert as_json(app, "routes")["routes"][0]["host"] == "<tenant>.example.com"
    app = Flask("subdomains", subdomain_matching=True, static_folder=None)
    app.config["SERVER_NAME"] = "example.com"
    app.add_url_rule("/marks", "marks", page, subdomain="api")
    CrossOrigin(app, origins=[APP])
    assert "GET      api.*/marks\n" in shown(app, "routes")
    data = as_json(app, "routes")["routes"][0]
    assert (data["host"], data["subdomain"]) == (None, "api")


def test_an_origin_function_gets_the_rule_as_the_path() -> None:
    calls: list[tuple[str, str]] = []

    def tenant(origin: str, request: Any) -> bool:
        calls.append((request.host, request.path))
        return "größe" not in request.path

    app = Flask("tenants", subdomain_matching=True, static_folder=None)
    app.config["SERVER_NAME"] = "example.com"
    app.add_url_rule("/marks/<int:n>", "marks", page, subdomain="api", methods=["GET", "PUT"])
    app.add_url_rule("/größe", "größe", page)
    CrossOrigin(app, origins=[tenant])
    text = shown(app, "routes", "--origin", EVIL)
    assert sorted(calls) == [("api.example.com", "/marks/<int:n>"), ("example.com", "/größe")]
    assert re.search(r"/größe +no: origin-not-allowed\n", text)
    assert re.search(r"<int:n> +yes\n", text)


def test_an_origin_function_without_a_request_is_called_once() -> None:
    calls: list[str] = []
    app = plain(origins=lambda origin: calls.append(origin) or True)
    app.add_url_rule("/other", "other", page)
    assert "yes" in shown(app, "routes", "--origin", EVIL)
    assert calls == [EVIL]


def test_many_routes_and_wide_letters_are_shown_in_columns() -> None:
    app = plain()
    for number in range(3000):
        app.add_url_rule(f"/größe/成績/{number}", "größe", page)
    lines = shown(app, "routes").splitlines()
    assert len(lines) == 3000 + 7
    assert output.width(lines[-1]) <= 80


def test_long_rules_are_wrapped_after_their_parts() -> None:
    app = plain()
    rule = "/" + "/".join(f"<string:part_{number}>" for number in range(9))
    app.add_url_rule(rule, "long", page, methods=["GET", "PUT", "PATCH", "DELETE"])
    app.add_url_rule("/" + "x" * 200, "longer", page)
    lines = shown(app, "routes").splitlines()
    assert max(map(len, lines)) <= 80
    column = lines[3].index("URL rule")
    joined = "".join(line[column:].strip() for line in lines)
    assert rule in joined
    assert "x" * 200 in joined


def test_shortened_origins_show_an_ellipsis() -> None:
    long = f"https://{'a' * 60}.{'b' * 40}.example"
    many = [f"https://{number}.app.example" for number in range(10)]
    app = plain(origins=[long, *many], credentials=True)
    lines = shown(app, "routes").splitlines()
    assert max(map(len, lines)) <= 80
    heading = " ".join(line.strip() for line in lines[5:8])
    assert re.search(r"https://a+\.\.\.b+\.example, https://0\.app\.example,", heading)
    assert "https://1.app.example, 8 more, with credentials" in heading
    assert as_json(app, "routes")["policies"][0]["origins"] == [long, *many]


def test_control_characters_are_escaped() -> None:
    app = plain()
    app.add_url_rule("/a\x1b[31mb", "odd", page)
    text = shown(app, "routes")
    assert "/a\\x1b[31mb" in text
    assert "\x1b" not in text


def test_only_a_terminal_gets_colours() -> None:
    app = plain()
    assert "\x1b" not in shown(app, "routes", "--origin", APP)
    result = run(app, "routes", "--origin", APP, color=True)
    assert "\x1b[32myes\x1b[0m" in result.output
    assert "\x1b[1mapp: " in result.output
    assert click.unstyle(result.output) == shown(app, "routes", "--origin", APP)


def test_letters_that_the_encoding_lacks_are_escaped() -> None:
    app = plain("größe")
    runner = app.test_cli_runner(charset="ascii")
    assert "gr\\xf6\\xdfe" in runner.invoke(args=["cors", "routes"]).output


# Routes, for an origin.


def test_what_an_origin_may_do_is_shown() -> None:
    app = plain(credentials=True, methods=["PUT"])
    cors = extension_of(app)
    app.add_url_rule("/purge", "purge", page, methods=["PURGE"])
    app.add_url_rule("/some", "some", page, methods=["GET", "PURGE", "DELETE"])
    app.add_url_rule("/open", "open", cors.policy(Policy(origins="*"))(page))
    app.add_url_rule("/off", "off", cors.disable(page))
    lines = shown(app, "routes", "--origin", APP).splitlines()
    assert lines[1] == f"Allowed: what pages of {APP} may do."
    data = dict(re.findall(r"^ .*?(/\w+) +(.*)$", "\n".join(lines), re.MULTILINE))
    assert data == {
        "/marks": "yes, with credentials; GET only without a",
        "/purge": "no: method-not-allowed",
        "/some": "yes, with credentials; not DELETE, PURGE:",
        "/open": "yes",
        "/off": "not handled",
    }


@pytest.mark.parametrize("origin", [APP, OTHER, EVIL, "null"])
def test_verdicts_match_the_responses(origin: str) -> None:
    app = plain(credentials=True, methods=["GET", "PUT"])
    cors = extension_of(app)
    app.add_url_rule("/some", "some", page, methods=["GET", "PURGE", "DELETE"])
    app.add_url_rule("/open", "open", cors.policy(Policy(origins="*"))(page), methods=["PATCH"])
    app.add_url_rule("/other", "other", cors.policy(origins=["https://*.example.com"])(page))
    for route in routes(app, "--origin", origin).values():
        verdict = route["verdict"]
        for method in route["methods"]:
            sent = preflight(app, route["rule"], origin, method)
            assert sent.status_code == (204 if method in verdict["allowed_methods"] else 403)
            response = call(app, method, route["rule"], origin)
            assert (allowed(response) is not None) is verdict["may_read"]
            credentials = "Access-Control-Allow-Credentials" in response.headers
            assert credentials is verdict["credentials"]


def test_a_partial_verdict_is_coloured_on_every_line() -> None:
    app = plain(credentials=True, methods=[])
    app.add_url_rule("/some", "some", page, methods=["GET", "PURGE", "DELETE"])
    output = run(app, "routes", "--origin", APP, color=True).output
    assert "\x1b[33m" in output
    assert "\x1b[31m" in run(app, "routes", "--origin", EVIL, color=True).output


def test_a_denied_origin_gets_the_reason() -> None:
    assert "no: origin-not-allowed" in shown(plain(), "routes", "--origin", EVIL)


def test_a_failing_origin_function_is_the_reason(caplog: pytest.LogCaptureFixture) -> None:
    app = plain(origins=lambda origin: 1 / 0)
    assert "no: origin-check-failed" in shown(app, "routes", "--origin", EVIL)
    assert len(caplog.records) == 1


def test_an_http_origin_that_no_function_is_called_for_is_the_reason() -> None:
    app = plain(origins=lambda origin: 1 / 0, credentials=True)
    assert "no: origin-insecure" in shown(app, "routes", "--origin", "http://app.example.com")


def test_the_origin_null_has_a_verdict() -> None:
    assert routes(plain(origins="*"), "--origin", "null")["GET /marks"]["verdict"]["may_read"]


@pytest.mark.parametrize(
    ("origin", "data"),
    [
        (
            "https://app.example.com/",
            "an Origin header never has a path. Write 'https://app.example.com'.",
        ),
        ("app.example.com", "Write 'https://app.example.com'."),
        ("https://*.example.com", "is an origin pattern. Write one origin it matches."),
        ("", "is empty"),
    ],
)
def test_an_invalid_origin_is_wrong_usage(origin: str, data: str) -> None:
    result = run(plain(), "routes", "--origin", origin)
    assert result.exit_code == 2
    assert data in " ".join(result.output.split())


# Routes, for programs.


def test_the_json_is_complete() -> None:
    app = plain(credentials=True, methods=["GET", "PUT"], max_age=None, expose_headers=None)
    cors = extension_of(app)
    access = Access(app, verify=verify)
    app.add_url_rule("/off", "off", cors.disable(access.public(page)))
    app.add_url_rule(
        "/n/<int:n>", "n", access.required("n:w")(page), methods=["GET", "PATCH", "PUT"]
    )
    data = as_json(app, "routes", "--origin", APP)
    assert data == {
        "version": 1,
        "app": "api",
        "origin": APP,
        "policies": [
            {
                "origins": [APP],
                "credentials": True,
                "methods": ["GET", "PUT"],
                "request_headers": "*",
                "expose_headers": [],
                "max_age": None,
                "preflight_status": 204,
                "allow_null_origin": False,
                "allow_insecure_origins": False,
                "allow_public_suffix_subdomains": False,
            }
        ],
        "routes": [
            {
                "rule": "/marks",
                "endpoint": "marks",
                "host": None,
                "subdomain": None,
                "methods": ["GET", "HEAD", "PUT"],
                "websocket": False,
                "scope": "app",
                "policy_index": 0,
                "access": {"setting": None, "needs": []},
                "verdict": {
                    "reason": "allowed",
                    "may_read": True,
                    "credentials": True,
                    "allowed_methods": ["GET", "HEAD", "PUT"],
                    "denied_methods": {},
                },
            },
            {
                "rule": "/n/<int:n>",
                "endpoint": "n",
                "host": None,
                "subdomain": None,
                "methods": ["GET", "HEAD", "PUT", "PATCH"],
                "websocket": False,
                "scope": "app",
                "policy_index": 0,
                "access": {"setting": "required", "needs": ["n:w"]},
                "verdict": {
                    "reason": "allowed",
                    "may_read": True,
                    "credentials": True,
                    "allowed_methods": ["GET", "HEAD", "PUT"],
                    "denied_methods": {"PATCH": "method-not-allowed"},
                },
            },
            {
                "rule": "/off",
                "endpoint": "off",
                "host": None,
                "subdomain": None,
                "methods": ["GET", "HEAD"],
                "websocket": False,
                "scope": "view off",
                "policy_index": None,
                "access": {"setting": "public", "needs": []},
                "verdict": {
                    "reason": "disabled",
                    "may_read": None,
                    "credentials": False,
                    "allowed_methods": [],
                    "denied_methods": {},
                },
            },
        ],
    }


def test_the_help_lists_every_json_member() -> None:
    app = plain()
    data = as_json(app, "routes", "--origin", EVIL)
    text = shown(app, "routes", "--help")
    route = data["routes"][0]
    for name in [*data, *route, *route["access"], *route["verdict"]]:
        assert re.search(rf"\b{name}\b", text), name
    text = shown(app, "check", "--help")
    data = as_json(plain(max_age=10**6), "check")
    for name in [*data, *data["findings"][0]]:
        assert re.search(rf"^ +{name} ", text, re.MULTILINE), name


def test_without_an_origin_the_json_has_no_verdict() -> None:
    data = as_json(plain(), "routes")
    assert (data["origin"], data["routes"][0]["verdict"]) == (None, None)


class Tenants:
    def allows(self, origin: str) -> bool:
        return False


def test_functions_are_shown_by_name() -> None:
    assert origin_as_text(verify) == "function tests.test_cli.verify"
    assert origin_as_text(Tenants()) == "function tests.test_cli.Tenants"
    assert origin_as_text(re.compile("a").fullmatch) == "function Pattern.fullmatch"
    assert "app: function tests.test_cli.verify, without credentials\n" in shown(
        plain(origins=verify), "routes"
    )


# Check.


def test_a_good_configuration_has_no_warnings() -> None:
    app = plain(
        origins=[
            APP,
            "capacitor://localhost",
            "https://localhost",
            "http://localhost",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            verify,
        ],
        credentials=True,
        expose_headers=["X-Total-Count"],
        max_age=86400,
    )
    app.config.update(SECRET_KEY="s", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=True)
    access = Access(app, verify=verify)
    cors = extension_of(app)
    app.add_url_rule("/static/x", "x", cors.policy(Policy(origins="*"))(page))
    stated = cors.policy(Policy(origins="*"))(access.public(page))
    app.add_url_rule("/sign-in", "sign-in", stated, methods=["POST"])
    needed = cors.policy(Policy(origins="*"))(access.required(page))
    app.add_url_rule("/needed", "needed", needed, methods=["POST"])
    result = run(app, "check", "--strict")
    assert (result.exit_code, result.output) == (0, "OK: no errors, no warnings.\n")
    assert as_json(app, "check") == {"version": 1, "ok": True, "findings": []}


def test_the_defaults_have_no_warnings() -> None:
    assert codes(plain()) == []
    assert codes(plain(credentials=True)) == []
    assert codes(plain(methods="*")) == []
    assert codes(plain(max_age=None)) == []


def test_check_reports_every_error_with_its_hint() -> None:
    app = plain(origins="*")
    cors = extension_of(app)
    app.add_url_rule("/a", "a", cors.policy(credentials=True)(page))
    app.add_url_rule("/b", "b", cors.policy(origins=["null"])(page))
    cors.apply("/nowhere", max_age=5)
    result = run(app, "check")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.output.startswith("error origins-star-with-credentials\n  view a: origins '*'")
    assert "\n  List the origins here, or leave credentials out.\n" in result.output
    assert "\n\nwarning prefix-without-rule\n  no URL rule of app 'api' is" in result.output
    assert result.output.endswith("\n\n2 errors, 2 warnings.\n")
    data = json.loads(run(app, "check", "--json").output)
    assert data["ok"] is False
    assert [(each["level"], each["code"]) for each in data["findings"]] == [
        ("error", "origins-star-with-credentials"),
        ("error", "origin-null"),
        ("warning", "unguarded-write"),
        ("warning", "prefix-without-rule"),
    ]


def with_contradiction() -> Flask:
    """An app with an error that only its scopes together have."""
    app = plain(credentials=True)
    app.add_url_rule("/a", "a", extension_of(app).policy(origins="*")(page))
    return app


def test_errors_of_routes_go_to_stderr() -> None:
    app = with_contradiction()
    result = run(app, "routes")
    assert result.exit_code == 1
    assert result.stdout == "" or result.stdout == result.output  # as old versions of click mix
    assert "error origins-star-with-credentials\n" in result.output


@pytest.mark.parametrize("name", ["routes", "explain"])
def test_errors_are_json_for_programs_on_stdout(name: str) -> None:
    app = with_contradiction()
    needed = ("GET", "/", "--origin", APP) if name == "explain" else ()
    result = run(app, name, *needed, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == json.loads(run(app, "check", "--json").stdout)


def test_access_decorators_without_effect_are_errors() -> None:
    app = plain()
    access = Access(app, verify=verify)

    @access.required
    @app.route("/lost")
    def lost() -> str:
        return "lost"

    result = run(app, "check", "--json")
    assert result.exit_code == 1
    assert [each["code"] for each in json.loads(result.output)["findings"]] == [
        "decorator-without-effect"
    ]


def test_the_commands_freeze_nothing() -> None:
    app = plain()
    shown(app, "check")
    shown(app, "routes")
    extension_of(app).apply("/marks", max_age=5)
    app.add_url_rule("/later", "later", page)
    assert "prefix /marks" in shown(app, "routes")


def test_warnings_fail_only_a_strict_check() -> None:
    app = plain(max_age=86401)
    assert shown(app, "check") == (
        "warning max-age-too-long\n"
        "  app: max_age 86401 is longer than any browser keeps a preflight response:\n"
        "  Firefox 86400 seconds, Chromium 7200, Safari 600.\n"
        "  Write max_age=86400, or less.\n"
        "\n"
        "0 errors, 1 warning.\n"
    )
    assert run(app, "check", "--strict").exit_code == 1
    assert run(app, "check", "--strict", "--ignore", "max-age-too-long").exit_code == 0
    assert run(app, "check", "--ignore", "no-such-code").exit_code == 2


def test_a_warning_is_complete_in_json() -> None:
    assert as_json(plain(max_age=86401), "check")["findings"] == [
        {
            "level": "warning",
            "code": "max-age-too-long",
            "field": "max_age",
            "value": 86401,
            "message": "app: max_age 86401 is longer than any browser keeps a preflight response: "
            "Firefox 86400 seconds, Chromium 7200, Safari 600.",
            "hint": "Write max_age=86400, or less.",
        }
    ]


def test_an_inherited_setting_is_reported_once() -> None:
    app = plain(max_age=86401, origins=["http://intranet.example"])
    cors = extension_of(app)
    app.add_url_rule("/a", "a", cors.policy(expose_headers=["X-A"])(page))
    app.add_url_rule("/b", "b", cors.policy(origins=["http://other.example"])(page))
    data = [each["message"].split(" is ")[0] for each in as_json(app, "check")["findings"]]
    assert data == [
        "app: origin 'http://intranet.example'",
        "app: max_age 86401",
        "view b: origin 'http://other.example'",
    ]


def test_a_disabled_scope_has_no_warnings() -> None:
    app = plain(origins=[])
    cors = extension_of(app)
    app.add_url_rule("/a", "a", cors.disable(cors.policy(origins="*")(page)), methods=["POST"])
    assert codes(app) == []


ORIGIN_WARNINGS = [
    ("http-origin", ["http://intranet.example"], False),
    ("http-origin", ["http://*.intranet.example:*"], False),
    ("http-origin", ["http://app-*.intranet.example"], False),
    ("any-port", ["https://app-*.example.com:*"], True),
    ("loopback-origin", ["http://localhost:5173"], True),
    ("loopback-origin", ["http://localhost:*"], True),
    ("loopback-origin", ["https://127.0.0.1:8443"], True),
    ("any-port", ["https://app.example.com:*"], False),
    ("any-subdomain", ["https://*.example.com"], True),
    ("mistyped-scheme", ["htps://app.example.com"], False),
]


@pytest.mark.parametrize(("code", "origins", "credentials"), ORIGIN_WARNINGS)
def test_origins_have_warnings(code: str, origins: list[str], credentials: bool) -> None:
    assert codes(plain(origins=origins, credentials=credentials)) == [code]


def test_an_http_origin_gets_its_https_form_as_hint() -> None:
    text = shown(plain(origins=["http://intranet.example"]), "check")
    assert "Write 'https://intranet.example'." in text


def test_an_http_pattern_inside_a_label_gets_its_https_form_as_hint() -> None:
    text = shown(plain(origins=["http://app-*.intranet.example"]), "check")
    assert "Write 'https://app-*.intranet.example'." in text


def test_any_subdomain_without_credentials_has_no_warning() -> None:
    assert codes(plain(origins=["https://*.example.com"])) == []


def test_preview_deployments_have_no_warning() -> None:
    assert codes(plain(origins=["https://preview-*.example.com"], credentials=True)) == []


def test_preview_deployments_are_shown_as_they_are_written() -> None:
    pattern = "https://preview-*.example.com"
    app = plain(origins=[pattern])
    assert f"app: {pattern}, without credentials" in shown(app, "routes")
    assert " yes" in shown(app, "routes", "--origin", "https://preview-1.example.com")
    result = run(app, "routes", "--origin", pattern)
    shown_error = " ".join(result.output.split())
    assert (result.exit_code, "is an origin pattern" in shown_error) == (2, True)


@pytest.mark.parametrize("debug", ["1", "0"])
def test_development_settings_have_no_warnings_in_development(debug: str) -> None:
    app = plain(origins=["http://localhost:5173", "http://dev.example"])
    app.config["SECRET_KEY"] = "s"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.testing = debug == "0"
    result = run(app, "check", env={"FLASK_DEBUG": debug})
    assert result.output == "OK: no errors, no warnings.\n"


def test_methods_without_a_route_are_reported() -> None:
    app = plain(methods=["GET", "POST", "PUT", "PURGE", "UPDATE"])
    app.add_url_rule("/purge", "purge", page, methods=["PURGE"])
    data = as_json(app, "check")["findings"]
    assert [(each["code"], each["value"]) for each in data] == [("method-without-route", "UPDATE")]
    app.url_map.add(app.url_rule_class("/any", endpoint="any"))
    assert codes(app) == []


def test_left_out_get_and_post_are_reported_where_a_rule_has_them() -> None:
    app = plain(methods=["PUT"])
    cors = extension_of(app)
    app.add_url_rule("/write", "write", page, methods=["POST", "PUT"])
    app.add_url_rule("/inherits", "inherits", cors.policy(max_age=1)(page))
    app.add_url_rule("/complete", "complete", cors.policy(methods="*")(page), methods=["POST"])
    app.add_url_rule("/off", "off", cors.disable(page), methods=["POST"])
    data = as_json(app, "check")["findings"]
    found = [(each["code"], each["value"], each["message"].split()[5:7]) for each in data]
    assert found == [
        ("method-left-out", "GET", ["which", "/marks"]),
        ("method-left-out", "POST", ["which", "/write"]),
    ]
    assert data[0]["message"].startswith("app: methods leaves out GET, which /marks accepts. ")
    assert data[0]["hint"].startswith("Add 'GET' to methods.")


def test_methods_that_no_rule_of_the_scope_has_may_be_left_out() -> None:
    app = Flask("writes")
    cors = CrossOrigin(app, origins=[APP], methods=["PUT"])
    app.add_url_rule("/put", "put", page, methods=["PUT"])
    app.add_url_rule("/built", "built", build_only=True)
    read = cors.policy(methods=["GET"])(page)
    app.add_url_rule("/read", "read", read)
    assert codes(app) == []
    app.url_map.add(app.url_rule_class("/any", endpoint="any"))
    assert codes(app) == ["method-left-out", "method-left-out"]


def test_left_out_method_of_a_view_class_is_reported_for_its_own_scope() -> None:
    app = plain()
    cors = extension_of(app)

    class Marks(MethodView):
        def get(self) -> str:
            return "get"

        @cors.policy(methods=["PUT"])
        def post(self) -> str:
            return "post"

    app.add_url_rule("/class", view_func=Marks.as_view("class"))
    (found,) = as_json(app, "check")["findings"]
    assert found["message"].startswith("method POST of view class: methods leaves out POST, ")


def test_unguarded_writes_are_reported_by_scope() -> None:
    app = plain(origins="*")
    for number in range(4):
        app.add_url_rule(f"/{number}", f"v{number}", page, methods=["POST"])
    app.add_url_rule("/options", "options", page, methods=["OPTIONS"])
    app.url_map.add(app.url_rule_class("/any", endpoint="any"))
    (data,) = as_json(app, "check")["findings"]
    assert data["code"] == "unguarded-write"
    assert data["value"] == ["POST /0", "POST /1", "POST /2", "POST /3", "any /any", "PUT /marks"]
    assert data["message"] == (
        "app: every origin may use POST /0, POST /1, POST /2 and 3 more, "
        "and no access guard limits who may."
    )


def test_access_required_by_default_guards_writes() -> None:
    app = plain(origins="*")
    Access(app, verify=verify, default="required")
    assert codes(app) == []


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"SESSION_COOKIE_SECURE": True}, "cookie-samesite"),
        ({"SESSION_COOKIE_SAMESITE": "Lax"}, "cookie-secure"),
        ({"SESSION_COOKIE_SAMESITE": "None"}, "cookie-rejected"),
    ],
)
def test_the_session_cookie_has_warnings_with_credentials(
    config: dict[str, Any], code: str
) -> None:
    app = plain(credentials=True)
    app.config.update(config, SECRET_KEY="s")
    assert codes(app) == [code]
    app.config["SECRET_KEY"] = None
    assert codes(app) == []


def test_the_session_cookie_has_no_warnings_without_credentials() -> None:
    app = plain()
    app.config["SECRET_KEY"] = "s"
    assert codes(app) == []


def test_another_cors_library_is_reported() -> None:
    app = plain()
    CORS(app)
    assert codes(app) == ["other-cors-library"]
    text = " ".join(shown(app, "check").split())
    assert "flask_cors is installed too, as an after_request hook. Its headers are" in text


def test_connexion_before_the_app_is_reported() -> None:
    app = plain()
    assert codes(app) == []
    own = type(
        "IntegerConverter", (IntegerConverter,), {"__module__": "connexion.frameworks.flask"}
    )
    app.url_map.converters["int"] = own
    assert codes(app) == ["connexion-before"]
    text = " ".join(shown(app, "check").split())
    assert "Connexion 3 handles each request before Flask" in text
    assert "MiddlewarePosition.BEFORE_EXCEPTION" in text


def test_a_policy_of_an_unregistered_blueprint_is_reported() -> None:
    app = plain()
    parts = [Blueprint(name, name) for name in ("lost", "found")]
    for part in parts:
        extension_of(app).apply(part, max_age=1)
    app.register_blueprint(parts[1])
    assert codes(app) == ["blueprint-not-registered"]
    assert "blueprint 'lost' has a policy" in " ".join(shown(app, "check").split())
    extension_of(app).apply("/static", max_age=1)
    parts.clear()


def test_config_keys_without_effect_are_reported() -> None:
    app = plain()
    app.config.update(CORS_ENABLED=True, CORS_MAX_AGE=5)
    assert codes(app) == ["config-key-ignored", "config-after-init"]
    assert codes(app, "--ignore", "config-key-ignored") == ["config-after-init"]


def with_websockets(**settings: Any) -> Flask:
    """An app with WebSockets, of which only those of `guarded` and `hooked` check the origin."""
    app = plain(**settings)
    cors = extension_of(app)
    access = Access(app, verify=verify)

    def guarded() -> str:
        return str([cors.allows() for _ in "1"])  # in a function of its own in old versions

    def lazily() -> str:
        return (lambda: str(cors.allows()))()

    hooked = Blueprint("hooked", "hooked", url_prefix="/hooked")
    hooked.before_request(lambda: None if cors.allows() else "no")
    hooked.add_url_rule("/ws", "ws", page, websocket=True)
    app.register_blueprint(hooked)
    for name, function in {
        "open": page,
        "guarded": guarded,
        "lazily": lazily,
        "wrapped": access.required(guarded),
        "required": access.required(page),
    }.items():
        app.add_url_rule(f"/{name}", name, function, websocket=True)
    return app


def test_websockets_that_check_no_origin_are_reported() -> None:
    app = with_websockets()
    (found,) = as_json(app, "check")["findings"]
    assert (found["code"], found["value"]) == ("websocket-unguarded", ["/open", "/required"])
    assert "pages of every origin open /open, /required" in found["message"]
    app.before_request(lambda: None if extension_of(app).allows() else "no")
    assert codes(app) == []


def test_routes_say_that_cors_does_not_apply_to_websockets() -> None:
    app = with_websockets(origins=[])
    lines = shown(app, "routes", "--origin", EVIL).splitlines()
    assert [line.split(None, 2) for line in lines if "/open" in line] == [
        ["WebSocket", "/open", "CORS does not apply"]
    ]
    assert "CORS does not apply to WebSockets." in lines
    assert "WebSocket" not in shown(plain(), "routes")
    (line,) = [line for line in shown(app, "routes").splitlines() if "/required" in line]
    assert line.split() == ["WebSocket", "/required", "required"]
    found = routes(app, "--origin", EVIL)
    assert (found["GET /open"]["websocket"], found["GET /open"]["verdict"]) == (True, None)
    assert found["GET /marks"]["websocket"] is False


# The table of warnings.


def test_every_warning_is_provoked_by_a_test() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [code for code in WARNINGS if f'"{code}"' not in text] == []


def test_every_warning_is_used_by_the_source() -> None:
    text = Path(lint.__file__).read_text("utf-8")
    # The first request gives those of `APP_WARNINGS`; test_architecture.py is about them.
    assert [code for code in WARNINGS.keys() - APP_WARNINGS if f'"{code}"' not in text] == []


@pytest.mark.parametrize("code", WARNINGS)
def test_every_warning_has_a_hint(code: str) -> None:
    message, hint = WARNINGS[code]
    assert re.fullmatch("[a-z]+(-[a-z]+)*", code)
    assert message.endswith(".")
    assert hint == "{suggestion}" or hint.endswith(".")


# The access guard of a view.


def access_setting(app: Flask, endpoint: str, method: str = "GET") -> AccessStated:
    return access_stated(app, endpoint, method)


def test_needs_of_blueprint_class_and_method_are_combined() -> None:
    app = Flask("together")
    access = Access(app, verify=verify)
    blueprint = Blueprint("b", "b")
    access.protect(blueprint, "b")

    @access.required("class")
    class Thing(MethodView):
        def get(self) -> str:
            return "get"

        @access.required("put")
        def put(self) -> str:
            return "put"

        @access.public
        def post(self) -> str:
            return "post"

    blueprint.add_url_rule("/thing", view_func=Thing.as_view("thing"))
    app.register_blueprint(blueprint)
    assert set(access_setting(app, "b.thing").needs) == {"b", "class"}
    assert set(access_setting(app, "b.thing", "PUT").needs) == {"b", "class", "put"}
    assert access_setting(app, "b.thing", "POST") == AccessStated(False)


def test_a_required_method_of_a_public_class_stays_required() -> None:
    app = Flask("public")
    access = Access(app, verify=verify)

    @access.public
    class Thing(MethodView):
        def get(self) -> str:
            return "get"

        @access.required("put")
        def put(self) -> str:
            return "put"

    app.add_url_rule("/thing", view_func=Thing.as_view("thing"))
    assert access_setting(app, "thing") == AccessStated(False)
    assert access_setting(app, "thing", "PUT") == AccessStated(True, ("put",))
    assert app.test_client().get("/thing").status_code == 200
    assert app.test_client().put("/thing").status_code == 401


def test_an_open_blueprint_is_public() -> None:
    app = Flask("open")
    access = Access(app, verify=verify, default="required")
    blueprint = Blueprint("b", "b")
    access.open(blueprint)
    blueprint.add_url_rule("/x", "x", page)
    app.register_blueprint(blueprint)
    app.add_url_rule("/y", "y", page)
    assert access_setting(app, "b.x") == AccessStated(False)
    assert access_setting(app, "y") == AccessStated(True)


def test_one_of_two_guards_is_enough_to_require() -> None:
    app = Flask("two")
    first, second = Access(app, verify=verify), Access(app, verify=verify)
    app.add_url_rule("/x", "x", first.public(second.required("x")(page)))
    app.add_url_rule("/y", "y", first.public(page))
    assert access_setting(app, "x") == AccessStated(True, ("x",))
    assert access_setting(app, "y") == AccessStated(False)


def test_an_endpoint_without_a_view_has_no_access_setting() -> None:
    app = Flask("none")
    app.add_url_rule("/x", "x")
    assert access_setting(app, "x") == AccessStated(None)


# Output.


def test_words_longer_than_a_line_are_shortened_in_the_middle() -> None:
    assert output.shortened("a" * 80, 80) == "a" * 80
    assert output.shortened("a" * 50 + "b" * 50, 13) == "aaaaa...bbbbb"
    assert output.width(output.shortened("成" * 50, 13)) <= 13


def test_combining_marks_take_no_column() -> None:
    assert output.width("e\u0301") == 1


def test_values_that_json_cannot_hold_are_text() -> None:
    assert output.json_value(("a", 1, None, {1: 2})) == ["a", 1, None, "{1: 2}"]


def test_a_paragraph_without_words_is_empty() -> None:
    assert output.paragraph("") == ""


# As a user runs it.


def test_the_flask_command_has_the_group(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(
        "from flask import Flask\n"
        "from flask_crossorigin import CrossOrigin\n"
        "app = Flask(__name__)\n"
        'CrossOrigin(app, origins=["https://app.example.com"])\n'
    )
    command = [sys.executable, "-m", "flask", "--app", "shop", "cors"]

    def flask(*arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(
            [*command, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    result = flask("routes")
    assert (result.returncode, result.stderr) == (0, "")
    assert "  GET      /static/<path:filename>\n" in result.stdout
    result = flask("check", "--strict")
    assert (result.returncode, result.stdout) == (0, "OK: no errors, no warnings.\n")
