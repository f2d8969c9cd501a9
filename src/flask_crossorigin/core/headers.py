"""The headers of the CORS protocol; merge them into a response, each exactly once."""

from collections.abc import Iterable
from typing import Final

from .cache import BoundedCache

Header = tuple[str, str]

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"
ALLOW_METHODS = "Access-Control-Allow-Methods"
ALLOW_HEADERS = "Access-Control-Allow-Headers"
EXPOSE_HEADERS = "Access-Control-Expose-Headers"
MAX_AGE = "Access-Control-Max-Age"

VARY_ORIGIN: Header = ("Vary", "Origin")
VARY_PREFLIGHT: Header = (
    "Vary",
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
)

_ALLOW_ORIGIN: Final = ALLOW_ORIGIN.lower()
_WITH_VARY: Final[BoundedCache[tuple[str, tuple[Header, ...]], tuple[Header, ...]]] = BoundedCache()
"""Results of `_with_vary`. Every app that reads its session sends a Vary header of its own."""

ORDINARY_NAMES: Final = frozenset(
    """
    Allow Cache-Control Content-Disposition Content-Encoding Content-Language Content-Length
    Content-Type Date ETag Expires Last-Modified Link Location Retry-After Set-Cookie
    WWW-Authenticate
    """.split()
)
"""Names of frequent headers, as Flask spells them. None of them needs to be merged."""


def is_cors_header(name: str) -> bool:
    """Return whether the header `name` belongs to the CORS protocol."""
    return name[:15].lower() == "access-control-"


def allow_origin_of(headers: Iterable[Header]) -> str | None:
    """Return the value of the allow-origin header, or None without one."""
    return next((value for name, value in headers if name.lower() == _ALLOW_ORIGIN), None)


def merge_headers(headers: Iterable[Header], added: Iterable[Header]) -> list[Header]:
    """Return `headers` with the policy's headers `added`, which replace all other CORS headers.

    Several Vary lines become one line without duplicates. ``Vary: *`` covers every name, so it
    stays alone (RFC 9110, 12.5.5).
    """
    merged: list[Header] = []
    vary = ""
    for header in headers:
        name = header[0]
        if name in ORDINARY_NAMES:
            merged.append(header)
        elif name.lower() == "vary":
            vary = f"{vary},{header[1]}"
        elif not is_cors_header(name):
            merged.append(header)
    if vary:
        key = vary, tuple(added)
        added = _WITH_VARY.get(key) or _WITH_VARY.store(key, _with_vary(*key), vary)
    merged.extend(added)
    return merged


def _with_vary(vary: str, added: tuple[Header, ...]) -> tuple[Header, ...]:
    """Return the `added` headers, with the names in `vary` merged into their Vary."""
    names: dict[str, str] = {}
    for each in ",".join([vary, *(value for name, value in added if name == "Vary")]).split(","):
        if each.strip():
            names.setdefault(each.strip().lower(), each.strip())
    merged = "*" if "*" in names else ", ".join(names.values())
    return (*(header for header in added if header[0] != "Vary"), ("Vary", merged))


def common_headers(one: Iterable[Header], other: Iterable[Header]) -> tuple[Header, ...]:
    """Return the headers that two policies have in common for one actual response."""
    first, second = dict(one), dict(other)
    origin, other_origin = first.get(ALLOW_ORIGIN), second.get(ALLOW_ORIGIN)
    varies = "Vary" in first or "Vary" in second
    if origin is None or other_origin is None:
        return (VARY_ORIGIN,)
    if origin == "*":
        origin = other_origin
    common = [(ALLOW_ORIGIN, origin)]
    if ALLOW_CREDENTIALS in first and ALLOW_CREDENTIALS in second:
        common.append((ALLOW_CREDENTIALS, "true"))
    exposed = _common_names(first.get(EXPOSE_HEADERS, ""), second.get(EXPOSE_HEADERS, ""))
    if exposed:
        common.append((EXPOSE_HEADERS, exposed))
    return (*common, VARY_ORIGIN) if varies else tuple(common)


def _common_names(one: str, other: str) -> str:
    """Return the header names that are in both lists; ``*`` stands for every name."""
    if "*" in (one, other):
        return other if one == "*" else one
    names = {each.strip().lower() for each in other.split(",")}
    return ", ".join(each for each in one.split(", ") if each.lower() in names)
