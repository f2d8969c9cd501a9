"""CompiledPolicy: header strings are built before the first request."""

import dataclasses
from typing import Any

import pytest

from flask_crossorigin import Policy
from flask_crossorigin.core.compiled import CompiledPolicy, compile_policy, for_one_request
from flask_crossorigin.core.headers import VARY_ORIGIN, VARY_PREFLIGHT

APP = "https://app.example.com"
METHODS = ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, QUERY")
HEADERS = ("Access-Control-Allow-Headers", "*, Authorization")
CREDENTIALS = ("Access-Control-Allow-Credentials", "true")
MAX_AGE = ("Access-Control-Max-Age", "600")


def compiled(**settings: Any) -> CompiledPolicy:
    return compile_policy(Policy(**{"origins": [APP], **settings}))


def test_compiled_policy_has_its_policy() -> None:
    policy = Policy(origins=[APP])
    assert compile_policy(policy).policy is policy


def test_any_origin_needs_no_allowlist() -> None:
    policy = compiled(origins="*")
    allowed = (policy.allowlist.exact, policy.allowlist.patterns, policy.predicates)
    assert allowed == (frozenset(), frozenset(), ())


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({}, (("Access-Control-Allow-Origin", "*"),)),
        (
            {"expose_headers": ["X-A"]},
            (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "X-A")),
        ),
    ],
    ids=str,
)
def test_wildcard_headers_have_no_vary(
    settings: dict[str, Any], headers: tuple[tuple[str, str], ...]
) -> None:
    assert compiled(origins="*", **settings).wildcard_headers == headers


@pytest.mark.parametrize("origins", [[], [APP], ["https://*.example.org"], [str.islower]], ids=str)
def test_policy_that_does_not_allow_every_origin_has_no_wildcard_headers(origins: Any) -> None:
    assert compiled(origins=origins).wildcard_headers is None


def test_allowlist_and_functions_are_those_of_the_policy() -> None:
    def allow(origin: str) -> bool:
        return True

    policy = compiled(origins=[APP, "https://*.example.org", allow])
    assert policy.allowlist.exact == {APP}
    assert policy.allowlist.patterns == {"https://*.example.org"}
    assert [each.function for each in policy.predicates] == [allow]


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({}, (VARY_ORIGIN,)),
        ({"credentials": True}, (CREDENTIALS, VARY_ORIGIN)),
        ({"expose_headers": "*"}, (("Access-Control-Expose-Headers", "*"), VARY_ORIGIN)),
        ({"expose_headers": ["X-A"]}, (("Access-Control-Expose-Headers", "X-A"), VARY_ORIGIN)),
        (
            {"expose_headers": ["X-A", "x-B"], "credentials": True},
            (CREDENTIALS, ("Access-Control-Expose-Headers", "X-A, x-B"), VARY_ORIGIN),
        ),
    ],
    ids=str,
)
def test_headers_after_allow_origin_are_built(
    settings: dict[str, Any], headers: tuple[tuple[str, str], ...]
) -> None:
    assert compiled(**settings).actual_headers == headers


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({}, (METHODS, HEADERS, MAX_AGE, VARY_PREFLIGHT)),
        ({"methods": []}, (HEADERS, MAX_AGE, VARY_PREFLIGHT)),
        ({"request_headers": []}, (METHODS, MAX_AGE, VARY_PREFLIGHT)),
        (
            {"methods": "*"},
            (("Access-Control-Allow-Methods", "*"), HEADERS, MAX_AGE, VARY_PREFLIGHT),
        ),
        (
            {"request_headers": ["X-A", "Authorization"], "credentials": True, "max_age": 0},
            (
                CREDENTIALS,
                METHODS,
                ("Access-Control-Allow-Headers", "X-A, Authorization"),
                ("Access-Control-Max-Age", "0"),
                VARY_PREFLIGHT,
            ),
        ),
        ({"credentials": True}, None),
        ({"credentials": True, "methods": "*", "request_headers": []}, None),
    ],
    ids=str,
)
def test_preflight_headers_are_built_if_they_do_not_depend_on_the_request(
    settings: dict[str, Any], headers: tuple[tuple[str, str], ...] | None
) -> None:
    assert compiled(**settings).preflight_headers == headers


def test_get_covers_head() -> None:
    assert compiled(methods=["PUT", "GET"]).methods == frozenset({"GET", "HEAD", "PUT"})
    assert compiled(methods=["PUT"]).methods == frozenset({"PUT"})


def test_allow_methods_header_has_the_methods_of_the_policy() -> None:
    assert compiled(methods=["PUT"]).allow_methods == (("Access-Control-Allow-Methods", "PUT"),)


@pytest.mark.parametrize("credentials", [False, True])
def test_every_method_is_none(credentials: bool) -> None:
    assert compiled(methods="*", credentials=credentials).methods is None


def test_every_method_with_credentials_must_be_echoed() -> None:
    assert compiled(methods="*", credentials=True).allow_methods is None


def test_request_headers_are_compared_in_lower_case() -> None:
    assert compiled(request_headers=["X-A", "x-B"]).request_headers == frozenset({"x-a", "x-b"})


def test_request_headers_are_sent_in_their_spelling() -> None:
    sent = compiled(request_headers=["X-A", "x-B"]).allow_headers
    assert sent == (("Access-Control-Allow-Headers", "X-A, x-B"),)


@pytest.mark.parametrize("credentials", [False, True])
def test_every_request_header_is_none(credentials: bool) -> None:
    assert compiled(credentials=credentials).request_headers is None


def test_every_request_header_names_authorization_too() -> None:
    """In the standard, the star does not cover it."""
    assert compiled().allow_headers == (HEADERS,)


def test_every_request_header_with_credentials_must_be_echoed() -> None:
    assert compiled(credentials=True).allow_headers is None


@pytest.mark.parametrize(
    ("status", "line"),
    [(200, "200 OK"), (204, "204 No Content"), (202, "202 Accepted"), (299, "299 OK")],
)
def test_status_line_has_its_phrase(status: int, line: str) -> None:
    assert compiled(preflight_status=status).preflight_status == line


def test_every_valid_status_has_a_line() -> None:
    lines = [compiled(preflight_status=status).preflight_status for status in range(200, 300)]
    assert [
        line for line in lines if not (line[:3].isdigit() and line[3] == " " and line[4:])
    ] == []


def test_longest_max_age_is_sent_in_full() -> None:
    assert compiled(max_age=2**31 - 1).max_age == (("Access-Control-Max-Age", "2147483647"),)


def test_preflight_for_one_request_is_never_cached() -> None:
    one = for_one_request(compiled(max_age=None))
    assert one.max_age == (("Access-Control-Max-Age", "0"),)


def test_compiled_policy_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        compiled().preflight_status = "200 OK"  # type: ignore[misc]


def test_compiled_policy_is_compared_by_identity() -> None:
    policy = Policy(origins=[APP])
    assert compile_policy(policy) != compile_policy(policy)
