"""The response that a page sees: filtered by what the request has become.

Source: Fetch standard, 2.2.6 Responses (https://fetch.spec.whatwg.org/#responses).
"""

import json as json_module
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..core.fetch_standard import FORBIDDEN_RESPONSE_HEADERS, SAFELISTED_RESPONSE_HEADERS
from ..core.headers import EXPOSE_HEADERS, is_cors_header
from .exchange import Exchange, combined, list_values
from .profiles import Profile
from .request import REDIRECT_STATUSES, Request
from .response_headers import ResponseHeaders

ResponseType = Literal["basic", "cors", "opaque", "opaqueredirect", "navigation"]
_NOT_MISSED: Final = FORBIDDEN_RESPONSE_HEADERS | {
    "connection", "date", "keep-alive", "server", "transfer-encoding", "vary",
}  # fmt: skip
"""Headers that scripts do not miss: those of servers and caches, and those that stay hidden."""


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """A response as a script sees it (a filtered response, Fetch 2.2.6).

    :ivar type: ``basic``, ``cors``, ``opaque`` or ``opaqueredirect``. It is ``navigation`` for the
        response to a form, which no script of the page sees.
    :ivar status: status code; 0 for an opaque response.
    :ivar url: URL of the response; empty for an opaque response.
    :ivar headers: headers that the script may read: ``headers["X-Total"]``, ``headers.get(name)``,
        ``headers.get_all(name)``, in any case.
    :ivar body: bytes that the script may read.
    :ivar redirected: whether a redirect was followed.
    :ivar exchanges: everything that was sent and received, including preflights and redirects.
    """

    type: ResponseType
    status: int
    url: str
    headers: ResponseHeaders
    body: bytes
    redirected: bool
    exchanges: tuple[Exchange, ...]

    def __repr__(self) -> str:
        cookies = dict.fromkeys(
            each for exchange in self.exchanges for each in _cookies_left_out(exchange)
        )
        clauses = [f"{self.type} {self.status} {self.url}", *cookies, *_headers_left_out(self)]
        return f"<Response {'; '.join(clauses)}>"

    @property
    def status_code(self) -> int:
        """The status, by the name that Flask's test client and requests have for it."""
        return self.status

    @property
    def ok(self) -> bool:
        """True if the status is 200 to 299."""
        return 200 <= self.status <= 299

    @property
    def text(self) -> str:
        """The body, decoded as UTF-8, without a byte order mark."""
        return self.body.decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """Parse the body as JSON.

        :raises ValueError: if it is not JSON.
        """
        return json_module.loads(self.text)


def _cookies_left_out(exchange: Exchange) -> Iterator[str]:
    """Yield a clause for each cookie that was not sent or not stored."""
    for each in exchange.cookies_withheld:
        yield f"the cookie {each.name} was not sent: {each.message}"
    for each in exchange.cookies_rejected_before:
        yield f"the cookie {each.name} was not stored before: {each.message}"
    for each in exchange.cookies_rejected:
        yield f"the cookie {each.name} was not stored: {each.message}"


def _headers_left_out(response: Response) -> Iterator[str]:
    """Yield a clause about the headers of another origin's response that no script can read."""
    if response.type != "cors":
        return
    sent = ResponseHeaders(response.exchanges[-1].response_headers)
    hidden = [
        name
        for name in sent
        if not (name in response.headers or name.lower() in _NOT_MISSED or is_cors_header(name))
    ]
    if hidden:
        was, is_ = ("was", "is") if len(hidden) == 1 else ("were", "are")
        yield f"{', '.join(hidden)} {was} sent but {is_} not exposed: add expose_headers=[...]"


def filtered_response(
    profile: Profile, request: Request, last: Exchange, exchanges: Iterable[Exchange]
) -> Response:
    """Return the response that the page sees.

    Source: 2.2.6, filtered response (https://fetch.spec.whatwg.org/#concept-filtered-response).

    :param last: exchange whose response it is.
    :param exchanges: everything that was sent and received.
    """
    exchanges = tuple(exchanges)
    redirected = len(request.urls) > 1
    if request.mode == "navigate":
        headers = ResponseHeaders(last.response_headers)
        return Response("navigation", last.status, last.url, headers, last.body, redirected,
                        exchanges)  # fmt: skip
    if last.status in REDIRECT_STATUSES and request.redirect == "manual":
        has_location = combined(last.response_headers, "Location") is not None
        body = last.body if profile.reads_manual_redirect_body and not has_location else b""
        return Response("opaqueredirect", 0, last.url, ResponseHeaders(), body, False, exchanges)
    if request.tainting == "opaque":
        return Response("opaque", 0, "", ResponseHeaders(), b"", False, exchanges)
    headers = ResponseHeaders(
        each for each in last.response_headers if _is_readable(each[0], request, last)
    )
    return Response(
        request.tainting, last.status, last.url, headers, last.body, redirected, exchanges
    )


def _is_readable(name: str, request: Request, last: Exchange) -> bool:
    """Return whether a script can read the response header `name`."""
    lowered = name.lower()
    if lowered in FORBIDDEN_RESPONSE_HEADERS:
        return False
    if request.tainting == "basic" or lowered in SAFELISTED_RESPONSE_HEADERS:
        return True
    # 4.1, main fetch, step 14 (https://fetch.spec.whatwg.org/#main-fetch).
    exposed = list_values(last.response_headers, EXPOSE_HEADERS) or []
    if "*" in exposed and request.credentials != "include":
        return True
    return lowered in {each.lower() for each in exposed}
