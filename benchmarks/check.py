"""The guard: what this library costs, counted, beside a committed baseline."""

import json
import platform
import statistics
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from . import bytecodes
from .environs import is_preflight
from .instructions import count
from .shapes import Shape
from .subjects import Apps, Subject
from .tables import table

BASELINE: Final = Path(__file__).with_name("baseline.json")
TOLERANCE: Final = 0.03
BUILD_TOLERANCE: Final = 0.08
"""Where another build of the same Python runs: what C code does much of is compiled otherwise."""
LOOSE_TOLERANCE: Final = 0.25
"""Where another Python or another Flask runs: only what is plainly too much is found."""

_YARDSTICK: Final = Subject("bare", "allowed")
_PARTS: Final = Shape(parts=20)
WATCHED: Final[dict[str, Subject]] = {
    "preflight, allowed": Subject("this", "preflight"),
    "preflight, denied": Subject("this", "preflight-denied"),
    "preflight, unknown URL": Subject("this", "preflight-unknown"),
    "preflight, one of 20 scopes": Subject("this", "preflight-part", _PARTS),
    "preflight, beside 20 scopes": Subject("this", "preflight", _PARTS),
}
"""Preflights that never enter Flask: their instructions are counted."""
IN_FLASK: Final[dict[str, Subject]] = {
    "GET without Origin": Subject("this", "plain"),
    "GET, allowed": Subject("this", "allowed"),
    "GET, denied": Subject("this", "denied"),
    "GET, allowed by a pattern": Subject("this", "allowed", Shape(patterns=100)),
    "GET, one of 20 scopes": Subject("this", "part", _PARTS),
    "GET, Vary: Cookie": Subject("this", "allowed", Shape(session=True)),
    "GET under a wrapper": Subject("this", "allowed", Shape(wrapper="copying")),
    "preflight in the app": Subject("this", "preflight", Shape(wrapper="passing")),
}
"""Requests that enter Flask: their bytecodes are counted, of a GET those beyond Flask's own."""


@dataclass(frozen=True)
class Baseline:
    """What was counted, and where.

    :ivar platform: what instructions depend on much: Python's minor version, the processor's
        architecture, the versions of Flask and Werkzeug.
    :ivar build: what they depend on a little: the build of Python, and the C library.
    :ivar yardstick: the instructions of a request to a Flask app without cross-origin, which no
        change of this library moves.
    :ivar instructions: by the names of `WATCHED`.
    :ivar bytecodes: by the names of `IN_FLASK`.
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
    counts = {
        subject: round(statistics.median(layouts))
        for subject, layouts in count([_YARDSTICK, *WATCHED.values()]).items()
    }
    return Baseline(
        platform=(
            f"Python {sys.version_info[0]}.{sys.version_info[1]}, {platform.machine()}, "
            f"Flask {version('flask')}, Werkzeug {version('werkzeug')}"
        ),
        build=f"{sys.version}, {' '.join(platform.libc_ver())}",
        yardstick=counts[_YARDSTICK],
        instructions={name: counts[subject] for name, subject in WATCHED.items()},
        bytecodes=bytecodes_in_flask(),
    )


def bytecodes_in_flask() -> dict[str, float]:
    """Return the bytecodes that each request of `IN_FLASK` executes."""
    apps = Apps()
    bare = {name: replace(subject, variant="bare") for name, subject in IN_FLASK.items()}
    whole, flasks = bytecodes.count(apps, IN_FLASK), bytecodes.count(apps, bare)
    return {
        name: whole[name][0] - (0 if is_preflight(subject.kind) else flasks[name][0])
        for name, subject in IN_FLASK.items()
    }


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
    sentence = "Instructions of a preflight; of what enters Flask, bytecodes."
    if (now.platform, now.build) != (baseline.platform, baseline.build):
        tolerance, unit = BUILD_TOLERANCE, baseline.yardstick / now.yardstick
        if now.platform != baseline.platform:
            tolerance = tolerance_in_flask = LOOSE_TOLERANCE
        sentence = (
            f"The baseline is of another build ({baseline.platform}): compared are\n"
            "instructions of a preflight as parts of what Flask itself takes in the same run;\n"
            "of what enters Flask, bytecodes."
        )
    judged = _judge(baseline.instructions, now.instructions, unit, tolerance)
    judged += _judge(baseline.bytecodes, now.bytecodes, 1.0, tolerance_in_flask)
    failed = [row[0] for row in judged if row[-1] in {"more", "not in both"}]
    allowed = f"{tolerance:.0%} (in Flask, {tolerance_in_flask:.0%})"
    ending = f"Within {allowed} of the baseline."
    if failed:
        ending = (
            f"More than {allowed} above the baseline, or not in it:\n{', '.join(failed)}.\n"
            "If that is meant: make bench-baseline, and give the reason in the commit message."
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
