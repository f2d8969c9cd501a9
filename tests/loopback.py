"""Servers on loopback, for what asks over the network: apps, and what stands before them."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, TCPServer
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

Headers = list[tuple[str, str]]
WSGIApp = Callable[..., Iterable[bytes]]


SERVER = "loopback"
"""What a server calls itself."""


class _Quiet(WSGIRequestHandler):
    """Writes no log, and names itself by one word."""

    def log(self, *_: Any) -> None:
        pass

    def version_string(self) -> str:
        return SERVER


@contextmanager
def served(app: WSGIApp, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The URL of `app`, which is served meanwhile, over TLS with a `context`."""
    server = make_server(
        "127.0.0.1", 0, app, threaded=True, request_handler=_Quiet, ssl_context=context
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://localhost:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def speaking(*said: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """The URL of a server, and the requests that it heard, one a connection.

    It says these things one after the other, the last again and again, and hangs up each time;
    with none it accepts nobody, so that no answer ever comes.
    """
    heard: list[bytes] = []

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            heard.append(_request(self.request))
            self.request.sendall(said[min(len(heard), len(said)) - 1])

    with TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        if said:
            thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", heard
        finally:
            if said:
                server.shutdown()
                thread.join()


@contextmanager
def dripping(begun: bytes, again: bytes, end: bytes) -> Iterator[str]:
    """The URL of a server that begins to speak, goes on bit by bit, and ends, if it is let."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(0.01)
            try:
                self.request.sendall(begun)
                for _ in range(300):
                    self.request.sendall(again)
                    with suppress(TimeoutError):
                        while self.request.recv(65536):
                            pass
                        return  # hung up
                self.request.sendall(end)
            except ConnectionError:
                pass

    with TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def _request(connection: socket.socket) -> bytes:
    """A request of HTTP, or the beginning of anything else."""
    heard = connection.recv(65536)
    while heard[:1].isalpha() and not _is_whole(heard):
        heard += connection.recv(65536)
    return heard


def _is_whole(heard: bytes) -> bool:
    head, end, body = heard.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: ([0-9]+)", head, re.IGNORECASE)
    return bool(end) and len(body) >= (int(length.group(1)) if length else 0)


Change = Callable[[dict[str, Any], str, Headers], tuple[str, Headers]]


def behind(app: WSGIApp, change: Change) -> WSGIApp:
    """`app` behind what makes its own of each answer."""

    def between(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            return start_response(*change(environ, status, headers), exc_info)

        return app(environ, start)

    return between


def instead(status: str, headers: Headers, body: bytes = b"") -> WSGIApp:
    """What answers everything by itself."""

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response(status, headers)
        return [body]

    return answer
