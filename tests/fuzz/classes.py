"""Traits of random apps: subclasses of Flask, and attributes that are replaced, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.routing import BaseConverter, Map
from werkzeug.wrappers import Response as WerkzeugResponse

from .views import OwnResponse
from .world import Environ
from .wrappers import without_v1


class Broken(BaseConverter):
    """A converter that fails for one value."""

    def to_python(self, value: str) -> str:
        """Read `value`."""
        if value == "boom":
            raise RuntimeError("no database")
        return value


class Optional(BaseConverter):
    """A converter that matches nothing, too."""

    regex = "[a-z]*"


CONVERTERS: Final = {"broken": Broken, "optional": Optional}


class FailingSessions(SecureCookieSessionInterface):
    """A session store that is down, for requests that say so."""

    def open_session(self, app: Any, made: Any) -> Any:
        """Fail where it is asked for."""
        if "HTTP_X_DOWN" in made.environ:
            raise ConnectionError("the session store is down")
        return super().open_session(app, made)


def _stripped(environ: Environ) -> Environ:
    return {**environ, "PATH_INFO": without_v1(environ.get("PATH_INFO", ""))}


def _strip(environ: Environ) -> Environ:
    environ["PATH_INFO"] = without_v1(environ.get("PATH_INFO", ""))
    return environ


def _wsgi_app(change: Callable[[Environ], Environ]) -> dict[str, Any]:
    def wsgi_app(self: Any, environ: Environ, start_response: Any) -> Any:
        return super(self.fuzzed, self).wsgi_app(change(environ), start_response)

    return {"wsgi_app": wsgi_app}


def _context(change: Callable[[Environ], Environ]) -> dict[str, Any]:
    def request_context(self: Any, environ: Environ) -> Any:
        return super(self.fuzzed, self).request_context(change(environ))

    return {"request_context": request_context}


def _request_class(change: Callable[[Environ], Environ]) -> dict[str, Any]:
    class Changed(Request):
        def __init__(self, environ: Environ, *args: Any, **kwargs: Any) -> None:
            super().__init__(change(environ), *args, **kwargs)

    return {"request_class": Changed}


class OwnMethod(Request):
    """A request that takes its method from a header."""

    def __init__(self, environ: Environ, *args: Any, **kwargs: Any) -> None:
        super().__init__(environ, *args, **kwargs)
        if self.method == "POST":
            self.method = environ.get("HTTP_X_METHOD", "POST")


class OwnPath(Request):
    """A request whose path is not what the router is given."""

    @property
    def path(self) -> str:
        """Return the path without its version."""
        return without_v1("/" + self.environ.get("PATH_INFO", "").lstrip("/"))

    @path.setter
    def path(self, value: str) -> None:
        pass


class OwnSending(OwnResponse):
    """A response class that takes a part in sending."""

    def get_wsgi_response(self, environ: Any) -> Any:
        """Return headers that can't be changed."""
        body, status, headers = super().get_wsgi_response(environ)
        return body, status, tuple(headers)


def _adapter(self: Any, made: Any) -> Any:
    adapter = super(self.fuzzed, self).create_url_adapter(made)
    if adapter is not None:
        adapter.path_info = without_v1(adapter.path_info)
    return adapter


class OwnMap(Map):
    """A map that binds in its own way."""

    def bind_to_environ(self, environ: Any, *args: Any, **kwargs: Any) -> Any:
        """Strip the version."""
        return super().bind_to_environ(_stripped(environ), *args, **kwargs)


def _plain(self: Any, response: Any) -> Any:
    """Return the content in a response that is not of the app's class."""
    if not isinstance(response, WerkzeugResponse) or response.is_streamed:
        return response
    made = WerkzeugResponse(response.get_data(), response.status_code)
    made.headers.clear()
    made.headers.extend(response.headers)
    return made


def _plainly(name: str) -> dict[str, Any]:
    """Return a method that calls Flask's own and answers by a plain response."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        response = getattr(super(self.fuzzed, self), name)(*args, **kwargs)
        return _plain(self, response) if "HTTP_X_PLAIN" in request.environ else response

    return {name: method}


SUBCLASSES: Final[dict[str, dict[str, Any]]] = {
    "wsgi_app copies": _wsgi_app(_stripped),
    "wsgi_app changes": _wsgi_app(_strip),
    "request_context copies": _context(_stripped),
    "request_context changes": _context(_strip),
    "request_class copies": _request_class(_stripped),
    "request_class changes": _request_class(_strip),
    "request_class method": {"request_class": OwnMethod},
    "create_url_adapter": {"create_url_adapter": _adapter},
    "url_map_class": {"url_map_class": OwnMap},
    "request_class path": {"request_class": OwnPath},
    "response_class": {"response_class": OwnResponse},
    "response_class that sends": {"response_class": OwnSending},
    "full_dispatch_request": _plainly("full_dispatch_request"),
    "finalize_request": _plainly("finalize_request"),
    "process_response": _plainly("process_response"),
    "make_response": _plainly("make_response"),
    "handle_exception": _plainly("handle_exception"),
}


def class_of(base: type[Flask], traits: tuple[str, ...]) -> type[Flask]:
    """Return the class of an app that has `traits`."""
    names: dict[str, Any] = {}
    for each in traits:
        names.update(SUBCLASSES.get(each, {}))
    if not names:
        return base
    made: Any = type("Fuzzed", (base,), names)
    made.fuzzed = made
    subclass: type[Flask] = made
    return subclass


def _instance_adapter(app: Any) -> None:
    own = app.create_url_adapter

    def create_url_adapter(made: Any) -> Any:
        adapter = own(made)
        if adapter is not None:
            adapter.path_info = without_v1(adapter.path_info)
        return adapter

    app.create_url_adapter = create_url_adapter


def _instance_map(app: Any) -> None:
    own = app.url_map.bind_to_environ
    app.url_map.bind_to_environ = lambda environ, **options: own(_stripped(environ), **options)


def _patched(name: str) -> Callable[[Any], None]:
    """Return what replaces a method of the app itself by one that answers plainly."""

    def patch(app: Any) -> None:
        own = getattr(app, name)

        def method(*args: Any) -> Any:
            response = own(*args)
            return _plain(app, response) if "HTTP_X_PLAIN" in request.environ else response

        setattr(app, name, method)

    return patch


def _response_class(app: Any) -> None:
    class Later(Response):
        default_mimetype = "text/x-later"

    app.response_class = Later


BEFORE_INIT: Final[dict[str, Callable[[Any], None]]] = {
    "adapter on the app": _instance_adapter,
    "map on the app": _instance_map,
    "dispatch patched before": _patched("full_dispatch_request"),
    "exceptions patched before": _patched("handle_exception"),
    "response_class before": _response_class,
}
AFTER_INIT: Final[dict[str, Callable[[Any], None]]] = {
    "dispatch patched after": _patched("full_dispatch_request"),
    "exceptions patched after": _patched("handle_exception"),
    "response_class after": _response_class,
}
TRAITS: Final = (
    *(each for each, names in SUBCLASSES.items() if names),
    *BEFORE_INIT,
    *AFTER_INIT,
)
STRIPPING: Final = (
    *(each for each in SUBCLASSES if each[0] in "wru"),  # and some that do not
    "create_url_adapter",
    "adapter on the app",
    "map on the app",
)
"""Traits that take a version off the path."""
