"""The responses that need more than their policy's headers.

A view may relay the response of another app, a hook may respond in place of the router, and a
policy may depend on more than the matched rule.
"""

import logging
from typing import Final

from flask import Request

from ..core.actual import ONLY_VARY, allowed_headers, allowlist_headers, check_origin
from ..core.compiled import CompiledPolicy, compile_policy
from ..core.decision import Reason
from ..core.headers import (
    Header,
    allow_origin_of,
    common_headers,
    is_cors_header,
    merge_headers,
)
from ..core.policy import Policy
from ..events import log_denial, log_replaced_headers
from .snapshot import Snapshot

logger: Final = logging.getLogger("flask_crossorigin")

DENY_ALL: Final = compile_policy(Policy(origins=()))
"""Applies where the scope is not known: it allows no origin."""
_UNTOUCHED: Final = object()
"""Reported for a response that was left as it is."""


def complete_headers(
    snapshot: Snapshot, live: Request, status: int, headers: list[Header]
) -> list[Header]:
    """Return the `headers` of a response to `live` with what its policies add."""
    rules = snapshot.rules
    scopes = rules.scopes_of_response(live, snapshot.url, status)
    policies = [DENY_ALL if scope is None else scope.compiled for scope in dict.fromkeys(scopes)]
    applied = [policy for policy in policies if policy is not None]
    # A disabled scope is left to Flask, and so is what may contain the response of one.
    if len(applied) < len(policies) or _UNTOUCHED in (snapshot.nested or ()):
        snapshot.report(_UNTOUCHED)
        return headers
    completed = _over_nested(applied, snapshot, live, headers)
    snapshot.report(allow_origin_of(completed))
    return completed


def _over_nested(
    policies: list[CompiledPolicy],
    snapshot: Snapshot,
    live: Request,
    headers: list[Header],
) -> list[Header]:
    """Return `headers` completed where they may be, or contain, the response of a nested app."""
    nested = snapshot.nested
    if nested is None:
        return _with_policies(policies, snapshot, live, headers)
    if None in nested:  # what one of the apps denies no other opens
        return _with_policies([DENY_ALL], snapshot, live, headers)
    if allow_origin_of(headers) not in nested:
        headers = _with_policies(policies, snapshot, live, headers)
    if any(each != "*" for each in nested):  # then the content depends on the origin
        kept = [each for each in headers if is_cors_header(each[0])]
        headers = merge_headers(headers, (*kept, *ONLY_VARY))
    return headers


def _with_policies(
    policies: list[CompiledPolicy],
    snapshot: Snapshot,
    live: Request,
    headers: list[Header],
) -> list[Header]:
    added = added_headers(policies[0], snapshot, live)
    for policy in policies[1:]:
        added = common_headers(added, added_headers(policy, snapshot, live))
    return merged(snapshot, live, headers, added)


def added_headers(policy: CompiledPolicy, snapshot: Snapshot, live: Request) -> tuple[Header, ...]:
    """Return what `policy` adds to an actual response; a function of the user's may decide."""
    origin, only = snapshot.origin, policy.exact_origins
    if origin is not None and only is not None and origin not in only:
        if not logger.isEnabledFor(logging.INFO):
            return ONLY_VARY  # denied, and nobody reads the log
    else:
        added = allowlist_headers(policy, origin)
        if added is not None:
            return added
    assert origin is not None  # the headers without an Origin are those of the lists
    environ = snapshot.environ_of(live)
    reason = check_origin(policy, origin, snapshot.state.origin_functions.caller_for(environ))
    if reason is Reason.ALLOWED:
        return allowed_headers(policy, origin)
    log_denial(reason, environ)
    return ONLY_VARY


def merged(
    snapshot: Snapshot, live: Request, headers: list[Header], added: tuple[Header, ...]
) -> list[Header]:
    """Return `headers` with the policy's `added` ones in place of those of the app."""
    if snapshot.state.app.debug:
        log_replaced_headers([each for each in headers if each not in added], live)
    return merge_headers(headers, added)
