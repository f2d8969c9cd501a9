"""The program that runs under callgrind: sends requests, and marks where their counting begins.

Usage: python -m benchmarks.counting FILE, where FILE holds the `Job` as JSON. For each subject and
each layout it forks, so that none finds what another left; and prints a line of JSON: the index of
the subject, the layout and the id of the process whose second dump holds the count.

Where objects lie in memory decides which look-ups of CPython's type cache collide, which changes
a small cost by some percent, and differently after any change of any code. So each subject is
counted in several layouts, drawn with fixed seeds, and the median is taken.
"""

import gc
import json
import os
import random
import sys
from pathlib import Path
from typing import Any, Final

from .answers import ask, check
from .environs import maker
from .shapes import Shape
from .subjects import Subject, wsgi_runner
from .variants import VARIANTS

REPETITIONS: Final = 50
"""Requests that are counted together."""
_WARM_UP: Final = 100
"""Requests before them, after which the interpreter has specialised what it runs."""
_HEAP_TYPE: Final = 1 << 9
"""CPython's flag of a class that was made in Python."""


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
    gc.collect()
    gc.freeze()
    running: set[int] = set()
    for index, subject in enumerate(subjects):
        for layout in range(job["layouts"]):
            if len(running) == job["processes"]:
                _wait_for_one(running)
            child = os.fork()
            if child == 0:
                _count(subject, layout)
            running.add(child)
            print(json.dumps([index, layout, child]), flush=True)
    while running:
        _wait_for_one(running)


def _wait_for_one(running: set[int]) -> None:
    child, status = os.wait()
    running.discard(child)
    if status:
        sys.exit("a subject could not be counted")


def _count(subject: Subject, layout: int) -> None:
    """Count `subject` in this process, and end it."""
    failed = 1
    try:
        gc.disable()
        _lay_out(layout)
        app = VARIANTS[subject.variant](subject.shape)
        make = maker(subject.kind, subject.shape)
        check(subject.variant, subject.kind, subject.shape, ask(app, make()))
        runner = wsgi_runner(app, make)
        runner.run(runner.prepare(_WARM_UP))
        requests = runner.prepare(REPETITIONS)
        mark()
        runner.run(requests)
        mark()
        failed = 0
    finally:
        os._exit(failed)


def _lay_out(layout: int) -> None:
    """Give the classes new version tags, in an order that `layout` decides.

    The tags are half of what CPython's type cache hashes by.
    """
    found: set[type] = set()
    waiting: list[type] = [object]
    ordered: list[type] = []
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            ordered.append(each)
            waiting.extend(type.__subclasses__(each))
    made = [each for each in ordered if each.__flags__ & _HEAP_TYPE]
    random.Random(layout).shuffle(made)
    for each in made:
        try:
            type.__setattr__(each, "_layout", layout)
            type.__delattr__(each, "_layout")
        except TypeError:  # an immutable class
            continue
    for each in made:
        getattr(each, "__doc__", None)


if __name__ == "__main__":
    main(sys.argv[1])
