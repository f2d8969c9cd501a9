"""The server's own reason behind a missing or wrong Access-Control-Allow-Origin header."""

from collections.abc import Sequence
from typing import Final

from ..core.decision import REASON_MESSAGES, Reason
from ..core.headers import ALLOW_ORIGIN
from .exchange import Exchange, allow_origin, combined, origin_of

_CODES: Final = {str(each).encode(): each for each in Reason}
_HINTS: Final[dict[Reason, str]] = {
    Reason.METHOD_NOT_ALLOWED: "Allow the method with methods=[..., {method!r}].",
    Reason.HEADER_NOT_ALLOWED: "Allow the missing headers with request_headers=[..., {names}].",
    Reason.HEADER_MALFORMED: "Write a token as the name of each header.",
    Reason.REQUEST_HEADERS_TOO_LONG: "Set fewer headers.",
    Reason.DISABLED: "Set a policy there instead of disabling it, or let the view respond.",
    Reason.NO_MATCH: "Check that the URL belongs to the app.",
    Reason.ROUTING_FAILED: "Look for the router's exception in the app's log.",
    Reason.ORIGIN_INSECURE: "Serve the page over https. If you must allow http, add "
    "allow_insecure_origins=True.",
    Reason.ORIGIN_CHECK_FAILED: "Look for the origin function's exception in the app's log.",
    Reason.ALLOWED: "Find out what responds instead of the app, or removes its CORS headers.",
}
"""The hint for each reason. If a reason is missing here, the origin is not allowed."""
_HEADERS_LOST: Final = (
    "The preflight allowed the origin. This response is probably not the app's own, or something "
    "removed its CORS headers."
)


def denial_of(exchange: Exchange) -> Reason | None:
    """Return the reason that a denied preflight's response begins with.

    :returns: None if it is not a preflight response of this extension that denies the request.
    """
    if exchange.kind != "preflight" or exchange.status <= 299:
        return None
    return _CODES.get(exchange.body.partition(b":")[0])


def allows_origin(exchange: Exchange) -> bool:
    """Return whether the response allows the origin of the request."""
    return allow_origin(exchange) in ("*", origin_of(exchange))


def explain_missing(message: str, hint: str, exchanges: Sequence[Exchange]) -> tuple[str, str]:
    """Return message and hint for a response without Access-Control-Allow-Origin.

    :param message: returned if nothing more is known.
    :param hint: returned if nothing more is known.
    :param exchanges: everything that was sent and received; the last one lacks the header.
    """
    last = exchanges[-1]
    reason = denial_of(last) if last.decision is None else last.decision.reason
    if reason in (None, Reason.ALLOWED) and any(
        each.kind == "preflight" and each.url == last.url and allows_origin(each)
        for each in exchanges[:-1]
    ):
        return message, _HEADERS_LOST
    if reason is None or reason not in _HINTS:
        return message, hint
    if reason is not Reason.ALLOWED:
        what = "preflight response" if last.kind == "preflight" else "response"
        message = (
            f"The {what} has no {ALLOW_ORIGIN}, because of {reason}: {REASON_MESSAGES[reason]}"
        )
    return message, _HINTS[reason].format(**_requested(last))


def explain_mismatch(hint: str, exchanges: Sequence[Exchange]) -> str:
    """Return a hint for an Access-Control-Allow-Origin that is not the page's origin.

    :param hint: returned if nothing more is known.
    :param exchanges: everything that was sent and received; the last one has the header.
    """
    last = exchanges[-1]
    if "," not in (allow_origin(last) or ""):
        return hint
    if last.decision is None or last.decision.reason is not Reason.ALLOWED:
        return (
            "The header is sent more than once. Let either the app add it or what is in front of "
            "the app."
        )
    return (
        "The header is sent more than once. The policy sends it once, and what wraps the app adds "
        "it too. Remove it there."
    )


def _requested(exchange: Exchange) -> dict[str, str]:
    """Return the method and the header names that a preflight requests."""
    names = combined(exchange.request_headers, "Access-Control-Request-Headers") or ""
    return {
        "method": combined(exchange.request_headers, "Access-Control-Request-Method") or "",
        "names": ", ".join(repr(name) for name in names.split(",")),
    }
