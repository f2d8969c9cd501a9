"""Respond to preflights before Flask is entered, where nothing stands between.

It saves the time that Flask takes to set up a request, and is never needed for correctness:
without it, or past it, the app sends the same response.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from ..core.preflight import parse_preflight
from ..routing import Environ, is_flasks_own
from ..state import AppState
from .preflights import respond

StartResponse: TypeAlias = Callable[..., Any]
WSGIApp: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]


def with_shortcut(state: AppState) -> WSGIApp:
    """Return the ``wsgi_app`` of the app, wrapped."""
    inner: WSGIApp = state.app.wsgi_app
    nothing_between = is_flasks_own(state.app, "wsgi_app") or _passes_everything_on(inner)

    def wsgi_app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        rules = state.frozen or state.freeze()
        if environ["REQUEST_METHOD"] == "OPTIONS" and nothing_between and rules.is_plain:
            preflight = parse_preflight(environ)
            if preflight is not None:
                scope = rules.only or rules.kept_scope_of_preflight(environ, preflight.method)
                response = respond(state, rules, scope, preflight, environ)
                if response is not None:
                    start_response(response.status, [*response.headers])
                    return response.body
        return inner(environ, start_response)

    return wsgi_app


def _passes_everything_on(wsgi_app: object) -> bool:
    """Return whether `wsgi_app` is a tracing agent's wrapper, known to change no request.

    OpenTelemetry's also logs a warning for each response to a request that its own hook has not
    seen, such as a preflight that the app answers before its hooks.
    """
    module = getattr(wsgi_app, "__module__", None) or ""
    return module.startswith("opentelemetry.instrumentation.")
