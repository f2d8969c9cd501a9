"""How a browser fetches: the Fetch standard's algorithms, step by step.

Source: Fetch standard, 4.1 main fetch to 4.10 CORS check.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from ..core.headers import Header
from .blocked import Blocked, NetworkError
from .checks import allowed_by, check_allowed, cors_check, resource_policy_check
from .cookies.jar import Context, CookieJar
from .exchange import Exchange, Kind, combined
from .preflight_cache import PreflightCache
from .profiles import Profile
from .request import REDIRECTS, Request
from .request_headers import fetch_metadata, origin_header, scripted
from .transports import Transport
from .urls import URL, site_of_origin

_OF_THE_PAGE: Final = (
    " A relative URL is the page's own: write the whole URL of the API, or Browser(..., base=)."
)
_NULL_BODIES: Final = frozenset({101, 103, 204, 205, 304})
"""Null body statuses (2.2.3)."""


@dataclass(frozen=True)
class Network:
    """What a browser has: its servers, its memory and its ways."""

    servers: Mapping[str, Transport]
    profile: Profile
    cookies: CookieJar
    preflights: PreflightCache


class Fetch:
    """One fetch, from the request that a page made to the response that it may see.

    :ivar exchanges: what went over the wire by now.
    """

    def __init__(self, network: Network, request: Request) -> None:
        self._network = network
        self._request = request
        self.exchanges: list[Exchange] = []

    def block(self, reason: str, **facts: object) -> NoReturn:
        """Raise :exc:`Blocked`."""
        __tracebackhide__ = True
        raise Blocked(reason, self.exchanges, **facts)

    def run(self) -> Exchange:
        """Fetch; the last exchange, whose response the page may see as tainting allows.

        :raises Blocked: if it may not.
        """
        __tracebackhide__ = True
        request = self._request
        request.begin()
        try:
            return self._run()
        except NetworkError as error:
            if request.needed_preflight:  # 4.1, step 12: a failure clears what was remembered
                self._network.preflights.clear(request)
            raise Blocked(error.reason, self.exchanges, **error.facts) from None

    def handshake(self) -> Exchange:
        """Send a WebSocket's handshake, which nothing is checked of here.

        :raises Blocked: if there is no server, or it would be mixed content.
        """
        __tracebackhide__ = True
        try:
            self._check_mixed_content()
            return self._send("handshake")
        except NetworkError as error:
            raise Blocked(error.reason, self.exchanges, **error.facts) from None

    def _run(self) -> Exchange:
        request, profile = self._request, self._network.profile
        while True:
            response = self._main_fetch()
            if response.status not in REDIRECTS:
                return response
            location = self._location(response)
            if request.redirect == "error" and (location or not profile.error_needs_location):
                raise NetworkError("redirect-mode")
            if location is None or request.redirect == "manual":
                if profile.checks_manual_location and location and request.leaves_http(location):
                    raise NetworkError("redirect-location", url=location)
                return response
            request.follow(response.status, location, profile)
            if profile.redirect_changes_policy:
                request.take_referrer_policy(response)

    def _location(self, response: Exchange) -> str | None:
        """Where a redirect leads (2.2.6, location URL); None if it leads nowhere."""
        ways = self._network.profile.locations
        lines = [text for name, text in response.response_headers if name.lower() == "location"]
        if ways == "same":
            lines = list(dict.fromkeys(lines))
        if len(lines) > 1 and ways != "joined" and self._request.redirect == "follow":
            raise NetworkError("redirect-location", url=", ".join(lines))
        return ", ".join(lines) if lines else None

    def _main_fetch(self) -> Exchange:
        """Fetch the current URL (4.1, steps 7 and 12)."""
        request = self._request
        url = request.url
        if request.mode == "navigate":
            return self._send("navigation")
        self._check_mixed_content()
        if url.origin == request.origin and request.tainting == "basic":
            return self._http_fetch(preflight=False)
        if request.mode == "same-origin":
            raise NetworkError("same-origin-mode", url=url.href)
        if not url.is_http:
            raise NetworkError("scheme", url=url.href)
        if request.mode == "no-cors":
            if request.redirect != "follow":
                raise NetworkError("no-cors-redirect")
            request.tainting = "opaque"
            return self._http_fetch(preflight=False)
        request.tainting = "cors"
        return self._http_fetch(preflight=request.needs_preflight(self._network.profile))

    def _check_mixed_content(self) -> None:
        """Check that what is encrypted loads nothing in the clear (Mixed Content, 4.4)."""
        url, pages = self._request.url, (self._request.origin, self._request.around)
        # What can't be fetched at all is told as that, though it is mixed content too.
        unsafe = (url.is_http or url.scheme == "ws") and not url.is_trustworthy
        if unsafe and any(each and each.startswith("https:") for each in pages):
            raise NetworkError("mixed-content", url=url.href)

    def _http_fetch(self, *, preflight: bool) -> Exchange:
        """Send the request, a preflight ahead if need be, and check the answer (4.4)."""
        request = self._request
        if preflight:
            request.needed_preflight = True
            unsafe = request.unsafe_names(self._network.profile)
            if not self._network.preflights.serves(request, unsafe):
                self._preflight(unsafe)
        if request.tainting == "cors" and request.url.has_credentials:
            raise NetworkError("redirect-credentials")
        response = self._send("request")
        if request.tainting == "cors":
            cors_check(request, response, self._network.profile)
        if request.tainting == "opaque":
            resource_policy_check(request, response)
        return response

    def _preflight(self, unsafe: list[str]) -> None:
        """Ask for the request, and keep what is answered (4.8)."""
        request, network = self._request, self._network
        asked = [("Access-Control-Request-Method", request.method)]
        if unsafe:
            asked.append(("Access-Control-Request-Headers", ",".join(unsafe)))
        user_agent = combined(request.headers, "User-Agent")
        if user_agent is not None and network.profile.user_agent_on_preflight:
            asked.append(("User-Agent", user_agent))
        response = self._send("preflight", [("Accept", "*/*"), *asked])
        allowed = allowed_by(request, response, network.profile)
        if network.profile.remembers_refusals:
            network.preflights.remember(request, response, allowed)
        check_allowed(request, response, allowed, unsafe, network.profile)
        network.preflights.remember(request, response, allowed)

    def _send(self, kind: Kind, headers: list[Header] | None = None) -> Exchange:
        """Send the request, or the preflight with `headers` ahead of it (4.6 and 4.7)."""
        request, url, profile = self._request, self._request.url, self._network.profile
        server = self._network.servers.get(url.origin)
        if server is None:
            relative = _OF_THE_PAGE if url.origin == request.origin else ""
            raise NetworkError("unknown-server", url=url.href, origin=url.origin, relative=relative)
        preflight = kind == "preflight"
        method, body = ("OPTIONS", None) if preflight else (request.method, request.body)
        sent = scripted(request, profile) if headers is None else headers
        sent += origin_header(request, profile, kind, self.exchanges)
        sent += fetch_metadata(request, profile, kind)
        cookies, context = self._network.cookies, None if preflight else self._context(kind)
        if context is not None and (carried := cookies.for_request(url, context)):
            sent += [("Cookie", carried)]
        answer = server.send(method, url, sent, body)
        received = tuple((name, value.strip(" \t\r\n")) for name, value in answer.headers)
        lines = [value for name, value in received if name.lower() == "set-cookie"]
        exchange = Exchange(
            kind, method, url.href, tuple(sent), answer.status, received,
            b"" if method == "HEAD" or answer.status in _NULL_BODIES else answer.body,
            answer.decision,
        )  # fmt: skip
        if not preflight:  # none carries cookies, and none is kept of its answer
            exchange = replace(
                exchange,
                withheld=cookies.withheld(url, context),
                lacking=cookies.lacking(url),
                refused=cookies.store(url, lines, context),
            )
        self.exchanges.append(exchange)
        return exchange

    def _context(self, kind: Kind) -> Context | None:
        """What the request is to cookies; None where it carries none."""
        request, profile = self._request, self._network.profile
        if not (request.carries_credentials or _keeps_credentials(request, profile)):
            return None
        site, top = site_of_origin(request.origin), site_of_origin(request.around)
        partition = top or site
        if site is None and profile.top_site_for_cookies:
            site = top
        elif top not in (None, site):
            site = None  # 6265bis, 5.2.1: a page is cross-site if one around it is
        return Context(
            site,
            partition=partition,
            host=URL(page).host if (page := request.origin or request.around) else None,
            navigation=kind == "navigation",
            safe=request.method in ("GET", "HEAD"),
            crossed=_has_crossed_sites(request, profile),
        )


def _keeps_credentials(request: Request, profile: Profile) -> bool:
    return (
        profile.no_cors_keeps_credentials
        and request.mode == "no-cors"
        and request.credentials == "same-origin"
        and request.urls[0].origin == request.origin
    )


def _has_crossed_sites(request: Request, profile: Profile) -> bool:
    """Say whether the redirects behind a request make it cross-site to cookies."""
    if len({url.site for url in request.urls}) == 1:
        return False
    below = request.url.host.endswith(".localhost") and not profile.localhost_has_sites
    returned = request.mode != "navigate" and request.url.origin == (
        request.origin or request.around
    )
    return profile.sites_of_redirects or (below and not returned)
