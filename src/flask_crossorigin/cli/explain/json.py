"""An explanation as JSON for programs."""

from collections.abc import Iterable
from typing import Any, Final

from ...browser.blocked import Blocked
from ...browser.exchange import Exchange
from ...core.decision import Decision
from ...core.headers import Header
from ...core.text import printable
from ..formatting import finding_as_json
from .explanation import Explanation
from .suggestions import hint_for, suggest_change
from .text import exposed_headers

_VERSION: Final = 1
"""Version of the JSON. A member that changes its meaning or is removed raises it."""


def explanation_as_json(explanation: Explanation) -> dict[str, Any]:
    """Return the members that the help of the command lists."""
    outcome = explanation.outcome
    members: dict[str, Any] = {
        "version": _VERSION,
        "verdict": explanation.verdict,
        "sent": explanation.sent,
        "exchanges": [_exchange(explanation, each) for each in outcome.exchanges],
        "notes": [printable(each) for each in explanation.notes],
    }
    if explanation.server:
        members |= {
            "server": explanation.server,
            "app": explanation.app,
            "probes": [_exchange(explanation, each) for each in explanation.probes],
            "findings": [finding_as_json("warning", each) for each in explanation.findings],
        }
    if isinstance(outcome, Blocked):
        if explanation.redirects_elsewhere:
            return members
        members |= {
            "reason": outcome.reason,
            "step": outcome.step,
            "message": printable(outcome.message),
            "hint": printable(hint_for(explanation, outcome)),
            "change": suggest_change(explanation, outcome),
        }
    elif explanation.verdict == "allowed":
        members["type"] = outcome.type
        if explanation.sent:
            members |= {"headers": _pairs(outcome.headers.items()), "status": outcome.status}
        else:
            members["exposed_headers"] = exposed_headers(outcome)
    return members


def _exchange(explanation: Explanation, exchange: Exchange) -> dict[str, Any]:
    was_sent = explanation.was_sent(exchange)
    headers = exchange.response_headers if explanation.has_response(exchange) else ()
    return {
        "kind": exchange.kind,
        "method": exchange.method,
        "url": printable(exchange.url),
        "request_headers": _pairs(exchange.request_headers),
        "sent": was_sent,
        "status": exchange.status if was_sent else None,
        "response_headers": _pairs(headers),
        "decision": None if exchange.decision is None else _decision(exchange.decision),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": str(decision.outcome),
        "reason": str(decision.reason),
        "scope": decision.scope,
        "headers": _pairs(decision.headers),
    }


def _pairs(headers: Iterable[Header]) -> list[list[str]]:
    return [[printable(name), printable(value)] for name, value in headers]
