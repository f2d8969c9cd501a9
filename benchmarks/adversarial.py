"""Requests that nobody's browser sends: what they cost, and whether they leave anything behind."""

import tracemalloc
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, Final

from .answers import ask
from .environs import REQUESTED, Environ, environ_maker, path_of
from .rounds import Runner
from .shapes import Shape
from .subjects import wsgi_runner
from .variants import VARIANTS

SMALL: Final = 8 * 2**10
LARGE: Final = 2**20
VARIANT_NAMES: Final = ("flask-cors", "this")
_SHAPE: Final = Shape()
_PATTERNS: Final = Shape(patterns=100)


def _names(length: int) -> str:
    """Ten thousand names, or as many as `length` holds."""
    text = ",".join(f"x-{number}" for number in range(10_000))
    return (text + "," * length)[:length]


REQUESTED_HEADERS: Final[dict[str, Callable[[int], str]]] = {
    "commas": lambda length: "," * length,
    "spaces": lambda length: "x" + " " * (length - 2) + "y",
    "commas and spaces": lambda length: ", " * (length // 2),
    "one long name": lambda length: "x" * length,
    "short names": lambda length: "a," * (length // 2),
    "10 000 names": _names,
}
"""Makers of an Access-Control-Request-Headers of some length."""

ORIGINS: Final[dict[str, str]] = {
    "8 KiB of a": "https://" + "a" * SMALL,
    "8 KiB of labels": "https://" + "a." * (SMALL // 2) + "example.com",
    "300 characters of labels": "https://" + "a." * 140 + "example.com",
    "8 KiB of dots": "https://" + "." * SMALL,
    "8 KiB of colons": "https:" + ":" * SMALL,
    "Latin-1": "https://\xff\xfe.example.com",
    "empty": "",
}
"""Origins that are long, or odd."""

PREVIEWS: Final[dict[str, Shape]] = {
    "1 pattern": Shape(previews=1),
    "10 000 patterns of as many domains": Shape(previews=10_000),
    "10 000 patterns of one domain": Shape(previews=10_000, one_domain=True),
}
"""Patterns of preview deployments: ``https://preview-*.example.com``."""


def header_groups() -> dict[str, dict[str, Runner]]:
    """Preflights with 8 KiB and 1 MiB of requested header names, beside an ordinary one."""
    apps = {name: VARIANTS[name](_SHAPE) for name in VARIANT_NAMES}
    groups = {}
    for label, text in REQUESTED_HEADERS.items():
        asked = {"ordinary": REQUESTED, "8 KiB": text(SMALL), "1 MiB": text(LARGE)}
        groups[label] = {
            f"{name}, {size}": _preflights(app, _SHAPE, {"Access-Control-Request-Headers": names})
            for name, app in apps.items()
            for size, names in asked.items()
        }
    return groups


def origin_groups() -> dict[str, dict[str, Runner]]:
    """Preflights of odd origins, beside an ordinary one, where 100 patterns are listed."""
    apps = {name: VARIANTS[name](_PATTERNS) for name in VARIANT_NAMES}
    return {
        label: {
            f"{name}, {which}": _preflights(app, _PATTERNS, {"Origin": origin})
            for name, app in apps.items()
            for which, origin in (("ordinary", _PATTERNS.front_end), ("odd", odd))
        }
        for label, odd in ORIGINS.items()
    }


def preview_groups() -> dict[str, dict[str, Runner]]:
    """Preflights of origins that are all new, where patterns of preview deployments are listed.

    Those that are denied are of a domain that has patterns.
    """
    groups = {}
    for label, shape in PREVIEWS.items():
        pattern = shape.front_end_pattern
        verdicts = {"allowed": pattern, "denied": f"https://*.{pattern.partition('.')[2]}"}
        groups[label] = {
            f"{name}, {verdict}": _new_origins(VARIANTS[name](shape), shape, written)
            for name in VARIANT_NAMES
            for verdict, written in verdicts.items()
        }
    return groups


def _new_origins(app: Callable[..., Iterable[bytes]], shape: Shape, pattern: str) -> Runner:
    numbers = count()
    headers = {"Origin": "", "Access-Control-Request-Method": "PUT"}
    ordinary = environ_maker("OPTIONS", path_of("preflight", shape), headers)

    def make() -> Environ:
        environ = ordinary()
        environ["HTTP_ORIGIN"] = pattern.replace("*", f"{next(numbers):07}")
        return environ

    ask(app, make())
    return wsgi_runner(app, make)


def _preflights(
    app: Callable[..., Iterable[bytes]], shape: Shape, headers: dict[str, str]
) -> Runner:
    ordinary = {
        "Origin": shape.front_end,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": REQUESTED,
    }
    make = environ_maker("OPTIONS", path_of("preflight", shape), {**ordinary, **headers})
    ask(app, make())
    return wsgi_runner(app, make)


def memory_kept(variant: str, requests: int) -> float:
    """KiB that stay after that many `requests`, each with an origin and a path of its own.

    A third are GETs, two thirds preflights that ask for names of their own too; they come to an
    app with parts, where paths are looked at.
    """
    shape = Shape(patterns=100, parts=20)
    app = VARIANTS[variant](shape)
    _send_distinct(app, range(1000))
    tracemalloc.start()
    try:
        _send_distinct(app, range(1000, 2000))
        before, _ = tracemalloc.get_traced_memory()
        _send_distinct(app, range(2000, 2000 + requests))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return (after - before) / 1024


def _send_distinct(app: Callable[..., Any], numbers: Iterable[int]) -> None:
    for number in numbers:
        headers = {"Origin": f"https://site{number}.tenant0000001.example.com"}
        if number % 3:
            headers["Access-Control-Request-Method"] = "PUT"
            headers["Access-Control-Request-Headers"] = f"x-{number}"
        path = f"/part{number % 20}/items/{number}" if number % 2 else f"/none/{number}"
        ask(app, environ_maker("OPTIONS" if number % 3 else "GET", path, headers)())
