"""Blocked requests: a stable code for each reason, the standard's step, and what to change."""

from collections.abc import Sequence
from typing import Final

from ..core.decision import REASON_MESSAGES, Outcome, Reason
from .exchange import Exchange
from .server_reasons import explain_mismatch, explain_missing

REASONS: Final[dict[str, tuple[str, str, str]]] = {
    # code: step, message, hint
    "url-invalid": (
        "Fetch 5.4, new Request, step 5",
        "{url} is not a URL that can be fetched.",
        "Write an absolute URL, or a path.",
    ),
    "url-credentials": (
        "Fetch 5.4, new Request, step 5",
        "{url} contains a user name or a password.",
        "Send an Authorization header instead.",
    ),
    "method-forbidden": (
        "Fetch 5.4, new Request, step 25",
        "A script can't send {method}.",
        "Use another method.",
    ),
    "header-invalid": (
        "Fetch 5.1, validate, step 1",
        "The name or the value of the header {name} is not valid.",
        "Write a token as its name, and a value without line breaks.",
    ),
    "body-with-get": (
        "Fetch 5.4, new Request, step 35",
        "A request with {method} can't have a body.",
        "Use POST, or leave the body out.",
    ),
    "no-cors-method": (
        "Fetch 5.4, new Request, step 32",
        'In mode "no-cors" a script can only send GET, HEAD and POST, not {method}.',
        'Use mode "cors".',
    ),
    "no-cors-redirect": (
        "Fetch 4.1, main fetch, step 12",
        'In mode "no-cors" the redirect mode must be "follow".',
        'Use redirect "follow".',
    ),
    "mixed-content": (
        "Mixed Content 4.4",
        "A page on https can't fetch {url}, which is not encrypted.",
        "Serve the API over https.",
    ),
    "url-scheme": (
        "Fetch 4.1, main fetch, step 12",
        "{url} can't be fetched: its scheme is neither http nor https.",
        "Write an http or https URL.",
    ),
    "same-origin-mode": (
        "Fetch 4.1, main fetch, step 12",
        '{url} has another origin than the page, and the mode is "same-origin".',
        'Use mode "cors".',
    ),
    "preflight-redirected": (
        "Fetch 4.8, CORS-preflight fetch, step 7",
        "The preflight response is a redirect ({status}). Browsers don't follow it.",
        "Respond to the preflight before anything redirects it.",
    ),
    "preflight-status": (
        "Fetch 4.8, CORS-preflight fetch, step 7",
        "The preflight response has status {status}. It must be 200 to 299.",
        "Respond to the preflight before anything refuses it.",
    ),
    "preflight-malformed": (
        "Fetch 4.8, CORS-preflight fetch, step 7.3",
        "The preflight response's {name} is not a list of names: {value}.",
        "Send names separated by commas.",
    ),
    "preflight-method": (
        "Fetch 4.8, CORS-preflight fetch, step 7.5",
        "The preflight response does not allow {method}: Access-Control-Allow-Methods is {value}.",
        "Allow it with methods=[{method!r}, ...]. Methods are compared exactly.",
    ),
    "preflight-header": (
        "Fetch 4.8, CORS-preflight fetch, steps 7.6 and 7.7",
        "The preflight response does not allow the header {name}: "
        "Access-Control-Allow-Headers is {value}.",
        "Allow it with request_headers=[{name!r}, ...].",
    ),
    "allow-origin-missing": (
        "Fetch 4.10, CORS check, step 2",
        "The {what} has no Access-Control-Allow-Origin, so {origin} can't read it.",
        "{advice}",
    ),
    "allow-origin-mismatch": (
        "Fetch 4.10, CORS check, step 4",
        "The {what}'s Access-Control-Allow-Origin is {value}, not {origin}.",
        "Send the origin exactly as the request has it, once.",
    ),
    "allow-origin-wildcard": (
        "Fetch 4.10, CORS check, step 4",
        "The {what}'s Access-Control-Allow-Origin is *, which does not cover requests with "
        "credentials.",
        "List the origin and allow credentials, or fetch with credentials: 'omit'.",
    ),
    "allow-credentials-not-true": (
        "Fetch 4.10, CORS check, step 8",
        "The request carries credentials, and the {what}'s Access-Control-Allow-Credentials is "
        "{value}, not true.",
        "Allow them with credentials=True, or fetch with credentials: 'omit'.",
    ),
    "resource-policy": (
        "Fetch 3.7, cross-origin resource policy check",
        "The response's Cross-Origin-Resource-Policy is {value}, which does not allow {origin}.",
        'Use mode "cors", or send Cross-Origin-Resource-Policy: cross-origin.',
    ),
    "redirect-mode": (
        "Fetch 4.4, HTTP fetch, step 6",
        'The response is a redirect, and the redirect mode is "error".',
        'Use redirect "follow".',
    ),
    "redirect-location": (
        "Fetch 4.5, HTTP-redirect fetch, steps 5 and 6",
        "The response redirects to {url}, which can't be fetched.",
        "Redirect to an http or https URL.",
    ),
    "redirect-count": (
        "Fetch 4.5, HTTP-redirect fetch, step 7",
        "There were more than 20 redirects.",
        "Redirect less often.",
    ),
    "redirect-credentials": (
        "Fetch 4.5, HTTP-redirect fetch, steps 9 and 10",
        "The response redirects to a URL that contains a user name or a password.",
        "Leave them out of the URL.",
    ),
    "unknown-server": (
        "Fetch 4.7, HTTP-network fetch",
        "This browser has no server for {url}.",
        "Pass an app for this origin: Browser({{'{origin}': app}}).{relative}",
    ),
}
"""Step, message and hint for each code.

Steps and sections of the Fetch standard are numbered as in its edition of 2 July 2026
(whatwg/fetch, commit 586cd2a), here and everywhere in this package. A later edition may number them
differently.
"""


class NetworkError(Exception):
    """A network error, as the Fetch standard defines it. A fetch raises it as :exc:`Blocked`.

    :ivar reason: key of `REASONS`.
    :ivar facts: values for the placeholders of its message and hint.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason = reason
        self.facts: dict[str, object] = facts
        super().__init__(reason)


class Blocked(Exception):
    """Raised if a page may not see a response. In a browser, `fetch()` rejects with a TypeError.

    :ivar reason: stable code, a key of `REASONS`.
    :ivar step: step of the standard that blocks the request.
    :ivar message: the reason, as one sentence.
    :ivar hint: what to change.
    :ivar exchanges: everything that was sent and received before, including preflights.
    """

    def __init__(self, reason: str, exchanges: Sequence[Exchange], **facts: object) -> None:
        step, message, hint = REASONS[reason]
        self.reason = reason
        self.step = step
        message, hint = message.format(**facts), hint.format(**facts)
        if reason == "allow-origin-missing":
            message, hint = explain_missing(message, hint, exchanges)
        if reason == "allow-origin-mismatch":
            hint = explain_mismatch(hint, exchanges)
        self.message: str = message
        self.hint: str = hint
        self.exchanges: tuple[Exchange, ...] = tuple(exchanges)
        super().__init__(reason)

    @property
    def server_reason(self) -> Reason | None:
        """The reason for which the server's extension denied it; None if it did not."""
        decisions = [each.decision for each in self.exchanges if each.decision is not None]
        denied = [each.reason for each in decisions if each.outcome is Outcome.DENIED]
        return denied[-1] if denied else None

    def __str__(self) -> str:
        lines = [f"{self.reason}: {self.message}", f"  {self.hint}", f"  ({self.step})"]
        lines.extend(denial for each in self.exchanges if (denial := _denial(each)))
        return "\n".join(lines)


def _denial(exchange: Exchange) -> str:
    """Return why the server's extension denies a request; empty if it does not."""
    decision = exchange.decision
    if decision is None or decision.outcome is not Outcome.DENIED:
        return ""
    return (
        f"  The server's policy ({decision.scope or 'none'}) on {exchange.method} {exchange.url}: "
        f"{decision.reason}. {REASON_MESSAGES[decision.reason]}"
    )
