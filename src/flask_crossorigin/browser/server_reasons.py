"""What lies behind a missing Access-Control-Allow-Origin, where the server tells more than that."""

from collections.abc import Sequence
from typing import Final

from ..core.decision import REASON_MESSAGES, Reason
from ..core.headers import ALLOW_ORIGIN
from .exchange import Exchange, combined

_CODES: Final = {str(each).encode(): each for each in Reason}
_HINTS: Final[dict[Reason, str]] = {
    Reason.METHOD_NOT_ALLOWED: "Allow the method, methods=[..., {method!r}].",
    Reason.HEADER_NOT_ALLOWED: (
        "Allow those headers that are lacking, request_headers=[..., {names}]."
    ),
    Reason.HEADER_MALFORMED: "Write a token as the name of each header.",
    Reason.REQUEST_HEADERS_TOO_LONG: "Set fewer headers.",
    Reason.DISABLED: "State a policy there in place of disabling it, or let the view answer.",
    Reason.NO_MATCH: "See that the URL is one of the app's own.",
    Reason.ROUTING_FAILED: "Look into the app's log for what its routing raised.",
    Reason.ORIGIN_CHECK_FAILED: "Look into the app's log for what the function raised.",
    Reason.ALLOWED: "Look for what answers in the app's place, or takes its CORS headers away.",
}
"""What to do; where a reason is not here, the origin is what is lacking."""
_LOST: Final = (
    "The preflight allowed the origin: likely this response is not the app's own, or something "
    "took its CORS headers away."
)


def denial_of(exchange: Exchange) -> Reason | None:
    """The reason for which this extension denies a preflight, as the answer's text begins with it.

    None where it is no such answer.
    """
    if exchange.kind != "preflight" or exchange.status <= 299:
        return None
    return _CODES.get(exchange.body.partition(b":")[0])


def allows_origin(exchange: Exchange) -> bool:
    """Say whether the answer allows the origin that asks."""
    origin = combined(exchange.request_headers, "Origin")
    return combined(exchange.response_headers, ALLOW_ORIGIN) in ("*", origin)


def explained(message: str, hint: str, exchanges: Sequence[Exchange]) -> tuple[str, str]:
    """`message` and `hint` of a missing Access-Control-Allow-Origin, by what else is known.

    :param exchanges: by now; the last one is what lacks it.
    """
    last = exchanges[-1]
    reason = denial_of(last) if last.decision is None else last.decision.reason
    if reason in (None, Reason.ALLOWED) and any(
        each.kind == "preflight" and each.url == last.url and allows_origin(each)
        for each in exchanges[:-1]
    ):
        return message, _LOST
    if reason is None or reason not in _HINTS:
        return message, hint
    if reason is not Reason.ALLOWED:
        what = "preflight's answer" if last.kind == "preflight" else "response"
        message = f"The {what} has no {ALLOW_ORIGIN}, for {reason}: {REASON_MESSAGES[reason]}"
    return message, _HINTS[reason].format(**_asked(last))


def doubled(hint: str, exchanges: Sequence[Exchange]) -> str:
    """What to do about an Access-Control-Allow-Origin that is not the origin: `hint`, or more.

    :param exchanges: by now; the last one is what has it.
    """
    last = exchanges[-1]
    value = combined(last.response_headers, ALLOW_ORIGIN) or ""
    if "," not in value:
        return hint
    if last.decision is None or last.decision.reason is not Reason.ALLOWED:
        return "It is there more than once: let one of the app and what is before it add it."
    return (
        "It is there more than once: the policy sends it once, and what wraps the app adds it too. "
        "Take it out there."
    )


def _asked(exchange: Exchange) -> dict[str, str]:
    """What a preflight asks for."""
    names = combined(exchange.request_headers, "Access-Control-Request-Headers") or ""
    return {
        "method": combined(exchange.request_headers, "Access-Control-Request-Method") or "",
        "names": ", ".join(repr(name) for name in names.split(",")),
    }
