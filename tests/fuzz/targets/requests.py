"""Requests, written as in HTTP: ``OPTIONS /marks?x=1``, then lines such as ``Origin: null``."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes


def parse_lines(data: bytes) -> list[tuple[str, str]]:
    """Return the headers in `data`, one in a line, as a server gives them to an app."""
    found = []
    for line in data.decode("latin-1").splitlines():
        name, _, value = line.partition(":")
        if name.strip():
            found.append((name.strip(), value.strip(" \t")))
    return found


def environ_of(data: bytes) -> dict[str, Any]:
    """Return the WSGI environment of the request in `data`, as a server makes it."""
    first, _, rest = data.partition(b"\n")
    method, _, url = first.decode("latin-1").strip("\r").partition(" ")
    path, _, query = url.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "api.example.com",
        "SERVER_PORT": "443",
        "HTTP_HOST": "api.example.com",
        "wsgi.url_scheme": "https",
    }
    sent: dict[str, str] = {}
    for name, value in parse_lines(rest):
        key = f"HTTP_{name.upper().replace('-', '_')}"
        sent[key] = f"{sent[key]},{value}" if key in sent else value
    return {**environ, **sent}
