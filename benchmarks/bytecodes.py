"""Bytecodes of a request, counted by a trace function: exact, wherever in memory things lie.

Instructions of a whole Flask app are not: where the names of attributes lie decides which of them
CPython's type cache can hold together, which moves a cost over Flask by a third. Bytecodes leave
out what C code does. So they are counted for requests that enter Flask, and only for those.
"""

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from .rounds import Runner
from .subjects import Apps, Group

_WARM_UP: Final = 10


def count(apps: Apps, group: Group) -> dict[str, list[float]]:
    """Return the bytecodes that a request to each subject of `group` executes."""
    return {label: [_of_one_request(apps.runner(each))] for label, each in group.items()}


def _of_one_request(runner: Runner) -> int:
    runner.run(runner.prepare(_WARM_UP))
    requests = runner.prepare(1)
    return executed(lambda: runner.run(requests))


def executed(function: Callable[[], object]) -> int:
    """Return the bytecodes that a call of `function` executes, in all Python code it calls."""
    found = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal found
        frame.f_trace_lines = False
        frame.f_trace_opcodes = True
        found += event == "opcode"
        return trace

    before, collects = sys.gettrace(), gc.isenabled()
    gc.disable()  # a weak reference's callback is Python code too
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
        if collects:
            gc.enable()
    return found
