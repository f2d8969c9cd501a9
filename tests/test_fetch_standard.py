"""The lists and predicates of the Fetch standard."""

import string

import pytest

from flask_crossorigin.core.fetch_standard import (
    FORBIDDEN_METHODS,
    FORBIDDEN_RESPONSE_HEADERS,
    NON_WILDCARD_REQUEST_HEADER,
    NULL_ORIGIN,
    SAFELISTED_METHODS,
    is_forbidden_request_header,
    is_token,
)

TOKEN_CHARACTERS = set("!#$%&'*+-.^_`|~" + string.digits + string.ascii_letters)


def test_safelisted_methods_are_those_of_the_standard() -> None:
    assert {"GET", "HEAD", "POST"} == SAFELISTED_METHODS


def test_forbidden_methods_are_those_of_the_standard() -> None:
    assert {"CONNECT", "TRACE", "TRACK"} == FORBIDDEN_METHODS


def test_forbidden_response_headers_are_those_of_the_standard() -> None:
    assert {"set-cookie", "set-cookie2"} == FORBIDDEN_RESPONSE_HEADERS


def test_only_authorization_is_beyond_the_wildcard() -> None:
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
def test_what_holds_anything_else_is_no_token(text: str) -> None:
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
