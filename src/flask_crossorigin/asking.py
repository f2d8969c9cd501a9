"""Asking the user's own functions about an origin, and telling what was denied."""

import logging
from collections.abc import Callable
from typing import Final

from flask import Flask

from .core.decision import Ask, Reason
from .core.origin_checks import OriginCheck
from .routing import Environ, path_of

logger: Final = logging.getLogger("flask_crossorigin")

_MAX_CAUSES: Final = 64


class Asker:
    """Asks origin checks on behalf of one app; a failure is logged once per cause."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._logged: set[tuple[object, type[BaseException]]] = set()

    def ask_for(self, environ: Environ) -> Ask:
        """What asks a check about the origin of the request in `environ`."""

        def ask(check: OriginCheck, origin: str) -> bool | None:
            try:
                with self._app.app_context():
                    return check.allows(origin, self._request_maker(environ))
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing is allowed
                self._log_once(check, type(error), origin)
                return None

        return ask

    def _request_maker(self, environ: Environ) -> Callable[[], object]:
        def make_request() -> object:
            # `populate_request`: the request that the app works on must stay where it is.
            made = self._app.request_class(environ, populate_request=False)
            made.json_module = self._app.json
            return made

        return make_request

    def _log_once(self, check: OriginCheck, cause: type[BaseException], origin: str) -> None:
        # An object with `allows` makes a new bound method each time; what was written is one.
        key = (id(check.written), cause)
        if key in self._logged or len(self._logged) >= _MAX_CAUSES:
            return
        self._logged.add(key)
        logger.error(
            "%r failed on origin %s, so that it is not allowed; this cause is logged once",
            check.written,
            ascii(origin),
            exc_info=True,  # noqa: LOG014 - called where it is being handled
        )


def logs_denials() -> bool:
    """Say whether anybody listens to what `log_denial` logs."""
    return logger.isEnabledFor(logging.INFO)


def log_denial(reason: Reason, environ: Environ) -> None:
    """Log that the origin in `environ` was denied; nothing is formatted where nobody listens."""
    if logs_denials():
        logger.info(
            "%s %s from origin %s denied: %s",
            ascii(environ["REQUEST_METHOD"]),
            ascii(path_of(environ)),
            ascii(environ["HTTP_ORIGIN"]),
            reason,
        )
