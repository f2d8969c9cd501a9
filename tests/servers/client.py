"""An HTTP client that hides nothing: header lines as they come, and no byte too many."""

import socket
from collections.abc import Mapping
from io import BufferedRWPair

from tests.ecosystem.wire import Headers, Received

HOST = "api.example.com"
BODILESS = (204, 304)
TIMEOUT = 20.0


class Malformed(AssertionError):
    """A response that HTTP does not allow."""


class HungUp(Exception):
    """The server closed the connection instead of responding."""


class Client:
    """A client that keeps its connection, if the server does.

    :param after_head: what may follow the response to a HEAD request.
    :ivar opened: how many connections were needed.
    """

    def __init__(self, port: int, after_head: bytes = b"") -> None:
        self.opened = 0
        self._port = port
        self._after_head = after_head
        self._stream: BufferedRWPair | None = None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Received:
        """Send a request; over a new connection, if the server has closed the one that was kept."""
        request = request_bytes(method, path, headers or {}, body)
        if self._stream is not None:
            try:
                return self._exchange(self._stream, method, request)
            except (HungUp, ConnectionError):
                self.close()
        self.opened += 1
        with socket.create_connection(("127.0.0.1", self._port), TIMEOUT) as connection:
            self._stream = connection.makefile("rwb")
        return self._exchange(self._stream, method, request)

    def _exchange(self, stream: BufferedRWPair, method: str, request: bytes) -> Received:
        stream.write(request)
        stream.flush()
        received, is_kept = read_response(stream, method)
        if not is_kept:
            more = stream.read()
            self.close()
            if more and not (method == "HEAD" and more == self._after_head):
                raise Malformed(f"more than the response: {more[:80]!r}")
        return received


def request_bytes(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Return a request as it is sent."""
    length = {"Content-Length": str(len(body))} if body or method == "PUT" else {}
    lines = [f"{name}: {value}" for name, value in {"Host": HOST, **headers, **length}.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body


def read_response(stream: BufferedRWPair, method: str) -> tuple[Received, bool]:
    """Read a response, and return it with whether the connection is kept."""
    line = stream.readline()
    if not line:
        raise HungUp
    if not line.startswith((b"HTTP/1.1 ", b"HTTP/1.0 ")):
        raise Malformed(f"no status line: {line[:80]!r}")
    received = Received(int(line[9:12]), read_headers(stream), b"")
    connection = ",".join(received.lines("Connection")).lower()
    is_kept = "close" not in connection and (line[5:8] == b"1.1" or "keep-alive" in connection)
    if method == "HEAD" or received.status in BODILESS:
        return received, is_kept
    lengths = received.lines("Content-Length")
    encodings = received.lines("Transfer-Encoding")
    if len(lengths) + len(encodings) > 1:
        raise Malformed(f"two lengths: {lengths} {encodings}")
    if encodings:
        body = read_chunks(stream)
    elif lengths:
        body = read_exactly(stream, int(lengths[0]))
    else:
        body, is_kept = stream.read(), False
    return received._replace(body=body), is_kept


def read_headers(stream: BufferedRWPair) -> Headers:
    """Read header lines up to the empty line."""
    headers: Headers = []
    while (line := stream.readline()) != b"\r\n":
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or not line.endswith(b"\r\n"):
            raise Malformed(f"no header line: {line[:80]!r}")
        headers.append((name, value.strip()))
    return headers


def read_chunks(stream: BufferedRWPair) -> bytes:
    """Read a body in chunks."""
    body = b""
    while size := int(stream.readline().partition(b";")[0], 16):
        body += read_exactly(stream, size)
        read_headers(stream)  # the end of the line
    read_headers(stream)
    return body


def read_exactly(stream: BufferedRWPair, size: int) -> bytes:
    """Read so many bytes."""
    found = stream.read(size)
    if len(found) < size:
        raise Malformed(f"{len(found)} bytes instead of {size}")
    return found
