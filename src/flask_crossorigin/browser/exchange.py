"""Exchanges: one request and its response each, as they are sent over the wire."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from ..core.decision import Decision
from ..core.fetch_standard import is_token
from ..core.headers import ALLOW_ORIGIN, Header
from .cookies.reasons import CookieLeftOut

Kind = Literal["preflight", "request", "navigation", "handshake"]
_MAX_NUMBER: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a browser and the response to it.

    :ivar kind: ``preflight``, ``request``, ``navigation`` (a form), or ``handshake`` (a WebSocket).
    :ivar method: request method.
    :ivar url: request URL, without a fragment.
    :ivar request_headers: header lines of the request, in order.
    :ivar status: status code of the response.
    :ivar response_headers: header lines of the response, in order.
    :ivar body: body of the response.
    :ivar decision: decision of the server's extension on the request; None if the server has none.
    :ivar cookies_withheld: cookies for the URL that were not sent with the request.
    :ivar cookies_rejected: cookies that the response sets and that were not stored.
    :ivar cookies_rejected_before: cookies that earlier responses of the host set and that are still
        not stored.
    """

    kind: Kind
    method: str
    url: str
    request_headers: tuple[Header, ...]
    status: int
    response_headers: tuple[Header, ...]
    body: bytes
    decision: Decision | None = None
    cookies_withheld: tuple[CookieLeftOut, ...] = ()
    cookies_rejected: tuple[CookieLeftOut, ...] = ()
    cookies_rejected_before: tuple[CookieLeftOut, ...] = ()


def origin_of(exchange: Exchange) -> str:
    """Return the Origin header of the request; empty if there is none."""
    return combined(exchange.request_headers, "Origin") or ""


def allow_origin(exchange: Exchange) -> str | None:
    """Return the allow-origin header of the response, combined as browsers do; None without one."""
    return combined(exchange.response_headers, ALLOW_ORIGIN)


def comparable(exchange: Exchange) -> Decision | None:
    """Return the decision of the local app, to compare the response with.

    :returns: None if there is no local app, or none of its policies applies to the request.
    """
    decision = exchange.decision
    return None if decision is None or decision.policy is None else decision


def combined(headers: Iterable[Header], name: str) -> str | None:
    """Return the values of the header `name`, joined by commas; None if there is no such header.

    Source: Fetch 2.2.2, get (https://fetch.spec.whatwg.org/#concept-header-list-get).
    """
    values = [value for each, value in headers if each.lower() == name.lower()]
    return ", ".join(value.strip(" \t\r\n") for value in values) if values else None


def names_of(headers: Iterable[Header]) -> list[str]:
    """Return the names of `headers` in lower case, each once."""
    return list(dict.fromkeys(name.lower() for name, _ in headers))


def list_values(headers: Iterable[Header], name: str) -> list[str] | None:
    """Return the items of the header `name`, whose value is a list of tokens.

    Source: Fetch 2.2.2, extract header list values
    (https://fetch.spec.whatwg.org/#extract-header-list-values).

    :returns: an empty list if there is no such header; None if its value is not a list of tokens.
    """
    value = combined(headers, name)
    if value is None:
        return []
    items = [item for each in value.split(",") if (item := each.strip(" \t"))]
    return items if all(is_token(item) for item in items) else None


def bounded_number(digits: str) -> int:
    """Return the number that `digits` stand for, or 2**31 - 1 if it is larger.

    Python's `int` raises for thousands of digits, and a float can't hold hundreds.
    """
    significant = digits.lstrip("0")
    if len(significant) > len(str(_MAX_NUMBER)):
        return _MAX_NUMBER
    return min(int(significant or "0"), _MAX_NUMBER)
