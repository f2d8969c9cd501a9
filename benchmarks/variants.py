"""The apps that are measured, by name: the same Flask app, with one way of CORS or another.

A variant takes a `Shape` and gives the WSGI app. Flask and this library alone are imported here;
a peer is imported by the variant that needs it.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from flask import Blueprint, Flask, Response, make_response, request, session

from flask_crossorigin import CrossOrigin

from .environs import Environ
from .shapes import Shape, domains, exact_origins, previews

WSGIApp: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def passing(inner: WSGIApp) -> WSGIApp:
    """Wrap `inner` as any middleware that may change a response does."""
    # A lambda, since the annotations of a function would be made anew for each request.
    return lambda environ, start_response: inner(
        environ,
        lambda status, headers, exc_info=None: start_response(status, headers, exc_info),
    )


def copying(inner: WSGIApp) -> WSGIApp:
    """Wrap `inner` as middleware that gives it an environment of its own, such as Socket.IO's."""
    return lambda environ, start_response: inner(environ.copy(), start_response)


WRAPPERS: Final[dict[str, Callable[[WSGIApp], WSGIApp]]] = {
    "passing": passing,
    "copying": copying,
}


def plain_app(shape: Shape) -> Flask:
    """Return the app of `shape` without any policy."""
    app = Flask("measured")
    if shape.session:
        app.secret_key = "not secret: nothing is stored"
    for number in range(shape.routes):
        rule = f"/items{number}/<int:item>" if number % 2 else f"/items{number}"
        view = _session_view if shape.session else _view
        app.add_url_rule(rule, f"items{number}", view, methods=["GET", "PUT"])
    if shape.wrapper:
        app.wsgi_app = WRAPPERS[shape.wrapper](app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app


def _view(item: int = 0) -> str:
    return "ok"


def _session_view(item: int = 0) -> str:
    session.get("user")
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

    exact = 0 if shape.patterns or shape.previews else shape.origins
    origins: list[Any] = [*exact_origins(exact)]
    origins += [
        re.compile(rf"https://[a-z0-9.-]+\.{re.escape(domain)}$")
        for domain in domains(shape.patterns)
    ]
    origins += [
        re.compile(re.escape(pattern).replace(r"\*", "[a-z0-9-]+") + "$")
        for pattern in previews(shape.previews, shape.one_domain)
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
    elif shape.previews:
        origins = previews(shape.previews, shape.one_domain)
    else:
        origins = exact_origins(shape.origins)
    app = plain_app(shape)
    cors = CrossOrigin(app, origins=origins, credentials=True)
    add_parts(
        app, shape, lambda blueprint: cors.apply(blueprint, max_age=60), cors.policy(max_age=60)
    )
    return app


VARIANTS: Final[dict[str, Callable[[Shape], WSGIApp]]] = {
    "bare": bare,
    "two-hooks": two_hooks,
    "flask-cors": flask_cors,
    "this": this,
}
"""Each variant by its name in tables."""
