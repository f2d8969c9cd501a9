"""Lists and predicates of the Fetch standard, each with its section.

Source: https://fetch.spec.whatwg.org/ (names of sections in parentheses).
"""

import re
from typing import Final

SAFELISTED_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
"""CORS-safelisted methods (2.2.1 Methods): a preflight never refuses these."""

FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})
"""Forbidden methods (2.2.1 Methods), in any case: no script can send them."""

NON_WILDCARD_REQUEST_HEADER: Final = "authorization"
"""The one request header that ``*`` does not cover (2.2.2 Headers)."""

NULL_ORIGIN: Final = "null"
"""How an opaque origin is serialized (HTML standard, 7.1.1 Origins)."""

_FORBIDDEN_REQUEST_HEADERS: Final = frozenset(
    """
    accept-charset accept-encoding access-control-request-headers
    access-control-request-method connection content-length cookie cookie2 date dnt
    expect host keep-alive origin referer set-cookie te trailer transfer-encoding
    upgrade via
    """.split()
)
_FORBIDDEN_REQUEST_HEADER_PREFIXES: Final = ("proxy-", "sec-")

FORBIDDEN_RESPONSE_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})
"""Forbidden response-header names (2.2.2 Headers): no script can read them."""

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def is_token(text: str) -> bool:
    """Say whether `text` is a token (RFC 9110, 5.6.2), as methods and header names are."""
    return _TOKEN.fullmatch(text) is not None


def is_forbidden_request_header(name: str) -> bool:
    """Say whether a script may never set the header `name` (2.2.2, forbidden request-header).

    The three names that depend on their value (``X-HTTP-Method-Override`` and its
    kin) are not covered: whether they are forbidden shows only in a request.
    """
    lowered = name.lower()
    return lowered in _FORBIDDEN_REQUEST_HEADERS or lowered.startswith(
        _FORBIDDEN_REQUEST_HEADER_PREFIXES
    )
