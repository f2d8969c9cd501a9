"""CompiledPolicy: every string that can be built before a request, is."""

import dataclasses
from typing import Any

import pytest

from flask_crossorigin import Policy
from flask_crossorigin.core.compiled import CompiledPolicy, compile_policy
from flask_crossorigin.core.headers import VARY_ORIGIN, VARY_PREFLIGHT

APP = "https://app.example.com"
METHODS = ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
HEADERS = ("Access-Control-Allow-Headers", "*, Authorization")
CREDENTIALS = ("Access-Control-Allow-Credentials", "true")
MAX_AGE = ("Access-Control-Max-Age", "600")


def compiled(**settings: Any) -> CompiledPolicy:
    return compile_policy(Policy(**{"origins": [APP], **settings}))


def test_policy_is_kept() -> None:
    policy = Policy(origins=[APP])
    assert compile_policy(policy).policy is policy


def test_everyone_needs_no_list() -> None:
    policy = compiled(origins="*")
    kept = (policy.allowlist.exact, policy.allowlist.patterns, policy.predicates)
    assert kept == (frozenset(), frozenset(), ())


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
def test_response_for_everyone_is_built_without_vary(
    settings: dict[str, Any], headers: tuple[tuple[str, str], ...]
) -> None:
    assert compiled(origins="*", **settings).wildcard_headers == headers


@pytest.mark.parametrize("origins", [[], [APP], ["https://*.example.org"], [str.islower]], ids=str)
def test_policy_that_is_not_for_everyone_has_no_response_for_everyone(origins: Any) -> None:
    assert compiled(origins=origins).wildcard_headers is None


def test_list_and_functions_are_kept() -> None:
    def allow(origin: str) -> bool:
        return True

    policy = compiled(origins=[APP, "https://*.example.org", allow])
    assert policy.allowlist.exact == {APP}
    assert policy.allowlist.patterns == {"https://*.example.org"}
    assert [check.function for check in policy.predicates] == [allow]


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
def test_what_follows_the_origin_is_built(
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
def test_answer_to_a_preflight_is_built_where_it_does_not_depend_on_the_request(
    settings: dict[str, Any], headers: tuple[tuple[str, str], ...] | None
) -> None:
    assert compiled(**settings).preflight_headers == headers


def test_safelisted_methods_are_always_among_the_allowed() -> None:
    assert compiled(methods=["PUT"]).methods == frozenset({"GET", "HEAD", "POST", "PUT"})


def test_methods_that_are_sent_are_those_that_were_written() -> None:
    assert compiled(methods=["PUT"]).allow_methods == (("Access-Control-Allow-Methods", "PUT"),)


@pytest.mark.parametrize("credentials", [False, True])
def test_every_method_is_no_set(credentials: bool) -> None:
    assert compiled(methods="*", credentials=credentials).methods is None


def test_every_method_with_credentials_must_be_echoed() -> None:
    assert compiled(methods="*", credentials=True).allow_methods is None


def test_request_headers_are_compared_in_lower_case() -> None:
    assert compiled(request_headers=["X-A", "x-B"]).request_headers == frozenset({"x-a", "x-b"})


def test_request_headers_are_sent_as_they_were_written() -> None:
    sent = compiled(request_headers=["X-A", "x-B"]).allow_headers
    assert sent == (("Access-Control-Allow-Headers", "X-A, x-B"),)


@pytest.mark.parametrize("credentials", [False, True])
def test_every_request_header_is_no_set(credentials: bool) -> None:
    assert compiled(credentials=credentials).request_headers is None


def test_every_request_header_names_authorization_beside_the_star() -> None:
    """The star of the standard leaves it out."""
    assert compiled().allow_headers == (HEADERS,)


def test_every_request_header_with_credentials_must_be_echoed() -> None:
    assert compiled(credentials=True).allow_headers is None


@pytest.mark.parametrize(
    ("status", "line"),
    [(200, "200 OK"), (204, "204 No Content"), (202, "202 Accepted"), (299, "299 OK")],
)
def test_status_line_has_its_phrase(status: int, line: str) -> None:
    assert compiled(preflight_status=status).preflight_status == line


def test_every_status_that_a_policy_takes_has_a_line() -> None:
    lines = [compiled(preflight_status=status).preflight_status for status in range(200, 300)]
    assert [
        line for line in lines if not (line[:3].isdigit() and line[3] == " " and line[4:])
    ] == []


def test_longest_max_age_can_be_written() -> None:
    assert compiled(max_age=2**31 - 1).max_age == ("Access-Control-Max-Age", "2147483647")


def test_compiled_policy_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        compiled().preflight_status = "200 OK"  # type: ignore[misc]


def test_compiled_policy_is_compared_by_identity() -> None:
    policy = Policy(origins=[APP])
    assert compile_policy(policy) != compile_policy(policy)
