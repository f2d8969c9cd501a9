"""cross_origin, with the arguments of flask-cors."""

import weakref
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask, has_app_context

from ..context import current_flask_app
from ..core.errors import PolicyError
from ..core.policy import Policy
from ..migration.messages import error
from ..migration.options import CONFIG_KEYS
from ..scopes.decorators import wrap
from .shared import SHARED, bridged_app, checked_translation, latest_config

View = TypeVar("View", bound=Callable[..., Any])


def cross_origin(*misplaced: object, **options: Any) -> Callable[[View], View]:
    """Decorate a view with its own policy, in the words of flask-cors.

    The app must be initialised: write ``CORS(app)``, or ``CORS(app, origins=[])`` to allow nothing
    but decorated views. As with flask-cors, the policy of the view is taken from the app's
    ``CORS_*`` keys where `options` does not name something, and not from the arguments of `CORS`.

    :param options: the options of flask-cors, but for `resources`.
    :raises PolicyError: with every option that is unsafe or has no equivalent. The view itself
        raises it if its app is not initialised.
    """
    if misplaced:
        raise PolicyError([error("decorator-arguments", "view", misplaced[0])])
    config = {key: value for key, value in latest_config().items() if key != "resources"}
    policy = Policy(**checked_translation({**config, **options}, 2).settings)

    def decorate(view: View) -> View:
        if isinstance(view, type):
            raise PolicyError([error("decorator-class", "view", view)])
        return wrap(SHARED.policy(policy)(view), _AppCheck(view, options, config))

    return decorate


class _AppCheck:
    """Checks that a view's app is initialised, and has the config that its policy was made with.

    A decorator can't know the app of its view.
    """

    def __init__(
        self, view: Callable[..., Any], options: Mapping[str, Any], config: Mapping[str, Any]
    ) -> None:
        self._name = getattr(view, "__qualname__", repr(view))
        self._keys = {key: name for key, name in CONFIG_KEYS.items() if name not in options}
        self._config = config
        self._checked: weakref.WeakSet[Flask] = weakref.WeakSet()

    def __call__(self) -> None:
        """Check the current app, once.

        :raises PolicyError: if the policy of the view does not apply, or is not that of this app.
        """
        if not has_app_context() or (app := current_flask_app()) in self._checked:
            return
        known = bridged_app(app)
        facts = {"app": repr(app.name), "name": self._name}
        if known is None:
            raise PolicyError([error("decorator-alone", "view", self._name, **facts)])
        differing = [
            key
            for key, name in self._keys.items()
            if name != "resources" and known.config.get(name) != self._config.get(name)
        ]
        if differing:
            keys = ", ".join(differing)
            raise PolicyError([error("decorator-config", "view", self._name, keys=keys, **facts)])
        self._checked.add(app)
