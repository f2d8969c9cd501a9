"""Policies and findings: short text for people, complete JSON for programs."""

from collections.abc import Iterator
from typing import Any, Final

import click

from ..core.errors import PolicyProblem
from ..core.origin_predicates import origin_as_text
from ..core.policy import Policy
from ..core.settings import PARSERS
from .output import WIDTH, echo, json_value, paragraph, shortened

_SHOWN_ORIGINS: Final = 3
_COLOURS: Final = {"error": "red", "warning": "yellow", "information": "cyan"}


def policy_as_text(policy: Policy) -> str:
    """Return the first origins of `policy`, and whether it allows credentials."""
    if policy.origins == "*":
        allowed = "every origin"
    elif not policy.origins:
        return "no origin"
    else:
        shown = [shortened(origin_as_text(each), WIDTH - 8) for each in policy.origins]
        if len(shown) > _SHOWN_ORIGINS + 1:
            shown[_SHOWN_ORIGINS:] = [f"{len(shown) - _SHOWN_ORIGINS} more"]
        allowed = ", ".join(shown)
    return f"{allowed}, {_credentials_as_text(policy)}"


def _credentials_as_text(policy: Policy) -> str:
    if isinstance(policy.credentials, bool):
        return f"{'with' if policy.credentials else 'without'} credentials"
    return f"with credentials for {', '.join(policy.credentials)}"


def policy_as_json(policy: Policy) -> dict[str, Any]:
    """Return every setting of `policy`, with functions as their names."""
    settings = {name: json_value(getattr(policy, name)) for name in PARSERS}
    if policy.origins != "*":
        settings["origins"] = [origin_as_text(each) for each in policy.origins]
    return settings


def finding_as_json(level: str, found: PolicyProblem) -> dict[str, Any]:
    """Return every field of a finding.

    :param level: ``error``, ``warning`` or ``information``.
    """
    return {
        "level": level,
        "code": found.code,
        "field": found.field,
        "value": json_value(found.value),
        "message": found.message,
        "hint": found.hint,
    }


def echo_finding(level: str, found: PolicyProblem, *, err: bool = False) -> None:
    """Print a finding: its code, its message and its hint."""
    for line in finding_as_text(level, found):
        echo(line, err=err)


def finding_as_text(level: str, found: PolicyProblem) -> Iterator[str]:
    """Yield the lines of a finding. The last line is empty."""
    yield f"{click.style(level, fg=_COLOURS[level], bold=True)} {found.code}"
    yield paragraph(found.message, 2)
    yield paragraph(found.hint, 2)
    yield ""
