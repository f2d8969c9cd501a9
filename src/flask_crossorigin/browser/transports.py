"""Transports: send a request to a server. `WSGITransport` runs a WSGI app in this process."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, NamedTuple, Protocol, runtime_checkable
from urllib.parse import unquote_to_bytes

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ..context import EXTENSION
from ..core.decision import Decision
from ..core.headers import Header
from .urls import URL


class TransportResponse(NamedTuple):
    """A response, as it was received.

    :ivar status: status code.
    :ivar headers: header lines, in order.
    :ivar body: bytes of the body.
    :ivar decision: decision of the server's extension on the request; None if the server has none.
    """

    status: int
    headers: tuple[Header, ...]
    body: bytes
    decision: Decision | None = None


@runtime_checkable
class Transport(Protocol):
    """An object that sends requests to one server."""

    def send(
        self, method: str, url: URL, headers: Iterable[Header], body: bytes | None
    ) -> TransportResponse:
        """Send one request, and don't follow redirects.

        :param headers: header lines, in order.
        :raises Unreachable: if there is no HTTP response.
        """
        ...


class Unreachable(Exception):
    """A server did not send an HTTP response.

    :ivar url: URL of the request.
    :ivar cause: what failed.
    :ivar hint: what to do.
    """

    def __init__(self, url: str, cause: str, hint: str) -> None:
        super().__init__(url, cause, hint)
        self.url = url
        self.cause = cause
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.url} is unreachable: {self.cause}. {self.hint}"


class WSGITransport:
    """Runs a WSGI app in this process. An exception of the app is raised, so that a test fails.

    :param app: a Flask app, or any other WSGI app.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def send(
        self, method: str, url: URL, headers: Iterable[Header], body: bytes | None
    ) -> TransportResponse:
        """Run the app with one request."""
        environ = _environ(method, url, headers, body)
        decision = self._decide(environ)
        chunks, status, lines = run_wsgi_app(self._app, environ, buffered=True)
        return TransportResponse(int(status.split()[0]), tuple(lines), b"".join(chunks), decision)

    def decide(self, method: str, url: URL, headers: Iterable[Header]) -> Decision | None:
        """Return the decision of the app's extension, without running the app.

        :returns: None if the app does not have the extension.
        """
        return self._decide(_environ(method, url, headers, None))

    def _decide(self, environ: dict[str, Any]) -> Decision | None:
        if not isinstance(self._app, Flask) or EXTENSION not in self._app.extensions:
            return None
        with self._app.app_context():
            decision: Decision = self._app.extensions[EXTENSION].decide(environ)
        return decision


def _environ(
    method: str, url: URL, headers: Iterable[Header], body: bytes | None
) -> dict[str, Any]:
    """Build the WSGI environment of a request."""
    builder = EnvironBuilder(
        method=method, base_url=f"{url.origin}/", query_string=url.query,
        headers=[("Host", url.netloc), *_combine_lines(headers)],
        input_stream=BytesIO(body or b""), content_length=None if body is None else len(body),
    )  # fmt: skip
    try:
        environ: dict[str, Any] = builder.get_environ()
    finally:
        builder.close()
    # The builder changes the method to upper case, and takes a path that begins with two slashes
    # for a host.
    environ["REQUEST_METHOD"] = method
    environ["PATH_INFO"] = unquote_to_bytes(url.path).decode("latin-1")
    environ["REQUEST_URI"] = environ["RAW_URI"] = url.target
    return environ


def _combine_lines(headers: Iterable[Header]) -> list[Header]:
    """Return one line for each name, because WSGI has one value for each."""
    lines: dict[str, list[str]] = {}
    for name, value in headers:
        lines.setdefault(name.lower(), []).append(value)
    return [(name, ", ".join(values)) for name, values in lines.items()]
