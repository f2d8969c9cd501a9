"""Search for inputs that make a target fail: ``python -m tests.fuzz.targets --seconds 60``.

Each target runs in a process of its own, one after the other. Inputs that reach new code are kept
in `build/fuzz/NAME/`, and the next run begins with them. An input that fails is kept too.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from . import CORPUS, NAMES, target

_KEPT: Final = Path("build", "fuzz")
_MAX_LENGTH: Final = 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 if a target fails, 2 if atheris is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.targets")
    parser.add_argument("--seconds", type=float, default=60, help="for all targets together")
    parser.add_argument("--target", choices=NAMES, action="append", help="by default all")
    parser.add_argument("--replay", metavar="FILE", help="call the target with this file alone")
    asked = parser.parse_args(arguments)
    names = asked.target or NAMES
    if asked.replay:
        for name in names:
            target(name)(Path(asked.replay).read_bytes())
        return 0
    if find_spec("atheris") is None:
        print("atheris is missing: it needs Linux on x86-64 and Python 3.11 or newer.")
        return 2
    failed = [name for name in names if not _search(name, max(1, int(asked.seconds / len(names))))]
    for name in failed:
        print(f"{name} fails. Replay: python -m tests.fuzz.targets --target {name} --replay FILE")
    return int(bool(failed))


def _search(name: str, seconds: int) -> bool:
    """Return whether no input was found that makes the target fail."""
    kept = _KEPT / name
    kept.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            *(sys.executable, "-m", f"{__package__}.run", name),
            *(f"-max_total_time={seconds}", f"-max_len={_MAX_LENGTH}", "-timeout=10"),
            *("-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={_KEPT}/{name}-"),
            f"-dict={CORPUS.with_name('words.dict')}",
            *(str(kept), str(CORPUS / name)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    figures = dict(line[6:].split(": ", 1) for line in done.stdout.splitlines() if "stat::" in line)
    runs = figures.get("number_of_executed_units", "?").strip()
    print(f"{name}: {runs} inputs in {seconds} s", flush=True)
    if done.returncode:
        print(done.stdout)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
