"""Werkzeug's middleware: a proxy in front, and several apps at one server."""

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_crossorigin import CrossOrigin


def create_app() -> Flask:
    """Return an API and an admin app, each with its own policy, behind one proxy."""
    api, admin = Flask("api"), Flask("admin")
    CrossOrigin(api, origins=["https://app.example.com"])
    CrossOrigin(admin, origins=["https://admin.example.com"])
    mounted = DispatcherMiddleware(api.wsgi_app, {"/admin": admin})
    api.wsgi_app = ProxyFix(mounted, x_prefix=1)  # type: ignore[method-assign]
    return api
