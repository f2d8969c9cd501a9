"""The guard: this library's instructions beside a committed baseline."""

import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from .instructions import Counts, cost, count, whole
from .shapes import EMPTY, ORDINARY, Shape
from .subjects import Subject
from .tables import table

BASELINE: Final = Path(__file__).with_name("baseline.json")
TOLERANCE: Final = 0.03
BUILD_TOLERANCE: Final = 0.08
"""Where another build of the same Python runs: what C code does much of is compiled otherwise."""
LOOSE_TOLERANCE: Final = 0.25
"""Where another Python or another Flask runs: only what is plainly too much is found."""

_FLASK_NOISE: Final = 2000
"""Instructions that a cost over a whole Flask app is uncertain by: any change of code moves some
of its 350 000. What is counted alone is exact to a fraction of a percent."""
_YARDSTICK: Final = Subject("two-hooks", "allowed")
_BARE: Final = Subject("bare", "allowed")


class Watched(NamedTuple):
    """Something that is guarded.

    :ivar base: a subject whose instructions do not count; None where all do.
    :ivar noise: instructions more than which it has to grow by.
    """

    subject: Subject
    base: Subject | None = None
    noise: int = 0


def _alone(kind: str, shape: Shape = EMPTY) -> Watched:
    """A GET to an app that answers at once, so that nothing but this library is counted."""
    return Watched(Subject("this", kind, shape), Subject("bare", kind, EMPTY))


def _in_flask(kind: str, shape: Shape) -> Watched:
    return Watched(Subject("this", kind, shape), Subject("bare", kind, shape), _FLASK_NOISE)


_PARTS: Final = Shape(parts=20)
WATCHED: Final[dict[str, Watched]] = {
    "GET without Origin": _alone("plain"),
    "GET, allowed": _alone("allowed"),
    "GET, denied": _alone("denied"),
    "GET, allowed by a pattern": _alone("allowed", Shape(patterns=100, empty=True)),
    "GET, allowed, in Flask": _in_flask("allowed", ORDINARY),
    "GET, one of 20 scopes, in Flask": _in_flask("part", _PARTS),
    "preflight, allowed": Watched(Subject("this", "preflight")),
    "preflight, denied": Watched(Subject("this", "preflight-denied")),
    "preflight, unknown URL": Watched(Subject("this", "preflight-unknown")),
    "preflight, one of 20 scopes": Watched(Subject("this", "preflight-part", _PARTS)),
    "preflight, beside 20 scopes": Watched(Subject("this", "preflight", _PARTS)),
}


@dataclass(frozen=True)
class Baseline:
    """What was counted, and where.

    :ivar platform: what instructions depend on much: Python's minor version, the processor's
        architecture, the versions of Flask and Werkzeug.
    :ivar build: what they depend on a little: the build of Python, and the C library.
    :ivar yardstick: the cost of the blog post's two hooks, which no change of this library
        moves.
    :ivar counts: instructions of a request, of each thing that is watched.
    """

    platform: str
    build: str
    yardstick: float
    counts: Mapping[str, float]


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
    subjects = [_BARE, _YARDSTICK]
    for watched in WATCHED.values():
        subjects += [watched.subject] if watched.base is None else [watched.subject, watched.base]
    counts = count(list(dict.fromkeys(subjects)))
    return Baseline(
        platform=(
            f"Python {sys.version_info[0]}.{sys.version_info[1]}, {platform.machine()}, "
            f"Flask {version('flask')}, Werkzeug {version('werkzeug')}"
        ),
        build=f"{sys.version}, {' '.join(platform.libc_ver())}",
        yardstick=round(cost(counts, _YARDSTICK, _BARE)),
        counts={name: round(_value(counts, watched)) for name, watched in WATCHED.items()},
    )


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
    """Judge `now` by `baseline`: by counts where both are of one build, else by ratios."""
    tolerance, unit, sentence = TOLERANCE, 1.0, "Instructions of a request."
    if (now.platform, now.build) != (baseline.platform, baseline.build):
        same = now.platform == baseline.platform
        tolerance = BUILD_TOLERANCE if same else LOOSE_TOLERANCE
        unit = baseline.yardstick / now.yardstick
        sentence = (
            f"The baseline is of another build ({baseline.platform}): compared are\n"
            "instructions of a request as multiples of the two hooks' cost in the same run."
        )
    judged = [
        _judge(name, baseline.counts.get(name), now.counts.get(name), unit, tolerance)
        for name in {**baseline.counts, **now.counts}
    ]
    failed = [row[0] for row in judged if row[-1] in {"more", "not in both"}]
    ending = f"Within {tolerance:.0%} of the baseline."
    if failed:
        ending = (
            f"More than {tolerance:.0%} above the baseline, or not in it: {', '.join(failed)}.\n"
            "If that is meant: make bench-baseline, and the reason in CHANGES.md."
        )
    elif any(row[-1] == "less" for row in judged):
        ending = "Cheaper than the baseline: make bench-baseline keeps it so."
    rows = table(["", "baseline", "now", "change", ""], judged, "lrrrl")
    return Verdict(not failed, f"{sentence}\n\n{rows}\n\n{ending}")


def _judge(
    name: str, old: float | None, new: float | None, unit: float, tolerance: float
) -> list[str]:
    """The row of the table for `name`."""
    if old is None or new is None:
        return [name, _text(old), _text(new), "", "not in both"]
    new *= unit
    noise = WATCHED[name].noise if name in WATCHED else 0
    verdict = ""
    if abs(new - old) > max(old * tolerance, noise):
        verdict = "more" if new > old else "less"
    return [name, _text(old), _text(new), f"{new / old - 1:+.1%}", verdict]


def _text(count: float | None) -> str:
    return "-" if count is None else f"{count:,.0f}"
