"""Run random cases one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from .comparing import Difference, differences
from .generator import generate
from .specs import Case


@dataclass(frozen=True)
class Failure:
    """A case that the library answers differently."""

    seed: int
    number: int
    case: Case
    found: tuple[Difference, ...]

    @property
    def worst(self) -> Difference:
        """The difference to look at first."""
        return next((each for each in self.found if each.kind == "wider"), self.found[0])

    def __str__(self) -> str:
        shown = "\n".join(str(each) for each in self.found[:3])
        return f"{_replay_line(self.seed, self.number)}\n{shown}"


def _replay_line(seed: int, number: int) -> str:
    return f"python -m tests.fuzz --replay {seed}:{number}"


def run_one(seed: int, number: int) -> Failure | None:
    """Return how the case fails, or None."""
    case = generate(seed, number)
    try:
        found = differences(case)
    except Exception as error:
        raise RuntimeError(_replay_line(seed, number)) from error
    return Failure(seed, number, case, tuple(found)) if found else None


def fuzz(seed: int, seconds: float) -> Iterator[Failure | None]:
    """Yield what becomes of each case, for so long."""
    end, number = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        yield run_one(seed, number)
        number += 1


def replay(which: str) -> Failure | None:
    """Run the case of a replay line."""
    seed, _, number = which.partition(":")
    return run_one(int(seed), int(number))
