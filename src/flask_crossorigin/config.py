"""The ``CORS_*`` keys of an app's configuration, read once by `init_app`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from .core.errors import PolicyError, PolicyProblem
from .core.messages import did_you_mean
from .core.policy import Policy
from .core.problems import problem
from .core.settings import PARSERS, hint_for_other_library

PREFIX: Final = "CORS_"

KEYS: Final = {f"{PREFIX}{name.upper()}": name for name in PARSERS}
"""The name of the setting for each config key."""


def read_policy(config: Mapping[str, Any], policy: object, settings: Mapping[str, Any]) -> Policy:
    """Return the policy of an app.

    :param config: the configuration of the app; its ``CORS_*`` keys are read.
    :param policy: a whole policy, which excludes keys and `settings`; or None.
    :param settings: settings given in code, which override `config`.
    :raises PolicyError: with every problem of all of them.
    """
    written = {key: value for key, value in config.items() if key.startswith(PREFIX)}
    if policy is not None:
        if not isinstance(policy, Policy):
            raise PolicyError([problem("policy-type", "policy", policy)])
        if written or settings:
            names = ", ".join(sorted([*written, *settings]))
            raise PolicyError([problem("policy-and-settings", "policy", names)])
        return policy
    result: Policy | None = None
    problems = [_unknown_key(key, value) for key, value in written.items() if key not in KEYS]
    configured = {KEYS[key]: value for key, value in written.items() if key in KEYS}
    try:
        result = Policy(**{**configured, **settings})
    except PolicyError as error:
        from_config = configured.keys() - settings.keys()
        problems.extend(_with_key(each, from_config) for each in error.errors)
    if result is None or problems:
        raise PolicyError(problems)
    return result


def _with_key(found: PolicyProblem, from_config: set[str]) -> PolicyProblem:
    """Return `found` with the config key before its message, if the value is from the config."""
    if found.field not in from_config:
        return found
    return replace(found, message=f"{PREFIX}{found.field.upper()}: {found.message}")


def _unknown_key(key: str, value: object) -> PolicyProblem:
    """Return the problem of an unknown ``CORS_*`` key."""
    name = key.removeprefix(PREFIX).lower()
    hint = hint_for_other_library(name) or did_you_mean(key, KEYS, "The keys")
    for setting in PARSERS:
        # The hints for other libraries name keywords; this is about keys.
        hint = hint.replace(f"mean {setting}?", f"mean {PREFIX}{setting.upper()}?")
    return problem("unknown-config-key", key, value, suggestion=hint)
