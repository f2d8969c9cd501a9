"""What is answered to a request, and why: every branch, and its exact headers."""

import dataclasses
import enum
import re
from typing import Any

import pytest

from flask_crossorigin import Outcome, Policy, Reason
from flask_crossorigin.core.actual import (
    CallPredicate,
    allowed_headers,
    allowlist_headers,
    check_origin,
    decide_actual,
)
from flask_crossorigin.core.compiled import CompiledPolicy, compile_policy
from flask_crossorigin.core.decision import REASON_MESSAGES, decision_for
from flask_crossorigin.core.origin_predicates import OriginPredicate
from flask_crossorigin.core.preflight import (
    MAX_REQUESTED_LENGTH,
    MAX_REQUESTED_NAMES,
    PreflightRequest,
    check_preflight,
    debug_denial,
    decide_preflight,
    preflight_headers,
)

APP = "https://app.example.com"
EVIL = "https://evil.example"
MIB = 2**20

Headers = list[tuple[str, str]]

VARY = ("Vary", "Origin")
VARY_PREFLIGHT = (
    "Vary",
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
)
STAR = ("Access-Control-Allow-Origin", "*")
ORIGIN = ("Access-Control-Allow-Origin", APP)
CREDENTIALS = ("Access-Control-Allow-Credentials", "true")
METHODS = ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
ANY_METHOD = ("Access-Control-Allow-Methods", "*")
ANY_HEADER = ("Access-Control-Allow-Headers", "*, Authorization")
MAX_AGE = ("Access-Control-Max-Age", "600")


def methods(names: str) -> tuple[str, str]:
    return ("Access-Control-Allow-Methods", names)


def allow_headers(names: str) -> tuple[str, str]:
    return ("Access-Control-Allow-Headers", names)


def exposed(names: str) -> tuple[str, str]:
    return ("Access-Control-Expose-Headers", names)


def compiled(**settings: Any) -> CompiledPolicy:
    return compile_policy(Policy(**{"origins": [APP], **settings}))


def ask(check: OriginPredicate, origin: str) -> bool | None:
    """As an adapter does: what fails is None."""
    try:
        return check.allows(origin, object)
    except LookupError:
        return None


def never(check: OriginPredicate, origin: str) -> bool | None:
    raise AssertionError(f"asked about {origin!r}")


def judge(method: str = "PUT", requested: str = "", origin: str = APP, **settings: Any) -> Reason:
    return check_preflight(compiled(**settings), PreflightRequest(origin, method, requested), ask)


# The words.


def test_reasons_are_these_and_no_others() -> None:
    assert sorted(str(each) for each in Reason) == [
        "allowed",
        "disabled",
        "header-malformed",
        "header-not-allowed",
        "method-not-allowed",
        "no-match",
        "not-cors",
        "origin-check-failed",
        "origin-malformed",
        "origin-not-allowed",
        "request-headers-too-long",
        "routing-failed",
    ]


def test_outcomes_are_these_and_no_others() -> None:
    assert [str(each) for each in Outcome] == ["allowed", "denied", "passed"]


@pytest.mark.parametrize("closed", [Reason, Outcome])
def test_enum_takes_no_other_value(closed: type[enum.Enum]) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        closed("nonsense")


@pytest.mark.parametrize("closed", [Reason, Outcome])
def test_enum_can_not_be_extended(closed: type[enum.Enum]) -> None:
    with pytest.raises(TypeError, match="extend"):
        enum.EnumMeta("More", (closed,), enum.EnumMeta.__prepare__("More", (closed,)))


@pytest.mark.parametrize("each", [*Reason, *Outcome])
def test_text_of_a_reason_or_outcome_is_its_code(each: Reason | Outcome) -> None:
    assert [str(each), f"{each}", "%s" % each] == [each.value] * 3  # noqa: UP031 - as logging does


@pytest.mark.parametrize("each", [*Reason, *Outcome])
def test_reason_or_outcome_is_equal_to_its_code(each: Reason | Outcome) -> None:
    assert each == each.value


@pytest.mark.parametrize("reason", Reason)
def test_reason_has_a_sentence(reason: Reason) -> None:
    assert re.fullmatch(r"[A-Z][^{}%\n]+\.", REASON_MESSAGES[reason])


def test_only_reasons_have_sentences() -> None:
    assert REASON_MESSAGES.keys() == set(Reason)


# Decisions.


@pytest.mark.parametrize("reason", Reason)
def test_outcome_follows_from_the_reason(reason: Reason) -> None:
    outcome = {
        Reason.ALLOWED: Outcome.ALLOWED,
        Reason.NOT_CORS: Outcome.PASSED,
        Reason.DISABLED: Outcome.PASSED,
    }.get(reason, Outcome.DENIED)
    assert decision_for(reason, None, "").outcome is outcome


def test_decision_holds_what_it_was_made_of() -> None:
    policy = Policy(origins=[APP])
    decision = decision_for(Reason.ALLOWED, policy, "view marks", (ORIGIN,))
    kept = (decision.reason, decision.policy, decision.scope, decision.headers)
    assert kept == (Reason.ALLOWED, policy, "view marks", (ORIGIN,))


def test_decision_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        decision_for(Reason.ALLOWED, None, "").outcome = Outcome.DENIED  # type: ignore[misc]


# Origins.


@pytest.mark.parametrize(
    "origin",
    [APP, EVIL, "null", "", "garbage not an origin", "https://a.example,https://b.example", "*",
     "x" * MIB],
    ids=lambda origin: origin[:40],
)  # fmt: skip
def test_everyone_is_every_text(origin: str) -> None:
    """The answer is the literal '*', whatever was sent."""
    assert check_origin(compiled(origins="*"), origin, never) is Reason.ALLOWED


@pytest.mark.parametrize("origin", [APP, "https://a.example.org", "http://localhost:5173"])
def test_listed_origin_is_allowed_without_asking_a_function(origin: str) -> None:
    policy = compiled(
        origins=[APP, "https://*.example.org", "http://localhost:*", lambda origin: False]
    )
    assert check_origin(policy, origin, never) is Reason.ALLOWED


@pytest.mark.parametrize(
    "origin",
    [EVIL, "http://app.example.com", "https://app.example.com:8443", "null",
     "https://app.example.com.evil.com", "https://evil-app.example.com", "capacitor://localhost"],
)  # fmt: skip
def test_origin_that_is_not_listed_is_not_allowed(origin: str) -> None:
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
def test_origin_that_no_browser_sends_is_malformed_and_no_function_is_asked(origin: str) -> None:
    policy = compiled(origins=[APP, "https://*.example.org", lambda origin: True])
    assert check_origin(policy, origin, never) is Reason.ORIGIN_MALFORMED


def test_null_is_allowed_where_it_is_listed() -> None:
    policy = compiled(origins=["null"], allow_null_origin=True)
    assert check_origin(policy, "null", never) is Reason.ALLOWED


def test_null_is_never_a_functions_to_allow() -> None:
    policy = compiled(origins=lambda origin: True, allow_null_origin=True)
    assert check_origin(policy, "null", never) is Reason.ORIGIN_NOT_ALLOWED


@pytest.mark.parametrize(
    ("says", "reason"), [(True, Reason.ALLOWED), (False, Reason.ORIGIN_NOT_ALLOWED)]
)
def test_function_decides_on_what_is_not_listed(says: bool, reason: Reason) -> None:
    assert check_origin(compiled(origins=[APP, lambda origin: says]), EVIL, ask) is reason


def test_functions_are_asked_in_order_until_one_allows() -> None:
    asked = []

    def make(name: str, says: bool) -> Any:
        def check(origin: str) -> bool:
            asked.append(name)
            return says

        return check

    policy = compiled(origins=[make("a", False), make("b", True), make("c", True)])
    assert check_origin(policy, EVIL, ask) is Reason.ALLOWED
    assert asked == ["a", "b"]


def fails(origin: str) -> bool:
    raise LookupError


@pytest.mark.parametrize("after", [[], [lambda origin: True]], ids=["alone", "before another"])
def test_function_that_fails_closes(after: list[Any]) -> None:
    policy = compiled(origins=[fails, *after])
    assert check_origin(policy, EVIL, ask) is Reason.ORIGIN_CHECK_FAILED


def test_function_that_fails_after_another_allowed_is_not_asked() -> None:
    policy = compiled(origins=[lambda origin: True, fails])
    assert check_origin(policy, EVIL, ask) is Reason.ALLOWED


def test_nobody_is_allowed_where_no_origin_is_listed() -> None:
    assert check_origin(compiled(origins=[]), APP, never) is Reason.ORIGIN_NOT_ALLOWED


# Methods of preflights.


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("listed", [[], ["PUT"], "*"], ids=["none", "another", "every"])
def test_safelisted_method_always_passes(method: str, listed: Any) -> None:
    assert judge(method, methods=listed) is Reason.ALLOWED


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_method_of_the_defaults_passes(method: str) -> None:
    assert judge(method) is Reason.ALLOWED


@pytest.mark.parametrize(
    "method",
    ["OPTIONS", "patch", "put", "get", "Put", "PU", "E", "", " PUT", "PUT ", "GET, HEAD", "PUT,PUT",
     "*", "PUT\r\nX: 1", "TRACE"],
    ids=repr,
)  # fmt: skip
def test_method_is_compared_exactly(method: str) -> None:
    assert judge(method) is Reason.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("method", ["PUT", "PROPFIND", "patch", "X-CUSTOM", "!#$%&'*+-.^_`|~"])
@pytest.mark.parametrize("credentials", [False, True])
def test_every_token_is_a_method_where_every_method_is_allowed(
    method: str, credentials: bool
) -> None:
    assert judge(method, methods="*", credentials=credentials) is Reason.ALLOWED


@pytest.mark.parametrize(
    "method", ["", " ", "a b", "PUT ", "GET, HEAD", "PUT\r\nX: 1", "\u00c4", "PUT\x00"], ids=ascii
)
@pytest.mark.parametrize("credentials", [False, True])
def test_what_is_no_token_is_never_a_method(method: str, credentials: bool) -> None:
    reason = judge(method, methods="*", credentials=credentials)
    assert reason is Reason.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "TRACK", "connect", "Trace", "track"])
def test_forbidden_method_is_never_allowed_in_any_case(method: str) -> None:
    """The standard compares these names without regard to case (2.2.1)."""
    assert judge(method, methods="*") is Reason.METHOD_NOT_ALLOWED


# Request headers of preflights.


@pytest.mark.parametrize(
    "requested",
    ["", "x-a", "X-A", "x-a,x-b", "x-b,x-a", "X-B, X-A", "x-a\t,\t x-b", " x-a ", "x-a,,x-b",
     ",x-a,", ", ,\t,", "x-a,x-a", "x-a,X-A,x-b"],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("listed", ["*", ["X-A", "X-B"]], ids=["every", "listed"])
@pytest.mark.parametrize("credentials", [False, True])
def test_requested_headers_pass_in_any_form_of_a_list(
    requested: str, listed: Any, credentials: bool
) -> None:
    reason = judge("GET", requested, request_headers=listed, credentials=credentials)
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
def test_requested_header_that_is_not_listed_is_not_allowed(requested: str) -> None:
    reason = judge("GET", requested, request_headers=["X-A", "X-B"])
    assert reason is Reason.HEADER_NOT_ALLOWED


def test_no_header_is_allowed_where_none_is_listed() -> None:
    assert judge("GET", "x-a", request_headers=[]) is Reason.HEADER_NOT_ALLOWED


@pytest.mark.parametrize("credentials", [False, True])
def test_authorization_is_covered_where_every_header_is_allowed(credentials: bool) -> None:
    assert judge("GET", "authorization", credentials=credentials) is Reason.ALLOWED


@pytest.mark.parametrize(
    "requested",
    ["x a", "x-a x-b", "x-a;x-b", "x-a<script>", "x-a\r\nX-B", "x-a\x0bx-b", "\x0bx-a",
     "x-a\u00a0", "x-\u00e4", "x-a\x00", '"x-a"', "x-a:1", "x-a, b<c"],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize("listed", ["*", ["X-A", "X-B"]], ids=["every", "listed"])
@pytest.mark.parametrize("credentials", [False, True])
def test_requested_name_that_is_no_token_is_malformed(
    requested: str, listed: Any, credentials: bool
) -> None:
    reason = judge("GET", requested, request_headers=listed, credentials=credentials)
    assert reason is Reason.HEADER_MALFORMED


def test_requested_name_is_compared_as_ascii() -> None:
    """The Kelvin sign is a 'k' in lower case, and no part of a token."""
    reason = judge("GET", "x-to\u212aen", request_headers=["X-Token"])
    assert reason is Reason.HEADER_MALFORMED


@pytest.mark.parametrize("listed", ["*", ["X-A"]], ids=["every", "listed"])
def test_requested_headers_pass_up_to_the_greatest_number(listed: Any) -> None:
    requested = ",".join(["x-a"] * MAX_REQUESTED_NAMES)
    assert judge("GET", requested, request_headers=listed) is Reason.ALLOWED


@pytest.mark.parametrize("listed", ["*", ["X-A"]], ids=["every", "listed"])
@pytest.mark.parametrize("name", ["x-a", "", " "], ids=["names", "empty", "blank"])
def test_requested_headers_over_the_greatest_number_fail(listed: Any, name: str) -> None:
    requested = ",".join([name] * (MAX_REQUESTED_NAMES + 1))
    assert judge("GET", requested, request_headers=listed) is Reason.REQUEST_HEADERS_TOO_LONG


def test_requested_headers_pass_up_to_the_greatest_length() -> None:
    assert judge("GET", "x" * MAX_REQUESTED_LENGTH) is Reason.ALLOWED


@pytest.mark.parametrize("filler", ["x", " ", ",", "x,", "\x00"], ids=repr)
@pytest.mark.parametrize("length", [MAX_REQUESTED_LENGTH + 2, MIB])
def test_requested_headers_over_the_greatest_length_fail(filler: str, length: int) -> None:
    requested = filler * (length // len(filler))
    assert judge("GET", requested) is Reason.REQUEST_HEADERS_TOO_LONG


def test_bounds_are_those_of_the_documentation() -> None:
    assert (MAX_REQUESTED_LENGTH, MAX_REQUESTED_NAMES) == (8192, 256)


# The order in which a browser checks.


def test_origin_comes_before_the_method() -> None:
    assert judge("NOPE", "x y", origin=EVIL) is Reason.ORIGIN_NOT_ALLOWED


def test_method_comes_before_the_headers() -> None:
    assert judge("NOPE", "x y") is Reason.METHOD_NOT_ALLOWED


# Exact headers of an allowed preflight.

LISTED: dict[str, Any] = {"origins": [APP]}
EVERYONE: dict[str, Any] = {"origins": "*"}
CREDENTIALED: dict[str, Any] = {"origins": [APP], "credentials": True}

ALLOWED_PREFLIGHTS: list[tuple[str, dict[str, Any], str, str, Headers]] = [
    ("everyone", EVERYONE, "PUT", "x-a",
     [STAR, METHODS, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("listed", LISTED, "PUT", "x-a",
     [ORIGIN, METHODS, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("listed, another method and header", LISTED, "DELETE", "authorization,x-b",
     [ORIGIN, METHODS, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("listed, nothing requested", LISTED, "PUT", "",
     [ORIGIN, METHODS, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("every method", {**LISTED, "methods": "*"}, "PROPFIND", "",
     [ORIGIN, ANY_METHOD, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("every method for everyone", {**EVERYONE, "methods": "*"}, "PROPFIND", "",
     [STAR, ANY_METHOD, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("no methods", {**LISTED, "methods": []}, "POST", "",
     [ORIGIN, ANY_HEADER, MAX_AGE, VARY_PREFLIGHT]),
    ("no request headers", {**LISTED, "request_headers": []}, "PUT", "",
     [ORIGIN, METHODS, MAX_AGE, VARY_PREFLIGHT]),
    ("neither", {**LISTED, "methods": [], "request_headers": []}, "POST", "",
     [ORIGIN, MAX_AGE, VARY_PREFLIGHT]),
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
    ("credentials, no methods", {**CREDENTIALED, "methods": []}, "GET", "x-a",
     [ORIGIN, CREDENTIALS, allow_headers("x-a"), MAX_AGE, VARY_PREFLIGHT]),
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


def test_answer_is_the_same_for_every_method_and_header_that_is_allowed() -> None:
    """So that a browser's preflight cache serves the next request too."""
    policy = compiled()
    answers = {
        tuple(preflight_headers(policy, PreflightRequest(APP, method, requested)))
        for method in ("PUT", "DELETE")
        for requested in ("", "x-a", "authorization")
    }
    assert len(answers) == 1


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
    decision = decide_preflight(policy, "app", PreflightRequest(origin, method, requested), ask)
    assert (decision.reason, decision.headers) == (reason, (VARY_PREFLIGHT,))


def test_denied_preflight_of_everyone_carries_vary_alone() -> None:
    decision = decide_preflight(
        compiled(origins="*"), "app", PreflightRequest(EVIL, "NOPE", ""), never
    )
    assert decision.headers == (VARY_PREFLIGHT,)


TOLD: list[tuple[str, dict[str, Any], Reason, Headers]] = [
    ("origin not listed", LISTED, Reason.ORIGIN_NOT_ALLOWED, [VARY_PREFLIGHT]),
    ("origin malformed", LISTED, Reason.ORIGIN_MALFORMED, [VARY_PREFLIGHT]),
    ("function failed", LISTED, Reason.ORIGIN_CHECK_FAILED, [VARY_PREFLIGHT]),
    ("origin not listed, credentials", CREDENTIALED, Reason.ORIGIN_NOT_ALLOWED, [VARY_PREFLIGHT]),
    ("method", LISTED, Reason.METHOD_NOT_ALLOWED, [ORIGIN, VARY_PREFLIGHT]),
    ("method, everyone", EVERYONE, Reason.METHOD_NOT_ALLOWED, [STAR, VARY_PREFLIGHT]),
    ("method, credentials", CREDENTIALED, Reason.METHOD_NOT_ALLOWED,
     [ORIGIN, CREDENTIALS, VARY_PREFLIGHT]),
    ("header", {**LISTED, "request_headers": ["X-A"]}, Reason.HEADER_NOT_ALLOWED,
     [ORIGIN, METHODS, ("Access-Control-Allow-Headers", "X-A"), VARY_PREFLIGHT]),
    ("header, none listed", {**LISTED, "request_headers": []}, Reason.HEADER_NOT_ALLOWED,
     [ORIGIN, METHODS, VARY_PREFLIGHT]),
    ("header, everyone", EVERYONE, Reason.HEADER_MALFORMED, [STAR, METHODS, VARY_PREFLIGHT]),
    ("header, credentials", CREDENTIALED, Reason.HEADER_MALFORMED,
     [ORIGIN, CREDENTIALS, METHODS, VARY_PREFLIGHT]),
    ("header, credentials and every method", {**CREDENTIALED, "methods": "*"},
     Reason.HEADER_NOT_ALLOWED, [ORIGIN, CREDENTIALS, methods("PUT"), VARY_PREFLIGHT]),
    ("header, no methods", {**LISTED, "methods": [], "request_headers": []},
     Reason.HEADER_NOT_ALLOWED, [ORIGIN, VARY_PREFLIGHT]),
    ("too long", LISTED, Reason.REQUEST_HEADERS_TOO_LONG, [ORIGIN, METHODS, VARY_PREFLIGHT]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "reason", "headers"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD]
)
def test_denied_preflight_in_debug_mode_goes_as_far_as_the_failing_step(
    settings: dict[str, Any], reason: Reason, headers: Headers
) -> None:
    assert (
        list(
            debug_denial(compiled(**settings), PreflightRequest(APP, "PUT", ""), reason).headers[2:]
        )
        == headers
    )


# Exact headers of actual responses.

ACTUAL: list[tuple[str, dict[str, Any], str | None, Reason, Headers]] = [
    ("everyone", EVERYONE, APP, Reason.ALLOWED, [STAR]),
    ("everyone, another origin", EVERYONE, EVIL, Reason.ALLOWED, [STAR]),
    ("everyone, no Origin", EVERYONE, None, Reason.NOT_CORS, [STAR]),
    ("everyone, null", EVERYONE, "null", Reason.ALLOWED, [STAR]),
    ("everyone, malformed", EVERYONE, "a b", Reason.ALLOWED, [STAR]),
    ("everyone, exposed", {**EVERYONE, "expose_headers": "*"}, APP, Reason.ALLOWED,
     [STAR, exposed("*")]),
    ("everyone, exposed, no Origin", {**EVERYONE, "expose_headers": ["X-A"]}, None,
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
    ("nobody", {"origins": []}, APP, Reason.ORIGIN_NOT_ALLOWED, [VARY]),
    ("function allows", {"origins": lambda origin: True}, EVIL, Reason.ALLOWED,
     [("Access-Control-Allow-Origin", EVIL), VARY]),
    ("function denies", {"origins": lambda origin: False}, EVIL, Reason.ORIGIN_NOT_ALLOWED, [VARY]),
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
    decision = decide_actual(compiled(**settings), "app", origin, ask)
    assert (decision.reason, list(decision.headers)) == (reason, headers)


@pytest.mark.parametrize(
    ("settings", "headers"),
    [(LISTED, [ORIGIN, VARY]), (CREDENTIALED, [ORIGIN, CREDENTIALS, VARY]), (EVERYONE, [STAR])],
    ids=["listed", "credentials", "everyone"],
)
def test_headers_of_an_allowed_origin_are_those_that_are_decided(
    settings: dict[str, Any], headers: Headers
) -> None:
    assert list(allowed_headers(compiled(**settings), APP)) == headers


def test_headers_of_a_preflight_can_be_added_to() -> None:
    policy = compiled()
    preflight_headers(policy, PreflightRequest(APP, "PUT", "")).append(("Content-Length", "0"))
    assert ("Content-Length", "0") not in preflight_headers(
        policy, PreflightRequest(APP, "PUT", "")
    )


@pytest.mark.parametrize("asker", [ask, never])
def test_decision_tells_policy_and_scope(asker: CallPredicate) -> None:
    policy = compiled()
    decided = [
        decide_actual(policy, "blueprint api", APP, asker),
        decide_preflight(policy, "blueprint api", PreflightRequest(APP, "PUT", ""), asker),
    ]
    assert [(each.policy, each.scope) for each in decided] == [(policy.policy, "blueprint api")] * 2


@pytest.mark.parametrize(
    ("length", "reason"), [(64, Reason.ALLOWED), (65, Reason.METHOD_NOT_ALLOWED)]
)
def test_requested_method_is_bounded_where_every_one_is_allowed(
    length: int, reason: Reason
) -> None:
    assert judge("M" * length, methods="*") is reason


# What look-ups tell, and what is kept of it.


def test_listed_origin_is_answered_with_itself_and_kept() -> None:
    policy = compiled(credentials=True)
    headers = allowlist_headers(policy, APP)
    assert headers == (ORIGIN, CREDENTIALS, VARY)
    assert allowlist_headers(policy, APP) is headers
    assert allowlist_headers(policy, None) == (VARY,)
    assert set(policy.headers_by_origin) == {APP, None}


def test_origin_that_a_pattern_lists_is_answered_with_itself() -> None:
    policy = compiled(origins=["https://*.example.org"])
    origin = "https://a.example.org"
    headers = (("Access-Control-Allow-Origin", origin), VARY)
    assert allowlist_headers(policy, origin) == allowlist_headers(policy, origin) == headers
    assert policy.headers_by_origin == {}  # a client can invent these


def test_origin_that_no_list_allows_is_open_and_not_kept() -> None:
    policy = compiled(origins=[APP, lambda origin: True])
    assert allowlist_headers(policy, "https://evil.example") is None
    assert policy.headers_by_origin == {}


def test_everyone_is_answered_alike_and_not_kept() -> None:
    policy = compiled(origins="*")
    assert {allowlist_headers(policy, origin) for origin in (None, APP, "null", "x")} == {(STAR,)}
    assert policy.headers_by_origin == {}
