"""``flask cors explain``: what a browser would do with a request, exchange by exchange."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import click
from flask import Flask

from ..browser.blocked import Blocked
from ..browser.exchanges import Exchange
from ..browser.page import Browser, Page, Response
from ..browser.profiles import PROFILES, ProfileName
from ..browser.transports import Answer, WSGITransport
from ..browser.urls import URL
from ..core.compiled import Header
from ..core.decision import SENTENCES, Decision, Reason
from ..core.fetch_standard import NULL_ORIGIN, is_token
from .loading import loaded_app, sound_app

_TELLING = (
    "access-control-",
    "cross-origin-",
    "origin",
    "cookie",
    "vary",
    "location",
    "sec-fetch-s",
)
"""Beginnings of the names of headers that decide something, or tell what was decided."""


class DryTransport(WSGITransport):
    """Runs preflights; of any other request it answers what the policy would add."""

    def send(self, method: str, url: URL, headers: Iterable[Header], body: bytes | None) -> Answer:
        """Run a preflight, or decide on what is not run."""
        listed = list(headers)
        asks = any(name == "Access-Control-Request-Method" for name, _ in listed)
        if method == "OPTIONS" and asks:
            return super().send(method, url, listed, body)
        decision = self.decide(method, url, listed)
        return Answer(200, decision.headers if decision else (), b"", decision)


def explain(
    app: Flask,
    method: str,
    url: str,
    *,
    origin: str,
    headers: Iterable[str],
    credentials: bool,
    profile: ProfileName,
    send: bool,
    as_json: bool,
) -> int:
    """Print what a browser would do with a page's request; the exit status, 1 where blocked.

    :param origin: of the page; ``null`` for an opaque one.
    :param headers: that the script sets, ``Name: value``.
    :param send: whether the request itself is run, with all that it does to the app's data.
    """
    base = URL(f"https://{app.config.get('SERVER_NAME') or 'localhost'}").join(url).origin
    transport = WSGITransport(app) if send else DryTransport(app)
    page = _page(Browser({base: transport}, profile, base=base), origin)
    try:
        outcome: Response | Blocked = page.fetch(
            url,
            method=method,
            headers=[_header(each) for each in headers],
            body="" if method.upper() in ("POST", "PUT", "PATCH") else None,
            credentials="include" if credentials else "same-origin",
        )
    except Blocked as blocked:
        outcome = blocked
    if as_json:
        click.echo(json.dumps(_as_json(outcome, sent=send), indent=2))
    else:
        click.echo("\n".join(_as_text(outcome, origin, profile, sent=send)))
    return 1 if isinstance(outcome, Blocked) else 0


def _page(browser: Browser, origin: str) -> Page:
    try:
        return browser.page(None if origin == "null" else origin)
    except ValueError:
        raise click.UsageError(
            f"--origin {origin!r} is not an origin: write one such as 'https://app.example.com'."
        ) from None


def _header(written: str) -> Header:
    name, colon, value = written.partition(":")
    if not colon or not is_token(name.strip()):
        raise click.UsageError(f"--header {written!r} is not a header: write 'Name: value'.")
    return name.strip(), value.strip()


def _as_json(outcome: Response | Blocked, *, sent: bool) -> dict[str, Any]:
    blocked = isinstance(outcome, Blocked)
    told: dict[str, Any] = {
        "verdict": "blocked" if blocked else "allowed",
        "sent": sent,
        "exchanges": [_exchange_as_json(each) for each in outcome.exchanges],
    }
    if isinstance(outcome, Blocked):
        told |= {
            "reason": outcome.reason,
            "step": outcome.step,
            "message": outcome.message,
            "hint": outcome.hint,
            "change": _change(outcome),
        }
    else:
        told |= {"type": outcome.type, "headers": dict(outcome.headers)}
        if sent:
            told["status"] = outcome.status
    return told


def _exchange_as_json(exchange: Exchange) -> dict[str, Any]:
    decision = exchange.decision
    return {
        "kind": exchange.kind,
        "method": exchange.method,
        "url": exchange.url,
        "request_headers": list(exchange.request_headers),
        "status": exchange.status,
        "response_headers": list(exchange.response_headers),
        "decision": None
        if decision is None
        else {
            "outcome": str(decision.outcome),
            "reason": str(decision.reason),
            "scope": decision.scope,
        },
    }


def _as_text(
    outcome: Response | Blocked, origin: str, profile: str, *, sent: bool
) -> Iterator[str]:
    """The explanation, in lines of 80 columns at most."""
    yield from _wrapped(f"A page of {origin} fetches, in a browser ({profile}):", "")
    for number, exchange in enumerate(outcome.exchanges, 1):
        yield ""
        yield from _exchange_as_text(number, exchange, sent=sent)
    yield ""
    if isinstance(outcome, Blocked):
        yield click.style(f"Blocked: {outcome.reason}", fg="red", bold=True)
        change = _change(outcome)
        for text in (outcome.message, f"({outcome.step})", change or outcome.hint):
            yield from _wrapped(text, "  ")
        return
    yield click.style("Allowed", fg="green", bold=True)
    names = ", ".join(dict.fromkeys(name for name, _ in outcome.headers)) or "none"
    yield from _wrapped(f"The script reads the response; of its headers: {names}.", "  ")
    if not sent:
        yield from _wrapped(
            "The request itself was not run: --send runs it, with all that it does.", "  "
        )


def _exchange_as_text(number: int, exchange: Exchange, *, sent: bool) -> Iterator[str]:
    what = "asks first, a preflight" if exchange.kind == "preflight" else "sends the request"
    yield from _wrapped(f"{number}. The browser {what}: {exchange.method} {exchange.url}", "")
    yield from _headers(exchange.request_headers)
    ran = sent or exchange.kind == "preflight"
    answers = f"The app answers {exchange.status}" if ran else "The app would add to its response"
    yield from _wrapped(answers, "   ")
    yield from _headers(exchange.response_headers)
    yield from _wrapped(_reason(exchange.decision), "   ")


def _reason(decision: Decision | None) -> str:
    if decision is None:  # the exchange is with a server that has no extension
        return ""
    scope = f" (the policy of {decision.scope})" if decision.scope else ""
    return f"{decision.reason}: {SENTENCES[decision.reason]}{scope}"


def _headers(headers: Iterable[Header]) -> Iterator[str]:
    for name, value in headers:
        if name.lower().startswith(_TELLING):
            yield from _wrapped(f"{name}: {value}", "     ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, 80, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False
    )


def _change(blocked: Blocked) -> str:
    """What to write, in code, so that it would be allowed; empty where no policy would."""
    exchange = blocked.exchanges[-1] if blocked.exchanges else None
    if exchange is None or exchange.decision is None:
        return ""
    asked = dict(exchange.request_headers)
    method = asked.get("Access-Control-Request-Method", "")
    if exchange.decision.reason is Reason.METHOD_NOT_ALLOWED and method != method.upper():
        return f"In the script: method: {method.upper()!r}, as methods are compared exactly."
    setting = _setting(blocked.reason, exchange.decision, asked)
    return f"In code: {_statement(exchange.decision.scope, setting)}" if setting else ""


def _setting(blocked: str, decision: Decision, asked: dict[str, str]) -> str:
    """The setting of the policy that would have to be another."""
    if blocked == "allow-credentials":
        return "credentials=True"
    if asked.get("Origin") == NULL_ORIGIN:
        return ""
    if decision.reason is Reason.ORIGIN_NOT_ALLOWED:
        return f"origins=[..., {asked['Origin']!r}]"
    if decision.reason is Reason.METHOD_NOT_ALLOWED:
        return f"methods=[..., {asked['Access-Control-Request-Method']!r}]"
    if decision.reason is Reason.HEADER_NOT_ALLOWED:
        names = asked["Access-Control-Request-Headers"].split(",")
        return f"request_headers=[..., {', '.join(repr(name) for name in names)}]"
    return ""


def _statement(scope: str, setting: str) -> str:
    """The statement that `setting` belongs into."""
    kind, _, name = scope.partition(" ")
    if kind == "prefix":
        return f'cors.apply("{name}", {setting})'
    if kind == "blueprint":
        return f"cors.apply({name.rpartition('.')[2]}, {setting})"
    if kind in ("view", "method"):
        return f"@cors.policy({setting}) on the {scope}"
    return f"CrossOrigin(app, {setting})"


@click.command("explain")
@click.argument("method")
@click.argument("url")
@click.option("--origin", required=True, help="The page's origin; null for a sandboxed frame.")
@click.option(
    "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Set by the script."
)
@click.option("--credentials", is_flag=True, help="With cookies: credentials 'include'.")
@click.option("--profile", type=click.Choice(list(PROFILES)), default="standard", show_default=True)
@click.option("--send", is_flag=True, help="Run the request itself too, not just its preflight.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(method: str, url: str, **options: Any) -> None:
    """Tell what a browser would do with a page's request, and why.

    Nothing but preflights is run, unless --send is given. Exits with 0 where the page may read
    the response, with 1 where it may not.
    """
    sound_app()
    raise SystemExit(explain(loaded_app(), method, url, **options))
