"""Flask-JWT-Extended: tokens in the Authorization header, or in cookies."""

from flask import Flask, Request, Response, jsonify
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    get_csrf_token,
    get_jwt,
    set_access_cookies,
    verify_jwt_in_request,
)
from flask_jwt_extended.exceptions import NoAuthorizationError

from flask_crossorigin import Access


def use_flask_jwt_extended(app: Flask) -> Access:
    """Let the token decide who may use a view. Needs are its claim "scopes"."""
    app.config.update(
        JWT_TOKEN_LOCATION=["headers", "cookies"],
        JWT_COOKIE_SAMESITE="None",  # for a front end on another site
        JWT_COOKIE_SECURE=True,
    )
    JWTManager(app)

    def verify(request: Request, *needs: str) -> str | None:
        try:
            verify_jwt_in_request()
        except NoAuthorizationError:
            return None
        claims = get_jwt()
        if not set(needs) <= set(claims.get("scopes", [])):
            raise Access.Denied
        user: str = claims["sub"]
        return user

    return Access(app, verify=verify, www_authenticate="Bearer")


def log_in_with_cookie(user: str) -> Response:
    """Send the token as a cookie, and its CSRF value in the body.

    The front end sends that value as X-CSRF-TOKEN. It can't read it from the cookie, which belongs
    to another origin.
    """
    token = create_access_token(user)
    response = jsonify(csrf=get_csrf_token(token))
    set_access_cookies(response, token)
    return response
