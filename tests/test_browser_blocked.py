"""Why a browser withholds a response, and where engines differ."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from flask import Flask

from flask_crossorigin import CrossOrigin, Reason
from flask_crossorigin.browser import Blocked, Browser
from flask_crossorigin.browser.blocked import REASONS
from flask_crossorigin.browser.profiles import DIFFERENCES, PROFILES, Profile

from .scripted import API, APP, OTHER, Said, Server, allow, blocked, browser_of, redirect

CREDENTIALED = redirect("https://ann@api.example.com/")
WITH: dict[str, Any] = {"credentials": "include"}
PROVOKED: dict[str, tuple[dict[str, Said], dict[str, Any]]] = {
    "url-invalid": ({}, {"url": "https://a:b/"}),
    "url-credentials": ({}, {"url": "https://ann@api.example.com/"}),
    "method-forbidden": ({}, {"method": "TRACE"}),
    "header-invalid": ({}, {"headers": {"a b": "1"}}),
    "body-with-get": ({}, {"body": "text"}),
    "no-cors-method": ({}, {"mode": "no-cors", "method": "PUT"}),
    "no-cors-redirect": ({}, {"mode": "no-cors", "redirect": "error"}),
    "mixed-content": ({}, {"url": "http://api.example.com/"}),
    "url-scheme": ({}, {"url": "ftp://api.example.com/", "page": "http://app.example.com"}),
    "same-origin-mode": ({}, {"mode": "same-origin"}),
    "preflight-redirected": ({"": allow(status=302)}, {"method": "PUT"}),
    "preflight-status": ({"": allow(status=404)}, {"method": "PUT"}),
    "preflight-malformed": ({"": allow(methods="(")}, {"method": "PUT"}),
    "preflight-method": ({"": allow()}, {"method": "PUT"}),
    "preflight-header": ({"": allow()}, {"headers": {"X-A": "1"}}),
    "allow-origin-missing": ({"": Said()}, {}),
    "allow-origin-mismatch": ({"": allow(OTHER)}, {}),
    "allow-origin-wildcard": ({"": allow("*")}, WITH),
    "allow-credentials-not-true": ({"": allow()}, WITH),
    "resource-policy": (
        {"": Said(200, {"Cross-Origin-Resource-Policy": "same-origin"})},
        {"mode": "no-cors"},
    ),
    "redirect-mode": ({"": redirect("/")}, {"redirect": "error"}),
    "redirect-location": ({"": redirect("data:,x")}, {}),
    "redirect-count": ({"": redirect("/")}, {}),
    "redirect-credentials": ({"": CREDENTIALED}, {}),
    "unknown-server": ({}, {"url": "https://nowhere.example/"}),
}


def test_every_reason_is_provoked() -> None:
    assert PROVOKED.keys() == REASONS.keys()


@pytest.mark.parametrize("reason", REASONS)
def test_reason_is_told_with_its_step_and_what_to_change(reason: str) -> None:
    table, options = PROVOKED[reason]
    options = {"url": f"{API}/", **options}
    page = browser_of(Server(table)).page(options.pop("page", APP))
    error = blocked(page, options.pop("url"), **options)
    assert error.reason == reason
    assert error.args == (reason,)
    assert error.step == REASONS[reason][0]
    assert error.message.endswith(".")
    assert error.hint.endswith(".")
    assert "{" not in error.message + error.hint.replace("Browser({'", "")
    assert str(error) == f"{reason}: {error.message}\n  {error.hint}\n  ({error.step})"


@pytest.mark.parametrize(
    ("said", "options", "message", "hint"),
    [
        (
            Said(),
            {"method": "PUT"},
            "The preflight's answer has no Access-Control-Allow-Origin, "
            "so https://app.example.com may not read it.",
            "Allow it, origins=['https://app.example.com'].",
        ),
        (
            allow(f"{APP}/"),
            {},
            "The response's Access-Control-Allow-Origin is https://app.example.com/, "
            "and not https://app.example.com.",
            "Send the origin exactly as the request named it, once.",
        ),
        (
            allow(credentials="TRUE"),
            WITH,
            "The request carries credentials, and the response's "
            "Access-Control-Allow-Credentials is TRUE, not true.",
            "Allow them, credentials=True, or fetch with credentials: 'omit'.",
        ),
        (
            allow(),
            {"method": "patch"},
            "The preflight's answer does not allow patch: Access-Control-Allow-Methods is missing.",
            "Allow it, methods=['patch', ...]; methods are compared exactly.",
        ),
        (
            allow(headers="a b"),
            {"headers": {"X-A": "1"}},
            "The preflight's Access-Control-Allow-Headers can't be read as a list of names: a b.",
            "Send names separated by commas.",
        ),
        (
            allow(status=301),
            {"method": "PUT"},
            "The preflight was answered with a redirect (301), which is not followed.",
            "TransportResponse the preflight itself, before anything that redirects.",
        ),
    ],
)
def test_message_names_what_was_found(
    said: Said, options: dict[str, Any], message: str, hint: str
) -> None:
    error = blocked(browser_of(Server({"": said})).page(APP), **options)
    assert (error.message, error.hint) == (message, hint)


def test_all_that_went_over_the_wire_is_kept() -> None:
    server = Server({"OPTIONS": allow(methods="PUT"), "": Said()})
    error = blocked(browser_of(server).page(APP), method="PUT")
    assert [(each.kind, each.method, each.status) for each in error.exchanges] == [
        ("preflight", "OPTIONS", 200),
        ("request", "PUT", 200),
    ]


def extended() -> Browser:
    app = Flask("api")
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/", "view", lambda: "view", methods=["GET", "PUT"])
    return Browser({API: app})


def test_verdict_of_the_server_is_told() -> None:
    error = blocked(extended().page(OTHER))
    assert str(error).splitlines()[-1] == (
        "  The server's policy (app) on GET https://api.example.com/: origin-not-allowed. "
        "The origin is not on the policy's allowlist."
    )


def governed(change: Callable[[Flask, CrossOrigin], object]) -> Browser:
    app = Flask("api", static_folder=None)
    cors = CrossOrigin(app, origins=[APP], methods=["GET", "PUT"], request_headers=["X-A"])
    app.add_url_rule("/view", "view", lambda: "view", methods=["GET", "PUT", "PATCH"])
    change(app, cors)
    return Browser({API: app})


def failing(origin: str) -> bool:
    raise LookupError(origin)


MANY: dict[str, Any] = {"headers": [(f"X-{number}", "1") for number in range(257)]}


@pytest.mark.parametrize(
    ("change", "options", "reason", "hint"),
    [
        (
            lambda app, cors: None,
            {"method": "PATCH"},
            "method-not-allowed",
            "Allow the method, methods=[..., 'PATCH'].",
        ),
        (
            lambda app, cors: None,
            {"headers": {"X-B": "1", "X-C": "1"}},
            "header-not-allowed",
            "Allow those headers that are lacking, request_headers=[..., 'x-b', 'x-c'].",
        ),
        (lambda app, cors: None, MANY, "request-headers-too-long", "Set fewer headers."),
        (
            lambda app, cors: cors.disable("/view"),
            {"method": "PUT"},
            "disabled",
            "State a policy there in place of disabling it, or let the view answer.",
        ),
        (
            lambda app, cors: cors.disable("/view"),
            {},
            "disabled",
            "State a policy there in place of disabling it, or let the view answer.",
        ),
        (
            lambda app, cors: cors.reconfigure(origins=[failing], app=app),
            {},
            "origin-check-failed",
            "Look into the app's log for what the function raised.",
        ),
    ],
)
def test_hint_follows_what_the_app_decided(
    change: Callable[[Flask, CrossOrigin], object], options: dict[str, Any], reason: str, hint: str
) -> None:
    error = blocked(governed(change).page(APP), f"{API}/view", **options)
    assert (error.reason, error.hint) == ("allow-origin-missing", hint)
    assert f"has no Access-Control-Allow-Origin, for {reason}: " in error.message
    assert "origins=" not in str(error)


def test_hint_on_what_the_app_allows_is_to_look_beside_it() -> None:
    def hide(app: Flask, cors: CrossOrigin) -> None:
        inner = app.wsgi_app

        def outer(environ: Any, start_response: Any) -> Any:
            return inner(environ, lambda status, headers, *rest: start_response(status, [], *rest))

        app.wsgi_app = outer  # type: ignore[method-assign]

    error = blocked(governed(hide).page(APP), f"{API}/view")
    assert error.hint == (
        "Look for what answers in the app's place, or takes its CORS headers away."
    )


@pytest.mark.parametrize("body", [b"header-not-allowed: The policy", b"header-not-allowed"])
def test_hint_follows_the_cause_in_the_body_of_a_denial(body: bytes) -> None:
    server = Server({"OPTIONS": Said(403, (), body)})
    error = blocked(browser_of(server).page(APP), headers={"X-A": "1"})
    assert error.hint == "Allow those headers that are lacking, request_headers=[..., 'x-a']."


def test_body_of_anything_else_is_no_cause() -> None:
    for said in (Said(200, (), b"disabled"), Said(403, (), b"else"), Said(403, (), b"")):
        error = blocked(browser_of(Server({"OPTIONS": said})).page(APP), method="PUT")
        assert error.hint == f"Allow it, origins=['{APP}']."
    said = Said(403, (), b"method-not-allowed: ")
    error = blocked(browser_of(Server({"": said})).page(APP))
    assert error.hint == f"Allow it, origins=['{APP}']."


@pytest.mark.parametrize("origin", [APP, "*"])
def test_hint_where_the_preflight_allowed_the_origin_is_to_look_for_what_answers(
    origin: str,
) -> None:
    server = Server({"OPTIONS": allow(origin, methods="PUT"), "": Said()})
    error = blocked(browser_of(server).page(APP), method="PUT")
    assert error.hint == (
        "The preflight allowed the origin: likely this response is not the app's own, or "
        "something took its CORS headers away."
    )


def test_verdict_that_allows_is_not_told() -> None:
    page = extended().page(APP)
    assert page.fetch(f"{API}/").ok
    error = blocked(page, f"{API}/", method="PUT", headers={"X-A": "1"}, **WITH)
    assert error.exchanges[0].decision is not None
    verdicts = [line for line in str(error).splitlines() if "The server's policy" in line]
    denied = [each for each in error.exchanges if str(each.decision.outcome) == "denied"]  # type: ignore[union-attr]
    assert len(verdicts) == len(denied)


def test_reason_that_is_not_known_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Blocked("no-such-reason", [])


# Where engines differ.


def test_every_difference_of_a_profile_has_an_entry() -> None:
    found = {
        (engine, field.name)
        for engine, profile in PROFILES.items()
        for field in fields(Profile)
        if field.name != "name"
        and getattr(profile, field.name) != getattr(PROFILES["standard"], field.name)
    }
    named = [(each.engine, each.field) for each in DIFFERENCES]
    assert found == set(named)
    assert len(named) == len(set(named))


def test_difference_names_a_version_of_its_engine() -> None:
    starts = {"chromium": "Chromium ", "firefox": "Firefox ", "webkit": "WebKit"}
    assert all(each.seen_in.startswith(starts[each.engine]) for each in DIFFERENCES)
    assert all(any(map(str.isdecimal, each.seen_in)) for each in DIFFERENCES)


def test_profile_carries_its_name() -> None:
    assert [profile.name for profile in PROFILES.values()] == list(PROFILES)
    assert PROFILES["standard"] == Profile("standard")


def adds(app: Flask, _: CrossOrigin) -> None:
    """What wraps the app adds a header that the policy sends too."""
    inner = app.wsgi_app

    def outer(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: Any, *rest: Any) -> Any:
            return start_response(status, [*headers, ("Access-Control-Allow-Origin", "*")], *rest)

        return inner(environ, start)

    app.wsgi_app = outer  # type: ignore[method-assign]


def test_hint_on_a_header_that_is_there_twice_is_to_take_one_out() -> None:
    error = blocked(governed(adds).page(APP), f"{API}/view")
    assert error.reason == "allow-origin-mismatch"
    assert error.hint == (
        "It is there more than once: the policy sends it once, and what wraps the app adds it too. "
        "Take it out there."
    )
    twice = Server({"": Said(200, [("Access-Control-Allow-Origin", APP)] * 2)})
    error = blocked(browser_of(twice).page(APP))
    assert error.hint.startswith("It is there more than once: let one of the app and what is befo")
    other = browser_of(Server({"": allow(OTHER)})).page(APP)
    assert blocked(other).hint == "Send the origin exactly as the request named it, once."


def test_server_reason_is_why_its_extension_denied() -> None:
    page = governed(lambda *_: None).page(OTHER)
    assert blocked(page, f"{API}/view").server_reason is Reason.ORIGIN_NOT_ALLOWED
    assert blocked(browser_of(Server({"": Said()})).page(APP)).server_reason is None
    page = governed(adds).page(APP)
    assert blocked(page, f"{API}/view").server_reason is None
