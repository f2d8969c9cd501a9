"""The views of random apps, by name: each is made for an app and a route."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, Final, TypeAlias

from flask import Flask, Response, abort, redirect, request, send_file, session
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from .origins import ADMIN, EVIL
from .specs import Route
from .world import DEPTH, Environ, World

View: TypeAlias = Callable[[World, Flask, Route], Any]


class OwnResponse(Response):
    """A response class of the app's, with a method of its own."""

    def get_wsgi_headers(self, environ: Any) -> Any:
        """Add a header."""
        headers = super().get_wsgi_headers(environ)
        headers["X-Own"] = self.own()
        return headers

    def own(self) -> str:
        """Return what only this class has."""
        return "own"


class Slotted(Response):
    """A response class with another layout."""

    __slots__ = ("slot",)


class OwnCall(Response):
    """A response class with a `__call__` of its own."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Note itself in the environment, and go on."""
        environ["fuzz.called"] = True
        return super().__call__(environ, start_response)


def _stream(world: World, app: Flask, route: Route) -> Any:
    def parts() -> Iterator[str]:
        yield route.name
        yield " streams"

    return Response(parts(), headers={"Cache-Control": "no-store"})


def _etag(world: World, app: Flask, route: Route) -> Any:
    made = Response(route.name)
    made.set_etag("one")
    made.make_conditional(request)
    return made


def _own_headers(world: World, app: Flask, route: Route) -> Any:
    made = Response(route.name)
    made.headers.add("access-control-allow-origin", "https://own.example")
    made.headers.add("Access-Control-Allow-Credentials", "true")
    made.headers.add("Access-Control-Allow-Private-Network", "true")
    made.headers.add("Vary", "Origin")
    return made


def _two_varies(world: World, app: Flask, route: Route) -> Any:
    made = Response(route.name)
    made.headers.add("Vary", "Cookie")
    made.headers.add("vary", "accept-encoding, cookie")
    return made


def _environ_changed(world: World, app: Flask, route: Route) -> Any:
    request.environ.update(PATH_INFO="/", HTTP_ORIGIN=ADMIN, HTTP_HOST="two.example")
    return route.name


def _request_lost(world: World, app: Flask, route: Route) -> Any:
    request.environ["werkzeug.request"] = None
    return route.name


def _request_replaced(world: World, app: Flask, route: Route) -> Any:
    WerkzeugRequest(request.environ)
    return route.name


def _origin_deleted(world: World, app: Flask, route: Route) -> Any:
    request.environ.pop("HTTP_ORIGIN", None)
    return route.name


def _session(world: World, app: Flask, route: Route) -> Any:
    return f"{route.name} {session.get('user')}"


def _deeper(**changes: Any) -> Environ:
    """Return a copy of the environment for an app further in; end a circle."""
    depth = request.environ.get(DEPTH, 0)
    if depth > 1:
        abort(508)
    return {**request.environ, DEPTH: depth + 1, **changes}


def _child(world: World, route: Route) -> Any:
    several = world.children
    return several[int(route.argument or 0) % len(several)] if several else None


def _in_place(app: Any) -> Response:
    """Return the response of `app` to this very environment; `Response.from_app` copies it."""
    started: list[Any] = []
    body = b"".join(app(request.environ, lambda *args: started.append(args)))
    status, headers = started[-1][:2]
    return Response(body, status, headers)


def _relay(world: World, app: Flask, route: Route) -> Any:
    child = _child(world, route)
    return Response.from_app(child or app.wsgi_app, _deeper())


def _relay_in_place(world: World, app: Flask, route: Route) -> Any:
    child = _child(world, route)
    if child is None:
        return route.name
    request.environ.update(_deeper())
    return _in_place(child)


def _relay_as_view(world: World, app: Flask, route: Route) -> Any:
    child = _child(world, route)
    return child.wsgi_app if child is not None else route.name


def _gather(world: World, app: Flask, route: Route) -> Any:
    found = [route.name]
    for child in world.children:
        environ = _deeper(HTTP_ORIGIN=EVIL) if route.argument == "as evil" else _deeper()
        found.append(Response.from_app(child, environ).get_data(as_text=True))
    return " and ".join(found)


def _gather_in_place(world: World, app: Flask, route: Route) -> Any:
    """Answer as the first child does, with the content of all."""
    request.environ.update(_deeper())
    made = [_in_place(each) for each in world.children]
    text = " and ".join(each.get_data(as_text=True) for each in made) or route.name
    if not made or route.argument == "own":
        return text
    chosen = made[0 if route.argument == "first" else -1]
    chosen.set_data(text)
    return chosen


def _forward(world: World, app: Flask, route: Route) -> Any:
    return Response.from_app(app.wsgi_app, _deeper(PATH_INFO=route.argument or "/"))


def _fails(world: World, app: Flask, route: Route) -> Any:
    raise ZeroDivisionError(route.name)


def _async(world: World, app: Flask, route: Route) -> Any:
    async def later() -> str:
        return f"{route.name} later"

    return app.ensure_sync(later)()


def static(filename: str) -> Any:
    """Serve one static file, from memory: a hook may drop the response, and Flask not close it."""
    return _file() if filename == "own.txt" else abort(404)


def _file() -> Any:
    return send_file(BytesIO(b"file"), "text/plain", etag="file")


VIEWS: Final[dict[str, View]] = {
    "text": lambda world, app, route: route.name,
    "tuple": lambda world, app, route: (route.name, 201, {"X-Tuple": "1"}),
    "json": lambda world, app, route: {"v": route.name},
    "bytes": lambda world, app, route: route.name.encode(),
    "generator": lambda world, app, route: (part for part in (route.name, " in parts")),
    "status": lambda world, app, route: (route.name, int(route.argument or 404)),
    "vary": lambda world, app, route: (route.name, {"Vary": "Cookie"}),
    "vary star": lambda world, app, route: (route.name, {"Vary": "*"}),
    "vary origin": lambda world, app, route: (route.name, {"vary": "accept, origin"}),
    "two varies": _two_varies,
    "own headers": _own_headers,
    "shared": lambda world, app, route: world.shared["plain"],
    "shared vary": lambda world, app, route: world.shared["vary"],
    "shared own": lambda world, app, route: world.shared["own"],
    "own class": lambda world, app, route: OwnResponse(route.name),
    "slots": lambda world, app, route: Slotted(route.name),
    "own call": lambda world, app, route: OwnCall(route.name),
    "werkzeug": lambda world, app, route: WerkzeugResponse(route.name, headers={"X-W": "1"}),
    "stream": _stream,
    "etag": _etag,
    "file": lambda world, app, route: _file(),
    "redirect": lambda world, app, route: redirect(route.argument or "/", 303),
    "abort": lambda world, app, route: abort(int(route.argument or 403)),
    "abort own": lambda world, app, route: abort(Response("own", 409)),
    "abort werkzeug": lambda world, app, route: abort(WerkzeugResponse("own", 410)),
    "fails": _fails,
    "none": lambda world, app, route: None,
    "session": _session,
    "environ changed": _environ_changed,
    "origin deleted": _origin_deleted,
    "request lost": _request_lost,
    "request replaced": _request_replaced,
    "relay": _relay,
    "relay in place": _relay_in_place,
    "relay as view": _relay_as_view,
    "gather": _gather,
    "gather in place": _gather_in_place,
    "forward": _forward,
    "async": _async,
}
