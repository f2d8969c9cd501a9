"""What a browser would do with a request, in words for people and as JSON for programs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import click

from ...browser.blocked import Blocked
from ...browser.exchange import Exchange, combined, comparable, list_values
from ...browser.response import Response
from ...browser.server_reasons import denial_of
from ...core.decision import REASON_MESSAGES, Decision, Outcome
from ...core.errors import PolicyProblem
from ...core.fetch_standard import NULL_ORIGIN
from ...core.headers import ALLOW_ORIGIN, EXPOSE_HEADERS, Header, is_cors_header
from ...core.text import printable
from ..formatting import finding_as_json, finding_in_words
from ..output import paragraph, shortened
from .suggestions import change

_VERSION: Final = 1
"""Of the JSON's form: it goes up where a member changes its meaning or goes away."""
_TELLING: Final = (
    "access-control-",
    "cross-origin-",
    "origin",
    "cookie",
    "set-cookie",
    "vary",
    "location",
    "sec-fetch-s",
)
"""Beginnings of the names of headers that decide something, or tell what was decided."""
_COOKIE_VALUE: Final = re.compile("=[^;]+")
_SHOWN: Final = 800
"""Characters of a header that are shown to people."""


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What a browser would do with a request.

    :ivar origin: of the page.
    :ivar profile: of the browser.
    :ivar outcome: what the page gets.
    :ivar sent: whether the request itself was run.
    :ivar live: the origin of the server that was asked over the network; empty where the app was
        run here.
    :ivar app: the name of the app here whose policy is compared; None where there is none.
    :ivar beside: what was asked that a browser would not ask.
    :ivar notes: what could not be done, and why.
    :ivar findings: what intermediaries did.
    :ivar hindered: whether they did any of it to what the browser has asked.
    :ivar configured: the settings of the app's policy that its config states.
    :ivar has_route: whether the app has a route for the URL, as far as is known.
    """

    origin: str
    profile: str
    outcome: Response | Blocked
    sent: bool
    live: str = ""
    app: str | None = None
    beside: tuple[Exchange, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[PolicyProblem, ...] = ()
    hindered: bool = False
    configured: frozenset[str] = frozenset()
    has_route: bool = True

    @property
    def verdict(self) -> Literal["allowed", "blocked", "unknown"]:
        """Whether the page may read the response; unknown where nobody was asked for that."""
        if self.left_the_server:
            return "unknown"
        if isinstance(self.outcome, Blocked):
            return "blocked"
        return "allowed" if self.answers(self.outcome.exchanges[-1]) else "unknown"

    @property
    def left_the_server(self) -> bool:
        """Whether a redirect leads to where nothing is sent."""
        return getattr(self.outcome, "reason", "") == "unknown-server"

    def ran(self, exchange: Exchange) -> bool:
        """Say whether `exchange` was run, and not just decided on."""
        return self.sent or exchange.kind == "preflight"

    def answers(self, exchange: Exchange) -> bool:
        """Say whether its answer is one: it was run, or is what the app here would decide."""
        return self.ran(exchange) or not self.live or comparable(exchange) is not None


# For people.


def in_words(told: Explanation) -> Iterator[str]:
    """The explanation, in lines of 80 columns at most."""
    opaque = told.origin == NULL_ORIGIN
    page = "A sandboxed frame's page (origin null)" if opaque else f"A page of {told.origin}"
    yield _line(f"{page} fetches, in a browser ({told.profile}):")
    for number, exchange in enumerate(told.outcome.exchanges, 1):
        yield ""
        what = "asks first, a preflight" if exchange.kind == "preflight" else "sends the request"
        yield _line(f"{number}. The browser {what}: {exchange.method} {exchange.url}", 0, 2)
        yield from _exchange_in_words(told, exchange)
    for exchange in told.beside:
        yield ""
        heading = f"Asked beside, a browser would not: {exchange.method} {exchange.url}"
        yield _line(heading, 0, 2)
        yield _line(f"Origin: {combined(exchange.request_headers, 'Origin')}", 5, 7)
        yield from _live_answer(told, exchange)
    yield ""
    for note in told.notes:
        yield _line(note, 0, 2)
        yield ""
    for found in told.findings:
        yield from finding_in_words("warning", found)
    if told.live and not told.findings:
        yield _line("Nothing was found that something before the server did to its answers.")
        yield ""
    yield from _verdict_in_words(told)


def _exchange_in_words(told: Explanation, exchange: Exchange) -> Iterator[str]:
    yield from _headers(exchange.request_headers)
    if told.live:
        yield from _live_answer(told, exchange)
        return
    answers = f"answers {exchange.status}" if told.ran(exchange) else "would add to its response"
    yield _line(f"The app {answers}", 3)
    yield from _headers(exchange.response_headers)
    yield from _reason(exchange)


def _live_answer(told: Explanation, exchange: Exchange) -> Iterator[str]:
    """What came over the network, and what the app here would say."""
    decision = comparable(exchange)
    if not told.answers(exchange):
        yield _line("It was not sent, and nothing here knows the answer.", 3)
    elif not told.ran(exchange):
        yield _line("It was not sent. The app here would add to its response", 3)
        yield from _headers(exchange.response_headers)
    else:
        yield _line(f"{told.live} answers {exchange.status}", 3, 5)
        yield from _headers(exchange.response_headers)
        if decision is not None and _agrees(decision, exchange):
            yield _line("The app here would say the same.", 3)
        elif decision is not None:
            yield _line("The app here would say", 3)
            yield from _headers(decision.headers)
    yield from _reason(exchange)


def _agrees(decision: Decision, exchange: Exchange) -> bool:
    """Say whether what was answered is what the app here would add."""
    varies, wanted = (_varying(each) for each in (exchange.response_headers, decision.headers))
    return varies >= wanted and _deciding(decision.headers) == _deciding(exchange.response_headers)


def _deciding(headers: Iterable[Header]) -> set[Header]:
    return {(name.lower(), value) for name, value in headers if is_cors_header(name)}


def _varying(headers: Iterable[Header]) -> set[str]:
    """What Vary names, in lower case; more of it than the policy's does no harm."""
    value = combined(headers, "Vary") or ""
    return {name for each in value.lower().split(",") if (name := each.strip())}


def _verdict_in_words(told: Explanation) -> Iterator[str]:
    outcome = told.outcome
    if told.verdict == "unknown":
        yield click.style("Not known", fg="yellow", bold=True)
        yield _line(_why_unknown(told), 2, 4)
        return
    if isinstance(outcome, Blocked):
        yield click.style(f"Blocked: {outcome.reason}", fg="red", bold=True)
        for text in (outcome.message, f"({outcome.step})", _advice(told, outcome)):
            yield _line(text, 2, 4)
        return
    yield click.style("Allowed", fg="green", bold=True)
    if told.live and not told.sent:
        yield _line("So says the app here: --send asks the server, with all that it does.", 2, 4)
        return
    if told.sent:
        names = ", ".join(dict.fromkeys(name for name, _ in outcome.headers)) or "none"
        yield _line(f"The script reads the response; of its headers: {names}.", 2, 4)
        return
    exposed = ", ".join(_exposed(outcome))
    which = f", and of its headers, where it has them: {exposed}" if exposed else ""
    yield _line(f"The script may read the response{which}.", 2, 4)
    yield _line("The request itself was not run: --send runs it, with all that it does.", 2, 4)


def _exposed(outcome: Response) -> list[str]:
    """The headers that the policy lets scripts read, beside those that all may."""
    return list_values(outcome.exchanges[-1].response_headers, EXPOSE_HEADERS) or []


def _why_unknown(told: Explanation) -> str:
    if told.left_the_server:
        leads_to = combined(told.outcome.exchanges[-1].response_headers, "Location")
        return (
            f"The response redirects to {leads_to}, another server, to which nothing is sent: "
            "explain that URL by itself."
        )
    passed = "Its preflight is allowed, but the" if len(told.outcome.exchanges) > 1 else "The"
    return f"{passed} request itself was not sent: --send sends it, with all that it does."


def _advice(told: Explanation, blocked: Blocked) -> str:
    """What to change, in code where that is known."""
    written = change(blocked, told.configured)
    if not written:
        return _hint(told, blocked)
    if not told.has_route:
        first = "First see that URL and method are right: the app has no route for them."
        written = f"{first} {written}"
    return f"First mend what is warned of above. {written}" if told.hindered else written


def _hint(told: Explanation, blocked: Blocked) -> str:
    """What to change, by what was answered and decided."""
    written = change(blocked, told.configured)
    decision = comparable(blocked.exchanges[-1]) if told.live and blocked.exchanges else None
    if not written and decision is not None and decision.outcome is Outcome.ALLOWED:
        refused = blocked.reason in ("preflight-status", "preflight-redirected")
        if refused or not _agrees(decision, blocked.exchanges[-1]):
            mend = (
                "mend what is warned of above, or deploy the app as it is here."
                if told.hindered
                else "likely the server runs another app, or something between stands in its way."
            )
            return f"The app here would allow it: {mend}"
    blames_origin = blocked.reason == "allow-origin-missing" and not _denies(blocked.exchanges[-1])
    if not told.hindered:
        of_a_stranger = told.live and told.app is None and blames_origin
        return _header_lacking(blocked.exchanges[-1]) if of_a_stranger else blocked.hint
    first = "First mend what is warned of above."
    return first if blames_origin else f"{first} {blocked.hint}"


def _header_lacking(exchange: Exchange) -> str:
    """What a server of any kind would have to send."""
    origin = combined(exchange.request_headers, "Origin")
    return f"Let the server answer {exchange.method} with {ALLOW_ORIGIN}: {origin}"


def _denies(exchange: Exchange) -> bool:
    """Say whether the app here, or the server in its answer, says why it is denied."""
    decision = exchange.decision
    if decision is not None and decision.outcome is Outcome.DENIED:
        return True
    return denial_of(exchange) is not None


def _reason(exchange: Exchange) -> Iterator[str]:
    """What the app here decides; without one, what the server says in its answer."""
    decision, denied = exchange.decision, denial_of(exchange)
    if decision is not None:
        scope = f" (the policy of {decision.scope})" if decision.scope else ""
        yield _line(f"{decision.reason}: {REASON_MESSAGES[decision.reason]}{scope}", 3, 5)
    elif denied is not None:
        yield _line(f"It says why, {denied}: {REASON_MESSAGES[denied]}", 3, 5)


def _headers(headers: Iterable[Header]) -> Iterator[str]:
    for name, value in headers:
        if name.lower().startswith(_TELLING):
            # The value of a cookie may be a secret, and decides nothing.
            is_set = name.lower() == "set-cookie"
            shown = _COOKIE_VALUE.sub("=...", value, count=1) if is_set else value
            yield _line(shortened(f"{name}: {shown}", _SHOWN), 5, 7)


def _line(text: str, indent: int = 0, hanging: int | None = None) -> str:
    """`text`, which may be a server's, in lines; no byte of it can steer a terminal."""
    return paragraph(printable(text), indent, hanging)


# For programs.


def as_json(told: Explanation) -> dict[str, Any]:
    """The explanation, whole."""
    outcome = told.outcome
    members: dict[str, Any] = {
        "version": _VERSION,
        "verdict": told.verdict,
        "sent": told.sent,
        "exchanges": [_exchange_as_json(told, each) for each in outcome.exchanges],
        "notes": [printable(each) for each in told.notes],
    }
    if told.live:
        members |= {
            "live": told.live,
            "app": told.app,
            "beside": [_exchange_as_json(told, each) for each in told.beside],
            "findings": [finding_as_json("warning", each) for each in told.findings],
        }
    if isinstance(outcome, Blocked):
        if told.left_the_server:
            return members
        members |= {
            "reason": outcome.reason,
            "step": outcome.step,
            "message": printable(outcome.message),
            "hint": printable(_hint(told, outcome)),
            "change": change(outcome, told.configured),
        }
    elif told.verdict == "allowed":
        members["type"] = outcome.type
        if told.sent:
            members |= {"headers": _pairs(outcome.headers), "status": outcome.status}
        else:
            members["exposes"] = _exposed(outcome)
    return members


def _exchange_as_json(told: Explanation, exchange: Exchange) -> dict[str, Any]:
    answers = told.answers(exchange)
    return {
        "kind": exchange.kind,
        "method": exchange.method,
        "url": printable(exchange.url),
        "request_headers": _pairs(exchange.request_headers),
        "sent": told.ran(exchange),
        "status": exchange.status if told.ran(exchange) else None,
        "response_headers": _pairs(exchange.response_headers if answers else ()),
        "decision": None if exchange.decision is None else _decision_as_json(exchange.decision),
    }


def _decision_as_json(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": str(decision.outcome),
        "reason": str(decision.reason),
        "scope": decision.scope,
        "headers": _pairs(decision.headers),
    }


def _pairs(headers: Iterable[Header]) -> list[list[str]]:
    return [[printable(name), printable(value)] for name, value in headers]
