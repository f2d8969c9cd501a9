"""The answers to preflights, as a server sends them."""

from collections.abc import Sequence
from typing import Final, TypeAlias

from .core.compiled import ALLOW_ORIGIN, VARY_PREFLIGHT, CompiledPolicy, Header
from .core.decision import (
    SENTENCES,
    Ask,
    Reason,
    denied_preflight_headers,
    judge_preflight,
    preflight_headers,
)
from .routing import Environ

Asked: TypeAlias = tuple[str, str, str]
"""What a preflight asks: its origin, and the method and the header names to come."""
Answer: TypeAlias = tuple[Reason, str, tuple[Header, ...], tuple[bytes, ...]]
"""The reason, the status line, the headers and the body."""


def asked_by(environ: Environ) -> Asked | None:
    """What a CORS-preflight request asks (Fetch standard, 3.3.2); None if it is none."""
    if environ["REQUEST_METHOD"] != "OPTIONS":
        return None
    origin = environ.get("HTTP_ORIGIN")
    method = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
    if origin is None or method is None:
        return None
    return origin, method, environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")


def answer_preflight(policy: CompiledPolicy, asked: Asked, ask: Ask) -> Answer:
    """The answer of `policy` to a preflight."""
    reason = judge_preflight(policy, *asked, ask)
    if reason is not Reason.ALLOWED:
        return DENIALS[reason]
    return reason, policy.preflight_status, tuple(preflight_headers(policy, *asked)), ()


def readable_denial(policy: CompiledPolicy, asked: Asked, reason: Reason) -> Answer:
    """The answer to a denied preflight in debug mode, of which the browser names the reason."""
    origin, method, _ = asked
    return _denial(reason, denied_preflight_headers(policy, origin, method, reason))


def plain_text(body: bytes) -> list[Header]:
    """The headers that tell of a `body` of text in UTF-8."""
    return [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]


def _denial(reason: Reason, told: Sequence[Header]) -> Answer:
    """The refusal of a preflight, with the headers that it may be `told`.

    Where they go on past the origin (in debug mode) the status is a good one: a bad one would
    be what the browser complains of, in place of what is missing.
    """
    body = f"{reason}: {SENTENCES[reason]}\n".encode()
    status = "200 OK" if told[0][0] == ALLOW_ORIGIN else "403 Forbidden"
    return reason, status, (*plain_text(body), *told), (body,)


DENIALS: Final = {reason: _denial(reason, [VARY_PREFLIGHT]) for reason in Reason}
"""The answer to each denied preflight."""
