"""Lists of headers, as WSGI has them, and the ones that a policy writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Headers: TypeAlias = list[tuple[str, str]]


def is_cors(name: str) -> bool:
    """Return whether a header belongs to the CORS protocol."""
    return name.lower().startswith("access-control-")


def names_in(values: Iterable[str]) -> list[str]:
    """Return the names that Vary lines list, doubles among them; of `*` that alone."""
    found = [each.strip().lower() for value in values for each in value.split(",")]
    return ["*"] if "*" in found else sorted(each for each in found if each)


def cors_headers(headers: Headers) -> dict[str, str]:
    """Return the CORS headers and Vary, by their names; where there are several lines, it shows."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if is_cors(name) or name.lower() == "vary":
            found.setdefault(name.lower(), []).append(value)
    made = {name: " | ".join(values) for name, values in found.items()}
    if "vary" in made:
        lines = "" if len(found["vary"]) == 1 else f"{len(found['vary'])} lines: "
        made["vary"] = lines + ", ".join(names_in(found["vary"]))
    return made


def others(headers: Headers) -> list[tuple[str, str]]:
    """Return all other headers, those aside that tell the time."""
    return sorted(
        (name.lower(), value)
        for name, value in headers
        if not is_cors(name) and name.lower() not in {"vary", "date"}
    )


def replaced(headers: Headers, wanted: dict[str, str]) -> Headers:
    """Return `headers` with the CORS headers that are wanted and no other; Vary is merged."""
    varies = [value for name, value in headers if name.lower() == "vary"]
    made = [each for each in headers if not is_cors(each[0]) and each[0].lower() != "vary"]
    made += [(name, value) for name, value in wanted.items() if name != "vary"]
    if "vary" in wanted:
        varies.append(wanted["vary"])
    names = sorted(set(names_in(varies)))
    return [*made, ("vary", ", ".join(names))] if names else made
