"""The ``CORS_*`` keys of an app's configuration, read once by `init_app`."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from .core.errors import PolicyError, PolicyProblem
from .core.lists import UNSET
from .core.messages import edit_distance
from .core.policy import Policy
from .core.problems import problem
from .core.settings import PARSERS, hint_for_other_library, materialized

PREFIX: Final = "CORS_"

KEYS: Final = {f"{PREFIX}{name.upper()}": name for name in PARSERS}
"""The name of the setting for each config key."""

_MAX_EDITS: Final = 2
"""Edits that turn a mistyped key into a known one."""


def read_policy(config: Mapping[str, Any], policy: object, settings: Mapping[str, Any]) -> Policy:
    """Return the policy of an app.

    :param config: the configuration of the app; its ``CORS_*`` keys are read.
    :param policy: a whole policy, which excludes keys and `settings`; or None.
    :param settings: settings given in code, which override `config`.
    :raises PolicyError: with every problem of all of them.
    """
    if policy is not None and not isinstance(policy, Policy):
        raise PolicyError([problem("policy-type", "policy", policy)])
    configured = {name: config[key] for key, name in KEYS.items() if key in config}
    problems = list(_mistaken_keys(config))
    result = policy
    if policy is not None:
        written = sorted([*(key for key in KEYS if key in config), *settings])
        if written:
            problems.append(problem("policy-and-settings", "policy", ", ".join(written)))
    else:
        try:
            result = Policy(**{**configured, **settings})
        except PolicyError as error:
            from_config = configured.keys() - settings.keys()
            problems.extend(_with_source(each, from_config) for each in error.errors)
    if result is None or problems:
        raise PolicyError(problems)
    return result


def known_keys(config: Mapping[str, Any]) -> dict[str, object]:
    """Return the known ``CORS_*`` keys in `config`, with copies of their values."""
    return materialized({key: config[key] for key in KEYS if key in config})


def config_warnings(
    config: Mapping[str, Any], read: Mapping[str, object]
) -> Iterator[PolicyProblem]:
    """Yield a warning for each ``CORS_*`` key in `config` that has no effect.

    :param read: the known keys when `init_app` read them.
    """
    for key in _unknown_keys(config):
        suggestion = _correction(key) or (
            f"If the app reads it itself, keep it. The keys of this library are: {', '.join(KEYS)}."
        )
        yield problem("config-key-ignored", key, config[key], suggestion=suggestion)
    for key, value in known_keys(config).items():
        if key not in read or value != read[key]:
            yield problem("config-after-init", key, value)


def _unknown_keys(config: Mapping[str, Any]) -> list[str]:
    return [key for key in config if key.startswith(PREFIX) and key not in KEYS]


def _mistaken_keys(config: Mapping[str, Any]) -> Iterator[PolicyProblem]:
    """Yield a problem for each key that is mistyped, or that another CORS library reads.

    An app may use any other key of its own.
    """
    for key in _unknown_keys(config):
        correction = _correction(key)
        if correction is not None:
            yield problem("unknown-config-key", key, config[key], suggestion=correction)


def _correction(key: str) -> str | None:
    """Return what to write instead of the unknown `key`; None if it may be the app's own."""
    hint = hint_for_other_library(key.removeprefix(PREFIX).lower())
    if hint is not None:
        for setting in PARSERS:
            # The hints for other libraries name keywords; this is about keys.
            hint = hint.replace(f"mean {setting}?", f"mean {PREFIX}{setting.upper()}?")
        return hint
    edits = {known: edit_distance(key.upper(), known) for known in KEYS}
    closest = min(edits, key=edits.__getitem__)
    return f"Did you mean {closest}?" if edits[closest] <= _MAX_EDITS else None


def _with_source(found: PolicyProblem, from_config: set[str]) -> PolicyProblem:
    """Return `found` with the config key before its message, if the value is from the config.

    If there are no origins, the hint is about the environment variable that was not read.
    """
    if found.field in from_config:
        return replace(found, message=f"{PREFIX}{found.field.upper()}: {found.message}")
    if found.code == "origins-unset" and found.value is UNSET:
        if "FLASK_CORS_ORIGINS" in os.environ:
            hint = "call app.config.from_prefixed_env() before CrossOrigin."
            return replace(found, hint=f"To read the variable FLASK_CORS_ORIGINS, {hint}")
        if "CORS_ORIGINS" in os.environ:
            hint = "name it FLASK_CORS_ORIGINS, and call app.config.from_prefixed_env()."
            return replace(found, hint=f"To read the environment variable CORS_ORIGINS, {hint}")
    return found
