"""Make a failing case smaller: leave parts out for as long as it fails."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from .specs import Case


def smaller(value: Any) -> Iterator[Any]:
    """Yield values like `value` with some parts left out, or in their simplest form."""
    if isinstance(value, tuple):
        yield from _shorter(value)
        for index, each in enumerate(value):
            for made in smaller(each):
                yield (*value[:index], made, *value[index + 1 :])
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field for field in dataclasses.fields(value) if field.name != "name"]
        for field in fields:
            now = getattr(value, field.name)
            if field.default is not dataclasses.MISSING and now != field.default:
                yield dataclasses.replace(value, **{field.name: field.default})
        for field in reversed(fields):
            for made in smaller(getattr(value, field.name)):
                yield dataclasses.replace(value, **{field.name: made})


def _shorter(value: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield `value` without large pieces first, then without small ones."""
    size = len(value) // 2
    while size:
        for start in range(len(value) - size, -1, -size):
            yield (*value[:start], *value[start + size :])
        size //= 2
    if len(value) == 1:
        yield ()


def shrink(case: Case, fails: Callable[[Case], bool], most: int = 4000) -> Case:
    """Return the smallest case found that still `fails`, after at most so many tries."""
    tries = 0
    found: Case | None = case
    while found is not None:
        case, found = found, None
        for each in smaller(case):
            tries += 1
            if tries > most:
                return case
            if _still(each, fails):
                found = each
                break
    return case


def _still(case: Case, fails: Callable[[Case], bool]) -> bool:
    try:
        return fails(case)
    except Exception:  # what is left makes no app
        return False


def shown(value: Any, indent: int = 0) -> str:
    """Return `value` as Python writes it, without what is as it is by default."""
    space = "    " * indent
    if isinstance(value, tuple) and any(dataclasses.is_dataclass(each) for each in value):
        inner = "".join(f"{space}    {shown(each, indent + 1)},\n" for each in value)
        return f"(\n{inner}{space})"
    if dataclasses.is_dataclass(value):
        parts = [
            f"{field.name}={shown(getattr(value, field.name), indent + 1)}"
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default
        ]
        return f"{type(value).__name__}({', '.join(parts)})"
    return repr(value)
