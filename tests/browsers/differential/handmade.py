"""Cases that no seed makes."""

from __future__ import annotations

from dataclasses import replace

from .cases import API, CROSS_SITE_PAGE, Answer, Case, Extension, Fetch, Headers, Script, Stop
from .generator import of_id

ANYONE = ("Access-Control-Allow-Origin", "*")
PUT = Fetch("PUT", headers=(("x-a", "1"),), cache="default")


def named(case_id: str) -> Case:
    """The case of an id, whoever has made it."""
    return HANDMADE[case_id] if case_id in HANDMADE else of_id(case_id)


def _remembered(case_id: str, first: Fetch, second: Fetch) -> Case:
    """A request, another at its URL, and the first again; each answer names what was asked for."""
    settings = {"origins": [CROSS_SITE_PAGE], "credentials": True, "request_headers": "*"}
    server = Extension(settings, "ok", ("PUT",), Answer())
    return Case(case_id, "cross-site", first, server, rounds=3, second=second)


def _redirected(case_id: str, fetch: Fetch, status: int, headers: Headers, urls: int = 2) -> Case:
    """A request that is redirected within the API."""
    way = Answer(status, (ANYONE, *headers))
    last = Answer(200, (ANYONE,))
    stops = (way, *[last] * (urls - 1))
    server = Script(tuple(Stop(API, Answer(204, (ANYONE,)), each) for each in stops))
    return Case(case_id, "cross-site", fetch, server)


def _twice(case_id: str, *stops: int) -> Case:
    lines = tuple(("Location", f"{API}/{case_id}/{stop}") for stop in stops)
    return _redirected(case_id, Fetch(cache="default"), 302, lines, urls=3)


def _under(case_id: str, policy: str) -> Case:
    headers = (("Location", f"{API}/{case_id}/1"), ("Referrer-Policy", policy))
    fetch = Fetch("POST", mode="no-cors", body="text", cache="default")
    return _redirected(case_id, fetch, 307, headers)


HANDMADE = {
    case.id: case
    for case in (
        _remembered("h-header", PUT, replace(PUT, headers=(("x-b", "1"),))),
        _remembered(
            "h-credentials",
            replace(PUT, credentials="include"),
            replace(PUT, credentials="omit", headers=(("x-b", "1"),)),
        ),
        _twice("h-locations-same", 1, 1),
        _twice("h-locations-differ", 1, 2),
        _under("h-policy", "no-referrer"),
        _under("h-policy-unknown", "same-origin, unknown"),
        _under("h-policy-origin", "origin"),
    )
}
"""By their ids."""
