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
    normalize_method,
)
from .headers import is_cors_header
from .lists import INVALID, NoValue, Report, invalid, items_of
from .problems import problem

Names = tuple[str, ...] | Literal["*"]

_ONLY_IN_REQUESTS: Final = frozenset({"cookie", "host", "origin"})
"""Headers that no response has, but that people list in ``expose_headers``."""


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
        return _lower_case_method(name)
    return _check_star("methods", name)


def _lower_case_method(name: str) -> PolicyProblem:
    sent = repr(normalize_method(name))
    upper = repr(name.upper())
    suggestion = upper if sent == upper else f"{upper}, in the script too"
    return problem("method-lower-case", "methods", name, sent=sent, suggestion=suggestion)


def _check_star(field: str, name: str) -> PolicyProblem | None:
    return problem("name-pattern", field, name) if "*" in name else None


def _check_request_header(name: str) -> PolicyProblem | None:
    if not is_token(name):
        return problem("header", "request_headers", name)
    if is_forbidden_request_header(name):
        return problem("header-forbidden", "request_headers", name)
    if is_cors_header(name):
        return problem("header-cors", "request_headers", name)
    return _check_star("request_headers", name)


def _check_exposed_header(name: str) -> PolicyProblem | None:
    if not is_token(name):
        return problem("header", "expose_headers", name)
    if name.lower() in FORBIDDEN_RESPONSE_HEADERS:
        return problem("response-header-forbidden", "expose_headers", name)
    if is_cors_header(name):
        return problem("header-cors", "expose_headers", name)
    if name.lower() in _ONLY_IN_REQUESTS:
        return problem("header-of-requests", "expose_headers", name)
    return _check_star("expose_headers", name)


parse_methods: Final = partial(_parse_names, _check_method, "methods")
parse_request_headers: Final = partial(_parse_names, _check_request_header, "request_headers")

_parse_exposed_headers: Final = partial(_parse_names, _check_exposed_header, "expose_headers")


def parse_exposed_headers(value: object, report: Report) -> Names | NoValue:
    """Parse ``expose_headers``; None exposes nothing."""
    return () if value is None else _parse_exposed_headers(value, report)
