"""What is answered to a request, and why: the server's half of the CORS protocol.

Source: Fetch standard, 3.3 CORS protocol; what a browser checks is in 4.8 and 4.10.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from .compiled import (
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    VARY_ORIGIN,
    VARY_PREFLIGHT,
    CompiledPolicy,
    Header,
)
from .fetch_standard import FORBIDDEN_METHODS, is_token
from .origin_checks import OriginCheck
from .origins import is_serialized_origin
from .policy import Policy

ONLY_VARY: Final = (VARY_ORIGIN,)
"""What an actual response carries where no origin is allowed, or none is told."""
MAX_METHOD_LENGTH: Final = 64
"""Characters of a requested method, where every one is allowed; more fails the preflight."""
MAX_REQUESTED_LENGTH: Final = 8192
"""Characters of Access-Control-Request-Headers that are read; more fails the preflight."""
MAX_REQUESTED_NAMES: Final = 256
"""Elements of Access-Control-Request-Headers that are read; more fails the preflight."""


class Reason(str, Enum):
    """Why a request is answered as it is: stable codes, the same everywhere they are shown."""

    ALLOWED = "allowed"
    NOT_CORS = "not-cors"
    DISABLED = "disabled"
    NO_MATCH = "no-match"
    ORIGIN_NOT_ALLOWED = "origin-not-allowed"
    ORIGIN_MALFORMED = "origin-malformed"
    ORIGIN_CHECK_FAILED = "origin-check-failed"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    HEADER_NOT_ALLOWED = "header-not-allowed"
    HEADER_MALFORMED = "header-malformed"
    REQUEST_HEADERS_TOO_LONG = "request-headers-too-long"
    ROUTING_FAILED = "routing-failed"

    def __str__(self) -> str:
        return self.value


SENTENCES: Final[dict[Reason, str]] = {
    Reason.ALLOWED: "The policy allows it.",
    Reason.NOT_CORS: "The request carries no Origin, so the policy has nothing to allow.",
    Reason.DISABLED: "Cross-origin handling is disabled here; the application answers itself.",
    Reason.NO_MATCH: "It is not known which view answers, so no policy is applied.",
    Reason.ORIGIN_NOT_ALLOWED: "The policy does not list the origin.",
    Reason.ORIGIN_MALFORMED: "The Origin header is not what a browser sends.",
    Reason.ORIGIN_CHECK_FAILED: "The function that answers for origins failed.",
    Reason.METHOD_NOT_ALLOWED: "The policy does not list the requested method.",
    Reason.HEADER_NOT_ALLOWED: "The policy does not list one of the requested headers.",
    Reason.HEADER_MALFORMED: "A requested header is not a header's name.",
    Reason.REQUEST_HEADERS_TOO_LONG: "More headers are requested than any browser asks for.",
    Reason.ROUTING_FAILED: "The application's routing failed on the URL.",
}
"""One sentence a reason; none echoes anything of the request."""


class Outcome(str, Enum):
    """What becomes of a request, as far as the protocol goes."""

    ALLOWED = "allowed"
    DENIED = "denied"
    PASSED = "passed"

    def __str__(self) -> str:
        return self.value


_PASSED: Final = frozenset({Reason.NOT_CORS, Reason.DISABLED})
_FAILED_BY_ORIGIN: Final = frozenset(
    {Reason.ORIGIN_NOT_ALLOWED, Reason.ORIGIN_MALFORMED, Reason.ORIGIN_CHECK_FAILED}
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is answered to one request, and why.

    :ivar outcome: allowed, denied, or passed on without a verdict.
    :ivar reason: the first rule that decided it.
    :ivar policy: what governed; None where nothing did.
    :ivar scope: where that policy was stated: ``app``, ``prefix /api``, ``blueprint api``,
        ``view api.marks``, ``method PUT of view api.marks``; empty where nothing governed.
    :ivar headers: what is sent for it: of a preflight all headers, else those that are added.
    """

    outcome: Outcome
    reason: Reason
    policy: Policy | None
    scope: str
    headers: tuple[Header, ...]

    @classmethod
    def of(
        cls,
        reason: Reason,
        policy: Policy | None,
        scope: str,
        headers: tuple[Header, ...] = (),
    ) -> "Decision":
        """The decision for `reason`, whose outcome follows from it."""
        outcome = Outcome.ALLOWED if reason is Reason.ALLOWED else Outcome.DENIED
        if reason in _PASSED:
            outcome = Outcome.PASSED
        return cls(outcome, reason, policy, scope, headers)


Ask = Callable[[OriginCheck, str], "bool | None"]
"""Asks a function of the user's about an origin; None where it failed."""


def judge_origin(policy: CompiledPolicy, origin: str, ask: Ask) -> Reason:
    """Say whether `origin`, any text a client sent, may read what `policy` governs."""
    # The literal `*` is the same for every origin, so there is nothing to look at.
    if policy.for_everyone is not None or policy.listed.lists(origin):
        return Reason.ALLOWED
    if not is_serialized_origin(origin) and origin != "null":
        return Reason.ORIGIN_MALFORMED
    # `null` is many pages at once: only a list can allow it, never a function.
    if origin != "null":
        for check in policy.checks:
            answer = ask(check, origin)
            if answer is None:
                return Reason.ORIGIN_CHECK_FAILED
            if answer:
                return Reason.ALLOWED
    return Reason.ORIGIN_NOT_ALLOWED


def actual_headers(policy: CompiledPolicy, origin: str | None) -> tuple[Header, ...]:
    """What an actual response carries for an `origin` that is allowed, or for none.

    The literal ``*`` is sent without an Origin too: a cache may keep the response.
    """
    if policy.for_everyone is not None:
        return policy.for_everyone
    return ONLY_VARY if origin is None else ((ALLOW_ORIGIN, origin), *policy.after_origin)


def listed_headers(policy: CompiledPolicy, origin: str | None) -> tuple[Header, ...] | None:
    """The same as far as look-ups tell; None for an `origin` that no list allows.

    Kept for the origins that are listed as they are: a client can't invent these.
    """
    added = policy.for_everyone or policy.added.get(origin)
    if added is not None:
        return added
    if origin is None or origin in policy.listed.exact:
        return policy.added.keep(origin, actual_headers(policy, origin))
    return actual_headers(policy, origin) if policy.listed.lists(origin) else None


def judge_preflight(
    policy: CompiledPolicy, origin: str, method: str, requested: str, ask: Ask
) -> Reason:
    """Say whether the preflight may succeed, in the order in which a browser checks it.

    :param method: the value of Access-Control-Request-Method.
    :param requested: the value of Access-Control-Request-Headers, several lines joined by
        commas; empty where there is none.
    """
    # CORS check (4.10), the first that a browser makes of the answer.
    reason = judge_origin(policy, origin, ask)
    if reason is not Reason.ALLOWED:
        return reason
    # CORS-preflight fetch (4.8), step 7.5: the method is listed, safelisted or covered by `*`.
    if policy.methods is None:
        if len(method) > MAX_METHOD_LENGTH or not is_token(method):
            return Reason.METHOD_NOT_ALLOWED
        if method.upper() in FORBIDDEN_METHODS:
            return Reason.METHOD_NOT_ALLOWED
    elif method not in policy.methods:
        return Reason.METHOD_NOT_ALLOWED
    # Steps 7.6 and 7.7: every requested name is listed or covered by `*`.
    return _judge_requested(policy.request_headers, requested) if requested else Reason.ALLOWED


def _judge_requested(allowed: frozenset[str] | None, requested: str) -> Reason:
    # The bounds come before anything is looked at: the client chose this text.
    if len(requested) > MAX_REQUESTED_LENGTH:
        return Reason.REQUEST_HEADERS_TOO_LONG
    elements = requested.split(",", MAX_REQUESTED_NAMES)
    if len(elements) > MAX_REQUESTED_NAMES:
        return Reason.REQUEST_HEADERS_TOO_LONG
    if not requested.isascii():  # `lower` would make ASCII of some other letters
        return Reason.HEADER_MALFORMED
    for element in elements:
        name = element.strip(" \t")
        if not name:
            continue  # RFC 9110, 5.6.1.2: empty elements of a list are ignored
        if allowed is None:
            if not is_token(name):
                return Reason.HEADER_MALFORMED
        elif name.lower() not in allowed:
            return Reason.HEADER_NOT_ALLOWED if is_token(name) else Reason.HEADER_MALFORMED
    return Reason.ALLOWED


def preflight_headers(
    policy: CompiledPolicy, origin: str, method: str, requested: str
) -> list[Header]:
    """What the answer to a preflight that is allowed carries."""
    allow_origin = (ALLOW_ORIGIN, _answered(policy, origin))
    if policy.after_origin_preflight is not None:
        return [allow_origin, *policy.after_origin_preflight]
    return [
        allow_origin,
        *policy.credentials,
        *_methods(policy, method),
        *_headers(policy, requested),
        policy.max_age,
        VARY_PREFLIGHT,
        *policy.preflight_length,
    ]


def denied_preflight_headers(
    policy: CompiledPolicy, origin: str, method: str, reason: Reason
) -> list[Header]:
    """What a denied preflight carries in debug mode: all up to the step that fails.

    A browser then names that step in its console, instead of a missing allow-origin.
    """
    allowed: list[Header] = []
    if reason not in _FAILED_BY_ORIGIN:
        allowed = [(ALLOW_ORIGIN, _answered(policy, origin)), *policy.credentials]
        if reason is not Reason.METHOD_NOT_ALLOWED:
            allowed.extend(_methods(policy, method))
        if reason is Reason.HEADER_NOT_ALLOWED and policy.allow_headers is not None:
            allowed.extend(policy.allow_headers)  # or a header that is allowed would be blamed
    return [*allowed, VARY_PREFLIGHT]


def _answered(policy: CompiledPolicy, origin: str) -> str:
    return origin if policy.for_everyone is None else "*"


def _methods(policy: CompiledPolicy, method: str) -> tuple[Header, ...]:
    return ((ALLOW_METHODS, method),) if policy.allow_methods is None else policy.allow_methods


def _headers(policy: CompiledPolicy, requested: str) -> tuple[Header, ...]:
    if policy.allow_headers is not None:
        return policy.allow_headers
    names = [name for each in requested.split(",") if (name := each.strip(" \t"))]
    return ((ALLOW_HEADERS, ", ".join(names)),) if names else ()


def decide_actual(policy: CompiledPolicy, scope: str, origin: str | None, ask: Ask) -> Decision:
    """The decision on an actual request with the Origin `origin`, if any."""
    reason = Reason.NOT_CORS if origin is None else judge_origin(policy, origin, ask)
    denied = reason not in (Reason.ALLOWED, Reason.NOT_CORS)
    headers = ONLY_VARY if denied else actual_headers(policy, origin)
    return Decision.of(reason, policy.policy, scope, headers)


def decide_preflight(
    policy: CompiledPolicy, scope: str, origin: str, method: str, requested: str, ask: Ask
) -> Decision:
    """The decision on a preflight."""
    reason = judge_preflight(policy, origin, method, requested, ask)
    headers = [VARY_PREFLIGHT]
    if reason is Reason.ALLOWED:
        headers = preflight_headers(policy, origin, method, requested)
    return Decision.of(reason, policy.policy, scope, tuple(headers))
