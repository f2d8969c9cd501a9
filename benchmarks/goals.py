"""What this library must reach: ratios inside one run, each with its limit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from .adversarial import REQUESTED_HEADERS
from .results import Results
from .rounds import Pair, Times, cost_ratio, ratio

Measured = Mapping[str, Times]
"""Times or instruction counts: by group, by subject."""
Formula = Callable[[Measured], float]


def costs_of(group: str, one: Pair, other: Pair) -> Formula:
    """The cost of `one` as a multiple of the cost of the `other`, each over its base."""
    return lambda measured: cost_ratio(measured[group], one, other).median


def wholes_of(group: str, one: str, other: str) -> Formula:
    """All that `one` takes as a multiple of all that the `other` takes."""
    return lambda measured: ratio(measured[group], one, other).median


def worst_of(formulas: list[Formula]) -> Formula:
    """The greatest of what some formulas give."""
    return lambda measured: max(formula(measured) for formula in formulas)


@dataclass(frozen=True)
class Goal:
    """Something to reach.

    :ivar limit: the greatest value that reaches it.
    :ivar formula: the value; for what is no ratio, the name of the figure.
    :ivar judged_by: the unit that decides, where there are both.
    """

    name: str
    limit: float
    formula: Formula | str
    judged_by: Literal["times", "counts"] = "times"

    def value(self, results: Results, unit: str) -> float | None:
        """What was reached by `unit`, times or counts; None where it was not measured."""
        try:
            if isinstance(self.formula, str):
                return results.figures[self.formula] if unit == "times" else None
            measured: Measured = getattr(results, unit)
            return self.formula(measured)
        except KeyError:
            return None

    def reached(self, results: Results) -> bool | None:
        """Whether it was reached; None where it was not measured."""
        value = self.value(results, self.judged_by)
        return None if value is None else value <= self.limit


THIS: Final = ("this", "bare")
FLASK_CORS: Final = ("flask-cors", "bare")
FALCON: Final = ("GET, with", "GET, without")
ONE_POLICY: Final = ("this, one policy", "bare")


def _requested(one: str, other: str) -> Formula:
    return worst_of([wholes_of(f"requested: {label}", one, other) for label in REQUESTED_HEADERS])


GOALS: Final = (
    Goal("GET allowed: cost, against flask-cors", 1 / 15, costs_of("allowed", THIS, FLASK_CORS)),
    Goal(
        "GET allowed: cost, against two hooks",
        1 / 4,
        costs_of("allowed", THIS, ("two-hooks", "bare")),
    ),
    Goal("GET without Origin: cost, ag. flask-cors", 1 / 15, costs_of("plain", THIS, FLASK_CORS)),
    Goal(
        "GET allowed: instructions, ag. no-op",
        2.5,
        costs_of("empty", THIS, ("no-op", "bare")),  # in Flask, noise is a good part of both
        "counts",
    ),
    Goal("preflight, against flask-cors", 1 / 70, wholes_of("preflight", "this", "flask-cors")),
    Goal(
        "preflight of a scope, ag. flask-cors",
        1 / 25,
        wholes_of("scoped preflights", "this", "flask-cors"),
    ),
    Goal(
        "preflight beside scopes, ag. one policy",
        3,
        wholes_of("scoped preflights", "this, elsewhere", "this, one policy"),
    ),
    Goal("GET: 1 000 000 origins against 1", 1.05, wholes_of("million", "GET, 1000000", "GET, 1")),
    Goal(
        "preflight: 1 000 000 origins against 1",
        1.05,
        wholes_of("million", "preflight, 1000000", "preflight, 1"),
    ),
    Goal("GET: cost, 500 scopes against none", 1.1, costs_of("500 parts, part", THIS, ONE_POLICY)),
    Goal(
        "GET: cost, denied against allowed",
        1.25,
        costs_of("verdicts", ("denied", "bare"), ("allowed", "bare")),
    ),
    Goal(
        "preflight, denied against allowed",
        1.25,
        wholes_of("verdicts", "preflight-denied", "preflight"),
    ),
    Goal("GET allowed: cost, against falcon's", 1, costs_of("falcon", THIS, FALCON)),
    Goal(
        "8 KiB of requested headers, ag. ordinary", 3, _requested("this, 8 KiB", "this, ordinary")
    ),
    Goal(
        "1 MiB of them against 8 KiB (linear: 128)", 128, _requested("this, 1 MiB", "this, 8 KiB")
    ),
    Goal("start-up, 100 000 origins, seconds", 1, "100000 origins, seconds"),
    Goal("memory, 100 000 origins, MiB", 8, "100000 origins, kept MiB"),
    Goal("kept after distinct requests, KiB", 1024, "distinct requests, this, KiB"),
)


def as_text(value: float | None, *, fraction: bool) -> str:
    """A value, as a fraction with the numerator 1 or as a decimal."""
    if value is None:
        return "-"
    return f"1/{1 / value:.1f}" if fraction and value > 0 else f"{value:.2f}"


def rows(results: Results) -> list[list[str]]:
    """A row for each goal: its name, its limit, its value by time and by count, the verdict."""
    return [_row(goal, results) for goal in GOALS]


def _row(goal: Goal, results: Results) -> list[str]:
    values = (goal.limit, goal.value(results, "times"), goal.value(results, "counts"))
    shown = [as_text(value, fraction=goal.limit < 1) for value in values]
    return [goal.name, *shown, _WORDS[goal.reached(results)]]


_WORDS: Final = {True: "reached", False: "NOT REACHED", None: "not measured"}
HEAD: Final = ("goal", "limit", "time", "count", "")
ALIGN: Final = "lrrrl"
