"""Policies and findings in words, short for people and whole for programs."""

from collections.abc import Iterator
from typing import Any, Final

import click

from ..core.errors import PolicyProblem
from ..core.policy import Policy
from ..core.settings import PARSERS
from ..core.text import printable
from .output import WIDTH, echo, json_value, paragraph, shortened

_SHOWN_ORIGINS: Final = 3


def policy_in_words(policy: Policy) -> str:
    """Who may read, and whether with credentials; single origins are never broken."""
    if policy.origins == "*":
        who = "every origin"
    elif not policy.origins:
        return "nobody"
    else:
        shown = [shortened(origin_in_words(each), WIDTH - 8) for each in policy.origins]
        if len(shown) > _SHOWN_ORIGINS + 1:
            shown[_SHOWN_ORIGINS:] = [f"{len(shown) - _SHOWN_ORIGINS} more"]
        who = ", ".join(shown)
    return f"{who}, {'with' if policy.credentials else 'without'} credentials"


def policy_as_json(policy: Policy) -> dict[str, Any]:
    """Every setting of `policy`; functions by their names."""
    settings = {name: json_value(getattr(policy, name)) for name in PARSERS}
    if policy.origins != "*":
        settings["origins"] = [origin_in_words(each) for each in policy.origins]
    return settings


def origin_in_words(item: object) -> str:
    """An item of a policy's origins; a function is called by its name."""
    if isinstance(item, str):
        return item
    named = item if hasattr(item, "__qualname__") else type(item)
    module = getattr(named, "__module__", None)
    name: str = getattr(named, "__qualname__", "")
    return printable(f"function {module}.{name}" if module else f"function {name}")


def finding_as_json(level: str, found: PolicyProblem) -> dict[str, Any]:
    """A problem or warning, whole."""
    return {
        "level": level,
        "code": found.code,
        "field": found.field,
        "value": json_value(found.value),
        "message": found.message,
        "hint": found.hint,
    }


def echo_finding(level: str, found: PolicyProblem, *, err: bool = False) -> None:
    """Print a problem or warning: its code, what it is, and what to do."""
    for line in finding_in_words(level, found):
        echo(line, err=err)


def finding_in_words(level: str, found: PolicyProblem) -> Iterator[str]:
    """A problem or warning in lines, the last of them empty."""
    colour = "red" if level == "error" else "yellow"
    yield f"{click.style(level, fg=colour, bold=True)} {found.code}"
    yield paragraph(found.message, 2)
    yield paragraph(found.hint, 2)
    yield ""
