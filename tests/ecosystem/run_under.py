"""Run the contract under an agent, in a process of its own, and print a report as JSON.

Usage: LAUNCHER python -m tests.ecosystem.run_under NAME WAY
"""

import json
import socket
import sys
import warnings
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from .agents import AGENTS
from .api import APP, make_api
from .contract import broken_in_debug_mode, broken_promises
from .wire import send

LOOPBACK = ("127.0.0.1", "::1", "localhost", None)


class Report(NamedTuple):
    """The result of one run.

    :ivar broken: the promises that were broken.
    :ivar contexts: how many request contexts a preflight opened.
    :ivar is_tracing: whether the agent traced a request.
    :ivar connections: where this process tried to connect to beyond this machine.
    """

    broken: list[str]
    contexts: int
    is_tracing: bool
    connections: list[str]


def stay_on_this_machine(refused: list[str]) -> None:
    """Refuse, from now on, to connect to or to look up any other machine."""

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.getaddrinfo":
            host = arguments[0]
        elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            sock, address = arguments
            if event == "socket.connect" and sock.type == socket.SOCK_DGRAM:
                return  # nothing is sent by it
            host = address[0] if isinstance(address, tuple) else None
        else:
            return
        if host not in LOOPBACK:
            refused.append(f"{event} {host}")
            raise OSError("the tests stay on this machine")

    sys.addaudithook(audit)


def main(name: str, way: str) -> Report:
    """Hold the app to the contract under the agent `name`, with warnings as errors.

    :param way: "alone"; or "proxied", with a middleware that comes first, so that preflights must
        be answered in the app.
    """
    agent, refused = AGENTS[name], list[str]()
    stay_on_this_machine(refused)
    if agent.start is not None:
        agent.start()
    warnings.simplefilter("error")

    def before(app: Flask) -> None:
        if way == "proxied":
            app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
        if agent.before is not None:
            agent.before(app)

    api = make_api(before, agent.after)
    api.app.add_url_rule("/traced", "traced", lambda: str(agent.is_tracing()))
    preflight = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
    send(api.served, "OPTIONS", "/marks", preflight)
    contexts = api.contexts
    broken = broken_promises(api) + broken_in_debug_mode(make_api(before, agent.after))
    is_tracing = send(api.served, "GET", "/traced").body == b"True"
    return Report(broken, contexts, is_tracing, refused)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])._asdict()))
