"""Run cases in an engine and in the model with its profile, and compare."""

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
    """A case, the two observations of it, and their differences."""

    engine: str
    case: Case
    model: Observation
    real: Observation
    differences: list[str]

    def __str__(self) -> str:
        return shown(self.case, {"model": self.model, self.engine: self.real}, self.differences)


def compared(engine: Engine, cases: Iterable[Case]) -> list[Compared]:
    """Run the cases, and run those that disagree once more.

    Cached preflights of an engine expire in real time, which a busy machine may exceed.
    """
    results = _compare(engine, list(cases))
    again = _compare(engine, [each.case for each in results.values() if each.differences])
    return list({**results, **again}.values())


def _compare(engine: Engine, cases: list[Case]) -> dict[str, Compared]:
    profile = next(each for name, each in PROFILES.items() if name == engine.name)
    observations = run(engine, cases)
    results = {}
    for case in cases:
        model, real = observe(case, profile), observations[case.id]
        differences = disagreements(case, model, real, ("model", engine.name))
        results[case.id] = Compared(engine.name, case, model, real, differences)
    return results
