"""Run a case in the model."""

from __future__ import annotations

from typing import Any

from flask_crossorigin.browser import Blob, Blocked, Browser, Page, Response
from flask_crossorigin.browser.profiles import Profile

from .cases import ORIGINS, PAGES, Case, Fetch
from .forms_and_sockets import landed
from .observations import Observation, Seen
from .server import Server

_BOUNDARY = "----boundary"
_BODIES: dict[str, Any] = {
    "none": {},
    "text": {"body": "text"},
    "urlencoded": {"data": {"a": "b"}},
    "form": {"body": Blob(b"--", f"multipart/form-data; boundary={_BOUNDARY}")},
    "bytes": {"body": b"bytes"},
    "json": {"body": Blob(b"{}", "application/json")},
    "blob": {"body": Blob(b"blob", "")},
}


def observe(case: Case, profile: Profile) -> Observation:
    """Run a case in the model with an engine's profile."""
    server = Server()
    server.add(case)
    browser = Browser(
        dict.fromkeys(ORIGINS, server), profile, third_party_cookies=case.third_party_cookies
    )
    for host in ORIGINS:
        browser.page(host).fetch(f"{host}/cookies", credentials="include")
    origin = None if case.page == "opaque" else PAGES[case.page]
    page = browser.page(origin, embedder=PAGES[case.page])
    if case.way == "websocket":
        browser.websocket_handshake(origin, case.url(0).replace("https", "wss", 1))
        return server.observation(case, [Seen("blocked")])
    if case.way in ("form", "button"):
        return server.observation(case, [_submit(page, case)])
    seen: list[Seen] = []
    for number, fetch in enumerate(case.fetches):
        if number:
            server.next_round(case.id)
        seen.append(_fetch(page, case.url(0), fetch))
    return server.observation(case, seen)


def _submit(page: Page, case: Case) -> Seen:
    response = page.submit_form(
        case.url(0),
        {"a": "1"},
        method=case.fetch.method,
        user_activated=case.way == "button",
        referrer_policy=case.fetch.referrer_policy,
    )
    return landed(response.exchanges[-1].url.partition("?")[0])


def _fetch(page: Page, url: str, fetch: Fetch) -> Seen:
    try:
        response = page.fetch(
            url,
            method=fetch.method,
            headers=fetch.headers,
            mode=fetch.mode,
            credentials=fetch.credentials,
            redirect=fetch.redirect,
            cache="default" if fetch.upload_listener else fetch.cache,
            upload_listener=fetch.upload_listener,
            referrer_policy=fetch.referrer_policy,
            **_BODIES[fetch.body],
        )
    except Blocked as blocked:
        return Seen("blocked", error=str(blocked))
    return _seen(response, xhr=fetch.upload_listener)


def _seen(response: Response, *, xhr: bool) -> Seen:
    return Seen(
        "allowed",
        type=None if xhr else response.type,
        status=response.status,
        redirected=None if xhr else response.redirected,
        url=response.url,
        headers=tuple(sorted((name.lower(), value) for name, value in response.headers.items())),
        body=response.text,
    )
