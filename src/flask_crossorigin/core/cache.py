"""A bounded cache, for results that front ends need again and again."""

from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MAX_ENTRIES: Final = 256
"""With one more, all old entries go at once, so that no client can hold its place."""
MAX_KEY_LENGTH: Final = 512
"""Characters: far more than any browser sends."""


class BoundedCache(dict[K, V]):
    """Results by keys that a client chose."""

    def store(self, key: K, result: V, *texts: str) -> V:
        """Store `result`, unless the `texts` in its `key` are long; return it."""
        if sum(map(len, texts)) <= MAX_KEY_LENGTH:
            if len(self) >= MAX_ENTRIES:
                self.clear()
            self[key] = result
        return result
