"""The reference for one policy: what it makes of a request, in plain steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from . import origins
from .specs import Declaration

Folded: TypeAlias = dict[str, Any]
"""Every setting of a policy."""
MakeRequest: TypeAlias = Callable[[], Any]

DEFAULTS: Final[Folded] = {
    "origins": (),
    "credentials": False,
    "methods": ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"),
    "request_headers": "*",
    "expose_headers": (),
    "max_age": 600,
    "preflight_status": 204,
    "allow_null_origin": False,
}
NOBODY: Final[Folded] = DEFAULTS
PREFLIGHT_VARY: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def folded(inherited: Folded, declared: Declaration) -> Folded:
    """Return the settings that `declared` makes of the inherited ones."""
    return {**(DEFAULTS if declared.whole else inherited), **dict(declared.settings)}


def allows(policy: Folded, origin: str, make_request: MakeRequest) -> bool:
    """Return whether pages of `origin` may read."""
    if policy["origins"] == "*":
        return True
    if origin != "null" and origin not in origins.WELL_FORMED:
        return False
    listed = [each for each in policy["origins"] if each not in origins.FUNCTIONS]
    if any(_matches(each, origin) for each in listed):
        return True
    for name in policy["origins"]:
        if name in origins.FUNCTIONS and origin != "null":
            answer = origins.call(name, origin, make_request)
            if answer is not False:
                return bool(answer)  # None: it failed, so nothing is allowed
    return False


def _matches(listed: str, origin: str) -> bool:
    if listed == "https://*.example.com":
        return re.fullmatch(r"https://([a-z]+\.)+example\.com", origin) is not None
    if listed == "http://localhost:*":
        return re.fullmatch(r"http://localhost:[0-9]+", origin) is not None
    return listed == origin


def has_credentials(policy: Folded, origin: str | None) -> bool:
    """Return whether requests of `origin`, which is allowed, may carry credentials."""
    listed = policy["credentials"]
    return listed if isinstance(listed, bool) else origin in listed


def is_named(policy: Folded, origin: str) -> bool:
    """Return whether `origin` is listed among those with credentials."""
    listed = policy["credentials"]
    return not isinstance(listed, bool) and origin in listed


def varies(policy: Folded) -> bool:
    """Return whether the response depends on the origin."""
    return policy["origins"] != "*" or not isinstance(policy["credentials"], bool)


def is_star(policy: Folded, origin: str | None) -> bool:
    """Return whether the response to `origin` is the literal `*`."""
    return policy["origins"] == "*" and not has_credentials(policy, origin)


def actual(policy: Folded, origin: str | None, make_request: MakeRequest) -> dict[str, str]:
    """Return the headers that an actual response has."""
    vary = {"vary": "Origin"} if varies(policy) else {}
    if is_star(policy, origin):
        return {"access-control-allow-origin": "*", **_exposed(policy["expose_headers"]), **vary}
    if origin is None or not allows(policy, origin, make_request):
        return {"vary": "Origin"}
    return {
        "access-control-allow-origin": origin,
        **_credentials(has_credentials(policy, origin)),
        **_exposed(policy["expose_headers"]),
        **vary,
    }


def both(
    one: Folded, other: Folded, origin: str | None, make_request: MakeRequest
) -> dict[str, str]:
    """Return the headers of an actual response of which two policies decide: what both allow."""
    if is_star(one, origin) and is_star(other, origin):
        allow_origin = "*"
    elif origin is None or not (
        allows(one, origin, make_request) and allows(other, origin, make_request)
    ):
        return {"vary": "Origin"}
    else:
        allow_origin = origin
    exposed = [each["expose_headers"] for each in (one, other)]
    common = tuple(each for each in exposed[0] if exposed[1] == "*" or each in exposed[1])
    if exposed[0] == "*":
        common = exposed[1]
    return {
        "access-control-allow-origin": allow_origin,
        **_credentials(has_credentials(one, origin) and has_credentials(other, origin)),
        **_exposed(common),
        **({"vary": "Origin"} if varies(one) or varies(other) else {}),
    }


def _credentials(allowed: bool) -> dict[str, str]:
    return {"access-control-allow-credentials": "true"} if allowed else {}


def _exposed(names: Any) -> dict[str, str]:
    if not names:
        return {}
    return {"access-control-expose-headers": "*" if names == "*" else ", ".join(names)}


def preflight(
    policy: Folded, asks: Mapping[str, str], alone: bool, debug: bool, make_request: MakeRequest
) -> tuple[int, dict[str, str], str]:
    """Return status, headers and reason of the response to a preflight.

    :param asks: its origin, method and headers.
    :param alone: whether the URL has methods with other policies.
    """
    told: dict[str, str] = {}
    origin = asks["origin"]
    if not allows(policy, origin, make_request):
        return _refused("origin-refused", told)
    told["access-control-allow-origin"] = "*" if is_star(policy, origin) else origin
    told.update(_credentials(has_credentials(policy, origin)))
    methods = policy["methods"]
    bad = asks["method"].upper() in {"CONNECT", "TRACE", "TRACK", "B AD"}
    covered = asks["method"] in methods or (asks["method"] == "HEAD" and "GET" in methods)
    if bad if methods == "*" else not covered:
        # A browser would let GET, HEAD and POST pass if it saw an allow-origin.
        readable = debug and asks["method"] not in {"GET", "HEAD", "POST"}
        return _refused("method-not-allowed", told if readable else {})
    if alone or (methods == "*" and has_credentials(policy, origin)):
        told["access-control-allow-methods"] = asks["method"]
    else:
        told["access-control-allow-methods"] = methods if methods == "*" else ", ".join(methods)
    reason = _refused_headers(policy["request_headers"], asks["headers"])
    if reason == "header-not-allowed" and policy["request_headers"]:
        told["access-control-allow-headers"] = ", ".join(policy["request_headers"])
    if reason:
        return _refused(reason, told if debug else {})
    told.update(_allowed_headers(policy, origin, asks["headers"]))
    if alone or policy["max_age"] is not None:
        told["access-control-max-age"] = "0" if alone else str(policy["max_age"])
    return policy["preflight_status"], {**told, "vary": PREFLIGHT_VARY}, ""


def refused() -> tuple[int, dict[str, str], str]:
    """Return the response to a preflight for a URL whose routing fails."""
    return _refused("routing-failed", {})


def _refused(reason: str, told: dict[str, str]) -> tuple[int, dict[str, str], str]:
    return 200 if told else 403, {**told, "vary": PREFLIGHT_VARY}, reason


def _names(requested: str) -> list[str]:
    return [name for each in requested.split(",") if (name := each.strip(" \t"))]


def _refused_headers(listed: Any, requested: str) -> str:
    for name in _names(requested):
        if not _TOKEN.fullmatch(name):
            return "header-malformed"
        if listed != "*" and name.lower() not in [each.lower() for each in listed]:
            return "header-not-allowed"
    return ""


def _allowed_headers(policy: Folded, origin: str, requested: str) -> dict[str, str]:
    names = policy["request_headers"]
    if names == "*":
        names = _names(requested) if has_credentials(policy, origin) else ["*", "Authorization"]
    return {"access-control-allow-headers": ", ".join(names)} if names else {}
