"""Flask-Limiter: let the front end read when it may try again."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from flask_crossorigin import CrossOrigin


def use_flask_limiter(app: Flask) -> Limiter:
    """Limit requests. Preflights do not count."""
    CrossOrigin(
        app,
        origins=["https://app.example.com"],
        expose_headers=["Retry-After", "X-RateLimit-Remaining"],
    )
    return Limiter(
        get_remote_address,
        app=app,
        default_limits=["2 per hour"],
        headers_enabled=True,
        storage_uri="memory://",
    )
