"""The preflight cache.

Source: Fetch standard, 4.9 CORS-preflight cache
(https://fetch.spec.whatwg.org/#cors-preflight-cache).
"""

import re
from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

from ..core.fetch_standard import (
    NON_WILDCARD_REQUEST_HEADER,
    NULL_ORIGIN,
    SAFELISTED_METHODS,
)
from ..core.headers import MAX_AGE
from .checks import Allowed
from .exchange import Exchange, bounded_number, combined
from .profiles import Profile
from .request import Request

_DEFAULT_MAX_AGE: Final = 5
_DIGITS: Final = re.compile("[0-9]+")
_NEGATIVE: Final = re.compile("-[0-9]+")

EntryKind = Literal["method", "header", "response"]
"""``response`` records that there was a preflight response, whatever it allows."""


class Key(NamedTuple):
    """The requests that an entry is for.

    :ivar origin: serialized origin.
    :ivar url: URL, without a fragment.
    :ivar credentials: whether the credentials mode is ``include``.
    :ivar fetch_id: the only fetch that the entry is for; None if it is for any.
    """

    origin: str
    url: str
    credentials: bool
    fetch_id: object = None


class Entry(NamedTuple):
    """A cache entry.

    :ivar name: method or header name that is allowed; ``*`` for all.
    """

    key: Key
    kind: EntryKind
    name: str


class PreflightCache:
    """The entries of one browser, each with the time when it expires.

    :param now: clock, in seconds.
    """

    def __init__(self, profile: Profile, now: Callable[[], float]) -> None:
        self._profile = profile
        self._now = now
        self._expiry: dict[Entry, float] = {}

    def covers(self, request: Request, unsafe: Iterable[str]) -> bool:
        """Return whether earlier preflights allow `request`, so that it needs none.

        Source: 4.4, HTTP fetch, step 4.1 (https://fetch.spec.whatwg.org/#http-fetch).

        :param unsafe: header names that its preflight would list.
        """
        key = self._key(request)
        if request.cache in self._profile.preflight_cache_bypassed_by:
            return False
        return self._covers_method(key, request) and all(
            self._has(key, "header", name)
            or (self._wildcard_covers(name) and self._has(key, "header", "*"))
            for name in unsafe
        )

    def store(self, request: Request, response: Exchange, allowed: Allowed) -> None:
        """Store what a preflight response allows.

        Source: 4.8, CORS-preflight fetch, steps 7.8 to 7.15
        (https://fetch.spec.whatwg.org/#cors-preflight-fetch).
        """
        key = self._key(request)
        expiry = self._now() + self._max_age(response)
        if self._profile.preflight_cache_replaces_entries:
            self._remove(lambda each: each[:2] == key[:2] and each.fetch_id is key.fetch_id)
        any_response = Entry(key, "response", "")
        # An earlier response stays valid until its own time is over.
        self._expiry[any_response] = max(expiry, self._expiry.get(any_response, expiry))
        for method in allowed.methods:
            self._store_name(key, "method", method, expiry)
        for name in allowed.header_names:
            self._store_name(key, "header", name.lower(), expiry)

    def clear(self, request: Request) -> None:
        """Remove the entries for a request that failed.

        Source: 4.9, clear cache entries (https://fetch.spec.whatwg.org/#concept-cache-clear).
        """
        key = self._key(request)
        if self._profile.preflight_cache_cleared_on_failure:
            self._remove(lambda each: each[:2] == key[:2])

    def _covers_method(self, key: Key, request: Request) -> bool:
        """Return whether the method has an entry, or needs none.

        Source: 4.9, method cache entry match
        (https://fetch.spec.whatwg.org/#concept-cache-match-method).
        """
        method, profile = request.method, self._profile
        if self._has(key, "method", method) or self._has(key, "method", "*"):
            return True
        exempt = SAFELISTED_METHODS if profile.preflight_cache_exempts_head else {"GET", "POST"}
        if method not in exempt:
            return False
        if request.use_preflight and not profile.preflight_cache_serves_uploads:
            return False
        return self._has(key, "response", "")

    def _wildcard_covers(self, header_name: str) -> bool:
        if self._profile.preflight_cache_wildcard == "all":
            return True
        return header_name != NON_WILDCARD_REQUEST_HEADER

    def _store_name(self, key: Key, kind: EntryKind, name: str, expiry: float) -> None:
        """Change the expiry of the entries that allow `name`; add one if there is none.

        Source: 4.8, CORS-preflight fetch, steps 7.12 to 7.15.
        """
        names = {name, "*"} if kind == "method" or self._wildcard_covers(name) else {name}
        now = self._now()
        matching = [
            entry
            for each in names
            for entry in self._matching(key, kind, each)
            if self._expiry.get(entry, now) > now
        ]
        for entry in matching or [Entry(key, kind, name)]:
            self._expiry[entry] = expiry

    def _remove(self, condition: Callable[[Key], bool]) -> None:
        for entry in [each for each in self._expiry if condition(each.key)]:
            del self._expiry[entry]

    def _key(self, request: Request) -> Key:
        """Return the key of entries for `request`."""
        profile = self._profile
        if request.origin is None:
            isolated = profile.preflight_cache_isolates_opaque
        else:
            isolated = profile.preflight_cache_isolates_tainted and request.is_redirect_tainted
        origin = request.serialized_origin
        if profile.preflight_keeps_origin:
            origin = request.origin or NULL_ORIGIN
        return Key(
            origin,
            request.url.href,
            request.credentials == "include",
            request.fetch_id if isolated else None,
        )

    def _max_age(self, response: Exchange) -> int:
        """Return for how many seconds a preflight response is stored."""
        value = combined(response.response_headers, MAX_AGE)
        profile = self._profile
        if not value:
            return _DEFAULT_MAX_AGE
        if _NEGATIVE.fullmatch(value):
            return profile.max_age_if_negative
        seconds = bounded_number(value) if _DIGITS.fullmatch(value) else profile.max_age_if_invalid
        return seconds if profile.max_age_cap is None else min(seconds, profile.max_age_cap)

    def _has(self, key: Key, kind: EntryKind, name: str) -> bool:
        now = self._now()
        return any(self._expiry.get(each, now) > now for each in self._matching(key, kind, name))

    def _matching(self, key: Key, kind: EntryKind, name: str) -> list[Entry]:
        """Return the possible entries that allow `name`.

        Source: 4.9, cache entry match (https://fetch.spec.whatwg.org/#concept-cache-match).
        """
        profile = self._profile
        if name == "*" and (
            profile.preflight_cache_wildcard == "nothing"
            or (key.credentials and not profile.preflight_cache_wildcard_with_credentials)
        ):
            return []
        keys = [key]
        if profile.preflight_cache_shares_credentialed and not key.credentials:
            keys.append(key._replace(credentials=True))
        return [Entry(each, kind, name) for each in keys]
