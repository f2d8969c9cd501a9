"""The goals: ratios inside one run, each with its limit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from .adversarial import REQUESTED_HEADERS
from .importing import PATTERN
from .results import Results
from .rounds import Pair, Spread, Times, cost, cost_ratio, ratio
from .subjects import IN_APP, MILLION, SESSION

Measured = Mapping[str, Times]
"""Times or counts: by group, by subject."""
Formula = Callable[[Measured], Spread]


def costs_of(group: str, one: Pair, other: Pair) -> Formula:
    """The cost of `one` as a multiple of the cost of the `other`, each over its base."""
    return lambda measured: cost_ratio(measured[group], one, other)


def wholes_of(group: str, one: str, other: str) -> Formula:
    """All that `one` takes as a multiple of all that the `other` takes."""
    return lambda measured: ratio(measured[group], one, other)


def milliseconds_of(group: str, one: str) -> Formula:
    """All that `one` takes, in milliseconds."""
    return lambda measured: Spread.of([each / 1000 for each in measured[group][one]])


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
    :ivar stretch: a lower limit, which would be better still; 0 for none.
    :ivar in_flask: whether it is about costs in Flask: small beside what Flask takes, so that
        counts decide where Flask differs from itself by more than `NOISE`.
    :ivar by_times: whether times alone decide, since the bytecodes of the two differ in speed.
    """

    name: str
    limit: float
    formula: Formula | str
    stretch: float = 0
    in_flask: bool = False
    by_times: bool = False

    def value(self, results: Results, unit: str) -> Spread | None:
        """Return the value by `unit`, times or counts; None where it was not measured."""
        try:
            if isinstance(self.formula, str):
                figure = results.figures[self.formula]
                return Spread(figure, figure, figure) if unit == "times" else None
            measured: Measured = getattr(results, unit)
            return self.formula(measured)
        except KeyError:
            return None

    def decisive(self, results: Results) -> tuple[Spread | None, str]:
        """Return the value that decides, and its unit.

        Times do where they are sure enough: where the limit lies within their quartiles, counts
        decide.
        """
        times, counts = (self.value(results, unit) for unit in ("times", "counts"))
        unsure = times is not None and times.lower <= self.limit <= times.upper
        unsure = unsure or (self.in_flask and noise(results) > NOISE)
        if unsure and counts is not None and not self.by_times:
            return counts, "counts"
        return times, "times"

    def reached(self, results: Results) -> bool | None:
        """Return whether it was reached; None where it was not measured."""
        value, _ = self.decisive(results)
        return None if value is None else value.median <= self.limit


THIS: Final = ("this", "bare")
FLASK_CORS: Final = ("flask-cors", "bare")
TRACED: Final = ("ddtrace", "New Relic", "OpenTelemetry")
"""The agents that a preflight goes round."""


def _in_flask(name: str, limit: float, group: str, other: Pair, stretch: float = 0) -> Goal:
    return Goal(name, limit, costs_of(group, THIS, other), stretch, in_flask=True)


def _wrapped(wrapper: str) -> Goal:
    wrapped = (f"this, {wrapper}", f"bare, {wrapper}")
    formula = costs_of("wrapped", wrapped, THIS)
    return Goal(f"GET, {wrapper} wrapper against none", 1.15, formula, in_flask=True)


def _traced(agent: str) -> Goal:
    formula = wholes_of(f"{agent}, preflight", "this", "flask-cors")
    return Goal(f"preflight, {agent}, ag. flask-cors", 1 / 70, formula)


GOALS: Final = (
    _in_flask("GET allowed, against flask-cors", 1 / 6, "allowed", FLASK_CORS, 1 / 8),
    # A bytecode of these hooks takes 17 ns, one of this library or of flask-cors 25 ns.
    Goal(
        "GET allowed, against two hooks",
        1 / 2,
        costs_of("allowed", THIS, ("two-hooks", "bare")),
        by_times=True,
    ),
    _in_flask("GET without Origin, ag. flask-cors", 1 / 8, "plain", FLASK_CORS, 1 / 10),
    _in_flask("GET denied, against flask-cors", 1 / 4, "denied", FLASK_CORS, 1 / 5),
    _in_flask("GET, Vary: Cookie, ag. flask-cors", 1 / 4, SESSION, FLASK_CORS),
    _in_flask(
        "GET, 500 scopes against none", 1.15, "500 parts, part", ("this, one policy", "bare")
    ),
    _wrapped("passing"),
    _wrapped("copying"),
    Goal("whole GET, 1 000 000 origins against 1", 1.05, wholes_of("million", str(MILLION), "1")),
    Goal(
        "preflight, 1 000 000 origins against 1",
        1.05,
        wholes_of("million, preflight", str(MILLION), "1"),
    ),
    Goal("preflight, against flask-cors", 1 / 70, wholes_of("preflight", "this", "flask-cors")),
    *(_traced(agent) for agent in TRACED),
    Goal("preflight in the app, ag. Flask's own", 1, wholes_of(IN_APP, "this", "bare")),
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
    Goal(
        "preflight, denied against allowed",
        1.25,
        wholes_of("verdicts", "preflight-denied", "preflight"),
    ),
    Goal(
        "1 MiB of requested headers, ag. 8 KiB",
        128,
        worst_of(
            [
                wholes_of(f"requested: {label}", "this, 1 MiB", "this, 8 KiB")
                for label in REQUESTED_HEADERS
            ]
        ),
    ),
    Goal("import of the usual names, ag. flask-cors", 3, wholes_of("import", "this", "flask-cors")),
    Goal("first pattern with credentials, ms", 15, milliseconds_of("first policy", PATTERN)),
    Goal("start-up, 100 000 origins, seconds", 1, "100000 origins, seconds"),
    Goal("memory, 100 000 origins, MiB", 8, "100000 origins, kept MiB"),
    Goal("kept after distinct requests, KiB", 1024, "distinct requests, this, KiB"),
)


class GivenUp(NamedTuple):
    """A goal of an earlier design, and the reason why it is none any more."""

    name: str
    limit: str
    reason: str


GIVEN_UP: Final = (
    GivenUp(
        "GET allowed: cost, against flask-cors",
        "1/15",
        "Now 1/6. Headers are added where the app makes its responses, which costs a bare app more "
        "than a closure round it. In return the app and its matched rule are known, where a "
        "closure had to reconstruct them, and neither wrappers nor scopes cost more.",
    ),
    GivenUp("GET allowed: cost, against two hooks", "1/4", "Now 1/2, for that reason."),
    GivenUp("GET without Origin: cost, against flask-cors", "1/15", "Now 1/8, for that reason."),
    GivenUp(
        "GET allowed: instructions, against a no-op wrapper",
        "2.5",
        "A GET meets no closure of this library that could be compared with a no-op one.",
    ),
    GivenUp(
        "GET: cost, denied against allowed",
        "1.25",
        "Now a denied GET is compared with flask-cors, as an allowed one is.",
    ),
    GivenUp(
        "GET: cost, 500 scopes against none",
        "1.1",
        "Now 1.15, and under any wrapper too: the times of equal costs differ by as much.",
    ),
    GivenUp(
        "GET allowed: cost, against falcon's",
        "1",
        "falcon hands its middleware the response, and that middleware sends no Vary. In Flask, "
        "finding the request that a response belongs to takes a good part of that time alone.",
    ),
    GivenUp(
        "preflight with 8 KiB of requested headers, against an ordinary one",
        "3",
        "An ordinary preflight takes about a microsecond, in which nobody can read 8 KiB. They are "
        "read in one pass, and what is longer is refused unread.",
    ),
    GivenUp(
        "preflight under Sentry, against flask-cors",
        "1/70",
        "Sentry replaces `Flask.__call__`, so that its own work comes before anything that an "
        "extension can put in place.",
    ),
)


def as_text(value: float | None, *, fraction: bool) -> str:
    """Return a value as a fraction with the numerator 1, or as a decimal."""
    if value is None:
        return "-"
    return f"1/{1 / value:.1f}" if fraction and value > 0 else f"{value:.2f}"


def _limit(goal: Goal) -> str:
    if goal.limit >= 1:
        return f"{goal.limit:g}"
    limit = f"1/{1 / goal.limit:g}"
    return f"{limit} (1/{1 / goal.stretch:g})" if goal.stretch else limit


def rows(results: Results) -> list[list[str]]:
    """Return a row for each goal: its name, its limits, its values, the verdict."""
    return [_row(goal, results) for goal in GOALS]


def _row(goal: Goal, results: Results) -> list[str]:
    values = [goal.value(results, unit) for unit in ("times", "counts")]
    shown = [
        as_text(None if each is None else each.median, fraction=goal.limit < 1) for each in values
    ]
    reached = goal.reached(results)
    by_count = reached is not None and goal.decisive(results)[1] == "counts"
    return [goal.name, _limit(goal), *shown, _WORDS[reached] + (" *" if by_count else "")]


_WORDS: Final = {True: "reached", False: "MISSED", None: "not measured"}
HEAD: Final = ("goal", "limit", "time", "count", "")
ALIGN: Final = "lrrrl"
NOTE: Final = "* by count: the times of this run are not sure enough"
