"""Flask-WTF: CSRF tokens for the front end."""

from flask import Flask, Response, jsonify
from flask_wtf.csrf import CSRFProtect, generate_csrf


def use_flask_wtf(app: Flask) -> None:
    """Require a CSRF token for each request that writes."""
    # Otherwise Flask-WTF refuses every request from another origin, because of its Referer.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    CSRFProtect(app)


def csrf_token() -> Response:
    """Send the token, in a view of the app. The front end sends it back as X-CSRFToken."""
    return jsonify(csrf=generate_csrf())
