"""Measure: ``python -m benchmarks [quick|check|baseline|report]``."""

import sys
import time
from collections.abc import Callable
from typing import Final

from . import (
    adversarial,
    agents,
    bytecodes,
    check,
    frameworks,
    goals,
    importing,
    results,
    server,
    startup,
)
from .environs import is_preflight
from .instructions import CannotCountError, count
from .report import text, write
from .results import Results, conditions
from .rounds import Runner, measure
from .subjects import MILLION, Apps, Group, all_groups, judged_groups
from .tables import table

_QUICK_SECONDS: Final = 3.0
_WHOLE_SECONDS: Final = 6.0
_JUDGED_SECONDS: Final = 20.0
_DISTINCT: Final = 20_000


def say(sentence: str) -> None:
    """Tell what is being done."""
    print(sentence, flush=True)


def time_groups(into: Results, groups: dict[str, Group], seconds: float) -> None:
    """Time all `groups`, each for that many `seconds`."""
    apps = Apps()
    for name, group in groups.items():
        say(f"  {name}")
        into.times[name] = measure(apps.runners(group), seconds)


def time_peers(into: Results, seconds: float) -> None:
    """Time the other frameworks."""
    for name in frameworks.NAMES:
        say(f"  {name}")
        into.times[name] = measure(frameworks.runners(name), seconds)


def measure_agents(into: Results, seconds: float) -> None:
    """Time requests under each tracing agent, and count their bytecodes."""
    for name in agents.AGENTS:
        say(f"  {name}")
        times, counts = agents.measured(name, seconds)
        for kind in agents.KINDS:
            into.times[f"{name}, {kind}"] = times[kind]
            into.counts[f"{name}, {kind}"] = counts[kind]


def time_fresh_processes(into: Results, rounds: int) -> None:
    """Time importing, and the first policy."""
    for name in importing.PROGRAMS:
        say(f"  {name}")
        into.times[name] = importing.measured(name, rounds)


def time_adversaries(into: Results, seconds: float, *, whole: bool) -> None:
    """Time requests that are meant to be dear, and see what they leave."""
    for label, runners in adversarial.header_groups().items():
        say(f"  requested: {label}")
        chosen: dict[str, Runner] = {
            name: runner for name, runner in runners.items() if whole or "flask-cors" not in name
        }
        into.times[f"requested: {label}"] = measure(chosen, seconds)
    if whole:
        for label, runners in adversarial.origin_groups().items():
            say(f"  origin: {label}")
            into.times[f"origin: {label}"] = measure(runners, seconds)
        for label, runners in adversarial.preview_groups().items():
            say(f"  previews: {label}")
            into.times[f"previews: {label}"] = measure(runners, seconds)
    for variant in adversarial.VARIANT_NAMES:
        kept = adversarial.memory_kept(variant, _DISTINCT if whole else 2000)
        into.figures[f"distinct requests, {variant}, KiB"] = kept


def start_up(into: Results, counts: tuple[int, ...]) -> None:
    """Time and weigh long lists of origins."""
    for number in counts:
        say(f"  {number} origins")
        for name, value in startup.measured(number).items():
            into.figures[f"{number} origins, {name}"] = value


def enters_flask(group: Group) -> bool:
    """Return whether any of the requests of this library in `group` enters Flask."""
    ours = [each for each in group.values() if each.variant == "this"]
    return any(not is_preflight(each.kind) or each.shape.wrapper for each in ours)


def count_bytecodes(into: Results, groups: dict[str, Group]) -> None:
    """Count the bytecodes of the requests that enter Flask."""
    apps = Apps()
    for name, group in groups.items():
        if enters_flask(group):
            into.counts[name] = bytecodes.count(apps, group)


def count_instructions(into: Results, groups: dict[str, Group]) -> None:
    """Count the instructions of preflights that never do.

    A million origins are left out: it would take minutes to build that app under valgrind.
    """
    chosen = {
        name: group
        for name, group in groups.items()
        if not enters_flask(group) and all(each.shape.origins < MILLION for each in group.values())
    }
    counts = count(
        list(dict.fromkeys(each for group in chosen.values() for each in group.values()))
    )
    for name, group in chosen.items():
        into.counts[name] = {label: counts[each] for label, each in group.items()}


def quick() -> int:
    """Measure what the goals are judged by, but for instructions; nothing is written."""
    found = Results(conditions())
    groups = judged_groups()
    time_groups(found, groups, _QUICK_SECONDS)
    count_bytecodes(found, groups)
    measure_agents(found, _QUICK_SECONDS)
    time_adversaries(found, 0.3, whole=False)
    time_fresh_processes(found, 3)
    start_up(found, startup.COUNTS[:1])
    print(text(found))
    return 0


def whole() -> int:
    """Measure everything, and write the report."""
    begun = time.monotonic()
    found = Results(conditions())
    judged, groups = judged_groups(), all_groups()
    time_groups(found, judged, _JUDGED_SECONDS)
    time_groups(
        found,
        {name: group for name, group in groups.items() if name not in judged},
        _WHOLE_SECONDS,
    )
    time_peers(found, _WHOLE_SECONDS)
    measure_agents(found, _WHOLE_SECONDS)
    time_adversaries(found, 2.0, whole=True)
    time_fresh_processes(found, 30)
    start_up(found, startup.COUNTS)
    say("  a real server")
    try:
        found.served = server.measured(rounds=4, seconds=3)
    except server.CannotServeError as error:
        say(str(error))
    say("  bytecodes and instructions")
    count_bytecodes(found, judged)
    try:
        count_instructions(found, judged)
    except CannotCountError as error:
        say(str(error))
    found.keep()
    write(found)
    print(text(found))
    print(f"\nMeasured in {(time.monotonic() - begun) / 60:.0f} minutes.")
    return 0


def guard() -> int:
    """Compare what a request takes, counted, with the committed baseline."""
    try:
        verdict = check.compare(check.read(), check.measured())
    except CannotCountError as error:
        print(error, file=sys.stderr)
        return 1
    print(verdict.text)
    return 0 if verdict.passed else 1


def new_baseline() -> int:
    """Write what is counted now as the baseline to commit."""
    try:
        now = check.measured()
    except CannotCountError as error:
        print(error, file=sys.stderr)
        return 1
    if check.BASELINE.exists():
        print(check.compare(check.read(), now).text)
    check.write(now)
    print(f"Written: benchmarks/{check.BASELINE.name}")
    return 0


def render() -> int:
    """Write the report of the last whole run again."""
    found = results.read()
    write(found)
    print(table(goals.HEAD, goals.rows(found), goals.ALIGN))
    return 0


COMMANDS: Final[dict[str, Callable[[], int]]] = {
    "whole": whole,
    "quick": quick,
    "check": guard,
    "baseline": new_baseline,
    "report": render,
}

if __name__ == "__main__":
    sys.exit(COMMANDS[(sys.argv[1:] or ["whole"])[0]]())
