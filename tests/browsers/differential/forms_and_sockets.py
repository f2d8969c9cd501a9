"""Run forms and WebSockets in a real engine, one at a time, because a form replaces the page."""

from __future__ import annotations

import html
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

from selenium.common.exceptions import WebDriverException

from ..browser import Browser, until
from .cases import ORIGINS, PAGES, Case
from .observations import Seen
from .server import LANDED, Server, World

NEW = 60.0  # seconds; for Chromium, cookies count as new for two minutes

SUBMIT = """
const [action, method, policy, byButton] = arguments;
const form = Object.assign(document.createElement("form"), { action, method });
form.innerHTML = '<input name="a" value="1"><button>Send</button>';
if (policy) {
  const meta = { name: "referrer", content: policy };
  document.head.append(Object.assign(document.createElement("meta"), meta));
}
document.body.append(form);
if (!byButton) setTimeout(() => form.submit());
"""
CONNECT = """
const [url] = arguments;
return await new Promise((resolve) => {
  const socket = new WebSocket(url);
  socket.onopen = () => resolve("allowed");
  socket.onclose = () => resolve("blocked");
});
"""
FRAME = """
const [sandbox, srcdoc] = arguments;
const frame = Object.assign(document.createElement("iframe"), { srcdoc });
frame.sandbox = sandbox;
const message = new Promise((resolve) => addEventListener("message", ({ data }) => resolve(data)));
document.body.append(frame);
"""
"""Adds a sandboxed frame, which has an opaque origin."""


def run(browser: Browser, server: Server, cases: Iterable[Case]) -> Iterator[tuple[Case, Seen]]:
    """Run each case, and yield what the page saw while the server still has the case."""
    visited = -NEW
    for case in cases:
        if time.monotonic() - visited > NEW:
            visit_all(browser, server.world)
            visited = time.monotonic()
        server.add(case)
        browser.open(server.world.served(f"{PAGES[case.page]}/page"))
        url = server.world.served(case.url(0))
        yield case, (_connect if case.way == "websocket" else _submit)(browser, server, case, url)
        server.remove(case)


def visit_all(browser: Browser, world: World) -> None:
    """Visit every host, which sets its cookies."""
    for origin in ORIGINS:
        browser.open(world.served(f"{origin}/cookies"))


def _connect(browser: Browser, _: Server, case: Case, url: str) -> Seen:
    url = url.replace("https", "wss", 1)
    if case.page == "opaque":
        script = f"(async (...given) => {{ {CONNECT.replace('arguments', 'given')} }})('{url}')"
        frame = f"<script>{script}.then((outcome) => parent.postMessage(outcome, '*'))</script>"
        outcome = browser.run_async(f"{FRAME} return await message;", "allow-scripts", frame)
    else:
        outcome = browser.run_async(CONNECT, url)
    return Seen(outcome)


def _submit(browser: Browser, server: Server, case: Case, url: str) -> Seen:
    method, policy = case.fetch.method, case.fetch.referrer_policy
    if case.page == "opaque":
        form = (
            f'<meta name="referrer" content="{policy}">'
            f'<form action="{html.escape(url)}" method="{method}" target="_top">'
            '<input name="a" value="1"></form><script>document.forms[0].submit()</script>'
        )
        browser.run(FRAME, "allow-scripts allow-forms allow-top-navigation", form)
    else:
        browser.run(SUBMIT, url, method, policy, case.way == "button")
    if case.way == "button":
        browser.click("button")
    url = until(lambda: _landing(browser), lambda: f"no landing: {browser.shown()}")
    return landed(server.world.neutral(url))


def _landing(browser: Browser) -> str | None:
    """Return the URL that the form led to; None while it loads."""
    url = None
    with suppress(WebDriverException):  # the script may run while its page is replaced
        url = browser.run(
            "return document.body?.innerText === arguments[0]"
            " ? location.origin + location.pathname : null",
            LANDED,
        )
    return url


def landed(url: str) -> Seen:
    """Return the observation of the page that replaced the form."""
    return Seen("allowed", type=None, redirected=None, url=url, body=LANDED)
