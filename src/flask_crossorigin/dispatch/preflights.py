"""Respond to preflights, before any hook or view of the app runs."""

import logging
from typing import Final

from flask import Request, Response

from ..context import Environ
from ..core.cache import MAX_KEY_LENGTH
from ..core.decision import Reason
from ..core.preflight import (
    DENIALS,
    PreflightRequest,
    PreflightResponse,
    debug_denial,
    parse_preflight,
)
from ..core.preflight import respond as respond_by_policy
from ..events import log_denial
from ..scopes.resolver import PolicyResolver
from ..scopes.scope import Scope
from ..state import AppState
from .opentelemetry import expect_no_span

logger: Final = logging.getLogger("flask_crossorigin")

_ALLOWED: Final = Reason.ALLOWED
_INFO: Final = logging.INFO


class PlainResponse(Response):
    """A response with the headers it was given, and no others."""

    default_mimetype: str | None = None
    automatically_set_content_length: bool = False


def respond_in_app(state: AppState, rules: PolicyResolver, live: Request) -> Response | None:
    """Return the response to `live`; None if it is no preflight, or is left to Flask."""
    preflight = parse_preflight(live.environ)
    if preflight is None:
        return None
    scope = rules.only or rules.scope_of_preflight(rules.matcher_of(live), preflight.method)
    response = respond(state, rules, scope, preflight, live.environ)
    if response is None:
        return None
    expect_no_span(live.environ)
    return PlainResponse(response.body, response.status, [*response.headers])


def respond(
    state: AppState,
    rules: PolicyResolver,
    scope: Scope | None,
    preflight: PreflightRequest,
    environ: Environ,
) -> PreflightResponse | None:
    """Return the response to `preflight` in `scope`; None where the scope is left to Flask."""
    if scope is None:
        log_denial(Reason.ROUTING_FAILED, environ)
        return DENIALS[Reason.ROUTING_FAILED]
    policy = scope.compiled
    if policy is None:  # disabled
        return None
    response = None
    if len(preflight.headers) <= MAX_KEY_LENGTH:  # hashing a long text means reading all of it
        response = rules.responses.get((policy, preflight))
    if response is None:
        call = state.origin_functions.caller_for(environ)
        response = respond_by_policy(policy, preflight, call)
        if not policy.predicates:
            rules.responses.store((policy, preflight), response, *preflight)
    if response.reason is not _ALLOWED:
        if logger.isEnabledFor(_INFO):
            log_denial(response.reason, environ)
        if state.app.config["DEBUG"]:
            response = debug_denial(policy, preflight, response.reason)
    return response
