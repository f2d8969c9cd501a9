"""Call users' origin functions in the context of an app, and log their failures."""

import logging
from collections.abc import Callable
from typing import Final

from flask import Flask, has_app_context

from .context import Environ, current_flask_app
from .core.actual import CallPredicate
from .core.origin_predicates import OriginPredicate
from .events import escape_for_log, log_exception

logger: Final = logging.getLogger("flask_crossorigin")

_MAX_LOGGED: Final = 64
"""Pairs of an origin function and an exception that are logged."""


class OriginFunctions:
    """Calls origin functions for one app; logs each kind of failure once."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._logged: dict[tuple[int, type[BaseException]], object] = {}

    def caller_for(self, environ: Environ) -> CallPredicate:
        """Return a function that calls origin functions for the request in `environ`."""

        def call(predicate: OriginPredicate, origin: str) -> bool | None:
            try:
                if has_app_context() and current_flask_app() is self._app:
                    return predicate.allows(origin, self._request_maker(environ))
                with self._app.app_context():
                    return predicate.allows(origin, self._request_maker(environ))
            except Exception as error:  # noqa: BLE001 - whatever fails, nothing is allowed
                self._log_once(predicate, error, origin)
                return None

        return call

    def _request_maker(self, environ: Environ) -> Callable[[], object]:
        def make_request() -> object:
            # Of a copy: the environment must keep the request that the app works on.
            request = self._app.request_class(environ.copy())
            request.json_module = self._app.json
            return request

        return make_request

    def _log_once(self, predicate: OriginPredicate, error: Exception, origin: str) -> None:
        # The identity of what the user wrote: `allows` is a new bound method in each policy.
        key = (id(predicate.written), type(error))
        if key in self._logged or len(self._logged) >= _MAX_LOGGED:
            return
        self._logged[key] = predicate.written  # kept, so that its id is not reused
        log_exception(
            logger,
            error,
            "origin function %r failed for origin %s, which is denied; this is logged once",
            predicate.written,
            escape_for_log(origin),
        )
