"""A request of a page, and the header names that its preflight lists.

Source: Fetch standard, 2.2.5 Requests (https://fetch.spec.whatwg.org/#requests).
"""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from ..core.fetch_standard import (
    NULL_ORIGIN,
    SAFELISTED_METHODS,
    is_safelisted_request_header,
    unsafe_request_header_names,
)
from ..core.headers import Header
from .exchange import combined, names_of
from .profiles import Profile
from .urls import URL

Mode = Literal["cors", "no-cors", "same-origin", "navigate", "websocket"]
Credentials = Literal["omit", "same-origin", "include"]
Redirect = Literal["follow", "error", "manual"]
Tainting = Literal["basic", "cors", "opaque"]

REDIRECT_STATUSES: Final = frozenset({301, 302, 303, 307, 308})
"""Redirect statuses (2.2.3)."""
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
CLIENT_HINTS: Final = {
    "save-data": re.compile("on", re.IGNORECASE),
    **dict.fromkeys(
        ("device-memory", "dpr", "downlink", "rtt", "viewport-width", "width"), _NUMBER
    ),
}
"""Request headers that Chromium counts as safelisted, and patterns of their values."""


@dataclass
class Request:
    """A request (2.2.5). A redirect changes it.

    :ivar origin: serialized origin of the page; None for an opaque origin.
    :ivar urls: URL list: the first URL, and the target of each redirect.
    :ivar method: current method.
    :ivar headers: headers that the script set and no redirect dropped.
    :ivar body: current body.
    :ivar mode: mode.
    :ivar credentials: credentials mode.
    :ivar redirect: redirect mode.
    :ivar use_preflight: use-CORS-preflight flag.
    :ivar referrer_policy: referrer policy; empty for the default.
    :ivar tainting: response tainting.
    :ivar cache: cache mode.
    :ivar is_xhr: whether an XMLHttpRequest makes it.
    :ivar embedder: origin of the page that embeds the requesting page; None outside of a frame.
    :ivar user_activated: whether the user started it, as a navigation.
    :ivar needed_preflight: whether it has needed a preflight at any URL.
    :ivar fetch_id: unique object for each fetch.
    :ivar first_method: method before any redirect.
    :ivar first_headers: headers before any redirect, or those an engine treats as such.
    :ivar preflight_headers: headers that preflights list.
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
    embedder: str | None = None
    user_activated: bool = False
    needed_preflight: bool = False
    fetch_id: object = field(default_factory=object)
    first_method: str = ""
    first_headers: list[Header] = field(default_factory=list)
    preflight_headers: list[Header] = field(default_factory=list)

    def begin(self) -> None:
        """Record the method and the headers before any redirect."""
        self.first_method = self.method
        self.first_headers = self.preflight_headers = self.headers

    @property
    def url(self) -> URL:
        """The current URL."""
        return self.urls[-1]

    @property
    def is_redirect_tainted(self) -> bool:
        """True if a redirect led from another origin than the page's to a third.

        Source: 2.2.5, redirect-taint
        (https://fetch.spec.whatwg.org/#concept-request-tainted-origin).
        """
        pairs = zip(self.urls, self.urls[1:], strict=False)
        return any(
            after.origin != before.origin and self.origin != before.origin
            for before, after in pairs
        )

    @property
    def last_redirect_crossed_origins(self) -> bool:
        """True if the last redirect led from one origin to another."""
        return len({url.origin for url in self.urls[-2:]}) > 1

    @property
    def redirected_across_origins(self) -> bool:
        """True if any redirect led from one origin to another."""
        return len({url.origin for url in self.urls}) > 1

    @property
    def serialized_origin(self) -> str:
        """The value of the Origin header.

        Source: 2.2.5, serializing a request origin
        (https://fetch.spec.whatwg.org/#serializing-a-request-origin).
        """
        return NULL_ORIGIN if self.origin is None or self.is_redirect_tainted else self.origin

    @property
    def carries_credentials(self) -> bool:
        """True if cookies are sent with it."""
        return self.credentials == "include" or (
            self.credentials == "same-origin" and self.tainting == "basic"
        )

    def unsafe_names(self, profile: Profile) -> list[str]:
        """Return the header names that a preflight lists: sorted, and unique in most engines.

        Source: 2.2.2, CORS-unsafe request-header names
        (https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names).
        """
        dropped_too = profile.preflight_lists_dropped_headers
        return _unsafe_names(self.first_headers if dropped_too else self.preflight_headers, profile)

    def needs_preflight(self, profile: Profile) -> bool:
        """Return whether a preflight must come first (4.1, main fetch, step 12)."""
        return (
            self.use_preflight
            or self.method not in SAFELISTED_METHODS
            or bool(self.unsafe_names(profile))
            or (profile.repeats_preflight_after_redirect and self._was_unsafe(profile))
        )

    def _was_unsafe(self, profile: Profile) -> bool:
        return self.needed_preflight or bool(_unsafe_names(self.first_headers, profile))


def _unsafe_names(headers: list[Header], profile: Profile) -> list[str]:
    if profile.checks_combined_values:
        headers = [(name, combined(headers, name) or "") for name in names_of(headers)]
    if profile.safelists_client_hints:
        headers = [each for each in headers if not _is_client_hint(*each)]
    if profile.lists_each_line:
        return sorted(
            name.lower()
            for name, value in headers
            if not is_safelisted_request_header(name, value)
            or (name.lower() == "content-type" and "," in value)
        )
    return unsafe_request_header_names(headers)


def _is_client_hint(name: str, value: str) -> bool:
    pattern = CLIENT_HINTS.get(name.lower())
    return pattern is not None and pattern.fullmatch(value) is not None
