"""Actual requests: the check of the origin, and the exact headers of the response."""

from typing import Any

import pytest

from flask_crossorigin import Reason
from flask_crossorigin.core.actual import (
    allowed_headers,
    allowlist_headers,
    check_origin,
    decide_actual,
)

from .core_helpers import (
    ANY_ORIGIN,
    APP,
    CREDENTIALED,
    CREDENTIALS,
    EVIL,
    LISTED,
    MIB,
    ORIGIN,
    STAR,
    VARY,
    Headers,
    call_predicate,
    compiled,
    exposed,
    fails,
    never,
)

# Origins.


@pytest.mark.parametrize(
    "origin",
    [APP, EVIL, "null", "", "garbage not an origin", "https://a.example,https://b.example", "*",
     "x" * MIB],
    ids=lambda origin: origin[:40],
)  # fmt: skip
def test_any_origin_is_allowed_whatever_its_text(origin: str) -> None:
    """The header is the literal '*', whatever the request contains."""
    assert check_origin(compiled(origins="*"), origin, never) is Reason.ALLOWED


@pytest.mark.parametrize("origin", [APP, "https://a.example.org", "http://localhost:5173"])
def test_origin_on_the_allowlist_is_allowed_without_calling_a_function(origin: str) -> None:
    policy = compiled(
        origins=[APP, "https://*.example.org", "http://localhost:*", lambda origin: False]
    )
    assert check_origin(policy, origin, never) is Reason.ALLOWED


@pytest.mark.parametrize(
    "origin",
    [EVIL, "http://app.example.com", "https://app.example.com:8443", "null",
     "https://app.example.com.evil.com", "https://evil-app.example.com", "capacitor://localhost"],
)  # fmt: skip
def test_origin_that_is_not_on_the_allowlist_is_denied(origin: str) -> None:
    assert check_origin(compiled(), origin, never) is Reason.ORIGIN_NOT_ALLOWED


MALFORMED = [
    "",
    " ",
    "*",
    "NULL",
    "null, null",
    "garbage not an origin",
    "app.example.com",
    "https://app.example.com/",
    "https://APP.example.com",
    "https://app.example.com:443",
    "https://app.example.com.",
    "https://app.example.com\r\nX-Injected: 1",
    " https://app.example.com",
    "https://app.example.com,https://app.example.com",
    "https://*.example.org",
    "https://ma\u00dfage.example",
    "https://app.example.com/" + "a" * MIB,
    "https://" + "a" * MIB,
]


@pytest.mark.parametrize("origin", MALFORMED, ids=lambda origin: ascii(origin[:40]))
def test_origin_that_no_browser_sends_is_malformed_and_no_function_is_called(origin: str) -> None:
    policy = compiled(origins=[APP, "https://*.example.org", lambda origin: True])
    assert check_origin(policy, origin, never) is Reason.ORIGIN_MALFORMED


def test_null_is_allowed_if_it_is_listed() -> None:
    policy = compiled(origins=["null"], allow_null_origin=True)
    assert check_origin(policy, "null", never) is Reason.ALLOWED


def test_no_function_can_allow_null() -> None:
    policy = compiled(origins=lambda origin: True, allow_null_origin=True)
    assert check_origin(policy, "null", never) is Reason.ORIGIN_NOT_ALLOWED


@pytest.mark.parametrize(
    ("result", "reason"), [(True, Reason.ALLOWED), (False, Reason.ORIGIN_NOT_ALLOWED)]
)
def test_function_is_called_for_an_origin_that_is_not_listed(result: bool, reason: Reason) -> None:
    assert (
        check_origin(compiled(origins=[APP, lambda origin: result]), EVIL, call_predicate) is reason
    )


def test_functions_are_called_in_order_until_one_allows() -> None:
    called = []

    def make(name: str, result: bool) -> Any:
        def function(origin: str) -> bool:
            called.append(name)
            return result

        return function

    policy = compiled(origins=[make("a", False), make("b", True), make("c", True)])
    assert check_origin(policy, EVIL, call_predicate) is Reason.ALLOWED
    assert called == ["a", "b"]


@pytest.mark.parametrize("after", [[], [lambda origin: True]], ids=["alone", "before another"])
def test_function_that_fails_denies(after: list[Any]) -> None:
    policy = compiled(origins=[fails, *after])
    assert check_origin(policy, EVIL, call_predicate) is Reason.ORIGIN_CHECK_FAILED


def test_no_function_is_called_after_another_allowed() -> None:
    policy = compiled(origins=[lambda origin: True, fails])
    assert check_origin(policy, EVIL, call_predicate) is Reason.ALLOWED


INSECURE = ["http://app.example.com", "http://intranet:8080", "http://192.0.2.1", "http://[::2]",
            "http://localhost.evil.example"]  # fmt: skip


@pytest.mark.parametrize("origin", INSECURE)
def test_no_function_is_called_for_an_http_origin_with_credentials(origin: str) -> None:
    policy = compiled(origins=[APP, lambda origin: True], credentials=True)
    assert check_origin(policy, origin, never) is Reason.ORIGIN_INSECURE


@pytest.mark.parametrize("origin", INSECURE)
@pytest.mark.parametrize(
    "settings", [{"credentials": False}, {"credentials": True, "allow_insecure_origins": True}]
)
def test_functions_are_called_for_http_origins_without_credentials_or_with_the_switch(
    origin: str, settings: dict[str, Any]
) -> None:
    policy = compiled(origins=lambda origin: True, **settings)
    assert check_origin(policy, origin, call_predicate) is Reason.ALLOWED


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:5173", "http://app.localhost", "http://127.0.0.1:8000", "http://[::1]:1",
     "https://a.example", "capacitor://localhost", "httpx://a.example"],
)  # fmt: skip
def test_functions_with_credentials_are_called_for_loopback_and_other_schemes(origin: str) -> None:
    policy = compiled(origins=lambda origin: True, credentials=True)
    assert check_origin(policy, origin, call_predicate) is Reason.ALLOWED


def test_http_origin_without_functions_is_just_not_allowed() -> None:
    policy = compiled(credentials=True)
    assert check_origin(policy, "http://app.example.com", never) is Reason.ORIGIN_NOT_ALLOWED


def test_empty_list_allows_no_origin() -> None:
    assert check_origin(compiled(origins=[]), APP, never) is Reason.ORIGIN_NOT_ALLOWED


# Exact headers of actual responses.

ACTUAL: list[tuple[str, dict[str, Any], str | None, Reason, Headers]] = [
    ("any origin", ANY_ORIGIN, APP, Reason.ALLOWED, [STAR]),
    ("any origin, another origin", ANY_ORIGIN, EVIL, Reason.ALLOWED, [STAR]),
    ("any origin, no Origin", ANY_ORIGIN, None, Reason.NOT_CORS, [STAR]),
    ("any origin, null", ANY_ORIGIN, "null", Reason.ALLOWED, [STAR]),
    ("any origin, malformed", ANY_ORIGIN, "a b", Reason.ALLOWED, [STAR]),
    ("any origin, exposed", {**ANY_ORIGIN, "expose_headers": "*"}, APP, Reason.ALLOWED,
     [STAR, exposed("*")]),
    ("any origin, exposed, no Origin", {**ANY_ORIGIN, "expose_headers": ["X-A"]}, None,
     Reason.NOT_CORS, [STAR, exposed("X-A")]),
    ("listed", LISTED, APP, Reason.ALLOWED, [ORIGIN, VARY]),
    ("listed, no Origin", LISTED, None, Reason.NOT_CORS, [VARY]),
    ("listed, denied", LISTED, EVIL, Reason.ORIGIN_NOT_ALLOWED, [VARY]),
    ("listed, malformed", LISTED, "a b", Reason.ORIGIN_MALFORMED, [VARY]),
    ("listed, empty Origin", LISTED, "", Reason.ORIGIN_MALFORMED, [VARY]),
    ("listed, null", LISTED, "null", Reason.ORIGIN_NOT_ALLOWED, [VARY]),
    ("listed, exposed", {**LISTED, "expose_headers": ["X-A", "X-B"]}, APP, Reason.ALLOWED,
     [ORIGIN, exposed("X-A, X-B"), VARY]),
    ("listed, exposed, denied", {**LISTED, "expose_headers": ["X-A"]}, EVIL,
     Reason.ORIGIN_NOT_ALLOWED, [VARY]),
    ("listed, every header exposed", {**LISTED, "expose_headers": "*"}, APP, Reason.ALLOWED,
     [ORIGIN, exposed("*"), VARY]),
    ("credentials", CREDENTIALED, APP, Reason.ALLOWED, [ORIGIN, CREDENTIALS, VARY]),
    ("credentials, exposed", {**CREDENTIALED, "expose_headers": ["X-A"]}, APP, Reason.ALLOWED,
     [ORIGIN, CREDENTIALS, exposed("X-A"), VARY]),
    ("credentials, denied", CREDENTIALED, EVIL, Reason.ORIGIN_NOT_ALLOWED, [VARY]),
    ("credentials, no Origin", CREDENTIALED, None, Reason.NOT_CORS, [VARY]),
    ("null listed", {"origins": ["null"], "allow_null_origin": True}, "null", Reason.ALLOWED,
     [("Access-Control-Allow-Origin", "null"), VARY]),
    ("no origin", {"origins": []}, APP, Reason.ORIGIN_NOT_ALLOWED, [VARY]),
    ("function allows", {"origins": lambda origin: True}, EVIL, Reason.ALLOWED,
     [("Access-Control-Allow-Origin", EVIL), VARY]),
    ("function denies", {"origins": lambda origin: False}, EVIL, Reason.ORIGIN_NOT_ALLOWED, [VARY]),
    ("function never called", {"origins": fails, "credentials": True}, "http://evil.example",
     Reason.ORIGIN_INSECURE, [VARY]),
    ("function fails", {"origins": fails}, EVIL, Reason.ORIGIN_CHECK_FAILED, [VARY]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "origin", "reason", "headers"),
    [row[1:] for row in ACTUAL],
    ids=[row[0] for row in ACTUAL],
)
def test_actual_response_carries_exactly_these_headers(
    settings: dict[str, Any], origin: str | None, reason: Reason, headers: Headers
) -> None:
    decision = decide_actual(compiled(**settings), "app", origin, call_predicate)
    assert (decision.reason, list(decision.headers)) == (reason, headers)


@pytest.mark.parametrize(
    ("settings", "headers"),
    [(LISTED, [ORIGIN, VARY]), (CREDENTIALED, [ORIGIN, CREDENTIALS, VARY]), (ANY_ORIGIN, [STAR])],
    ids=["listed", "credentials", "any origin"],
)
def test_allowed_headers_are_those_of_the_decision(
    settings: dict[str, Any], headers: Headers
) -> None:
    assert list(allowed_headers(compiled(**settings), APP)) == headers


# Headers by origin, and their cache.


def test_headers_of_an_exact_origin_are_cached() -> None:
    policy = compiled(credentials=True)
    headers = allowlist_headers(policy, APP)
    assert headers == (ORIGIN, CREDENTIALS, VARY)
    assert allowlist_headers(policy, APP) is headers
    assert allowlist_headers(policy, None) == (VARY,)
    assert set(policy.headers_by_origin) == {APP, None}


def test_headers_of_an_origin_that_a_pattern_covers_are_not_cached() -> None:
    policy = compiled(origins=["https://*.example.org"])
    origin = "https://a.example.org"
    headers = (("Access-Control-Allow-Origin", origin), VARY)
    assert allowlist_headers(policy, origin) == allowlist_headers(policy, origin) == headers
    assert policy.headers_by_origin == {}  # a client can invent these


def test_origin_that_is_not_on_the_allowlist_has_no_headers_yet() -> None:
    policy = compiled(origins=[APP, lambda origin: True])
    assert allowlist_headers(policy, "https://evil.example") is None
    assert policy.headers_by_origin == {}


def test_wildcard_headers_are_the_same_for_every_request() -> None:
    policy = compiled(origins="*")
    assert {allowlist_headers(policy, origin) for origin in (None, APP, "null", "x")} == {(STAR,)}
    assert policy.headers_by_origin == {}
