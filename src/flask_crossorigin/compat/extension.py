"""CORS, with the arguments of flask-cors."""

from typing import Any, cast

from flask import Blueprint, Flask

from ..context import require_app
from ..core.errors import PolicyError
from ..core.policy import Policy
from ..migration.messages import error
from .shared import SHARED, allow_nobody, checked_translation, config_of, set_policy


class CORS:
    """The cross-origin policy of an app or a blueprint, in the words of flask-cors.

    :param app: the app or blueprint; in a factory, leave it out and call :meth:`init_app`.
    :param options: the options of flask-cors. They override the app's ``CORS_*`` keys.
    :raises PolicyError: with every option that is unsafe or has no equivalent.
    """

    def __init__(self, app: Flask | Blueprint | None = None, **options: Any) -> None:
        self._options = options
        if app is not None:
            self._initialise(app, options)

    def init_app(self, app: Flask | Blueprint, **options: Any) -> None:
        """Apply the options and the app's ``CORS_*`` keys to `app`.

        The keys are taken out of the config then: some of them have another meaning without the
        bridge.

        :param app: an app, or a blueprint, which has no keys.
        :param options: they override those of the constructor.
        :raises PolicyError: with every option that is unsafe or has no equivalent.
        """
        self._initialise(app, {**self._options, **options})

    def _initialise(self, app: object, options: dict[str, Any]) -> None:
        if isinstance(app, Blueprint):
            return _initialise_blueprint(app, options)
        app = require_app(app)
        translation = checked_translation({**config_of(app), **options}, 3)
        set_policy(app, translation.settings)
        for scope in translation.scopes:
            SHARED.apply(scope.prefix, Policy(**scope.settings), app=app)
        return None


def _initialise_blueprint(blueprint: Blueprint, options: dict[str, Any]) -> None:
    translation = checked_translation(options, 4)
    if translation.scopes:
        raise PolicyError([error("blueprint-resources", "resources", options["resources"])])
    SHARED.apply(blueprint, Policy(**translation.settings))
    blueprint.record(lambda state: allow_nobody(cast("Flask", state.app)))
