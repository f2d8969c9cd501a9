"""Bytecodes of a request, counted by a trace function: exact, wherever in memory things lie.

Instructions of a whole Flask app are not: where the names of attributes lie decides which of them
CPython's type cache can hold together, which moves a cost over Flask by a third. Bytecodes do not
tell what C code does, so that they are counted where instructions are not exact, and only there.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from .subjects import Apps, Subject

_WARM_UP: Final = 10


def cost(apps: Apps, subject: Subject, base: Subject) -> int:
    """The bytecodes that a request to `subject` executes more than one to `base`."""
    return _of_one_request(apps, subject) - _of_one_request(apps, base)


def _of_one_request(apps: Apps, subject: Subject) -> int:
    runner = apps.runner(subject)
    runner.run(runner.prepare(_WARM_UP))
    requests = runner.prepare(1)
    return executed(lambda: runner.run(requests))


def executed(function: Callable[[], object]) -> int:
    """The bytecodes that a call of `function` executes, in all Python code that it calls."""
    found = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal found
        frame.f_trace_lines = False
        frame.f_trace_opcodes = True
        found += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return found
