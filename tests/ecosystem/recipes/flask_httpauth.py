"""Flask-HTTPAuth: passwords or tokens in the Authorization header, and roles."""

from typing import Any

from flask import Flask, Request
from flask_httpauth import HTTPBasicAuth, HTTPTokenAuth

from flask_crossorigin import Access


def use_flask_httpauth(app: Flask, auth: HTTPBasicAuth | HTTPTokenAuth) -> Access:
    """Let Flask-HTTPAuth decide who may use a view. Needs are its roles."""

    def verify(request: Request, *needs: str) -> Any:
        # A list of roles would mean any of them. A list in a list means all of them.
        return auth.login_required(role=[list(needs)] if needs else None)(auth.current_user)()

    return Access(app, verify=verify)
