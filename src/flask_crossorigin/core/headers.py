"""Putting a policy's headers into a response: each exactly once, in place of what was there."""

from collections.abc import Iterable

from .compiled import VARY_ORIGIN, Header


def is_cors_header(name: str) -> bool:
    """Say whether the header `name` belongs to the CORS protocol, so that a policy writes it."""
    return name[:15].lower() == "access-control-"


def without_cors_headers(headers: Iterable[Header]) -> list[Header]:
    """`headers` without those of the CORS protocol."""
    return [header for header in headers if not is_cors_header(header[0])]


def merge_vary(headers: list[Header]) -> list[Header]:
    """`headers` with one Vary line that has all there was, once, and Origin.

    ``Vary: *`` says more than any name and stays alone (RFC 9110, 12.5.5).
    """
    values = [value for name, value in headers if name.lower() == "vary"]
    if not values:
        return [*headers, VARY_ORIGIN]
    names: dict[str, str] = {}
    for each in [*",".join(values).split(","), "Origin"]:
        if each.strip():
            names.setdefault(each.strip().lower(), each.strip())
    merged = "*" if "*" in names else ", ".join(names.values())
    return [*(header for header in headers if header[0].lower() != "vary"), ("Vary", merged)]
