"""Flask-Login: users with a session cookie."""

from typing import Any

from flask import Flask
from flask_login import LoginManager, current_user

from flask_crossorigin import Access


def use_flask_login(app: Flask, load_user: Any) -> Access:
    """Let Flask-Login decide who may use a view."""
    # Set no login_view: a script can't show the page that it redirects to.
    LoginManager(app).user_loader(load_user)
    app.config.update(  # for a front end on another site
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_SECURE=True,
        REMEMBER_COOKIE_SAMESITE="None",
        REMEMBER_COOKIE_SECURE=True,
    )
    return Access(app, verify=lambda request: current_user)
