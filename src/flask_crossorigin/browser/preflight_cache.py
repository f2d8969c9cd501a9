"""What a browser remembers of preflights (Fetch standard, 4.9 CORS-preflight cache)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..core.fetch_standard import NON_WILDCARD_REQUEST_HEADER

Key = tuple[str, str, bool]
"""The serialized origin, the URL, and whether the request carries credentials."""


@dataclass(slots=True)
class PreflightCache:
    """Method entries and header-name entries, each with the time it ends.

    :ivar now: the clock, in seconds.
    """

    now: Callable[[], float]
    _entries: dict[tuple[Key, str, str], float]

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self._entries = {}

    def allows_method(self, key: Key, method: str) -> bool:
        """Say whether a preflight with `key` has allowed `method` (method cache entry match)."""
        return self._has(key, "method", method) or self._has(key, "method", "*")

    def allows_header(self, key: Key, name: str) -> bool:
        """Say whether one has allowed the header `name` (header-name cache entry match)."""
        lowered = name.lower()
        return self._has(key, "header", lowered) or (
            lowered != NON_WILDCARD_REQUEST_HEADER and self._has(key, "header", "*")
        )

    def remember(
        self, key: Key, methods: Iterable[str], names: Iterable[str], seconds: float
    ) -> None:
        """Keep what a preflight allowed for `seconds`."""
        until = self.now() + seconds
        for method in methods:
            self._entries[key, "method", method] = until
        for name in names:
            self._entries[key, "header", name.lower()] = until

    def clear(self, origin: str, url: str) -> None:
        """Forget what was allowed to `origin` at `url` (clear cache entries)."""
        for entry in [each for each in self._entries if each[0][:2] == (origin, url)]:
            del self._entries[entry]

    def _has(self, key: Key, kind: str, name: str) -> bool:
        # What is allowed with credentials is allowed without them (cache entry match).
        origin, url, credentials = key
        return any(
            self._entries.get(((origin, url, kept), kind, name), float("-inf")) > self.now()
            for kept in {True, credentials}
        )
