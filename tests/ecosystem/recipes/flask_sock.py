"""flask-sock: close WebSockets of other origins, which browsers don't limit."""

from typing import Any

from flask import Flask
from flask_sock import Sock

from flask_crossorigin import CrossOrigin

POLICY_VIOLATION = 1008


def add_echo(app: Flask, cors: CrossOrigin) -> None:
    """Add the WebSocket `/echo`."""
    sock = Sock(app)

    @sock.route("/echo")
    def echo(socket: Any) -> None:
        if not cors.allows():
            socket.close(POLICY_VIOLATION)
            return
        socket.send(socket.receive())
