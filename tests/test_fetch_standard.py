"""The lists and predicates of the Fetch standard."""

import string

import pytest

from flask_crossorigin.core.fetch_standard import (
    FORBIDDEN_METHODS,
    FORBIDDEN_RESPONSE_HEADERS,
    NO_CORS_HEADERS,
    NON_WILDCARD_REQUEST_HEADER,
    NULL_ORIGIN,
    REQUEST_BODY_HEADERS,
    SAFE_METHODS,
    SAFELISTED_METHODS,
    SAFELISTED_RESPONSE_HEADERS,
    essence,
    is_forbidden_method,
    is_forbidden_request_header,
    is_safelisted_request_header,
    is_token,
    normalize_method,
    unsafe_request_header_names,
)

TOKEN_CHARACTERS = set("!#$%&'*+-.^_`|~" + string.digits + string.ascii_letters)


def test_safelisted_methods_are_those_of_the_standard() -> None:
    assert {"GET", "HEAD", "POST"} == SAFELISTED_METHODS


def test_safe_methods_are_those_of_the_standards_on_http() -> None:
    assert {"GET", "HEAD", "OPTIONS", "QUERY", "TRACE"} == SAFE_METHODS


def test_forbidden_methods_are_those_of_the_standard() -> None:
    assert {"CONNECT", "TRACE", "TRACK"} == FORBIDDEN_METHODS


def test_forbidden_response_headers_are_those_of_the_standard() -> None:
    assert {"set-cookie", "set-cookie2"} == FORBIDDEN_RESPONSE_HEADERS


def test_wildcard_covers_all_names_but_authorization() -> None:
    assert NON_WILDCARD_REQUEST_HEADER == "authorization"


def test_opaque_origin_is_null() -> None:
    assert NULL_ORIGIN == "null"


@pytest.mark.parametrize("text", ["GET", "X-Request-Id", "a", "!#$%&'*+-.^_`|~", "0"])
def test_token_is_a_token(text: str) -> None:
    assert is_token(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a b",
        " a",
        "a ",
        "GET\n",
        "a\r\nb",
        "a,b",
        "a:b",
        "X/Y",
        "é",
        "\u212a",
        "a\x00",
        "a\x7f",
    ],
    ids=ascii,
)
def test_text_with_any_other_character_is_not_a_token(text: str) -> None:
    assert not is_token(text)


def test_characters_of_a_token_are_those_of_rfc_9110() -> None:
    assert {chr(code) for code in range(0x3000) if is_token(chr(code))} == TOKEN_CHARACTERS


@pytest.mark.parametrize(
    "name",
    """
    Accept-Charset Accept-Encoding Access-Control-Request-Headers Access-Control-Request-Method
    Connection Content-Length Cookie Cookie2 Date DNT Expect Host Keep-Alive Origin Referer
    Set-Cookie TE Trailer Transfer-Encoding Upgrade Via
    Proxy-Authorization Proxy- Sec-Fetch-Site Sec-
    """.split(),
)
def test_forbidden_request_header_is_forbidden_in_any_case(name: str) -> None:
    cases = name, name.lower(), name.upper()
    assert [is_forbidden_request_header(each) for each in cases] == [True] * 3


@pytest.mark.parametrize(
    "name",
    """
    Accept Accept-Language Authorization Content-Type Content-Language Range User-Agent
    X-HTTP-Method-Override X-Requested-With Proxy Sec Second Secret Security Cookie3 X-Cookie
    """.split(),
)
def test_other_request_header_is_not_forbidden(name: str) -> None:
    assert not is_forbidden_request_header(name)


def test_safelisted_response_headers_are_those_of_the_standard() -> None:
    assert {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    } == SAFELISTED_RESPONSE_HEADERS


def test_no_cors_headers_are_those_of_the_standard() -> None:
    assert {"accept", "accept-language", "content-language", "content-type"} == NO_CORS_HEADERS


def test_request_body_headers_are_those_of_the_standard() -> None:
    assert {
        "content-encoding",
        "content-language",
        "content-location",
        "content-type",
    } == REQUEST_BODY_HEADERS


@pytest.mark.parametrize("method", ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"])
def test_six_methods_are_normalized_to_upper_case(method: str) -> None:
    cases = method, method.lower(), method.title()
    assert [normalize_method(each) for each in cases] == [method] * 3


@pytest.mark.parametrize("method", ["patch", "Patch", "PATCH", "chicken", "propfind"])
def test_other_method_keeps_its_spelling(method: str) -> None:
    assert normalize_method(method) == method


@pytest.mark.parametrize("method", ["CONNECT", "trace", "Track"])
def test_forbidden_method_is_forbidden_in_any_case(method: str) -> None:
    assert is_forbidden_method(method)


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "CONNECTED", "TRAC", ""])
def test_other_method_is_not_forbidden(method: str) -> None:
    assert not is_forbidden_method(method)


@pytest.mark.parametrize("name", ["X-HTTP-Method", "x-http-method-override", "X-METHOD-OVERRIDE"])
@pytest.mark.parametrize("value", ["TRACE", "trace", "GET,track ", "GET,\tCONNECT"])
def test_override_that_names_a_forbidden_method_is_forbidden(name: str, value: str) -> None:
    assert is_forbidden_request_header(name, value)


@pytest.mark.parametrize("value", ["", "PUT", "GET,TRACER", "DIS CONNECT"])
def test_override_that_names_another_method_is_not_forbidden(value: str) -> None:
    assert not is_forbidden_request_header("X-HTTP-Method-Override", value)


def test_value_of_another_header_does_not_matter() -> None:
    assert not is_forbidden_request_header("X-Method", "TRACE")


UNSAFE_BYTES = {*map(chr, range(0x20)), *'"():<>?@[\\]{}', "\x7f"} - {"\t"}


@pytest.mark.parametrize("name", ["Accept", "Content-Type"])
def test_unsafe_bytes_are_those_of_the_standard(name: str) -> None:
    values = {chr(code): f"text/plain;{chr(code)}" for code in range(256)}
    unsafe = {
        each for each, value in values.items() if not is_safelisted_request_header(name, value)
    }
    assert unsafe == UNSAFE_BYTES


@pytest.mark.parametrize("name", ["Accept-Language", "CONTENT-LANGUAGE"])
def test_characters_of_a_language_are_those_of_the_standard(name: str) -> None:
    safe = {chr(code) for code in range(256) if is_safelisted_request_header(name, chr(code))}
    assert safe == set(string.digits + string.ascii_letters + " *,-.;=")


@pytest.mark.parametrize("name", ["accept", "Accept-Language", "Content-Language"])
def test_value_of_128_bytes_is_safelisted_and_one_more_is_not(name: str) -> None:
    assert is_safelisted_request_header(name, "a" * 128)
    assert not is_safelisted_request_header(name, "a" * 129)


def test_length_is_in_bytes_of_latin_1() -> None:
    assert is_safelisted_request_header("Accept", "\xe9" * 128)


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("text/plain", True),
        ("TEXT/Plain", True),
        (" text/plain ; charset=utf-8", True),
        ("application/x-www-form-urlencoded;charset=UTF-8", True),
        ("multipart/form-data; boundary=----x", True),
        ("application/json", False),
        ("text/html", False),
        ("text/plain, text/plain", False),
        ("text/plain garbage", False),
        ("text", False),
        ("", False),
        ('text/plain; charset="utf-8"', False),
        ("text/plain; " + "a" * 116, True),
        ("text/plain; " + "a" * 117, False),
    ],
)
def test_content_type_is_safelisted_by_its_essence(value: str, safe: bool) -> None:
    assert is_safelisted_request_header("Content-Type", value) is safe


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("bytes=0-499", True),
        ("bytes=500-", True),
        ("bytes=7-7", True),
        ("bytes=-500", False),
        ("bytes=9-8", False),
        ("bytes=10-9", False),
        ("bytes=9-10", True),
        ("bytes=0-1,2-3", False),
        ("bytes= 0-1", False),
        ("Bytes=0-1", False),
        ("bytes=-", False),
        ("items=0-1", False),
        ("bytes=0-1\n", False),
        ("bytes=\u0660-", False),
    ],
)
def test_range_is_safelisted_if_it_has_a_first_byte(value: str, safe: bool) -> None:
    assert is_safelisted_request_header("Range", value) is safe


@pytest.mark.parametrize("name", ["Authorization", "X-Requested-With", "Save-Data", "DPR", "ETag"])
def test_any_other_header_is_not_safelisted(name: str) -> None:
    assert not is_safelisted_request_header(name, "1")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("Text/HTML; charset=utf-8", "text/html"), ("\ttext/plain ", "text/plain"), ("", "")],
)
def test_essence_is_type_and_subtype(text: str, wanted: str) -> None:
    assert essence(text) == wanted


def test_unsafe_names_are_lower_case_unique_and_sorted() -> None:
    headers = [("X-B", "1"), ("x-a", "2"), ("X-A", "3"), ("Accept", "x"), ("Content-Type", "a/b")]
    assert unsafe_request_header_names(headers) == ["content-type", "x-a", "x-b"]


def test_safelisted_names_are_unsafe_if_too_long_together() -> None:
    headers = [("Accept-Language", "a" * 128)] * 8
    assert unsafe_request_header_names(headers) == []
    assert unsafe_request_header_names([*headers, ("Range", "bytes=0-"), ("X-A", "")]) == [
        "accept-language",
        "range",
        "x-a",
    ]


def test_unsafe_values_do_not_count_towards_the_limit() -> None:
    assert unsafe_request_header_names([("X-A", "a" * 2000), ("Accept", "x")]) == ["x-a"]
