"""A cache whose keys come from clients."""

from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MAX_ENTRIES: Final = 256
"""Entries. One more clears the cache, so that no client can keep its entries in it."""
MAX_KEY_LENGTH: Final = 512
"""Characters of the texts in a key; no browser sends as many."""


class BoundedCache(dict[K, V]):
    """A dictionary that `store` keeps small."""

    def store(self, key: K, value: V, *texts: str) -> V:
        """Store `value` under `key`, unless the client's `texts` in it are too long.

        :return: `value`, whether it was stored or not.
        """
        if sum(map(len, texts)) <= MAX_KEY_LENGTH:
            if len(self) >= MAX_ENTRIES:
                self.clear()
            self[key] = value
        return value
