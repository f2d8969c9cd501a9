"""Target: `core/preflight.py` and `core/actual.py`, with any request and several policies."""

from __future__ import annotations

from typing import Any, Final

from flask_crossorigin.core.actual import decide_actual
from flask_crossorigin.core.compiled import CompiledPolicy, compile_policy
from flask_crossorigin.core.decision import Outcome, Reason
from flask_crossorigin.core.headers import ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from flask_crossorigin.core.origin_predicates import OriginPredicate
from flask_crossorigin.core.policy import Policy
from flask_crossorigin.core.preflight import (
    PreflightRequest,
    debug_denial,
    decide_preflight,
    parse_preflight,
    respond,
)

from . import reference
from .requests import environ_of

SETTINGS: Final[tuple[dict[str, Any], ...]] = (
    {"origins": ["https://app.example.com"], "credentials": True},
    {"origins": ["https://*.example.com", "http://localhost:*"], "methods": ["PUT"]},
    {"origins": "*", "request_headers": ["X-Trace", "Content-Type"], "expose_headers": "*"},
    {"origins": ["null", "http://[::1]:8080"], "allow_null_origin": True, "methods": "*"},
    {"origins": [lambda origin: origin.endswith(".example")], "request_headers": []},
    {"origins": ["https://127.0.0.1", "https://*.a.example:*"], "credentials": True},
    {"origins": ["https://a.example"], "credentials": True, "methods": "*"},
)
POLICIES: Final = tuple((each, compile_policy(Policy(**each))) for each in SETTINGS)


def check(data: bytes) -> None:
    """Check the request in `data` with each policy."""
    environ = environ_of(data)
    request = parse_preflight(environ)
    origin = environ.get("HTTP_ORIGIN")
    for settings, policy in POLICIES:
        if request is not None:
            _check_preflight(settings, policy, request)
        _check_actual(settings, policy, origin)


def call(predicate: OriginPredicate, origin: str) -> bool | None:
    """Call an origin function."""
    return predicate.allows(origin, dict)


def _check_preflight(
    settings: dict[str, Any], policy: CompiledPolicy, request: PreflightRequest
) -> None:
    response = respond(policy, request, call)
    allowed = reference.allows_preflight(settings, *request)
    assert (response.reason is Reason.ALLOWED) == allowed
    headers = dict(response.headers)
    assert len(headers) == len(response.headers)
    if allowed:
        assert headers[ALLOW_ORIGIN] in {"*", request.origin}
        methods = headers.get(ALLOW_METHODS, "").split(", ")
        star = methods == ["*"] and not settings.get("credentials")
        assert star or request.method in {"GET", "HEAD", "POST", *methods}
        _check_allowed_names(settings, headers.get(ALLOW_HEADERS, ""), request.headers)
    else:
        assert ALLOW_ORIGIN not in headers
        denied = debug_denial(policy, request, response.reason)
        if not reference.allows(settings, request.origin):
            assert ALLOW_ORIGIN not in dict(denied.headers)
    assert all("\n" not in value and "\r" not in value for value in headers.values())
    decision = decide_preflight(policy, "app", request, call)
    assert decision.reason is response.reason
    assert decision.headers == (response.headers if allowed else decision.headers)


def _check_allowed_names(settings: dict[str, Any], sent: str, requested: str) -> None:
    """Check that a browser finds each requested name in what was sent."""
    names = {each.strip(" \t").lower() for each in sent.split(",")}
    for each in requested.split(","):
        name = each.strip(" \t").lower()
        star = "*" in names and name != "authorization" and not settings.get("credentials")
        assert name in {*names, ""} or star


def _check_actual(settings: dict[str, Any], policy: CompiledPolicy, origin: str | None) -> None:
    decision = decide_actual(policy, "app", origin, call)
    headers = dict(decision.headers)
    allowed = origin is not None and reference.allows(settings, origin)
    assert (decision.outcome is Outcome.ALLOWED) == allowed
    if settings["origins"] == "*":
        assert headers[ALLOW_ORIGIN] == "*"
    else:
        assert headers.get(ALLOW_ORIGIN) == (origin if allowed else None)
        assert headers["Vary"] == "Origin"
