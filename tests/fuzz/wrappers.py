"""Wrappers of ``app.wsgi_app`` of random apps, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from .specs import Wrapper
from .world import Environ, World

WSGI: TypeAlias = Callable[[Environ, Any], Iterable[bytes]]
Wrap: TypeAlias = Callable[[WSGI, World, str], Any]


def without_v1(path: str) -> str:
    """Return `path` without the version at its beginning."""
    return path.removeprefix("/v1") or "/"


def _copy(app: WSGI, world: World, argument: str) -> WSGI:
    return lambda environ, start: app({**environ}, start)


def _strip_copy(app: WSGI, world: World, argument: str) -> WSGI:
    return lambda environ, start: app(
        {**environ, "PATH_INFO": without_v1(environ["PATH_INFO"])}, start
    )


def _strip_in_place(app: WSGI, world: World, argument: str) -> WSGI:
    def strip(environ: Environ, start: Any) -> Iterable[bytes]:
        environ["PATH_INFO"] = without_v1(environ["PATH_INFO"])
        return app(environ, start)

    return strip


def _method_override(app: WSGI, world: World, argument: str) -> WSGI:
    def override(environ: Environ, start: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and "HTTP_X_METHOD" in environ:
            environ["REQUEST_METHOD"] = environ["HTTP_X_METHOD"]
        return app(environ, start)

    return override


def _origin(app: WSGI, world: World, argument: str) -> WSGI:
    def change(environ: Environ, start: Any) -> Iterable[bytes]:
        if environ.get("HTTP_X_CHANGE_ORIGIN"):
            environ = {**environ, "HTTP_ORIGIN": argument}
        return app(environ, start)

    return change


def _late_start(app: WSGI, world: World, argument: str) -> WSGI:
    """Start the response when the app is done with it."""

    def late(environ: Environ, start: Any) -> Iterable[bytes]:
        body, status, headers = run_wsgi_app(app, environ, buffered=True)
        start(status, headers.to_wsgi_list())
        return body

    return late


def _lazy_start(app: WSGI, world: World, argument: str) -> WSGI:
    """Run the app when the body is read."""

    def lazy(environ: Environ, start: Any) -> Iterable[bytes]:
        yield from app(environ, start)

    return lazy


def _header(app: WSGI, world: World, argument: str) -> WSGI:
    def add(environ: Environ, start: Any) -> Iterable[bytes]:
        def started(status: str, headers: Any, *more: Any) -> Any:
            return start(status, [*headers, ("X-Wrapper", "1"), ("Vary", "X-Wrapper")], *more)

        return app(environ, started)

    return add


def _health(app: WSGI, world: World, argument: str) -> WSGI:
    """Answer one path itself."""

    def health(environ: Environ, start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/health":
            return Response("healthy")(environ, start)
        return app(environ, start)

    return health


def _child(world: World, argument: str) -> Any:
    return world.children[int(argument or 0) % len(world.children)] if world.children else None


def _mount(app: WSGI, world: World, argument: str) -> WSGI:
    child = _child(world, argument)
    return DispatcherMiddleware(app, {"/m": child}) if child is not None else app


def _route(app: WSGI, world: World, argument: str) -> WSGI:
    """Send some paths as they are to another app."""
    child = _child(world, argument)

    def choose(environ: Environ, start: Any) -> Iterable[bytes]:
        chosen = child if child is not None and environ["PATH_INFO"].startswith("/a") else app
        return chosen(environ, start)

    return choose


def _cascade(app: WSGI, world: World, argument: str) -> WSGI:
    """Ask another app where this one has nothing."""
    child = _child(world, argument)

    def ask(environ: Environ, start: Any) -> Iterable[bytes]:
        body, status, headers = run_wsgi_app(app, dict(environ), buffered=True)
        if status.startswith("404") and child is not None:
            second: Iterable[bytes] = child(environ, start)
            return second
        start(status, headers.to_wsgi_list())
        return body

    return ask


WRAPPERS: Final[dict[str, Wrap]] = {
    "copy": _copy,
    "strip copy": _strip_copy,
    "strip in place": _strip_in_place,
    "method override": _method_override,
    "origin": _origin,
    "late start": _late_start,
    "lazy start": _lazy_start,
    "header": _header,
    "health": _health,
    "proxy fix": lambda app, world, argument: ProxyFix(app, x_host=1, x_prefix=1),
    "mount": _mount,
    "route": _route,
    "cascade": _cascade,
}


def wrap(app: Any, world: World, wrapper: Wrapper) -> None:
    """Put `wrapper` round the app."""
    app.wsgi_app = WRAPPERS[wrapper.kind](app.wsgi_app, world, wrapper.argument)
