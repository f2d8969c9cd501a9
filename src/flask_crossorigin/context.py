"""Flask's context: the app and the request at work, and what else is read from them."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias, cast

from flask import Flask, Request, current_app, request
from werkzeug.exceptions import SecurityError
from werkzeug.local import LocalProxy
from werkzeug.wsgi import get_host

from .core.errors import PolicyError, PolicyProblem
from .core.problems import problem

Environ: TypeAlias = dict[str, Any]


EXTENSION: Final = "crossorigin"
"""The key of the extension in `app.extensions`."""

current_flask_request: Final[Callable[[], Request]] = cast("Any", request)._get_current_object
"""Return the request behind Flask's ``request``; bound once, since each response calls it."""


def require_app(app: object) -> Flask:
    """Return `app`, or what a proxy such as ``current_app`` stands for.

    :raises PolicyError: if it is not a Flask app.
    """
    found = app._get_current_object() if isinstance(app, LocalProxy) else app
    if not isinstance(found, Flask):
        raise PolicyError([not_flask(found)])
    return found


def current_flask_app() -> Flask:
    """Return the app behind Flask's ``current_app``, which other objects can be compared with."""
    return cast("Flask", cast("Any", current_app)._get_current_object())


def path_of(environ: Environ) -> str:
    """Return the path that the router sees.

    WSGI gives bytes in the guise of Latin-1 (PEP 3333).
    """
    path: str = environ.get("PATH_INFO", "")
    return path if path.isascii() else path.encode("latin-1").decode(errors="replace")


def is_websocket_handshake(environ: Environ) -> bool:
    """Return whether the request in `environ` opens a WebSocket, as the router sees it."""
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_UPGRADE" not in environ:
        return False
    connection = environ.get("HTTP_CONNECTION", "").lower().split(",")
    upgrade: str = environ["HTTP_UPGRADE"]
    return upgrade.lower() == "websocket" and "upgrade" in (each.strip() for each in connection)


def own_origin(app: Flask, environ: Environ) -> str | None:
    """Return the origin that a page of the API itself has, as the request was addressed."""
    scheme = environ["wsgi.url_scheme"].replace("ws", "http")  # as servers of WebSockets have it
    try:
        return f"{scheme}://{get_host(environ, app.config.get('TRUSTED_HOSTS'))}"
    except SecurityError:
        return None


_DEFAULT: Final = "Pass the app first, and the settings as keyword arguments."


_SUPPORT: Final = {
    "connexion": "for Connexion 2 pass its attribute app; for Connexion 3 use Starlette's "
    "CORSMiddleware, at MiddlewarePosition.BEFORE_EXCEPTION",
    "quart": "for Quart use quart-cors",
    "fastapi": "for FastAPI use its own CORSMiddleware, from fastapi.middleware.cors",
    "starlette": "for Starlette use its own CORSMiddleware, from starlette.middleware.cors",
    "django": "for Django use django-cors-headers",
}
"""By the package that an app's class comes from; none of them is imported to look."""


def not_flask(found: object) -> PolicyProblem:
    """Return the problem that `found` stands where a Flask app should."""
    for each in type(found).__mro__:  # an app's own class is often a subclass
        package = each.__module__.partition(".")[0]
        if package in _SUPPORT:
            suggestion = f"This extension is for Flask; {_SUPPORT[package]}."
            return problem("app-type", "app", found, suggestion=suggestion)
    return problem("app-type", "app", found, suggestion=_DEFAULT)
