"""What the app's own router makes of a request: the only judge of which view it is for."""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias, cast
from urllib.parse import unquote, urlsplit

from flask import Flask, Request, current_app, has_request_context, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.local import LocalProxy
from werkzeug.routing import MapAdapter, RequestRedirect, Rule
from werkzeug.routing.map import Map

from .core.errors import PolicyError
from .frameworks import not_flask

Environ: TypeAlias = dict[str, Any]
Match: TypeAlias = Rule | HTTPException
"""A rule, or what the router raises instead: not found, a wrong method, a redirect ..."""

_MAX_REDIRECTS: Final = 5


class Router:
    """Asks the URL map of one app.

    Where the map does not look at the host, one adapter serves all requests; elsewhere the
    app itself makes one for each.

    :ivar goes_by_host: whether it may look at more of a request than the path and the method.
    :ivar goes_by_path: whether these alone decide what it makes of it, the same each time.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._kept = app.url_map.bind("localhost") if _ignores_host(app) else None
        self.goes_by_host: bool = self._kept is None
        # A converter of the app's own may use its configuration or its database.
        self._needs_context = not (
            set(app.url_map.converters.values()) <= set(Map.default_converters.values())
        )
        self.goes_by_path: bool = not (self.goes_by_host or self._needs_context)

    def resolve(self, environ: Environ, method: str) -> Match | None:
        """What the app would run for the path and host in `environ` and the method `method`.

        The router's own redirects are followed; None where they lead out of the app. Whatever
        a converter of the app's raises, other than a refusal, is passed on.
        """
        return self.follow(environ, method)[0]

    def follow(self, environ: Environ, method: str) -> tuple[Match | None, bool]:
        """What `resolve` answers, and whether a redirect led there."""
        if not self._needs_context:
            return self._follow(environ, method)
        with self._app.app_context():
            return self._follow(environ, method)

    def _follow(self, environ: Environ, method: str) -> tuple[Match | None, bool]:
        path = path_of(environ)
        redirects = 0
        try:
            adapter = self._kept or self._bind(environ)
            while redirects < _MAX_REDIRECTS:
                try:
                    return adapter.match(path, method, return_rule=True)[0], redirects > 0
                except RequestRedirect as redirect:
                    redirects += 1
                    base = adapter.make_redirect_url("")
                    if not redirect.new_url.startswith(base):
                        break
                    path = unquote(urlsplit(redirect.new_url[len(base) - 1 :]).path)
        except HTTPException as error:
            return error, redirects > 0
        return None, True

    def _bind(self, environ: Environ) -> MapAdapter:
        # Of a copy: the request that the app works on must stay in the environment.
        made = self._app.create_url_adapter(self._app.request_class(environ.copy()))
        assert made is not None  # it is None only outside of a request
        return made

    def rules_of_path(self, environ: Environ, refused: MethodNotAllowed) -> Iterator[Rule]:
        """The rules of a URL that has no such method as was asked for."""
        for method in refused.valid_methods or ():
            match = self.resolve(environ, method)
            if isinstance(match, Rule):
                yield match


def live_request(app: Flask, environ: Environ) -> Request | None:
    """The request that `app` is working on, if it is the one in `environ`; else None."""
    if not has_request_context() or app_at_work() is not app:
        return None
    live = request_at_work()
    return live if live.environ is environ else None


def require_app(app: object) -> Flask:
    """`app`, or what a proxy such as ``current_app`` stands for.

    :raises PolicyError: if it is not a Flask app.
    """
    found = app._get_current_object() if isinstance(app, LocalProxy) else app
    if not isinstance(found, Flask):
        raise PolicyError([not_flask(found)])
    return found


def app_at_work() -> Flask:
    """The app behind Flask's ``current_app``, which other objects can be compared with."""
    return cast("Flask", cast("Any", current_app)._get_current_object())


def request_at_work() -> Request:
    """The request behind Flask's ``request``."""
    return cast("Request", cast("Any", request)._get_current_object())


def path_of(environ: Environ) -> str:
    """The path that the router sees: WSGI gives bytes in the guise of Latin-1 (PEP 3333)."""
    path: str = environ.get("PATH_INFO", "")
    return path if path.isascii() else path.encode("latin-1").decode(errors="replace")


def _ignores_host(app: Flask) -> bool:
    return (
        type(app).create_url_adapter is Flask.create_url_adapter
        and not app.url_map.host_matching
        and not app.subdomain_matching
        # Some versions of Flask answer on that host alone.
        and app.config.get("SERVER_NAME") is None
        and app.config.get("TRUSTED_HOSTS") is None
    )
