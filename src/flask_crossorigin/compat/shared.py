"""The one CrossOrigin object behind `CORS` and `cross_origin`, and the apps that it has."""

import warnings
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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


@dataclass
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


def set_policy(app: Flask, settings: Mapping[str, Any]) -> None:
    """Set the policy of `app` itself.

    :raises PolicyError: if it has another one, which allows somebody.
    """
    policy = Policy(**settings)
    known = _APPS.get(app)
    if known is None:
        config = options_from_config(app.config)
        with _without_keys_of_flask_cors(app):
            SHARED.init_app(app, **settings)
        _APPS[app] = BridgedApp(config, policy)
    elif known.policy.origins == ():
        SHARED.reconfigure(policy, app=app)
        known.policy = policy
    elif policy.origins != () and policy != known.policy:
        raise PolicyError([error("bridge-twice", "app", app.name)])


def allow_nobody(app: Flask) -> None:
    """Initialise `app`, if `CORS` was not called for it yet."""
    set_policy(app, {"origins": []})


@contextmanager
def _without_keys_of_flask_cors(app: Flask) -> Iterator[None]:
    """Hide the config keys that were translated, some of which have another meaning here."""
    hidden = {key: app.config.pop(key) for key in CONFIG_KEYS if key in app.config}
    try:
        yield
    finally:
        app.config.update(hidden)


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
