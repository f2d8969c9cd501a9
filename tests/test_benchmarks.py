"""The benchmarks: what they compute is right, and what they measure answers rightly."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import adversarial, goals, instructions, report, server, startup
from benchmarks.answers import Answer, WrongAnswerError, ask, check
from benchmarks.bytecodes import executed
from benchmarks.check import (
    BASELINE,
    IN_FLASK,
    WATCHED,
    Baseline,
    bytecodes_in_flask,
    compare,
    read,
)
from benchmarks.environs import KINDS, maker
from benchmarks.goals import GOALS, Goal
from benchmarks.results import Results
from benchmarks.rounds import Runner, Spread, cost, cost_ratio, level, measure, ratio
from benchmarks.shapes import Shape
from benchmarks.subjects import (
    MAIN_KINDS,
    SIDE_BY_SIDE,
    Apps,
    Subject,
    all_groups,
    quick_groups,
)
from benchmarks.variants import VARIANTS

# Statistics.

TIMES = {"one": [11.0, 22.0, 30.0], "base": [10.0, 20.0, 30.0], "other": [20.0, 40.0, 60.0]}


def test_a_spread_is_the_median_with_its_quartiles() -> None:
    assert Spread.of([5.0, 1.0, 3.0, 4.0, 2.0]) == Spread(3, 2, 4)
    assert level(TIMES, "base") == Spread(20, 15, 25)


def test_a_cost_is_taken_inside_each_round() -> None:
    assert cost(TIMES, "one", "base") == Spread(1, 0.5, 1.5)


def test_a_ratio_is_taken_inside_each_round() -> None:
    assert ratio(TIMES, "other", "base").median == 2


def test_a_ratio_of_costs_is_that_of_their_medians() -> None:
    assert cost_ratio(TIMES, ("one", "base"), ("other", "base")).median == 1 / 20


def test_every_round_runs_every_subject_once() -> None:
    ran: list[str] = []
    runners = {
        name: Runner(lambda count, name=name: [name] * count, ran.extend)  # type: ignore[misc]
        for name in ("a", "b")
    }
    times = measure(runners, seconds=0)
    assert len(times["a"]) == len(times["b"]) >= 7
    assert ran.count("a") == ran.count("b")


# What is measured answers rightly.


@pytest.mark.parametrize("kind", MAIN_KINDS)
@pytest.mark.parametrize("variant", SIDE_BY_SIDE)
def test_every_variant_answers_as_it_is_named(variant: str, kind: str) -> None:
    Apps().runner(Subject(variant, kind))


@pytest.mark.parametrize("variant", ["bare", "flask-cors", "this"])
@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("allowed", Shape(patterns=3)),
        ("preflight", Shape(patterns=3)),
        ("allowed", Shape(origins=3)),
        ("part", Shape(parts=3)),
        ("preflight-part", Shape(parts=3)),
        ("part", Shape(parts=3, scoped=False)),
        ("allowed", Shape(routes=30)),
    ],
)
def test_every_shape_is_answered(variant: str, kind: str, shape: Shape) -> None:
    Apps().runner(Subject(variant, kind, shape))


@pytest.mark.parametrize("kind", ["allowed", "preflight"])
def test_an_empty_app_is_answered_for_too(kind: str) -> None:
    Apps().runner(Subject("this", kind, Shape(empty=True)))


def test_a_wrong_answer_is_not_measured() -> None:
    with pytest.raises(WrongAnswerError, match="this answers allowed with 200"):
        check("this", "allowed", Shape(), Answer(200, {}))


def test_the_parts_have_a_policy_of_their_own() -> None:
    shape = Shape(parts=3)
    answer = ask(VARIANTS["this"](shape), maker("preflight-part", shape)())
    # Their own max_age is 60; the URL has other methods of the same policy alone.
    assert answer.headers["access-control-max-age"] == "60"


def test_all_origins_and_paths_of_one_kind_have_one_length() -> None:
    assert len(Shape().front_end) == len(Shape(origins=1_000_000).front_end)


def test_headers_are_new_texts_in_each_environment() -> None:
    make = maker("allowed", Shape())
    assert make()["HTTP_ORIGIN"] is not make()["HTTP_ORIGIN"]


def test_the_noise_floor_is_measured_with_an_app_of_its_own() -> None:
    group = {"bare": Subject("bare", "plain"), "bare again": Subject("bare", "plain")}
    runners = Apps().runners(group)
    assert runners["bare"].run is not runners["bare again"].run


def test_the_quick_groups_are_among_all() -> None:
    assert quick_groups().items() <= all_groups().items()
    kinds = {subject.kind for group in all_groups().values() for subject in group.values()}
    assert kinds == set(KINDS)


def test_adversarial_headers_have_the_length_they_are_named_for() -> None:
    for label, text in adversarial.REQUESTED_HEADERS.items():
        assert len(text(adversarial.SMALL)) == adversarial.SMALL, label


def test_little_is_kept_of_distinct_requests() -> None:
    assert adversarial.memory_kept("this", 300) < 256  # KiB: the answers to so many are kept


def test_start_up_is_timed_and_weighed() -> None:
    assert set(startup.measured(10)) == {"seconds", "kept MiB", "peak MiB"}


# Instructions and the server.


def test_the_total_of_a_dump_is_read() -> None:
    assert instructions.total("events: Ir\nsummary: 3\n\ntotals: 1234\n") == 1234


def test_a_dump_without_a_total_is_refused() -> None:
    with pytest.raises(instructions.CannotCountError, match="no totals"):
        instructions.total("")


def test_the_cost_in_instructions_is_taken_in_each_layout() -> None:
    one, base = Subject("this", "plain"), Subject("bare", "plain")
    counts = {one: [11.0, 23.0, 32.0], base: [10.0, 20.0, 30.0]}
    assert instructions.cost(counts, one, base) == 2
    assert instructions.whole(counts, one) == 23


def test_without_valgrind_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(instructions.CannotCountError, match="apt-get install valgrind"):
        instructions.count([])


def test_without_wrk_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(server.CannotServeError, match="apt-get install wrk"):
        server.measured(rounds=1, seconds=1)


def test_what_wrk_prints_is_read() -> None:
    printed = "  2413 requests in 3.01s, 0.4MB read\nRequests/sec:    801.66\n"
    assert server.read_wrk(printed) == (2413, 801.66)


@pytest.mark.parametrize(
    "printed", ["", "9 requests in 1s\nNon-2xx or 3xx responses: 1\nRequests/sec: 9.0"]
)
def test_failed_requests_are_not_measured(printed: str) -> None:
    with pytest.raises(server.CannotServeError):
        server.read_wrk(printed)


def test_processor_time_is_read_past_any_name() -> None:
    fields = " ".join(str(number) for number in range(3, 30))
    wanted = (14 + 15) / server._TICKS
    assert server.processor_seconds(f"1 (a name) with (brackets) {fields}") == wanted


# Goals.


def constant(**values: float) -> dict[str, list[float]]:
    """Times that are the same in three rounds; the spaces in names are underscores here."""
    return {name.replace("_", " "): [value] * 3 for name, value in values.items()}


def made_up() -> Results:
    """Results in which every goal is reached, by known values."""
    main = {**constant(bare=100, flask_cors=130, this=101), "two-hooks": [108.0] * 3}
    main = {name.replace("flask cors", "flask-cors"): value for name, value in main.items()}
    main |= {"no-op": [100.5] * 3, "bare again": [100.0] * 3}
    whole = {**main, "this": [1.0] * 3}
    requested = {"this, ordinary": [1.0] * 3, "this, 8 KiB": [2.0] * 3, "this, 1 MiB": [1.0] * 3}
    return Results(
        conditions={"Python": "3"},
        times={
            **{kind: whole if "preflight" in kind else main for kind in MAIN_KINDS},
            "empty": {**main, "this, denied": [101.2] * 3},
            "verdicts": {"preflight": [1.0] * 3, "preflight-denied": [1.2] * 3},
            "scoped preflights": {
                "flask-cors": [100.0] * 3,
                "this": [3.0] * 3,
                "this, elsewhere": [2.0] * 3,
                "this, one policy": [1.0] * 3,
            },
            "500 parts, part": {**main, "this, one policy": [101.0] * 3},
            "million": {
                name: [1.0] * 3
                for name in ("GET, 1", "GET, 1000000", "preflight, 1", "preflight, 1000000")
            },
            "falcon": {
                **main,
                "GET, without": [10.0] * 3,
                "GET, with": [12.0] * 3,
                "preflight, without": [1.0] * 3,
                "preflight, with": [3.0] * 3,
            },
            **{f"requested: {label}": requested for label in adversarial.REQUESTED_HEADERS},
        },
        counts={"allowed": main, "empty": {**main, "this, denied": [101.2] * 3}},
        figures={
            "100000 origins, seconds": 0.5,
            "100000 origins, kept MiB": 4,
            "distinct requests, this, KiB": 3,
        },
    )


VALUES = [1 / 30, 1 / 8, 1 / 30, 2, 1 / 130, 3 / 100, 2, 1, 1, 1, 1.2, 1.2, 0.5, 2, 0.5, 0.5, 4, 3]


@pytest.mark.parametrize(("goal", "value"), list(zip(GOALS, VALUES, strict=True)))
def test_each_goal_is_computed_from_what_was_measured(goal: Goal, value: float) -> None:
    found = goal.value(made_up(), goal.judged_by)
    assert found is not None
    assert found.median == pytest.approx(value)
    assert goal.reached(made_up()) is (value <= goal.limit)


def test_every_goal_has_its_limit() -> None:
    limits = [1 / 15, 1 / 4, 1 / 15, 2.5, 1 / 70, 1 / 25, 3, 1.05, 1.05, 1.1, 1.25, 1.25, 1, 3]
    assert [goal.limit for goal in GOALS] == [*limits, 128, 1, 8, 1024]


@pytest.mark.parametrize(
    ("times", "counts", "reached", "verdict"),
    [
        ([1.0, 1.1, 1.0, 1.1], [9.0], True, "reached"),
        ([3.0, 3.1, 3.0, 3.1], [1.0], False, "NOT REACHED"),
        ([1.0, 3.0, 1.0, 3.0], [1.0], True, "reached *"),
        ([1.0, 3.0, 1.0, 3.0], [9.0], False, "NOT REACHED *"),
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
    counts = {"bare": [0.0] * 3, "flask-cors": [100.0] * 3, "this": [50.0] * 3}
    for results in (quiet, noisy):
        results.counts["allowed"] = counts
    assert (goals.noise(quiet), goals.noise(noisy)) == (0, 1)
    assert (GOALS[0].reached(quiet), GOALS[0].reached(noisy)) == (True, False)
    assert GOALS[4].reached(noisy)  # no cost in Flask


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


# The guard.

OLD = Baseline(
    "Python 3.11", "one build", 1000, {"GET": 10_000, "preflight": 20_000}, {"in Flask": 100}
)


def test_two_percent_more_pass_the_guard() -> None:
    verdict = compare(OLD, replace(OLD, instructions={"GET": 10_200, "preflight": 20_000}))
    assert verdict.passed
    assert "+2.0%" in verdict.text


def test_four_percent_more_fail_it_with_a_table() -> None:
    verdict = compare(OLD, replace(OLD, instructions={"GET": 10_400, "preflight": 20_000}))
    assert not verdict.passed
    assert verdict.text.splitlines()[2:5] == [
        "           baseline     now  change",
        "GET          10,000  10,400   +4.0%  more",
        "preflight    20,000  20,000   +0.0%",
    ]
    assert "make bench-baseline" in verdict.text


def test_less_passes_and_asks_for_a_new_baseline() -> None:
    verdict = compare(OLD, replace(OLD, instructions={"GET": 5000, "preflight": 20_000}))
    assert verdict.passed
    assert "Cheaper" in verdict.text


@pytest.mark.parametrize(("more", "passed"), [(3, True), (4, False)])
@pytest.mark.parametrize("build", [OLD.build, "another"])
def test_bytecodes_are_compared_as_they_are(more: int, passed: bool, build: str) -> None:
    now = replace(OLD, build=build, bytecodes={"in Flask": 100 + more})
    assert compare(OLD, now).passed is passed


def test_bytecodes_are_those_of_all_python_code_that_is_called() -> None:
    def inner() -> None:
        return None

    def outer() -> None:
        inner()

    before = sys.gettrace()
    assert 0 < executed(inner) < executed(outer)
    assert sys.gettrace() is before


def test_what_this_library_executes_in_flask_is_what_the_baseline_says() -> None:
    counted = bytecodes_in_flask()
    assert counted == bytecodes_in_flask()
    assert set(counted) == set(read().bytecodes) == set(IN_FLASK)
    assert counted["GET, allowed, in Flask"] < counted["GET, one of 20 scopes, in Flask"]


@pytest.mark.parametrize("counts", [{"GET": 10_000}, {**OLD.instructions, "new": 1}])
def test_what_is_not_in_both_fails(counts: dict[str, float]) -> None:
    assert not compare(OLD, replace(OLD, instructions=counts)).passed


@pytest.mark.parametrize(("more", "passed"), [(1.07, True), (1.09, False)])
def test_another_build_is_compared_by_the_yardstick(more: float, passed: bool) -> None:
    counts = {name: count * 1.5 * more for name, count in OLD.instructions.items()}
    now = replace(OLD, build="another", yardstick=OLD.yardstick * 1.5, instructions=counts)
    verdict = compare(OLD, now)
    assert verdict.passed is passed
    assert "another build" in verdict.text


@pytest.mark.parametrize(("more", "passed"), [(1.2, True), (1.3, False)])
def test_another_python_is_compared_loosely(more: float, passed: bool) -> None:
    counts = {name: count * more for name, count in OLD.instructions.items()}
    assert compare(OLD, replace(OLD, platform="Python 3.13", instructions=counts)).passed is passed


def test_the_committed_baseline_has_all_that_is_watched() -> None:
    assert set(read().instructions) == set(WATCHED)
    assert BASELINE.parent == Path(report.__file__).parent


# The report.


def test_the_report_has_the_goals_and_the_costs() -> None:
    rendered = report.render(made_up())
    assert (
        "| GET allowed: cost, against flask-cors | 1/15.0 | 1/30.0 | 1/30.0 | reached |" in rendered
    )
    assert "| flask-crossorigin | 101.00 (101.00 to 101.00) | 1.00 (1.00 to 1.00) |" in rendered


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
    assert "NOT REACHED" not in printed
