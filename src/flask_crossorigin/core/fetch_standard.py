"""Lists and predicates of the Fetch standard, each with its section in parentheses.

Source: https://fetch.spec.whatwg.org/
"""

import re
from collections.abc import Iterable
from string import ascii_letters, digits
from typing import Final

SAFELISTED_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
"""CORS-safelisted methods (2.2.1 Methods): browsers don't look for these in allow-methods."""

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "QUERY", "TRACE"})
"""Methods that change nothing (RFC 9110, 9.2.1; QUERY: RFC 10008, 2)."""

FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})
"""Forbidden methods (2.2.1 Methods): no script can send them, in upper or lower case."""

_NORMALIZED_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})

NON_WILDCARD_REQUEST_HEADER: Final = "authorization"
"""The one request header that ``*`` does not cover (2.2.2 Headers)."""

NULL_ORIGIN: Final = "null"
"""The serialization of an opaque origin (HTML standard, 7.1.1 Origins)."""

_FORBIDDEN_REQUEST_HEADERS: Final = frozenset(
    """
    accept-charset accept-encoding access-control-request-headers
    access-control-request-method connection content-length cookie cookie2 date dnt
    expect host keep-alive origin referer set-cookie te trailer transfer-encoding
    upgrade via
    """.split()
)
_FORBIDDEN_REQUEST_HEADER_PREFIXES: Final = ("proxy-", "sec-")
_METHOD_OVERRIDES: Final = frozenset(
    {"x-http-method", "x-http-method-override", "x-method-override"}
)

FORBIDDEN_RESPONSE_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})
"""Forbidden response-header names (2.2.2 Headers): no script can read them."""

SAFELISTED_RESPONSE_HEADERS: Final = frozenset(
    """
    cache-control content-language content-length content-type expires last-modified pragma
    """.split()
)
"""CORS-safelisted response-header names (2.2.2 Headers): scripts can always read them."""

NO_CORS_HEADERS: Final = frozenset(
    {"accept", "accept-language", "content-language", "content-type"}
)
"""No-CORS-safelisted request-header names (2.2.2 Headers)."""

REQUEST_BODY_HEADERS: Final = frozenset(
    {"content-encoding", "content-language", "content-location", "content-type"}
)
"""Request-body-header names (2.2.2 Headers): a redirect that drops the body drops these too."""

_TOKEN_BYTES: Final = f"!#$%&'*+-.^_`|~{digits}{ascii_letters}".encode()
_UNSAFE_BYTE: Final = re.compile(r'[\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]')
_LANGUAGE: Final = re.compile(r"[0-9A-Za-z *,\-.;=]*")
_RANGE: Final = re.compile(r"bytes=([0-9]+)-([0-9]*)")
_SAFE_CONTENT_TYPES: Final = frozenset(
    {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
)
_MAX_VALUE_LENGTH: Final = 128
_MAX_SAFELISTED_LENGTH: Final = 1024


def is_token(text: str) -> bool:
    """Return whether `text` is a token (RFC 9110, 5.6.2), like methods and header names."""
    # Four times as fast as a regular expression on long text, which a client may send.
    return bool(text) and text.isascii() and not text.encode().translate(None, _TOKEN_BYTES)


def normalize_method(method: str) -> str:
    """Return `method` as a browser sends it (2.2.1, normalize): ``patch`` stays ``patch``."""
    upper = method.upper()
    return upper if upper in _NORMALIZED_METHODS else method


def is_forbidden_method(method: str) -> bool:
    """Return whether `method` is one that no script can send (2.2.1, forbidden method)."""
    return method.upper() in FORBIDDEN_METHODS


def is_forbidden_request_header(name: str, value: str = "") -> bool:
    """Return whether no script can set the header `name` (2.2.2, forbidden request-header).

    :param value: its value; ``X-HTTP-Method-Override`` and two similar headers are forbidden
        only if they name a forbidden method.
    """
    lowered = name.lower()
    if lowered in _METHOD_OVERRIDES:
        return any(is_forbidden_method(each.strip(" \t")) for each in value.split(","))
    return lowered in _FORBIDDEN_REQUEST_HEADERS or lowered.startswith(
        _FORBIDDEN_REQUEST_HEADER_PREFIXES
    )


def is_safelisted_request_header(name: str, value: str) -> bool:
    """Return whether a header needs no preflight (2.2.2, CORS-safelisted request-header)."""
    if len(value.encode("latin-1", "replace")) > _MAX_VALUE_LENGTH:
        return False
    match name.lower():
        case "accept":
            return _UNSAFE_BYTE.search(value) is None
        case "accept-language" | "content-language":
            return _LANGUAGE.fullmatch(value) is not None
        case "content-type":
            return _UNSAFE_BYTE.search(value) is None and essence(value) in _SAFE_CONTENT_TYPES
        case "range":
            found = _RANGE.fullmatch(value)
            return found is not None and (
                not found.group(2) or int(found.group(1)) <= int(found.group(2))
            )
        case _:
            return False


def essence(content_type: str) -> str:
    """Return the type and subtype of `content_type` (MIME Sniffing standard, 4.2)."""
    return content_type.partition(";")[0].strip(" \t\r\n").lower()


def unsafe_request_header_names(headers: Iterable[tuple[str, str]]) -> list[str]:
    """Return the names that a preflight must request (2.2.2, CORS-unsafe request-header names).

    They are in lower case, unique and sorted. Safelisted headers count too if their values
    together are longer than 1024 bytes.
    """
    unsafe: set[str] = set()
    safelisted: set[str] = set()
    size = 0
    for name, value in headers:
        if is_safelisted_request_header(name, value):
            safelisted.add(name.lower())
            size += len(value)
        else:
            unsafe.add(name.lower())
    return sorted(unsafe | safelisted if size > _MAX_SAFELISTED_LENGTH else unsafe)
