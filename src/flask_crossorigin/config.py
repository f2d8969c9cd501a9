"""The ``CORS_*`` keys of an app's configuration, read once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from .core.errors import PolicyError, PolicyProblem, did_you_mean, problem
from .core.policy import Policy
from .core.settings import PARSERS, known_elsewhere

PREFIX: Final = "CORS_"

KEYS: Final = {f"{PREFIX}{name.upper()}": name for name in PARSERS}
"""Every config key, with the setting it gives."""


def read_policy(config: Mapping[str, Any], policy: object, settings: Mapping[str, Any]) -> Policy:
    """The policy of an app: `policy` as it is, or `settings` over what `config` has.

    :raises PolicyError: with every problem of all of them.
    """
    written = {key: value for key, value in config.items() if key.startswith(PREFIX)}
    if policy is not None:
        if not isinstance(policy, Policy):
            raise PolicyError([problem("policy-type", "policy", policy)])
        if written or settings:
            beside = sorted([*written, *settings])
            raise PolicyError([problem("policy-and-settings", "policy", ", ".join(beside))])
        return policy
    made: Policy | None = None
    problems = [_unknown(key, value) for key, value in written.items() if key not in KEYS]
    configured = {KEYS[key]: value for key, value in written.items() if key in KEYS}
    try:
        made = Policy(**{**configured, **settings})
    except PolicyError as error:
        problems.extend(_named(each, configured.keys() - settings.keys()) for each in error.errors)
    if made is None or problems:
        raise PolicyError(problems)
    return made


def _named(found: PolicyProblem, configured: set[str]) -> PolicyProblem:
    """`found` with the config key in front of its message, where one gave the value."""
    if found.field not in configured:
        return found
    return replace(found, message=f"{PREFIX}{found.field.upper()}: {found.message}")


def _unknown(key: str, value: object) -> PolicyProblem:
    """The problem of a ``CORS_*`` key that is none of ours."""
    name = key.removeprefix(PREFIX).lower()
    suggestion = known_elsewhere(name) or did_you_mean(key, KEYS, "The keys")
    for setting in PARSERS:
        # What is known of another library's keyword is said in terms of config keys here.
        suggestion = suggestion.replace(f"mean {setting}?", f"mean {PREFIX}{setting.upper()}?")
    return problem("unknown-config-key", key, value, suggestion=suggestion)
