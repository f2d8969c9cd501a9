"""How a request gets to a server: a WSGI app in this process, or anything with `send`."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, NamedTuple, Protocol, runtime_checkable
from urllib.parse import unquote_to_bytes

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ..core.decision import Decision
from ..core.headers import Header
from ..state import EXTENSION
from .urls import URL


class Answer(NamedTuple):
    """A response as it comes over the wire, and what the server's extension says of it."""

    status: int
    headers: tuple[Header, ...]
    body: bytes
    decision: Decision | None = None


@runtime_checkable
class Transport(Protocol):
    """Brings requests to one server."""

    def send(self, method: str, url: URL, headers: Iterable[Header], body: bytes | None) -> Answer:
        """Send one request, without following redirects.

        :raises Unreachable: if there is no answer.
        """
        ...


class Unreachable(Exception):
    """A server gave no answer to a request.

    :ivar url: that was asked for.
    :ivar cause: what failed.
    :ivar hint: what to do.
    """

    def __init__(self, url: str, cause: str, hint: str) -> None:
        super().__init__(url, cause, hint)
        self.url = url
        self.cause = cause
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.url} gave no answer: {self.cause}. {self.hint}"


class WSGITransport:
    """Runs a WSGI app. What it raises is raised here: a test should see it."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def send(self, method: str, url: URL, headers: Iterable[Header], body: bytes | None) -> Answer:
        """Run one request."""
        environ = _environ(method, url, headers, body)
        decision = self._decide(environ)
        chunks, status, answered = run_wsgi_app(self._app, environ, buffered=True)
        return Answer(int(status.split()[0]), tuple(answered), b"".join(chunks), decision)

    def decide(self, method: str, url: URL, headers: Iterable[Header]) -> Decision | None:
        """What the app's extension decides on a request that is not run; None without one."""
        return self._decide(_environ(method, url, headers, None))

    def _decide(self, environ: dict[str, Any]) -> Decision | None:
        if not isinstance(self._app, Flask) or EXTENSION not in self._app.extensions:
            return None
        with self._app.app_context():
            decided: Decision = self._app.extensions[EXTENSION].decide(environ)
        return decided


def _environ(
    method: str, url: URL, headers: Iterable[Header], body: bytes | None
) -> dict[str, Any]:
    """The WSGI environment of a request."""
    builder = EnvironBuilder(
        method=method, base_url=f"{url.origin}/", query_string=url.query,
        headers=[("Host", url.netloc), *_joined(headers)], input_stream=BytesIO(body or b""),
        content_length=None if body is None else len(body),
    )  # fmt: skip
    try:
        environ: dict[str, Any] = builder.get_environ()
    finally:
        builder.close()
    environ["REQUEST_METHOD"] = method  # as it is spelt
    # The builder would take a path that begins with two slashes for a host.
    environ["PATH_INFO"] = unquote_to_bytes(url.path).decode("latin-1")
    environ["REQUEST_URI"] = environ["RAW_URI"] = url.target
    return environ


def _joined(headers: Iterable[Header]) -> list[Header]:
    """One line for each name, as WSGI has it."""
    lines: dict[str, list[str]] = {}
    for name, value in headers:
        lines.setdefault(name.lower(), []).append(value)
    return [(name, ", ".join(values)) for name, values in lines.items()]
