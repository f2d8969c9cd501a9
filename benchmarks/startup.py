"""What a long list of origins costs before the first request: time, and memory that stays."""

import json
import subprocess
import sys
import time
import tracemalloc
from typing import Final

from flask import Flask

from flask_crossorigin import CrossOrigin

from . import ROOT
from .shapes import exact_origins

COUNTS: Final = (100_000, 1_000_000)
_REPETITIONS: Final = 3


def measured(count: int) -> dict[str, float]:
    """Seconds and MiB of an app whose policy lists `count` origins, in processes of their own.

    Seconds are the least of some tries. MiB are over the strings and their list, which are the
    user's: first what stays, then what was needed for a moment.
    """
    tries = [_in_child(count, "time") for _ in range(_REPETITIONS if count < 1_000_000 else 1)]
    return {"seconds": min(each["seconds"] for each in tries), **_in_child(count, "memory")}


def _in_child(count: int, what: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.startup", str(count), what]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _timed(count: int) -> dict[str, float]:
    origins = exact_origins(count)
    app = Flask("measured")
    start = time.process_time()
    CrossOrigin(app, origins=origins, credentials=True)
    return {"seconds": time.process_time() - start}


def _weighed(count: int) -> dict[str, float]:
    origins = exact_origins(count)
    app = Flask("measured")
    CrossOrigin(Flask("first"), origins=origins[:1])  # what the first use of it loads
    tracemalloc.start()
    CrossOrigin(app, origins=origins, credentials=True)
    kept, peak = tracemalloc.get_traced_memory()
    return {"kept MiB": kept / 2**20, "peak MiB": peak / 2**20}


if __name__ == "__main__":
    work = {"time": _timed, "memory": _weighed}[sys.argv[2]]
    print(json.dumps(work(int(sys.argv[1]))))
