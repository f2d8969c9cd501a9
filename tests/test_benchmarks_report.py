"""The benchmarks' goals and their report, made of results with known values."""

from dataclasses import replace

import pytest

from benchmarks import adversarial, agents, goals, report
from benchmarks.goals import GOALS, Goal
from benchmarks.results import Results
from benchmarks.rounds import Times
from benchmarks.subjects import IN_APP, MAIN_KINDS, SESSION

# Goals.


SIDES: dict[str, float] = {
    "bare": 100,
    "two-hooks": 108,
    "flask-cors": 130,
    "this": 103,
    "bare again": 100,
}
TRACED: dict[str, float] = {"bare": 500, "flask-cors": 600, "this": 1}
MILLION: dict[str, float] = {"1": 1, "1000000": 1}
MADE_UP: dict[str, dict[str, float]] = {
    **{kind: {**SIDES, "this": 1} if "preflight" in kind else SIDES for kind in MAIN_KINDS},
    SESSION: {**SIDES, "this": 106},
    IN_APP: {**SIDES, "this": 60},
    "wrapped": {
        **SIDES,
        "two-hooks, passing": 118,
        "flask-cors, passing": 140,
        "bare, passing": 110,
        "this, passing": 113.3,
        "two-hooks, copying": 128,
        "flask-cors, copying": 150,
        "bare, copying": 120,
        "this, copying": 123.15,
    },
    "verdicts": {"preflight": 1, "preflight-denied": 1.2},
    "scoped preflights": {
        "flask-cors": 100,
        "this": 3,
        "this, elsewhere": 2,
        "this, one policy": 1,
    },
    "500 parts, part": {**SIDES, "this, one policy": 103},
    "million": MILLION,
    "million, preflight": MILLION,
    **{f"{agent}, allowed": SIDES for agent in agents.AGENTS},
    **{f"{agent}, preflight": TRACED for agent in agents.AGENTS},
    "import": {"bare": 100_000, "flask-cors": 3000, "this": 7500},
    "import and first app": {"flask-cors": 5000, "this": 15_000},
    "first policy": {"an exact origin": 8000, "a pattern": 12_000},
    "falcon": {"GET, without": 10, "GET, with": 12, "preflight, without": 1, "preflight, with": 3},
    **{
        f"requested: {label}": {"this, ordinary": 1.0, "this, 8 KiB": 2, "this, 1 MiB": 1}
        for label in adversarial.REQUESTED_HEADERS
    },
}
"""Times by which every goal is reached, by group and subject."""


def made_up() -> Results:
    """Return results in which every goal is reached, by known values."""
    times: dict[str, Times] = {
        group: {name: [float(value)] * 3 for name, value in values.items()}
        for group, values in MADE_UP.items()
    }
    return Results(
        conditions={"Python": "3"},
        times=times,
        counts={"allowed": {name: [value] for name, value in SIDES.items()}},
        figures={
            "100000 origins, seconds": 0.5,
            "100000 origins, kept MiB": 4,
            "distinct requests, this, KiB": 3,
        },
    )


VALUES = [
    *(1 / 10, 3 / 8, 1 / 10, 1 / 10, 1 / 5, 1, 1.1, 1.05, 1, 1),
    *(1 / 130, 1 / 600, 1 / 600, 1 / 600, 0.6, 3 / 100, 2, 1.2, 0.5, 2.5, 12, 0.5, 4, 3),
]


@pytest.mark.parametrize(("goal", "value"), list(zip(GOALS, VALUES, strict=True)))
def test_each_goal_is_computed_from_what_was_measured(goal: Goal, value: float) -> None:
    found = goal.value(made_up(), "times")
    assert found is not None
    assert found.median == pytest.approx(value)
    assert goal.reached(made_up()) is (value <= goal.limit)


def test_every_goal_has_its_limit() -> None:
    assert [goal.limit for goal in GOALS] == [
        *(1 / 6, 1 / 2, 1 / 8, 1 / 4, 1 / 4, 1.15, 1.15, 1.15, 1.05, 1.05),
        *(1 / 70, 1 / 70, 1 / 70, 1 / 70, 1, 1 / 25, 3, 1.25, 128, 3, 15, 1, 8, 1024),
    ]
    assert [goal.stretch for goal in GOALS if goal.stretch] == [1 / 8, 1 / 10, 1 / 5]


@pytest.mark.parametrize(
    ("times", "counts", "reached", "verdict"),
    [
        ([1.0, 1.1, 1.0, 1.1], [9.0], True, "reached"),
        ([3.0, 3.1, 3.0, 3.1], [1.0], False, "MISSED"),
        ([1.0, 3.0, 1.0, 3.0], [1.0], True, "reached *"),
        ([1.0, 3.0, 1.0, 3.0], [9.0], False, "MISSED *"),
        ([1.0, 1.0, 2.9, 2.9], None, True, "reached"),
    ],
)
def test_counts_decide_a_goal_where_times_can_not(
    times: list[float], counts: list[float] | None, reached: bool, verdict: str
) -> None:
    goal = next(goal for goal in GOALS if goal.name.startswith("preflight of a scope"))
    results = Results(
        times={"scoped preflights": {"this": times, "flask-cors": [1.0] * 4}},
        counts={"scoped preflights": {"this": counts * 2, "flask-cors": [1.0] * 2}}
        if counts
        else {},
    )
    goal = replace(goal, limit=2)
    assert goal.reached(results) is reached
    assert goals._row(goal, results)[-1] == verdict


def test_counts_decide_costs_in_flask_where_it_differs_from_itself() -> None:
    quiet, noisy = made_up(), made_up()
    noisy.times["plain"] = {**noisy.times["plain"], "bare again": [99.0] * 3}
    counts = {"bare": [0.0], "flask-cors": [100.0], "this": [50.0]}
    for results in (quiet, noisy):
        results.counts["allowed"] = counts
    assert (goals.noise(quiet), goals.noise(noisy)) == (0, 1)
    assert (GOALS[0].reached(quiet), GOALS[0].reached(noisy)) == (True, False)
    assert GOALS[10].reached(noisy)  # no cost in Flask


def test_counts_never_decide_where_bytecodes_differ_in_speed() -> None:
    results = made_up()
    results.times["plain"] = {**results.times["plain"], "bare again": [99.0] * 3}
    results.counts["allowed"] = {"bare": [0.0], "two-hooks": [100.0], "this": [90.0]}
    [goal] = [each for each in GOALS if each.by_times]
    assert goal.decisive(results)[1] == "times"
    assert replace(goal, by_times=False, in_flask=True).decisive(results)[1] == "counts"


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_is_not_reached_beyond_its_limit(goal: Goal) -> None:
    assert replace(goal, limit=0).reached(made_up()) is False


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_that_was_not_measured_is_neither(goal: Goal) -> None:
    assert goal.reached(Results()) is None


@pytest.mark.parametrize(
    ("value", "fraction", "text"),
    [(None, True, "-"), (1 / 15, True, "1/15.0"), (0.5, False, "0.50"), (-1, True, "-1.00")],
)
def test_values_are_shown_as_their_limits_are(
    value: float | None, fraction: bool, text: str
) -> None:
    assert goals.as_text(value, fraction=fraction) == text


# The report.


def test_the_report_has_the_goals_and_the_costs() -> None:
    rendered = report.render(made_up())
    goal = "| GET allowed, against flask-cors | 1/6 (1/8) | 1/10.0 | 1/10.0 | reached |"
    assert goal in rendered
    this = "| flask-crossorigin | 103.00 (103.00 to 103.00) | 3.00 (3.00 to 3.00) | 103 | 3 |"
    assert this in rendered


def test_the_report_names_the_goals_that_were_given_up() -> None:
    rendered = report.render(made_up())
    for given_up in goals.GIVEN_UP:
        assert f"| {' | '.join(given_up)} |" in rendered


def test_the_report_shows_costs_under_wrappers_and_agents() -> None:
    rendered = report.render(made_up())
    row = "| copying | 8.00 (8.00 to 8.00) | 30.00 (30.00 to 30.00) | 3.15 (3.15 to 3.15) |"
    assert row in rendered
    assert "| Sentry | 30.00 (30.00 to 30.00) | 3.00 (3.00 to 3.00) | 500.00" in rendered


def test_the_report_shows_milliseconds_of_fresh_processes() -> None:
    assert "| flask-cors | 3.00 (3.00 to 3.00) |" in report.render(made_up())


def test_the_report_shows_how_costs_grow_and_what_was_served() -> None:
    results = made_up()
    results.times["10000 origins, allowed"] = results.times["allowed"]
    results.served["this, allowed"] = {"per second": [900.0] * 2, "processor": [500.0] * 2}
    rendered = report.render(results)
    assert "| 10 000 |" in rendered
    assert "| falcon | 2.00 (2.00 to 2.00) |" in rendered
    assert "| flask-crossorigin | GET, allowed | 900.00" in rendered


def test_the_text_fits_a_terminal() -> None:
    printed = report.text(made_up())
    assert max(len(line) for line in printed.splitlines()) <= 80
    assert "MISSED" not in printed
