"""How each setting is read: what the user wrote, to the value that a policy holds.

A reader takes what was written and a `Report`; it reports every problem, and answers
`INVALID` where nothing is left to go on with. Text is read wherever a list, a number or a
boolean is wanted, because environment variables have nothing else.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, Final, Literal, TypeGuard

from .errors import PolicyProblem, did_you_mean, problem
from .fetch_standard import (
    FORBIDDEN_METHODS,
    FORBIDDEN_RESPONSE_HEADERS,
    NULL_ORIGIN,
    is_forbidden_request_header,
    is_token,
)
from .origin_diagnostics import diagnose
from .origin_predicates import AllowsOrigins, OriginPredicate, adapt
from .origins import OriginSet, parse_pattern

Report = Callable[[PolicyProblem], None]
Names = tuple[str, ...] | Literal["*"]


class Unwritten(Enum):
    """Values that no user writes."""

    UNSET = "unset"
    INVALID = "unreadable"

    def __repr__(self) -> str:
        return self.value


UNSET: Final = Unwritten.UNSET
INVALID: Final = Unwritten.INVALID


@dataclass(frozen=True, slots=True)
class OriginRules:
    """Which origins a policy allows, in the form it is asked in.

    :ivar everyone: every origin; then the other two are empty.
    :ivar allowlist: the origins and patterns written as text.
    :ivar predicates: the functions to ask where the list says no, in the order written.
    """

    everyone: bool
    allowlist: OriginSet
    predicates: tuple[OriginPredicate, ...]


@dataclass(frozen=True, slots=True)
class ReadOrigins:
    """The setting ``origins``: as the policy shows it, and as it is asked."""

    written: tuple[Any, ...] | Literal["*"]
    rules: OriginRules


EVERYONE: Final = ReadOrigins("*", OriginRules(True, OriginSet.of(()), ()))


def parse_origins(value: object, report: Report) -> ReadOrigins | Unwritten:
    """Read ``origins``."""
    if value is UNSET or value is None or (isinstance(value, str) and not _words(value)):
        return _refuse(report, problem("origins-unset", "origins", value))
    items = _items("origins", value, report)
    if items is INVALID:
        return INVALID
    if items is None:
        return _refuse(report, problem("origins-type", "origins", value))
    # Of a subclass of text only the text counts: it may compare as it likes.
    items = tuple(str.__str__(item) if isinstance(item, str) else item for item in items)
    if "*" in [item for item in items if isinstance(item, str)]:
        if len(items) > 1:
            report(problem("origins-star-not-alone", "origins", value))
            _read_listed(tuple(item for item in items if item != "*"), report)
        return EVERYONE
    return _read_listed(items, report)


def _read_listed(items: tuple[object, ...], report: Report) -> ReadOrigins:
    """Read a list; where items are reported, the rest is answered, for the rules that follow."""
    texts: list[str] = []
    checks: list[OriginPredicate] = []
    for item in items:
        if isinstance(item, str):
            if parse_pattern(item) is not None or item == NULL_ORIGIN:
                texts.append(item)
                continue
            report(diagnose(item))
        else:
            adapted = adapt(item)
            if isinstance(adapted, OriginPredicate):
                checks.append(adapted)
                continue
            report(adapted or problem("origin-type", "origins", item))
    return ReadOrigins(items, OriginRules(False, OriginSet.of(texts), tuple(checks)))


def _items(
    field: str, value: object, report: Report
) -> tuple[object, ...] | Literal[Unwritten.INVALID] | None:
    """The items of a list, of text or of a single function; None where `value` is neither."""
    if isinstance(value, str):
        return _items_of_text(field, value, report)
    if callable(value) or isinstance(value, AllowsOrigins):
        return (value,)
    if isinstance(value, (bytes, Mapping)) or not isinstance(value, Iterable):
        # A compiled regular expression is not iterable; `adapt` knows what to say of it.
        return (value,) if hasattr(value, "fullmatch") else None
    return _in_order(value)


_EXAMPLES: Final = {
    "origins": '["https://app.example.com"]',
    "methods": '["PUT", "DELETE"]',
    "request_headers": '["Content-Type", "X-Request-Id"]',
    "expose_headers": '["X-Request-Id"]',
}


def _items_of_text(
    field: str, text: str, report: Report
) -> tuple[object, ...] | Literal[Unwritten.INVALID]:
    stripped = text.strip()
    if stripped[:1] not in ("[", '"'):
        return _words(text)
    try:
        read: object = json.loads(stripped)
    except (ValueError, RecursionError) as error:
        report(problem("json", field, text, reason=error, example=_EXAMPLES[field]))
        return INVALID
    return tuple(read) if isinstance(read, list) else (read,)


def _words(text: str) -> tuple[str, ...]:
    """What is between commas and white space."""
    return tuple(text.replace(",", " ").split())


def _refuse(report: Report, found: PolicyProblem) -> Literal[Unwritten.INVALID]:
    report(found)
    return INVALID


_WORDS: Final = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


def _read_boolean(field: str, value: object, report: Report) -> bool | Unwritten:
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    return _WORDS[word] if word in _WORDS else _refuse(report, problem("boolean", field, value))


def _read_names(
    field: str, value: object, report: Report, judge: Callable[[str], PolicyProblem | None]
) -> Names | Unwritten:
    """A list of names without doubles (in any case), each of which `judge` has no problem with."""
    items = None if callable(value) else _items(field, value, report)
    if items is INVALID:
        return INVALID
    if items is None:
        return _refuse(report, problem("list-type", field, value))
    if not _all_text(items):
        if items == (value,):
            return _refuse(report, problem("list-type", field, value))
        for item in items:
            if not isinstance(item, str):
                report(problem("list-item", field, item))
        return INVALID
    if "*" in items:
        if len(items) > 1:
            return _refuse(report, problem("star-not-alone", field, value))
        return "*"
    problems = [found for name in items if (found := judge(name)) is not None]
    for found in problems:
        report(found)
    if problems:
        return INVALID
    first: dict[str, str] = {}
    for name in items:
        first.setdefault(name.lower(), name)
    return tuple(first.values())


def _all_text(items: tuple[object, ...]) -> TypeGuard[tuple[str, ...]]:
    return all(isinstance(item, str) for item in items)


def _judge_method(name: str) -> PolicyProblem | None:
    if not is_token(name):
        return problem("method", "methods", name)
    if name.upper() in FORBIDDEN_METHODS:
        return problem("method-forbidden", "methods", name)
    if name != name.upper():
        return problem("method-lower-case", "methods", name, suggestion=repr(name.upper()))
    return None


def _judge_request_header(name: str) -> PolicyProblem | None:
    if not is_token(name):
        return problem("header", "request_headers", name)
    if is_forbidden_request_header(name):
        return problem("header-forbidden", "request_headers", name)
    return None


def _judge_exposed_header(name: str) -> PolicyProblem | None:
    if not is_token(name):
        return problem("header", "expose_headers", name)
    if name.lower() in FORBIDDEN_RESPONSE_HEADERS:
        return problem("response-header-forbidden", "expose_headers", name)
    return None


def _whole_number(value: object) -> int | None:
    """Return the whole number that `value` is, or that it has as decimal text."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal():
        return int(value.strip().lstrip("0")[:20] or "0")  # more digits are too large anyway
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__int__(value)  # of an enumeration, say: its text is what it likes
    return None


MAX_AGE_LIMIT: Final = 2**31
"""Seconds: what a cache need not tell from more (RFC 9111, 1.2.2)."""


def parse_max_age(value: object, report: Report) -> int | Unwritten:
    """Read ``max_age``, seconds."""
    seconds = _whole_number(value)
    if seconds is not None and 0 <= seconds <= MAX_AGE_LIMIT:
        return seconds
    meant = 600
    if isinstance(value, timedelta):
        meant = max(0, int(value.total_seconds()))
    elif isinstance(value, float) and 0 <= value < 1e9:
        meant = int(value)
    return _refuse(report, problem("max-age", "max_age", value, suggestion=f"max_age={meant}"))


def parse_preflight_status(value: object, report: Report) -> int | Unwritten:
    """Read ``preflight_status``, an "ok status" (Fetch standard, 2.2.3)."""
    status = _whole_number(value)
    if status is not None and 200 <= status <= 299:
        return status
    return _refuse(report, problem("preflight-status", "preflight_status", value))


PARSERS: Final[dict[str, Callable[[object, Report], object]]] = {
    "origins": parse_origins,
    "credentials": lambda v, r: _read_boolean("credentials", v, r),
    "methods": lambda v, r: _read_names("methods", v, r, _judge_method),
    "request_headers": lambda v, r: _read_names("request_headers", v, r, _judge_request_header),
    "expose_headers": lambda v, r: _read_names("expose_headers", v, r, _judge_exposed_header),
    "max_age": parse_max_age,
    "preflight_status": parse_preflight_status,
    "allow_null_origin": lambda v, r: _read_boolean("allow_null_origin", v, r),
    "allow_insecure_origins": lambda v, r: _read_boolean("allow_insecure_origins", v, r),
    "allow_public_suffix_subdomains": lambda v, r: _read_boolean(
        "allow_public_suffix_subdomains", v, r
    ),
}
"""Every setting of a policy, in the order of `Policy`, with its reader."""

_NAMES_ELSEWHERE: Final = {
    "origin": "Did you mean origins?",
    "allow_origin": "Did you mean origins?",
    "allow_origin_regex": "Write patterns in origins, 'https://*.example.com', or a function.",
    "allow_origins": "Did you mean origins?",
    "allowed_origins": "Did you mean origins?",
    "supports_credentials": "Did you mean credentials?",
    "allow_credentials": "Did you mean credentials?",
    "allow_methods": "Did you mean methods?",
    "headers": "Did you mean request_headers?",
    "allow_headers": "Did you mean request_headers?",
    "allowed_headers": "Did you mean request_headers?",
    "resources": "Use cors.apply(blueprint, ...) or cors.apply('/api', ...) for a part of the app.",
    "send_wildcard": "Leave it out: origins=\"*\" without credentials always answers '*'.",
    "vary_header": "Leave it out: Vary is sent wherever the answer depends on the origin.",
    "automatic_options": "Leave it out: every preflight is answered, whatever the route does.",
    "intercept_exceptions": "Leave it out: error responses always carry their headers.",
    "always_send": "Leave it out: what is sent follows from the policy.",
    "allow_private_network": "Leave it out: browsers gave Private Network Access up.",
}
"""What other libraries call a setting (or have beside these), and what to do about it here."""


def known_elsewhere(name: str) -> str | None:
    """What to do about the setting `name` of another library, or None where none has it."""
    return _NAMES_ELSEWHERE.get(name)


def unknown_keyword(name: str, value: object) -> PolicyProblem:
    """The problem of the keyword `name`, which is no setting."""
    suggestion = known_elsewhere(name) or did_you_mean(name, PARSERS, "The settings")
    return problem("unknown-keyword", name, value, suggestion=suggestion)


def materialized(written: Mapping[str, object]) -> dict[str, object]:
    """Return what is `written` as it is now, to be read at any time and more than once.

    What happens to a list later must not change a policy that is made anew.
    """
    return {name: _copied(value) for name, value in written.items()}


def _copied(value: object) -> object:
    if isinstance(value, list):
        return list(value)  # as a list, which is how a problem is to show it
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        return value
    # An origin function, or an object that is called for origins, stays itself.
    return value if callable(value) or isinstance(value, AllowsOrigins) else _in_order(value)


def _in_order(value: Iterable[object]) -> tuple[object, ...]:
    """Return the items; those of a set sorted, so that they always read the same."""
    return tuple(sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)


def parse_settings(written: Mapping[str, object]) -> tuple[dict[str, object], list[PolicyProblem]]:
    """The settings that are `written`, read one by one, and the problems each has in itself."""
    read: dict[str, object] = {}
    problems: list[PolicyProblem] = []
    for name, value in written.items():
        if name in PARSERS:
            read[name] = PARSERS[name](value, problems.append)
        else:
            problems.append(unknown_keyword(name, value))
    return read, problems
