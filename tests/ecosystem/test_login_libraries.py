"""Login libraries: each decides for `Access`, and its refusals can be read."""

import base64
from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from authlib.oauth2.rfc6750 import BearerTokenValidator
from flask import Flask
from flask_httpauth import HTTPBasicAuth, HTTPTokenAuth
from flask_jwt_extended import create_access_token
from flask_login import UserMixin, login_user
from flask_security import RoleMixin, UserDatastore
from flask_security import UserMixin as SecurityUser
from flask_security.datastore import Datastore
from flask_wtf import CSRFProtect

from flask_crossorigin import Access

from .api import APP, Api
from .conftest import Make
from .contract import ROWS, Row, broken_promises
from .recipes.authlib import use_authlib
from .recipes.flask_httpauth import use_flask_httpauth
from .recipes.flask_jwt_extended import log_in_with_cookie, use_flask_jwt_extended
from .recipes.flask_login import use_flask_login
from .recipes.flask_security import use_flask_security
from .recipes.flask_wtf import csrf_token, use_flask_wtf
from .wire import send, sender

SCOPES = {"ines": ["read", "write"], "sam": ["write"]}
"""What each user may do; /both needs both."""

COOKIE = frozenset({"cookie"})


class Library(NamedTuple):
    """A login library.

    :ivar setup: returns the guard of an app.
    :ivar headers: returns what the user of a name sends.
    :ivar wrong: what somebody sends whom the library refuses, and the status.
    :ivar common: what each request sends.
    :ivar vary: what Vary lists beside Origin, wherever the library has a part in the response.
    """

    setup: Callable[[Flask], Access]
    headers: Callable[[Flask, str], dict[str, str]]
    wrong: tuple[dict[str, str], int]
    common: Mapping[str, str] = {}
    vary: frozenset[str] = frozenset()


# Flask-HTTPAuth.


def basic(app: Flask | None, name: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:chalk".encode()).decode()}


def bearer(app: Flask | None, name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer token-of-{name}"}


def basic_auth() -> HTTPBasicAuth:
    auth = HTTPBasicAuth()
    auth.verify_password(lambda name, password: name if name in SCOPES else None)
    auth.get_user_roles(SCOPES.get)
    return auth


def token_auth() -> HTTPTokenAuth:
    auth = HTTPTokenAuth()
    auth.verify_token({f"token-of-{name}": name for name in SCOPES}.get)
    auth.get_user_roles(SCOPES.get)
    return auth


# Flask-JWT-Extended.


def jwt(app: Flask, name: str) -> dict[str, str]:
    with app.app_context():
        token = create_access_token(name, additional_claims={"scopes": SCOPES[name]})
    return {"Authorization": f"Bearer {token}"}


# Authlib.


class Tokens(BearerTokenValidator):
    """Knows the token of each user."""

    def authenticate_token(self, text: str) -> Any:
        name = text.removeprefix("token-of-")
        if name not in SCOPES:
            return None
        return SimpleNamespace(
            get_scope=lambda: " ".join(SCOPES[name]),
            is_expired=lambda: False,
            is_revoked=lambda: False,
        )


# Flask-Security.


class Role(RoleMixin):
    def __init__(self, name: str) -> None:
        self.name = name
        self.permissions = None


class User(SecurityUser):
    fs_uniquifier = ""

    def __init__(self, name: str) -> None:
        self.id = self.fs_uniquifier = name
        self.active = True
        self.roles = [Role(each) for each in SCOPES[name]]


class Memory(Datastore, UserDatastore):
    """Two users, and nothing that could change."""

    def __init__(self) -> None:
        Datastore.__init__(self, None)
        UserDatastore.__init__(self, User, Role)
        self.users = [User(name) for name in SCOPES]

    def find_user(self, case_insensitive: bool = False, **given: Any) -> User | None:
        ((name, value),) = given.items()
        found = [each for each in self.users if getattr(each, name, None) == value]
        return found[0] if found else None


def set_up_flask_security(app: Flask) -> Access:
    app.config.update(SECURITY_PASSWORD_SALT="salt", SECURITY_JOIN_USER_ROLES=False)
    return use_flask_security(app, Memory())


def security_token(app: Flask, name: str) -> dict[str, str]:
    with app.test_request_context():
        user = app.extensions["security"].datastore.find_user(id=name)
        return {"Authentication-Token": user.get_auth_token()}


LIBRARIES = {
    "flask-httpauth-basic": Library(
        lambda app: use_flask_httpauth(app, basic_auth()), basic, (basic(None, "eve"), 401)
    ),
    "flask-httpauth-tokens": Library(
        lambda app: use_flask_httpauth(app, token_auth()), bearer, (bearer(None, "eve"), 401)
    ),
    "flask-jwt-extended": Library(
        use_flask_jwt_extended, jwt, ({"Authorization": "Bearer a.b.c"}, 422)
    ),
    "authlib": Library(lambda app: use_authlib(app, Tokens()), bearer, (bearer(None, "eve"), 401)),
    "flask-security": Library(
        set_up_flask_security,
        security_token,
        ({"Authentication-Token": "eve"}, 401),
        {"Accept": "application/json"},
        COOKIE,
    ),
}


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> Library:
    return LIBRARIES[request.param]


@pytest.fixture
def api(make: Make, library: Library) -> Api:
    """The API with a view for users, and one for users who may both read and write."""
    guards: list[Access] = []
    api = make(lambda app: guards.append(library.setup(app)))

    def mine() -> str:
        api.seen.append("view")
        return "mine"

    api.app.add_url_rule("/user", "user", guards[0].required(mine))
    api.app.add_url_rule("/both", "both", guards[0].required("read", "write")(mine))
    return api


def varying(rows: Iterable[Row], vary: frozenset[str]) -> list[Row]:
    return [row._replace(vary=row.vary | vary) for row in rows]


def test_nothing_is_broken(api: Api, library: Library) -> None:
    assert broken_promises(api, varying(ROWS, library.vary)) == []


def test_users_are_let_in_and_refusals_can_be_read(api: Api, library: Library) -> None:
    ines, sam = (library.headers(api.app, name) for name in SCOPES)
    wrong, status = library.wrong
    rows = [
        Row("GET", "/user", 401, library.common),
        Row("GET", "/user", status, {**library.common, **wrong}),
        Row("GET", "/user", 200, {**library.common, **sam}, body=b"mine"),
        Row("GET", "/both", 401, library.common),
        Row("GET", "/both", 403, {**library.common, **sam}),
        Row("GET", "/both", 200, {**library.common, **ines}, body=b"mine"),
    ]
    preflights = [("/user", "GET"), ("/both", "GET")]
    assert broken_promises(api, varying(rows, library.vary), preflights) == []


def test_a_hook_of_flask_httpauth_sees_no_preflight(make: Make) -> None:
    auth = basic_auth()
    api = make(lambda app: app.before_request(auth.login_required(lambda: None)))
    rows = [
        Row("GET", "/marks", 401),
        Row("GET", "/nowhere", 401),
        Row("GET", "/marks", 200, basic(None, "ines")),
    ]
    assert broken_promises(api, rows, [("/marks", "PUT"), ("/nowhere", "PUT")]) == []


# Cookies.


def log_in(api: Api) -> tuple[dict[str, str], list[str], bytes]:
    """Log in, and return a header with the cookies, the cookies as they were set, and the body."""
    received = send(api.served, "POST", "/login", {"Origin": APP})
    assert received.status == 200
    lines = received.lines("Set-Cookie")
    cookies = "; ".join(each.partition(";")[0] for each in lines)
    return {"Cookie": cookies}, lines, received.body


class Person(UserMixin):
    def __init__(self, name: str) -> None:
        self.id = name


@pytest.fixture
def login_api(make: Make) -> Api:
    """The API with Flask-Login."""
    guards: list[Access] = []
    api = make(lambda app: guards.append(use_flask_login(app, Person)))
    api.app.add_url_rule("/user", "user", guards[0].required(lambda: guards[0].user.id))

    def login() -> str:
        return str(login_user(Person("ines"), remember=True))

    api.app.add_url_rule("/login", "login", login, methods=["POST"])
    return api


def test_nothing_is_broken_beside_flask_login(login_api: Api) -> None:
    # It reads the session after each request.
    assert broken_promises(login_api, varying(ROWS, COOKIE)) == []


def test_flask_login_lets_in_who_has_logged_in(login_api: Api) -> None:
    cookie, lines, _ = log_in(login_api)
    assert len(lines) == 2
    for line in lines:
        assert "; Secure" in line
        assert "; SameSite=None" in line
    rows = [
        Row("GET", "/user", 401, vary=COOKIE),
        Row("GET", "/user", 200, cookie, COOKIE, b"ines"),
    ]
    assert broken_promises(login_api, rows, [("/user", "GET"), ("/login", "GET")]) == []


def test_the_token_of_flask_jwt_extended_may_be_a_cookie(make: Make) -> None:
    guards: list[Access] = []
    api = make(lambda app: guards.append(use_flask_jwt_extended(app)))
    api.app.add_url_rule("/login", "login", lambda: log_in_with_cookie("ines"), methods=["POST"])
    api.app.add_url_rule(
        "/user", "user", guards[0].required(lambda: guards[0].user), methods=["GET", "PUT"]
    )
    cookie, lines, body = log_in(api)
    assert all("; Secure" in line and "; SameSite=None" in line for line in lines)
    csrf = body.decode().split('"')[3]
    rows = [
        Row("GET", "/user", 401),
        Row("GET", "/user", 200, cookie, body=b"ines"),
        Row("PUT", "/user", 401, cookie),
        Row("PUT", "/user", 200, {**cookie, "X-CSRF-TOKEN": csrf}, body=b"ines"),
    ]
    assert broken_promises(api, rows, [("/user", "PUT")]) == []


def csrf_headers(api: Api) -> dict[str, str]:
    """Return what a page sends that has fetched its CSRF token."""
    api.app.add_url_rule("/csrf", "csrf", csrf_token)
    response = send(api.served, "GET", "/csrf", {"Origin": APP})
    cookie = response.lines("Set-Cookie")[0].partition(";")[0]
    token = response.body.decode().split('"')[3]
    return {"Cookie": cookie, "X-CSRFToken": token, "Referer": f"{APP}/"}


def test_a_token_of_flask_wtf_is_accepted_from_another_origin(make: Make) -> None:
    api = make(use_flask_wtf)
    headers = csrf_headers(api)
    rows = [
        Row("PUT", "/marks", 400),
        Row("PUT", "/marks", 400, {**headers, "X-CSRFToken": "wrong"}, COOKIE),
        Row("PUT", "/marks", 200, headers, COOKIE, b"marks"),
    ]
    secure = sender(api.served, "https")
    assert broken_promises(api, rows, [("/marks", "PUT")], secure) == []


def test_flask_wtf_refuses_other_origins_by_default(make: Make) -> None:
    api = make(CSRFProtect)
    rows = [Row("PUT", "/marks", 400, csrf_headers(api), COOKIE)]
    secure = sender(api.served, "https")
    assert broken_promises(api, rows, [("/marks", "PUT")], secure) == []
