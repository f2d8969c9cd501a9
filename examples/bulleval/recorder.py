"""What reached the server: the last requests that carried a probe's id, as WSGI middleware."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOG = "/probes/log"
# The record is for looking at, not for keeping: its size is bounded.
PROBES, REQUESTS_EACH, LENGTH = 200, 10, 256
RECORDED = {
    "method": "REQUEST_METHOD",
    "path": "PATH_INFO",
    "origin": "HTTP_ORIGIN",
    "request_method": "HTTP_ACCESS_CONTROL_REQUEST_METHOD",
    "request_headers": "HTTP_ACCESS_CONTROL_REQUEST_HEADERS",
}
PROBE_ID = re.compile(r"[0-9a-f]{32}")


class Recorder:
    """Wraps the app, and everything already wrapped round it."""

    def __init__(self, inner: WSGIApplication) -> None:
        self.inner = inner
        self.lock = Lock()
        self.seen: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Note a probe's request on its way in, and the answer's head on its way out."""
        probe = parse_qs(environ.get("QUERY_STRING", "")).get("probe", [""])[0]
        if not PROBE_ID.fullmatch(probe) or environ.get("PATH_INFO") == LOG:
            return self.inner(environ, start_response)
        entry: dict[str, Any] = {
            **{name: shortened(environ.get(key)) for name, key in RECORDED.items()},
            "cookie": "HTTP_COOKIE" in environ,
            "status": None,
            "allow_origin": None,
            "sent_headers": [],
        }
        self._note(probe, entry)

        def noting(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            sent = {name.lower(): value for name, value in headers}
            entry["status"] = int(status.split()[0])
            entry["allow_origin"] = sent.get("access-control-allow-origin")
            entry["sent_headers"] = sorted(sent)
            return start_response(status, headers, *rest)

        return self.inner(environ, noting)

    def requests(self, probe: str) -> list[dict[str, Any]]:
        """What was noted under that id, in order of arrival."""
        with self.lock:
            return [dict(entry) for entry in self.seen.get(probe, ())]

    def _note(self, probe: str, entry: dict[str, Any]) -> None:
        with self.lock:
            entries = self.seen.setdefault(probe, [])
            if len(entries) < REQUESTS_EACH:
                entries.append(entry)
            while len(self.seen) > PROBES:
                self.seen.popitem(last=False)


def shortened(value: str | None) -> str | None:
    """Return at most LENGTH characters of the value; an ellipsis marks a cut."""
    if value is None or len(value) <= LENGTH:
        return value
    return value[: LENGTH - 3] + "..."
