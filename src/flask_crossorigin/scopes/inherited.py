"""Explain contradictions with settings that a scope inherits."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from ..core.errors import PolicyProblem
from ..core.policy import Policy
from ..core.text import short_repr

_LEAVE_OUT: Final = "or leave credentials out."

_HINTS: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("origins-star-with-credentials", "origins"): {
        "credentials": "Write credentials=False here, or list the origins.",
        "origins": f"List the origins here, {_LEAVE_OUT}",
    },
    ("origin-null-with-credentials", "origins"): {
        "credentials": "Write credentials=False here, or leave 'null' out.",
        "origins": f"Write origins without 'null' here, {_LEAVE_OUT}",
    },
    ("origin-null", "origins"): {
        "origins": "Write origins without 'null' here, or leave allow_null_origin out.",
    },
    ("origin-insecure", "origins"): {
        "credentials": "Write credentials=False here. If credentials are needed: {hint}",
        "origins": "Write origins with https here, or leave credentials out; if you must allow "
        "http, add allow_insecure_origins=True.",
    },
    ("origin-insecure", "credentials"): {
        "credentials": "Write credentials here, or leave allow_insecure_origins out.",
    },
    ("origin-public-suffix", "origins"): {
        "credentials": "Write credentials=False here. If credentials are needed: {hint}",
        "origins": "Write other origins here, or leave credentials out; if you must allow it, add "
        "allow_public_suffix_subdomains=True.",
    },
    ("credentials-origin-not-allowed", "credentials"): {
        "credentials": "Write credentials here too: False, or origins that are allowed here.",
        "origins": "Write origins here too, or leave this origin out of credentials.",
    },
    ("expose-star-with-credentials", "expose_headers"): {
        "credentials": "Write credentials=False here, or list the headers that scripts may read.",
        "expose_headers": f"List the headers that scripts may read here, {_LEAVE_OUT}",
    },
}
"""The fix in the inner scope: by the code and field of a problem, and the inherited setting."""


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
    hints = _HINTS.get((found.code, found.field), {})
    inherited = [name for name in hints if name not in written]
    if not inherited:
        return found
    notes = [
        f"{_shown(name, policy)} is inherited from {sources.get(name, 'the app')}."
        for name in inherited
    ]
    if len(inherited) == len(hints) > 1:  # only what permits the combination is written here
        permits = ", ".join(sorted(name for name in written if name.startswith("allow_")))
        hint = f"Write {' or '.join(inherited)} here, or leave {permits} out."
    else:
        hint = hints[inherited[0]].format(hint=found.hint[0].lower() + found.hint[1:])
    return replace(found, message=" ".join([found.message, *notes]), hint=hint)


def _shown(name: str, policy: Policy) -> str:
    value = getattr(policy, name)
    return f"{name}={short_repr(list(value) if isinstance(value, tuple) else value)}"
