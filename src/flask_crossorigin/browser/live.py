"""`LiveTransport`: send requests to a server over the network, through any proxies before it.

This module needs urllib3, the extra ``live``. The rest of the package imports it only when it is
used.
"""

import socket
from collections.abc import Iterable
from contextlib import closing, suppress
from ssl import SSLCertVerificationError
from threading import Lock, Timer
from typing import Any, Final, cast

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPHeaderDict, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from ..core.headers import Header
from .transports import TransportResponse, Unreachable
from .urls import URL

MAX_BODY: Final = 64 * 1024
"""Bytes of a body that are read. The rest is ignored."""
TIMEOUT: Final = 10.0
"""Default timeout in seconds."""
MAX_TIMEOUT: Final = 3600
"""Longest timeout in seconds."""


class _Deadline:
    """Shuts down connections when the time is over, even if the server still sends data."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._lock = Lock()
        self._sockets: list[socket.socket] = []
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        for each in self._sockets:
            each.close()

    def watch(self, connected: socket.socket) -> socket.socket:
        """Shut down `connected` too when the time is over."""
        with self._lock:
            # A duplicate, because TLS detaches the socket from its file descriptor.
            self._sockets.append(connected.dup())
            if self.is_over:
                self._shut_down()
        return connected

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            self._shut_down()

    def _shut_down(self) -> None:
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _BoundedConnection(HTTPConnection):
    """A connection that a deadline shuts down."""

    def __init__(self, *args: Any, deadline: _Deadline, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._deadline = deadline

    def _new_conn(self) -> socket.socket:
        return self._deadline.watch(super()._new_conn())


class _BoundedTLSConnection(_BoundedConnection, HTTPSConnection):
    pass


class LiveTransport:
    """A transport that sends requests over the network, each over a new connection.

    It follows no redirects, does not retry, stores no cookies and uses no proxy. The method is sent
    as it is spelled, and repeated header lines are sent and returned separately. TLS certificates
    are verified against the authorities in ``SSL_CERT_FILE``, or else the system's. The body of a
    response is its first `MAX_BODY` bytes, not decoded, or the part that arrived in time.

    :param timeout: longest time in seconds for a request, from the connection to the end of the
        body. Looking up the host name is not included.
    :raises ValueError: if `timeout` is not positive, or more than `MAX_TIMEOUT`.
    """

    def __init__(self, timeout: float = TIMEOUT) -> None:
        if not 0 < timeout <= MAX_TIMEOUT:  # false for NaN too
            raise ValueError(
                f"timeout {timeout:g} must be more than 0 and at most {MAX_TIMEOUT} seconds. "
                "Write 10."
            )
        self.timeout = timeout

    def send(
        self, method: str, url: URL, headers: Iterable[Header], body: bytes | None
    ) -> TransportResponse:
        """Send one request.

        :raises Unreachable: if there is no HTTP response.
        """
        deadline = _Deadline(self.timeout)
        try:
            with deadline, self._pool(url, deadline) as pool:
                response = pool.urlopen(
                    method, url.target, body, _header_lines(url, headers), retries=False,
                    redirect=False, assert_same_host=False, preload_content=False,
                    decode_content=False,
                )  # fmt: skip
                with closing(response):
                    if deadline.is_over:  # a truncated head can look like a complete one
                        raise Unreachable(url.href, *self._timeout_cause())
                    lines = tuple(response.headers.items())
                    return TransportResponse(response.status, lines, _read_body(response))
        except HTTPError as error:
            timed_out = deadline.is_over or _has_timed_out(error)
            cause = self._timeout_cause() if timed_out else _cause_and_hint(url, error)
            raise Unreachable(url.href, *cause) from error

    def _pool(self, url: URL, deadline: _Deadline) -> HTTPConnectionPool:
        # For browsers these names mean this machine; not every resolver knows that (RFC 6761).
        local = _is_below_localhost(url)
        host = "localhost" if local else url.host
        port = int(url.port) if url.port else None
        pool: HTTPConnectionPool
        if url.scheme == "http":
            pool = HTTPConnectionPool(host, port, timeout=self.timeout, deadline=deadline)
            pool.ConnectionCls = cast("Any", _BoundedConnection)
        else:
            # The name that the certificate must have, if it is not the host.
            name = url.host if local else None
            pool = HTTPSConnectionPool(
                host, port, timeout=self.timeout, server_hostname=name, deadline=deadline
            )
            pool.ConnectionCls = cast("Any", _BoundedTLSConnection)
        return pool

    def _timeout_cause(self) -> tuple[str, str]:
        return (
            f"no response within {self.timeout:g} seconds",
            "Check whether the port expects http or https, the server hangs, or a firewall drops "
            "the request. Or wait longer.",
        )


def _has_timed_out(error: HTTPError) -> bool:
    # In urllib3, a refused connection is a subclass of a timeout.
    timed_out = isinstance(error, ConnectTimeoutError | ReadTimeoutError)
    return timed_out and not isinstance(error, NewConnectionError)


def _cause_and_hint(url: URL, error: HTTPError) -> tuple[str, str]:
    """Return what failed, and what to do."""
    match error:
        case NameResolutionError():
            return (
                f"the host {url.host} is unknown",
                "Check its spelling, and the network.",
            )
        case NewConnectionError():
            return (
                f"the connection failed ({getattr(error.__cause__, 'strerror', None)})",
                "Start the server, or write the host and port that it listens on.",
            )
        case SSLError():
            return _tls_cause(error)
        case _:
            return (
                "it does not speak HTTP, or the connection broke",
                "Check the port, and whether it expects http or https.",
            )


def _read_body(response: BaseHTTPResponse) -> bytes:
    """Read the body, within the limits of size and time."""
    # An incomplete body does no harm: the headers decide.
    body = b""
    with suppress(HTTPError):
        while len(body) < MAX_BODY and (piece := response.read1(MAX_BODY - len(body))):
            body += piece
    return body


def _is_below_localhost(url: URL) -> bool:
    return url.host.endswith(".localhost")


def _tls_cause(error: SSLError) -> tuple[str, str]:
    cause = error.args[0]
    if isinstance(cause, SSLCertVerificationError):
        return (
            f"its TLS certificate is not trusted: {cause.verify_message.rstrip('.')}",
            "Renew or correct the certificate. If your own authority signed it, set "
            "SSL_CERT_FILE=ca.pem in the environment.",
        )
    return (
        "the TLS handshake failed",
        "Write http:// if the port does not expect TLS. Otherwise read the server's log.",
    )


def _header_lines(url: URL, headers: Iterable[Header]) -> HTTPHeaderDict:
    """Return `headers` line by line, with those that every browser adds."""
    lines = HTTPHeaderDict()
    if _is_below_localhost(url):
        lines.add("Host", url.netloc)
    for name, value in headers:
        lines.add(name, value)
    lines.setdefault("User-Agent", "flask-crossorigin")
    return lines
