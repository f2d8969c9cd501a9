"""Actual requests: decide whether the page may read the response, and build its headers.

Source: Fetch standard, 4.10 CORS check: https://fetch.spec.whatwg.org/#cors-check
"""

from collections.abc import Callable
from typing import Final

from .compiled import CompiledPolicy
from .decision import Decision, Reason, decision_for
from .headers import ALLOW_ORIGIN, VARY_ORIGIN, Header
from .origin_predicates import OriginPredicate
from .origins import is_loopback_origin, is_serialized_origin
from .policy import Policy

ONLY_VARY: Final = (VARY_ORIGIN,)
"""The headers of an actual response to a denied origin, or to a request without an Origin."""

CallPredicate = Callable[[OriginPredicate, str], "bool | None"]
"""Calls an origin function for an origin; returns None if the function failed."""


def check_origin(policy: CompiledPolicy, origin: str, call: CallPredicate) -> Reason:
    """Return ALLOWED, or the reason why `origin`, any text from a client, is denied."""
    policy = policy.for_origin(origin)
    # The literal `*` is sent whatever the origin, so there is nothing to check.
    if policy.wildcard_headers is not None or policy.allowlist.allows(origin):
        return Reason.ALLOWED
    if not is_serialized_origin(origin) and origin != "null":
        return Reason.ORIGIN_MALFORMED
    # Many pages share the origin `null`: only the allowlist can allow it, never a function.
    if origin != "null" and policy.predicates:
        if is_insecure(policy.policy, origin):
            return Reason.ORIGIN_INSECURE
        for predicate in policy.predicates:
            allowed = call(predicate, origin)
            if allowed is None:
                return Reason.ORIGIN_CHECK_FAILED
            if allowed:
                return Reason.ALLOWED
    return Reason.ORIGIN_NOT_ALLOWED


def is_insecure(policy: Policy, origin: str) -> bool:
    """Return whether an origin function must not allow `origin`.

    With credentials, functions are held to the rule for listed origins: without https, anyone on
    the network can pose as `origin`.
    """
    if policy.credentials is not True or policy.allow_insecure_origins:
        return False
    return origin.startswith("http://") and not is_loopback_origin(origin)


def allowed_headers(policy: CompiledPolicy, origin: str | None) -> tuple[Header, ...]:
    """Return the headers of an actual response for an allowed `origin`; None is no Origin header.

    The literal ``*`` is sent without an Origin too, since a cache may store the response. All other
    responses vary by Origin: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
    """
    return _allowed_headers(policy.for_origin(origin), origin)


def _allowed_headers(policy: CompiledPolicy, origin: str | None) -> tuple[Header, ...]:
    """Return the headers of :func:`allowed_headers`; `policy` is the one for `origin`."""
    if policy.wildcard_headers is not None:
        return policy.wildcard_headers
    return ONLY_VARY if origin is None else ((ALLOW_ORIGIN, origin), *policy.actual_headers)


def allowlist_headers(policy: CompiledPolicy, origin: str | None) -> tuple[Header, ...] | None:
    """Return the headers of an actual response if the allowlist allows `origin`.

    Return None for an `origin` that is not on the allowlist: an origin function may allow it. The
    headers are cached for exact origins only, because a client can't invent more of them.
    """
    headers = policy.wildcard_headers or policy.headers_by_origin.get(origin)
    if headers is not None:
        return headers
    if policy.parts is not None:
        return allowlist_headers(policy.for_origin(origin), origin)
    if origin is None or origin in policy.allowlist.exact:
        return policy.headers_by_origin.store(origin, _allowed_headers(policy, origin))
    return _allowed_headers(policy, origin) if policy.allowlist.allows(origin) else None


def decide_actual(
    policy: CompiledPolicy, scope: str, origin: str | None, call: CallPredicate
) -> Decision:
    """Return the decision on an actual request; `origin` is None without an Origin header."""
    reason = Reason.NOT_CORS if origin is None else check_origin(policy, origin, call)
    denied = reason not in (Reason.ALLOWED, Reason.NOT_CORS)
    headers = ONLY_VARY if denied else allowed_headers(policy, origin)
    return decision_for(reason, policy.policy, scope, headers)
