"""Asking the user's own functions about an origin, and telling what was denied."""

import logging
from collections.abc import Callable
from typing import Final

from flask import Flask, has_app_context

from .context import Environ, current_flask_app
from .core.actual import CallPredicate
from .core.origin_predicates import OriginPredicate
from .events import escape_for_log, log_exception

logger: Final = logging.getLogger("flask_crossorigin")

_MAX_CAUSES: Final = 64


class OriginFunctions:
    """Asks origin checks on behalf of one app; a failure is logged once per cause."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._logged: dict[tuple[int, type[BaseException]], object] = {}

    def caller_for(self, environ: Environ) -> CallPredicate:
        """What asks a check about the origin of the request in `environ`."""

        def ask(check: OriginPredicate, origin: str) -> bool | None:
            try:
                if has_app_context() and current_flask_app() is self._app:
                    return check.allows(origin, self._request_maker(environ))
                with self._app.app_context():
                    return check.allows(origin, self._request_maker(environ))
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing is allowed
                self._log_once(check, error, origin)
                return None

        return ask

    def _request_maker(self, environ: Environ) -> Callable[[], object]:
        def make_request() -> object:
            # Of a copy: the request that the app works on must stay in the environment.
            made = self._app.request_class(environ.copy())
            made.json_module = self._app.json
            return made

        return make_request

    def _log_once(self, check: OriginPredicate, error: Exception, origin: str) -> None:
        # An object with `allows` makes a new bound method each time; what was written is one.
        key = (id(check.written), type(error))
        if key in self._logged or len(self._logged) >= _MAX_CAUSES:
            return
        self._logged[key] = check.written  # kept, so that no other can take its identity
        log_exception(
            logger,
            error,
            "%r failed on origin %s, so that it is not allowed; this cause is logged once",
            check.written,
            escape_for_log(origin),
        )
