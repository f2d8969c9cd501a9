"""Fetch: the Fetch standard's algorithms, top to bottom.

Source: Fetch standard, 4.1 Main fetch to 4.8 CORS-preflight fetch
(https://fetch.spec.whatwg.org/#fetching).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ..core.headers import Header
from .blocked import Blocked, NetworkError
from .checks import check_allowed, cors_check, preflight_check, resource_policy_check
from .cookies.context import cookie_context
from .cookies.jar import CookieJar
from .exchange import Exchange, Kind
from .preflight_cache import PreflightCache
from .profiles import Profile
from .redirect import follow_redirect, location_to_follow
from .request import REDIRECT_STATUSES, Request
from .request_headers import fetch_metadata, origin_header, preflight_headers, script_headers
from .transports import Transport
from .urls import URL

_RELATIVE_URL_HINT: Final = (
    " A relative URL is resolved against the page. Write the whole URL of the API, or pass "
    "base= to Browser."
)
_NULL_BODY_STATUSES: Final = frozenset({101, 103, 204, 205, 304})
"""Null body statuses (2.2.3)."""


@dataclass(frozen=True)
class Network:
    """The parts of a browser that all of its fetches share.

    :ivar servers: transport of each server, by its serialized origin.
    """

    servers: Mapping[str, Transport]
    profile: Profile
    cookies: CookieJar
    preflights: PreflightCache


class Fetch:
    """One fetch, from the request of a page to the response that it may see.

    :ivar exchanges: everything that was sent and received so far.
    """

    def __init__(self, network: Network, request: Request) -> None:
        self._network = network
        self._request = request
        self.exchanges: list[Exchange] = []

    def run(self) -> Exchange:
        """Fetch the request, and return the last exchange.

        :raises Blocked: if the page may not see the response.
        """
        __tracebackhide__ = True
        request = self._request
        request.begin()
        try:
            return self._follow_redirects()
        except NetworkError as error:
            if request.needed_preflight:  # 4.1, step 12: a failure clears the preflight cache
                self._network.preflights.clear(request)
            raise Blocked(error.reason, self.exchanges, **error.facts) from None

    def handshake(self) -> Exchange:
        """Send the handshake of a WebSocket. Its response is not checked.

        :raises Blocked: if there is no server for it, or it is mixed content.
        """
        __tracebackhide__ = True
        try:
            self._check_mixed_content()
            return self._send("handshake")
        except NetworkError as error:
            raise Blocked(error.reason, self.exchanges, **error.facts) from None

    def _follow_redirects(self) -> Exchange:
        """Fetch the URL, and the target of each redirect, until one is not followed."""
        request, profile = self._request, self._network.profile
        while True:
            response = self._main_fetch()
            if response.status not in REDIRECT_STATUSES:
                return response
            location = location_to_follow(request, response, profile)
            if location is None:
                return response
            follow_redirect(request, response, location, profile)

    # 4.1: https://fetch.spec.whatwg.org/#main-fetch
    def _main_fetch(self) -> Exchange:
        """Fetch the current URL (steps 7 and 12)."""
        request = self._request
        url = request.url
        if request.mode == "navigate":
            return self._send("navigation")
        self._check_mixed_content()
        if url.origin == request.origin and request.tainting == "basic":
            return self._http_fetch(with_preflight=False)
        if request.mode == "same-origin":
            raise NetworkError("same-origin-mode", url=url.href)
        if not url.is_http:
            raise NetworkError("url-scheme", url=url.href)
        if request.mode == "no-cors":
            if request.redirect != "follow":
                raise NetworkError("no-cors-redirect")
            request.tainting = "opaque"
            return self._http_fetch(with_preflight=False)
        request.tainting = "cors"
        return self._http_fetch(with_preflight=request.needs_preflight(self._network.profile))

    # Mixed Content, 4.4: https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
    def _check_mixed_content(self) -> None:
        """Check that an encrypted page does not load anything that is not encrypted."""
        url, pages = self._request.url, (self._request.origin, self._request.embedder)
        # Another scheme is reported as that, although it is mixed content too.
        is_plain = (url.is_http or url.scheme == "ws") and not url.is_trustworthy
        if is_plain and any(page and page.startswith("https:") for page in pages):
            raise NetworkError("mixed-content", url=url.href)

    # 4.4: https://fetch.spec.whatwg.org/#http-fetch
    def _http_fetch(self, *, with_preflight: bool) -> Exchange:
        """Send the preflight if needed, then the request, and check the response."""
        request, profile = self._request, self._network.profile
        if with_preflight:
            request.needed_preflight = True
            unsafe = request.unsafe_names(profile)
            if not self._network.preflights.covers(request, unsafe):
                self._preflight(unsafe)
        # 4.5, step 10, after the preflight for engines that check it late.
        if request.tainting == "cors" and request.url.has_credentials:
            raise NetworkError("redirect-credentials")
        response = self._send("request")
        if request.tainting == "cors":
            cors_check(request, response, profile)
        if request.tainting == "opaque":
            resource_policy_check(request, response)
        return response

    # 4.8: https://fetch.spec.whatwg.org/#cors-preflight-fetch
    def _preflight(self, unsafe: list[str]) -> None:
        """Send a preflight that lists the `unsafe` header names, and store what it allows."""
        request, profile, cache = self._request, self._network.profile, self._network.preflights
        response = self._send("preflight", preflight_headers(request, unsafe, profile))
        allowed = preflight_check(request, response, profile)
        if profile.preflight_cache_stores_refusals:
            cache.store(request, response, allowed)
        check_allowed(request, response, allowed, unsafe, profile)
        cache.store(request, response, allowed)

    # 4.6 and 4.7: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
    def _send(self, kind: Kind, headers: list[Header] | None = None) -> Exchange:
        """Send the request, or a preflight for it that begins with `headers`."""
        request, profile = self._request, self._network.profile
        server = self._server_for(request.url)
        if headers is None:
            headers = script_headers(request, profile)
        headers += origin_header(request, profile, kind, self.exchanges)
        headers += fetch_metadata(request, profile, kind)
        if kind == "preflight":
            exchange = _exchange(server, kind, "OPTIONS", request.url, headers, None)
        else:
            exchange = self._send_with_cookies(server, kind, headers)
        self.exchanges.append(exchange)
        return exchange

    def _server_for(self, url: URL) -> Transport:
        server = self._network.servers.get(url.origin)
        if server is None:
            relative = _RELATIVE_URL_HINT if url.origin == self._request.origin else ""
            raise NetworkError("unknown-server", url=url.href, origin=url.origin, relative=relative)
        return server

    def _send_with_cookies(self, server: Transport, kind: Kind, headers: list[Header]) -> Exchange:
        """Send the request with its cookies, and store those that the response sets."""
        request, jar = self._request, self._network.cookies
        url, context = request.url, cookie_context(request, self._network.profile)
        if context is not None and (cookies := jar.for_request(url, context)):
            headers += [("Cookie", cookies)]
        exchange = _exchange(server, kind, request.method, url, headers, request.body)
        set_cookie = [
            value for name, value in exchange.response_headers if name.lower() == "set-cookie"
        ]
        return replace(
            exchange,
            cookies_withheld=jar.withheld(url, context),
            cookies_rejected_before=jar.rejected_before(url),
            cookies_rejected=jar.store(url, set_cookie, context),
        )


def _exchange(
    server: Transport, kind: Kind, method: str, url: URL, headers: list[Header], body: bytes | None
) -> Exchange:
    """Send one request to `server`."""
    response = server.send(method, url, headers, body)
    has_body = method != "HEAD" and response.status not in _NULL_BODY_STATUSES
    return Exchange(
        kind,
        method,
        url.href,
        tuple(headers),
        response.status,
        tuple((name, value.strip(" \t\r\n")) for name, value in response.headers),
        response.body if has_body else b"",
        response.decision,
    )
