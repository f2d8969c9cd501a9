"""The rows of the contract that are sent to servers: the ecosystem's own, and larger ones."""

import hashlib
from collections.abc import Mapping

from tests.ecosystem.api import APP, EVIL
from tests.ecosystem.contract import (
    ORIGINS,
    PREFLIGHTS,
    ROWS,
    Row,
    broken_preflights,
    broken_row,
    wrong_in_preflight,
)
from tests.ecosystem.wire import Received

from .serving import Served

WIRE_ROWS = (
    *(row for row in ROWS if row.path != "/limited"),  # each worker has a count of its own
    Row("GET", "/streamed", 200, body=b"onetwo"),
    Row("GET", "/cached", 200, body=b"cached"),
)

UPLOAD = bytes(range(256)) * 280
"""70 kB."""
UPLOAD_ROW = Row("PUT", "/upload", 200, body=hashlib.sha256(UPLOAD).hexdigest().encode())


def broken_promises(served: Served) -> list[str]:
    """Return a sentence for each promise that is broken."""

    def upload(method: str, path: str, headers: Mapping[str, str]) -> Received:
        return served.send(method, path, headers, UPLOAD)

    return [
        *broken_preflights(served.send, PREFLIGHTS, served.seen),
        *(each for row in WIRE_ROWS for each in broken_row(served.send, row)),
        *broken_row(upload, UPLOAD_ROW),
        *broken_preflight_with_body(served),
    ]


def broken_preflight_with_body(served: Served) -> list[str]:
    """Check preflights with a body, which no browser sends: the body is no request of its own."""
    broken: list[str] = []
    for origin in (APP, EVIL):
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization,x-a",
        }
        received = served.send("OPTIONS", "/marks", headers, b"GET /mine HTTP/1.1\r\n\r\n")
        wrong = wrong_in_preflight(received, origin)
        wrong += [f"it reached {served.seen}"] if served.seen else []
        wrong += broken_row(served.send, Row("GET", "/marks", 200, body=b"marks"), ORIGINS)
        broken += [f"preflight with a body from {origin}: {each}" for each in wrong]
    return broken
