"""What a page sees of a response: filtered, as its request has become.

Source: Fetch standard, 2.2.6 Responses.
"""

import json as json_module
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ..core.fetch_standard import FORBIDDEN_RESPONSE_HEADERS, SAFELISTED_RESPONSE_HEADERS
from ..core.headers import Header
from .exchange import Exchange, combined, list_values
from .profiles import Profile
from .request import REDIRECTS, Request

ResponseType = Literal["basic", "cors", "opaque", "opaqueredirect", "navigation"]


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """A response as a script sees it (a filtered response, Fetch 2.2.6).

    :ivar type: ``basic``, ``cors``, ``opaque`` or ``opaqueredirect``; ``navigation`` for what
        a form leads to, which no script of the page sees.
    :ivar status: 0 where it is opaque.
    :ivar headers: those that the script may read; looked up in any case with `header`.
    :ivar exchanges: all that went over the wire, preflights and redirects included.
    """

    type: ResponseType
    status: int
    url: str
    headers: tuple[Header, ...]
    body: bytes
    redirected: bool
    exchanges: tuple[Exchange, ...]

    def __repr__(self) -> str:
        left_out = dict.fromkeys(
            each for sent in self.exchanges for each in _cookies_left_out(sent)
        )
        return f"<Response {'; '.join([f'{self.type} {self.status} {self.url}', *left_out])}>"

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 299."""
        return 200 <= self.status <= 299

    @property
    def text(self) -> str:
        """The body as UTF-8, without a byte order mark."""
        return self.body.decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """The body, read as JSON.

        :raises ValueError: if it is none.
        """
        return json_module.loads(self.text)

    def header(self, name: str) -> str | None:
        """The value of the header `name` as a script reads it, or None."""
        values = [value for each, value in self.headers if each.lower() == name.lower()]
        return ", ".join(values) if values else None


def _cookies_left_out(exchange: Exchange) -> Iterator[str]:
    """What cookies the server does not get, and why, without a full stop."""
    for each in exchange.withheld:
        yield f"the cookie {each.name} does not go along: {each.message}"
    for each in exchange.lacking:
        yield f"the cookie {each.name} was not kept before: {each.message}"
    for each in exchange.refused:
        yield f"the cookie {each.name} is not kept: {each.message}"


def filtered(
    profile: Profile, request: Request, last: Exchange, sent: Iterable[Exchange]
) -> Response:
    """What of the `last` exchange the page may see (Fetch 2.2.6, filtered responses)."""
    exchanges = tuple(sent)
    redirected = len(request.urls) > 1
    is_redirect = last.status in REDIRECTS
    if request.mode == "navigate":
        return Response("navigation", last.status, last.url, last.response_headers, last.body,
                        redirected, exchanges)  # fmt: skip
    if is_redirect and request.redirect == "manual":
        nowhere = combined(last.response_headers, "Location") is None
        body = last.body if nowhere and profile.reads_redirects else b""
        return Response("opaqueredirect", 0, last.url, (), body, False, exchanges)
    if request.tainting == "opaque":
        return Response("opaque", 0, "", (), b"", False, exchanges)
    headers = tuple(each for each in last.response_headers if _readable(each[0], request, last))
    return Response(
        request.tainting, last.status, last.url, headers, last.body, redirected, exchanges
    )


def _readable(name: str, request: Request, last: Exchange) -> bool:
    lowered = name.lower()
    if lowered in FORBIDDEN_RESPONSE_HEADERS:
        return False
    if request.tainting == "basic" or lowered in SAFELISTED_RESPONSE_HEADERS:
        return True
    exposed = list_values(last.response_headers, "Access-Control-Expose-Headers") or []
    if "*" in exposed and request.credentials != "include":
        return True
    return lowered in {each.lower() for each in exposed}
