"""The command ``flask cors explain``."""

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
from ...inspection.routes import all_scopes
from ...scopes.scope import Scope
from ...scopes.table import ScopeTable
from ..app_loader import CommandError, load_local_app, load_valid_app
from ..options import check_cookies, parse_headers, parse_origin
from ..output import echo, echo_json
from .explanation import Explanation
from .intermediaries import find_intermediaries
from .json import explanation_as_json
from .live import (
    ComparingTransport,
    is_preflight,
    network_transport,
    parse_server,
    probe,
    resolve_url,
)
from .notes import cookie_notes, header_notes, missing_route, websocket_notes
from .text import explanation_as_text

_TIMEOUT: Final = 10.0
"""Seconds."""
_HELP: Final = """Explain what a browser would do with a page's request, and why.

METHOD and URL are those of the request. URL may be a path. A path is requested from
https://localhost, or from the app's SERVER_NAME. Only preflights are run, unless --send is
given.

With --live, send requests to a server over the network, and report what proxies, caches
and gateways in front of it did to the responses. This also sends preflights of another
origin; with --send, a GET or HEAD request is sent up to three times. If there is a local app
with a policy, compare the responses with those of the app.

\b
The JSON has these members:
  version    1
  verdict    "allowed", "blocked" or "unknown"
  sent       true if the actual request was sent
  exchanges  a list, each with kind, method, url, request_headers, sent,
             status, response_headers, and decision: null, or the
             outcome, reason, scope and headers that the app decided
  notes      what was left out or got no response, and why
With --live also:
  server     origin of the server
  app        name of the local app, or null
  probes     extra exchanges that a browser would not make
  findings   what proxies, caches and gateways did, as in `flask cors check`
If the request is blocked, also:
  reason     code of what blocks it
  step       the step of the Fetch standard that blocks it
  message    what was found
  hint       what to do
  change     the line to write, or empty
If the request is allowed, also:
  type       type of the response
  status     if it was sent
  headers    headers that the script can read, if it was sent
  exposed_headers  names that the policy exposes, if it was not sent
If the configuration has errors, the JSON is that of `flask cors check`
instead.

Exit code: 1 if the request is blocked or the configuration has errors; 2 for wrong usage, or
if the server does not respond; else 0, whatever the findings.
"""


class DryRunTransport(WSGITransport):
    """A transport that runs preflights only. Other requests get the headers of the policy."""

    def send(
        self, method: str, url: URL, headers: Iterable[Header], body: bytes | None
    ) -> TransportResponse:
        """Run a preflight, or make a response to a request that is not run."""
        listed = list(headers)
        if is_preflight(method, listed):
            return super().send(method, url, listed, body)
        decision = self.decide(method, url, listed)
        return TransportResponse(200, decision.headers if decision else (), b"", decision)


@dataclass(frozen=True)
class _PageRequest:
    """The request of a page, from the command line."""

    method: str
    url: str
    origin: str
    headers: tuple[Header, ...]
    credentials: bool
    cookies: tuple[str, ...]
    profile: ProfileName
    send: bool


@click.command("explain", help=_HELP, short_help="Explain what a browser would do with a request.")
@click.argument("method")
@click.argument("url")
@click.option(
    "--origin",
    required=True,
    callback=parse_origin,
    help="Origin of the page; null for a sandboxed frame or a local file.",
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'",
    callback=parse_headers,
    help="Header that the script sets. Can be given several times.",
)
@click.option(
    "--credentials",
    is_flag=True,
    help="Fetch with credentials: 'include', so that the cookies of --cookie are sent.",
)
@click.option(
    "--cookie",
    "cookies",
    multiple=True,
    metavar="'NAME=VALUE'",
    callback=check_cookies,
    help="Cookie that the browser has for the server. Can be given several times.",
)
@click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    default="standard",
    show_default=True,
    help="Engine to model; standard follows the Fetch standard.",
)
@click.option("--send", is_flag=True, help="Send the actual request too, not only its preflight.")
@click.option("--live", metavar="URL", help="Send requests over the network, to this server.")
@click.option(
    "--timeout",
    type=float,
    metavar="SECONDS",
    help=f"How long to wait for each response of --live.  [default: {_TIMEOUT:g}]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(live: str | None, timeout: float | None, as_json: bool, **options: Any) -> None:
    """Print what a browser would do with a request."""
    request = _PageRequest(**options)
    if live is not None:
        explanation = _explain_live(request, live, _TIMEOUT if timeout is None else timeout)
    elif timeout is None:
        explanation = _explain_app(request, as_json=as_json)
    else:
        raise click.UsageError("--timeout needs --live URL. Leave it out, or add --live.")
    if as_json:
        echo_json(explanation_as_json(explanation))
    else:
        for line in explanation_as_text(explanation):
            echo(line)
    raise SystemExit(1 if explanation.verdict == "blocked" else 0)


def _explain_app(request: _PageRequest, *, as_json: bool) -> Explanation:
    """Explain the request to the app of the command line."""
    app, scopes = load_valid_app(as_json=as_json)
    server = URL(f"https://{app.config.get('SERVER_NAME') or 'localhost'}")
    base = resolve_url(server, request.url).origin
    transport = WSGITransport(app) if request.send else DryRunTransport(app)
    outcome = _fetch(request, transport, base)
    missing = missing_route(app, outcome, normalize_method(request.method))
    return Explanation(
        origin=request.origin,
        profile=request.profile,
        outcome=outcome,
        sent=request.send,
        notes=(*_browser_notes(request, outcome), *((missing.note,) if missing else ())),
        scopes=_by_name(scopes),
        configured=configured_settings(app),
        first_check=missing.first_check if missing else "",
    )


def _explain_live(request: _PageRequest, live: str, timeout: float) -> Explanation:
    """Explain the request to the server at `live`, and what is in front of the server."""
    server = parse_server(live, request.url)
    network = network_transport(timeout)
    local = load_local_app()
    app = None if isinstance(local, str) else local.app
    transport = ComparingTransport(network, app, sends=request.send)
    try:
        outcome = _fetch(request, transport, server.href)
        results = probe(transport, outcome, sent=request.send)
    except Unreachable as error:
        raise CommandError(printable(str(error))) from None
    no_app = (f"There is no local app to compare with. {local}",) if app is None else ()
    return Explanation(
        origin=request.origin,
        profile=request.profile,
        outcome=outcome,
        sent=request.send,
        server=server.origin,
        app=None if app is None else app.name,
        probes=results.exchanges,
        notes=(*no_app, *_browser_notes(request, outcome), *results.notes),
        findings=tuple(find_intermediaries(results.probed)),
        findings_in_fetch=bool(find_intermediaries(results.probed, outcome.exchanges)),
        scopes={} if isinstance(local, str) else _by_name(local.scopes),
        configured=frozenset() if app is None else configured_settings(app),
    )


def _by_name(scopes: ScopeTable) -> dict[str, Scope]:
    return {each.name: each for each in all_scopes(scopes)}


def _browser_notes(request: _PageRequest, outcome: Response | Blocked) -> Iterator[str]:
    """Yield notes on headers and cookies that are not sent or stored, and on a WebSocket."""
    yield from header_notes(request.headers, request.profile)
    yield from cookie_notes(outcome)
    yield from websocket_notes(request.url)


def _fetch(request: _PageRequest, transport: Transport, base: str) -> Response | Blocked:
    """Fetch in a browser that reaches only the server at `base`."""
    browser = Browser({base: transport}, request.profile, base=base)
    server = URL(base)
    for each in request.cookies:
        secure = "; SameSite=None; Secure" if server.is_trustworthy else ""
        browser.set_cookie(base, f"{each}; Path=/{secure}")
    page = browser.page(None if request.origin == NULL_ORIGIN else request.origin)
    try:
        return page.fetch(
            request.url,
            method=request.method,
            headers=request.headers,
            body="" if request.method.upper() in ("POST", "PUT", "PATCH") else None,
            credentials="include" if request.credentials else "same-origin",
        )
    except Blocked as blocked:
        return blocked
