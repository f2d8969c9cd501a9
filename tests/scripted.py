"""A scripted server for the browser model: it responds from a table and records requests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from flask_crossorigin.browser import Blocked, Browser, Exchange, Page
from flask_crossorigin.browser.profiles import ProfileName

APP = "https://app.example.com"
API = "https://api.example.com"
OTHER = "https://other.example"

Headers = Mapping[str, str] | Sequence[tuple[str, str]]


class Reply(NamedTuple):
    """A response in the table of a server."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b"body"


class ReceivedRequest(NamedTuple):
    """A request that a server received; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Server:
    """A WSGI app that responds from a table.

    :param table: replies by "METHOD /path", "METHOD", "/path" or "" (everything else).
    """

    def __init__(self, table: Mapping[str, Reply] | None = None) -> None:
        self.table = dict(table or {})
        self.log: list[ReceivedRequest] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        query = environ["QUERY_STRING"]
        named = [("content-type", environ.get("CONTENT_TYPE", ""))]
        named += [
            (key[5:].replace("_", "-").lower(), value)
            for key, value in environ.items()
            if key.startswith("HTTP_")
        ]
        headers = {name: value for name, value in named if value}
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.log.append(
            ReceivedRequest(method, f"{path}?{query}" if query else path, headers, body)
        )
        keys = f"{method} {path}", path, method, ""
        reply = next((self.table[key] for key in keys if key in self.table), Reply(404))
        start_response(f"{reply.status} Reply", pairs(reply.headers))
        return [reply.body]

    @property
    def methods(self) -> list[str]:
        return [each.method for each in self.log]


def pairs(headers: Headers) -> list[tuple[str, str]]:
    return list(headers.items()) if isinstance(headers, Mapping) else list(headers)


def allow(origin: str = APP, *, status: int = 200, credentials: str = "", **more: str) -> Reply:
    """Return a reply that allows `origin`; `more` sets other headers, by short names."""
    headers = {"Access-Control-Allow-Origin": origin}
    if credentials:
        headers["Access-Control-Allow-Credentials"] = credentials
    ends = {
        "methods": "Access-Control-Allow-Methods",
        "headers": "Access-Control-Allow-Headers",
        "max_age": "Access-Control-Max-Age",
        "expose": "Access-Control-Expose-Headers",
        "location": "Location",
    }
    headers.update({ends[key]: value for key, value in more.items()})
    return Reply(status, headers)


def redirect(location: str, status: int = 302, origin: str = "*") -> Reply:
    return Reply(status, {"Location": location, "Access-Control-Allow-Origin": origin})


def browser_of(
    api: Callable[..., Iterable[bytes]],
    profile: ProfileName = "standard",
    **more: Callable[..., Iterable[bytes]],
) -> Browser:
    """Return a browser that reaches `api`, and `app` and `other` if they are given."""
    origins = {"app": APP, "other": OTHER}
    return Browser({API: api, **{origins[key]: each for key, each in more.items()}}, profile)


def page_of(
    api: Callable[..., Iterable[bytes]],
    profile: ProfileName = "standard",
    origin: str | None = APP,
    **more: Callable[..., Iterable[bytes]],
) -> Page:
    return browser_of(api, profile, **more).page(origin)


def blocked(page: Page, url: str = f"{API}/", **options: Any) -> Blocked:
    """Return the `Blocked` that a fetch raises."""
    with pytest.raises(Blocked) as caught:
        page.fetch(url, **options)
    return caught.value


def sent(exchange: Exchange) -> dict[str, str]:
    """Return the headers of a request by name; each must be sent once."""
    names = [name.lower() for name, _ in exchange.request_headers]
    assert len(names) == len(set(names)), names
    return {name.lower(): value for name, value in exchange.request_headers}
