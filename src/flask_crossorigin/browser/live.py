"""Requests over the network: what a server answers from outside, whatever stands before it.

It takes urllib3, the extra ``live``; nothing else of the package imports this module before it is
wanted.
"""

import time
from collections.abc import Iterable
from ssl import SSLCertVerificationError
from typing import Final

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPHeaderDict, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from ..core.compiled import Header
from .transports import Answer, Unreachable
from .urls import URL

MAX_BODY: Final = 64 * 1024
"""Bytes of a body that are read; the rest is left."""
TIMEOUT: Final = 10.0
"""Seconds, by default."""
MAX_TIMEOUT: Final = 3600


class LiveTransport:
    """Sends requests over the network, one connection each, as a browser would write them.

    No redirect is followed, nothing is tried again, no cookie kept and no proxy asked. The method
    goes as it is spelt, and header lines that come twice stay two. TLS certificates are verified,
    by the authorities that ``SSL_CERT_FILE`` names or else the system's. Of a body come the first
    `MAX_BODY` bytes as they were sent, or what had come in time.

    :param timeout: seconds to wait for a connection, for an answer, and for its body.
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
        try:
            with self._pool(url) as pool:
                response = pool.urlopen(
                    method, url.target, body, _lines(url, headers), retries=False, redirect=False,
                    assert_same_host=False, preload_content=False, decode_content=False,
                )  # fmt: skip
                try:
                    return Answer(
                        response.status,
                        tuple(response.headers.items()),
                        self._beginning(response),
                    )
                finally:
                    response.close()
        except HTTPError as error:
            raise Unreachable(url.href, *self._cause(url, error)) from error

    def _pool(self, url: URL) -> HTTPConnectionPool:
        # Browsers take these names for this machine, which not every resolver does (RFC 6761).
        local = _is_below_localhost(url)
        host = "localhost" if local else url.host
        port = int(url.port) if url.port else None
        if url.scheme == "http":
            return HTTPConnectionPool(host, port, timeout=self.timeout)
        name = url.host if local else None  # that the certificate must have, if it is another
        return HTTPSConnectionPool(host, port, timeout=self.timeout, server_hostname=name)

    def _beginning(self, response: BaseHTTPResponse) -> bytes:
        """What comes of the body within the bounds of size and time."""
        # The verdict is in the headers, so that a body which breaks off does no harm.
        until = time.monotonic() + self.timeout
        body = b""
        try:
            while len(body) < MAX_BODY and time.monotonic() < until:
                piece = response.read1(MAX_BODY - len(body))
                if not piece:
                    break
                body += piece
        except HTTPError:
            pass
        return body

    def _cause(self, url: URL, error: HTTPError) -> tuple[str, str]:
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
            case ConnectTimeoutError() | ReadTimeoutError():
                return (
                    f"no answer came within {self.timeout:g} seconds",
                    "See whether the port takes http or https, the server is stuck, or a firewall "
                    "swallows the request; or wait longer.",
                )
            case SSLError():
                return _tls_cause(error)
            case _:
                return (
                    "what came back is not HTTP, or broke off",
                    "Check the port, and whether it takes http or https.",
                )


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
