"""The guard: what this library costs, counted, beside a committed baseline."""

import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from . import bytecodes
from .instructions import Counts, cost, count, whole
from .shapes import EMPTY, ORDINARY, Shape
from .subjects import Apps, Subject
from .tables import table

BASELINE: Final = Path(__file__).with_name("baseline.json")
TOLERANCE: Final = 0.03
BUILD_TOLERANCE: Final = 0.08
"""Where another build of the same Python runs: what C code does much of is compiled otherwise."""
LOOSE_TOLERANCE: Final = 0.25
"""Where another Python or another Flask runs: only what is plainly too much is found."""

_YARDSTICK: Final = Subject("bare", "allowed")


class Watched(NamedTuple):
    """Something that is guarded.

    :ivar base: a subject whose instructions do not count; None where all do.
    """

    subject: Subject
    base: Subject | None = None


def _alone(kind: str, shape: Shape = EMPTY) -> Watched:
    """A GET to an app that answers at once, so that nothing but this library is counted."""
    return Watched(Subject("this", kind, shape), Subject("bare", kind, EMPTY))


_PARTS: Final = Shape(parts=20)
WATCHED: Final[dict[str, Watched]] = {
    "GET without Origin": _alone("plain"),
    "GET, allowed": _alone("allowed"),
    "GET, denied": _alone("denied"),
    "GET, allowed by a pattern": _alone("allowed", Shape(patterns=100, empty=True)),
    "preflight, allowed": Watched(Subject("this", "preflight")),
    "preflight, denied": Watched(Subject("this", "preflight-denied")),
    "preflight, unknown URL": Watched(Subject("this", "preflight-unknown")),
    "preflight, one of 20 scopes": Watched(Subject("this", "preflight-part", _PARTS)),
    "preflight, beside 20 scopes": Watched(Subject("this", "preflight", _PARTS)),
}
"""What is counted in instructions."""
IN_FLASK: Final[dict[str, tuple[str, Shape]]] = {
    "GET without Origin, in Flask": ("plain", ORDINARY),
    "GET, allowed, in Flask": ("allowed", ORDINARY),
    "GET, denied, in Flask": ("denied", ORDINARY),
    "GET, one of 20 scopes, in Flask": ("part", _PARTS),
}
"""The kind and the shape of what is counted in bytecodes, beyond Flask's own."""


@dataclass(frozen=True)
class Baseline:
    """What was counted, and where.

    :ivar platform: what instructions depend on much: Python's minor version, the processor's
        architecture, the versions of Flask and Werkzeug.
    :ivar build: what they depend on a little: the build of Python, and the C library.
    :ivar yardstick: the instructions of a request to a Flask app without cross-origin, which no
        change of this library moves.
    :ivar instructions: those of a request, of each thing that is watched.
    :ivar bytecodes: those of a request, of each thing that is watched in Flask.
    """

    platform: str
    build: str
    yardstick: float
    instructions: Mapping[str, float]
    bytecodes: Mapping[str, float]


def read() -> Baseline:
    """The committed baseline."""
    return Baseline(**json.loads(BASELINE.read_text()))


def write(baseline: Baseline) -> None:
    """Make `baseline` the one to commit."""
    BASELINE.write_text(json.dumps(asdict(baseline), indent=2) + "\n")


def measured() -> Baseline:
    """What is counted now, here.

    :raises CannotCountError: without valgrind, or where it fails.
    """
    subjects = [_YARDSTICK]
    for watched in WATCHED.values():
        subjects += [watched.subject] if watched.base is None else [watched.subject, watched.base]
    counts = count(list(dict.fromkeys(subjects)))
    return Baseline(
        platform=(
            f"Python {sys.version_info[0]}.{sys.version_info[1]}, {platform.machine()}, "
            f"Flask {version('flask')}, Werkzeug {version('werkzeug')}"
        ),
        build=f"{sys.version}, {' '.join(platform.libc_ver())}",
        yardstick=round(whole(counts, _YARDSTICK)),
        instructions={name: round(_value(counts, watched)) for name, watched in WATCHED.items()},
        bytecodes=bytecodes_in_flask(),
    )


def bytecodes_in_flask() -> dict[str, float]:
    """The bytecodes that a request executes beyond those of a Flask app without cross-origin."""
    apps = Apps()
    return {
        name: bytecodes.cost(apps, Subject("this", kind, shape), Subject("bare", kind, shape))
        for name, (kind, shape) in IN_FLASK.items()
    }


def _value(counts: Counts, watched: Watched) -> float:
    if watched.base is None:
        return whole(counts, watched.subject)
    return cost(counts, watched.subject, watched.base)


@dataclass(frozen=True)
class Verdict:
    """How what was counted stands beside the baseline.

    :ivar passed: whether nothing has grown beyond the tolerance, and nothing is new.
    :ivar text: the table, and what was compared.
    """

    passed: bool
    text: str


def compare(baseline: Baseline, now: Baseline) -> Verdict:
    """Judge `now` by `baseline`: by counts where both are of one build, else by ratios.

    Bytecodes do not depend on how Python was built, only on which Python it is.
    """
    tolerance, tolerance_in_flask, unit = TOLERANCE, TOLERANCE, 1.0
    sentence = "Instructions of a request; in Flask, bytecodes."
    if (now.platform, now.build) != (baseline.platform, baseline.build):
        tolerance, unit = BUILD_TOLERANCE, baseline.yardstick / now.yardstick
        if now.platform != baseline.platform:
            tolerance = tolerance_in_flask = LOOSE_TOLERANCE
        sentence = (
            f"The baseline is of another build ({baseline.platform}): compared are\n"
            "instructions of a request as parts of what Flask itself takes in the same run;\n"
            "in Flask, bytecodes."
        )
    judged = _judge(baseline.instructions, now.instructions, unit, tolerance)
    judged += _judge(baseline.bytecodes, now.bytecodes, 1.0, tolerance_in_flask)
    failed = [row[0] for row in judged if row[-1] in {"more", "not in both"}]
    allowed = f"{tolerance:.0%} (in Flask, {tolerance_in_flask:.0%})"
    ending = f"Within {allowed} of the baseline."
    if failed:
        ending = (
            f"More than {allowed} above the baseline, or not in it:\n{', '.join(failed)}.\n"
            "If that is meant: make bench-baseline, and the reason in CHANGES.md."
        )
    elif any(row[-1] == "less" for row in judged):
        ending = "Cheaper than the baseline: make bench-baseline keeps it so."
    rows = table(["", "baseline", "now", "change", ""], judged, "lrrrl")
    return Verdict(not failed, f"{sentence}\n\n{rows}\n\n{ending}")


def _judge(
    old: Mapping[str, float], new: Mapping[str, float], unit: float, tolerance: float
) -> list[list[str]]:
    """A row of the table for each name."""
    return [_row(name, old.get(name), new.get(name), unit, tolerance) for name in {**old, **new}]


def _row(
    name: str, old: float | None, new: float | None, unit: float, tolerance: float
) -> list[str]:
    if old is None or new is None:
        return [name, _text(old), _text(new), "", "not in both"]
    new *= unit
    verdict = ""
    if abs(new - old) > old * tolerance:
        verdict = "more" if new > old else "less"
    return [name, _text(old), _text(new), f"{new / old - 1:+.1%}", verdict]


def _text(count: float | None) -> str:
    return "-" if count is None else f"{count:,.0f}"
