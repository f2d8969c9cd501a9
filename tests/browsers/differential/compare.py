"""Differences between two observations of a case, as text."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

from .cases import Case
from .observations import Observation, Received, Round, Seen


def disagreements(
    case: Case,
    model: Observation,
    engine: Observation,
    names: tuple[str, str] = ("model", "engine"),
) -> list[str]:
    """Return the differences between two observations; an empty list if they agree.

    Each begins with its place (`seen.status`, `received[1].origin`; `2: seen.status` in the second
    round), so that kinds of differences can be counted.
    """
    if len(model.rounds) != len(engine.rounds):
        return [_sentence("rounds", names, len(model.rounds), len(engine.rounds))]
    found = []
    for number, (ours, theirs) in enumerate(zip(model.rounds, engine.rounds, strict=True), 1):
        prefix = f"{number}: " if case.rounds > 1 else ""
        found += [prefix + each for each in _between(ours, theirs, names)]
    return found


def _between(model: Round, engine: Round, names: tuple[str, str]) -> list[str]:
    found = []
    for field in _compared(Seen):
        ours, theirs = getattr(model.seen, field), getattr(engine.seen, field)
        if ours is not None and theirs is not None and ours != theirs:
            found.append(_sentence(f"seen.{field}", names, ours, theirs))
    trails = [" > ".join(step(each) for each in side.received) for side in (model, engine)]
    if trails[0] != trails[1]:
        return [*found, _sentence("received", names, *trails)]
    pairs = zip(model.received, engine.received, strict=True)
    for number, (ours_received, theirs_received) in enumerate(pairs):
        for field in _compared(Received):
            ours, theirs = getattr(ours_received, field), getattr(theirs_received, field)
            if ours != theirs:
                found.append(_sentence(f"received[{number}].{field}", names, ours, theirs))
    return found


def _compared(of: type[Any]) -> list[str]:
    return [each.name for each in fields(of) if each.compare]


def _sentence(where: str, names: tuple[str, str], ours: object, theirs: object) -> str:
    return f"{where}: {names[0]} {ours!r}, {names[1]} {theirs!r}"


def step(received: Received) -> str:
    """Return a short form of a request: its method and its URL."""
    verb = f"preflight:{received.request_method}" if received.preflight else received.method
    return f"{verb} {received.url}"


def kind(difference: str) -> str:
    """Return the kind of a difference, without its position: `received.origin`."""
    where = re.match(r"(?:\d: )?([\w.\[\]]+)", difference)
    return re.sub(r"\[\d+\]", "", where[1] if where else difference)


def shown(case: Case, observations: dict[str, Observation], differences: list[str]) -> str:
    """Return a case, its observations and differences, and the command that runs it alone."""
    engines = " ".join(f"--engine {name}" for name in observations if name != "model")
    quoted = "'" + case.to_json().replace("'", "'\\''") + "'"
    lines = [f"case {case.id}: {case.fetch.method} by a {case.page} page"]
    for name, observation in observations.items():
        for number, each in enumerate(observation.rounds, 1):
            lines.append(f"  {name}, round {number}: {_unusual(each.seen)}")
            lines += [f"    {step(request)}  {_unusual(request)}" for request in each.received]
    lines += [f"  ! {each}" for each in differences]
    lines.append(f"  python -m tests.browsers.differential {engines} --replay {quoted}")
    return "\n".join(lines)


def _unusual(value: Seen | Received) -> str:
    """Return the fields that are not empty."""
    skipped = {"method", "url", "preflight", "request_method"} if _is_received(value) else set()
    values = {field.name: getattr(value, field.name) for field in fields(value)}
    return ", ".join(
        f"{name}={each!r}" for name, each in values.items() if each and name not in skipped
    )


def _is_received(value: Seen | Received) -> bool:
    return isinstance(value, Received)
