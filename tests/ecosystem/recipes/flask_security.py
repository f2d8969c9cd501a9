"""Flask-Security: sessions, tokens and roles."""

from typing import Any

from flask import Flask, Request
from flask_security import Security, auth_required, current_user, roles_required

from flask_crossorigin import Access


def use_flask_security(app: Flask, datastore: Any) -> Access:
    """Let Flask-Security decide who may use a view. Needs are its roles.

    The front end sends `Accept: application/json`. Otherwise Flask-Security refuses by a redirect
    to its login page, which a script can't use.
    """
    Security(app, datastore)

    def verify(request: Request, *needs: str) -> Any:
        def user() -> Any:
            return current_user._get_current_object()

        return auth_required()(roles_required(*needs)(user))()

    return Access(app, verify=verify)
