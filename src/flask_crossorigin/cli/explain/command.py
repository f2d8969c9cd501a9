"""``flask cors explain``: what a browser would do with a request, exchange by exchange."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import click

from ...browser.blocked import Blocked
from ...browser.page import Browser
from ...browser.profiles import PROFILES, ProfileName
from ...browser.response import Response
from ...browser.transports import Transport, TransportResponse, Unreachable, WSGITransport
from ...browser.urls import URL
from ...core.fetch_standard import NULL_ORIGIN, normalize_method
from ...core.headers import Header
from ...core.text import printable
from ...extension import configured_settings
from ..app_loader import NotUsable, app_beside, loaded_app, sound_app
from ..options import read_cookies, read_headers, read_origin
from ..output import echo, echo_json
from .explanation import Explanation, as_json, in_words
from .intermediaries import found_in
from .live import LiveAnswers, ask_beside, is_preflight, live_url, network, url_on
from .notes import cookies_left_out, headers_left_out, without_route

_TIMEOUT: Final = 10.0


class DryTransport(WSGITransport):
    """Runs preflights; of any other request it answers what the policy would add."""

    def send(
        self, method: str, url: URL, headers: Iterable[Header], body: bytes | None
    ) -> TransportResponse:
        """Run a preflight, or decide on what is not run."""
        listed = list(headers)
        if is_preflight(method, listed):
            return super().send(method, url, listed, body)
        decision = self.decide(method, url, listed)
        return TransportResponse(200, decision.headers if decision else (), b"", decision)


@dataclass(frozen=True)
class _Asked:
    """The request of a page, as the command line has it."""

    method: str
    url: str
    origin: str
    headers: tuple[Header, ...]
    credentials: bool
    cookies: tuple[str, ...]
    profile: ProfileName
    send: bool


@click.command("explain")
@click.argument("method")
@click.argument("url")
@click.option(
    "--origin",
    required=True,
    callback=read_origin,
    help="The page's origin; null for a sandboxed frame.",
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'",
    callback=read_headers,
    help="Set by the script.",
)
@click.option(
    "--credentials", is_flag=True, help="credentials: 'include', with the cookies of --cookie."
)
@click.option(
    "--cookie",
    "cookies",
    multiple=True,
    metavar="'NAME=VALUE'",
    callback=read_cookies,
    help="That the browser has for the server; it has no others.",
)
@click.option("--profile", type=click.Choice(list(PROFILES)), default="standard", show_default=True)
@click.option("--send", is_flag=True, help="Run the request itself too, not just its preflight.")
@click.option("--live", metavar="URL", help="Ask the server there, over the network.")
@click.option(
    "--timeout",
    type=float,
    metavar="SECONDS",
    help=f"How long to wait for each answer of --live; {_TIMEOUT:g} unless told.",
)
@click.option("--json", "for_programs", is_flag=True, help="Print JSON for programs.")
def command(live: str | None, timeout: float | None, for_programs: bool, **options: Any) -> None:
    """Tell what a browser would do with a page's request, and why.

    Nothing but preflights is run, unless --send is given.

    --live asks a server over the network, and says what proxies, caches and gateways before it
    did to the answers; for that it sends preflights of other origins too, and with --send a GET
    or HEAD up to three times. Where the command has an app with a policy, what that would answer
    is told beside. URL may then be a path.

    \b
    JSON has these members:
      version    1
      verdict    "allowed", "blocked" or "unknown"
      sent       whether the request itself was run
      exchanges  a list, each with kind, method, url, request_headers, sent,
                 status, response_headers, and decision: outcome, reason,
                 scope and headers, or null without the app's
      notes      what was left out or could not be asked, and why
      live, app  the server's origin, and the app's name or null
      beside     exchanges that a browser would not have had
      findings   what intermediaries did, each as `flask cors check` has it
      reason, step, message, hint, change   where it is blocked
      type       of the response, where it is allowed
      headers, status   of the response, where it was run
      exposes    names of headers that may be read, where it was not
    Those from live to findings are there with --live only. Where the
    configuration is wrong, JSON has the members of `flask cors check`.

    Exit code: 0 unless the page may not read the response, whatever is found; 1 if it may not,
    or the configuration is wrong; 2 for wrong usage, or if the server does not answer.
    """  # noqa: D301 - the mark keeps click from wrapping what follows
    asked = _Asked(**options)
    if live is not None:
        told = _live(asked, live, _TIMEOUT if timeout is None else timeout)
    elif timeout is None:
        told = _dry(asked, for_programs=for_programs)
    else:
        raise click.UsageError("--timeout is for --live: leave it out, or write --live URL.")
    if for_programs:
        echo_json(as_json(told))
    else:
        for line in in_words(told):
            echo(line)
    raise SystemExit(1 if told.verdict == "blocked" else 0)


def _dry(asked: _Asked, *, for_programs: bool) -> Explanation:
    """What the app of the command line makes of the request."""
    sound_app(for_programs=for_programs)
    app = loaded_app()
    server = URL(f"https://{app.config.get('SERVER_NAME') or 'localhost'}")
    base = url_on(server, asked.url).origin
    outcome = _fetch(asked, WSGITransport(app) if asked.send else DryTransport(app), base)
    lacking = tuple(without_route(app, outcome, normalize_method(asked.method)))
    return Explanation(
        origin=asked.origin,
        profile=asked.profile,
        outcome=outcome,
        sent=asked.send,
        notes=(*_notes(asked, outcome), *lacking),
        configured=configured_settings(app),
        has_route=not lacking,
    )


def _notes(asked: _Asked, outcome: Response | Blocked) -> Iterator[str]:
    """What the browser leaves out of the request."""
    yield from headers_left_out(asked.headers, asked.profile)
    yield from cookies_left_out(outcome)


def _live(asked: _Asked, live: str, timeout: float) -> Explanation:
    """What the server at `live` makes of it, and what stands before the server."""
    server = live_url(live, asked.url)
    sender = network(timeout)
    app, lacking = app_beside()
    answers = LiveAnswers(sender, app, sends=asked.send)
    try:
        outcome = _fetch(asked, answers, server.href)
        beside = ask_beside(answers, outcome, sent=asked.send)
    except Unreachable as error:
        raise NotUsable(printable(str(error))) from None
    no_app = () if app else (f"There is no app here to compare with. {lacking}",)
    return Explanation(
        origin=asked.origin,
        profile=asked.profile,
        outcome=outcome,
        sent=asked.send,
        live=server.origin,
        app=app.name if app else None,
        beside=beside.exchanges,
        notes=(*no_app, *_notes(asked, outcome), *beside.notes),
        findings=tuple(found_in(beside.asked)),
        # What is done to what was asked beside hinders nothing.
        hindered=bool(found_in(beside.asked, outcome.exchanges)),
        configured=frozenset() if app is None else configured_settings(app),
    )


def _fetch(asked: _Asked, transport: Transport, base: str) -> Response | Blocked:
    """What a page's fetch comes to, in a browser that reaches the server at `base` alone."""
    browser = Browser({base: transport}, asked.profile, base=base)
    server = URL(base)
    for each in asked.cookies:
        secure = "; SameSite=None; Secure" if server.is_trustworthy else ""
        browser.set_cookie(base, f"{each}; Path=/{secure}")
    page = browser.page(None if asked.origin == NULL_ORIGIN else asked.origin)
    try:
        return page.fetch(
            asked.url,
            method=asked.method,
            headers=asked.headers,
            body="" if asked.method.upper() in ("POST", "PUT", "PATCH") else None,
            credentials="include" if asked.credentials else "same-origin",
        )
    except Blocked as blocked:
        return blocked
