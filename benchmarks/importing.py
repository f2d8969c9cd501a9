"""Time in fresh processes: importing, and the first use of what is loaded when it is needed."""

import os
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import Final

from . import ROOT

_NAMES: Final = "from flask_crossorigin import CrossOrigin, Policy"
_CREATE: Final = "CrossOrigin(Flask('measured'), origins=[{!r}], credentials=True)"
_BEFORE_CREATE: Final = f"from flask import Flask; {_NAMES}"
PATTERN: Final = "a pattern"
PROGRAMS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "import": {
        "bare": ("", "import flask"),
        "flask-cors": ("import flask", "import flask_cors"),
        "this": ("import flask", _NAMES),
    },
    "import and first app": {
        "flask-cors": (
            "from flask import Flask",
            "from flask_cors import CORS; "
            "CORS(Flask('measured'), origins=['https://app.example.com'])",
        ),
        "this": (
            "from flask import Flask",
            f"{_NAMES}; {_CREATE.format('https://app.example.com')}",
        ),
    },
    "first policy": {
        "an exact origin": (_BEFORE_CREATE, _CREATE.format("https://app.example.com")),
        PATTERN: (_BEFORE_CREATE, _CREATE.format("https://*.example.com")),
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
    times: dict[str, list[float]] = {name: [] for name in programs}
    with TemporaryDirectory() as compiled:
        # Python compiles what is imported the first time, and keeps it there: also where the
        # environment forbids that it does so beside the source.
        environ = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        for before, timed in programs.values():
            _run(before, timed, environ)
        for _ in range(rounds):
            for name, (before, timed) in programs.items():
                times[name].append(_run(before, timed, environ))
    return times


def _run(before: str, timed: str, environ: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _TIMER, before, timed],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
