"""`Browser` and `Page`: the entry points of the browser model."""

import json as json_module
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from ..core.fetch_standard import normalize_method
from .arguments import absolute_url, page_origin, servers_by_origin
from .blocked import Blocked, NetworkError
from .cookies.context import Context
from .cookies.jar import CookieJar
from .exchange import Exchange
from .fetch import Fetch, Network
from .form_data import Fields, Files, encode_form
from .preflight_cache import PreflightCache
from .profiles import PROFILES, Profile, ProfileName
from .request import Credentials, Redirect, Request
from .request_init import (
    Blob,
    HeadersInit,
    check_url_and_method,
    extract_body,
    header_pairs,
    require_choices,
    require_one_body,
    require_text,
    set_body,
    set_headers,
)
from .response import Response, filtered_response
from .transports import Transport, WSGITransport
from .urls import URL


class Clock:
    """The clock of a browser. It stands still until it is advanced."""

    def __init__(self) -> None:
        self._now = time.time()

    def __call__(self) -> float:
        """Return the time, in seconds since 1970."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Advance the clock by `seconds`."""
        self._now += seconds


class Browser:
    """A model of a browser: the CORS protocol, cookies, and what affects them.

    It follows the Fetch standard. An engine profile follows an engine instead, where the engine
    differs: :data:`~flask_crossorigin.browser.profiles.DIFFERENCES` lists every difference.

    The model does not run scripts or render pages. It has no HTTP cache, service workers, HSTS,
    Content-Security-Policy, blocked ports, private network access, authentication dialogs, and no
    storage partitions other than those of cookies. It does not know Unicode hosts that IDNA 2008
    refuses, does not check what follows ``xn--``, and does not parse ``https:host``,
    ``https:/host`` and ``https:///host`` as URLs with a host. The preflight cache keeps a response
    until it expires; an engine may remove it earlier.

    :param servers: for each server its origin, and a WSGI app or a :class:`Transport`.
    :param profile: ``standard``, ``chromium``, ``firefox`` or ``webkit``; or a
        :class:`~flask_crossorigin.browser.profiles.Profile` of your own.
    :param base: URL that relative URLs are resolved against; by default the page's own origin.
    :param third_party_cookies: whether requests to other sites carry cookies. Many browsers block
        such cookies, or keep them separately for each top-level site.
    :ivar clock: the browser's clock. ``browser.clock.advance(seconds)`` makes cookies and cached
        preflights expire.
    :raises TypeError: if `servers` is not a mapping to apps or transports.
    :raises ValueError: if a key of `servers` is not an origin, `profile` is unknown, or `base` is
        not an absolute URL.
    """

    def __init__(
        self,
        servers: Mapping[str, Callable[..., Iterable[bytes]] | Transport],
        profile: ProfileName | Profile = "standard",
        base: str | None = None,
        *,
        third_party_cookies: bool = True,
    ) -> None:
        __tracebackhide__ = True
        if not isinstance(profile, Profile):
            if profile not in PROFILES:
                raise ValueError(
                    f"profile {profile!r} is unknown. Write one of {', '.join(PROFILES)}."
                )
            profile = PROFILES[profile]
        if base is not None:
            absolute_url("base", base)
        self.clock: Clock = Clock()
        self.base = base
        self.profile: Profile = replace(profile, third_party_cookies=third_party_cookies)
        self._network = Network(
            {origin: _transport(server) for origin, server in servers_by_origin(servers).items()},
            self.profile,
            CookieJar(self.profile, self.clock),
            PreflightCache(self.profile, self.clock),
        )

    def page(self, origin: str | None, *, embedder: str | None = None) -> "Page":
        """Open a page.

        :param origin: origin of the page; None for an opaque origin, such as a sandboxed frame's.
        :param embedder: origin of the page that embeds this one in a frame. A cross-site embedder
            withholds SameSite cookies, and an https embedder blocks mixed content.
        :raises TypeError: if an origin is neither text nor None.
        :raises ValueError: if an origin is not an absolute URL.
        """
        __tracebackhide__ = True
        return Page(self, page_origin(origin), page_origin(embedder))

    def set_cookie(self, url: str, line: str) -> None:
        """Set a cookie, as if the user had visited `url` and its response had set it.

        :param line: value of a Set-Cookie header: ``session=1; SameSite=None; Secure``.
        :raises ValueError: if `url` is not an absolute URL.
        """
        __tracebackhide__ = True
        target = absolute_url("url", url)
        visit = Context(target.site, navigation=True, partition=target.site, host=target.host)
        self._network.cookies.store(target, [line], visit)

    def websocket_handshake(self, origin: str | None, url: str) -> Exchange:
        """Send the handshake of ``new WebSocket(url)`` from a page of `origin`.

        It carries Origin and cookies, and there is no CORS check: the server alone decides.

        :param url: URL with the scheme wss or ws.
        :raises Blocked: if there is no server for it, or it is mixed content.
        :raises ValueError: if it is not an absolute URL.
        """
        __tracebackhide__ = True
        http_url = url.replace("ws", "http", 1) if url.startswith("ws") else url
        target = absolute_url("url", http_url)
        headers = [
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ]
        request = Request(
            page_origin(origin), [target], headers=headers, mode="websocket",
            credentials="include",
        )  # fmt: skip
        return Fetch(self._network, request).handshake()


def _transport(server: Callable[..., Iterable[bytes]] | Transport) -> Transport:
    return server if isinstance(server, Transport) else WSGITransport(server)


class Page:
    """A page of one origin, whose scripts fetch.

    :ivar origin: serialized origin; None for an opaque origin.
    """

    def __init__(self, browser: Browser, origin: str | None, embedder: str | None = None) -> None:
        self._browser = browser
        self.origin = origin
        self._embedder = embedder

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeadersInit = (),
        body: str | bytes | Blob | None = None,
        json: Any = None,
        data: Fields | None = None,
        files: Files | None = None,
        mode: Literal["cors", "no-cors", "same-origin"] = "cors",
        credentials: Credentials = "same-origin",
        redirect: Redirect = "follow",
        cache: str = "default",
        upload_listener: bool = False,
        referrer_policy: str = "",
    ) -> Response:
        """Fetch `url` like a script of this page that calls ``fetch(url, {...})``.

        :param url: absolute URL, or one relative to the browser's `base` or the page's own origin.
        :param method: method as the script writes it. A browser changes ``get`` to ``GET``, but
            does not change ``patch``.
        :param headers: headers that the script sets, as a mapping or a list of pairs.
        :param body: text (sent as ``text/plain``), bytes, or a :class:`Blob`.
        :param json: body to send as JSON, with its Content-Type.
        :param data: fields of a form, as a mapping or a list of pairs; sent URL-encoded.
        :param files: files of a form, sent as ``multipart/form-data`` with the fields of `data`: a
            mapping or a list of pairs of a field's name and text, bytes, an open file,
            ``(filename, content)`` or ``(filename, content, content_type)``.
        :param mode: ``cors``. In the other modes a page can't read responses of other origins.
        :param credentials: ``include`` sends cookies to other origins and stores theirs;
            ``same-origin`` does so for the page's own origin only.
        :param redirect: ``follow`` redirects, fail with ``error``, or return them unread with
            ``manual``.
        :param cache: cache mode. In some engines ``no-store`` and others bypass the preflight
            cache; it has no other effect, because there is no HTTP cache.
        :param upload_listener: whether an XMLHttpRequest with an upload listener makes the request
            (a streamed body has the same effect). It always needs a preflight.
        :param referrer_policy: referrer policy. With some of them a POST without CORS has the
            Origin ``null``.
        :raises Blocked: if the browser would reject the promise.
        :raises Unreachable: if a server on the network does not respond.
        :raises ValueError: for an option value that no browser knows, or more than one body.
        :raises TypeError: for an option that is not text, or malformed headers, fields or files.
        """
        __tracebackhide__ = True
        require_text("url", url)
        require_text("method", method)
        require_choices(
            mode=mode, credentials=credentials, redirect=redirect, cache=cache,
            referrer_policy=referrer_policy,
        )  # fmt: skip
        form = {"data": data} if files is None else {"files": files}
        require_one_body(body=body, json=json, **form)
        request = Request(
            self.origin, [self._resolve(url)], normalize_method(method), mode=mode,
            credentials=credentials, redirect=redirect, referrer_policy=referrer_policy,
            cache=cache, is_xhr=upload_listener, embedder=self._embedder,
        )  # fmt: skip
        profile = self._browser.profile
        try:
            check_url_and_method(request, url, method)
            pairs = header_pairs(headers)
            if json is not None:
                body = json_module.dumps(json)
                if not any(name.lower() == "content-type" for name, _ in pairs):
                    pairs.append(("Content-Type", "application/json"))
            set_headers(request, pairs, profile)
            set_body(request, *extract_body(body, data, files), profile)
        except NetworkError as error:
            raise Blocked(error.reason, (), **error.facts) from None
        return self._load(request)

    def submit_form(
        self,
        url: str,
        fields: Mapping[str, str] | None = None,
        *,
        method: str = "POST",
        user_activated: bool = True,
        referrer_policy: str = "",
    ) -> Response:
        """Submit a form, which navigates. CORS does not restrict it.

        :param url: action of the form: an absolute URL, or a relative one, as in `fetch`.
        :param fields: names and values of the form's fields.
        :param method: ``POST``. Anything else means ``GET``, as in HTML.
        :param user_activated: whether the user submits the form, and not a script.
        :param referrer_policy: referrer policy of the page. With some of them the Origin header is
            ``null``.
        :returns: the response that the browser shows next. No script of this page can read it.
        :raises Blocked: if there is no server for it.
        :raises ValueError: for a referrer policy that no browser knows.
        """
        __tracebackhide__ = True
        require_choices(referrer_policy=referrer_policy)
        target = self._resolve(url)
        encoded = encode_form(fields or {})
        request = Request(
            self.origin, [target], mode="navigate", credentials="include",
            user_activated=user_activated, referrer_policy=referrer_policy,
        )  # fmt: skip
        if method.upper() == "POST":
            request.method, request.body = "POST", encoded
            request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
        else:
            request.urls = [URL(f"{target.origin}{target.path}?{encoded.decode()}")]
        return self._load(request)

    def _load(self, request: Request) -> Response:
        """Fetch the request, and return what the page sees."""
        __tracebackhide__ = True
        fetch = Fetch(self._browser._network, request)
        last = fetch.run()
        return filtered_response(self._browser.profile, request, last, fetch.exchanges)

    def _resolve(self, url: str) -> URL:
        """Resolve a URL as a script of this page writes it.

        :raises Blocked: if it is not a URL.
        """
        __tracebackhide__ = True
        base = self._browser.base or self.origin
        try:
            return URL(url) if base is None else URL(base).join(url)
        except ValueError:
            raise Blocked("url-invalid", (), url=url) from None
