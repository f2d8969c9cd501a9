"""Connexion 3: its own layers respond before Flask, so the headers are added around them all."""

from typing import Any

from connexion import FlaskApp
from connexion.middleware import MiddlewarePosition
from starlette.middleware.cors import CORSMiddleware


def create_app(specification: Any) -> FlaskApp:
    """Return the API of an OpenAPI specification. It has no `CrossOrigin`."""
    app = FlaskApp("api")
    app.add_api(specification)
    app.add_middleware(
        CORSMiddleware,
        position=MiddlewarePosition.BEFORE_EXCEPTION,
        allow_origins=["https://app.example.com"],
        allow_methods=["GET", "PUT"],
        allow_headers=["Content-Type", "X-Key"],
        allow_credentials=True,
    )
    return app
