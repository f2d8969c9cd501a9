"""Cases in an engine and in the model with that engine's profile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask_crossorigin.browser.profiles import PROFILES

from ..engines import Engine
from .cases import Case
from .compare import disagreements, shown
from .engine_run import run
from .model_run import observe
from .observations import Observation


class Compared(NamedTuple):
    """A case, what each saw of it, and where they disagree."""

    engine: str
    case: Case
    model: Observation
    real: Observation
    differences: list[str]

    def __str__(self) -> str:
        return shown(self.case, {"model": self.model, self.engine: self.real}, self.differences)


def compared(engine: Engine, cases: Iterable[Case]) -> list[Compared]:
    """Run the cases; what disagrees is run once more, among fewer.

    Engines forget preflights by the clock on the wall, for which a busy machine may be late.
    """
    found = _compared(engine, list(cases))
    again = _compared(engine, [each.case for each in found.values() if each.differences])
    return list({**found, **again}.values())


def _compared(engine: Engine, cases: list[Case]) -> dict[str, Compared]:
    profile = next(each for name, each in PROFILES.items() if name == engine.name)
    seen = run(engine, cases)
    found = {}
    for case in cases:
        model, real = observe(case, profile), seen[case.id]
        differences = disagreements(case, model, real, ("model", engine.name))
        found[case.id] = Compared(engine.name, case, model, real, differences)
    return found
