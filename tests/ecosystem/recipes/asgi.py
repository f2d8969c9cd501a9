"""ASGI servers, such as uvicorn: a2wsgi serves the app, and adds nothing."""

from a2wsgi import WSGIMiddleware
from flask import Flask


def asgi_app(app: Flask) -> WSGIMiddleware:
    """Return `app` for an ASGI server."""
    return WSGIMiddleware(app)
