"""Cases that are not generated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .cases import (
    API,
    CROSS_SITE_PAGE,
    PAGES,
    THIRD,
    Case,
    Extension,
    Fetch,
    Headers,
    PageKind,
    Reply,
    Script,
    Stop,
    Way,
)
from .generator import of_id
from .server import LANDED

ANYONE = ("Access-Control-Allow-Origin", "*")
PUT = Fetch("PUT", headers=(("x-a", "1"),), cache="default")


def named(case_id: str) -> Case:
    """Return the case with an id, handmade or generated."""
    return HANDMADE[case_id] if case_id in HANDMADE else of_id(case_id)


def _cached(case_id: str, first: Fetch, second: Fetch) -> Case:
    """Return a case with a request, another one at its URL, and the first one again."""
    settings = {"origins": [CROSS_SITE_PAGE], "credentials": True, "request_headers": "*"}
    server = Extension(settings, "ok", ("PUT",), Reply())
    return Case(case_id, "cross-site", first, server, rounds=3, second=second)


def _redirected(case_id: str, fetch: Fetch, status: int, headers: Headers, urls: int = 2) -> Case:
    """Return a case with a redirect within the API."""
    redirect = Reply(status, (ANYONE, *headers))
    last = Reply(200, (ANYONE,))
    stops = (redirect, *[last] * (urls - 1))
    server = Script(tuple(Stop(API, Reply(204, (ANYONE,)), each) for each in stops))
    return Case(case_id, "cross-site", fetch, server)


def _two_locations(case_id: str, *stops: int) -> Case:
    lines = tuple(("Location", f"{API}/{case_id}/{stop}") for stop in stops)
    return _redirected(case_id, Fetch(cache="default"), 302, lines, urls=3)


def _with_referrer_policy(case_id: str, policy: str) -> Case:
    headers = (("Location", f"{API}/{case_id}/1"), ("Referrer-Policy", policy))
    fetch = Fetch("POST", mode="no-cors", body="text", cache="default")
    return _redirected(case_id, fetch, 307, headers)


LANDING = Reply(200, (("Content-Type", "text/html"),), LANDED)


def _form(
    way: Way,
    page: PageKind,
    method: str,
    *,
    policy: str = "",
    redirect: tuple[int, str] | None = None,
) -> Case:
    """Return a case with a form; `redirect` is the status and target origin of its reply."""
    case_id = "-".join(each for each in ("h", way, page, method.lower(), policy) if each)
    stops = [Stop(API, LANDING, LANDING)]
    if redirect is not None:
        status, origin = redirect
        host = origin.removeprefix("https://").partition(".")[0]
        case_id = f"{case_id}-{status}-{host}"
        reply = Reply(status, (("Location", f"{origin}/{case_id}/1"),))
        stops = [Stop(API, reply, reply), Stop(origin, LANDING, LANDING)]
    fetch = Fetch(method, referrer_policy=policy)
    return Case(case_id, page, fetch, Script(tuple(stops)), way=way)


def _forms() -> Iterator[Case]:
    for page in PAGES:
        for method in ("GET", "POST"):
            yield _form("form", page, method)
            if page != "opaque":
                yield _form("button", page, method)
        for policy in ("no-referrer", "same-origin", "strict-origin", "unsafe-url"):
            yield _form("form", page, "POST", policy=policy)
        for status, method, origin in (
            (302, "GET", THIRD),
            (302, "POST", API),
            (302, "POST", THIRD),
            (307, "POST", API),
            (307, "POST", THIRD),
            (307, "POST", CROSS_SITE_PAGE),
        ):
            yield _form("form", page, method, redirect=(status, origin))
    yield _form("button", "cross-site", "POST", redirect=(307, THIRD))


def _handshakes() -> Iterator[Case]:
    refusal = Reply(403)
    for page in PAGES:
        for third_party_cookies in (True, False):
            case_id = f"h-websocket-{page}{'' if third_party_cookies else '-apart'}"
            server = Script((Stop(API, refusal, refusal),))
            yield Case(
                case_id, page, Fetch(), server,
                third_party_cookies=third_party_cookies, way="websocket",
            )  # fmt: skip


HANDMADE = {
    case.id: case
    for case in (
        _cached("h-header", PUT, replace(PUT, headers=(("x-b", "1"),))),
        _cached(
            "h-credentials",
            replace(PUT, credentials="include"),
            replace(PUT, credentials="omit", headers=(("x-b", "1"),)),
        ),
        _two_locations("h-locations-same", 1, 1),
        _two_locations("h-locations-differ", 1, 2),
        _with_referrer_policy("h-policy", "no-referrer"),
        _with_referrer_policy("h-policy-unknown", "same-origin, unknown"),
        _with_referrer_policy("h-policy-origin", "origin"),
        *_forms(),
        *_handshakes(),
    )
}
"""All handmade cases, by their ids."""
