"""Time in fresh processes: importing, and the first use of what is loaded when it is needed."""

import subprocess
import sys
from typing import Final

from . import ROOT

_CREATE: Final = "CrossOrigin(Flask('measured'), origins=[{!r}], credentials=True)"
_BEFORE_CREATE: Final = "from flask import Flask; from flask_crossorigin import CrossOrigin"
PROGRAMS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "import": {
        "bare": ("", "import flask"),
        "flask-cors": ("import flask", "import flask_cors"),
        "this": ("import flask", "import flask_crossorigin"),
    },
    "first policy": {
        "an exact origin": (_BEFORE_CREATE, _CREATE.format("https://app.example.com")),
        "a pattern": (_BEFORE_CREATE, _CREATE.format("https://*.example.com")),
    },
}
"""By group: programs that are compared, each in two parts, of which the second is timed."""

_TIMER: Final = """
import sys, time
exec(sys.argv[1])
start = time.process_time_ns()
exec(sys.argv[2])
print((time.process_time_ns() - start) / 1000)
"""


def measured(group: str, rounds: int) -> dict[str, list[float]]:
    """Return microseconds of processor time of each program of `group`, in each round."""
    programs = PROGRAMS[group]
    for before, timed in programs.values():
        _run(before, timed)  # Python compiles what is imported, and keeps it
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, (before, timed) in programs.items():
            times[name].append(_run(before, timed))
    return times


def _run(before: str, timed: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _TIMER, before, timed],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
