"""Between the server and the app: middleware of Werkzeug, and adapters for ASGI and AWS Lambda."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import pytest
from a2wsgi import ASGIMiddleware
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from .api import APP, Api, make_api
from .conftest import Make
from .contract import broken_in_debug_mode, broken_promises
from .recipes.asgi import asgi_app
from .recipes.aws_lambda import lambda_handler_of
from .recipes.werkzeug import create_app
from .wire import Received, Send, send, sender

PREFLIGHT = {"Access-Control-Request-Method": "PUT"}
ADMIN = "https://admin.example.com"


def allow_origin(received: Received) -> list[str]:
    return received.lines("Access-Control-Allow-Origin")


# ProxyFix and DispatcherMiddleware.


def behind_proxy(app: Flask) -> None:
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]


def test_nothing_is_broken_behind_a_proxy(make: Make) -> None:
    assert broken_promises(make(behind_proxy)) == []


def test_nothing_is_broken_in_debug_mode_behind_a_proxy(make: Make) -> None:
    assert broken_in_debug_mode(make(behind_proxy)) == []


def test_a_redirect_of_a_mounted_app_has_the_prefix_of_the_proxy(make: Make) -> None:
    api = make(behind_proxy)
    received = send(api.served, "GET", "/folder", {"Origin": APP, "X-Forwarded-Prefix": "/v1"})
    assert (received.status, allow_origin(received)) == (308, [APP])
    assert received.lines("Location") == ["http://api.example.com/v1/folder/"]


def test_mounted_apps_each_have_their_own_policy() -> None:
    app = create_app()
    for path, allowed, refused in (("/x", APP, ADMIN), ("/admin/x", ADMIN, APP)):
        for origin, status, headers in ((allowed, 204, [allowed]), (refused, 403, [])):
            preflight = send(app, "OPTIONS", path, {"Origin": origin, **PREFLIGHT})
            assert (preflight.status, allow_origin(preflight)) == (status, headers)
            actual = send(app, "GET", path, {"Origin": origin})
            assert (actual.status, allow_origin(actual)) == (404, headers)


def test_a_mounted_app_without_a_policy_has_no_header(make: Make) -> None:
    plain = Flask("plain")

    def mount(app: Flask) -> None:
        mounted = DispatcherMiddleware(app.wsgi_app, {"/plain": plain})
        app.wsgi_app = mounted  # type: ignore[method-assign]

    api = make(mount)
    assert broken_promises(api) == []
    received = send(api.served, "GET", "/plain/x", {"Origin": APP})
    assert (received.status, allow_origin(received), received.lines("Vary")) == (404, [], [])
    preflight = send(api.served, "OPTIONS", "/plain/x", {"Origin": APP, **PREFLIGHT})
    assert allow_origin(preflight) == []


# a2wsgi.


def test_nothing_is_broken_over_asgi() -> None:
    api = make_api()
    # ASGI has header names in lower case.
    assert broken_promises(api, send=sender(ASGIMiddleware(asgi_app(api.app)))) == []


# apig-wsgi.


def event(version: str, method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return what API Gateway gives to the function, for its REST APIs or its HTTP APIs."""
    path, _, query = path.partition("?")
    given = {"Host": "api.example.com", "X-Forwarded-Proto": "http", **headers}
    if version == "1.0":
        return {
            "version": version,
            "httpMethod": method,
            "path": path,
            "multiValueQueryStringParameters": parse_qs(query),
            "multiValueHeaders": {name: [value] for name, value in given.items()},
            "requestContext": {"path": path},
            "body": "",
        }
    return {
        "version": version,
        "rawPath": path,
        "rawQueryString": query,
        "headers": given,
        "requestContext": {
            "http": {"method": method, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"}
        },
        "body": "",
    }


def through_lambda(api: Api, version: str) -> Send:
    """Return a function that sends requests as AWS does."""
    handler = lambda_handler_of(api.app)

    def send(method: str, path: str, headers: Mapping[str, str]) -> Received:
        returned = handler(event(version, method, path, headers), None)
        lists = returned.get("multiValueHeaders") or {
            name: [value] for name, value in returned["headers"].items()
        }
        body = returned["body"].encode()
        if returned["isBase64Encoded"]:
            body = base64.b64decode(body)
        lines = [(name, value) for name, values in lists.items() for value in values]
        return Received(returned["statusCode"], lines, body)

    return send


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_nothing_is_broken_on_aws_lambda(version: str) -> None:
    api = make_api()
    assert broken_promises(api, send=through_lambda(api, version)) == []
