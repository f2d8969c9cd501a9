"""Parse the settings that are lists of names: of methods, and of headers."""

from collections.abc import Callable
from functools import partial
from typing import Final, Literal, TypeGuard

from .errors import PolicyProblem
from .fetch_standard import (
    FORBIDDEN_METHODS,
    FORBIDDEN_RESPONSE_HEADERS,
    is_forbidden_request_header,
    is_token,
)
from .lists import INVALID, NoValue, Report, invalid, items_of
from .problems import problem

Names = tuple[str, ...] | Literal["*"]


def _parse_names(
    check: Callable[[str], PolicyProblem | None], field: str, value: object, report: Report
) -> Names | NoValue:
    """Parse a list of names; drop duplicates, which may differ in case.

    :param check: returns the problem of a name, or None if it is valid.
    """
    items = None if callable(value) else items_of(field, value, report)
    if items is INVALID:
        return INVALID
    if items is None:
        return invalid(report, problem("list-type", field, value))
    if not _all_text(items):
        if items == (value,):
            return invalid(report, problem("list-type", field, value))
        for item in items:
            if not isinstance(item, str):
                report(problem("list-item", field, item))
        return INVALID
    if "*" in items:
        if len(items) > 1:
            return invalid(report, problem("star-not-alone", field, value))
        return "*"
    problems = [found for name in items if (found := check(name)) is not None]
    for found in problems:
        report(found)
    if problems:
        return INVALID
    unique: dict[str, str] = {}
    for name in items:
        unique.setdefault(name.lower(), name)
    return tuple(unique.values())


def _all_text(items: tuple[object, ...]) -> TypeGuard[tuple[str, ...]]:
    return all(isinstance(item, str) for item in items)


def _check_method(name: str) -> PolicyProblem | None:
    if not is_token(name):
        return problem("method", "methods", name)
    if name.upper() in FORBIDDEN_METHODS:
        return problem("method-forbidden", "methods", name)
    if name != name.upper():
        return problem("method-lower-case", "methods", name, suggestion=repr(name.upper()))
    return None


def _check_request_header(name: str) -> PolicyProblem | None:
    if not is_token(name):
        return problem("header", "request_headers", name)
    if is_forbidden_request_header(name):
        return problem("header-forbidden", "request_headers", name)
    return None


def _check_exposed_header(name: str) -> PolicyProblem | None:
    if not is_token(name):
        return problem("header", "expose_headers", name)
    if name.lower() in FORBIDDEN_RESPONSE_HEADERS:
        return problem("response-header-forbidden", "expose_headers", name)
    return None


parse_methods: Final = partial(_parse_names, _check_method, "methods")
parse_request_headers: Final = partial(_parse_names, _check_request_header, "request_headers")
parse_exposed_headers: Final = partial(_parse_names, _check_exposed_header, "expose_headers")
