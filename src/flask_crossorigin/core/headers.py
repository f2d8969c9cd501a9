"""Putting a policy's headers into a response: each exactly once, in place of what was there."""

from collections.abc import Iterable
from typing import Final

from .compiled import ALLOW_ORIGIN, Header

_ALLOW_ORIGIN: Final = ALLOW_ORIGIN.lower()

ORDINARY_NAMES: Final = frozenset(
    """
    Allow Cache-Control Content-Disposition Content-Encoding Content-Language Content-Length
    Content-Type Date ETag Expires Last-Modified Link Location Retry-After Set-Cookie
    WWW-Authenticate
    """.split()
)
"""Names that most responses have, as Flask spells them: one look-up tells that they stay."""


def is_cors_header(name: str) -> bool:
    """Say whether the header `name` belongs to the CORS protocol, so that a policy writes it."""
    return name[:15].lower() == "access-control-"


def has_headers_to_merge(headers: Iterable[Header]) -> bool:
    """Say whether any of `headers` is a Vary, or one that the policy writes."""
    for name, _ in headers:
        if name not in ORDINARY_NAMES and (name.lower() == "vary" or is_cors_header(name)):
            return True
    return False


def allow_origin_of(headers: Iterable[Header]) -> str | None:
    """The value of the allow-origin header, or None where there is none."""
    return next((value for name, value in headers if name.lower() == _ALLOW_ORIGIN), None)


def merge_headers(headers: Iterable[Header], added: Iterable[Header]) -> list[Header]:
    """`headers` and the policy's `added` ones, which replace all others of the CORS protocol.

    What Vary lines there are become one, without doubles; ``Vary: *`` says more than any name
    and stays alone (RFC 9110, 12.5.5).
    """
    merged: list[Header] = []
    varies: list[str] = []
    for name, value in headers:
        if name.lower() == "vary":
            varies.append(value)
        elif not is_cors_header(name):
            merged.append((name, value))
    for name, value in added:
        if name == "Vary":
            varies.append(value)
        else:
            merged.append((name, value))
    if varies:
        merged.append(("Vary", _one_list(",".join(varies))))
    return merged


def _one_list(names: str) -> str:
    kept: dict[str, str] = {}
    for each in names.split(","):
        if each.strip():
            kept.setdefault(each.strip().lower(), each.strip())
    return "*" if "*" in kept else ", ".join(kept.values())
