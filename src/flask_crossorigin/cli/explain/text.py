"""An explanation as text for people."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import click

from ...browser.blocked import Blocked
from ...browser.exchange import Exchange, combined, comparable, list_values
from ...browser.response import Response
from ...browser.server_reasons import denial_of
from ...core.decision import REASON_MESSAGES
from ...core.fetch_standard import NULL_ORIGIN
from ...core.headers import EXPOSE_HEADERS, Header
from ...core.text import printable
from ..formatting import finding_as_text
from ..output import paragraph, shortened
from .explanation import Explanation
from .intermediaries import has_headers_of
from .suggestions import advice_for

_SHOWN_HEADERS: Final = (
    "access-control-",
    "cross-origin-",
    "origin",
    "cookie",
    "set-cookie",
    "vary",
    "location",
    "sec-fetch-s",
)
"""Prefixes of the names of headers that influence the verdict, or show it."""
_COOKIE_VALUE: Final = re.compile("=[^;]+")
_LONGEST_HEADER: Final = 800
"""Characters of a header line that are shown."""
_NOT_SENT: Final = "Add --send to send it. The view then runs, with its side effects."


def explanation_as_text(explanation: Explanation) -> Iterator[str]:
    """Yield the explanation in lines of 80 columns at most."""
    page = f"A page of {explanation.origin}"
    if explanation.origin == NULL_ORIGIN:
        page = "A page with the origin null (a sandboxed frame or a local file)"
    yield _line(f"{page} fetches a URL (engine profile: {explanation.profile}).")
    for number, exchange in enumerate(explanation.outcome.exchanges, 1):
        yield ""
        kind = "Preflight" if exchange.kind == "preflight" else "Actual request"
        yield _line(f"{number}. {kind}: {exchange.method} {exchange.url}", 0, 2)
        yield from _headers(exchange.request_headers)
        yield from _response(explanation, exchange)
    for exchange in explanation.probes:
        yield ""
        heading = f"Extra probe (no browser sends this): {exchange.method} {exchange.url}"
        yield _line(heading, 0, 2)
        yield _line(f"Origin: {combined(exchange.request_headers, 'Origin')}", 5, 7)
        yield from _response(explanation, exchange)
    yield ""
    for note in explanation.notes:
        yield _line(note, 0, 2)
        yield ""
    for finding in explanation.findings:
        yield from finding_as_text("warning", finding)
    if explanation.server and not explanation.findings:
        yield _line("No sign that a proxy, cache or gateway changed the responses.")
        yield ""
    yield from _verdict(explanation)


def exposed_headers(response: Response) -> list[str]:
    """Return the headers that the policy exposes, besides those that every script may read."""
    return list_values(response.exchanges[-1].response_headers, EXPOSE_HEADERS) or []


def _response(explanation: Explanation, exchange: Exchange) -> Iterator[str]:
    if explanation.server:
        yield from _live_response(explanation, exchange)
    elif explanation.was_sent(exchange):
        yield from _status("The app", exchange)
    else:
        yield from _predicted("The app", exchange)
    yield from _reason(exchange)


def _live_response(explanation: Explanation, exchange: Exchange) -> Iterator[str]:
    """Yield the response of the server, and the one that the local app would send."""
    decision = comparable(exchange)
    if not explanation.has_response(exchange):
        yield _line("Not sent. The response is unknown.", 3)
    elif not explanation.was_sent(exchange):
        yield from _predicted("The local app", exchange)
    else:
        yield from _status(explanation.server, exchange)
        if decision is not None and has_headers_of(decision, exchange):
            yield _line("The local app would send the same CORS headers.", 3)
        elif decision is not None:
            yield _line("The local app would send:", 3)
            yield from _headers(decision.headers)


def _status(sender: str, exchange: Exchange) -> Iterator[str]:
    headers = list(_headers(exchange.response_headers))
    shown = " and these headers, among others:" if headers else "."
    yield _line(f"{sender} responds with {exchange.status}{shown}", 3, 5)
    yield from headers


def _predicted(sender: str, exchange: Exchange) -> Iterator[str]:
    headers = list(_headers(exchange.response_headers))
    yield _line(f"Not sent. {sender} would add {'these headers:' if headers else 'no headers.'}", 3)
    yield from headers


def _reason(exchange: Exchange) -> Iterator[str]:
    """Yield the reason that the local app gives; without one, the reason in the response."""
    decision, denied = exchange.decision, denial_of(exchange)
    if decision is not None:
        scope = f" (scope: {decision.scope})" if decision.scope else ""
        yield _line(f"{decision.reason}: {REASON_MESSAGES[decision.reason]}{scope}", 3, 5)
    elif denied is not None:
        yield _line(f"The server's reason is {denied}: {REASON_MESSAGES[denied]}", 3, 5)


def _verdict(explanation: Explanation) -> Iterator[str]:
    outcome = explanation.outcome
    if explanation.verdict == "unknown":
        yield click.style("Unknown", fg="yellow", bold=True)
        yield _line(_why_unknown(explanation), 2, 4)
    elif isinstance(outcome, Blocked):
        yield click.style(f"Blocked: {outcome.reason}", fg="red", bold=True)
        for text in (outcome.message, f"({outcome.step})", advice_for(explanation, outcome)):
            yield _line(text, 2, 4)
    else:
        yield click.style("Allowed", fg="green", bold=True)
        yield from _allowed(explanation, outcome)


def _allowed(explanation: Explanation, response: Response) -> Iterator[str]:
    if explanation.sent:
        names = ", ".join(response.headers) or "none"
        yield _line(f"The script can read the response, and these headers: {names}.", 2, 4)
    elif explanation.server:
        yield _line(f"The local app would allow the request. It was not sent. {_NOT_SENT}", 2, 4)
    else:
        exposed = ", ".join(exposed_headers(response))
        headers = f", and these headers if it has them: {exposed}" if exposed else ""
        yield _line(f"The script may read the response{headers}.", 2, 4)
        yield _line(f"The request was not sent. {_NOT_SENT}", 2, 4)


def _why_unknown(explanation: Explanation) -> str:
    exchanges = explanation.outcome.exchanges
    if explanation.redirects_elsewhere:
        target = combined(exchanges[-1].response_headers, "Location")
        return (
            f"The response redirects to {target}, on another server. Nothing is sent there. "
            "Run the command again with that URL."
        )
    passed = "The preflight was allowed. " if len(exchanges) > 1 else ""
    return f"{passed}The request was not sent. {_NOT_SENT}"


def _headers(headers: Iterable[Header]) -> Iterator[str]:
    for name, value in headers:
        if name.lower().startswith(_SHOWN_HEADERS):
            # The value of a cookie may be a secret, and has no influence on the verdict.
            is_cookie = name.lower() == "set-cookie"
            shown = _COOKIE_VALUE.sub("=...", value, count=1) if is_cookie else value
            yield _line(shortened(f"{name}: {shown}", _LONGEST_HEADER), 5, 7)


def _line(text: str, indent: int = 0, hanging: int | None = None) -> str:
    """Wrap `text`, with its control characters escaped: it may come from a server."""
    return paragraph(printable(text), indent, hanging)
