"""The requests that are measured, as WSGI environments that a server would make."""

import io
import sys
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from .shapes import STRANGER, Shape

Environ: TypeAlias = dict[str, Any]

KINDS: Final[dict[str, str]] = {
    "plain": "GET without Origin",
    "allowed": "GET, allowed",
    "denied": "GET, denied",
    "preflight": "preflight, allowed",
    "preflight-denied": "preflight, denied",
    "preflight-unknown": "preflight, unknown URL",
    "part": "GET of a blueprint, allowed",
    "preflight-part": "preflight of a blueprint, allowed",
}
"""Each kind of request, and what it is called in tables."""

REQUESTED: Final = "content-type,x-requested-with"
"""What a preflight asks for, as a browser writes it: sorted, in lower case, without spaces."""


def is_preflight(kind: str) -> bool:
    """Say whether a request of `kind` is a preflight."""
    return kind.startswith("preflight")


def headers_of(kind: str, shape: Shape) -> dict[str, str]:
    """The headers that make a request to an app of `shape` one of `kind`."""
    if kind == "plain":
        return {}
    headers = {"Origin": STRANGER if kind.endswith("denied") else shape.front_end}
    if is_preflight(kind):
        headers["Access-Control-Request-Method"] = "PUT"
        headers["Access-Control-Request-Headers"] = REQUESTED
    return headers


def path_of(kind: str, shape: Shape) -> str:
    """The path of a request of `kind` to an app of `shape`."""
    if kind.endswith("unknown"):
        return "/no/such/page"
    if kind.endswith("part"):
        return f"/part{shape.parts // 2}/items/7"
    return f"/items{shape.routes // 2 | 1}/7"


def maker(kind: str, shape: Shape) -> Callable[[], Environ]:
    """What makes one environment for each request of `kind`; none shares a value's hash.

    A server decodes each header anew, so that its text has no hash yet; here it is the same.
    """
    method = "OPTIONS" if is_preflight(kind) else "GET"
    return environ_maker(method, path_of(kind, shape), headers_of(kind, shape))


def environ_maker(method: str, path: str, headers: dict[str, str]) -> Callable[[], Environ]:
    """What makes environments of a request with `method`, `path` and `headers`."""
    fixed: Environ = {
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "benchmark",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    changing = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "HTTP_ACCEPT": "*/*",
        "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.5",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "HTTP_CONNECTION": "keep-alive",
        **{f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()},
    }
    encoded = [(key, text.encode("latin-1")) for key, text in changing.items()]

    def make() -> Environ:
        environ = fixed.copy()
        for key, text in encoded:
            environ[key] = text.decode("latin-1")
        environ["wsgi.input"] = io.BytesIO()
        return environ

    return make
