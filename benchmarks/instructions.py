"""Instructions of a request, counted by callgrind: the same in every run, however busy the machine.

They are exact for a preflight that never enters Flask, and for nothing else (see ``bytecodes``).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from . import ROOT
from .counting import REPETITIONS
from .subjects import Subject

LAYOUTS: Final = 5

Counts = dict[Subject, list[float]]
"""Instructions of one request, in each layout."""


class CannotCountError(Exception):
    """Why nothing was counted, in a sentence."""


def count(subjects: Sequence[Subject], layouts: int = LAYOUTS) -> Counts:
    """Count the instructions of a request to each of `subjects`.

    :raises CannotCountError: without valgrind, or where it fails.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise CannotCountError(
            "Instructions are not counted: there is no valgrind. "
            "On Debian: sudo apt-get install valgrind"
        )
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        job = {
            "subjects": [asdict(subject) for subject in subjects],
            "layouts": layouts,
            "processes": os.cpu_count() or 1,
        }
        (directory / "job.json").write_text(json.dumps(job))
        printed = _run(valgrind, directory)
        counts: Counts = {subject: [] for subject in subjects}
        for line in printed.splitlines():
            index, _, process = json.loads(line)
            dump = directory / f"out.{process}.2"
            counts[subjects[index]].append(total(dump.read_text()) / REPETITIONS)
    return counts


def total(dump: str) -> int:
    """The instructions that callgrind's `dump` holds altogether."""
    found = re.search(r"^totals: (\d+)$", dump, re.MULTILINE)
    if found is None:
        raise CannotCountError("Instructions are not counted: callgrind wrote no totals.")
    return int(found[1])


def _run(valgrind: str, directory: Path) -> str:
    """Count by the job in `directory`, and leave the dumps there."""
    command = [
        *_without_random_addresses(),
        valgrind,
        "--tool=callgrind",
        "--dump-before=getpgrp",
        f"--callgrind-out-file={directory}/out.%p",
        sys.executable,
        "-m",
        "benchmarks.counting",
        str(directory / "job.json"),
    ]
    environment = {"PATH": os.defpath, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if not line.startswith("==")]
        sentence = f"Instructions are not counted: {(lines or ['valgrind failed'])[-1]}"
        raise CannotCountError(sentence)
    return done.stdout


def _without_random_addresses() -> list[str]:
    """The beginning of a command that always finds the same addresses, where that can be had."""
    command = ["setarch", "-R"]
    if shutil.which("setarch") is None:
        return []
    allowed = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    return command if allowed else []
