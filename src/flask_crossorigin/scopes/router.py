"""Router: what the app's own URL map matches for a request, or would match."""

from collections.abc import Callable
from contextlib import nullcontext
from inspect import getattr_static
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

from flask import Flask, Request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect, Rule, RuleFactory
from werkzeug.routing.map import Map

from ..context import Environ, is_websocket_handshake, path_of

Match: TypeAlias = Rule | HTTPException
"""A rule, or the exception that the router raises instead: not found, a wrong method ..."""


_MAX_REDIRECTS: Final = 5


class Target(NamedTuple):
    """Where the router's redirects lead.

    :ivar match: what the app would run; None where they lead out of the app.
    :ivar path: the path there.
    :ivar redirected: whether it is elsewhere.
    """

    match: Match | None
    path: str
    redirected: bool = False


class UrlMatcher:
    """Match the URL of one request, with whichever method.

    :ivar path: as the router sees it.
    :ivar method: of the request.
    """

    def __init__(
        self, adapter: MapAdapter, path: str, method: str, context: Callable[[], Any]
    ) -> None:
        self._adapter = adapter
        self.path = path
        self.method = method
        self._context = context
        self._rules: list[Rule] | None = None

    def match(self, method: str) -> Target:
        """Return what the app would run for `method`, following the router's own redirects.

        Whatever a converter of the app raises, other than a refusal, is passed on.
        """
        path, adapter = self.path, self._adapter
        with self._context():
            try:
                for hops in range(_MAX_REDIRECTS):
                    try:
                        rule = adapter.match(path, method, return_rule=True)[0]
                        return Target(rule, path, hops > 0)
                    except RequestRedirect as redirect:
                        base = adapter.make_redirect_url("")
                        if not redirect.new_url.startswith(base):
                            return Target(None, path, True)
                        path = unquote(urlsplit(redirect.new_url[len(base) - 1 :]).path)
            except HTTPException as error:
                return Target(error, path, path != self.path)
        return Target(None, path, True)

    def rules(self, match: Match | None) -> list[Rule]:
        """Return the matched rule; all rules of the URL where it lacks the method; else none.

        The rules of a URL are looked up once: its converters may query a database.
        """
        if isinstance(match, Rule):
            return [match]
        if self._rules is None:
            methods = getattr(match, "valid_methods", None) or ()
            found = [self.match(method).match for method in methods]
            self._rules = [each for each in found if isinstance(each, Rule)]
        return self._rules


class RefusedUrl(UrlMatcher):
    """The URL of a request that is refused before it is matched: for its host, say."""

    def __init__(self, error: HTTPException, path: str, method: str) -> None:
        self._error = error
        self.path = path
        self.method = method
        self._rules = []

    def match(self, method: str) -> Target:  # noqa: ARG002
        """Return the refusal."""
        return Target(self._error, self.path)


class Router:
    """The URL map of one app.

    :ivar is_plain: whether the shortcut can know what the app would match: nothing
        between the server and the map is replaced.
    :ivar goes_by_path: whether the path and the method alone decide that, each time alike.
    :ivar late_changes: how often rules were added since :meth:`watch` was called, or a decorator
        was used.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.is_plain: bool = _matches_as_flask(app)
        # Where the map does not look at the host, no request is needed to bind it.
        self._ignores_host = self.is_plain and _ignores_host(app)
        # A converter of the app's own may use its configuration or its database.
        own = not set(app.url_map.converters.values()) <= set(Map.default_converters.values())
        self._context: Callable[[], Any] = app.app_context if own else nullcontext
        self.goes_by_path: bool = self._ignores_host and not own
        self.late_changes: int = 0

    def matcher_of(self, live: Request) -> UrlMatcher:
        """Return the matcher of a request that the app works on."""
        # As the router sees the path: a request class may have a `path` of its own.
        return self._matcher(live, path_of(live.environ), nullcontext)

    def matcher_in(self, environ: Environ) -> UrlMatcher:
        """Return the matcher of the request in `environ`, which the app does not work on."""
        if self._ignores_host:
            path, method = path_of(environ), environ["REQUEST_METHOD"]
            return UrlMatcher(self._bind(environ), path, method, self._context)
        # Of a copy: the request that the app works on must stay in the environment.
        made = self._app.request_class(environ.copy())
        return self._matcher(made, path_of(environ), self._context)

    def _matcher(self, made: Request, path: str, context: Callable[[], Any]) -> UrlMatcher:
        method = made.environ["REQUEST_METHOD"]  # a request class may override it
        if self._ignores_host:
            return UrlMatcher(self._bind(made.environ), path, method, context)
        try:
            adapter = self._app.create_url_adapter(made)
        except HTTPException as error:
            return RefusedUrl(error, path, method)
        assert adapter is not None  # it is None only outside of a request
        return UrlMatcher(adapter, adapter.path_info, method, context)

    def _bind(self, environ: Environ) -> MapAdapter:
        # A redirect may lead out of the app, to what stands beside it on the server.
        script_name = environ.get("SCRIPT_NAME") or "/"
        scheme = "ws" if is_websocket_handshake(environ) else "http"
        return self._app.url_map.bind("localhost", script_name=script_name, url_scheme=scheme)

    def watch(self) -> None:
        """Notice the rules that are added from now on, past Flask, which refuses late ones."""
        url_map: Any = self._app.url_map
        add = url_map.add

        def add_late(rules: RuleFactory) -> None:
            add(rules)
            self.late_changes += 1

        url_map.add = add_late


def is_flasks_own(app: Flask, name: str) -> bool:
    """Return whether the attribute `name` of `app` is Flask's own, be that patched or not.

    Tracing agents patch the class for all apps. Their wrappers bind anew at each access, so the
    attribute is looked at without binding.
    """
    return name not in vars(app) and getattr_static(type(app), name) is getattr_static(Flask, name)


def _matches_as_flask(app: Flask) -> bool:
    url_map = app.url_map
    return (
        is_flasks_own(app, "request_context")
        and is_flasks_own(app, "create_url_adapter")
        and vars(url_map).keys().isdisjoint(("bind", "bind_to_environ"))
        and type(url_map).bind is Map.bind
        and type(url_map).bind_to_environ is Map.bind_to_environ
        and app.request_class.__init__ is Request.__init__
    )


def _ignores_host(app: Flask) -> bool:
    return (
        not app.url_map.host_matching
        and not app.subdomain_matching
        # Some versions of Flask serve that host only.
        and app.config.get("SERVER_NAME") is None
        and app.config.get("TRUSTED_HOSTS") is None
    )
