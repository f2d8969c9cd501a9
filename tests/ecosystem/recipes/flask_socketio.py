"""Flask-SocketIO: the policy of the app decides who may connect."""

from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from flask_crossorigin import CrossOrigin


def use_flask_socketio(app: Flask, **options: Any) -> SocketIO:
    """Add Socket.IO, which has an allowlist of its own. An empty one would admit every origin."""

    def is_allowed(origin: str, environ: dict[str, Any]) -> bool:
        cors: CrossOrigin = app.extensions["crossorigin"]
        return cors.allows(origin, environ)

    return SocketIO(app, cors_allowed_origins=is_allowed, **options)
