"""Requests over the network: what a server answers from outside, whatever stands before it.

It takes urllib3, the extra ``live``; nothing else of the package imports this module before it is
wanted.
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
from .transports import Answer, Unreachable
from .urls import URL

MAX_BODY: Final = 64 * 1024
"""Bytes of a body that are read; the rest is left."""
TIMEOUT: Final = 10.0
"""Seconds, by default."""
MAX_TIMEOUT: Final = 3600


class _Deadline:
    """Hangs up when the time is over, whatever the server still sends, and however slowly."""

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
        """Hang up on `connected` too."""
        with self._lock:
            # A handle of our own: TLS takes the socket's away.
            self._sockets.append(connected.dup())
            if self.is_over:
                self._hang_up()
        return connected

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            self._hang_up()

    def _hang_up(self) -> None:
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _Watched(HTTPConnection):
    """A connection that a deadline ends."""

    def __init__(self, *args: Any, deadline: _Deadline, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._deadline = deadline

    def _new_conn(self) -> socket.socket:
        return self._deadline.watch(super()._new_conn())


class _WatchedTLS(_Watched, HTTPSConnection):
    pass


class LiveTransport:
    """Sends requests over the network, one connection each, as a browser would write them.

    No redirect is followed, nothing is tried again, no cookie kept and no proxy asked. The method
    goes as it is spelt, and header lines that come twice stay two. TLS certificates are verified,
    by the authorities that ``SSL_CERT_FILE`` names or else the system's. Of a body come the first
    `MAX_BODY` bytes as they were sent, or what had come in time.

    :param timeout: seconds that a request takes at most, from the connection to the body's end; not
        counted is the look-up of the host's name.
    :raises ValueError: if `timeout` is none that can be waited for.
    """

    def __init__(self, timeout: float = TIMEOUT) -> None:
        if not 0 < timeout <= MAX_TIMEOUT:  # which NaN is not either
            raise ValueError(
                f"timeout {timeout:g} is not a number of seconds up to {MAX_TIMEOUT}: write 10, say"
            )
        self.timeout = timeout

    def send(self, method: str, url: URL, headers: Iterable[Header], body: bytes | None) -> Answer:
        """Send one request.

        :raises Unreachable: if no answer of HTTP comes back.
        """
        deadline = _Deadline(self.timeout)
        try:
            with deadline, self._pool(url, deadline) as pool:
                response = pool.urlopen(
                    method, url.target, body, _lines(url, headers), retries=False, redirect=False,
                    assert_same_host=False, preload_content=False, decode_content=False,
                )  # fmt: skip
                with closing(response):
                    if deadline.is_over:  # a head that is cut off may look like a whole one
                        raise Unreachable(url.href, *self._late())
                    answered = tuple(response.headers.items())
                    return Answer(response.status, answered, _beginning(response))
        except HTTPError as error:
            late = deadline.is_over or _has_timed_out(error)
            cause = self._late() if late else _cause(url, error)
            raise Unreachable(url.href, *cause) from error

    def _pool(self, url: URL, deadline: _Deadline) -> HTTPConnectionPool:
        # Browsers take these names for this machine, which not every resolver does (RFC 6761).
        local = _is_below_localhost(url)
        host = "localhost" if local else url.host
        port = int(url.port) if url.port else None
        pool: HTTPConnectionPool
        if url.scheme == "http":
            pool = HTTPConnectionPool(host, port, timeout=self.timeout, deadline=deadline)
            pool.ConnectionCls = cast("Any", _Watched)
        else:
            name = url.host if local else None  # that the certificate must have, if it is another
            pool = HTTPSConnectionPool(
                host, port, timeout=self.timeout, server_hostname=name, deadline=deadline
            )
            pool.ConnectionCls = cast("Any", _WatchedTLS)
        return pool

    def _late(self) -> tuple[str, str]:
        return (
            f"no answer came within {self.timeout:g} seconds",
            "See whether the port takes http or https, the server is stuck, or a firewall "
            "swallows the request; or wait longer.",
        )


def _has_timed_out(error: HTTPError) -> bool:
    # To urllib3 a connection that is refused is one that timed out, too.
    timed_out = isinstance(error, ConnectTimeoutError | ReadTimeoutError)
    return timed_out and not isinstance(error, NewConnectionError)


def _cause(url: URL, error: HTTPError) -> tuple[str, str]:
    """What failed, and what to do."""
    match error:
        case NameResolutionError():
            return (
                f"the host {url.host} is not known",
                "Check its spelling, and the network.",
            )
        case NewConnectionError():
            return (
                f"no connection was made ({getattr(error.__cause__, 'strerror', None)})",
                "Start the server, or write the host and port that it listens on.",
            )
        case SSLError():
            return _tls_cause(error)
        case _:
            return (
                "what came back is not HTTP, or broke off",
                "Check the port, and whether it takes http or https.",
            )


def _beginning(response: BaseHTTPResponse) -> bytes:
    """What comes of the body within the bounds of size and time."""
    # The verdict is in the headers, so that a body which breaks off does no harm.
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
            "Renew or correct the certificate; if an authority of your own has signed it, name "
            "that in the environment, SSL_CERT_FILE=ca.pem.",
        )
    return (
        "the TLS handshake failed",
        "Write http:// if the port takes no TLS; else look into the server's log.",
    )


def _lines(url: URL, headers: Iterable[Header]) -> HTTPHeaderDict:
    """`headers` line by line, and those that every browser adds."""
    lines = HTTPHeaderDict()
    if _is_below_localhost(url):
        lines.add("Host", url.netloc)
    for name, value in headers:
        lines.add(name, value)
    lines.setdefault("User-Agent", "flask-crossorigin")
    return lines
