"""Parse each setting of a policy: from the value that the user wrote to the value it stands for.

A parser takes the value and a `Report` function. It reports every problem, and returns `INVALID`
if no usable value is left. Text is parsed for every setting, because environment variables
contain nothing else.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import partial
from typing import Any, Final, Literal, TypeGuard

from .errors import PolicyProblem
from .fetch_standard import (
    FORBIDDEN_METHODS,
    FORBIDDEN_RESPONSE_HEADERS,
    NULL_ORIGIN,
    is_forbidden_request_header,
    is_token,
)
from .messages import did_you_mean
from .origin_diagnostics import diagnose
from .origin_predicates import AllowsOrigins, OriginPredicate, make_predicate
from .origins import Allowlist, parse_pattern
from .problems import problem

Report = Callable[[PolicyProblem], None]
"""Adds a problem to those of the whole configuration."""

Names = tuple[str, ...] | Literal["*"]


class NoValue(Enum):
    """Markers in place of a value; no user can write them."""

    UNSET = "unset"
    INVALID = "invalid"

    def __repr__(self) -> str:
        return self.value


UNSET: Final = NoValue.UNSET
INVALID: Final = NoValue.INVALID


# Origins.


@dataclass(frozen=True, slots=True)
class AllowedOrigins:
    """The origins that a policy allows, in the form in which they are checked.

    :ivar any_origin: whether every origin is allowed; the other two are then empty.
    :ivar allowlist: the exact origins and origin patterns.
    :ivar predicates: the origin functions, in the order written; called for an origin that is
        not on the allowlist.
    """

    any_origin: bool
    allowlist: Allowlist
    predicates: tuple[OriginPredicate, ...]


@dataclass(frozen=True, slots=True)
class ParsedOrigins:
    """The parsed setting ``origins``.

    :ivar written: the value of `Policy.origins`.
    :ivar allowed: the form in which origins are checked.
    """

    written: tuple[Any, ...] | Literal["*"]
    allowed: AllowedOrigins


_ANY_ORIGIN: Final = ParsedOrigins("*", AllowedOrigins(True, Allowlist.of(()), ()))


def _parse_origins(value: object, report: Report) -> ParsedOrigins | NoValue:
    """Parse ``origins``."""
    if value is UNSET or value is None or (isinstance(value, str) and not _split(value)):
        return _invalid(report, problem("origins-unset", "origins", value))
    items = _items("origins", value, report)
    if items is INVALID:
        return INVALID
    if items is None:
        return _invalid(report, problem("origins-type", "origins", value))
    # A subclass of str may override comparison, so only its text is kept.
    items = tuple(str.__str__(item) if isinstance(item, str) else item for item in items)
    if "*" in [item for item in items if isinstance(item, str)]:
        if len(items) > 1:
            report(problem("origins-star-not-alone", "origins", value))
            _parse_entries(tuple(item for item in items if item != "*"), report)
        return _ANY_ORIGIN
    return _parse_entries(items, report)


def _parse_entries(items: tuple[object, ...], report: Report) -> ParsedOrigins:
    """Parse the entries of a list; return the valid ones, so that other rules can check them."""
    texts: list[str] = []
    predicates: list[OriginPredicate] = []
    for item in items:
        if isinstance(item, str):
            if parse_pattern(item) is not None or item == NULL_ORIGIN:
                texts.append(item)
            else:
                report(diagnose(item))
            continue
        predicate = make_predicate(item)
        if isinstance(predicate, OriginPredicate):
            predicates.append(predicate)
        else:
            report(predicate or problem("origin-type", "origins", item))
    return ParsedOrigins(items, AllowedOrigins(False, Allowlist.of(texts), tuple(predicates)))


# Lists.


def _items(
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
    return _in_order(value)


def _in_order(value: Iterable[object]) -> tuple[object, ...]:
    """Return the items; those of a set are sorted, so that equal sets give equal policies."""
    return tuple(sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)


_EXAMPLES: Final = {
    "origins": '["https://app.example.com"]',
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
        return _split(text)
    try:
        parsed: object = json.loads(stripped)
    except (ValueError, RecursionError) as error:
        report(problem("json", field, text, reason=error, example=_EXAMPLES[field]))
        return INVALID
    return tuple(parsed) if isinstance(parsed, list) else (parsed,)


def _split(text: str) -> tuple[str, ...]:
    """Split `text` at commas and white space."""
    return tuple(text.replace(",", " ").split())


def _invalid(report: Report, found: PolicyProblem) -> Literal[NoValue.INVALID]:
    """Report the problem `found` of a value that is not usable."""
    report(found)
    return INVALID


# Booleans.

_BOOLEANS: Final = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


def _parse_boolean(field: str, value: object, report: Report) -> bool | NoValue:
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    if word in _BOOLEANS:
        return _BOOLEANS[word]
    return _invalid(report, problem("boolean", field, value))


# Names of methods and headers.


def _parse_names(
    check: Callable[[str], PolicyProblem | None], field: str, value: object, report: Report
) -> Names | NoValue:
    """Parse a list of names; drop duplicates, which may differ in case.

    :param check: returns the problem of a name, or None if it is valid.
    """
    items = None if callable(value) else _items(field, value, report)
    if items is INVALID:
        return INVALID
    if items is None:
        return _invalid(report, problem("list-type", field, value))
    if not _all_text(items):
        if items == (value,):
            return _invalid(report, problem("list-type", field, value))
        for item in items:
            if not isinstance(item, str):
                report(problem("list-item", field, item))
        return INVALID
    if "*" in items:
        if len(items) > 1:
            return _invalid(report, problem("star-not-alone", field, value))
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


# Numbers.

_MAX_AGE_LIMIT: Final = 2**31
"""Seconds. A cache need not represent more (RFC 9111, 1.2.2)."""


def _parse_max_age(value: object, report: Report) -> int | NoValue:
    """Parse ``max_age``, in seconds."""
    seconds = _whole_number(value)
    if seconds is not None and 0 <= seconds <= _MAX_AGE_LIMIT:
        return seconds
    suggested = 600
    if isinstance(value, timedelta):
        suggested = max(0, int(value.total_seconds()))
    elif isinstance(value, float) and 0 <= value < 1e9:
        suggested = int(value)
    return _invalid(report, problem("max-age", "max_age", value, suggestion=f"max_age={suggested}"))


def _parse_preflight_status(value: object, report: Report) -> int | NoValue:
    """Parse ``preflight_status``, an "ok status" (Fetch standard, 2.2.3)."""
    status = _whole_number(value)
    if status is not None and 200 <= status <= 299:
        return status
    return _invalid(report, problem("preflight-status", "preflight_status", value))


def _whole_number(value: object) -> int | None:
    """Return `value` if it is a whole number, or text that is one in decimal digits."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal():
        return int(value.strip().lstrip("0")[:20] or "0")  # more digits are too large anyway
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__int__(value)  # an enumeration may have any text
    return None


# All settings.

PARSERS: Final[dict[str, Callable[[object, Report], object]]] = {
    "origins": _parse_origins,
    "credentials": partial(_parse_boolean, "credentials"),
    "methods": partial(_parse_names, _check_method, "methods"),
    "request_headers": partial(_parse_names, _check_request_header, "request_headers"),
    "expose_headers": partial(_parse_names, _check_exposed_header, "expose_headers"),
    "max_age": _parse_max_age,
    "preflight_status": _parse_preflight_status,
    "allow_null_origin": partial(_parse_boolean, "allow_null_origin"),
    "allow_insecure_origins": partial(_parse_boolean, "allow_insecure_origins"),
    "allow_public_suffix_subdomains": partial(_parse_boolean, "allow_public_suffix_subdomains"),
}
"""The parser of each setting, in the order of `Policy`."""


def parse_settings(written: Mapping[str, object]) -> tuple[dict[str, object], list[PolicyProblem]]:
    """Parse each setting in `written`; return the parsed values and the problems of each alone."""
    parsed: dict[str, object] = {}
    problems: list[PolicyProblem] = []
    for name, value in written.items():
        if name in PARSERS:
            parsed[name] = PARSERS[name](value, problems.append)
        else:
            problems.append(_unknown_keyword(name, value))
    return parsed, problems


def materialized(written: Mapping[str, object]) -> dict[str, object]:
    """Return a copy of `written` that can be parsed at any time, and more than once.

    Lists are copied, and other iterables become tuples. So a later change to them does not change
    the policy.
    """
    return {name: _copy(value) for name, value in written.items()}


def _copy(value: object) -> object:
    if isinstance(value, list):
        return list(value)  # still a list, for messages that show it
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        return value
    # Origin functions and objects with `allows` may be iterable too.
    return value if callable(value) or isinstance(value, AllowsOrigins) else _in_order(value)


# Keywords of other libraries.

_OTHER_LIBRARIES: Final = {
    "origin": "Did you mean origins?",
    "allow_origin": "Did you mean origins?",
    "allow_origin_regex": (
        "Write origin patterns in origins, such as 'https://*.example.com', or a function."
    ),
    "allow_origins": "Did you mean origins?",
    "allowed_origins": "Did you mean origins?",
    "supports_credentials": "Did you mean credentials?",
    "allow_credentials": "Did you mean credentials?",
    "allow_methods": "Did you mean methods?",
    "headers": "Did you mean request_headers?",
    "allow_headers": "Did you mean request_headers?",
    "allowed_headers": "Did you mean request_headers?",
    "resources": "Call cors.apply(blueprint, ...) or cors.apply('/api', ...) for parts of the app.",
    "send_wildcard": "Leave it out: origins=\"*\" without credentials always sends '*'.",
    "vary_header": "Leave it out: Vary is sent whenever the response depends on the origin.",
    "automatic_options": "Leave it out: preflights get their response for every route.",
    "intercept_exceptions": "Leave it out: error responses always get the policy's headers.",
    "always_send": "Leave it out: the policy determines which headers are sent.",
    "allow_private_network": "Leave it out: browsers have abandoned Private Network Access.",
}


def hint_for_other_library(name: str) -> str | None:
    """Return what to write instead of the setting `name` of another CORS library, if it is one."""
    return _OTHER_LIBRARIES.get(name)


def _unknown_keyword(name: str, value: object) -> PolicyProblem:
    hint = hint_for_other_library(name) or did_you_mean(name, PARSERS, "The settings")
    return problem("unknown-keyword", name, value, suggestion=hint)
