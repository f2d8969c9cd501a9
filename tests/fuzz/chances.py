"""Random choices, and random policies."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

from . import origins
from .specs import Declaration

_T = TypeVar("_T")


class Chances:
    """Choices that the seed and the number of a case decide."""

    def __init__(self, seed: int, number: int) -> None:
        self._random = random.Random(f"{seed}:{number}")
        self._names = 0

    def _chance(self, part: float) -> bool:
        return self._random.random() < part

    def _one(self, several: Sequence[_T]) -> _T:
        return several[self._random.randrange(len(several))]

    def _some(self, several: Sequence[_T], most: int, least: int = 0) -> tuple[_T, ...]:
        count = self._random.randint(least, min(most, len(several)))
        return tuple(self._random.sample(list(several), count))

    def _several(self, make: Any, *counts: int) -> tuple[Any, ...]:
        return tuple(make() for _ in range(self._one(counts)))

    def _name(self, kind: str) -> str:
        self._names += 1
        return f"{kind}{self._names}"


class Policies(Chances):
    """Makes what is declared for apps and their parts."""

    def origins(self) -> Any:
        """Return origins as a policy lists them."""
        pool = (*origins.LISTED, *origins.PATTERNS, *origins.FUNCTIONS)
        return self._some(pool, 3, 0 if self._chance(0.1) else 1)

    def declaration(self, whole: bool = False) -> Declaration:
        """Return settings that go together with whatever they inherit."""
        settings: dict[str, Any] = {}
        kind = self._random.random()
        if kind < 0.1:
            settings.update(origins="*", credentials=False)
        elif kind < 0.15:
            settings.update(origins="*", credentials=(origins.APP,), expose_headers=self._exposed())
        elif kind < 0.2:
            settings.update(origins=("null", origins.APP), credentials=False)
            settings.update(allow_null_origin=True)
        elif whole or kind < 0.8:
            settings.update(origins=self.origins())
            listed = origins.APP in settings["origins"]
            if self._chance(0.5):
                every = not listed or self._chance(0.8)
                settings.update(credentials=every or (origins.APP,))
                settings.update(expose_headers=self._exposed())
            elif not listed or self._chance(0.3):  # it may inherit credentials for the app
                settings.update(credentials=False)
        if "expose_headers" not in settings and self._chance(0.3):
            settings.update(expose_headers=self._exposed())
        elif settings.get("credentials") is False and self._chance(0.1):
            settings.update(expose_headers="*")
        if self._chance(0.3):
            extra = self._some(("PUT", "PATCH", "DELETE", "QUERY"), 3)
            simple = self._some(("GET", "HEAD", "POST"), 3, 0 if self._chance(0.3) else 3)
            settings.update(methods=(*simple, *extra) if self._chance(0.8) else "*")
        if self._chance(0.3):
            settings.update(request_headers=self._some(("X-A", "Content-Type"), 2, 1))
        if self._chance(0.2):
            settings.update(preflight_status=self._one((200, 204)))
        if not settings or self._chance(0.3):
            settings.update(max_age=self._one((None, *range(10))))
        return Declaration(tuple(settings.items()), whole=whole)

    def _exposed(self) -> tuple[str, ...]:
        return self._some(("X-A", "X-B", "ETag"), 2)

    def scope(self) -> Declaration:
        """Return what is declared for a part of an app."""
        if self._chance(0.12):
            return Declaration(disabled=True)
        return self.declaration(whole=self._chance(0.25))
