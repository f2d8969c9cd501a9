"""``flask cors explain --live``: what is sent, what is told, and which intermediaries are found."""

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

from .conftest import APP, EVIL, OTHER
from .loopback import Change, Headers, WSGIApp, behind, instead, served, speaking

ALLOW = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"
METHODS = "Access-Control-Allow-Methods"
HEADERS = "Access-Control-Allow-Headers"
EXPOSE = "Access-Control-Expose-Headers"
MAX_AGE = "Access-Control-Max-Age"


def api(**settings: Any) -> Flask:
    """An app with a policy, whose views note what ran."""
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
    """Run the command, beside `app` or where there is none."""
    line = ["cors", "explain", *arguments, "--origin", origin, "--live", live]
    if app is not None:
        return app.test_cli_runner().invoke(args=line, **more)
    group = FlaskGroup(create_app=no_app, add_default_commands=False)
    group.add_command(cors)
    return CliRunner().invoke(group, line, **more)


def told(app: Flask | None, live: str, *arguments: str, origin: str = APP) -> dict[str, Any]:
    """What the command tells programs."""
    result = explain(app, live, *arguments, "--json", origin=origin)
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == (found["verdict"] == "blocked")
    return found


def codes(
    server: WSGIApp, app: Flask | None, *arguments: str, origin: str = APP
) -> list[tuple[str, str]]:
    """The findings on `server`, each with its field."""
    with served(server) as url:
        findings = told(app, url, *arguments, origin=origin)["findings"]
    return [(each["code"], each["field"]) for each in findings]


def finding(server: WSGIApp, app: Flask | None, *arguments: str) -> dict[str, Any]:
    """The one finding on `server`."""
    with served(server) as url:
        [found] = told(app, url, *arguments)["findings"]
    assert isinstance(found, dict)
    assert found["level"] == "warning"
    return found


@pytest.fixture
def app() -> Flask:
    return api()


# What is sent.


@pytest.fixture
def seen() -> list[tuple[str, str, str]]:
    """The method, the origin and the asked method of each request that the watched app got."""
    return []


@pytest.fixture
def watched(app: Flask, seen: list[tuple[str, str, str]]) -> Iterator[str]:
    """The URL of `app`."""

    def watch(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "")
        origin = re.sub(r"^https://[0-9a-f]{8}\.", "*", environ["HTTP_ORIGIN"])
        seen.append((environ["REQUEST_METHOD"], origin, asked))
        return app(environ, start_response)

    with served(watch) as url:
        yield url


PROBE = "*probe.invalid"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("beside", [True, False])
def test_without_send_nothing_but_preflights_is_sent(
    app: Flask, watched: str, seen: list[tuple[str, str, str]], method: str, beside: bool
) -> None:
    told(app if beside else None, watched, method, "/marks")
    assert seen == [("OPTIONS", APP, method), ("OPTIONS", PROBE, method)]
    assert app.extensions["ran"] == []


def test_what_changes_data_is_sent_once(
    app: Flask, watched: str, seen: list[tuple[str, str, str]]
) -> None:
    told(app, watched, "PUT", "/marks", "--send")
    assert seen == [("OPTIONS", APP, "PUT"), ("PUT", APP, ""), ("OPTIONS", PROBE, "PUT")]


def test_what_reads_is_sent_for_another_page_too(
    app: Flask, watched: str, seen: list[tuple[str, str, str]]
) -> None:
    told(None, watched, "GET", "/marks", "--send")
    asked = [("GET", APP, ""), ("OPTIONS", APP, "GET"), ("OPTIONS", PROBE, "GET")]
    assert seen == [*asked, ("GET", PROBE, "")]


def test_a_page_of_the_same_origin_is_not_asked_about(
    watched: str, seen: list[tuple[str, str, str]]
) -> None:
    found = told(None, watched, "POST", "/marks", "--send", origin=watched)
    assert (found["verdict"], found["beside"], seen) == ("allowed", [], [("POST", watched, "")])


def test_what_a_browser_would_not_send_is_not_sent(
    watched: str, seen: list[tuple[str, str, str]]
) -> None:
    found = told(None, watched, "TRACE", "/marks")
    assert (found["verdict"], found["reason"], seen) == ("blocked", "method-forbidden", [])


@pytest.mark.parametrize(
    ("live", "url", "meant"),
    [
        ("", "/marks", "/marks"),
        ("/", "marks?a=b", "/marks?a=b"),
        ("", "{live}/marks", "/marks"),
    ],
)
def test_a_relative_url_is_one_of_the_server(watched: str, live: str, url: str, meant: str) -> None:
    found = told(None, f"{watched}{live}", "PUT", url.format(live=watched))
    assert found["exchanges"][0]["url"] == f"{watched}{meant}"


def test_the_profile_is_followed(app: Flask, watched: str) -> None:
    for profile, verdict in (("standard", "blocked"), ("firefox", "unknown")):
        headers = [(ALLOW, "*"), (HEADERS, "*")]
        with served(instead("204 No Content", headers)) as url:
            arguments = ("GET", "/", "--header", "Authorization: x", "--profile", profile)
            assert told(None, url, *arguments)["verdict"] == verdict


# What is told.


def test_the_app_here_stands_in_for_what_is_not_sent(app: Flask, watched: str) -> None:
    found = told(app, watched, "PUT", "/marks", "--credentials")
    preflight, request = found["exchanges"]
    assert (found["verdict"], found["app"], found["live"]) == ("allowed", "api", watched)
    assert (preflight["sent"], request["sent"], request["status"]) == (True, False, None)
    assert preflight["decision"]["reason"] == "allowed"
    output = explain(app, watched, "PUT", "/marks").output
    assert "The app here would say the same." in output
    assert "It was not sent. The app here would add to its response" in output
    assert "So says the app here: --send asks the server" in output


def test_the_app_here_is_heard_where_it_denies(app: Flask, watched: str) -> None:
    result = explain(app, watched, "GET", "/marks", origin=EVIL)
    assert result.exit_code == 1
    assert f"In code: CrossOrigin(app, origins=[..., '{EVIL}'])" in result.output


def test_without_an_app_what_is_not_sent_is_not_known(watched: str) -> None:
    found = told(None, watched, "PUT", "/marks")
    assert (found["verdict"], found["app"], found["findings"]) == ("unknown", None, [])
    assert found["exchanges"][1]["status"] is None
    assert found["exchanges"][1]["response_headers"] == []
    assert "headers" not in found
    output = " ".join(explain(None, watched, "PUT", "/marks").output.split())
    assert "Not known Its preflight is allowed, but the request itself was not sent" in output
    assert "no app here to compare with. Loading it raised RuntimeError: no app is here" in output
    output = explain(None, watched, "GET", "/marks").output
    assert "Not known\n  The request itself was not sent: --send sends it" in output


def test_without_an_app_what_is_sent_is_known(watched: str) -> None:
    found = told(None, watched, "PUT", "/marks", "--send", "--credentials")
    assert (found["verdict"], found["status"], found["app"]) == ("allowed", 200, None)
    assert ["Content-Length", "5"] in found["headers"]
    output = explain(None, watched, "PUT", "/marks", "--send").output
    assert f"{watched} answers 200" in output
    assert "The script reads the response; of its headers: Content-Type" in output


def test_an_app_that_leaves_the_url_to_flask_says_nothing(app: Flask, watched: str) -> None:
    app.extensions["crossorigin"].disable("/marks")
    found = told(app, watched, "GET", "/marks")
    assert (found["verdict"], found["exchanges"][0]["decision"]["reason"]) == (
        "unknown",
        "disabled",
    )
    found = told(app, watched, "GET", "/marks", "--send")
    assert (found["verdict"], found["change"]) == (
        "blocked",
        f"""In code: cors.apply("/marks", origins=['{APP}']), in place of cors.disable("/marks")""",
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
        (wrong_when_made, "compare with. Its configuration is wrong: run `flask cors check`."),
        (wrong_in_a_scope, "compare with. Its configuration is wrong: run `flask cors check`."),
    ],
)
def test_an_app_that_can_say_nothing_is_left_out(
    watched: str, make: Callable[[], Flask], why: str
) -> None:
    group = FlaskGroup(create_app=make, add_default_commands=False)
    group.add_command(cors)
    line = ["cors", "explain", "GET", "/marks", "--origin", APP, "--live", watched]
    result = CliRunner().invoke(group, line)
    assert (result.exit_code, why in " ".join(result.output.split())) == (0, True), result.output


def test_a_redirect_to_another_server_is_not_followed(app: Flask, watched: str) -> None:
    result = explain(app, watched, "GET", "/away", "--send")
    assert result.exit_code == 0
    assert "redirects to https://else.example/" in result.output
    assert "another server, to which nothing is sent" in " ".join(result.output.split())
    assert told(app, watched, "GET", "/away", "--send")["verdict"] == "unknown"


def test_a_redirect_on_the_server_is_followed(app: Flask) -> None:
    app.add_url_rule("/near", "near", lambda: redirect("/marks"))
    with served(app) as url:
        found = told(app, url, "GET", "/near", "--send")
    assert [each["status"] for each in found["exchanges"]] == [302, 200]
    assert (found["verdict"], found["findings"]) == ("allowed", [])


def test_bytes_of_a_server_never_steer_the_terminal(app: Flask) -> None:
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


# What fails.


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["/", "--live", "api.example.com"], "--live 'api.example.com' is not the http or https"),
        (["/", "--live", "ftp://a.example"], "--live 'ftp://a.example' is not the http or https"),
        (["/", "--live", "http://u:p@a.example"], "is not the http or https URL of a server"),
        (["http://b.example/", "--live", "http://a.example"], "write its path alone, or --live"),
        (["http://[/", "--live", "http://a.example"], "URL 'http://[/' is none: write a path"),
        (["/", "--live", "http://a.example", "--timeout", "0"], "--timeout 0 must be more than 0"),
        (["/", "--live", "http://a.example", "--timeout", "nan"], "--timeout nan must be more"),
        (["/", "--live", "http://a.example", "--timeout", "inf"], "3600 seconds. Write 10."),
        (["/", "--timeout", "3"], "--timeout is for --live: leave it out, or write --live URL."),
        (["/", "--live", "http://a.example", "--origin", "app"], "Write 'https://app'."),
        (["/", "--live", "http://a.example/v1"], "write --live 'http://a.example', and the whole"),
        (["/", "--live", "http://a.example?v=1"], "'http://a.example?v=1' has a path"),
        (
            ["http://localhost:abc/", "--live", "http://a.example"],
            "'http://localhost:abc/' is none",
        ),
        (["data:text/plain,x", "--live", "http://a.example"], "URL 'data:text/plain,x' is none"),
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
def test_a_server_that_does_not_answer_is_one_sentence(method: str, more: list[str]) -> None:
    with speaking() as (url, _):
        result = explain(None, url, method, "/x", "--timeout", "0.05", *more)
    assert result.exit_code == 2
    assert " ".join(result.output.split()) == (
        f"Error: {url}/x is unreachable: no response within 0.05 seconds. Check whether the port "
        "expects http or https, the server hangs, or a firewall drops the request. Or wait longer."
    )


def test_a_question_beside_that_is_not_answered_is_noted(app: Flask) -> None:
    with speaking(b"HTTP/1.1 200 OK\r\n\r\n", b"") as (url, _):
        found = told(None, url, "GET", "/x", "--send")
    [_, note, *_] = found["notes"]
    assert note.startswith(f"Asked beside, without an answer: OPTIONS {url}/x is unreachable: ")
    assert found["beside"] == []


def test_without_urllib3_it_is_said_how_to_install_it(
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
        "Error: --live sends requests with urllib3, which is not installed: "
        "pip install 'flask-crossorigin[live]'."
    )


# What intermediaries do.


def test_every_finding_is_provoked() -> None:
    text = Path(__file__).read_text()
    assert [code for code in FINDINGS if f'"{code}"' not in text] == []
    assert [code for code in FINDINGS if not re.fullmatch(r"live-[a-z]+(-[a-z]+)*", code)] == []


@pytest.mark.parametrize("beside", [True, False])
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
    settings: dict[str, Any], arguments: list[str], more: list[str], beside: bool
) -> None:
    app = api(**settings)
    assert codes(app, app if beside else None, *arguments, *more) == []


def test_debug_mode_gives_no_finding(app: Flask) -> None:
    app.debug = True
    app.extensions["crossorigin"].reconfigure(methods=["GET"], app=app)
    assert codes(app, app, "PUT", "/marks") == []


def test_a_server_that_knows_one_origin_gives_no_finding() -> None:
    server = instead("200 OK", [(ALLOW, APP), ("Age", "3")])
    assert codes(server, None, "GET", "/", "--send") == []


def adding(*headers: tuple[str, str]) -> Change:
    return lambda environ, status, answered: (status, [*answered, *headers])


def without(*names: str) -> Change:
    return lambda environ, status, answered: (
        status,
        [each for each in answered if each[0] not in names],
    )


def with_value(name: str, value: str) -> Change:
    def change(environ: dict[str, Any], status: str, answered: Headers) -> tuple[str, Headers]:
        return status, [(key, value if key == name else text) for key, text in answered]

    return change


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        (adding((ALLOW, APP)), ALLOW),
        (with_value(ALLOW, f"{APP}, {APP}"), ALLOW),
        (adding((CREDENTIALS, "true")), CREDENTIALS),
        (adding((MAX_AGE, "5")), MAX_AGE),
    ],
)
def test_a_header_that_comes_twice(app: Flask, beside: bool, change: Change, field: str) -> None:
    found = codes(behind(app, change), app if beside else None, "PUT", "/marks")
    assert found == [("live-doubled-header", field)]


def test_what_is_found_in_two_answers_is_told_once(app: Flask) -> None:
    found = finding(behind(app, adding((ALLOW, APP))), app, "GET", "/marks", "--send")
    assert found["value"] == f"{APP}, {APP}"
    assert found["message"] == (
        f"{ALLOW} has more than one value in the answer to the preflight and the request: {APP}, "
        f"{APP}. Browsers take that for one value, and a wrong one. Likely the app and a proxy "
        "both add it. The answer names Server: loopback."
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
def test_a_header_that_is_changed_on_the_way(
    app: Flask, change: Change, field: str, value: str
) -> None:
    arguments = ["PUT", "/marks", "--header", "X-A: 1"]
    found = finding(behind(app, change), app, *arguments)
    assert (found["code"], found["field"], found["value"]) == (
        "live-rewritten-header",
        field,
        value,
    )
    assert "the app here would send" in found["message"]
    assert codes(behind(app, change), None, *arguments) == []


def test_the_same_names_in_another_order_are_no_change(app: Flask) -> None:
    names = "DELETE,PATCH, PUT,POST,HEAD,,GET"
    server = behind(app, with_value(METHODS, names))
    assert codes(server, app, "PUT", "/marks") == []


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("change", [without("Vary"), with_value("Vary", "Accept-Encoding")])
def test_a_vary_that_is_lost(app: Flask, beside: bool, change: Change) -> None:
    found = finding(behind(app, change), app if beside else None, "GET", "/marks", "--send")
    assert found["code"] == "live-lost-vary"
    assert "the preflight and the request depends on Origin" in found["message"]


def test_a_vary_that_is_lost_of_a_denial(app: Flask) -> None:
    with served(behind(app, without("Vary"))) as url:
        found = told(app, url, "GET", "/marks", "--send", origin=EVIL)
        assert [each["code"] for each in found["findings"]] == ["live-lost-vary"]
        assert told(None, url, "PUT", "/marks", origin=EVIL)["findings"] == []


def test_a_vary_of_everything_is_enough(app: Flask) -> None:
    assert codes(behind(app, with_value("Vary", "*")), app, "GET", "/marks") == []


def test_a_lost_vary_is_worse_behind_a_cache(app: Flask) -> None:
    server = behind(app, lambda _, status, headers: (status, [("Age", "007"), ("X-Cache", "Hit")]))
    server = behind(server, adding((ALLOW, APP), (CREDENTIALS, "true")))
    with served(server) as url:
        findings = told(app, url, "POST", "/marks", "--send")["findings"]
    messages = [each["message"] for each in findings if each["code"] == "live-lost-vary"]
    assert "A cache stands between: Age: 007, X-Cache: Hit." in messages[0]


class Cache:
    """Keeps answers by the method and URL alone."""

    def __init__(self, app: WSGIApp, *told: tuple[str, str]) -> None:
        self.app = app
        self.told = list(told)
        self.kept: dict[tuple[str, str, str], tuple[bytes, str, Headers]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        key = (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"])
        hit = key in self.kept
        if not hit:
            answer = Response.from_app(self.app, environ)
            self.kept[key] = (answer.data, answer.status, list(answer.headers))
        body, status, headers = self.kept[key]
        start_response(status, [*headers, *(self.told if hit else [])])
        return [body]


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("url", ["/marks", "/marks?a=b"])
def test_a_cache_that_mixes_origins(app: Flask, beside: bool, url: str) -> None:
    server = Cache(app, ("X-Cache", "HIT from \x07here"))
    with served(server) as live:
        found = told(app if beside else None, live, "GET", url, "--send")
    assert found["verdict"] == "allowed"
    first, second = found["findings"]
    assert (first["code"], second["code"]) == ("live-cached-preflight", "live-cached-response")
    assert re.fullmatch(
        rf"The preflight of https://\w+\.probe\.invalid got the answer for {APP}, and another one "
        r"at a URL that is in no cache: a cache between mixes origins \(X-Cache: HIT from "
        r"\\x07here\)\. The answer names Server: loopback\.",
        first["message"],
    )
    assert second["message"].startswith("The request of https://")


def test_a_cache_that_mixes_origins_and_does_not_tell_so(app: Flask) -> None:
    found = finding(Cache(app), None, "PUT", "/marks")
    assert (found["code"], found["field"]) == ("live-cached-preflight", ALLOW)
    assert "a cache between mixes origins. " in found["message"]


@pytest.mark.parametrize("beside", [True, False])
def test_an_answer_that_was_kept_for_another_page(app: Flask, beside: bool) -> None:
    change = with_value(ALLOW, OTHER)
    server = behind(behind(app, change), adding(("CF-Cache-Status", "HIT")))
    with served(server) as url:
        found = told(app if beside else None, url, "GET", "/marks", "--send")
    assert found["verdict"] == "blocked"
    messages = {each["code"]: each["message"] for each in found["findings"]}
    assert (
        f"came from a cache (CF-Cache-Status: HIT), and allows {OTHER}: likely it was kept for "
        "another page." in messages["live-cached-response"]
    )


def test_an_answer_that_was_kept_for_a_page_of_the_same_origin(app: Flask) -> None:
    def change(environ: dict[str, Any], status: str, headers: Headers) -> tuple[str, Headers]:
        kept = [("Vary", "Origin"), ("Age", "9")]
        return (status, headers if environ["REQUEST_METHOD"] == "OPTIONS" else kept)

    with served(behind(app, change)) as url:
        findings = told(app, url, "GET", "/marks", "--send")["findings"]
    messages = [each["message"] for each in findings if each["code"] == "live-cached-response"]
    assert "came from a cache (Age: 9), and allows no origin: likely" in messages[0]


def test_a_cache_that_knows_origins_apart_gives_no_finding(app: Flask) -> None:
    server = behind(app, adding(("Age", "5"), ("X-Cache", "HIT")))
    assert codes(server, app, "GET", "/marks", "--send") == []


def preflights(status: str, *headers: tuple[str, str]) -> Callable[[WSGIApp], WSGIApp]:
    """What answers OPTIONS by itself and passes everything else on."""

    def before(app: WSGIApp) -> WSGIApp:
        own = instead(status, list(headers))

        def choose(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            chosen = own if environ["REQUEST_METHOD"] == "OPTIONS" else app
            return chosen(environ, start_response)

        return choose

    return before


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("200 OK", "live-preflight-unanswered"),
        ("204 No Content", "live-preflight-unanswered"),
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
    app: Flask, beside: bool, status: str, code: str
) -> None:
    server = preflights(status, ("Via", "1.1 gate"))(app)
    with served(server) as url:
        found = told(app if beside else None, url, "PUT", "/marks")
    assert found["verdict"] == "blocked"
    [each] = found["findings"]
    assert (each["code"], each["value"]) == (code, status[:3])
    assert each["message"].endswith(" The answer names Server: loopback, Via: 1.1 gate.")
    certain = "The app here would answer otherwise: likely it was not asked."
    likely = "Likely the app was not asked, or it knows no CORS."
    if code != "live-gateway-error":
        assert (certain if beside else likely) in each["message"]


def test_a_denial_is_told_by_its_cause_without_an_app() -> None:
    server = api(request_headers=["X-A"])
    with served(server) as url:
        found = told(None, url, "PUT", "/marks", "--header", "X-Trace: 1")
        output = explain(None, url, "PUT", "/marks", "--header", "X-Trace: 1").output
    assert (found["reason"], found["findings"]) == ("allow-origin-missing", [])
    assert found["message"] == (
        f"The preflight response has no {ALLOW}, because of header-not-allowed: The policy does "
        "not allow one of the requested headers."
    )
    assert found["hint"] == "Allow the missing headers with request_headers=[..., 'x-trace']."
    assert "It says why, header-not-allowed: The policy" in output
    assert "origins=" not in output


def reflecting(*headers: tuple[str, str]) -> Change:
    def change(environ: dict[str, Any], status: str, answered: Headers) -> tuple[str, Headers]:
        kept = [each for each in answered if each[0] not in (ALLOW, CREDENTIALS)]
        return status, [*kept, (ALLOW, environ["HTTP_ORIGIN"]), *headers]

    return change


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("arguments", [["PUT", "/marks"], ["GET", "/marks", "--send"]])
def test_a_proxy_that_sends_every_origin_back(
    app: Flask, beside: bool, arguments: list[str]
) -> None:
    server = behind(app, reflecting((CREDENTIALS, "true")))
    found = finding(server, app if beside else None, *arguments)
    assert (found["code"], found["field"]) == ("live-reflected-origin", ALLOW)
    assert re.fullmatch(r"https://\w+\.probe\.invalid", found["value"])
    assert "allows it, with credentials." in found["message"]
    assert "Any site can then read what your users may." in found["message"]
    whose = "The app here would not allow it" if beside else "Likely every other is allowed too"
    assert whose in found["message"]


def test_an_origin_that_is_sent_back_without_credentials() -> None:
    app = api(credentials=False)
    found = finding(behind(app, reflecting()), app, "PUT", "/marks")
    assert (found["code"], "credentials" in found["message"]) == ("live-reflected-origin", False)
    assert codes(behind(app, reflecting()), None, "PUT", "/marks") == []


def test_an_origin_that_the_app_here_allows_is_not_said_to_be_reflected() -> None:
    app = api(origins=[lambda origin: True])
    assert codes(app, app, "PUT", "/marks") == []


def answered(status: str, *headers: tuple[str, str]) -> Change:
    """Leaves preflights alone, and answers all else so."""

    def change(environ: dict[str, Any], was: str, kept: Headers) -> tuple[str, Headers]:
        return (was, kept) if environ["REQUEST_METHOD"] == "OPTIONS" else (status, list(headers))

    return change


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("status", ["413 Too Large", "200 OK", "302 Found"])
def test_a_response_without_what_its_preflight_has(app: Flask, method: str, status: str) -> None:
    with served(behind(app, answered(status, ("Location", "/other")))) as url:
        found = told(None, url, method, "/marks", "--send")
        output = explain(None, url, method, "/marks", "--send").output
    [lost] = found["findings"]
    assert (lost["code"], lost["value"]) == ("live-lost-headers", status[:3])
    assert (found["verdict"], found["hint"]) == ("blocked", "First mend what is warned of above.")
    assert "origins=" not in output
    assert output.rstrip().endswith("First mend what is warned of above.")


def test_a_kept_denial_beside_a_preflight_that_allows(app: Flask) -> None:
    server = behind(app, answered("200 OK", ("Age", "9"), ("X-Cache", "HIT"), ("Vary", "Origin")))
    found = finding(server, None, "GET", "/marks", "--send")
    assert found["code"] == "live-cached-response"
    assert "came from a cache (Age: 9, X-Cache: HIT), and allows no origin" in found["message"]


def test_a_response_of_a_server_that_allows_nobody_has_lost_nothing(app: Flask) -> None:
    assert codes(app, None, "GET", "/marks", "--send", origin=EVIL) == []


def test_what_refuses_the_request_alone_is_not_told_of_options(app: Flask) -> None:
    for status, word in (("401 No", "verify access"), ("429 No", "what the limit answers")):
        found = finding(behind(app, answered(status)), None, "GET", "/marks", "--send")
        assert (word in found["hint"], "OPTIONS" in found["hint"]) == (True, False)


def test_what_is_no_evidence_is_no_advice(app: Flask) -> None:
    server = preflights("401 Unauthorized")(app)
    with served(server) as url:
        found = told(None, url, "PUT", "/marks")
    assert found["hint"] == "First mend what is warned of above."


def test_a_denial_of_the_app_here_stays_the_advice_beside_findings(app: Flask) -> None:
    app.extensions["crossorigin"].reconfigure(origins=["https://a.example"], app=app)
    with served(behind(app, without("Vary"))) as url:
        found = told(app, url, "PUT", "/marks", origin="null")
    assert found["findings"][0]["code"] == "live-lost-vary"
    assert found["hint"].startswith("First mend what is warned of above. Many pages share the")


def test_an_app_that_answers_options_itself_is_not_said_to_answer_otherwise(app: Flask) -> None:
    app.extensions["crossorigin"].disable("/marks")
    found = finding(app, app, "PUT", "/marks")
    assert found["code"] == "live-preflight-unanswered"
    assert "it knows no CORS" in found["message"]


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("401 Unauthorized", "live-auth-wall"),
        ("429 Too Many Requests", "live-rate-limited"),
        ("503 Service Unavailable", "live-gateway-error"),
    ],
)
def test_a_request_that_never_reaches_the_app(
    app: Flask, beside: bool, status: str, code: str
) -> None:
    def server(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        own = instead(status, [("WWW-Authenticate", 'Basic realm="x"')])
        return (app if environ["REQUEST_METHOD"] == "OPTIONS" else own)(environ, start_response)

    found = finding(server, app if beside else None, "GET", "/marks", "--send")
    assert (found["code"], found["value"]) == (code, status[:3])
    assert found["message"].startswith(f"The answer to the request is {status[:3]} without any")


def test_what_an_auth_wall_wants_is_told(app: Flask) -> None:
    gate = preflights("401 Unauthorized", ("WWW-Authenticate", "Negotiate"))
    found = finding(gate(app), app, "PUT", "/marks")
    assert "it wants Negotiate credentials" in found["message"]
    result = explain_at(gate(app), app, "PUT", "/marks")
    assert "The app here would allow it: mend what is warned of above" in result
    result = explain_at(gate(app), None, "PUT", "/marks")
    assert "First mend what is warned of above." in result


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"credentials": False}, "In code: CrossOrigin(app, credentials=True)"),
        (
            {"origins": "*", "credentials": False},
            f"In code: CrossOrigin(app, origins=['{APP}'], credentials=True)",
        ),
    ],
)
def test_what_the_app_here_lacks_is_not_said_to_be_between(
    settings: dict[str, Any], advice: str
) -> None:
    app = api(**settings)
    for arguments in (["PUT", "/marks"], ["GET", "/marks", "--send"]):
        result = explain_at(app, app, *arguments, "--credentials")
        assert advice in result
        assert "The app here would allow it" not in result


def test_a_preflight_with_all_headers_may_still_fail(app: Flask) -> None:
    server = behind(app, lambda _, status, headers: ("500 Server Error", headers))
    result = explain_at(server, app, "PUT", "/marks")
    assert "Blocked: preflight-status" in result
    assert "The app here would allow it: likely the server runs another app" in result


def explain_at(server: WSGIApp, app: Flask | None, *arguments: str) -> str:
    """What the command tells people of `server`, in one line."""
    with served(server) as url:
        return " ".join(explain(app, url, *arguments).output.split())


def test_a_refusal_of_the_app_itself_is_no_wall(app: Flask) -> None:
    app.add_url_rule("/secret", "secret", lambda: ("no", 401))
    assert codes(app, app, "GET", "/secret", "--send") == []
    assert codes(behind(app, without("Vary")), None, "PUT", "/marks", origin=EVIL) == []


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize(
    ("location", "cause"),
    [
        ("https://localhost/marks", "It goes from http to https."),
        ("/marks/", "It adds a slash to the path, or takes it away."),
        ("http://www.localhost/marks", "It goes from a host with www to one without, or back."),
        ("https://else.example/", "Likely something before the app sends all requests there."),
        ("", "Likely something before the app sends all requests there."),
        ("http://[", "Likely something before the app sends all requests there."),
        ("https://authors.example/", "Likely something before the app sends all requests there."),
    ],
)
def test_a_preflight_that_is_redirected(
    app: Flask, beside: bool, location: str, cause: str
) -> None:
    gate = preflights("301 Moved Permanently", ("Location", location))
    found = finding(gate(app), app if beside else None, "PUT", "/marks")
    assert (found["code"], found["value"]) == ("live-redirected-preflight", "301")
    assert cause in found["message"]


LOGIN = ("Location", "https://id.example/login?next=/marks")


@pytest.mark.parametrize("beside", [True, False])
def test_a_preflight_that_is_sent_to_a_login(app: Flask, beside: bool) -> None:
    found = finding(preflights("302 Found", LOGIN)(app), app if beside else None, "PUT", "/marks")
    assert found["code"] == "live-auth-wall"
    assert "it leads to https://id.example/login?next=/marks" in found["message"]


def test_a_request_that_is_sent_to_a_login(app: Flask) -> None:
    def gate(environ: dict[str, Any], status: str, headers: Headers) -> tuple[str, Headers]:
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return status, headers
        return "302 Found", [LOGIN]

    found = finding(behind(app, gate), app, "GET", "/marks", "--send")
    assert found["code"] == "live-auth-wall"
    assert found["message"].startswith("The answer to the request is 302 without any CORS header")


def test_a_login_of_the_app_itself_is_no_wall(app: Flask) -> None:
    app.add_url_rule("/page", "page", lambda: redirect("https://id.example/login"))
    assert codes(app, app, "GET", "/page", "--send") == []


def test_findings_are_printed_as_check_prints_them(app: Flask) -> None:
    with served(behind(app, adding((ALLOW, APP)))) as url:
        result = explain(app, url, "PUT", "/marks")
    assert result.exit_code == 1
    assert "\nwarning live-doubled-header\n  Access-Control-Allow-Origin has more" in result.output
    assert result.output.index("warning live") < result.output.index("Blocked: ")


def test_findings_alone_do_not_fail_the_command(app: Flask) -> None:
    with served(behind(app, without("Vary"))) as url:
        result = explain(app, url, "GET", "/marks", "--send")
    assert (result.exit_code, "warning live-lost-vary" in result.output) == (0, True)


def without_cors(environ: dict[str, Any], status: str, _: Headers) -> tuple[str, Headers]:
    """A server that knows no OPTIONS, and no CORS."""
    return ("501 No" if environ["REQUEST_METHOD"] == "OPTIONS" else status), []


def test_what_is_found_beside_is_not_said_to_be_mended_first(app: Flask) -> None:
    with served(behind(app, without_cors)) as url:
        found = told(None, url, "GET", "/marks", "--send")
        output = explain(None, url, "GET", "/marks", "--send").output
    assert [each["code"] for each in found["findings"]] == ["live-preflight-refused"]
    lacking = f"Let the server answer GET with Access-Control-Allow-Origin: {APP}"
    assert found["hint"] == lacking
    assert " ".join(output.split()).endswith(f"{lacking}")


def test_a_vary_with_more_than_the_policys_is_the_same(app: Flask) -> None:
    def adds(_: dict[str, Any], status: str, headers: Headers) -> tuple[str, Headers]:
        return status, [*headers, ("Vary", "Cookie")]

    with served(behind(app, adds)) as url:
        output = explain(app, url, "PUT", "/marks", "--send").output
    assert "would say the same" in output
    assert "The app here would say\n" not in output
    assert "Nothing was found that something before the server did to its answers." in output
