"""What every test can use."""

from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from werkzeug.test import TestResponse

collect_ignore = ["ecosystem", "servers"]
"""`make test-ecosystem` runs them, in environments that have the packages."""

APP = "https://app.example.com"
OTHER = "https://other.example.com"
EVIL = "https://evil.example"


def call(
    app: Flask, method: str, path: str, origin: str | None = None, **more: Any
) -> TestResponse:
    """Send a request to `app`; `more` goes to the test client, ``headers`` among it."""
    headers = dict(more.pop("headers", {}))
    if origin is not None:
        headers["Origin"] = origin
    client = app.test_client(use_cookies=False)  # a Cookie header is sent as it is given
    return client.open(path, method=method, headers=headers, **more)


def preflight(
    app: Flask,
    path: str,
    origin: str = APP,
    method: str = "PUT",
    requested: str | None = None,
    **more: Any,
) -> TestResponse:
    """Send the preflight that a browser sends ahead of a request with `method`."""
    headers = {"Access-Control-Request-Method": method, **more.pop("headers", {})}
    if requested is not None:
        headers["Access-Control-Request-Headers"] = requested
    return call(app, "OPTIONS", path, origin, headers=headers, **more)


def allowed(response: TestResponse) -> str | None:
    """The one allow-origin of `response`, or None."""
    values = response.headers.getlist("Access-Control-Allow-Origin")
    assert len(values) <= 1, f"two allow-origin headers: {values}"
    return values[0] if values else None


def cors_headers(response: TestResponse) -> dict[str, str]:
    """The CORS headers and Vary of `response`, each of which is there once."""
    found: dict[str, str] = {}
    for name, value in response.headers:
        if name.lower().startswith("access-control-") or name.lower() == "vary":
            assert name not in found, f"two {name} headers"
            found[name] = value
    return found


def bug() -> str:
    """A view that fails."""
    raise ZeroDivisionError("division by zero")


class NotEntered(SecureCookieSessionInterface):
    """Sessions that show that Flask was entered: it opens one for each request."""

    def open_session(self, *_: Any) -> Any:
        pytest.fail("Flask was entered")


@pytest.fixture
def app() -> Flask:
    """An app with a page that can be read and written."""
    made = Flask("api")

    @made.route("/marks", methods=["GET", "PUT"])
    def marks() -> str:
        return "marks"

    return made
