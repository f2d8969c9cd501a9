"""Put the request path in place on an app."""

from collections.abc import Callable
from typing import Any

from ..core.errors import PolicyError
from ..core.problems import problem
from ..state import AppState
from .responses import require_fit, response_class_for, with_headers, with_readable_errors
from .shortcut import with_shortcut


def install(state: AppState) -> None:
    """Let `state` decide on the requests of its app.

    :raises PolicyError: if the app's response class can't add headers.
    """
    app = state.app
    wire = _wire_of(state)
    wire()
    app.wsgi_app = with_shortcut(state)  # type: ignore[method-assign,assignment]
    state.wire = wire


def _wire_of(state: AppState) -> Callable[[], None]:
    app: Any = state.app
    placed: dict[str, object] = {}

    def wire() -> None:
        # A library may have replaced any of them since, and return a response of another class.
        own = response_class_for(app.response_class)
        require_fit(own)
        try:
            app.response_class = own
        except AttributeError as error:  # a property, say
            found = problem("response-class", "app", own, reason=error)
            raise PolicyError([found]) from error
        for name, wrap in (
            ("full_dispatch_request", with_headers),
            ("handle_exception", with_readable_errors),
        ):
            if vars(app).get(name) is None or vars(app)[name] is not placed.get(name):
                placed[name] = wrap(state, getattr(app, name))
                setattr(app, name, placed[name])

    return wire
