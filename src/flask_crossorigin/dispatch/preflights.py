"""Find the response to a preflight, before any hook or view of the app runs."""

import logging
from typing import Final

from flask import Request, Response

from ..asking import log_denial
from ..core.decision import Reason
from ..core.kept import MAX_KEPT_LENGTH
from ..governing import Governing
from ..preflights import DENIALS, Answer, Asked, answer_preflight, asked_by, readable_denial
from ..routing import Environ
from ..scopes import Scope
from ..state import AppState
from .opentelemetry import expect_no_span

logger: Final = logging.getLogger("flask_crossorigin")

_ALLOWED: Final = Reason.ALLOWED
_INFO: Final = logging.INFO


class PlainResponse(Response):
    """A response with the headers it was given, and no others."""

    default_mimetype = None
    automatically_set_content_length = False


def respond_in_app(state: AppState, rules: Governing, live: Request) -> Response | None:
    """Return the response to `live`; None if it is no preflight, or one that is left to Flask."""
    asked = asked_by(live.environ)
    if asked is None:
        return None
    scope = rules.only or rules.scope_of_preflight(rules.matcher_of(live), asked[1])
    answer = respond(state, rules, scope, asked, live.environ)
    if answer is None:
        return None
    expect_no_span(live.environ)
    _, status, headers, body = answer
    return PlainResponse(body, status, [*headers])


def respond(
    state: AppState, rules: Governing, scope: Scope | None, asked: Asked, environ: Environ
) -> Answer | None:
    """Return the response to a preflight in `scope`; None where the scope is left to Flask."""
    if scope is None:
        log_denial(Reason.ROUTING_FAILED, environ)
        return DENIALS[Reason.ROUTING_FAILED]
    policy = scope.compiled
    if policy is None:  # disabled
        return None
    answer = None
    if len(asked[2]) <= MAX_KEPT_LENGTH:  # looking up a long text means reading all of it
        answer = rules.answers.get((policy, asked))
    if answer is None:
        answer = answer_preflight(policy, asked, state.asker.ask_for(environ))
        if not policy.checks:
            rules.answers.keep((policy, asked), answer, *asked)
    if answer[0] is not _ALLOWED:
        if logger.isEnabledFor(_INFO):
            log_denial(answer[0], environ)
        if state.app.config["DEBUG"]:
            answer = readable_denial(policy, asked, answer[0])
    return answer
