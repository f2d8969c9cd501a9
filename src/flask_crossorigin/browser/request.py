"""A request of a page's: what it is, what is unsafe about it, and how redirects change it.

Source: Fetch standard, 2.2.5 Requests and 4.5 HTTP-redirect fetch.
"""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from ..core.fetch_standard import (
    NON_WILDCARD_REQUEST_HEADER,
    NULL_ORIGIN,
    REQUEST_BODY_HEADERS,
    SAFELISTED_METHODS,
    is_safelisted_request_header,
    unsafe_request_header_names,
)
from ..core.headers import Header
from .blocked import NetworkError
from .exchange import Exchange, combined, names_of
from .profiles import Profile
from .urls import URL

Mode = Literal["cors", "no-cors", "same-origin", "navigate", "websocket"]
Credentials = Literal["omit", "same-origin", "include"]
Redirect = Literal["follow", "error", "manual"]
Tainting = Literal["basic", "cors", "opaque"]

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""Redirect statuses (2.2.3)."""
_MAX_REDIRECTS: Final = 20
_REFERRER_POLICIES: Final = frozenset(
    {
        "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
        "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
    }
)  # fmt: skip
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_CLIENT_HINTS: Final = {
    "save-data": re.compile("on", re.IGNORECASE),
    **dict.fromkeys(
        ("device-memory", "dpr", "downlink", "rtt", "viewport-width", "width"), _NUMBER
    ),
}
"""Request headers that Chromium counts as safelisted, and their values."""


@dataclass
class Request:
    """A request of a page's (2.2.5).

    :ivar origin: of the page; None for an opaque one.
    :ivar urls: the URL list; the last one is the current URL.
    :ivar use_preflight: the use-CORS-preflight flag.
    :ivar is_xhr: whether an XMLHttpRequest makes it.
    :ivar around: the origin of the page around the one that makes it, if that is in a frame.
    :ivar user_activated: whether it is a navigation that the user has asked for.
    :ivar needed_preflight: whether it has needed one at any URL.
    :ivar token: its identity.
    :ivar first_method: before any redirect.
    :ivar first_headers: those that the script has set, before any redirect; or what an engine
        takes for them.
    :ivar asked_headers: those that preflights go by.
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
    is_xhr: bool = False
    around: str | None = None
    user_activated: bool = False
    needed_preflight: bool = False
    token: object = field(default_factory=object)
    first_method: str = ""
    first_headers: list[Header] = field(default_factory=list)
    asked_headers: list[Header] = field(default_factory=list)

    def begin(self) -> None:
        """Note what it is before any redirect."""
        self.first_method = self.method
        self.first_headers = self.asked_headers = self.headers

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
    def has_just_crossed(self) -> bool:
        """Whether the last redirect led from one origin to another."""
        return len({url.origin for url in self.urls[-2:]}) > 1

    @property
    def has_crossed(self) -> bool:
        """Whether a redirect has led from one origin to another."""
        return len({url.origin for url in self.urls}) > 1

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

    def unsafe_names(self, profile: Profile) -> list[str]:
        """The header names that a preflight must ask for (2.2.2, CORS-unsafe request-header names).

        Sorted and unique, but for an engine that repeats them.
        """
        headers = self.first_headers if profile.asks_for_dropped else self.asked_headers
        return _unsafe_names(headers, profile)

    def needs_preflight(self, profile: Profile) -> bool:
        """Say whether it is none that a form could send (4.1, main fetch)."""
        return (
            self.use_preflight
            or self.method not in SAFELISTED_METHODS
            or bool(self.unsafe_names(profile))
            or (profile.stays_preflighted and self._was_unsafe(profile))
        )

    def _was_unsafe(self, profile: Profile) -> bool:
        return self.needed_preflight or bool(_unsafe_names(self.first_headers, profile))

    def follow(self, status: int, location: str, profile: Profile) -> None:
        """Go where a redirect leads (4.5, HTTP-redirect fetch).

        :raises NetworkError: if it may not be followed.
        """
        url = self._target(location)
        if len(self.urls) > _MAX_REDIRECTS:
            raise NetworkError("redirect-count")
        if url.has_credentials and self._minds_credentials_in(url, profile):
            raise NetworkError("redirect-credentials")
        leaves = url.origin != self.url.origin
        is_got = profile.gets_deleted and leaves and self.method == "DELETE"
        self._change_headers(status, url, profile)
        if is_got or _becomes_get(status, self.method):
            self.method, self.body = "GET", None
        self.urls.append(url)

    def take_referrer_policy(self, response: Exchange) -> None:
        """Go by the last policy that a redirect names (Referrer Policy, 8.2)."""
        named = combined(response.response_headers, "Referrer-Policy") or ""
        for each in named.split(","):
            if (policy := each.strip(" \t").lower()) in _REFERRER_POLICIES:
                self.referrer_policy = policy

    def _minds_credentials_in(self, url: URL, profile: Profile) -> bool:
        """Say whether a redirect may not lead to `url`, which has a user name in it."""
        if profile.fetch_blocks_url_credentials and not self.is_xhr:
            return True
        leaves_home = url.origin != self.origin and not profile.asks_before_url_credentials
        return self.mode == "cors" and (leaves_home or self.tainting == "cors")

    def leaves_http(self, location: str) -> bool:
        """Say whether a redirect leads to a host, but not by http."""
        try:
            return not self.url.join(location).is_http
        except ValueError:
            return False

    def _target(self, location: str) -> URL:
        try:
            url = self.url.join(location)
        except ValueError:
            raise NetworkError("redirect-location", url=location) from None
        if not url.is_http:
            raise NetworkError("redirect-location", url=url.href)
        return url

    def _change_headers(self, status: int, url: URL, profile: Profile) -> None:
        """Drop what does not go to the `url` that a redirect leads to."""
        headers = self._kept_headers(status, url, profile)
        if profile.safelists_hints and url.origin != self.origin:
            headers = _without(headers, _CLIENT_HINTS.keys() - {"save-data"})
        bodiless = _without(headers, REQUEST_BODY_HEADERS)
        by_first_method = profile.restores_headers == "first method"
        method = self.first_method if by_first_method else self.method
        self.headers = bodiless if _becomes_get(status, method) else headers
        self.asked_headers = bodiless if _becomes_get(status, self.method) else headers
        if profile.restores_headers == "method" and self._leaves_credentials(url):
            self.first_headers = self.headers

    def _leaves_credentials(self, url: URL) -> bool:
        """Say whether a redirect to `url` is the first of a request without CORS to leave home."""
        return (
            self.mode == "no-cors"
            and self.credentials == "same-origin"
            and url.origin != self.origin
            and all(each.origin == self.origin for each in self.urls)
        )

    def _kept_headers(self, status: int, url: URL, profile: Profile) -> list[Header]:
        """The headers that go on to `url`, if the method does not change."""
        left = {NON_WILDCARD_REQUEST_HEADER} if url.origin != self.url.origin else set[str]()
        headers = _without(self.headers, left)
        if profile.restores_headers == "first method":
            return _without(self.first_headers, left)
        is_cors = self.mode == "cors" and (self.tainting == "cors" or url.origin != self.origin)
        if profile.restores_headers == "method" and (is_cors or status in (307, 308)):
            dropped = set(names_of(self.first_headers)) - set(names_of(headers))
            return _without(self.first_headers, dropped - REQUEST_BODY_HEADERS)
        if profile.drops_user_agent_on_redirect:
            return _without(headers, {"user-agent"})
        return headers


def _unsafe_names(headers: list[Header], profile: Profile) -> list[str]:
    if profile.judges_joined_values:
        headers = [(name, combined(headers, name) or "") for name in names_of(headers)]
    if profile.safelists_hints:
        headers = [each for each in headers if not _is_client_hint(*each)]
    if profile.asks_by_line:
        return sorted(
            name.lower()
            for name, value in headers
            if not is_safelisted_request_header(name, value)
            or (name.lower() == "content-type" and "," in value)
        )
    return unsafe_request_header_names(headers)


def _is_client_hint(name: str, value: str) -> bool:
    pattern = _CLIENT_HINTS.get(name.lower())
    return pattern is not None and pattern.fullmatch(value) is not None


def _becomes_get(status: int, method: str) -> bool:
    return (status in (301, 302) and method == "POST") or (
        status == 303 and method not in ("GET", "HEAD")
    )


def _without(headers: list[Header], names: frozenset[str] | set[str]) -> list[Header]:
    return [each for each in headers if each[0].lower() not in names]
