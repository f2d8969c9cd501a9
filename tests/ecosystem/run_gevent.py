"""Serve the API and Socket.IO with gevent, in a process of its own, and print a report as JSON.

The report is the list of broken promises, and who may connect.

Usage: python -m gevent.monkey --module tests.ecosystem.run_gevent
"""

import json
import warnings
from collections.abc import Mapping
from http.client import HTTPConnection

from flask import Flask
from gevent.pywsgi import WSGIServer

from .api import make_api
from .contract import broken_promises, logged
from .recipes.flask_socketio import use_flask_socketio
from .test_socketio import statuses
from .wire import Received, Send


def setup(app: Flask) -> None:
    use_flask_socketio(app, async_mode="gevent")


def over(host: str) -> Send:
    """Return a function that sends requests to a server."""

    def send(method: str, path: str, headers: Mapping[str, str]) -> Received:
        connection = HTTPConnection(host, timeout=10)
        connection.request(method, path, headers=dict(headers))
        response = connection.getresponse()
        received = Received(response.status, response.getheaders(), response.read())
        connection.close()
        return received

    return send


def main() -> tuple[list[str], dict[str, list[object]]]:
    warnings.simplefilter("error")
    api = make_api(setup)
    server = WSGIServer(("127.0.0.1", 0), api.app, log=None, error_log=None)
    server.start()
    host = f"127.0.0.1:{server.server_port}"
    broken = broken_promises(api, send=over(host))
    with logged():
        seen = statuses(host)
    server.stop(timeout=1)
    return broken, seen


if __name__ == "__main__":
    print(json.dumps(main()))
