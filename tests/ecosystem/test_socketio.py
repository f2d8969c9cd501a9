"""Flask-SocketIO, which wraps the app and copies its environment."""

import json
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from flask_crossorigin import CrossOrigin

from ..loopback import served
from .api import APP, EVIL, OTHER
from .conftest import Make
from .contract import broken_in_debug_mode, broken_promises, logged
from .recipes.flask_socketio import use_flask_socketio
from .wire import Received, send

OWN = "http://api.example.com"
POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def setup(app: Flask) -> SocketIO:
    """Add Socket.IO, for the origins that the policy of the app allows."""
    return use_flask_socketio(app, async_mode="threading")


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


# Over the network, with both transports.


def statuses(host: str) -> dict[str, list[Any]]:
    """Return what each origin gets by polling, and for the handshake of a WebSocket.

    `run_gevent` calls this too.
    """
    return {
        origin: [
            requested(host, POLLING, {"Origin": origin}),
            requested(host, WEBSOCKET, {"Origin": origin, **HANDSHAKE}),
        ]
        for origin in (APP, EVIL)
    }


def requested(host: str, path: str, headers: dict[str, str]) -> list[Any]:
    with closing(HTTPConnection(host, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.close()
        return [response.status, response.headers.get_all("Access-Control-Allow-Origin")]


EXPECTED = {APP: [[200, [APP]], [101, None]], EVIL: [[400, None], [400, None]]}


def test_threads_serve_both_transports_to_the_origins_of_the_policy(make: Make) -> None:
    with logged(), served(make(setup).served) as url:
        assert statuses(url.removeprefix("http://")) == EXPECTED


def test_gevent_serves_both_transports_to_the_origins_of_the_policy() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gevent.monkey", "--module", "tests.ecosystem.run_gevent"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    broken, seen = json.loads(done.stdout)
    assert broken == []
    assert seen == EXPECTED
