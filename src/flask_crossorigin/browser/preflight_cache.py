"""What a browser remembers of preflights (Fetch standard, 4.9 CORS-preflight cache)."""

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ..core.fetch_standard import (
    NON_WILDCARD_REQUEST_HEADER,
    NULL_ORIGIN,
    SAFELISTED_METHODS,
)
from .checks import Allowed
from .exchange import Exchange, bounded, combined
from .profiles import Profile
from .request import Request

_DEFAULT_MAX_AGE: Final = 5
_DIGITS: Final = re.compile("[0-9]+")
_NEGATIVE: Final = re.compile("-[0-9]+")


class Key(NamedTuple):
    """What an entry is for.

    :ivar origin: serialized.
    :ivar fetch: the only one that it serves; None if it serves any.
    """

    origin: str
    url: str
    credentials: bool
    fetch: object = None


class PreflightCache:
    """Method entries and header-name entries, each with the time it ends.

    :param now: the clock, in seconds.
    """

    def __init__(self, profile: Profile, now: Callable[[], float]) -> None:
        self._profile = profile
        self._now = now
        self._entries: dict[tuple[Key, str, str], float] = {}

    def serves(self, request: Request, unsafe: Iterable[str]) -> bool:
        """Say whether earlier preflights allow all of `request` (4.4, step 4.1)."""
        key, profile = self._key(request), self._profile
        if request.cache in profile.cache_modes_that_forget:
            return False
        return self._serves_method(key, request) and all(
            self._has(key, "header", name)
            or (self._star_covers(name) and self._has(key, "header", "*"))
            for name in unsafe
        )

    def _serves_method(self, key: Key, request: Request) -> bool:
        """Say whether the method has an entry or needs none (method cache entry match)."""
        method, profile = request.method, self._profile
        if self._has(key, "method", method) or self._has(key, "method", "*"):
            return True
        exempt = SAFELISTED_METHODS if profile.memory_exempts_head else {"GET", "POST"}
        if method not in exempt or (request.use_preflight and not profile.memory_serves_uploads):
            return False
        return self._has(key, "answer", "")

    def _star_covers(self, name: str) -> bool:
        all_but = NON_WILDCARD_REQUEST_HEADER if self._profile.remembered_star != "all" else None
        return name != all_but

    def remember(self, request: Request, response: Exchange, allowed: Allowed) -> None:
        """Keep what a preflight allowed for as long as it says, and the browser's cap."""
        key = self._key(request)
        until = self._now() + self._seconds(response)
        if self._profile.memory_replaces:
            self._drop(lambda each: each[:2] == key[:2] and each.fetch is key.fetch)
        answer = (key, "answer", "")
        # What earlier answers allow goes on beside what this one does.
        self._entries[answer] = max(until, self._entries.get(answer, until))
        for method in allowed.methods:
            self._note(key, "method", method, until)
        for name in allowed.names:
            self._note(key, "header", name.lower(), until)

    def _note(self, key: Key, kind: str, name: str, until: float) -> None:
        """Let what allows `name` already end at `until`; else make an entry.

        Source: CORS-preflight fetch (4.8), steps 7.12 to 7.15.
        """
        names = {name, "*"} if kind == "method" or self._star_covers(name) else {name}
        now = self._now()
        matching = [
            entry
            for each in names
            for entry in self._matching(key, kind, each)
            if self._entries.get(entry, now) > now
        ]
        for entry in matching or [(key, kind, name)]:
            self._entries[entry] = until

    def _drop(self, condition: Callable[[Key], bool]) -> None:
        for entry in [each for each in self._entries if condition(each[0])]:
            del self._entries[entry]

    def clear(self, request: Request) -> None:
        """Forget what was allowed for a request that failed (clear cache entries)."""
        key = self._key(request)
        if self._profile.forgets_failed:
            self._drop(lambda each: each[:2] == key[:2])

    def _key(self, request: Request) -> Key:
        """What entries for `request` are found by."""
        profile = self._profile
        if request.origin is None:
            alone = profile.forgets_opaque
        else:
            alone = profile.forgets_tainted and request.is_redirect_tainted
        origin = request.serialized_origin
        if profile.preflight_keeps_origin:
            origin = request.origin or NULL_ORIGIN
        return Key(
            origin,
            request.url.href,
            request.credentials == "include",
            request.token if alone else None,
        )

    def _seconds(self, response: Exchange) -> int:
        value = combined(response.response_headers, "Access-Control-Max-Age")
        profile = self._profile
        if not value:
            return _DEFAULT_MAX_AGE
        if _NEGATIVE.fullmatch(value):
            return profile.max_age_negative
        seconds = bounded(value) if _DIGITS.fullmatch(value) else profile.max_age_unreadable
        return seconds if profile.max_age_cap is None else min(seconds, profile.max_age_cap)

    def _has(self, key: Key, kind: str, name: str) -> bool:
        now = self._now()
        return any(self._entries.get(each, now) > now for each in self._matching(key, kind, name))

    def _matching(self, key: Key, kind: str, name: str) -> list[tuple[Key, str, str]]:
        """Where that stands which allows `name` (4.9, cache entry match)."""
        if name == "*" and (
            self._profile.remembered_star == "nothing"
            or (key.credentials and not self._profile.remembers_star_for_credentials)
        ):
            return []
        keys = [key]
        if self._profile.remembers_by_credentials and not key.credentials:
            keys.append(key._replace(credentials=True))
        return [(each, kind, name) for each in keys]
