"""Sequence diagrams, drawn from what the browser model really exchanges with an app."""

import logging
from html import escape
from typing import Any

from flask import Flask, redirect
from flask.typing import ResponseReturnValue

from flask_crossorigin import CrossOrigin
from flask_crossorigin.browser import Blocked, Browser
from flask_crossorigin.browser.exchange import Exchange

PAGE = "https://app.example.com"
OTHER = "https://other.example"
API = "https://api.example.com"

LEFT, RIGHT, WIDTH = 40, 570, 610
"""Where the lifelines of the browser and of the server are, and the width of the picture."""
LINE = 15
_SHOWN = ("origin", "cookie", "authorization", "vary", "location")


def parts() -> dict[str, str]:
    """Return a figure for each kind of request."""
    logging.getLogger("flask_crossorigin").setLevel(logging.WARNING)  # denials are in the pictures
    save: dict[str, Any] = {"path": "/marks/3", "method": "PUT", "json": {"mark": 12}}
    stories: dict[str, dict[str, Any]] = {
        "simple": {"path": "/marks"},
        "preflight": save,
        "credentials": {"path": "/marks", "credentials": "include", "signed_in": True},
        "denied": {"path": "/marks", "origin": OTHER},
        "denied-preflight": {**save, "origin": OTHER},
        "redirect": {"path": "/old"},
    }
    return {f"exchange-{name}": figure(*run(**story)) for name, story in stories.items()}


def make_api() -> Flask:
    """Return the app of the stories."""
    app = Flask("api")
    CrossOrigin(app, origins=[PAGE], credentials=True, request_headers=["Content-Type"])

    @app.get("/marks")
    def marks() -> ResponseReturnValue:
        return {"marks": [12, 9]}

    @app.put("/marks/<int:number>")
    def save(number: int) -> ResponseReturnValue:
        return "", 204

    @app.get("/old")
    def old() -> ResponseReturnValue:
        return redirect("/marks", 308)

    @app.post("/sign-in")
    def sign_in() -> ResponseReturnValue:
        return "", 204, {"Set-Cookie": "session=ines; Secure; HttpOnly; SameSite=None"}

    return app


def run(
    path: str, origin: str = PAGE, signed_in: bool = False, **arguments: Any
) -> tuple[tuple[Exchange, ...], str, bool]:
    """Send one request; return its exchanges, the verdict, and whether it is good."""
    page = Browser({API: make_api()}).page(origin)
    if signed_in:
        page.fetch(f"{API}/sign-in", method="POST", credentials="include")
    try:
        response = page.fetch(f"{API}{path}", **arguments)
    except Blocked as blocked:
        return blocked.exchanges, f"TypeError: the page reads nothing ({blocked.reason})", False
    return response.exchanges, f"The page reads the response: {response.status}", True


def figure(exchanges: tuple[Exchange, ...], verdict: str, good: bool) -> str:
    """Return the picture, with its content as text for those who can't see it."""
    rows, top = [], 46
    for each in exchanges:
        path = each.url.removeprefix(API)
        asked = [f"{each.method} {path}", *_headers(each.request_headers)]
        rows.append(_arrow(top, asked, to_server=True))
        top += 26 + LINE * len(asked)
        told = [str(each.status), *_headers(each.response_headers)]
        rows.append(_arrow(top, told, to_server=False))
        top += 26 + LINE * len(told)
    rows.append(_text(LEFT, top, verdict, "good" if good else "bad"))
    life = "".join(
        f'<line class="life" x1="{x}" y1="34" x2="{x}" y2="{top - 20}"/>' for x in (LEFT, RIGHT)
    )
    names = _text(LEFT, 22, "Browser", "name", "middle") + _text(RIGHT, 22, "API", "name", "middle")
    spoken = "; ".join(
        f"the browser sends {each.method} {each.url.removeprefix(API)}, "
        f"the API responds with {each.status}"
        for each in exchanges
    )
    label = escape(f"{spoken}. {verdict}.", quote=True)
    return (
        '```{raw} html\n<figure class="exchange" tabindex="0">'
        f'<svg viewBox="0 0 {WIDTH} {top + 12}" role="img" aria-label="{label}">'
        f"{names}{life}{''.join(rows)}</svg></figure>\n```\n"
    )


def _headers(headers: tuple[tuple[str, str], ...]) -> list[str]:
    """Return the lines that matter for cross-origin requests."""
    return [
        f"{name}: {value}"
        for name, value in headers
        if name.lower() in _SHOWN or name.lower().startswith("access-control-")
    ]


def _arrow(top: int, lines: list[str], *, to_server: bool) -> str:
    """Return an arrow, with its first line above it and the headers below."""
    start, end = (LEFT, RIGHT) if to_server else (RIGHT, LEFT)
    tip = end - 8 if to_server else end + 8
    drawn = [
        _text((LEFT + RIGHT) // 2, top, lines[0], "name", "middle"),
        f'<line class="arrow" x1="{start}" y1="{top + 8}" x2="{tip}" y2="{top + 8}"/>',
        f'<polygon class="head" points="{end},{top + 8} {tip},{top + 4} {tip},{top + 12}"/>',
    ]
    for number, line in enumerate(lines[1:], 1):
        drawn.append(_text(LEFT + 14, top + 10 + LINE * number, line, "header"))
    return "".join(drawn)


def _text(x: int, y: int, text: str, kind: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'
