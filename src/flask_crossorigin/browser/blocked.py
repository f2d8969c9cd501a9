"""Why a browser withholds a response: stable codes, the standard's step, and what to change."""

from collections.abc import Sequence
from typing import Final

from ..core.decision import REASON_MESSAGES, Outcome, Reason
from .exchange import Exchange
from .server_reasons import doubled, explained

REASONS: Final[dict[str, tuple[str, str, str]]] = {
    # code: step, message, hint
    "url-invalid": (
        "Fetch 5.4, new Request, step 5",
        "{url} is not a URL that can be fetched.",
        "Write an absolute URL, or a path.",
    ),
    "url-credentials": (
        "Fetch 5.4, new Request, step 5",
        "{url} has a user name in it.",
        "Send an Authorization header instead.",
    ),
    "method-forbidden": (
        "Fetch 5.4, new Request, step 25",
        "A script may not send {method}.",
        "Use another method.",
    ),
    "header-invalid": (
        "Fetch 5.1, validate, step 1",
        "{name} is not a header that can be set.",
        "Write a token as its name, and a value without line breaks.",
    ),
    "body-with-get": (
        "Fetch 5.4, new Request, step 35",
        "A request with {method} can't have a body.",
        "Use POST, or leave the body out.",
    ),
    "no-cors-method": (
        "Fetch 5.4, new Request, step 32",
        'With mode "no-cors" only GET, HEAD and POST can be sent, not {method}.',
        'Use mode "cors".',
    ),
    "no-cors-redirect": (
        "Fetch 4.1, main fetch, step 12",
        'With mode "no-cors" redirects can only be followed.',
        'Use redirect "follow".',
    ),
    "mixed-content": (
        "Mixed Content 4.4",
        "A page over https may not fetch {url}.",
        "Serve the API over https.",
    ),
    "scheme": (
        "Fetch 4.1, main fetch, step 12",
        "{url} can't be fetched: only http and https can.",
        "Write an http or https URL.",
    ),
    "same-origin-mode": (
        "Fetch 4.1, main fetch, step 12",
        '{url} has another origin, and the mode is "same-origin".',
        'Use mode "cors".',
    ),
    "preflight-redirected": (
        "Fetch 4.8, CORS-preflight fetch, step 7",
        "The preflight was answered with a redirect ({status}), which is not followed.",
        "Answer the preflight itself, before anything that redirects.",
    ),
    "preflight-status": (
        "Fetch 4.8, CORS-preflight fetch, step 7",
        "The preflight was answered with status {status}, and it must be 200 to 299.",
        "Answer the preflight itself, before anything that refuses it.",
    ),
    "preflight-unreadable": (
        "Fetch 4.8, CORS-preflight fetch, step 7.3",
        "The preflight's {name} can't be read as a list of names: {value}.",
        "Send names separated by commas.",
    ),
    "preflight-method": (
        "Fetch 4.8, CORS-preflight fetch, step 7.5",
        "The preflight's answer does not allow {method}: Access-Control-Allow-Methods is {value}.",
        "Allow it, methods=[{method!r}, ...]; methods are compared exactly.",
    ),
    "preflight-header": (
        "Fetch 4.8, CORS-preflight fetch, steps 7.6 and 7.7",
        "The preflight's answer does not allow the header {name}: "
        "Access-Control-Allow-Headers is {value}.",
        "Allow it, request_headers=[{name!r}, ...].",
    ),
    "allow-origin-missing": (
        "Fetch 4.10, CORS check, step 2",
        "The {what} has no Access-Control-Allow-Origin, so {origin} may not read it.",
        "{advice}",
    ),
    "allow-origin-mismatch": (
        "Fetch 4.10, CORS check, step 4",
        "The {what}'s Access-Control-Allow-Origin is {value}, and not {origin}.",
        "Send the origin exactly as the request named it, once.",
    ),
    "allow-origin-star": (
        "Fetch 4.10, CORS check, step 4",
        "The {what}'s Access-Control-Allow-Origin is *, which counts for nothing with credentials.",
        "List the origin and allow credentials, or fetch with credentials: 'omit'.",
    ),
    "allow-credentials": (
        "Fetch 4.10, CORS check, step 8",
        "The request carries credentials, and the {what}'s Access-Control-Allow-Credentials is "
        "{value}, not true.",
        "Allow them, credentials=True, or fetch with credentials: 'omit'.",
    ),
    "resource-policy": (
        "Fetch 3.7, cross-origin resource policy check",
        "The response's Cross-Origin-Resource-Policy is {value}, which keeps it from {origin}.",
        'Use mode "cors", or send Cross-Origin-Resource-Policy: cross-origin.',
    ),
    "redirect-mode": (
        "Fetch 4.4, HTTP fetch, step 6",
        'The response is a redirect, and the redirect mode is "error".',
        'Use redirect "follow".',
    ),
    "redirect-location": (
        "Fetch 4.5, HTTP-redirect fetch, steps 5 and 6",
        "The redirect leads to {url}, which can't be fetched.",
        "Redirect to an http or https URL.",
    ),
    "redirect-count": (
        "Fetch 4.5, HTTP-redirect fetch, step 7",
        "There were more than 20 redirects.",
        "Redirect less.",
    ),
    "redirect-credentials": (
        "Fetch 4.5, HTTP-redirect fetch, steps 9 and 10",
        "The redirect leads to a URL with a user name in it.",
        "Leave it out of the URL.",
    ),
    "unknown-server": (
        "Fetch 4.7, HTTP-network fetch",
        "There is no server for {url} in this browser.",
        "Give the browser an app for it, Browser({{'{origin}': app}}).{relative}",
    ),
}
"""The step, the message and the hint of each code.

Steps and sections, here and wherever else the Fetch standard is cited, are numbered as in its
edition of 2 July 2026 (whatwg/fetch, commit 586cd2a). A later edition may number them otherwise.
"""


class NetworkError(Exception):
    """What the standard calls one; raised within a fetch, which makes it :exc:`Blocked`.

    :ivar reason: one of `REASONS`.
    :ivar facts: what its message and its hint are filled with.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason = reason
        self.facts: dict[str, object] = facts
        super().__init__(reason)


class Blocked(Exception):
    """A page does not get a response: what ``fetch`` rejects with a bare TypeError.

    :ivar reason: stable code, one of `REASONS`.
    :ivar step: of the standard, which blocked it.
    :ivar message: what was found, one sentence.
    :ivar hint: what to change.
    :ivar exchanges: all that went over the wire before, preflights included.
    """

    def __init__(self, reason: str, exchanges: Sequence[Exchange], **facts: object) -> None:
        step, message, hint = REASONS[reason]
        self.reason = reason
        self.step = step
        message, hint = message.format(**facts), hint.format(**facts)
        if reason == "allow-origin-missing":
            message, hint = explained(message, hint, exchanges)
        if reason == "allow-origin-mismatch":
            hint = doubled(hint, exchanges)
        self.message: str = message
        self.hint: str = hint
        self.exchanges: tuple[Exchange, ...] = tuple(exchanges)
        super().__init__(reason)

    @property
    def server_reason(self) -> Reason | None:
        """For what the server's extension denied it; None where it did not, or has none."""
        decisions = [each.decision for each in self.exchanges if each.decision is not None]
        denied = [each.reason for each in decisions if each.outcome is Outcome.DENIED]
        return denied[-1] if denied else None

    def __str__(self) -> str:
        lines = [f"{self.reason}: {self.message}", f"  {self.hint}", f"  ({self.step})"]
        lines.extend(verdict for each in self.exchanges if (verdict := _verdict(each)))
        return "\n".join(lines)


def _verdict(exchange: Exchange) -> str:
    """What the server's extension says of a request that it denied."""
    decision = exchange.decision
    if decision is None or decision.outcome is not Outcome.DENIED:
        return ""
    return (
        f"  The server's policy ({decision.scope or 'none'}) on {exchange.method} {exchange.url}: "
        f"{decision.reason}. {REASON_MESSAGES[decision.reason]}"
    )
