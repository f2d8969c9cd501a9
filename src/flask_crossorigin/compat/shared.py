"""The one CrossOrigin object behind `CORS` and `cross_origin`, and the apps that it has."""

import warnings
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask

from ..core.errors import CrossOriginWarning, PolicyError, PolicyProblem
from ..core.policy import Policy
from ..extension import CrossOrigin
from ..migration.messages import error
from ..migration.options import CONFIG_KEYS, Translation, options_from_config, translate

SHARED: Final = CrossOrigin()
"""A decorator can't know its app, so all apps share this object."""


@dataclass(frozen=True)
class BridgedApp:
    """An app that `CORS` was called for.

    :ivar config: the options that its config had when `CORS` read it.
    :ivar policy: the policy of the app itself.
    """

    config: Mapping[str, Any]
    policy: Policy


_APPS: Final[weakref.WeakKeyDictionary[Flask, BridgedApp]] = weakref.WeakKeyDictionary()


def bridged_app(app: Flask) -> BridgedApp | None:
    """Return what is known of `app`; None if `CORS` was not called for it."""
    return _APPS.get(app)


def latest_config() -> Mapping[str, Any]:
    """Return the options from the config of the app that was initialised last."""
    apps = list(_APPS.values())
    return apps[-1].config if apps else {}


def config_of(app: Flask) -> Mapping[str, Any]:
    """Return the options from the config of `app`, those that were read before included."""
    known = _APPS.get(app)
    return {**(known.config if known else {}), **options_from_config(app.config)}


def set_policy(app: Flask, settings: Mapping[str, Any]) -> None:
    """Set the policy of `app` itself, and take flask-cors's keys out of its config.

    :raises PolicyError: if it has another one, which allows somebody.
    """
    config = config_of(app)
    # Some of the keys have another meaning here, and the others are errors.
    keys = {key: app.config.pop(key) for key in CONFIG_KEYS if key in app.config}
    try:
        policy = _changed_policy(app, settings)
    except PolicyError:
        app.config.update(keys)
        raise
    _APPS[app] = BridgedApp(config, policy)


def _changed_policy(app: Flask, settings: Mapping[str, Any]) -> Policy:
    """Return the policy of `app` with `settings`; it is in force then."""
    policy = Policy(**settings)
    known = _APPS.get(app)
    if known is None:
        SHARED.init_app(app, **settings)
        return policy
    if policy.origins == () or policy == known.policy:
        return known.policy
    if known.policy.origins != ():
        raise PolicyError([error("bridge-twice", "app", app.name)])
    SHARED.reconfigure(policy, app=app)
    return policy


def allow_nobody(app: Flask) -> None:
    """Initialise `app`, if `CORS` was not called for it yet."""
    set_policy(app, {"origins": []})


def checked_translation(options: Mapping[str, Any], stacklevel: int) -> Translation:
    """Translate `options`, and warn of what needs a decision.

    :param stacklevel: of the warnings, as the caller would write it.
    :raises PolicyError: with every option that is unsafe or has no equivalent.
    """
    translation = translate(options)
    if translation.errors:
        raise PolicyError(translation.errors)
    warn(translation.decisions, stacklevel + 1)
    return translation


def warn(notes: Sequence[PolicyProblem], stacklevel: int) -> None:
    """Warn of the `notes`."""
    for each in notes:
        warnings.warn(f"{each} [{each.code}]", CrossOriginWarning, stacklevel=stacklevel + 1)
