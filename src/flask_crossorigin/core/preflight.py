"""Preflight requests: decide whether the actual request may be sent, and build the response.

Source: Fetch standard, 4.8 CORS-preflight fetch:
https://fetch.spec.whatwg.org/#cors-preflight-fetch
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from .actual import CallPredicate, check_origin
from .compiled import CompiledPolicy
from .decision import REASON_MESSAGES, Decision, Reason, decision_for
from .fetch_standard import FORBIDDEN_METHODS, SAFELISTED_METHODS, is_token
from .headers import ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, VARY_PREFLIGHT, Header

MAX_METHOD_LENGTH: Final = 64
"""Characters of the requested method, if the policy allows every method."""
MAX_REQUESTED_LENGTH: Final = 8192
"""Characters of Access-Control-Request-Headers; longer values are denied unread."""
MAX_REQUESTED_NAMES: Final = 256
"""Elements of Access-Control-Request-Headers; longer lists are denied."""

_FAILED_BY_ORIGIN: Final = frozenset(
    {
        Reason.ORIGIN_NOT_ALLOWED,
        Reason.ORIGIN_MALFORMED,
        Reason.ORIGIN_INSECURE,
        Reason.ORIGIN_CHECK_FAILED,
    }
)


_new_tuple: Final = tuple.__new__


class PreflightRequest(NamedTuple):
    """The three headers of a preflight request.

    :ivar origin: the value of Origin.
    :ivar method: the value of Access-Control-Request-Method.
    :ivar headers: the value of Access-Control-Request-Headers; empty if it is missing.
    """

    origin: str
    method: str
    headers: str


class PreflightResponse(NamedTuple):
    """A preflight response, in the form of WSGI.

    :ivar reason: the reason for the verdict.
    :ivar status: the status line.
    """

    reason: Reason
    status: str
    headers: tuple[Header, ...]
    body: tuple[bytes, ...]


def parse_preflight(environ: Mapping[str, Any]) -> PreflightRequest | None:
    """Return the preflight request in a WSGI environment; None for any other request.

    https://fetch.spec.whatwg.org/#cors-preflight-request
    """
    if environ["REQUEST_METHOD"] != "OPTIONS":
        return None
    origin = environ.get("HTTP_ORIGIN")
    method = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
    if origin is None or method is None:
        return None
    headers = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
    # Calling the class takes a quarter of a preflight's time.
    return _new_tuple(PreflightRequest, (origin, method, headers))


def respond(
    policy: CompiledPolicy, request: PreflightRequest, call: CallPredicate
) -> PreflightResponse:
    """Return the response of `policy` to the preflight `request`."""
    policy = policy.for_origin(request.origin)
    reason = check_preflight(policy, request, call)
    if reason is not Reason.ALLOWED:
        return DENIALS[reason]
    headers = tuple(preflight_headers(policy, request))
    return PreflightResponse(reason, policy.preflight_status, headers, ())


def check_preflight(
    policy: CompiledPolicy, request: PreflightRequest, call: CallPredicate
) -> Reason:
    """Return ALLOWED, or the first reason for denial, in the order of a browser's checks."""
    reason = check_origin(policy, request.origin, call)
    if reason is not Reason.ALLOWED:
        return reason
    if not _allows_method(policy, request.method):
        return Reason.METHOD_NOT_ALLOWED
    return _check_headers(policy, request.headers) if request.headers else Reason.ALLOWED


def _allows_method(policy: CompiledPolicy, method: str) -> bool:
    """Return whether the requested `method` is allowed (CORS-preflight fetch, step 7.5).

    Browsers do not check GET, HEAD and POST in this step, so such a denial must be a 403.
    """
    if policy.methods is not None:
        return method in policy.methods
    if len(method) > MAX_METHOD_LENGTH or not is_token(method):
        return False
    return method.upper() not in FORBIDDEN_METHODS


def _check_headers(policy: CompiledPolicy, requested: str) -> Reason:
    """Return ALLOWED if every `requested` name is (CORS-preflight fetch, steps 7.6, 7.7)."""
    # The text comes from a client, so its length is limited before any other work.
    if len(requested) > MAX_REQUESTED_LENGTH:
        return Reason.REQUEST_HEADERS_TOO_LONG
    elements = requested.split(",", MAX_REQUESTED_NAMES)
    if len(elements) > MAX_REQUESTED_NAMES:
        return Reason.REQUEST_HEADERS_TOO_LONG
    if not requested.isascii():  # `lower` turns some other letters into ASCII
        return Reason.HEADER_MALFORMED
    allowed = policy.request_headers
    for element in elements:
        name = element.strip(" \t")
        if not name:
            continue  # empty elements are ignored (RFC 9110, 5.6.1.2)
        if allowed is None:
            if not is_token(name):
                return Reason.HEADER_MALFORMED
        elif name.lower() not in allowed:
            return Reason.HEADER_NOT_ALLOWED if is_token(name) else Reason.HEADER_MALFORMED
    return Reason.ALLOWED


def preflight_headers(policy: CompiledPolicy, request: PreflightRequest) -> list[Header]:
    """Return the headers of an allowed preflight response."""
    allow_origin = (ALLOW_ORIGIN, _allow_origin(policy, request.origin))
    if policy.preflight_headers is not None:
        return [allow_origin, *policy.preflight_headers]
    return [
        allow_origin,
        *policy.credentials,
        *_allow_methods(policy, request.method),
        *_allow_headers(policy, request.headers),
        *policy.max_age,
        VARY_PREFLIGHT,
        *policy.preflight_length,
    ]


def _allow_origin(policy: CompiledPolicy, origin: str) -> str:
    return origin if policy.wildcard_headers is None else "*"


def _allow_methods(policy: CompiledPolicy, method: str) -> tuple[Header, ...]:
    return ((ALLOW_METHODS, method),) if policy.allow_methods is None else policy.allow_methods


def _allow_headers(policy: CompiledPolicy, requested: str) -> tuple[Header, ...]:
    if policy.allow_headers is not None:
        return policy.allow_headers
    names = [name for each in requested.split(",") if (name := each.strip(" \t"))]
    return ((ALLOW_HEADERS, ", ".join(names)),) if names else ()


def debug_denial(
    policy: CompiledPolicy, request: PreflightRequest, reason: Reason
) -> PreflightResponse:
    """Return a denial for debug mode, with all headers up to the check that fails.

    The console of the browser then names this check, instead of a missing allow-origin header.
    But a browser lets GET, HEAD and POST pass the check of the method, so their denial is plain.
    """
    if reason is Reason.METHOD_NOT_ALLOWED and request.method in SAFELISTED_METHODS:
        return DENIALS[reason]
    policy = policy.for_origin(request.origin)
    allowed: list[Header] = []
    if reason not in _FAILED_BY_ORIGIN:
        allowed = [(ALLOW_ORIGIN, _allow_origin(policy, request.origin)), *policy.credentials]
        if reason is not Reason.METHOD_NOT_ALLOWED:
            allowed.extend(_allow_methods(policy, request.method))
        if reason is Reason.HEADER_NOT_ALLOWED and policy.allow_headers is not None:
            allowed.extend(policy.allow_headers)  # or browsers blame an allowed name
    return _denial(reason, [*allowed, VARY_PREFLIGHT])


def _denial(reason: Reason, headers: Sequence[Header]) -> PreflightResponse:
    """Return a denial with `headers`.

    With an allow-origin header (in debug mode), the status is 200: browsers would report any other
    status instead of the header that is missing.
    """
    body = f"{reason}: {REASON_MESSAGES[reason]}\n".encode()
    status = "200 OK" if headers[0][0] == ALLOW_ORIGIN else "403 Forbidden"
    return PreflightResponse(reason, status, (*text_headers(body), *headers), (body,))


def text_headers(body: bytes) -> list[Header]:
    """Return the headers that describe a `body` of plain text in UTF-8."""
    return [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]


DENIALS: Final = {reason: _denial(reason, [VARY_PREFLIGHT]) for reason in Reason}
"""The preflight response for each reason of denial."""


def decide_preflight(
    policy: CompiledPolicy, scope: str, request: PreflightRequest, call: CallPredicate
) -> Decision:
    """Return the decision on a preflight request."""
    part = policy.for_origin(request.origin)
    reason = check_preflight(part, request, call)
    headers = [VARY_PREFLIGHT]
    if reason is Reason.ALLOWED:
        headers = preflight_headers(part, request)
    return decision_for(reason, policy.policy, scope, tuple(headers))
