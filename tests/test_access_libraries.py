"""`verify` as one line over the libraries that Flask users have, shown with the real ones."""

import base64
from typing import Any

import pytest
from flask import Flask, Response
from flask_httpauth import HTTPBasicAuth, HTTPTokenAuth
from flask_jwt_extended import JWTManager, create_access_token, get_jwt, verify_jwt_in_request
from flask_jwt_extended.exceptions import NoAuthorizationError
from flask_login import LoginManager, UserMixin, current_user, login_user

from flask_crossorigin import Access, CrossOrigin

from .conftest import APP, allowed, call, preflight


@pytest.fixture
def app(app: Flask) -> Flask:
    """The app, open to one front end with credentials."""
    app.secret_key = "a key of the tests that is long enough for HMAC"
    CrossOrigin(app, origins=[APP], credentials=True)
    return app


def guard(app: Flask, access: Access) -> None:
    """Add a view for users, and one for those who may write."""
    app.add_url_rule("/mine", "mine", access.required(lambda: f"hello {access.user}"))
    if access._verifier.verify.__name__ != "one_kind_of_user":
        app.add_url_rule("/write", "write", access.required("write")(lambda: "written"))


def answers(app: Flask, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """The status and text for the page, which can always read them."""
    assert preflight(app, path, method="GET", requested="authorization").status_code == 204
    response = call(app, "GET", path, APP, headers=headers or {})
    assert allowed(response) == APP
    return response.status_code, response.text


def test_flask_login(app: Flask) -> None:
    class User(UserMixin):  # type: ignore[misc]
        def __init__(self, name: str) -> None:
            self.id = name

        def __str__(self) -> str:
            return str(self.id)

    LoginManager(app).user_loader(User)
    app.add_url_rule("/login", "login", lambda: str(login_user(User("ines"))), methods=["POST"])

    def verify(request: Any, *needs: str) -> Any:
        return current_user if current_user.is_authenticated else None

    access = Access(app, verify=verify)
    guard(app, access)
    assert answers(app, "/mine")[0] == 401
    cookie = call(app, "POST", "/login", APP).headers["Set-Cookie"].partition(";")[0]
    assert answers(app, "/mine", {"Cookie": cookie}) == (200, "hello ines")
    assert answers(app, "/write", {"Cookie": cookie}) == (200, "written")


def test_flask_httpauth_basic(app: Flask) -> None:
    auth = HTTPBasicAuth()
    auth.verify_password(lambda name, password: name if password == "chalk" else None)

    def one_kind_of_user(request: Any) -> Any:
        return auth.login_required(auth.current_user)()

    guard(app, Access(app, verify=one_kind_of_user))

    def basic(password: str) -> dict[str, str]:
        token = base64.b64encode(f"ines:{password}".encode()).decode()
        return {"Authorization": f"Basic {token}"}

    assert answers(app, "/mine", basic("chalk")) == (200, "hello ines")
    # The library's own response is sent as it is, its challenge with it.
    assert answers(app, "/mine", basic("wrong")) == (401, "Unauthorized Access")
    refused = call(app, "GET", "/mine", APP)
    assert refused.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_flask_httpauth_tokens_with_roles(app: Flask) -> None:
    auth = HTTPTokenAuth()
    auth.verify_token({"t1": "ines", "t2": "sam"}.get)
    auth.get_user_roles(lambda user: ["write"] if user == "ines" else [])

    def verify(request: Any, *needs: str) -> Any:
        # A list in a list: all of the roles, not any.
        return auth.login_required(role=[list(needs)] if needs else None)(auth.current_user)()

    guard(app, Access(app, verify=verify))
    assert answers(app, "/mine", {"Authorization": "Bearer t2"}) == (200, "hello sam")
    assert answers(app, "/write", {"Authorization": "Bearer t2"})[0] == 403
    assert answers(app, "/write", {"Authorization": "Bearer t1"}) == (200, "written")
    assert answers(app, "/mine")[0] == 401


def test_flask_jwt_extended(app: Flask) -> None:
    app.config["JWT_SECRET_KEY"] = "a key of the tests that is long enough for HMAC"
    JWTManager(app)

    def verify(request: Any, *needs: str) -> Any:
        try:
            verify_jwt_in_request()
        except NoAuthorizationError:
            return None
        token = get_jwt()
        if not set(needs) <= set(token.get("scopes", [])):
            raise Access.Denied
        return token["sub"]

    guard(app, Access(app, verify=verify, www_authenticate="Bearer"))

    def bearer(**claims: Any) -> dict[str, str]:
        with app.app_context():
            token = create_access_token("ines", additional_claims=claims)
        return {"Authorization": f"Bearer {token}"}

    assert answers(app, "/mine", bearer()) == (200, "hello ines")
    assert answers(app, "/write", bearer())[0] == 403
    assert answers(app, "/write", bearer(scopes=["write"])) == (200, "written")
    assert answers(app, "/mine")[0] == 401
    # What is wrong with a token the library words by its own error handlers.
    assert answers(app, "/mine", {"Authorization": "Bearer a.b.c"})[0] == 422


def test_any_response_of_a_librarys_is_readable_by_the_page(app: Flask) -> None:
    def one_kind_of_user(request: Any) -> Response:
        return Response("teapot", 418)

    guard(app, Access(app, verify=one_kind_of_user))
    assert answers(app, "/mine") == (418, "teapot")
