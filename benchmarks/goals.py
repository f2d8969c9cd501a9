"""What this library must reach: ratios inside one run, each with its limit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from .adversarial import REQUESTED_HEADERS
from .results import Results
from .rounds import Pair, Spread, Times, cost, cost_ratio, ratio

Measured = Mapping[str, Times]
"""Times or instruction counts: by group, by subject."""
Formula = Callable[[Measured], Spread]


def costs_of(group: str, one: Pair, other: Pair) -> Formula:
    """The cost of `one` as a multiple of the cost of the `other`, each over its base."""
    return lambda measured: cost_ratio(measured[group], one, other)


def wholes_of(group: str, one: str, other: str) -> Formula:
    """All that `one` takes as a multiple of all that the `other` takes."""
    return lambda measured: ratio(measured[group], one, other)


def worst_of(formulas: list[Formula]) -> Formula:
    """The greatest of what some formulas give."""
    return lambda measured: max(
        (formula(measured) for formula in formulas), key=lambda spread: spread.median
    )


NOISE: Final = 0.5
"""Microseconds by which Flask may differ from itself, where times are to decide."""


def noise(results: Results) -> float:
    """Microseconds by which Flask differs from itself in `results`: what no difference makes."""
    groups = [times for times in results.times.values() if "bare again" in times]
    return max((abs(cost(times, "bare again", "bare").median) for times in groups), default=0)


@dataclass(frozen=True)
class Goal:
    """Something to reach.

    :ivar limit: the greatest value that reaches it.
    :ivar formula: the value; for what is no ratio, the name of the figure.
    :ivar judged_by: the unit that decides, where there are both. Times do where they are sure
        enough: where the limit lies within their quartiles, counts decide.
    :ivar in_flask: whether it is about costs in Flask: small beside what Flask takes, so that
        counts decide too where Flask differs from itself by more than `NOISE`.
    """

    name: str
    limit: float
    formula: Formula | str
    judged_by: Literal["times", "counts"] = "times"
    in_flask: bool = False

    def value(self, results: Results, unit: str) -> Spread | None:
        """What was reached by `unit`, times or counts; None where it was not measured."""
        try:
            if isinstance(self.formula, str):
                figure = results.figures[self.formula]
                return Spread(figure, figure, figure) if unit == "times" else None
            measured: Measured = getattr(results, unit)
            return self.formula(measured)
        except KeyError:
            return None

    def decisive(self, results: Results) -> tuple[Spread | None, str]:
        """The value that decides, and its unit."""
        times, counts = (self.value(results, unit) for unit in ("times", "counts"))
        unsure = times is not None and times.lower <= self.limit <= times.upper
        unsure = unsure or (self.in_flask and noise(results) > NOISE)
        if self.judged_by == "counts" or (unsure and counts is not None):
            return counts, "counts"
        return times, "times"

    def reached(self, results: Results) -> bool | None:
        """Whether it was reached; None where it was not measured."""
        value, _ = self.decisive(results)
        return None if value is None else value.median <= self.limit


THIS: Final = ("this", "bare")
FLASK_CORS: Final = ("flask-cors", "bare")
FALCON: Final = ("GET, with", "GET, without")
ONE_POLICY: Final = ("this, one policy", "bare")


def _requested(one: str, other: str) -> Formula:
    return worst_of([wholes_of(f"requested: {label}", one, other) for label in REQUESTED_HEADERS])


GOALS: Final = (
    Goal(
        "GET allowed: cost, against flask-cors",
        1 / 15,
        costs_of("allowed", THIS, FLASK_CORS),
        in_flask=True,
    ),
    Goal(
        "GET allowed: cost, against two hooks",
        1 / 4,
        costs_of("allowed", THIS, ("two-hooks", "bare")),
        in_flask=True,
    ),
    Goal(
        "GET without Origin: cost, ag. flask-cors",
        1 / 15,
        costs_of("plain", THIS, FLASK_CORS),
        in_flask=True,
    ),
    Goal(
        "GET allowed: instructions, ag. no-op",
        2.5,
        costs_of("empty", THIS, ("no-op", "bare")),
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
    Goal(
        "GET: cost, 500 scopes against none",
        1.1,
        costs_of("500 parts, part", THIS, ONE_POLICY),
        in_flask=True,
    ),
    Goal(
        "GET: cost, denied against allowed",
        1.25,
        costs_of("empty", ("this, denied", "bare"), THIS),
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
    measured = [goal.value(results, unit) for unit in ("times", "counts")]
    values = [goal.limit, *(None if each is None else each.median for each in measured)]
    shown = [as_text(value, fraction=goal.limit < 1) for value in values]
    reached = goal.reached(results)
    by_count = reached is not None and goal.decisive(results)[1] == "counts"
    return [goal.name, *shown, _WORDS[reached] + (" *" if by_count else "")]


_WORDS: Final = {True: "reached", False: "NOT REACHED", None: "not measured"}
HEAD: Final = ("goal", "limit", "time", "count", "")
ALIGN: Final = "lrrrl"
NOTE: Final = "* by count: what the times of this run are not sure enough for"
