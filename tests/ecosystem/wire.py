"""Raw requests to a WSGI app: nothing between the test and the app hides a header."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

Headers = list[tuple[str, str]]
WSGIApp = Callable[..., Iterable[bytes]]


class Received(NamedTuple):
    """A response, with its header lines as they were sent."""

    status: int
    headers: Headers
    body: bytes

    def lines(self, name: str) -> list[str]:
        """Return the value of every header line called `name`."""
        return [value for each, value in self.headers if each.lower() == name.lower()]


Send = Callable[[str, str, Mapping[str, str]], Received]
"""Send a method, a path and headers. The contract needs nothing else of what it checks."""


def sender(app: WSGIApp, scheme: str = "http") -> Send:
    """Return a function that sends requests to `app` in this process."""
    return lambda method, path, headers: send(app, method, path, headers, scheme)


def send(
    app: WSGIApp,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    scheme: str = "http",
) -> Received:
    """Send one request, and hold the app to the rules of WSGI that concern its headers."""
    started: list[tuple[str, Headers]] = []
    written: list[bytes] = []

    def start_response(status: str, given: Headers, exc_info: Any = None) -> Callable[[bytes], Any]:
        assert exc_info is not None or not started, "start_response was called twice"
        assert type(given) is list, f"the headers are no list: {given!r}"
        started[:] = [(status, given)]
        return written.append

    environ = {**environ_for(method, path, headers or {}), "wsgi.url_scheme": scheme}
    result = app(environ, start_response)
    try:
        written.extend(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    ((status, given),) = started
    return Received(int(status[:3]), list(given), b"".join(written))


def environ_for(method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the WSGI environment of a request from this machine."""
    path, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "api.example.com",
        "CONTENT_LENGTH": "0",
    }
    setup_testing_defaults(environ)
    for name, value in headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ
