"""Blocked requests: codes, messages and hints; and the engine profiles."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from flask import Flask

from flask_crossorigin import CrossOrigin, Reason
from flask_crossorigin.browser import Blocked, Browser
from flask_crossorigin.browser.blocked import REASONS
from flask_crossorigin.browser.profiles import DIFFERENCES, PROFILES, Profile

from .scripted import API, APP, OTHER, Reply, Server, allow, blocked, browser_of, redirect

CREDENTIALED = redirect("https://ann@api.example.com/")
WITH: dict[str, Any] = {"credentials": "include"}
PROVOKED: dict[str, tuple[dict[str, Reply], dict[str, Any]]] = {
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
    "allow-origin-missing": ({"": Reply()}, {}),
    "allow-origin-mismatch": ({"": allow(OTHER)}, {}),
    "allow-origin-wildcard": ({"": allow("*")}, WITH),
    "allow-credentials-not-true": ({"": allow()}, WITH),
    "resource-policy": (
        {"": Reply(200, {"Cross-Origin-Resource-Policy": "same-origin"})},
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
def test_reason_has_a_step_a_message_and_a_hint(reason: str) -> None:
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
    ("reply", "options", "message", "hint"),
    [
        (
            Reply(),
            {"method": "PUT"},
            "The preflight response has no Access-Control-Allow-Origin, "
            "so https://app.example.com can't read it.",
            "Allow it with origins=[..., 'https://app.example.com'].",
        ),
        (
            allow(f"{APP}/"),
            {},
            "The response's Access-Control-Allow-Origin is https://app.example.com/, "
            "not https://app.example.com.",
            "Send the origin exactly as the request has it, once.",
        ),
        (
            allow(credentials="TRUE"),
            WITH,
            "The request carries credentials, and the response's "
            "Access-Control-Allow-Credentials is TRUE, not true.",
            "Allow them with credentials=True, or fetch with credentials: 'omit'.",
        ),
        (
            allow(),
            {"method": "patch"},
            "The preflight response does not allow patch: Access-Control-Allow-Methods is missing.",
            "Allow it with methods=['patch', ...]. Methods are compared exactly.",
        ),
        (
            allow(headers="a b"),
            {"headers": {"X-A": "1"}},
            "The preflight response's Access-Control-Allow-Headers is not a list of names: a b.",
            "Send names separated by commas.",
        ),
        (
            allow(status=301),
            {"method": "PUT"},
            "The preflight response is a redirect (301). Browsers don't follow it.",
            "Respond to the preflight before anything redirects it.",
        ),
    ],
)
def test_message_names_the_value(
    reply: Reply, options: dict[str, Any], message: str, hint: str
) -> None:
    error = blocked(browser_of(Server({"": reply})).page(APP), **options)
    assert (error.message, error.hint) == (message, hint)


def test_all_exchanges_are_kept() -> None:
    server = Server({"OPTIONS": allow(methods="PUT"), "": Reply()})
    error = blocked(browser_of(server).page(APP), method="PUT")
    assert [(each.kind, each.method, each.status) for each in error.exchanges] == [
        ("preflight", "OPTIONS", 200),
        ("request", "PUT", 200),
    ]


def browser_with_extension() -> Browser:
    app = Flask("api")
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/", "view", lambda: "view", methods=["GET", "PUT"])
    return Browser({API: app})


def test_denial_of_the_server_is_shown() -> None:
    error = blocked(browser_with_extension().page(OTHER))
    assert str(error).splitlines()[-1] == (
        "  The server's policy (app) on GET https://api.example.com/: origin-not-allowed. "
        "The origin is not on the policy's allowlist."
    )


def browser_with_policy(change: Callable[[Flask, CrossOrigin], object]) -> Browser:
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
            "Allow the method with methods=[..., 'PATCH'].",
        ),
        (
            lambda app, cors: None,
            {"headers": {"X-B": "1", "X-C": "1"}},
            "header-not-allowed",
            "Allow the missing headers with request_headers=[..., 'x-b', 'x-c'].",
        ),
        (lambda app, cors: None, MANY, "request-headers-too-long", "Set fewer headers."),
        (
            lambda app, cors: cors.disable("/view"),
            {"method": "PUT"},
            "disabled",
            "Set a policy there instead of disabling it, or let the view respond.",
        ),
        (
            lambda app, cors: cors.disable("/view"),
            {},
            "disabled",
            "Set a policy there instead of disabling it, or let the view respond.",
        ),
        (
            lambda app, cors: cors.reconfigure(
                origins=[failing], credentials=True, expose_headers=[], app=app
            ),
            {"page": "http://app.example.com"},
            "origin-insecure",
            "Serve the page over https. If you must allow http, add allow_insecure_origins=True.",
        ),
        (
            lambda app, cors: cors.reconfigure(origins=[failing], app=app),
            {},
            "origin-check-failed",
            "Look for the origin function's exception in the app's log.",
        ),
    ],
)
def test_hint_fits_the_decision_of_the_app(
    change: Callable[[Flask, CrossOrigin], object], options: dict[str, Any], reason: str, hint: str
) -> None:
    options = {**options}
    page = browser_with_policy(change).page(options.pop("page", APP))
    error = blocked(page, f"{API}/view", **options)
    assert (error.reason, error.hint) == ("allow-origin-missing", hint)
    assert f"has no Access-Control-Allow-Origin, because of {reason}: " in error.message
    assert " origins=" not in str(error)


def test_hint_for_an_allowed_request_is_to_find_what_changes_the_response() -> None:
    def hide(app: Flask, cors: CrossOrigin) -> None:
        inner = app.wsgi_app

        def outer(environ: Any, start_response: Any) -> Any:
            return inner(environ, lambda status, headers, *rest: start_response(status, [], *rest))

        app.wsgi_app = outer  # type: ignore[method-assign]

    error = blocked(browser_with_policy(hide).page(APP), f"{API}/view")
    assert error.hint == ("Find out what responds instead of the app, or removes its CORS headers.")


@pytest.mark.parametrize("body", [b"header-not-allowed: The policy", b"header-not-allowed"])
def test_hint_fits_the_reason_in_the_body_of_a_denial(body: bytes) -> None:
    server = Server({"OPTIONS": Reply(403, (), body)})
    error = blocked(browser_of(server).page(APP), headers={"X-A": "1"})
    assert error.hint == "Allow the missing headers with request_headers=[..., 'x-a']."


def test_other_bodies_are_not_a_reason() -> None:
    for reply in (Reply(200, (), b"disabled"), Reply(403, (), b"else"), Reply(403, (), b"")):
        error = blocked(browser_of(Server({"OPTIONS": reply})).page(APP), method="PUT")
        assert error.hint == f"Allow it with origins=[..., '{APP}']."
    reply = Reply(403, (), b"method-not-allowed: ")
    error = blocked(browser_of(Server({"": reply})).page(APP))
    assert error.hint == f"Allow it with origins=[..., '{APP}']."


@pytest.mark.parametrize("origin", [APP, "*"])
def test_hint_after_an_allowed_preflight_is_to_find_what_responds(
    origin: str,
) -> None:
    server = Server({"OPTIONS": allow(origin, methods="PUT"), "": Reply()})
    error = blocked(browser_of(server).page(APP), method="PUT")
    assert error.hint == (
        "The preflight allowed the origin. This response is probably not the app's own, or "
        "something removed its CORS headers."
    )


def test_decision_that_allows_is_not_shown() -> None:
    page = browser_with_extension().page(APP)
    assert page.fetch(f"{API}/").ok
    error = blocked(page, f"{API}/", method="PUT", headers={"X-A": "1"}, **WITH)
    assert error.exchanges[0].decision is not None
    denials = [line for line in str(error).splitlines() if "The server's policy" in line]
    denied = [each for each in error.exchanges if str(each.decision.outcome) == "denied"]  # type: ignore[union-attr]
    assert len(denials) == len(denied)


def test_unknown_reason_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Blocked("no-such-reason", [])


# Engine profiles.


def test_every_difference_of_a_profile_is_listed() -> None:
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


def test_profile_has_its_name() -> None:
    assert [profile.name for profile in PROFILES.values()] == list(PROFILES)
    assert PROFILES["standard"] == Profile("standard")


def double_allow_origin(app: Flask, _: CrossOrigin) -> None:
    """Wrap the app in middleware that adds a header which the policy sends too."""
    inner = app.wsgi_app

    def outer(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: Any, *rest: Any) -> Any:
            return start_response(status, [*headers, ("Access-Control-Allow-Origin", "*")], *rest)

        return inner(environ, start)

    app.wsgi_app = outer  # type: ignore[method-assign]


def test_hint_for_a_doubled_header_is_to_remove_one() -> None:
    error = blocked(browser_with_policy(double_allow_origin).page(APP), f"{API}/view")
    assert error.reason == "allow-origin-mismatch"
    assert error.hint == (
        "The header is sent more than once. The policy sends it once, and what wraps the app adds "
        "it too. Remove it there."
    )
    twice = Server({"": Reply(200, [("Access-Control-Allow-Origin", APP)] * 2)})
    error = blocked(browser_of(twice).page(APP))
    assert error.hint.startswith("The header is sent more than once. Let either the app add it or ")
    other = browser_of(Server({"": allow(OTHER)})).page(APP)
    assert blocked(other).hint == "Send the origin exactly as the request has it, once."


def test_server_reason_is_that_of_its_extension() -> None:
    page = browser_with_policy(lambda *_: None).page(OTHER)
    assert blocked(page, f"{API}/view").server_reason is Reason.ORIGIN_NOT_ALLOWED
    assert blocked(browser_of(Server({"": Reply()})).page(APP)).server_reason is None
    page = browser_with_policy(double_allow_origin).page(APP)
    assert blocked(page, f"{API}/view").server_reason is None
