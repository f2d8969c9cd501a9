"""How a browser fetches: the Fetch standard's algorithms, step by step.

Source: Fetch standard, 4.1 main fetch to 4.9 CORS check.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NoReturn

from ..core.compiled import Header
from ..core.fetch_standard import (
    NON_WILDCARD_REQUEST_HEADER,
    NULL_ORIGIN,
    REQUEST_BODY_HEADERS,
    SAFELISTED_METHODS,
    unsafe_request_header_names,
)
from .blocked import Blocked
from .cookies import Context, CookieJar
from .exchanges import Exchange, Kind, combined, list_values
from .preflight_cache import PreflightCache
from .profiles import Profile
from .transports import Transport
from .urls import URL, site_of_origin

Mode = Literal["cors", "no-cors", "same-origin", "navigate", "websocket"]
Credentials = Literal["omit", "same-origin", "include"]
Redirect = Literal["follow", "error", "manual"]
Tainting = Literal["basic", "cors", "opaque"]

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_DEFAULT_MAX_AGE: Final = 5
_MAX_REDIRECTS: Final = 20
_DOCUMENT_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_OPAQUE_ADVICE: Final = (
    "An opaque origin is that of many pages at once; fetch from a page with an origin of its own: "
    "a frame without sandbox, no redirect over a third origin."
)
_DOWNGRADE_SAFE: Final = frozenset(
    {"", "no-referrer-when-downgrade", "strict-origin", "strict-origin-when-cross-origin"}
)


@dataclass
class Request:
    """A request of a page's, which redirects change (Fetch 2.2.5).

    :ivar origin: of the page; None for an opaque one.
    :ivar urls: the URL list; the last one is the current URL.
    :ivar use_preflight: the use-CORS-preflight flag.
    """

    origin: str | None
    urls: list[URL]
    method: str = "GET"
    headers: list[Header] = field(default_factory=list)
    body: bytes | None = None
    mode: Mode = "cors"
    credentials: Credentials = "same-origin"
    redirect: Redirect = "follow"
    use_preflight: bool = False
    referrer_policy: str = ""
    tainting: Tainting = "basic"
    cache: str = "default"

    @property
    def url(self) -> URL:
        """The current URL."""
        return self.urls[-1]

    @property
    def is_redirect_tainted(self) -> bool:
        """Whether a redirect went from another origin to a third (2.2.5, redirect-taint)."""
        pairs = zip(self.urls, self.urls[1:], strict=False)
        return any(
            after.origin != before.origin and self.origin != before.origin
            for before, after in pairs
        )

    @property
    def serialized_origin(self) -> str:
        """What the Origin header says (2.2.5, serializing a request origin)."""
        return NULL_ORIGIN if self.origin is None or self.is_redirect_tainted else self.origin

    @property
    def carries_credentials(self) -> bool:
        """Whether cookies go with it."""
        return self.credentials == "include" or (
            self.credentials == "same-origin" and self.tainting == "basic"
        )


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
        self._is_preflighted = False
        self.exchanges: list[Exchange] = []

    def block(self, reason: str, **facts: object) -> NoReturn:
        """Raise :exc:`Blocked`."""
        raise Blocked(reason, self.exchanges, **facts)

    def run(self) -> Exchange:
        """Fetch; the last exchange, whose response the page may see as tainting allows.

        :raises Blocked: if it may not (a network error).
        """
        try:
            return self._run()
        except Blocked:
            if self._is_preflighted:  # 4.1, step 12: a failure clears what was remembered
                request = self._request
                self._network.preflights.clear(request.serialized_origin, request.url.href)
            raise

    def _run(self) -> Exchange:
        while True:
            response = self._main_fetch()
            if response.status not in _REDIRECTS or self._request.redirect == "manual":
                return response
            location = combined(response.response_headers, "Location")
            if self._request.redirect == "error":
                self.block("redirect-mode")
            if location is None:
                return response
            self._follow(response.status, location)

    def _main_fetch(self) -> Exchange:
        """Fetch the current URL (4.1, steps 4 to 12)."""
        request = self._request
        url = request.url
        if request.mode == "navigate":
            return self._send("navigation")
        secure = request.origin is not None and request.origin.startswith("https:")
        if secure and not url.is_trustworthy:
            self.block("mixed-content", url=url.href)
        if url.origin == request.origin and request.tainting == "basic":
            return self._http_fetch(preflight=False)
        if request.mode == "same-origin":
            self.block("same-origin-mode", url=url.href)
        if not url.is_http:
            self.block("scheme", url=url.href)
        if request.mode == "no-cors":
            if request.redirect != "follow":
                self.block("no-cors-redirect")
            request.tainting = "opaque"
            return self._http_fetch(preflight=False)
        request.tainting = "cors"
        return self._http_fetch(preflight=request.use_preflight or self._is_unsafe())

    def _is_unsafe(self) -> bool:
        request = self._request
        unsafe = unsafe_request_header_names(request.headers)
        return request.method not in SAFELISTED_METHODS or bool(unsafe)

    def _http_fetch(self, *, preflight: bool) -> Exchange:
        """Send the request, a preflight ahead if need be, and check the answer (4.3)."""
        request = self._request
        self._is_preflighted = self._is_preflighted or preflight
        if preflight and not self._is_remembered():
            self._preflight()
        response = self._send("request")
        if request.tainting == "cors":
            self._cors_check(response, "response")
        if request.tainting == "opaque":
            self._resource_policy_check(response)
        return response

    def handshake(self) -> Exchange:
        """Send a WebSocket's handshake, which nothing is checked of here."""
        return self._send("handshake")

    # Redirects (4.4).

    def _follow(self, status: int, location: str) -> None:
        request = self._request
        try:
            url = request.url.join(location)
        except ValueError:
            self.block("redirect-location", url=location)
        if not url.is_http:
            self.block("redirect-location", url=url.href)
        if len(request.urls) > _MAX_REDIRECTS:
            self.block("redirect-count")
        crosses = url.origin != request.origin or request.tainting == "cors"
        if url.has_credentials and request.mode == "cors" and crosses:
            self.block("redirect-credentials")
        changes_method = (status in (301, 302) and request.method == "POST") or (
            status == 303 and request.method not in ("GET", "HEAD")
        )
        if changes_method:
            request.method, request.body = "GET", None
            self._drop_headers(REQUEST_BODY_HEADERS)
        if url.origin != request.url.origin:
            self._drop_headers(frozenset({NON_WILDCARD_REQUEST_HEADER}))
        request.urls.append(url)

    def _drop_headers(self, names: frozenset[str]) -> None:
        request = self._request
        request.headers = [each for each in request.headers if each[0].lower() not in names]

    # Preflights (4.8).

    def _cache_key(self) -> tuple[str, str, bool]:
        request = self._request
        return (
            request.serialized_origin,
            request.url.href,
            request.credentials == "include",
        )

    def _is_remembered(self) -> bool:
        """Say whether earlier preflights allow all of it (4.3, step 2.1)."""
        request, key = self._request, self._cache_key()
        if request.cache in self._network.profile.cache_modes_that_forget:
            return False
        known = self._network.preflights
        if not known.allows_method(key, request.method) and (
            request.method not in SAFELISTED_METHODS or request.use_preflight
        ):
            return False
        unsafe = unsafe_request_header_names(request.headers)
        return all(known.allows_header(key, name) for name in unsafe)

    def _preflight(self) -> None:
        request = self._request
        unsafe = unsafe_request_header_names(request.headers)
        asked = [("Access-Control-Request-Method", request.method)]
        if unsafe:
            asked.append(("Access-Control-Request-Headers", ",".join(unsafe)))
        response = self._send("preflight", asked)
        if response.status in _REDIRECTS:
            self.block("preflight-redirected", status=response.status)
        origin = dict(response.request_headers)["Origin"]
        self._cors_check(response, "preflight's answer", origin)
        if not 200 <= response.status <= 299:
            self.block("preflight-status", status=response.status)
        self._remember(response, *self._judge_preflight(response, unsafe))

    def _judge_preflight(
        self, response: Exchange, unsafe: list[str]
    ) -> tuple[list[str], list[str]]:
        """What the preflight's answer allows, checked against what is to be sent (steps 7.1-7)."""
        request = self._request
        methods = self._listed(response, "Access-Control-Allow-Methods")
        names = self._listed(response, "Access-Control-Allow-Headers")
        answered = combined(response.response_headers, "Access-Control-Allow-Methods")
        if answered is None and request.use_preflight:
            methods = [request.method]
        wildcard = request.credentials != "include"
        if not (
            request.method in methods
            or request.method in SAFELISTED_METHODS
            or (wildcard and "*" in methods)
        ):
            self.block("preflight-method", method=request.method, value=answered or "missing")
        lowered = {name.lower() for name in names}
        covers_all = wildcard and "*" in names
        for name in unsafe:
            covered = covers_all and (
                name != NON_WILDCARD_REQUEST_HEADER
                or self._network.profile.star_covers_authorization
            )
            if name not in lowered and not covered:
                value = combined(response.response_headers, "Access-Control-Allow-Headers")
                self.block("preflight-header", name=name, value=value or "missing")
        return methods, names

    def _listed(self, response: Exchange, header: str) -> list[str]:
        items = list_values(response.response_headers, header)
        if items is None:
            value = combined(response.response_headers, header)
            self.block("preflight-unreadable", name=header, value=value)
        return items

    def _remember(self, response: Exchange, methods: list[str], names: list[str]) -> None:
        value = combined(response.response_headers, "Access-Control-Max-Age") or ""
        seconds = int(value) if value.isascii() and value.isdecimal() else _DEFAULT_MAX_AGE
        cap = self._network.profile.max_age_cap
        if cap is not None:
            seconds = min(seconds, cap)
        self._network.preflights.remember(self._cache_key(), methods, names, seconds)

    # Checks (4.9 and 3.7).

    def _cors_check(self, response: Exchange, what: str, origin: str | None = None) -> None:
        """Raise unless the server allows the origin (4.9)."""
        request = self._request
        origin = origin or request.serialized_origin
        include = request.credentials == "include"
        value = combined(response.response_headers, "Access-Control-Allow-Origin")
        if value is None:
            advice = _OPAQUE_ADVICE if origin == NULL_ORIGIN else f"Allow it, origins=[{origin!r}]."
            self.block("allow-origin-missing", what=what, origin=origin, advice=advice)
        if value == "*" and not include:
            return
        if value != origin:
            reason = "allow-origin-star" if value == "*" else "allow-origin-mismatch"
            self.block(reason, what=what, origin=origin, value=value)
        if include:
            allowed = combined(response.response_headers, "Access-Control-Allow-Credentials")
            if allowed != "true":
                self.block("allow-credentials", what=what, value=allowed or "missing")

    def _resource_policy_check(self, response: Exchange) -> None:
        """Raise if the response is kept from other origins, or sites (3.7)."""
        request = self._request
        value = combined(response.response_headers, "Cross-Origin-Resource-Policy")
        same_site = site_of_origin(request.origin) == request.url.site
        if value == "same-origin" or (value == "same-site" and not same_site):
            self.block("resource-policy", value=value, origin=request.serialized_origin)

    # The wire (4.5 to 4.7).

    def _send(self, kind: Kind, asked: list[Header] | None = None) -> Exchange:
        """Send the request, or the preflight that is `asked` ahead of it."""
        request, url = self._request, self._request.url
        server = self._network.servers.get(url.origin)
        if server is None:
            self.block("unknown-server", url=url.href, origin=url.origin)
        preflight = kind == "preflight"
        method = "OPTIONS" if preflight else request.method
        headers = [("Accept", "*/*"), *(asked or [])] if preflight else self._own_headers()
        headers.extend(self._origin_header(preflight=preflight))
        headers.extend(self._fetch_metadata(kind))
        context = Context(
            site_of_origin(request.origin),
            navigation=kind == "navigation",
            safe=request.method in ("GET", "HEAD"),
        )
        if request.carries_credentials and not preflight:
            cookies = self._network.cookies.for_request(url, context)
            headers.extend([("Cookie", cookies)] if cookies else [])
        answer = server.send(method, url, headers, None if preflight else request.body)
        exchange = Exchange(
            kind, method, url.href, tuple(headers), answer.status, answer.headers, answer.body,
            answer.decision,
        )  # fmt: skip
        self.exchanges.append(exchange)
        if request.carries_credentials and not preflight:
            lines = [value for name, value in answer.headers if name.lower() == "set-cookie"]
            self._network.cookies.store(url, lines, context)
        return exchange

    def _own_headers(self) -> list[Header]:
        headers = list(self._request.headers)
        if not any(name.lower() == "accept" for name, _ in headers):
            navigates = self._request.mode == "navigate"
            headers.append(("Accept", _DOCUMENT_ACCEPT if navigates else "*/*"))
        return headers

    def _origin_header(self, *, preflight: bool) -> list[Header]:
        """The Origin header (3.2, append a request Origin header)."""
        request = self._request
        if preflight and self._network.profile.preflight_keeps_origin:
            return [("Origin", request.origin or "null")]
        if request.tainting == "cors" or request.mode == "websocket":
            return [("Origin", request.serialized_origin)]
        if request.method in ("GET", "HEAD"):
            return []
        return [("Origin", self._guarded_origin())]

    def _guarded_origin(self) -> str:
        """The origin as far as the referrer policy tells it, outside of mode ``cors``."""
        request = self._request
        policy = request.referrer_policy
        if request.mode != "cors" and request.origin is not None:
            downgraded = request.origin.startswith("https:") and request.url.scheme != "https"
            if (
                policy == "no-referrer"
                or (policy in _DOWNGRADE_SAFE and downgraded)
                or (policy == "same-origin" and request.origin != request.url.origin)
            ):
                return "null"
        return request.serialized_origin

    def _fetch_metadata(self, kind: Kind) -> list[Header]:
        """The Sec-Fetch-* headers (Fetch Metadata, 2)."""
        request = self._request
        if not request.url.is_trustworthy:
            return []
        if kind == "handshake" and not self._network.profile.handshake_metadata:
            return []
        if kind == "navigation":
            return [
                ("Sec-Fetch-Dest", "document"),
                ("Sec-Fetch-Mode", "navigate"),
                ("Sec-Fetch-Site", self._site()),
                ("Sec-Fetch-User", "?1"),
            ]
        mode = "cors" if kind == "preflight" else request.mode
        return [
            ("Sec-Fetch-Dest", "empty"),
            ("Sec-Fetch-Mode", mode),
            ("Sec-Fetch-Site", self._site()),
        ]

    def _site(self) -> str:
        request = self._request
        site = "same-origin"
        for url in request.urls:
            if url.origin == request.origin:
                continue
            if url.site != site_of_origin(request.origin):
                return "cross-site"
            site = "same-site"
        return site
