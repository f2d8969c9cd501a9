"""Explain contradictions with settings that a scope inherits."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from ..core.errors import PolicyProblem
from ..core.policy import Policy
from ..core.text import short_repr

_LEAVE_OUT: Final = "or leave credentials out."

_HINTS: Final[Mapping[str, Mapping[str, str]]] = {
    "origins-star-with-credentials": {
        "credentials": "Write credentials=False here, or list the origins.",
        "origins": f"List the origins here, {_LEAVE_OUT}",
    },
    "origin-null-with-credentials": {
        "credentials": "Write credentials=False here, or leave 'null' out.",
        "origins": f"Write origins without 'null' here, {_LEAVE_OUT}",
    },
    "origin-null": {
        "origins": "Write origins without 'null' here, or leave allow_null_origin out.",
    },
    "origin-insecure": {
        "credentials": "Write credentials=False here. With credentials: {hint}",
        "origins": f"Write origins with https here, {_LEAVE_OUT} To keep it: {{hint}}",
    },
    "origin-public-suffix": {
        "credentials": "Write credentials=False here. With credentials: {hint}",
        "origins": f"Write other origins here, {_LEAVE_OUT} To keep it: {{hint}}",
    },
    "expose-star-with-credentials": {
        "credentials": "Write credentials=False here, or list the headers that scripts may read.",
        "expose_headers": f"List the headers that scripts may read here, {_LEAVE_OUT}",
    },
}
"""By the code of a contradiction and the setting that is inherited: the fix in the inner scope."""


def explain_inherited(
    problems: Iterable[PolicyProblem],
    changes: Iterable[str],
    policy: Policy,
    sources: Mapping[str, str],
) -> list[PolicyProblem]:
    """Return `problems` with the inherited settings named, and hints for the inner scope.

    :param changes: the settings that the inner scope sets.
    :param policy: the policy that it inherits.
    :param sources: by setting, the scope that sets it, unless that is the app.
    """
    written = set(changes)
    return [_explained(each, written, policy, sources) for each in problems]


def _explained(
    found: PolicyProblem, written: set[str], policy: Policy, sources: Mapping[str, str]
) -> PolicyProblem:
    hints = _HINTS.get(found.code, {})
    inherited = [name for name in hints if name not in written]
    if not inherited:
        return found
    notes = [
        f"{_shown(name, policy)} is inherited from {sources.get(name, 'the app')}."
        for name in inherited
    ]
    if len(inherited) == len(hints) > 1:  # only what permits the combination is written here
        hint = f"Write {' or '.join(inherited)} here, or leave {', '.join(sorted(written))} out."
    else:
        hint = hints[inherited[0]].format(hint=found.hint)
    return replace(found, message=" ".join([found.message, *notes]), hint=hint)


def _shown(name: str, policy: Policy) -> str:
    value = getattr(policy, name)
    return f"{name}={short_repr(list(value) if isinstance(value, tuple) else value)}"
