"""Preflight requests: every check, and the exact headers of the response."""

from typing import Any

import pytest

from flask_crossorigin import Reason
from flask_crossorigin.core.preflight import (
    MAX_REQUESTED_LENGTH,
    MAX_REQUESTED_NAMES,
    PreflightRequest,
    check_preflight,
    debug_denial,
    decide_preflight,
    preflight_headers,
)

from .core_helpers import (
    ANY_HEADER,
    ANY_METHOD,
    ANY_ORIGIN,
    APP,
    CREDENTIALED,
    CREDENTIALS,
    EVIL,
    LISTED,
    MAX_AGE,
    METHODS,
    MIB,
    ORIGIN,
    STAR,
    VARY_PREFLIGHT,
    Headers,
    allow_headers,
    call_predicate,
    compiled,
    methods,
    never,
)


def check(method: str = "PUT", requested: str = "", origin: str = APP, **settings: Any) -> Reason:
    return check_preflight(
        compiled(**settings), PreflightRequest(origin, method, requested), call_predicate
    )


# Methods of preflights.


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_safelisted_method_is_allowed_only_if_the_policy_allows_it(method: str) -> None:
    assert check(method, methods=["PUT"]) is Reason.METHOD_NOT_ALLOWED
    assert check(method, methods=[]) is Reason.METHOD_NOT_ALLOWED
    assert check(method, methods=[method]) is Reason.ALLOWED
    assert check(method, methods="*") is Reason.ALLOWED


def test_get_covers_head_but_head_does_not_cover_get() -> None:
    assert check("HEAD", methods=["GET"]) is Reason.ALLOWED
    assert check("GET", methods=["HEAD"]) is Reason.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"])
def test_default_method_is_allowed(method: str) -> None:
    assert check(method) is Reason.ALLOWED


@pytest.mark.parametrize(
    "method",
    ["OPTIONS", "patch", "put", "get", "Put", "PU", "E", "", " PUT", "PUT ", "GET, HEAD", "PUT,PUT",
     "*", "PUT\r\nX: 1", "TRACE"],
    ids=repr,
)  # fmt: skip
def test_method_is_compared_exactly(method: str) -> None:
    assert check(method) is Reason.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("method", ["PUT", "PROPFIND", "patch", "X-CUSTOM", "!#$%&'*+-.^_`|~"])
@pytest.mark.parametrize("credentials", [False, True])
def test_any_token_is_allowed_if_every_method_is(method: str, credentials: bool) -> None:
    assert check(method, methods="*", credentials=credentials) is Reason.ALLOWED


@pytest.mark.parametrize(
    "method", ["", " ", "a b", "PUT ", "GET, HEAD", "PUT\r\nX: 1", "\u00c4", "PUT\x00"], ids=ascii
)
@pytest.mark.parametrize("credentials", [False, True])
def test_method_that_is_not_a_token_is_never_allowed(method: str, credentials: bool) -> None:
    reason = check(method, methods="*", credentials=credentials)
    assert reason is Reason.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "TRACK", "connect", "Trace", "track"])
def test_forbidden_method_is_never_allowed_in_any_case(method: str) -> None:
    """In the standard, the case of these names does not matter (2.2.1)."""
    assert check(method, methods="*") is Reason.METHOD_NOT_ALLOWED


# Request headers of preflights.


@pytest.mark.parametrize(
    "requested",
    ["", "x-a", "X-A", "x-a,x-b", "x-b,x-a", "X-B, X-A", "x-a\t,\t x-b", " x-a ", "x-a,,x-b",
     ",x-a,", ", ,\t,", "x-a,x-a", "x-a,X-A,x-b"],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("listed", ["*", ["X-A", "X-B"]], ids=["every", "listed"])
@pytest.mark.parametrize("credentials", [False, True])
def test_requested_headers_are_allowed_in_any_form_of_a_list(
    requested: str, listed: Any, credentials: bool
) -> None:
    reason = check("GET", requested, request_headers=listed, credentials=credentials)
    assert reason is Reason.ALLOWED


@pytest.mark.parametrize(
    "requested",
    [
        "x-c",
        "x-a,x-c",
        "x-c,x-a",
        "x",
        "x-",
        "x-aa",
        "authorization",
        "content-type",
        "*",
        "x-a.x-b",
    ],
)
def test_requested_header_that_is_not_listed_is_denied(requested: str) -> None:
    reason = check("GET", requested, request_headers=["X-A", "X-B"])
    assert reason is Reason.HEADER_NOT_ALLOWED


def test_empty_list_allows_no_header() -> None:
    assert check("GET", "x-a", request_headers=[]) is Reason.HEADER_NOT_ALLOWED


@pytest.mark.parametrize("credentials", [False, True])
def test_authorization_is_allowed_if_every_header_is(credentials: bool) -> None:
    assert check("GET", "authorization", credentials=credentials) is Reason.ALLOWED


@pytest.mark.parametrize(
    "requested",
    ["x a", "x-a x-b", "x-a;x-b", "x-a<script>", "x-a\r\nX-B", "x-a\x0bx-b", "\x0bx-a",
     "x-a\u00a0", "x-\u00e4", "x-a\x00", '"x-a"', "x-a:1", "x-a, b<c"],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize("listed", ["*", ["X-A", "X-B"]], ids=["every", "listed"])
@pytest.mark.parametrize("credentials", [False, True])
def test_requested_name_that_is_not_a_token_is_malformed(
    requested: str, listed: Any, credentials: bool
) -> None:
    reason = check("GET", requested, request_headers=listed, credentials=credentials)
    assert reason is Reason.HEADER_MALFORMED


def test_requested_name_is_compared_as_ascii() -> None:
    """The Kelvin sign becomes a 'k' in lower case, but it is not allowed in a token."""
    reason = check("GET", "x-to\u212aen", request_headers=["X-Token"])
    assert reason is Reason.HEADER_MALFORMED


@pytest.mark.parametrize("listed", ["*", ["X-A"]], ids=["every", "listed"])
def test_requested_headers_are_allowed_up_to_the_limit(listed: Any) -> None:
    requested = ",".join(["x-a"] * MAX_REQUESTED_NAMES)
    assert check("GET", requested, request_headers=listed) is Reason.ALLOWED


@pytest.mark.parametrize("listed", ["*", ["X-A"]], ids=["every", "listed"])
@pytest.mark.parametrize("name", ["x-a", "", " "], ids=["names", "empty", "blank"])
def test_more_requested_headers_than_the_limit_are_denied(listed: Any, name: str) -> None:
    requested = ",".join([name] * (MAX_REQUESTED_NAMES + 1))
    assert check("GET", requested, request_headers=listed) is Reason.REQUEST_HEADERS_TOO_LONG


def test_requested_headers_are_allowed_up_to_the_longest_value() -> None:
    assert check("GET", "x" * MAX_REQUESTED_LENGTH) is Reason.ALLOWED


@pytest.mark.parametrize("filler", ["x", " ", ",", "x,", "\x00"], ids=repr)
@pytest.mark.parametrize("length", [MAX_REQUESTED_LENGTH + 2, MIB])
def test_longer_requested_headers_are_denied(filler: str, length: int) -> None:
    requested = filler * (length // len(filler))
    assert check("GET", requested) is Reason.REQUEST_HEADERS_TOO_LONG


def test_limits_are_those_of_the_documentation() -> None:
    assert (MAX_REQUESTED_LENGTH, MAX_REQUESTED_NAMES) == (8192, 256)


# The order in which a browser checks.


def test_origin_comes_before_the_method() -> None:
    assert check("NOPE", "x y", origin=EVIL) is Reason.ORIGIN_NOT_ALLOWED


def test_method_comes_before_the_headers() -> None:
    assert check("NOPE", "x y") is Reason.METHOD_NOT_ALLOWED


# Exact headers of an allowed preflight.


ALLOWED_PREFLIGHTS: list[tuple[str, dict[str, Any], str, str, Headers]] = [
    ("any origin", ANY_ORIGIN, "PUT", "x-a",
     [STAR, METHODS, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("listed", LISTED, "PUT", "x-a",
     [ORIGIN, METHODS, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("listed, another method and header", LISTED, "DELETE", "authorization,x-b",
     [ORIGIN, METHODS, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("listed, nothing requested", LISTED, "PUT", "",
     [ORIGIN, METHODS, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("every method", {**LISTED, "methods": "*"}, "PROPFIND", "",
     [ORIGIN, ANY_METHOD, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("every method of any origin", {**ANY_ORIGIN, "methods": "*"}, "PROPFIND", "",
     [STAR, ANY_METHOD, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("no request headers", {**LISTED, "request_headers": []}, "PUT", "",
     [ORIGIN, METHODS, MAX_AGE, VARY_PREFLIGHT]),
    ("listed request headers", {**LISTED, "request_headers": ["X-A", "X-B"]}, "PUT", "x-b",
     [ORIGIN, METHODS, allow_headers("X-A, X-B"), MAX_AGE, VARY_PREFLIGHT]),
    ("max-age 0", {**LISTED, "max_age": 0}, "PUT", "",
     [ORIGIN, METHODS, ANY_HEADER, ("Access-Control-Max-Age", "0"), VARY_PREFLIGHT]),
    ("exposed headers are for responses", {**LISTED, "expose_headers": ["X-A"]}, "PUT", "",
     [ORIGIN, METHODS, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("credentials", CREDENTIALED, "PUT", "x-a,x-b",
     [ORIGIN, CREDENTIALS, METHODS, allow_headers("x-a, x-b"), MAX_AGE, VARY_PREFLIGHT]),
    ("credentials, odd list", CREDENTIALED, "PUT", " X-A ,,\tauthorization,",
     [ORIGIN, CREDENTIALS, METHODS, allow_headers("X-A, authorization"), MAX_AGE, VARY_PREFLIGHT]),
    ("credentials, nothing requested", CREDENTIALED, "PUT", "",
     [ORIGIN, CREDENTIALS, METHODS, MAX_AGE, VARY_PREFLIGHT]),
    ("credentials, empty elements requested", CREDENTIALED, "PUT", ", ,",
     [ORIGIN, CREDENTIALS, METHODS, MAX_AGE, VARY_PREFLIGHT]),
    ("credentials, listed request headers", {**CREDENTIALED, "request_headers": ["X-A"]},
     "PUT", "x-a",
     [ORIGIN, CREDENTIALS, METHODS, allow_headers("X-A"), MAX_AGE, VARY_PREFLIGHT]),
    ("credentials, no request headers", {**CREDENTIALED, "request_headers": []}, "PUT", "",
     [ORIGIN, CREDENTIALS, METHODS, MAX_AGE, VARY_PREFLIGHT]),
    ("credentials, every method", {**CREDENTIALED, "methods": "*"}, "PROPFIND", "x-a",
     [ORIGIN, CREDENTIALS, methods("PROPFIND"), allow_headers("x-a"), MAX_AGE, VARY_PREFLIGHT]),
    ("credentials, every method, listed request headers",
     {**CREDENTIALED, "methods": "*", "request_headers": ["X-A"]}, "PUT", "x-a",
     [ORIGIN, CREDENTIALS, methods("PUT"), allow_headers("X-A"), MAX_AGE, VARY_PREFLIGHT]),
    ("no max-age", {**LISTED, "max_age": None}, "PUT", "",
     [ORIGIN, METHODS, ANY_HEADER, VARY_PREFLIGHT]),
    ("credentials, no max-age", {**CREDENTIALED, "max_age": None}, "GET", "x-a",
     [ORIGIN, CREDENTIALS, METHODS, allow_headers("x-a"), VARY_PREFLIGHT]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "method", "requested", "headers"),
    [row[1:] for row in ALLOWED_PREFLIGHTS],
    ids=[row[0] for row in ALLOWED_PREFLIGHTS],
)
def test_allowed_preflight_carries_exactly_these_headers(
    settings: dict[str, Any], method: str, requested: str, headers: Headers
) -> None:
    decision = decide_preflight(
        compiled(**settings), "app", PreflightRequest(APP, method, requested), never
    )
    assert (decision.reason, list(decision.headers)) == (Reason.ALLOWED, headers)


def test_allowed_preflight_of_a_pattern_names_the_origin() -> None:
    policy = compiled(origins=["https://*.example.com:*"])
    origin = "https://a.b.example.com:8443"
    assert preflight_headers(policy, PreflightRequest(origin, "PUT", ""))[0] == (
        "Access-Control-Allow-Origin",
        origin,
    )


def test_response_does_not_depend_on_the_allowed_method_or_header() -> None:
    """A browser can then use its preflight cache for the next request too."""
    policy = compiled()
    responses = {
        tuple(preflight_headers(policy, PreflightRequest(APP, method, requested)))
        for method in ("PUT", "DELETE")
        for requested in ("", "x-a", "authorization")
    }
    assert len(responses) == 1


# Exact headers of a denied preflight.

DENIED = [
    (Reason.ORIGIN_NOT_ALLOWED, EVIL, "PUT", ""),
    (Reason.ORIGIN_NOT_ALLOWED, "null", "PUT", ""),
    (Reason.ORIGIN_MALFORMED, "https://app.example.com/", "PUT", ""),
    (Reason.METHOD_NOT_ALLOWED, APP, "NOPE", ""),
    (Reason.HEADER_NOT_ALLOWED, APP, "PUT", "x-c"),
    (Reason.HEADER_MALFORMED, APP, "PUT", "x c"),
    (Reason.REQUEST_HEADERS_TOO_LONG, APP, "PUT", "," * 256),
]


@pytest.mark.parametrize("credentials", [False, True])
@pytest.mark.parametrize(("reason", "origin", "method", "requested"), DENIED)
def test_denied_preflight_carries_vary_alone(
    reason: Reason, origin: str, method: str, requested: str, credentials: bool
) -> None:
    policy = compiled(request_headers=["X-A"], credentials=credentials)
    decision = decide_preflight(
        policy, "app", PreflightRequest(origin, method, requested), call_predicate
    )
    assert (decision.reason, decision.headers) == (reason, (VARY_PREFLIGHT,))


def test_denied_preflight_of_any_origin_carries_vary_alone() -> None:
    decision = decide_preflight(
        compiled(origins="*"), "app", PreflightRequest(EVIL, "NOPE", ""), never
    )
    assert decision.headers == (VARY_PREFLIGHT,)


DEBUG_DENIALS: list[tuple[str, dict[str, Any], Reason, Headers]] = [
    ("origin not listed", LISTED, Reason.ORIGIN_NOT_ALLOWED, [VARY_PREFLIGHT]),
    ("origin malformed", LISTED, Reason.ORIGIN_MALFORMED, [VARY_PREFLIGHT]),
    ("function failed", LISTED, Reason.ORIGIN_CHECK_FAILED, [VARY_PREFLIGHT]),
    ("function not called", CREDENTIALED, Reason.ORIGIN_INSECURE, [VARY_PREFLIGHT]),
    ("origin not listed, credentials", CREDENTIALED, Reason.ORIGIN_NOT_ALLOWED, [VARY_PREFLIGHT]),
    ("method", LISTED, Reason.METHOD_NOT_ALLOWED, [ORIGIN, VARY_PREFLIGHT]),
    ("method, any origin", ANY_ORIGIN, Reason.METHOD_NOT_ALLOWED, [STAR, VARY_PREFLIGHT]),
    ("method, credentials", CREDENTIALED, Reason.METHOD_NOT_ALLOWED,
     [ORIGIN, CREDENTIALS, VARY_PREFLIGHT]),
    ("header", {**LISTED, "request_headers": ["X-A"]}, Reason.HEADER_NOT_ALLOWED,
     [ORIGIN, METHODS, ("Access-Control-Allow-Headers", "X-A"), VARY_PREFLIGHT]),
    ("header, none listed", {**LISTED, "request_headers": []}, Reason.HEADER_NOT_ALLOWED,
     [ORIGIN, METHODS, VARY_PREFLIGHT]),
    ("header, any origin", ANY_ORIGIN, Reason.HEADER_MALFORMED, [STAR, METHODS, VARY_PREFLIGHT]),
    ("header, credentials", CREDENTIALED, Reason.HEADER_MALFORMED,
     [ORIGIN, CREDENTIALS, METHODS, VARY_PREFLIGHT]),
    ("header, credentials and every method", {**CREDENTIALED, "methods": "*"},
     Reason.HEADER_NOT_ALLOWED, [ORIGIN, CREDENTIALS, methods("PUT"), VARY_PREFLIGHT]),
    ("header, no methods", {**LISTED, "methods": [], "request_headers": []},
     Reason.HEADER_NOT_ALLOWED, [ORIGIN, VARY_PREFLIGHT]),
    ("too long", LISTED, Reason.REQUEST_HEADERS_TOO_LONG, [ORIGIN, METHODS, VARY_PREFLIGHT]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "reason", "headers"),
    [row[1:] for row in DEBUG_DENIALS],
    ids=[row[0] for row in DEBUG_DENIALS],
)
def test_denied_preflight_in_debug_mode_has_the_headers_before_the_failing_step(
    settings: dict[str, Any], reason: Reason, headers: Headers
) -> None:
    assert (
        list(
            debug_denial(compiled(**settings), PreflightRequest(APP, "PUT", ""), reason).headers[2:]
        )
        == headers
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("settings", [LISTED, ANY_ORIGIN, CREDENTIALED], ids=["one", "any", "c"])
def test_denied_safelisted_method_is_a_plain_denial_in_debug_mode(
    method: str, settings: dict[str, Any]
) -> None:
    """Browsers do not look for these in allow-methods: only the status can deny them."""
    policy = compiled(**settings, methods=["PUT"])
    denial = debug_denial(policy, PreflightRequest(APP, method, ""), Reason.METHOD_NOT_ALLOWED)
    assert denial.status == "403 Forbidden"
    assert list(denial.headers[2:]) == [VARY_PREFLIGHT]


def test_list_of_preflight_headers_is_not_shared() -> None:
    policy = compiled()
    preflight_headers(policy, PreflightRequest(APP, "PUT", "")).append(("Content-Length", "0"))
    assert ("Content-Length", "0") not in preflight_headers(
        policy, PreflightRequest(APP, "PUT", "")
    )


@pytest.mark.parametrize(
    ("length", "reason"), [(64, Reason.ALLOWED), (65, Reason.METHOD_NOT_ALLOWED)]
)
def test_length_of_the_requested_method_is_limited_if_every_method_is_allowed(
    length: int, reason: Reason
) -> None:
    assert check("M" * length, methods="*") is reason
