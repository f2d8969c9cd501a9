"""Random apps respond as the reference says, and the fuzz finds what it is meant to find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from .fuzz import building
from .fuzz.__main__ import main
from .fuzz.comparing import differences
from .fuzz.fuzz import run_one
from .fuzz.generator import generate
from .fuzz.known import KNOWN
from .fuzz.running import run
from .fuzz.shrinking import shown, shrink
from .fuzz.specs import App, Case, Declaration, Route, Send

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
Answer = Callable[[dict[str, Any], Any], Iterable[bytes]]


@pytest.mark.parametrize("seed", range(1, 11))
def test_random_apps_respond_as_the_reference_says(seed: int) -> None:
    failures = [run_one(seed, number) for number in range(12)]
    assert not any(failures), "\n\n".join(str(each) for each in failures if each)


@pytest.mark.parametrize("name", KNOWN)
def test_a_case_that_failed_once_does_not_fail_again(name: str) -> None:
    found = differences(KNOWN[name])
    assert not found, "\n".join(str(each) for each in found)


def test_the_same_seed_and_number_make_the_same_case() -> None:
    assert generate(3, 4) == generate(3, 4)
    assert len({str(generate(seed, number)) for seed in (3, 4) for number in (0, 1)}) == 4


def test_random_requests_meet_what_an_app_can_do() -> None:
    seen: Counter[str] = Counter()
    for number in range(120):
        for outcome in run(generate(1, number), "plain", 0):
            headers = dict(outcome.cors)
            vary = headers.get("vary", "")
            kind = "preflight" if "access-control-request-method" in vary else "actual"
            allowed = "allowed" if ALLOW_ORIGIN.lower() in headers else "denied"
            seen[f"{kind} {outcome.status[:3] or outcome.raised} {allowed}"] += 1
    statuses = ("200", "308", "404", "405", "500")
    for each in (
        f"actual {status} {what}" for status in statuses for what in ("allowed", "denied")
    ):
        assert seen[each] > 1, each
    for each in ("preflight 204 allowed", "preflight 200 allowed", "preflight 403 denied"):
        assert seen[each] > 5, each


# Faults that are planted.


def changed(change: Callable[[dict[str, Any], list[tuple[str, str]]], Any]) -> Any:
    """Return a wrapper that changes the headers of every response."""

    def wrap(app: Answer) -> Answer:
        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
                return start_response(status, change(environ, [*headers]), exc_info)

            return app(environ, start)

        return answer

    return wrap


def opened(environ: dict[str, Any], headers: list[tuple[str, str]]) -> Any:
    """Allow what is denied."""
    is_there = any(name == ALLOW_ORIGIN for name, _ in headers)
    return headers if is_there else [*headers, (ALLOW_ORIGIN, environ.get("HTTP_ORIGIN", "*"))]


def without(name: str) -> Any:
    """Return what takes a header away."""
    return changed(lambda _, headers: [each for each in headers if each[0] != name])


def twice(_: dict[str, Any], headers: list[tuple[str, str]]) -> Any:
    """Send allow-origin twice."""
    return [*headers, *(each for each in headers if each[0] == ALLOW_ORIGIN)]


def noted(app: Answer) -> Answer:
    """Note that a hook has run, for preflights too."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            environ["fuzz.log"].append("before hook")
        return app(environ, start_response)

    return answer


def mixed(app: Answer) -> Answer:
    """Answer with the origin of whichever request came last."""
    last: dict[str, str] = {}

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        last["origin"] = environ.get("HTTP_ORIGIN", "")

        def change(_: Any, headers: list[tuple[str, str]]) -> Any:
            return [(k, last["origin"] if k == ALLOW_ORIGIN else v) for k, v in headers]

        mixing: Answer = changed(change)(app)
        return mixing(environ, start_response)

    return answer


def plant(monkeypatch: pytest.MonkeyPatch, wrap: Callable[[Answer], Answer]) -> None:
    """Put a fault round every app that has the library."""
    real = building.real

    def faulty(spec: App, debug: bool) -> building.Running:
        running = real(spec, debug)
        running.entry = wrap(running.entry)
        return running

    monkeypatch.setattr(building, "real", faulty)


@pytest.mark.parametrize(
    ("wrap", "kind"),
    [
        (changed(opened), "wider"),
        (without("Vary"), "headers"),
        (without("Access-Control-Allow-Credentials"), "headers"),
        (without("Access-Control-Max-Age"), "headers"),
        (without("Content-Type"), "other headers"),
        (changed(twice), "wider"),
        (noted, "log"),
    ],
)
def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, wrap: Callable[[Answer], Answer], kind: str
) -> None:
    plant(monkeypatch, wrap)
    failures = (run_one(1, number) for number in range(10))
    assert any(each.kind == kind for failure in failures if failure for each in failure.found)


def test_a_fault_between_threads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, mixed)
    origins = ("https://app.example.com", "https://other.example")
    policy = Declaration((("origins", origins),))
    route = Route("shared", "/", view="shared")
    sent = tuple(Send("/", origin=origin) for origin in origins)
    found = differences(Case(App(policy=policy, routes=(route,)), sent))
    assert {each.variant for each in found} == {"threads"}


def test_the_command_tells_how_to_run_a_failing_case_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(monkeypatch, changed(opened))
    assert main(["--seconds", "20", "--seed", "1"]) == 1
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("python -m tests.fuzz --replay 1:")
    assert main(["--replay", line.split()[-1]]) == 1
    replayed = capsys.readouterr().out
    assert replayed.startswith("Case(")
    assert "[plain] wider, request 0" in replayed


def test_the_command_ends_well_where_nothing_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seconds", "0.1"]) == 0
    assert main(["--replay", "1:0"]) == 0
    assert capsys.readouterr().out.endswith("No difference.\n")


def test_a_case_that_can_not_be_run_tells_which_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(app: Answer) -> Answer:
        raise ZeroDivisionError

    plant(monkeypatch, fails)
    with pytest.raises(RuntimeError, match="--replay 1:0"):
        run_one(1, 0)


def test_a_failing_case_is_made_small() -> None:
    case = generate(1, 2)
    small = shrink(case, lambda each: any(isinstance(step, Send) for step in each.steps))
    assert small == Case(App(name=case.app.name), (Send(small.steps[0].path),))  # type: ignore[union-attr]
    assert shown(small).startswith(f"Case(app=App(name='{case.app.name}'), steps=(")
