"""The apps that are measured, by name: the same Flask app, with one way of CORS or another.

A variant takes a `Shape` and gives the WSGI app. Flask and this library alone are imported here;
a peer is imported by the variant that needs it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, TypeAlias

from flask import Blueprint, Flask, Response, make_response, request

from flask_crossorigin import CrossOrigin
from flask_crossorigin.extension import middleware_of

from .environs import Environ
from .shapes import Shape, domains, exact_origins

WSGIApp: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def answer_at_once(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with two bytes, so that nearly all of what is measured is what wraps it."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


def plain_app(shape: Shape) -> Flask:
    """The app of `shape` without any policy."""
    app = Flask("measured")
    if shape.empty:
        app.wsgi_app = answer_at_once  # type: ignore[method-assign]
    for number in range(shape.routes):
        rule = f"/items{number}/<int:item>" if number % 2 else f"/items{number}"
        app.add_url_rule(rule, f"items{number}", _view, methods=["GET", "PUT"])
    return app


def _view(item: int = 0) -> str:
    return "ok"


Decorate: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def add_parts(
    app: Flask, shape: Shape, govern: Callable[[Blueprint], object], decorate: Decorate
) -> None:
    """Add the parts of `shape`: blueprints that `govern` is told of, and decorated views."""
    for number in range(shape.parts):
        blueprint = Blueprint(f"part{number}", __name__, url_prefix=f"/part{number}")
        blueprint.add_url_rule("/items/<int:item>", "items", _view, methods=["GET", "PUT"])
        if shape.scoped:
            govern(blueprint)
        app.register_blueprint(blueprint)

        def view(item: int) -> str:
            return "ok"

        app.add_url_rule(
            f"/single{number}/<int:item>",
            f"single{number}",
            decorate(view) if shape.scoped else view,
            methods=["GET", "PUT"],
        )


def bare(shape: Shape) -> WSGIApp:
    """Flask alone."""
    app = plain_app(shape)
    add_parts(app, shape, lambda blueprint: None, lambda view: view)
    return app


class NoOp:
    """A WSGI wrapper in the usual form, with the closure that changing a response would take."""

    def __init__(self, inner: WSGIApp) -> None:
        self.inner = inner

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as the inner app does."""
        # A lambda, since the annotations of a function would be made anew for each request.
        return self.inner(
            environ,
            lambda status, headers, exc_info=None: start_response(status, headers, exc_info),
        )


def no_op(shape: Shape) -> WSGIApp:
    """Flask in a wrapper that does nothing."""
    app = plain_app(shape)
    app.wsgi_app = NoOp(app.wsgi_app)  # type: ignore[method-assign]
    return app


def two_hooks(shape: Shape) -> WSGIApp:
    """The recipe of many a blog post: answer every OPTIONS, and allow whoever asks."""
    app = plain_app(shape)

    @app.before_request
    def answer_preflights() -> Response | None:
        if request.method != "OPTIONS":
            return None
        response = make_response("", 204)
        asked = request.headers
        response.headers["Access-Control-Allow-Origin"] = asked.get("Origin", "*")
        response.headers["Access-Control-Allow-Methods"] = asked.get(
            "Access-Control-Request-Method", "*"
        )
        response.headers["Access-Control-Allow-Headers"] = asked.get(
            "Access-Control-Request-Headers", "*"
        )
        response.headers["Access-Control-Max-Age"] = "600"
        return response

    @app.after_request
    def allow_reading(response: Response) -> Response:
        if request.method != "OPTIONS":
            response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
        response.headers["Access-Control-Allow-Credentials"] = "true"
        return response

    return app


def flask_cors(shape: Shape) -> WSGIApp:
    """flask-cors, with the policy that this library is given."""
    from flask_cors import CORS, cross_origin

    origins: list[Any] = [*exact_origins(0 if shape.patterns else shape.origins)]
    origins += [
        re.compile(rf"https://[a-z0-9.-]+\.{re.escape(domain)}$")
        for domain in domains(shape.patterns)
    ]
    app = plain_app(shape)
    policy: dict[str, Any] = {"origins": origins, "supports_credentials": True}
    CORS(app, **policy)
    add_parts(
        app,
        shape,
        lambda blueprint: CORS(blueprint, max_age=60, **policy),
        cross_origin(max_age=60, **policy),
    )
    return app


def this(shape: Shape) -> WSGIApp:
    """This library: its origins, or its patterns, with credentials."""
    if shape.patterns:
        origins = [f"https://*.{domain}" for domain in domains(shape.patterns)]
    else:
        origins = exact_origins(shape.origins)
    app = plain_app(replace(shape, empty=False))
    cors = CrossOrigin(app, origins=origins, credentials=True)
    if shape.empty:  # in the place of Flask: what was wrapped before may be another app
        middleware_of(app).inner = answer_at_once
    add_parts(
        app, shape, lambda blueprint: cors.apply(blueprint, max_age=60), cors.policy(max_age=60)
    )
    return app


VARIANTS: Final[dict[str, Callable[[Shape], WSGIApp]]] = {
    "bare": bare,
    "no-op": no_op,
    "two-hooks": two_hooks,
    "flask-cors": flask_cors,
    "this": this,
}
"""Each variant by its name in tables."""
