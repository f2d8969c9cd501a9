"""Parse each setting of a policy: from the value that the user wrote to the value it stands for.

A parser takes the value and a `Report` function. It reports every problem, and returns `INVALID`
if no usable value is left. Text is parsed for every setting, because environment variables
contain nothing else.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Final

from .errors import PolicyProblem
from .lists import NoValue, Report, in_order, invalid
from .messages import did_you_mean
from .names import parse_exposed_headers, parse_methods, parse_request_headers
from .origin_predicates import AllowsOrigins
from .origin_settings import parse_origins
from .problems import problem

# Booleans.

_BOOLEANS: Final = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


def _parse_boolean(field: str, value: object, report: Report) -> bool | NoValue:
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    if word in _BOOLEANS:
        return _BOOLEANS[word]
    return invalid(report, problem("boolean", field, value))


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
    return invalid(report, problem("max-age", "max_age", value, suggestion=f"max_age={suggested}"))


def _parse_preflight_status(value: object, report: Report) -> int | NoValue:
    """Parse ``preflight_status``, an "ok status" (Fetch standard, 2.2.3)."""
    status = _whole_number(value)
    if status is not None and 200 <= status <= 299:
        return status
    return invalid(report, problem("preflight-status", "preflight_status", value))


def _whole_number(value: object) -> int | None:
    """Return `value` if it is a whole number, or text that is one in decimal digits."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal():
        return int(value.strip().lstrip("0")[:20] or "0")  # more digits are too large anyway
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__int__(value)  # an enumeration may have any text
    return None


# All settings.

PARSERS: Final[dict[str, Callable[[object, Report], object]]] = {
    "origins": parse_origins,
    "credentials": partial(_parse_boolean, "credentials"),
    "methods": parse_methods,
    "request_headers": parse_request_headers,
    "expose_headers": parse_exposed_headers,
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
    return value if callable(value) or isinstance(value, AllowsOrigins) else in_order(value)


# Keywords of other libraries.

_OTHER_LIBRARIES: Final = {
    "origin": "Did you mean origins?",
    "allow_origin": "Did you mean origins?",
    "allow_origin_regex": (
        "Write origin patterns in origins, such as 'https://*.example.com' or "
        "'https://app-*.example.com', or a function."
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
