"""Respond to preflights before Flask is entered, where nothing stands between.

It saves the time that Flask takes to set up a request, and is never needed for correctness:
without it, or past it, the app sends the same response.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from ..context import Environ
from ..core.preflight import parse_preflight
from ..scopes.router import is_flasks_own
from ..state import AppState
from .opentelemetry import wraps_flask_alone
from .preflights import respond

StartResponse: TypeAlias = Callable[..., Any]
WSGIApp: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]


def with_shortcut(state: AppState) -> WSGIApp:
    """Return the ``wsgi_app`` of the app, wrapped."""
    inner: WSGIApp = state.app.wsgi_app
    app = state.app
    nothing_between = is_flasks_own(app, "wsgi_app") or wraps_flask_alone(app, inner)

    def wsgi_app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        rules = state.frozen or state.freeze()
        if environ["REQUEST_METHOD"] == "OPTIONS" and nothing_between and rules.is_plain:
            preflight = parse_preflight(environ)
            if preflight is not None:
                scope = rules.only or rules.cached_scope_of_preflight(environ, preflight.method)
                response = respond(state, rules, scope, preflight, environ)
                if response is not None:
                    _, status, headers, body = response
                    start_response(status, [*headers])
                    return body
        return inner(environ, start_response)

    return wsgi_app
