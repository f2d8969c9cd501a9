"""flask-sock: a WebSocket that needs a user is refused before its handshake."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest
from flask import Blueprint, current_app
from flask_sock import Sock
from simple_websocket import Client, ConnectionClosed

from flask_crossorigin import Access, CrossOrigin

from ..loopback import served
from .api import APP, EVIL, Api, make_api
from .conftest import Make
from .contract import INES, broken_promises, logged
from .recipes.flask_sock import add_echo

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Origin": APP,
}


def echo(ws: Any) -> None:
    ws.send(ws.receive(timeout=5))


def echo_to_allowed(ws: Any) -> None:
    cors: CrossOrigin = current_app.extensions["crossorigin"]
    if cors.allows():
        echo(ws)
    else:
        ws.close(1008)


@pytest.fixture
def api(make: Make) -> Api:
    """The API with WebSockets: open, by decorator, and by blueprint."""
    sock = Sock()
    api = make(sock.init_app)
    access = Access(api.app, verify=api.verify)
    blueprint = Blueprint("sockets", __name__)
    access.protect(blueprint)
    sock.route("/open")(echo)
    sock.route("/checked", endpoint="checked")(echo_to_allowed)
    sock.route("/required", endpoint="required")(access.required(echo))
    sock.route("/protected", bp=blueprint, endpoint="protected")(echo)
    api.app.register_blueprint(blueprint)
    return api


@pytest.mark.parametrize(("origin", "is_let_in"), [(APP, True), (EVIL, False)])
def test_the_recipe_closes_sockets_of_other_origins(origin: str, is_let_in: bool) -> None:
    api = make_api()
    add_echo(api.app, api.app.extensions["crossorigin"])
    with logged() as messages, served(api.served) as url:
        host = url.removeprefix("http://")
        client = Client.connect(f"ws://{host}/echo", headers={"Origin": origin})
        if is_let_in:
            client.send("hello")
            assert client.receive(timeout=5) == "hello"
            client.close()
        else:
            with pytest.raises(ConnectionClosed, match="1008"):
                client.receive(timeout=5)
    assert messages == []


@pytest.fixture
def server(api: Api) -> Iterator[str]:
    """Serve the API, and return its host and port."""
    with served(api.served) as url:
        yield url.removeprefix("http://")


def test_nothing_is_broken(api: Api) -> None:
    assert broken_promises(api) == []


@pytest.mark.parametrize("path", ["/open", "/required", "/protected"])
def test_a_user_is_let_in(server: str, path: str) -> None:
    with logged() as messages:
        client = Client.connect(f"ws://{server}{path}", headers=INES)
        client.send("hello")
        assert client.receive(timeout=5) == "hello"
        client.close()
    assert messages == []


# The Host header of this client has no port.
@pytest.mark.parametrize("origin", [APP, "http://localhost", None])
def test_allowed_origins_its_own_and_no_browser_may_connect(
    server: str, origin: str | None
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    client = Client.connect(f"ws://{server}/checked", headers=headers)
    client.send("hello")
    assert client.receive(timeout=5) == "hello"
    client.close()


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost:1"])
def test_other_origins_are_disconnected(server: str, origin: str) -> None:
    client = Client.connect(f"ws://{server}/checked", headers={"Origin": origin})
    with pytest.raises(ConnectionClosed, match="1008"):
        client.receive(timeout=5)


def test_check_reports_the_websockets_that_check_no_origin(api: Api) -> None:
    shown = api.app.test_cli_runner().invoke(args=["cors", "check", "--json"]).output
    (found,) = [
        each for each in json.loads(shown)["findings"] if each["code"] == "websocket-unguarded"
    ]
    assert found["value"] == ["/open", "/protected", "/required"]


@pytest.mark.parametrize("path", ["/required", "/protected"])
def test_anybody_else_gets_no_handshake(server: str, path: str) -> None:
    with logged() as messages, closing(HTTPConnection(server, timeout=5)) as connection:
        connection.request("GET", path, headers=HANDSHAKE)
        response = connection.getresponse()
        assert response.status == 401
        assert response.getheader("Content-Type") == "application/problem+json"
        assert response.getheader("Access-Control-Allow-Origin") == APP
    assert messages == []
