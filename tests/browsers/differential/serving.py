"""Serve a WSGI app on loopback with TLS and threads, without changing its responses.

No header is added or merged, and connections are kept open. Production servers rightly behave
differently, but that would disturb the comparison.
"""

from __future__ import annotations

import io
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import trustme

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

IDLE = 120.0  # seconds after which a connection is closed


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        self.request.settimeout(IDLE)
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.server.connections.add(self.request)
        super().setup()

    def finish(self) -> None:
        self.server.connections.discard(self.request)
        with suppress(OSError):
            super().finish()
        self.request.close()

    def handle_one_request(self) -> None:
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.wfile.write(self._respond(self._environ(body)))

    def _environ(self, body: bytes) -> WSGIEnvironment:
        path, _, query = self.path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": str(self.server.port),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = f"HTTP_{name.upper().replace('-', '_')}"
            if key not in {"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"}:
                environ[key] = f"{environ[key]}, {value}" if key in environ else value
        return environ

    def _respond(self, environ: WSGIEnvironment) -> bytes:
        head: list[bytes] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
            head[:] = [("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")]

        chunks = self.server.app(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            close: Callable[[], None] = getattr(chunks, "close", lambda: None)
            close()
        return head[0] + body


class _Server(ThreadingMixIn, TCPServer):
    """Accepts connections, each with a thread of its own, including its TLS handshake."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, make: Callable[[int], WSGIApplication], context: ssl.SSLContext) -> None:
        self.context = context
        self.connections: set[ssl.SSLSocket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = int(self.server_address[1])
        self.app = make(self.port)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore dropped connections, and print everything else."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


@contextmanager
def served(make: Callable[[int], WSGIApplication], *hosts: str) -> Iterator[int]:
    """Serve the app that `make` returns for a port, for the block; yield the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(*hosts).configure_cert(context)
    with _Server(make, context) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.port
        finally:
            server.shutdown()
            thread.join()
            for connection in list(server.connections):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
