"""The origins that are sent, and the functions that policies have for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

APP: Final = "https://app.example.com"
ADMIN: Final = "https://admin.example.com"
OTHER: Final = "https://other.example"
EVIL: Final = "https://evil.example"
LOCAL: Final = "http://localhost:5173"

LISTED: Final = (APP, ADMIN, OTHER, LOCAL, "capacitor://localhost")
PATTERNS: Final = ("https://*.example.com", "http://localhost:*")
LOOKALIKES: Final = (
    "https://a.b.example.com",
    "https://example.com",
    "https://app.example.com.evil.example",
    "http://localhost.evil.example:5173",
)
WELL_FORMED: Final = (*LISTED, EVIL, *LOOKALIKES)
MALFORMED: Final = (
    "null",
    "",
    "*",
    "https://app.example.com/",
    "https://APP.example.com",
    "https://app.example.com, https://other.example",
    "app.example.com",
)
SENT: Final = (*WELL_FORMED, *MALFORMED)


def by_suffix(origin: str) -> bool:
    """Allow two origins."""
    return origin in {EVIL, APP}


def by_path(origin: str, request: Any) -> bool:
    """Allow some origins below one path alone."""
    return origin in {OTHER, EVIL, APP} and str(request.environ["PATH_INFO"]).startswith("/a")


def by_host(origin: str, request: Any) -> bool:
    """Allow an origin by a header of the request."""
    return bool(origin == f"https://{request.headers.get('X-Tenant', 'other')}.example")


def raises(origin: str) -> bool:
    """Fail for one origin, allow another."""
    if origin == EVIL:
        raise LookupError("no database")
    return origin == ADMIN


class Store:
    """An object that is called for an origin."""

    def allows(self, origin: str) -> bool:
        """Allow what is below one domain."""
        return origin.endswith(".b.example.com")


FUNCTIONS: Final[dict[str, tuple[Any, bool]]] = {
    "function by_suffix": (by_suffix, False),
    "function by_path": (by_path, True),
    "function by_host": (by_host, True),
    "function raises": (raises, False),
    "function store": (Store(), False),
}
"""By name: what a policy is given, and whether it takes the request."""


EXPECTED: Final = {
    "function by_suffix": (EVIL, APP),
    "function by_path": (OTHER, EVIL, APP),
    "function by_host": (OTHER, EVIL),
    "function raises": (ADMIN, EVIL),
    "function store": (LOOKALIKES[0],),
    PATTERNS[0]: (APP, ADMIN, LOOKALIKES[0]),
    PATTERNS[1]: (LOCAL,),
}
"""Origins that functions and patterns may allow."""


def written(origins: Any) -> Any:
    """Return `origins` as a policy takes them: functions in the place of their names."""
    if isinstance(origins, str):
        return origins
    return [FUNCTIONS[each][0] if each in FUNCTIONS else each for each in origins]


def call(name: str, origin: str, make_request: Callable[[], Any]) -> bool | None:
    """Return what the function `name` says of `origin`; None where it fails."""
    function, takes_request = FUNCTIONS[name]
    function = getattr(function, "allows", function)
    try:
        return bool(function(origin, make_request()) if takes_request else function(origin))
    except LookupError:
        return None
