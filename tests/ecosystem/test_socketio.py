"""Flask-SocketIO, which wraps the app and copies its environment."""

from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from flask_crossorigin import CrossOrigin

from .api import APP, EVIL, OTHER
from .conftest import Make
from .contract import broken_in_debug_mode, broken_promises
from .wire import Received, send

OWN = "http://api.example.com"
POLLING = "/socket.io/?EIO=4&transport=polling"


def setup(app: Flask) -> SocketIO:
    """Add Socket.IO, for the origins that the policy of the app allows."""

    def is_allowed(*arguments: Any) -> bool:
        # The extension is made after Socket.IO in one half of the tests.
        cors: CrossOrigin = app.extensions["crossorigin"]
        return cors.allows(*arguments)

    return SocketIO(app, async_mode="threading", cors_allowed_origins=is_allowed)


def test_nothing_is_broken(make: Make) -> None:
    assert broken_promises(make(setup)) == []


def test_nothing_is_broken_in_debug_mode(make: Make) -> None:
    assert broken_in_debug_mode(make(setup)) == []


def allow_origin(received: Received) -> list[str]:
    return received.lines("Access-Control-Allow-Origin")


def test_its_own_responses_have_its_own_headers_once(make: Make) -> None:
    api = make(setup)
    for origin in (APP, OTHER):
        opened = send(api.served, "GET", POLLING, {"Origin": origin})
        assert (opened.status, allow_origin(opened)) == (200, [origin])
        preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        response = send(api.served, "OPTIONS", POLLING, preflight)
        assert (response.status, allow_origin(response)) == (200, [origin])
    assert api.seen == []


def test_the_method_itself_can_be_given_to_socket_io() -> None:
    app = Flask("direct")
    cors = CrossOrigin(app, origins=[APP])
    SocketIO(app, async_mode="threading", cors_allowed_origins=cors.allows)
    statuses = {
        origin: send(app, "GET", POLLING, {"Origin": origin} if origin else {}).status
        for origin in (APP, OWN, EVIL, None)
    }
    assert statuses == {APP: 200, OWN: 200, EVIL: 400, None: 200}


def test_the_policy_decides_who_may_connect(make: Make) -> None:
    refused = send(make(setup).served, "GET", POLLING, {"Origin": EVIL})
    assert (refused.status, allow_origin(refused)) == (400, [])
