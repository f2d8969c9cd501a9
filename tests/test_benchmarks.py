"""The benchmarks: what they compute is right, and what they measure answers rightly."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from benchmarks import (
    ROOT,
    adversarial,
    agents,
    bytecodes,
    importing,
    instructions,
    report,
    server,
    startup,
)
from benchmarks.__main__ import enters_flask
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
from benchmarks.rounds import Runner, Spread, cost, cost_ratio, level, measure, ratio
from benchmarks.shapes import Shape
from benchmarks.subjects import (
    MAIN_KINDS,
    SIDE_BY_SIDE,
    Apps,
    Subject,
    all_groups,
    judged_groups,
)
from benchmarks.variants import VARIANTS

# Statistics.

TIMES = {"one": [11.0, 22.0, 30.0], "base": [10.0, 20.0, 30.0], "other": [20.0, 40.0, 60.0]}


def test_a_spread_is_the_median_with_its_quartiles() -> None:
    assert Spread.of([5.0, 1.0, 3.0, 4.0, 2.0]) == Spread(3, 2, 4)
    assert level(TIMES, "base") == Spread(20, 15, 25)


def test_a_single_count_is_exact() -> None:
    assert Spread.of([5.0]) == Spread(5, 5, 5)


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
        ("allowed", Shape(session=True)),
        ("allowed", Shape(wrapper="copying")),
        ("preflight", Shape(wrapper="passing")),
        ("allowed", Shape(patterns=3)),
        ("preflight", Shape(patterns=3)),
        ("preflight", Shape(previews=3)),
        ("allowed", Shape(previews=3, one_domain=True)),
        ("preflight-denied", Shape(previews=3, one_domain=True)),
        ("allowed", Shape(origins=3)),
        ("part", Shape(parts=3)),
        ("preflight-part", Shape(parts=3)),
        ("part", Shape(parts=3, scoped=False)),
        ("allowed", Shape(routes=30)),
    ],
)
def test_every_shape_is_answered(variant: str, kind: str, shape: Shape) -> None:
    Apps().runner(Subject(variant, kind, shape))


def test_a_view_that_reads_the_session_varies_by_cookie() -> None:
    shape = Shape(session=True)
    assert ask(VARIANTS["bare"](shape), maker("allowed", shape)()).headers["vary"] == "Cookie"


@pytest.mark.parametrize(("wrapper", "contexts"), [("", 0), ("passing", 1), ("copying", 1)])
def test_a_preflight_reaches_the_app_under_a_wrapper_alone(wrapper: str, contexts: int) -> None:
    shape = Shape(wrapper=wrapper)
    app = VARIANTS["this"](shape)
    assert isinstance(app, Flask)
    opened = []
    app.teardown_request(lambda error: opened.append(error))
    ask(app, maker("preflight", shape)())
    assert len(opened) == contexts


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


def test_the_judged_groups_are_among_all() -> None:
    assert judged_groups().items() <= all_groups().items()
    kinds = {subject.kind for group in all_groups().values() for subject in group.values()}
    assert kinds == set(KINDS)


def test_adversarial_headers_have_the_length_they_are_named_for() -> None:
    for label, text in adversarial.REQUESTED_HEADERS.items():
        assert len(text(adversarial.SMALL)) == adversarial.SMALL, label


@pytest.mark.parametrize("one_domain", [False, True])
def test_origins_of_preview_deployments_are_new_each_time(
    monkeypatch: pytest.MonkeyPatch, one_domain: bool
) -> None:
    shape = Shape(previews=3, one_domain=one_domain)
    monkeypatch.setattr(adversarial, "PREVIEWS", {"three": shape})
    app = VARIANTS["this"](shape)
    for name, runner in adversarial.preview_groups()["three"].items():
        environs = runner.prepare(3)
        assert len({each["HTTP_ORIGIN"] for each in environs}) == 3
        status = 204 if name.endswith("allowed") else 403
        assert [ask(app, each).status for each in environs] == [status] * 3, name


def test_little_is_kept_of_distinct_requests() -> None:
    assert adversarial.memory_kept("this", 300) < 256  # KiB: the answers to so many are kept


def test_start_up_is_timed_and_weighed() -> None:
    assert set(startup.measured(10)) == {"seconds", "kept MiB", "peak MiB"}


@pytest.mark.parametrize("group", importing.PROGRAMS)
def test_fresh_processes_are_timed(group: str) -> None:
    times = importing.measured(group, rounds=1)
    assert set(times) == set(importing.PROGRAMS[group])
    assert all(time > 100 for [time] in times.values())  # else nothing was loaded


def test_agents_are_measured_in_a_process_of_their_own() -> None:
    times, counts = agents.measured(agents.NONE, seconds=0)
    for kind in agents.KINDS:
        assert set(times[kind]) == set(counts[kind]) == set(agents.COMPARED)
    assert counts["preflight"]["this"] < counts["allowed"]["this"]


def test_nothing_is_measured_under_an_agent_that_does_not_trace() -> None:
    with pytest.raises(agents.NotTracingError):
        agents._measure(agents.Agent(lambda: None, lambda: False, {}), 0)


def test_an_agent_can_start_before_flask_is_imported() -> None:
    program = "import sys, benchmarks.agents; print('flask' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


# Instructions and the server.


def test_the_total_of_a_dump_is_read() -> None:
    assert instructions.total("events: Ir\nsummary: 3\n\ntotals: 1234\n") == 1234


def test_a_dump_without_a_total_is_refused() -> None:
    with pytest.raises(instructions.CannotCountError, match="no totals"):
        instructions.total("")


def test_instructions_are_counted_where_flask_is_not_entered_and_bytecodes_elsewhere() -> None:
    outside = [name for name, group in judged_groups().items() if not enters_flask(group)]
    assert outside == [
        "preflight",
        "preflight-denied",
        "preflight-unknown",
        "verdicts",
        "scoped preflights",
        "million, preflight",
    ]


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


def test_the_bytecodes_of_a_group_are_those_of_one_request_each() -> None:
    group = {"bare": Subject("bare", "plain"), "this": Subject("this", "plain")}
    counts = bytecodes.count(Apps(), group)
    assert [len(each) for each in counts.values()] == [1, 1]
    assert counts["bare"] < counts["this"]


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
    assert counted["GET, allowed"] < counted["GET, denied"] < counted["preflight in the app"]


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
