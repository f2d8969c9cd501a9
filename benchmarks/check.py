"""The guard: this library's instructions beside a committed baseline."""

import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from .instructions import Counts, cost, count, whole
from .shapes import Shape
from .subjects import Subject
from .tables import table

BASELINE: Final = Path(__file__).with_name("baseline.json")
TOLERANCE: Final = 0.03
LOOSE_TOLERANCE: Final = 0.25
"""Where another Python or another Flask runs: only what is plainly too much is found."""

_PARTS: Final = Shape(parts=20)
_YARDSTICK: Final = Subject("two-hooks", "allowed")
_BARE: Final = Subject("bare", "allowed")
Watched = dict[str, tuple[Subject, Subject | None]]
WATCHED: Final[Watched] = {
    "GET without Origin": (Subject("this", "plain"), Subject("bare", "plain")),
    "GET, allowed": (Subject("this", "allowed"), _BARE),
    "GET, denied": (Subject("this", "denied"), _BARE),
    "GET, allowed by a pattern": (Subject("this", "allowed", Shape(patterns=100)), _BARE),
    "GET, 20 scopes": (Subject("this", "part", _PARTS), Subject("bare", "part", _PARTS)),
    "preflight, allowed": (Subject("this", "preflight"), None),
    "preflight, denied": (Subject("this", "preflight-denied"), None),
    "preflight, unknown URL": (Subject("this", "preflight-unknown"), None),
    "preflight, one of 20 scopes": (Subject("this", "preflight-part", _PARTS), None),
    "preflight, beside 20 scopes": (Subject("this", "preflight", _PARTS), None),
}
"""What is guarded: a subject's instructions over those of another, or all it takes."""


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
    pairs = WATCHED.values()
    subjects = [_BARE, _YARDSTICK, *(each for pair in pairs for each in pair if each is not None)]
    counts = count(list(dict.fromkeys(subjects)))
    return Baseline(
        platform=(
            f"Python {sys.version_info[0]}.{sys.version_info[1]}, {platform.machine()}, "
            f"Flask {version('flask')}, Werkzeug {version('werkzeug')}"
        ),
        build=f"{sys.version}, {' '.join(platform.libc_ver())}",
        yardstick=round(cost(counts, _YARDSTICK, _BARE)),
        counts={name: round(_value(counts, *pair)) for name, pair in WATCHED.items()},
    )


def _value(counts: Counts, subject: Subject, base: Subject | None) -> float:
    return whole(counts, subject) if base is None else cost(counts, subject, base)


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
    tolerance, unit, sentence = TOLERANCE, 1.0, "Instructions of a request, counted."
    if now.platform != baseline.platform:
        tolerance = LOOSE_TOLERANCE
    if (now.platform, now.build) != (baseline.platform, baseline.build):
        unit = baseline.yardstick / now.yardstick
        sentence = (
            f"The baseline is of another build ({baseline.platform}): compared are\n"
            "instructions of a request as multiples of the two hooks' cost in the same run."
        )
    rows, failed, shrunk = [], [], False
    for name in {**baseline.counts, **now.counts}:
        old, new = baseline.counts.get(name), now.counts.get(name)
        if old is None or new is None:
            failed.append(name)
            rows.append([name, _text(old), _text(new), "", "not in both"])
            continue
        change = new * unit / old - 1
        verdict = "" if abs(change) <= tolerance else "more" if change > 0 else "less"
        failed += [name] if verdict == "more" else []
        shrunk |= verdict == "less"
        rows.append([name, _text(old), _text(new * unit), f"{change:+.1%}", verdict])
    lines = [sentence, "", table(["", "baseline", "now", "change", ""], rows, "lrrrl"), ""]
    if failed:
        lines.append(
            f"More than {tolerance:.0%} above the baseline: {', '.join(failed)}.\n"
            "If that is meant: make bench-baseline, and the reason in CHANGES.md."
        )
    elif shrunk:
        lines.append("Cheaper than the baseline: make bench-baseline keeps it so.")
    else:
        lines.append(f"Within {tolerance:.0%} of the baseline.")
    return Verdict(not failed, "\n".join(lines))


def _text(count: float | None) -> str:
    return "-" if count is None else f"{count:,.0f}"
