"""``flask cors explain --live``: what it sends, its output, and the intermediaries it finds."""

import builtins
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask, redirect
from flask.cli import FlaskGroup
from werkzeug.wrappers import Response

from flask_crossorigin import CrossOrigin
from flask_crossorigin.cli.explain.intermediary_messages import FINDINGS
from flask_crossorigin.commands import cors
from flask_crossorigin.core.decision import REASON_MESSAGES, Reason

from .conftest import APP, EVIL, OTHER
from .loopback import Change, Headers, WSGIApp, behind, instead, served, speaking

ALLOW = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"
METHODS = "Access-Control-Allow-Methods"
HEADERS = "Access-Control-Allow-Headers"
EXPOSE = "Access-Control-Expose-Headers"
MAX_AGE = "Access-Control-Max-Age"


def api(**settings: Any) -> Flask:
    """Return an app with a policy, which records the views that ran."""
    app = Flask("api", static_folder=None)
    CrossOrigin(app, **{"origins": [APP, OTHER], "credentials": True, **settings})
    app.extensions["ran"] = []

    @app.route("/marks", methods=["GET", "PUT", "POST"])
    def marks() -> str:
        app.extensions["ran"].append("marks")
        return "marks"

    app.add_url_rule("/away", "away", lambda: redirect("https://else.example/\x1b[31m"))
    return app


def no_app() -> Flask:
    raise RuntimeError("no app is here")


def explain(
    app: Flask | None, live: str, *arguments: str, origin: str = APP, **more: Any
) -> Result:
    """Run the command with `app` as the local app, or without one."""
    line = ["cors", "explain", *arguments, "--origin", origin, "--live", live]
    if app is not None:
        return app.test_cli_runner().invoke(args=line, **more)
    group = FlaskGroup(create_app=no_app, add_default_commands=False)
    group.add_command(cors)
    return CliRunner().invoke(group, line, **more)


def run_json(app: Flask | None, live: str, *arguments: str, origin: str = APP) -> dict[str, Any]:
    """Return the JSON of the command."""
    result = explain(app, live, *arguments, "--json", origin=origin)
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == (found["verdict"] == "blocked")
    return found


def codes(
    server: WSGIApp, app: Flask | None, *arguments: str, origin: str = APP
) -> list[tuple[str, str]]:
    """Return the codes of the findings about `server`, each with its field."""
    with served(server) as url:
        findings = run_json(app, url, *arguments, origin=origin)["findings"]
    return [(each["code"], each["field"]) for each in findings]


def finding(server: WSGIApp, app: Flask | None, *arguments: str) -> dict[str, Any]:
    """Return the only finding about `server`."""
    with served(server) as url:
        [found] = run_json(app, url, *arguments)["findings"]
    assert isinstance(found, dict)
    assert found["level"] == "warning"
    return found


@pytest.fixture
def app() -> Flask:
    return api()


# Requests.


@pytest.fixture
def seen() -> list[tuple[str, str, str]]:
    """Method, origin and requested method of each request to the watched app."""
    return []


@pytest.fixture
def watched(app: Flask, seen: list[tuple[str, str, str]]) -> Iterator[str]:
    """Serve `app`, and return its URL."""

    def watch(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        requested = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "")
        origin = re.sub(r"^https://[0-9a-f]{8}\.", "*", environ["HTTP_ORIGIN"])
        seen.append((environ["REQUEST_METHOD"], origin, requested))
        return app(environ, start_response)

    with served(watch) as url:
        yield url


PROBE = "*probe.invalid"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("with_app", [True, False])
def test_without_send_nothing_but_preflights_is_sent(
    app: Flask, watched: str, seen: list[tuple[str, str, str]], method: str, with_app: bool
) -> None:
    run_json(app if with_app else None, watched, method, "/marks")
    assert seen == [("OPTIONS", APP, method), ("OPTIONS", PROBE, method)]
    assert app.extensions["ran"] == []


def test_a_request_that_changes_data_is_sent_once(
    app: Flask, watched: str, seen: list[tuple[str, str, str]]
) -> None:
    run_json(app, watched, "PUT", "/marks", "--send")
    assert seen == [("OPTIONS", APP, "PUT"), ("PUT", APP, ""), ("OPTIONS", PROBE, "PUT")]


def test_a_request_that_reads_is_repeated_for_another_origin(
    app: Flask, watched: str, seen: list[tuple[str, str, str]]
) -> None:
    run_json(None, watched, "GET", "/marks", "--send")
    sent = [("GET", APP, ""), ("OPTIONS", APP, "GET"), ("OPTIONS", PROBE, "GET")]
    assert seen == [*sent, ("GET", PROBE, "")]


def test_a_query_is_repeated_like_a_get(watched: str, seen: list[tuple[str, str, str]]) -> None:
    run_json(None, watched, "QUERY", "/marks", "--send")
    assert seen[-1] == ("QUERY", PROBE, "")


def test_a_same_origin_request_is_not_probed(
    watched: str, seen: list[tuple[str, str, str]]
) -> None:
    found = run_json(None, watched, "POST", "/marks", "--send", origin=watched)
    assert (found["verdict"], found["probes"], seen) == ("allowed", [], [("POST", watched, "")])


def test_a_request_that_no_browser_sends_is_not_sent(
    watched: str, seen: list[tuple[str, str, str]]
) -> None:
    found = run_json(None, watched, "TRACE", "/marks")
    assert (found["verdict"], found["reason"], seen) == ("blocked", "method-forbidden", [])


@pytest.mark.parametrize(
    ("live", "url", "meant"),
    [
        ("", "/marks", "/marks"),
        ("/", "marks?a=b", "/marks?a=b"),
        ("", "{live}/marks", "/marks"),
    ],
)
def test_a_relative_url_is_on_the_server(watched: str, live: str, url: str, meant: str) -> None:
    found = run_json(None, f"{watched}{live}", "PUT", url.format(live=watched))
    assert found["exchanges"][0]["url"] == f"{watched}{meant}"


def test_the_profile_is_followed(app: Flask, watched: str) -> None:
    for profile, verdict in (("standard", "blocked"), ("firefox", "unknown")):
        headers = [(ALLOW, "*"), (HEADERS, "*")]
        with served(instead("204 No Content", headers)) as url:
            arguments = ("GET", "/", "--header", "Authorization: x", "--profile", profile)
            assert run_json(None, url, *arguments)["verdict"] == verdict


# Output.


def test_the_local_app_predicts_responses_that_are_not_requested(app: Flask, watched: str) -> None:
    found = run_json(app, watched, "PUT", "/marks", "--credentials")
    preflight, request = found["exchanges"]
    assert (found["verdict"], found["app"], found["server"]) == ("allowed", "api", watched)
    text = app.test_cli_runner().invoke(args=["cors", "explain", "--help"]).output
    assert [name for name in found if not re.search(rf"^    {name} ", text, re.MULTILINE)] == []
    assert (preflight["sent"], request["sent"], request["status"]) == (True, False, None)
    assert preflight["decision"]["reason"] == "allowed"
    output = " ".join(explain(app, watched, "PUT", "/marks").output.split())
    assert "The local app would send the same CORS headers." in output
    assert "Not sent. The local app would add these headers:" in output
    assert (
        "The local app would allow the request. It was not sent. Add --send to send it. "
        "The view then runs, with its side effects." in output
    )


def test_a_denial_of_the_local_app_gives_the_change(app: Flask, watched: str) -> None:
    result = explain(app, watched, "GET", "/marks", origin=EVIL)
    assert result.exit_code == 1
    assert f"In code: CrossOrigin(app, origins=[..., '{EVIL}'])" in result.output


def test_without_an_app_a_response_that_is_not_requested_is_unknown(watched: str) -> None:
    found = run_json(None, watched, "PUT", "/marks")
    assert (found["verdict"], found["app"], found["findings"]) == ("unknown", None, [])
    assert found["exchanges"][1]["status"] is None
    assert found["exchanges"][1]["response_headers"] == []
    assert "headers" not in found
    output = " ".join(explain(None, watched, "PUT", "/marks").output.split())
    assert "Unknown The preflight was allowed. The request was not sent." in output
    assert (
        "no local app to compare with. Loading the app raised RuntimeError: no app is here"
        in output
    )
    output = explain(None, watched, "GET", "/marks").output
    assert "Unknown\n  The request was not sent. Add --send to send it." in output


def test_without_an_app_a_sent_request_has_a_verdict(watched: str) -> None:
    found = run_json(None, watched, "PUT", "/marks", "--send", "--credentials")
    assert (found["verdict"], found["status"], found["app"]) == ("allowed", 200, None)
    assert ["Content-Length", "5"] in found["headers"]
    output = explain(None, watched, "PUT", "/marks", "--send").output
    assert f"{watched} responds with 200 and these headers, among others:" in output
    assert "The script can read the response, and these headers: Content-Type" in output


def test_a_disabled_scope_of_the_local_app_predicts_nothing(app: Flask, watched: str) -> None:
    app.extensions["crossorigin"].disable("/marks")
    found = run_json(app, watched, "GET", "/marks")
    assert (found["verdict"], found["exchanges"][0]["decision"]["reason"]) == (
        "unknown",
        "disabled",
    )
    found = run_json(app, watched, "GET", "/marks", "--send")
    assert (found["verdict"], found["change"]) == (
        "blocked",
        f"""In code: cors.apply("/marks", origins=['{APP}']), instead of cors.disable("/marks")""",
    )


def wrong_when_made() -> Flask:
    app = Flask("wrong")
    CrossOrigin(app, origins=["https://a.example/"])
    return app


def wrong_in_a_scope() -> Flask:
    app = api()
    app.extensions["crossorigin"].apply("/marks", origins="*")  # with credentials
    return app


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Flask("bare"), "compare with. <Flask 'bare'> has no cross-origin policy."),
        (wrong_when_made, "compare with. The configuration of the app has errors: run `flask"),
        (wrong_in_a_scope, "compare with. The configuration of the app has errors: run `flask"),
    ],
)
def test_an_unusable_local_app_is_noted(watched: str, make: Callable[[], Flask], why: str) -> None:
    group = FlaskGroup(create_app=make, add_default_commands=False)
    group.add_command(cors)
    line = ["cors", "explain", "GET", "/marks", "--origin", APP, "--live", watched]
    result = CliRunner().invoke(group, line)
    assert (result.exit_code, why in " ".join(result.output.split())) == (0, True), result.output


def test_a_redirect_to_another_server_is_not_followed(app: Flask, watched: str) -> None:
    result = explain(app, watched, "GET", "/away", "--send")
    assert result.exit_code == 0
    assert "redirects to https://else.example/" in result.output
    assert "on another server. Nothing is sent there." in " ".join(result.output.split())
    assert run_json(app, watched, "GET", "/away", "--send")["verdict"] == "unknown"


def test_a_redirect_on_the_server_is_followed(app: Flask) -> None:
    app.add_url_rule("/near", "near", lambda: redirect("/marks"))
    with served(app) as url:
        found = run_json(app, url, "GET", "/near", "--send")
    assert [each["status"] for each in found["exchanges"]] == [302, 200]
    assert (found["verdict"], found["findings"]) == ("allowed", [])


def test_bytes_of_a_server_never_control_the_terminal(app: Flask) -> None:
    evil = "\x1b]0;x\x07\x9b31m\x7f"
    headers = [
        (ALLOW, evil), (ALLOW, APP), ("Vary", evil), ("Via", evil), ("X-Cache", f"HIT {evil}"),
        ("Location", f"/{evil}"), ("WWW-Authenticate", evil), ("Cross-Origin-x\x1bx", evil),
    ]  # fmt: skip
    for status in ("204 No Content", "401 No", "302 Found"):
        said = f"HTTP/1.1 {status}\r\n{''.join(f'{a}: {b}{chr(13)}{chr(10)}' for a, b in headers)}"
        for more in ([], ["--json"]):
            output = ""
            for server in (None, app):
                with speaking(f"{said}\r\n".encode("latin-1")) as (url, _):
                    output += explain(server, url, "PUT", "/marks", *more, color=True).output
            plain = re.sub(r"\x1b\[[0-9;]*m", "", output)  # click's own
            assert "\\x1b]0;x\\x07" in plain.replace("\\\\", "\\")
            assert [each for each in plain if not (each.isprintable() or each == "\n")] == []


def test_the_output_fits_80_columns(app: Flask) -> None:
    long = "x" * 200
    server = behind(app, lambda _, status, headers: (status, [*headers, (ALLOW, long)]))
    with served(server) as url:
        for arguments in (["GET", f"/marks?{long}", "--send"], ["PUT", "/marks"]):
            output = explain(app, url, *arguments).output
            assert max(map(len, output.splitlines())) <= 80
            assert "\x1b" not in output


# Errors.


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["/", "--live", "api.example.com"], "--live 'api.example.com' is not the http or https"),
        (["/", "--live", "ftp://a.example"], "--live 'ftp://a.example' is not the http or https"),
        (["/", "--live", "http://u:p@a.example"], "is not the http or https URL of a server"),
        (["http://b.example/", "--live", "http://a.example"], "Write only its path, or --live"),
        (["http://[/", "--live", "http://a.example"], "URL 'http://[/' is not valid. Write a path"),
        (["/", "--live", "http://a.example", "--timeout", "0"], "--timeout 0 must be more than 0"),
        (["/", "--live", "http://a.example", "--timeout", "nan"], "--timeout nan must be more"),
        (["/", "--live", "http://a.example", "--timeout", "inf"], "3600 seconds. Write 10."),
        (["/", "--timeout", "3"], "--timeout needs --live URL. Leave it out, or add --live."),
        (["/", "--live", "http://a.example", "--origin", "app"], "Write 'https://app'."),
        (
            ["/", "--live", "http://a.example/v1"],
            "Write the server only, --live 'http://a.example', and",
        ),
        (
            ["/", "--live", "http://a.example?v=1"],
            "'http://a.example?v=1' has a path or a query. Write",
        ),
        (
            ["http://localhost:abc/", "--live", "http://a.example"],
            "'http://localhost:abc/' is not valid",
        ),
        (
            ["data:text/plain,x", "--live", "http://a.example"],
            "URL 'data:text/plain,x' is not valid",
        ),
    ],
)
def test_wrong_usage_is_one_sentence(app: Flask, arguments: list[str], sentence: str) -> None:
    line = ["cors", "explain", "GET", "--origin", APP, *arguments]
    result = app.test_cli_runner().invoke(args=line)
    said = " ".join(result.output.split())
    assert (result.exit_code, sentence in said) == (2, True), result.output
    assert max(map(len, result.output.splitlines())) <= 80


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("more", [[], ["--send"]])
def test_a_server_that_does_not_respond_is_one_sentence(method: str, more: list[str]) -> None:
    with speaking() as (url, _):
        result = explain(None, url, method, "/x", "--timeout", "0.05", *more)
    assert result.exit_code == 2
    assert " ".join(result.output.split()) == (
        f"Error: {url}/x is unreachable: no response within 0.05 seconds. Check whether the port "
        "expects http or https, the server hangs, or a firewall drops the request. Or wait longer."
    )


def test_a_probe_without_a_response_is_noted(app: Flask) -> None:
    with speaking(b"HTTP/1.1 200 OK\r\n\r\n", b"") as (url, _):
        found = run_json(None, url, "GET", "/x", "--send")
    [_, note, *_] = found["notes"]
    assert note.startswith(f"An extra probe got no response: OPTIONS {url}/x is unreachable: ")
    assert found["probes"] == []


def test_without_urllib3_the_error_says_how_to_install_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "browser.live":
            raise ImportError(name)
        return original(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    result = explain(app, "http://localhost:1", "GET", "/")
    assert result.exit_code == 2
    assert " ".join(result.output.split()) == (
        "Error: --live needs urllib3, which is not installed. Run: "
        "pip install 'flask-crossorigin[live]'"
    )


# Findings.


def test_every_finding_is_provoked() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [code for code in FINDINGS if f'"{code}"' not in text] == []
    assert [code for code in FINDINGS if not re.fullmatch(r"live-[a-z]+(-[a-z]+)*", code)] == []


@pytest.mark.parametrize("with_app", [True, False])
@pytest.mark.parametrize("more", [[], ["--send"]])
@pytest.mark.parametrize(
    "arguments",
    [
        ["GET", "/marks"],
        ["HEAD", "/marks"],
        ["GET", "/nowhere"],
        ["PUT", "/marks"],
        ["PUT", "/marks", "--header", "X-A: 1", "--credentials"],
        ["LINK", "/marks"],
        ["POST", "/marks", "--header", "Content-Type: application/json"],
    ],
)
@pytest.mark.parametrize("settings", [{}, {"origins": "*", "credentials": False}, {"origins": []}])
def test_a_server_without_intermediaries_gives_no_finding(
    settings: dict[str, Any], arguments: list[str], more: list[str], with_app: bool
) -> None:
    app = api(**settings)
    assert codes(app, app if with_app else None, *arguments, *more) == []


def test_debug_mode_gives_no_finding(app: Flask) -> None:
    app.debug = True
    app.extensions["crossorigin"].reconfigure(methods=["GET", "POST"], app=app)
    assert codes(app, app, "PUT", "/marks") == []


def test_a_server_with_one_fixed_origin_gives_no_finding() -> None:
    server = instead("200 OK", [(ALLOW, APP), ("Age", "3")])
    assert codes(server, None, "GET", "/", "--send") == []


def adding(*headers: tuple[str, str]) -> Change:
    return lambda environ, status, sent: (status, [*sent, *headers])


def without(*names: str) -> Change:
    return lambda environ, status, sent: (
        status,
        [each for each in sent if each[0] not in names],
    )


def with_value(name: str, value: str) -> Change:
    def change(environ: dict[str, Any], status: str, sent: Headers) -> tuple[str, Headers]:
        return status, [(key, value if key == name else text) for key, text in sent]

    return change


@pytest.mark.parametrize("with_app", [True, False])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        (adding((ALLOW, APP)), ALLOW),
        (with_value(ALLOW, f"{APP}, {APP}"), ALLOW),
        (adding((CREDENTIALS, "true")), CREDENTIALS),
        (adding((MAX_AGE, "5")), MAX_AGE),
    ],
)
def test_a_duplicate_header(app: Flask, with_app: bool, change: Change, field: str) -> None:
    found = codes(behind(app, change), app if with_app else None, "PUT", "/marks")
    assert found == [("live-duplicate-header", field)]


def test_a_finding_in_two_responses_is_reported_once(app: Flask) -> None:
    found = finding(behind(app, adding((ALLOW, APP))), app, "GET", "/marks", "--send")
    assert found["value"] == f"{APP}, {APP}"
    assert found["message"] == (
        f"{ALLOW} has more than one value in the response to the preflight and the request: {APP}, "
        f"{APP}. Browsers read them as one wrong value. The app and a proxy probably both add the "
        "header. The response names Server: loopback."
    )


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        (with_value(ALLOW, "http://localhost:3000"), ALLOW, "http://localhost:3000"),
        (
            without(CREDENTIALS),
            CREDENTIALS,
            "missing",
        ),
        (with_value(MAX_AGE, ""), MAX_AGE, "empty"),
        (with_value(METHODS, "get"), METHODS, "get"),
        (
            with_value(HEADERS, "x-b"),
            HEADERS,
            "x-b",
        ),
        (
            adding((EXPOSE, "X-A")),
            EXPOSE,
            "X-A",
        ),
    ],
)
def test_a_header_that_a_proxy_changes(app: Flask, change: Change, field: str, value: str) -> None:
    arguments = ["PUT", "/marks", "--header", "X-A: 1"]
    found = finding(behind(app, change), app, *arguments)
    assert (found["code"], found["field"], found["value"]) == (
        "live-rewritten-header",
        field,
        value,
    )
    assert "the local app would send" in found["message"]
    assert codes(behind(app, change), None, *arguments) == []


def test_the_same_names_in_another_order_are_no_change(app: Flask) -> None:
    names = "QUERY,DELETE,PATCH, PUT,POST,HEAD,,GET"
    server = behind(app, with_value(METHODS, names))
    assert codes(server, app, "PUT", "/marks") == []


@pytest.mark.parametrize("with_app", [True, False])
@pytest.mark.parametrize("change", [without("Vary"), with_value("Vary", "Accept-Encoding")])
def test_a_missing_vary(app: Flask, with_app: bool, change: Change) -> None:
    found = finding(behind(app, change), app if with_app else None, "GET", "/marks", "--send")
    assert found["code"] == "live-missing-vary"
    assert "the preflight and the request depends on Origin" in found["message"]


def test_a_missing_vary_of_a_denial(app: Flask) -> None:
    with served(behind(app, without("Vary"))) as url:
        found = run_json(app, url, "GET", "/marks", "--send", origin=EVIL)
        assert [each["code"] for each in found["findings"]] == ["live-missing-vary"]
        assert run_json(None, url, "PUT", "/marks", origin=EVIL)["findings"] == []


def test_a_vary_of_everything_is_enough(app: Flask) -> None:
    assert codes(behind(app, with_value("Vary", "*")), app, "GET", "/marks") == []


def test_a_missing_vary_behind_a_cache_names_the_cache(app: Flask) -> None:
    server = behind(app, lambda _, status, headers: (status, [("Age", "007"), ("X-Cache", "Hit")]))
    server = behind(server, adding((ALLOW, APP), (CREDENTIALS, "true")))
    with served(server) as url:
        findings = run_json(app, url, "POST", "/marks", "--send")["findings"]
    messages = [each["message"] for each in findings if each["code"] == "live-missing-vary"]
    assert "There is a cache in front of the app: Age: 007, X-Cache: Hit." in messages[0]


class Cache:
    """A cache whose key is the method and the URL only."""

    def __init__(self, app: WSGIApp, *added: tuple[str, str]) -> None:
        self.app = app
        self.added_on_hit = list(added)
        self.kept: dict[tuple[str, str, str], tuple[bytes, str, Headers]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        key = (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"])
        hit = key in self.kept
        if not hit:
            response = Response.from_app(self.app, environ)
            self.kept[key] = (response.data, response.status, list(response.headers))
        body, status, headers = self.kept[key]
        start_response(status, [*headers, *(self.added_on_hit if hit else [])])
        return [body]


@pytest.mark.parametrize("with_app", [True, False])
@pytest.mark.parametrize("url", ["/marks", "/marks?a=b"])
def test_a_cache_that_mixes_up_origins(app: Flask, with_app: bool, url: str) -> None:
    server = Cache(app, ("X-Cache", "HIT from \x07here"))
    with served(server) as live:
        found = run_json(app if with_app else None, live, "GET", url, "--send")
    assert found["verdict"] == "allowed"
    first, second = found["findings"]
    assert (first["code"], second["code"]) == ("live-cached-preflight", "live-cached-response")
    assert re.fullmatch(
        rf"The preflight of https://\w+\.probe\.invalid got the response for {APP}, but another "
        r"one at a URL that is in no cache\. A cache in front of the app mixes up origins "
        r"\(X-Cache: HIT from \\x07here\)\. The response names Server: loopback\.",
        first["message"],
    )
    assert second["message"].startswith("The request of https://")


def test_a_cache_that_mixes_up_origins_without_a_header_of_its_own(app: Flask) -> None:
    found = finding(Cache(app), None, "PUT", "/marks")
    assert (found["code"], found["field"]) == ("live-cached-preflight", ALLOW)
    assert "A cache in front of the app mixes up origins. " in found["message"]


@pytest.mark.parametrize("with_app", [True, False])
def test_a_response_cached_for_another_page(app: Flask, with_app: bool) -> None:
    change = with_value(ALLOW, OTHER)
    server = behind(behind(app, change), adding(("CF-Cache-Status", "HIT")))
    with served(server) as url:
        found = run_json(app if with_app else None, url, "GET", "/marks", "--send")
    assert found["verdict"] == "blocked"
    messages = {each["code"]: each["message"] for each in found["findings"]}
    assert (
        f"came from a cache (CF-Cache-Status: HIT), and allows {OTHER}. It was probably stored for "
        "another page." in messages["live-cached-response"]
    )


def test_a_response_cached_for_a_same_origin_page(app: Flask) -> None:
    def change(environ: dict[str, Any], status: str, headers: Headers) -> tuple[str, Headers]:
        kept = [("Vary", "Origin"), ("Age", "9")]
        return (status, headers if environ["REQUEST_METHOD"] == "OPTIONS" else kept)

    with served(behind(app, change)) as url:
        findings = run_json(app, url, "GET", "/marks", "--send")["findings"]
    messages = [each["message"] for each in findings if each["code"] == "live-cached-response"]
    assert "came from a cache (Age: 9), and allows no origin. It was probably" in messages[0]


def test_a_cache_that_keeps_origins_apart_gives_no_finding(app: Flask) -> None:
    server = behind(app, adding(("Age", "5"), ("X-Cache", "HIT")))
    assert codes(server, app, "GET", "/marks", "--send") == []


def preflights(status: str, *headers: tuple[str, str]) -> Callable[[WSGIApp], WSGIApp]:
    """Return middleware that responds to OPTIONS itself, and passes other requests on."""

    def before(app: WSGIApp) -> WSGIApp:
        own = instead(status, list(headers))

        def choose(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            chosen = own if environ["REQUEST_METHOD"] == "OPTIONS" else app
            return chosen(environ, start_response)

        return choose

    return before


@pytest.mark.parametrize("with_app", [True, False])
@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("200 OK", "live-preflight-not-handled"),
        ("204 No Content", "live-preflight-not-handled"),
        ("400 Bad Request", "live-preflight-refused"),
        ("404 Not Found", "live-preflight-refused"),
        ("405 Method Not Allowed", "live-preflight-refused"),
        ("501 Not Implemented", "live-preflight-refused"),
        ("401 Unauthorized", "live-auth-wall"),
        ("403 Forbidden", "live-auth-wall"),
        ("407 Proxy Authentication Required", "live-auth-wall"),
        ("429 Too Many Requests", "live-rate-limited"),
        ("502 Bad Gateway", "live-gateway-error"),
        ("504 Gateway Timeout", "live-gateway-error"),
        ("522 Connection Timed Out", "live-gateway-error"),
    ],
)
def test_a_preflight_that_never_reaches_the_app(
    app: Flask, with_app: bool, status: str, code: str
) -> None:
    server = preflights(status, ("Via", "1.1 gate"))(app)
    with served(server) as url:
        found = run_json(app if with_app else None, url, "PUT", "/marks")
    assert found["verdict"] == "blocked"
    [each] = found["findings"]
    assert (each["code"], each["value"]) == (code, status[:3])
    assert each["message"].endswith(" The response names Server: loopback, Via: 1.1 gate.")
    certain = "The local app would respond differently, so it is probably not from the app."
    likely = "It is probably not from the app, or the app does not handle CORS."
    if code != "live-gateway-error":
        assert (certain if with_app else likely) in each["message"]


def test_a_denial_is_explained_without_an_app() -> None:
    server = api(request_headers=["X-A"])
    with served(server) as url:
        found = run_json(None, url, "PUT", "/marks", "--header", "X-Trace: 1")
        output = explain(None, url, "PUT", "/marks", "--header", "X-Trace: 1").output
    assert (found["reason"], found["findings"]) == ("allow-origin-missing", [])
    assert found["message"] == (
        f"The preflight response has no {ALLOW}, because of header-not-allowed: "
        f"{REASON_MESSAGES[Reason.HEADER_NOT_ALLOWED]}"
    )
    assert found["hint"] == ("Allow the missing headers with request_headers=[..., 'x-trace'].")
    assert "The server's reason is header-not-allowed: The policy" in output
    assert "origins=" not in output


def reflecting(*headers: tuple[str, str]) -> Change:
    def change(environ: dict[str, Any], status: str, sent: Headers) -> tuple[str, Headers]:
        kept = [each for each in sent if each[0] not in (ALLOW, CREDENTIALS)]
        return status, [*kept, (ALLOW, environ["HTTP_ORIGIN"]), *headers]

    return change


@pytest.mark.parametrize("with_app", [True, False])
@pytest.mark.parametrize("arguments", [["PUT", "/marks"], ["GET", "/marks", "--send"]])
def test_a_proxy_that_reflects_origins(app: Flask, with_app: bool, arguments: list[str]) -> None:
    server = behind(app, reflecting((CREDENTIALS, "true")))
    found = finding(server, app if with_app else None, *arguments)
    assert (found["code"], found["field"]) == ("live-reflected-origin", ALLOW)
    assert re.fullmatch(r"https://\w+\.probe\.invalid", found["value"])
    assert "allows that origin, with credentials." in found["message"]
    assert "Any site can then read your users' data." in found["message"]
    whose = (
        "The local app would not allow it"
        if with_app
        else "Every other origin is probably allowed too"
    )
    assert whose in found["message"]


def test_an_origin_reflected_without_credentials() -> None:
    app = api(credentials=False)
    found = finding(behind(app, reflecting()), app, "PUT", "/marks")
    assert (found["code"], "credentials" in found["message"]) == ("live-reflected-origin", False)
    assert codes(behind(app, reflecting()), None, "PUT", "/marks") == []


def test_an_origin_that_the_local_app_allows_is_not_reported_as_reflected() -> None:
    app = api(origins=[lambda origin: True])
    assert codes(app, app, "PUT", "/marks") == []


def changed(status: str, *headers: tuple[str, str]) -> Change:
    """Return a change of every response except those to preflights."""

    def change(environ: dict[str, Any], was: str, kept: Headers) -> tuple[str, Headers]:
        return (was, kept) if environ["REQUEST_METHOD"] == "OPTIONS" else (status, list(headers))

    return change


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("status", ["413 Too Large", "200 OK", "302 Found"])
def test_a_response_without_the_header_of_its_preflight(
    app: Flask, method: str, status: str
) -> None:
    with served(behind(app, changed(status, ("Location", "/other")))) as url:
        found = run_json(None, url, method, "/marks", "--send")
        output = explain(None, url, method, "/marks", "--send").output
    [lost] = found["findings"]
    assert (lost["code"], lost["value"]) == ("live-missing-headers", status[:3])
    assert (found["verdict"], found["hint"]) == ("blocked", "First fix the warnings above.")
    assert "origins=" not in output
    assert output.rstrip().endswith("First fix the warnings above.")


def test_a_cached_denial_after_a_preflight_that_allows(app: Flask) -> None:
    server = behind(app, changed("200 OK", ("Age", "9"), ("X-Cache", "HIT"), ("Vary", "Origin")))
    found = finding(server, None, "GET", "/marks", "--send")
    assert found["code"] == "live-cached-response"
    assert "came from a cache (Age: 9, X-Cache: HIT), and allows no origin" in found["message"]


def test_a_server_that_allows_no_origin_gives_no_finding(app: Flask) -> None:
    assert codes(app, None, "GET", "/marks", "--send", origin=EVIL) == []


def test_a_refusal_of_the_request_only_has_no_hint_about_options(app: Flask) -> None:
    for status, word in (("401 No", "verify access"), ("429 No", "responses of the rate limit")):
        found = finding(behind(app, changed(status)), None, "GET", "/marks", "--send")
        assert (word in found["hint"], "OPTIONS" in found["hint"]) == (True, False)


def test_the_origin_is_not_blamed_without_evidence(app: Flask) -> None:
    server = preflights("401 Unauthorized")(app)
    with served(server) as url:
        found = run_json(None, url, "PUT", "/marks")
    assert found["hint"] == "First fix the warnings above."


def test_a_denial_of_the_local_app_stays_the_hint_despite_findings(app: Flask) -> None:
    app.extensions["crossorigin"].reconfigure(origins=["https://a.example"], app=app)
    with served(behind(app, without("Vary"))) as url:
        found = run_json(app, url, "PUT", "/marks", origin="null")
    assert found["findings"][0]["code"] == "live-missing-vary"
    assert found["hint"].startswith("First fix the warnings above. Many pages share the")


def test_a_disabled_scope_is_not_reported_as_a_difference(app: Flask) -> None:
    app.extensions["crossorigin"].disable("/marks")
    found = finding(app, app, "PUT", "/marks")
    assert found["code"] == "live-preflight-not-handled"
    assert "does not handle CORS" in found["message"]


@pytest.mark.parametrize("with_app", [True, False])
@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("401 Unauthorized", "live-auth-wall"),
        ("429 Too Many Requests", "live-rate-limited"),
        ("503 Service Unavailable", "live-gateway-error"),
    ],
)
def test_a_request_that_never_reaches_the_app(
    app: Flask, with_app: bool, status: str, code: str
) -> None:
    def server(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        own = instead(status, [("WWW-Authenticate", 'Basic realm="x"')])
        return (app if environ["REQUEST_METHOD"] == "OPTIONS" else own)(environ, start_response)

    found = finding(server, app if with_app else None, "GET", "/marks", "--send")
    assert (found["code"], found["value"]) == (code, status[:3])
    assert found["message"].startswith(f"The response to the request is {status[:3]} without any")


def test_the_challenge_of_an_auth_wall_is_shown(app: Flask) -> None:
    gate = preflights("401 Unauthorized", ("WWW-Authenticate", "Negotiate"))
    found = finding(gate(app), app, "PUT", "/marks")
    assert "it asks for Negotiate credentials" in found["message"]
    result = explain_at(gate(app), app, "PUT", "/marks")
    assert "The local app would allow the request. Fix the warnings above" in result
    result = explain_at(gate(app), None, "PUT", "/marks")
    assert "First fix the warnings above." in result


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"credentials": False}, "In code: CrossOrigin(app, ..., credentials=True)"),
        (
            {"origins": "*", "credentials": False},
            f"In code: CrossOrigin(app, ..., credentials=['{APP}'])",
        ),
    ],
)
def test_a_setting_that_the_local_app_lacks_is_not_blamed_on_a_proxy(
    settings: dict[str, Any], advice: str
) -> None:
    app = api(**settings)
    for arguments in (["PUT", "/marks"], ["GET", "/marks", "--send"]):
        result = explain_at(app, app, *arguments, "--credentials")
        assert advice in result
        assert "The local app would allow" not in result


def test_a_preflight_with_all_headers_may_still_fail(app: Flask) -> None:
    server = behind(app, lambda _, status, headers: ("500 Server Error", headers))
    result = explain_at(server, app, "PUT", "/marks")
    assert "Blocked: preflight-status" in result
    assert "The local app would allow the request. The server probably runs another app" in result


def explain_at(server: WSGIApp, app: Flask | None, *arguments: str) -> str:
    """Return the text output of the command for `server`, in one line."""
    with served(server) as url:
        return " ".join(explain(app, url, *arguments).output.split())


def test_a_refusal_of_the_app_itself_is_no_auth_wall(app: Flask) -> None:
    app.add_url_rule("/secret", "secret", lambda: ("no", 401))
    assert codes(app, app, "GET", "/secret", "--send") == []
    assert codes(behind(app, without("Vary")), None, "PUT", "/marks", origin=EVIL) == []


@pytest.mark.parametrize("with_app", [True, False])
@pytest.mark.parametrize(
    ("location", "cause"),
    [
        ("https://localhost/marks", "It leads from http to https."),
        ("/marks/", "It adds or removes a slash at the end of the path."),
        ("http://www.localhost/marks", "It adds or removes www. in the host name."),
        ("https://else.example/", "Something in front of the app probably redirects all requests."),
        ("", "Something in front of the app probably redirects all requests."),
        ("http://[", "Something in front of the app probably redirects all requests."),
        (
            "https://authors.example/",
            "Something in front of the app probably redirects all requests.",
        ),
    ],
)
def test_a_preflight_that_is_redirected(
    app: Flask, with_app: bool, location: str, cause: str
) -> None:
    gate = preflights("301 Moved Permanently", ("Location", location))
    found = finding(gate(app), app if with_app else None, "PUT", "/marks")
    assert (found["code"], found["value"]) == ("live-redirected-preflight", "301")
    assert cause in found["message"]


LOGIN = ("Location", "https://id.example/login?next=/marks")


@pytest.mark.parametrize("with_app", [True, False])
def test_a_preflight_that_is_redirected_to_a_login(app: Flask, with_app: bool) -> None:
    found = finding(preflights("302 Found", LOGIN)(app), app if with_app else None, "PUT", "/marks")
    assert found["code"] == "live-auth-wall"
    assert "it redirects to https://id.example/login?next=/marks" in found["message"]


def test_a_request_that_is_redirected_to_a_login(app: Flask) -> None:
    def gate(environ: dict[str, Any], status: str, headers: Headers) -> tuple[str, Headers]:
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return status, headers
        return "302 Found", [LOGIN]

    found = finding(behind(app, gate), app, "GET", "/marks", "--send")
    assert found["code"] == "live-auth-wall"
    assert found["message"].startswith("The response to the request is 302 without any CORS header")


def test_a_login_of_the_app_itself_is_no_auth_wall(app: Flask) -> None:
    app.add_url_rule("/page", "page", lambda: redirect("https://id.example/login"))
    assert codes(app, app, "GET", "/page", "--send") == []


def test_findings_are_printed_as_check_prints_them(app: Flask) -> None:
    with served(behind(app, adding((ALLOW, APP)))) as url:
        result = explain(app, url, "PUT", "/marks")
    assert result.exit_code == 1
    assert (
        "\nwarning live-duplicate-header\n  Access-Control-Allow-Origin has more" in result.output
    )
    assert result.output.index("warning live") < result.output.index("Blocked: ")


def test_findings_alone_do_not_fail_the_command(app: Flask) -> None:
    with served(behind(app, without("Vary"))) as url:
        result = explain(app, url, "GET", "/marks", "--send")
    assert (result.exit_code, "warning live-missing-vary" in result.output) == (0, True)


def without_cors(environ: dict[str, Any], status: str, _: Headers) -> tuple[str, Headers]:
    """Remove every header, and refuse OPTIONS: a server without CORS."""
    return ("501 No" if environ["REQUEST_METHOD"] == "OPTIONS" else status), []


def test_a_finding_in_a_probe_is_not_to_be_fixed_first(app: Flask) -> None:
    with served(behind(app, without_cors)) as url:
        found = run_json(None, url, "GET", "/marks", "--send")
        output = explain(None, url, "GET", "/marks", "--send").output
    assert [each["code"] for each in found["findings"]] == ["live-preflight-refused"]
    lacking = f"Make the server respond to GET with Access-Control-Allow-Origin: {APP}"
    assert found["hint"] == lacking
    assert " ".join(output.split()).endswith(f"{lacking}")


def test_more_names_in_vary_than_the_policys_make_no_difference(app: Flask) -> None:
    def adds(_: dict[str, Any], status: str, headers: Headers) -> tuple[str, Headers]:
        return status, [*headers, ("Vary", "Cookie")]

    with served(behind(app, adds)) as url:
        output = explain(app, url, "PUT", "/marks", "--send").output
    assert "would send the same CORS headers" in output
    assert "The local app would send:\n" not in output
    assert "No sign that a proxy, cache or gateway changed the responses." in output
