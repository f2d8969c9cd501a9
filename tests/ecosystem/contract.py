"""The promises that hold beside every package, as one table of requests."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from .api import APP, EVIL, METHODS, OTHER, Api
from .wire import Received, Send, sender

ORIGINS = (APP, EVIL, OTHER, None)
ALLOWED = (APP, OTHER)

Preflight = tuple[str, str]
"""A path, and the method that is requested for it."""


class Row(NamedTuple):
    """An actual request, and what is expected of its response beside the CORS headers.

    :ivar vary: what Vary lists beside Origin.
    :ivar body: how the body begins.
    :ivar exposed: the response headers that the policy exposes.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str] = {}
    vary: frozenset[str] = frozenset()
    body: bytes = b""
    exposed: str = "X-Total"


INES = {"Authorization": "Bearer ines"}
SAM = {"Authorization": "Bearer sam"}

ROWS = (
    Row("GET", "/marks", 200),
    Row("PUT", "/marks", 200),
    Row("HEAD", "/marks", 200),
    Row("OPTIONS", "/marks", 200),  # no preflight: Flask's own response
    Row("GET", "/mine", 401),
    Row("GET", "/mine", 403, SAM),
    Row("GET", "/mine", 200, INES),
    Row("GET", "/nowhere", 404),
    Row("DELETE", "/marks", 405),
    Row("GET", "/folder", 308),
    Row("GET", "/teapot", 418),
    Row("GET", "/etag", 304, {"If-None-Match": '"one"'}),
    Row("HEAD", "/etag", 304, {"If-None-Match": '"one"'}),
    Row("GET", "/streamed", 200),
    Row("HEAD", "/streamed", 200),
    Row("GET", "/own", 200, vary=frozenset({"accept-encoding"})),
    Row("GET", "/session", 200, vary=frozenset({"cookie"})),
    Row("GET", "/shared", 200),
    Row("GET", "/replaced", 200),
    Row("GET", "/refused", 503),
    Row("GET", "/limited", 200),  # as often as there are origins, which is the limit
    Row("GET", "/limited", 429),
    Row("GET", "/bug", 500),
)

BUG_IN_DEBUG_MODE = Row("GET", "/bug", 500, body=b"Traceback (most recent call last)")
"""For an origin that is listed exactly. Any other gets Flask's interactive debugger."""

PREFLIGHTS = (
    ("/limited", "PUT"),
    ("/limited", "PUT"),
    ("/marks", "PUT"),
    ("/mine", "GET"),
    ("/nowhere", "PUT"),
    ("/marks", "DELETE"),
    ("/folder", "PUT"),
    ("/refused", "GET"),
    ("/bug", "GET"),
)
"""The limit of /limited is not for these."""

PREFLIGHT_VARY = frozenset(
    {"origin", "access-control-request-method", "access-control-request-headers"}
)


def broken_promises(
    api: Api,
    rows: Sequence[Row] = ROWS,
    preflights: Sequence[Preflight] = PREFLIGHTS,
    send: Send | None = None,
) -> list[str]:
    """Return a sentence for each promise that is broken.

    The preflights come first, since nothing may depend on which request an app gets first.

    :param send: by default to `api.served`, in this process.
    """
    send = send or sender(api.served)
    with logged() as messages:
        broken = broken_preflights(send, preflights, api.seen)
        broken += [each for row in rows for each in broken_row(send, row)]
    return broken + unexpected(messages, rows, ORIGINS)


def broken_in_debug_mode(api: Api) -> list[str]:
    """Return a sentence for each promise about debug mode that is broken.

    :param api: one that has had no request.
    """
    api.app.debug = True
    with logged() as messages:
        broken = broken_row(sender(api.served), BUG_IN_DEBUG_MODE, ALLOWED)
    return broken + unexpected(messages, [BUG_IN_DEBUG_MODE], ALLOWED)


def broken_preflights(send: Send, preflights: Iterable[Preflight], seen: list[str]) -> list[str]:
    """Check preflights, of which neither hooks nor views may see anything.

    :param seen: what has run; it is cleared.
    """
    broken: list[str] = []
    for path, method in preflights:
        for origin in (APP, EVIL, OTHER):
            seen.clear()
            headers = {
                "Origin": origin,
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "authorization,x-a",
            }
            received = send("OPTIONS", path, headers)
            wrong = wrong_in_preflight(received, origin)
            if seen:
                wrong.append(f"it reached {seen}")
            broken += [f"preflight for {method} {path} from {origin}: {each}" for each in wrong]
    return broken


def wrong_in_preflight(received: Received, origin: str) -> list[str]:
    """Return what is wrong with the response to a preflight."""
    wrong: list[str] = []
    is_allowed = origin in ALLOWED
    expected = {
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": ", ".join(METHODS),
        "access-control-allow-headers": "authorization, x-a",
        "access-control-max-age": "600",
    }
    if received.status != (204 if is_allowed else 403):
        wrong.append(f"status {received.status}")
    if is_allowed and (received.body or received.lines("Content-Type")):
        wrong.append("it has a body")
    if not is_allowed and not received.body.startswith(b"origin-not-allowed"):
        wrong.append(f"the reason is not told: {received.body!r}")
    return wrong + wrong_headers(received, expected if is_allowed else {}, PREFLIGHT_VARY)


def broken_row(send: Send, row: Row, origins: Iterable[str | None] = ORIGINS) -> list[str]:
    """Check the responses to one row, from each of `origins`; None is a request without one."""
    broken: list[str] = []
    for origin in origins:
        headers = {**row.headers, **({} if origin is None else {"Origin": origin})}
        received = send(row.method, row.path, headers)
        expected = {
            "access-control-allow-origin": str(origin),
            "access-control-allow-credentials": "true",
            "access-control-expose-headers": row.exposed,
        }
        wrong = wrong_headers(
            received, expected if origin in ALLOWED else {}, row.vary | {"origin"}
        )
        if received.status != row.status:
            wrong.insert(0, f"status {received.status}, not {row.status}")
        if (row.method == "HEAD" or row.status == 304) and received.body:
            wrong.append("it has a body")
        if not received.body.startswith(row.body):
            wrong.append(f"body {received.body[:80]!r}")
        broken += [
            f"{row.method} {row.path} ({row.status}) from {origin}: {each}" for each in wrong
        ]
    return broken


def wrong_headers(
    received: Received, expected: Mapping[str, str], vary: frozenset[str]
) -> list[str]:
    """Return what is wrong with the CORS headers and Vary: one line each, and no others."""
    found = [(name.lower(), value) for name, value in received.headers]
    cors = sorted(each for each in found if each[0].startswith("access-control-"))
    wrong = [] if cors == sorted(expected.items()) else [f"CORS headers {cors}"]
    lines = received.lines("Vary")
    names = [name.strip().lower() for line in lines for name in line.split(",")]
    if len(lines) != 1 or sorted(names) != sorted(vary):
        wrong.append(f"Vary {lines}, not {sorted(vary)}")
    return wrong


def unexpected(
    messages: list[str], rows: Sequence[Row], origins: Sequence[str | None]
) -> list[str]:
    """Return `messages`, unless they are what Flask logs of the rows that fail, once each."""
    failing = [row for row in rows if row.status == 500]
    expected = [f"api: Exception on {row.path} [{row.method}]" for row in failing for _ in origins]
    return [] if messages == expected else [f"logged: {each}" for each in messages or ["nothing"]]


class _Collector(logging.Handler):
    """A handler that keeps warnings and errors.

    It takes every level, or Flask would add a handler of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING:
            self.messages.append(f"{record.name}: {record.getMessage()}")


@contextmanager
def logged() -> Iterator[list[str]]:
    """Collect what anything logs as a warning or worse, and keep it from the terminal."""
    collector, root = _Collector(), logging.getLogger()
    others, root.handlers = root.handlers, [collector]
    try:
        yield collector.messages
    finally:
        root.handlers = others
