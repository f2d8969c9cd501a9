"""The program that runs under callgrind: sends requests, and marks where their counting begins.

Usage: python -m benchmarks.counting FILE, where FILE holds the `Job` as JSON. For each subject and
each layout it forks, so that none finds what another left, and prints a line of JSON: the index of
the subject, the layout and the id of the process whose second dump holds the count.

Where objects lie in memory decides which look-ups of CPython's type cache collide, which changes
a small cost by some percent, and differently after any change of any code. So each subject is
counted in several layouts, drawn with fixed seeds, and the median is taken.
"""

import ctypes
import gc
import json
import os
import random
import sys
from pathlib import Path
from typing import Any, Final

from .shapes import Shape
from .subjects import Subject, build, checked_runner
from .variants import WSGIApp

REPETITIONS: Final = 20
"""Requests that are counted together."""
_WARM_UP: Final = 40
"""Requests before them, after which the interpreter has specialised what it runs."""
_POOL: Final = 1 << 14
"""Bytes of one of CPython's pools of objects of one size."""


def mark() -> None:
    """Call the C function that callgrind is told to dump its counts before; it has no effect."""
    os.getpgrp()


def subject_of(data: dict[str, Any]) -> Subject:
    """The subject that `dataclasses.asdict` made `data` of."""
    return Subject(data["variant"], data["kind"], Shape(**data["shape"]))


def main(path: str) -> None:
    """Count all that the job in the file `path` asks for."""
    job = json.loads(Path(path).read_text())
    subjects = [subject_of(data) for data in job["subjects"]]
    apps = {(each.variant, each.shape): build(each.variant, each.shape) for each in subjects}
    gc.collect()
    gc.freeze()
    running: set[int] = set()
    for index, subject in enumerate(subjects):
        for layout in range(job["layouts"]):
            if len(running) == job["processes"]:
                _wait_for_one(running)
            child = os.fork()
            if child == 0:
                _count(apps[subject.variant, subject.shape], subject, layout)
            running.add(child)
            print(json.dumps([index, layout, child]), flush=True)
    while running:
        _wait_for_one(running)


def _wait_for_one(running: set[int]) -> None:
    child, status = os.wait()
    running.discard(child)
    if status:
        sys.exit("a subject could not be counted")


def _count(app: WSGIApp, subject: Subject, layout: int) -> None:
    """Count requests to `app`, which is that of `subject`, in this process, and end it."""
    failed = 1
    try:
        gc.disable()
        padding = _lay_out(layout)
        runner = checked_runner(app, subject)
        runner.run(runner.prepare(_WARM_UP))
        requests = runner.prepare(REPETITIONS)
        mark()
        runner.run(requests)
        mark()
        failed = 0
        del padding
    finally:
        os._exit(failed)


def _lay_out(layout: int) -> list[bytes]:
    """Lay memory out as `layout` decides; what is returned must be kept until all is counted.

    Classes get new version tags, which are half of what CPython's type cache hashes by; and
    every pool of small objects is filled to another level, as a pool that a request opens and
    empties again costs it more.
    """
    chance = random.Random(layout)
    classes = _classes()
    chance.shuffle(classes)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(object))  # and with it whatever inherits
    for each in classes:
        getattr(each, "__doc__", None)
    header = sys.getsizeof(b"")
    sizes = range(48, 513, 16)
    return [bytes(size - header) for size in sizes for _ in range(chance.randrange(_POOL // size))]


def _classes() -> list[type]:
    """Every class there is, in the same order in every process."""
    found: dict[type, None] = {}
    waiting: list[type] = [object]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found[each] = None
            waiting.extend(type.__subclasses__(each))
    return list(found)


if __name__ == "__main__":
    main(sys.argv[1])
