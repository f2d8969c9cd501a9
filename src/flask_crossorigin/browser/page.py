"""Browser and Page: what a test or an explanation holds in its hand."""

import json as json_module
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import urlencode

from ..core.fetch_standard import (
    NO_CORS_HEADERS,
    SAFELISTED_METHODS,
    is_forbidden_method,
    is_forbidden_request_header,
    is_safelisted_request_header,
    is_token,
    normalize_method,
)
from ..core.headers import Header
from .cookies.jar import Context, CookieJar
from .exchange import Exchange, combined, names_of
from .fetch import Fetch, Network
from .preflight_cache import PreflightCache
from .profiles import PROFILES, Profile, ProfileName
from .request import Credentials, Mode, Redirect, Request
from .request_init import (
    HeadersWritten,
    absolute,
    page_origin,
    pairs,
    require_choices,
    require_one_body,
    require_text,
    servers_by_origin,
)
from .response import Response, filtered
from .transports import Transport, WSGITransport
from .urls import URL, scalar

_CONDITIONAL: Final = frozenset(
    {"if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"}
)


class Blob(NamedTuple):
    """A body that brings its type along, as a Blob or FormData does.

    :ivar type: of the Content-Type header; empty for none.
    """

    data: bytes
    type: str


class Clock:
    """A browser's clock, by which preflights and cookies end; it stands until it is advanced."""

    def __init__(self) -> None:
        self._now = time.time()

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let `seconds` go by."""
        self._now += seconds


class Browser:
    """A browser, as far as the CORS protocol, cookies and their neighbours go.

    It follows the Fetch standard; a profile follows an engine where that does otherwise, of
    which :data:`~flask_crossorigin.browser.profiles.DIFFERENCES` tells. It runs no scripts, renders
    nothing, and knows no HTTP cache, service workers, HSTS, Content-Security-Policy, storage
    partitions other than of cookies, bad ports, private networks or authentication dialogs. Of URLs
    it does not know Unicode hosts that IDNA 2008 refuses, what must follow ``xn--``, and that
    ``https:host``, ``https:/host`` and ``https:///host`` name a host. A
    preflight's answer is kept until its time is over: engines may throw it out before.

    :param servers: each server's origin, with a WSGI app or a :class:`Transport`.
    :param profile: ``standard``, ``chromium``, ``firefox`` or ``webkit``; or ways of one's own.
    :param base: what the relative URLs of pages mean; by default the page's own origin.
    :param third_party_cookies: whether requests to other sites carry cookies: many browsers are
        set to refuse that, or keep such cookies apart for each site.
    :ivar clock: it stands still; ``browser.clock.advance(seconds)`` lets preflights and cookies
        end.
    :raises TypeError: if `servers` is no mapping to apps or transports.
    :raises ValueError: if a key of it is more than an origin, `profile` is not known, or `base` is
        no absolute URL.
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
                    f"profile {profile!r} is not known: write one of {', '.join(PROFILES)}"
                )
            profile = PROFILES[profile]
        if base is not None:
            absolute("base", base)
        self.clock: Clock = Clock()
        self.base = base
        self.profile: Profile = replace(profile, third_party_cookies=third_party_cookies)
        self._network = Network(
            {at: _transport(server) for at, server in servers_by_origin(servers).items()},
            self.profile,
            CookieJar(self.profile, self.clock),
            PreflightCache(self.profile, self.clock),
        )

    def page(self, origin: str | None, *, around: str | None = None) -> "Page":
        """A page of `origin`; None for an opaque origin, a sandboxed frame's.

        :param around: the origin of the page around the frame: where that is of another site, or
            encrypted, cookies and mixed content go by it too.
        :raises TypeError: if an origin is neither text nor None.
        :raises ValueError: if it is not absolute.
        """
        __tracebackhide__ = True
        return Page(self, page_origin(origin), page_origin(around))

    def set_cookie(self, url: str, line: str) -> None:
        """Keep a cookie as if the user had visited `url`, and got it there.

        :param line: as ``Set-Cookie`` has it: ``session=1; SameSite=None; Secure``.
        :raises ValueError: if `url` is not absolute.
        """
        __tracebackhide__ = True
        target = absolute("url", url)
        visit = Context(target.site, navigation=True, partition=target.site, host=target.host)
        self._network.cookies.store(target, [line], visit)

    def websocket_handshake(self, origin: str | None, url: str) -> Exchange:
        """The handshake that a page of `origin` sends for ``new WebSocket(url)``.

        It carries Origin and cookies, and no CORS check follows: what the server answers is all
        that keeps strangers out.

        :param url: of ``wss`` or ``ws``.
        :raises Blocked: if there is no server for it, or it would be mixed content.
        :raises ValueError: if it is not absolute.
        """
        __tracebackhide__ = True
        target = absolute("url", url.replace("ws", "http", 1) if url.startswith("ws") else url)
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
    """A document of one origin, whose scripts fetch.

    :ivar origin: serialized; None for an opaque one.
    """

    def __init__(self, browser: Browser, origin: str | None, around: str | None = None) -> None:
        self._browser = browser
        self.origin = origin
        self._around = around

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeadersWritten = (),
        body: str | bytes | Blob | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        mode: Literal["cors", "no-cors", "same-origin"] = "cors",
        credentials: Credentials = "same-origin",
        redirect: Redirect = "follow",
        cache: str = "default",
        upload_listener: bool = False,
        referrer_policy: str = "",
    ) -> Response:
        """What ``fetch(url, {...})`` gives a script of this page.

        :param url: absolute, or relative to the browser's `base`, or else to the page's own origin.
        :param method: as it is spelt: of ``get`` a browser makes ``GET``, of ``patch`` nothing.
        :param headers: by their names, or line by line.
        :param body: text (``text/plain``), bytes, or a :class:`Blob`.
        :param json: the body, as JSON with its Content-Type.
        :param form: the body, as a form is encoded.
        :param mode: without ``cors`` a page reads no response of another origin.
        :param credentials: ``include`` sends and keeps cookies of other origins; ``same-origin``
            those of the page's own alone.
        :param redirect: whether redirects are followed, fail, or are shown as such.
        :param referrer_policy: under some the Origin of a POST without CORS is ``null``.
        :param cache: of the modes some engines take ``no-store`` and the like to mean that no
            earlier preflight serves; otherwise there is no HTTP cache here.
        :param upload_listener: an XMLHttpRequest with an upload listener, or a streamed body:
            always preflighted.
        :raises Blocked: where the promise is rejected.
        :raises Unreachable: where a server over the network does not answer.
        :raises ValueError: for an option that no browser knows, or more than one body.
        :raises TypeError: for what is no text, or no headers.
        """
        __tracebackhide__ = True
        require_text("url", url)
        require_text("method", method)
        require_choices(
            mode=mode, credentials=credentials, redirect=redirect, cache=cache,
            referrer_policy=referrer_policy,
        )  # fmt: skip
        require_one_body(body=body, json=json, form=form)
        target = self._resolve(url)
        request = Request(
            self.origin, [target], normalize_method(method), mode=mode, credentials=credentials,
            redirect=redirect, referrer_policy=referrer_policy, cache=cache, is_xhr=upload_listener,
            around=self._around,
        )  # fmt: skip
        fetch = Fetch(self._browser._network, request)
        _check(fetch, request, url, method)
        written, profile = pairs(headers), self._browser.profile
        if json is not None:
            body = json_module.dumps(json)
            if not any(name.lower() == "content-type" for name, _ in written):
                written.append(("Content-Type", "application/json"))
        _set_headers(fetch, request, written, profile)
        _set_body(fetch, request, *_extract(body, form), profile)
        return filtered(profile, request, fetch.run(), fetch.exchanges)

    def submit_form(
        self,
        url: str,
        fields: Mapping[str, str] | None = None,
        *,
        method: str = "POST",
        user_activated: bool = True,
        referrer_policy: str = "",
    ) -> Response:
        """What submitting a form leads to: a navigation, which CORS does not hold back.

        :param method: ``POST``; anything else is ``GET``, as in HTML.
        :param user_activated: whether the user does it; else a script does.
        :param referrer_policy: the page's: under some of them the Origin header says ``null``.
        :returns: what the browser shows next; no script of this page sees it.
        :raises Blocked: if there is no server for it.
        :raises ValueError: for a referrer policy that no browser knows.
        """
        __tracebackhide__ = True
        require_choices(referrer_policy=referrer_policy)
        target = self._resolve(url)
        encoded = _form_encoded(fields or {})
        request = Request(
            self.origin, [target], mode="navigate", credentials="include",
            user_activated=user_activated, referrer_policy=referrer_policy,
        )  # fmt: skip
        if method.upper() == "POST":
            request.method, request.body = "POST", encoded
            request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
        else:
            request.urls = [URL(f"{target.origin}{target.path}?{encoded.decode()}")]
        fetch = Fetch(self._browser._network, request)
        return filtered(self._browser.profile, request, fetch.run(), fetch.exchanges)

    def _resolve(self, url: str) -> URL:
        __tracebackhide__ = True
        base = self._browser.base or self.origin
        try:
            return URL(url) if base is None else URL(base).join(url)
        except ValueError:
            Fetch(self._browser._network, Request(self.origin, [])).block("url-invalid", url=url)


def _check(fetch: Fetch, request: Request, url: str, method: str) -> None:
    """Block what a script may not ask for (Fetch 5.4, new Request, steps 5 to 32)."""
    __tracebackhide__ = True
    if request.url.has_credentials:
        fetch.block("url-credentials", url=url)
    if not is_token(method) or is_forbidden_method(method):
        fetch.block("method-forbidden", method=method)
    if request.mode == "no-cors" and request.method not in SAFELISTED_METHODS:
        fetch.block("no-cors-method", method=request.method)


def _set_headers(fetch: Fetch, request: Request, written: list[Header], profile: Profile) -> None:
    """Give the request what is `written`, as far as a script may."""
    __tracebackhide__ = True
    if profile.drops_user_agent:
        written = [each for each in written if each[0].lower() != "user-agent"]
    request.headers = _guarded(fetch, written, request.mode)
    if request.is_xhr:  # XMLHttpRequest 3.5.2, setRequestHeader: it combines
        names = names_of(request.headers)
        request.headers = [(each, combined(request.headers, each) or "") for each in names]
    if request.cache == "default" and any(
        each[0].lower() in _CONDITIONAL for each in request.headers
    ):
        request.cache = "no-store"  # Fetch 4.6, step 8.16


def _guarded(fetch: Fetch, headers: Iterable[Header], mode: Mode) -> list[Header]:
    """Those `headers` that a script may set (Fetch 5.1, validate and append)."""
    __tracebackhide__ = True
    kept: list[Header] = []
    for name, written in headers:
        value = written.strip(" \t\r\n")
        if not is_token(name) or any(each in "\r\n\0" or each > "\xff" for each in value):
            fetch.block("header-invalid", name=name)
        if is_forbidden_request_header(name, value):
            continue
        whole = combined([*kept, (name, value)], name) or ""
        if mode == "no-cors" and not (
            name.lower() in NO_CORS_HEADERS and is_safelisted_request_header(name, whole)
        ):
            continue
        kept.append((name, value))
    return kept


def _set_body(
    fetch: Fetch, request: Request, body: bytes | None, content_type: str | None, profile: Profile
) -> None:
    """Give `request` a body, its type where the script has set none, and what that means."""
    __tracebackhide__ = True
    if body is not None and request.method in ("GET", "HEAD"):
        if not request.is_xhr:
            fetch.block("body-with-get", method=request.method)
        body, content_type = None, None  # XMLHttpRequest 3.5.6, step 3
    request.body = body
    request.use_preflight = request.is_xhr and (
        body is not None or profile.preflights_without_upload
    )
    if content_type and combined(request.headers, "Content-Type") is None:
        typed = [("Content-Type", content_type)]
        unguarded = profile.sends_any_body_type or request.mode != "no-cors"
        request.headers += typed if unguarded else _guarded(fetch, typed, request.mode)


def _extract(
    body: str | bytes | Blob | None, form: Mapping[str, str] | None
) -> tuple[bytes | None, str | None]:
    """The bytes of a body and the type that goes with them (Fetch 5.2, extract a body)."""
    if form is not None:
        return _form_encoded(form), "application/x-www-form-urlencoded;charset=UTF-8"
    if isinstance(body, str):
        return scalar(body).encode(), "text/plain;charset=UTF-8"
    if isinstance(body, Blob):
        return body.data, body.type or None
    return body, None


def _form_encoded(fields: Mapping[str, str]) -> bytes:
    return urlencode([(scalar(name), scalar(value)) for name, value in fields.items()]).encode()
