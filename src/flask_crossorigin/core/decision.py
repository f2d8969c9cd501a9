"""Decision: the verdict on one request, with its reason and its headers."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from .headers import Header
from .policy import Policy


class Reason(str, Enum):
    """The reason for a decision; its value is a stable code."""

    ALLOWED = "allowed"
    NOT_CORS = "not-cors"
    DISABLED = "disabled"
    NO_MATCH = "no-match"
    ORIGIN_NOT_ALLOWED = "origin-not-allowed"
    ORIGIN_MALFORMED = "origin-malformed"
    ORIGIN_INSECURE = "origin-insecure"
    ORIGIN_CHECK_FAILED = "origin-check-failed"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    HEADER_NOT_ALLOWED = "header-not-allowed"
    HEADER_MALFORMED = "header-malformed"
    REQUEST_HEADERS_TOO_LONG = "request-headers-too-long"
    ROUTING_FAILED = "routing-failed"

    def __str__(self) -> str:
        return self.value


REASON_MESSAGES: Final[dict[Reason, str]] = {
    Reason.ALLOWED: "The policy allows the request.",
    Reason.NOT_CORS: "The request has no Origin header, so there is nothing to decide.",
    Reason.DISABLED: "Cross-origin handling is disabled here; the app responds on its own.",
    Reason.NO_MATCH: "No view is known for the URL, so no policy applies.",
    Reason.ORIGIN_NOT_ALLOWED: "The origin is not on the policy's allowlist.",
    Reason.ORIGIN_MALFORMED: "The Origin header is not one that a browser sends.",
    Reason.ORIGIN_INSECURE: "With credentials, no origin function is called for an http origin.",
    Reason.ORIGIN_CHECK_FAILED: "The origin function failed.",
    Reason.METHOD_NOT_ALLOWED: "The policy does not allow the requested method.",
    Reason.HEADER_NOT_ALLOWED: "The policy does not allow one of the requested headers.",
    Reason.HEADER_MALFORMED: "One of the requested header names is not a valid name.",
    Reason.REQUEST_HEADERS_TOO_LONG: "More headers are requested than any browser requests.",
    Reason.ROUTING_FAILED: "The app's routing failed for the URL.",
}
"""One sentence for each reason. None quotes the request, since clients see them."""


class Outcome(str, Enum):
    """The verdict on a request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    PASSED = "passed"

    def __str__(self) -> str:
        return self.value


_OUTCOMES: Final = {
    Reason.ALLOWED: Outcome.ALLOWED,
    Reason.NOT_CORS: Outcome.PASSED,
    Reason.DISABLED: Outcome.PASSED,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one request.

    :ivar outcome: allowed, denied, or passed (CORS does not apply).
    :ivar reason: the first rule that the request breaks, or the reason for another outcome.
    :ivar policy: the policy that applies, or None.
    :ivar scope: where that policy was set: ``app``, ``prefix /api``, ``blueprint api``,
        ``view api.marks``, ``method PUT of view api.marks``; empty if no policy applies.
    :ivar headers: for a preflight, all headers of the response; otherwise the headers that are
        added to it.
    """

    outcome: Outcome
    reason: Reason
    policy: Policy | None
    scope: str
    headers: tuple[Header, ...]

    @property
    def allowed(self) -> bool:
        """True if the page may read the response; for a preflight, if it may send the request.

        True for a request without an Origin header, to which CORS does not apply. False where the
        policy is disabled (the response may still have CORS headers of the app's own), and where
        no policy is known for the URL.
        """
        return self.reason in (Reason.ALLOWED, Reason.NOT_CORS)


def decision_for(
    reason: Reason, policy: Policy | None, scope: str, headers: tuple[Header, ...] = ()
) -> Decision:
    """Return the decision for `reason`, which determines the outcome."""
    return Decision(_OUTCOMES.get(reason, Outcome.DENIED), reason, policy, scope, headers)
