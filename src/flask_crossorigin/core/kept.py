"""Kept: what front ends ask again and again is worked out once, in bounded memory."""

from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MAX_KEPT: Final = 256
"""Entries; with one more the old ones go, all at once, so that none can hold its place."""
MAX_KEPT_LENGTH: Final = 512
"""Characters of what an entry is kept by: far more than any browser sends."""


class Kept(dict[K, V]):
    """Answers by what was asked, which a client chose."""

    def keep(self, asked: K, answer: V, *texts: str) -> V:
        """Keep the `answer` to what was `asked`, if the `texts` in that are short; return it."""
        if sum(map(len, texts)) <= MAX_KEPT_LENGTH:
            if len(self) >= MAX_KEPT:
                self.clear()
            self[asked] = answer
        return answer
