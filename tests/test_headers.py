"""CORS headers are merged into a response, each exactly once."""

from typing import Any

import pytest

from flask_crossorigin.core.headers import (
    allow_origin_of,
    common_headers,
    is_cors_header,
    merge_headers,
)

VARY = [("Vary", "Origin")]


@pytest.mark.parametrize(
    "name",
    [
        "Access-Control-Allow-Origin",
        "access-control-allow-credentials",
        "ACCESS-CONTROL-MAX-AGE",
        "Access-Control-Allow-Private-Network",
        "Access-Control-",
    ],
)
def test_cors_header_is_recognized_in_any_case(name: str) -> None:
    assert is_cors_header(name)


@pytest.mark.parametrize(
    "name", ["Access-Control", "X-Access-Control-Allow-Origin", "Vary", "Accept", ""]
)
def test_other_header_is_not_a_cors_header(name: str) -> None:
    assert not is_cors_header(name)


def test_cors_headers_are_removed() -> None:
    headers = [("Access-Control-Allow-Origin", "*"), ("access-control-max-age", "5")]
    assert merge_headers(headers, []) == []


def test_other_headers_keep_order_and_duplicates() -> None:
    headers = [("Set-Cookie", "a=1"), ("Access-Control-Max-Age", "5"), ("Set-Cookie", "b=2")]
    assert merge_headers(headers, []) == [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]


@pytest.mark.parametrize(
    ("values", "merged"),
    [
        ([], "Origin"),
        (["Cookie"], "Cookie, Origin"),
        (["Origin"], "Origin"),
        (["origin"], "origin"),
        (["Origin, Cookie"], "Origin, Cookie"),
        (["Cookie", "Accept-Encoding"], "Cookie, Accept-Encoding, Origin"),
        (["Cookie, cookie", "COOKIE"], "Cookie, Origin"),
        ([" Cookie ,,\tAccept "], "Cookie, Accept, Origin"),
        ([""], "Origin"),
        (["*"], "*"),
        (["Cookie, *"], "*"),
        (["Cookie", "*"], "*"),
        (["X-Origin"], "X-Origin, Origin"),
    ],
    ids=lambda case: repr(case),
)
def test_vary_is_merged_into_one_line_without_duplicates(values: list[str], merged: str) -> None:
    headers = [("Vary", value) for value in values]
    assert merge_headers(headers, VARY) == [("Vary", merged)]


def test_vary_is_found_in_any_case() -> None:
    assert merge_headers([("vary", "Cookie"), ("VARY", "Accept")], VARY) == [
        ("Vary", "Cookie, Accept, Origin")
    ]


def test_other_headers_stay_around_vary() -> None:
    headers = [("Set-Cookie", "a=1"), ("Vary", "Cookie"), ("Set-Cookie", "b=2")]
    assert merge_headers(headers, VARY) == [
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Vary", "Cookie, Origin"),
    ]


def test_given_headers_are_not_changed() -> None:
    headers = [("Vary", "Cookie"), ("X-A", "1")]
    merge_headers(headers, VARY)
    assert headers == [("Vary", "Cookie"), ("X-A", "1")]


def test_merging_twice_equals_merging_once() -> None:
    once = merge_headers([("Vary", "Cookie")], VARY)
    assert merge_headers(once, VARY) == once


def test_other_headers_stay_as_they_are() -> None:
    names = ["Content-Type", "X-Vary", "X-Total", "Set-Cookie", "Access-Control"]
    headers = [(name, "x") for name in names]
    assert merge_headers(headers, VARY) == [*headers, *VARY]


def test_added_headers_replace_all_other_cors_headers() -> None:
    headers = [("access-control-allow-origin", "x"), ("X-A", "1"), ("Vary", "Cookie")]
    added = [("Access-Control-Allow-Origin", "https://a.example"), *VARY]
    assert merge_headers(headers, added) == [
        ("X-A", "1"),
        ("Access-Control-Allow-Origin", "https://a.example"),
        ("Vary", "Cookie, Origin"),
    ]


def test_no_vary_line_is_made_of_no_vary_lines() -> None:
    assert merge_headers([("X-A", "1")], [("Access-Control-Allow-Origin", "*")]) == [
        ("X-A", "1"),
        ("Access-Control-Allow-Origin", "*"),
    ]


@pytest.mark.parametrize("name", ["Access-Control-Allow-Origin", "access-control-allow-origin"])
def test_allow_origin_is_found_in_any_case(name: str) -> None:
    assert allow_origin_of([("Vary", "Origin"), (name, "https://a.example")]) == "https://a.example"


def test_missing_allow_origin_is_none() -> None:
    assert allow_origin_of([("Access-Control-Allow-Methods", "*"), ("Origin", "*")]) is None


# Common headers of two policies.

ALLOW = ("Access-Control-Allow-Origin", "https://a.example")
STAR = ("Access-Control-Allow-Origin", "*")
CREDENTIALS = ("Access-Control-Allow-Credentials", "true")


def exposes(names: str) -> tuple[str, str]:
    return ("Access-Control-Expose-Headers", names)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ([ALLOW, CREDENTIALS, *VARY], [ALLOW, CREDENTIALS, *VARY], [ALLOW, CREDENTIALS, *VARY]),
        ([ALLOW, CREDENTIALS, *VARY], [ALLOW, *VARY], [ALLOW, *VARY]),
        ([ALLOW, CREDENTIALS, *VARY], VARY, VARY),
        ([STAR], VARY, VARY),
        ([STAR], [ALLOW, CREDENTIALS, *VARY], [ALLOW, *VARY]),
        ([STAR], [STAR], [STAR]),
        ([STAR, exposes("*")], [STAR, exposes("X-A")], [STAR, exposes("X-A")]),
        ([STAR, exposes("*")], [STAR, exposes("*")], [STAR, exposes("*")]),
        ([STAR, exposes("X-A, X-B")], [STAR, exposes("x-b, x-c")], [STAR, exposes("X-B")]),
        ([STAR, exposes("X-A")], [STAR, exposes("X-B")], [STAR]),
        ([STAR, exposes("X-A")], [STAR], [STAR]),
    ],
)
def test_common_headers_are_those_of_both_policies(one: Any, other: Any, common: Any) -> None:
    assert list(common_headers(one, other)) == list(common)
    by_name = dict(common_headers(other, one))
    assert {name: value.lower() for name, value in by_name.items()} == {
        name: value.lower() for name, value in common
    }
