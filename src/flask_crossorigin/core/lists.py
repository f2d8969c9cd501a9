"""Lists as users write them: as an iterable, or as text from an environment variable."""

import json
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Final, Literal

from .errors import PolicyProblem
from .origin_predicates import AllowsOrigins
from .problems import problem

Report = Callable[[PolicyProblem], None]
"""Adds a problem to those of the whole configuration."""


class NoValue(Enum):
    """Markers in place of a value; no user can write them."""

    UNSET = "unset"
    INVALID = "invalid"

    def __repr__(self) -> str:
        return self.value


UNSET: Final = NoValue.UNSET
INVALID: Final = NoValue.INVALID


def items_of(
    field: str, value: object, report: Report
) -> tuple[object, ...] | Literal[NoValue.INVALID] | None:
    """Return the items of a list, a text or a single function; None for any other `value`."""
    if isinstance(value, str):
        return _items_of_text(field, value, report)
    if callable(value) or isinstance(value, AllowsOrigins):
        return (value,)
    if isinstance(value, (bytes, Mapping)) or not isinstance(value, Iterable):
        # A regular expression can't be iterated; `make_predicate` has a message for it.
        return (value,) if hasattr(value, "fullmatch") else None
    return in_order(value)


def in_order(value: Iterable[object]) -> tuple[object, ...]:
    """Return the items; those of a set are sorted, so that equal sets give equal policies."""
    return tuple(sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)


_EXAMPLES: Final = {
    "origins": '["https://app.example.com"]',
    "credentials": '["https://app.example.com"]',
    "methods": '["PUT", "DELETE"]',
    "request_headers": '["Content-Type", "X-Request-Id"]',
    "expose_headers": '["X-Request-Id"]',
}


def _items_of_text(
    field: str, text: str, report: Report
) -> tuple[object, ...] | Literal[NoValue.INVALID]:
    """Return the items of a `text` that is JSON, or separated by commas or white space."""
    stripped = text.strip()
    if stripped[:1] not in ("[", '"'):
        return split_list(text)
    try:
        parsed: object = json.loads(stripped)
    except (ValueError, RecursionError) as error:
        report(problem("json", field, text, reason=error, example=_EXAMPLES[field]))
        return INVALID
    return tuple(parsed) if isinstance(parsed, list) else split_list(str(parsed)) or (parsed,)


def split_list(text: str) -> tuple[str, ...]:
    """Split `text` at commas and white space."""
    return tuple(text.replace(",", " ").split())


def invalid(report: Report, found: PolicyProblem) -> Literal[NoValue.INVALID]:
    """Report the problem `found` of a value that is not usable."""
    report(found)
    return INVALID
