"""What a browser checks in a response before a page may see it.

Source: Fetch standard, 3.7 Cross-Origin-Resource-Policy, 4.8 CORS-preflight fetch and 4.10 CORS
check.
"""

from typing import Final, NamedTuple

from ..core.fetch_standard import NON_WILDCARD_REQUEST_HEADER, NULL_ORIGIN, SAFELISTED_METHODS
from .blocked import NetworkError
from .exchange import Exchange, combined, list_values
from .profiles import Profile
from .request import REDIRECTS, Request
from .urls import URL, registrable_domain

_OPAQUE_ADVICE: Final = (
    "An opaque origin is that of many pages at once; fetch from a page with an origin of its own: "
    "a frame without sandbox, no redirect over a third origin."
)


class Allowed(NamedTuple):
    """What a preflight's answer allows, as it is listed there."""

    methods: list[str]
    names: list[str]


def cors_check(request: Request, response: Exchange, profile: Profile) -> None:
    """Check that the server allows the origin (4.10).

    :raises NetworkError: if it doesn't.
    """
    what = "preflight's answer" if response.kind == "preflight" else "response"
    origin = combined(response.request_headers, "Origin") or request.serialized_origin
    include = request.credentials == "include" or (
        profile.checks_kept_credentials and _kept_credentials(request, response)
    )
    value = combined(response.response_headers, "Access-Control-Allow-Origin")
    if value is None:
        advice = _OPAQUE_ADVICE if origin == NULL_ORIGIN else f"Allow it, origins=[{origin!r}]."
        raise NetworkError("allow-origin-missing", what=what, origin=origin, advice=advice)
    if value == "*" and not include:
        return
    if value != origin:
        reason = "allow-origin-star" if value == "*" else "allow-origin-mismatch"
        raise NetworkError(reason, what=what, origin=origin, value=value)
    if include:
        allowed = combined(response.response_headers, "Access-Control-Allow-Credentials")
        if allowed != "true":
            raise NetworkError("allow-credentials", what=what, value=allowed or "missing")


def _kept_credentials(request: Request, response: Exchange) -> bool:
    """Say whether a request has carried credentials home, and has not been asked about since."""
    if request.credentials != "same-origin" or request.urls[0].origin != request.origin:
        return False
    if response.kind == "preflight":
        home = [url.origin == request.origin for url in request.urls]
        return len(home) - home.index(False) > 1
    return response.status in REDIRECTS and not request.needed_preflight


def resource_policy_check(request: Request, response: Exchange) -> None:
    """Check that the response is not kept from other origins, or sites (3.7).

    :raises NetworkError: if it is.
    """
    value = combined(response.response_headers, "Cross-Origin-Resource-Policy")
    same_origin = request.origin == request.url.origin
    same_site = request.origin is not None and _is_same_site(URL(request.origin), request.url)
    if (value == "same-origin" and not same_origin) or (value == "same-site" and not same_site):
        raise NetworkError("resource-policy", value=value, origin=request.serialized_origin)


def _is_same_site(page: URL, resource: URL) -> bool:
    """Say whether a page may have what is for its site: not in the clear what is encrypted."""
    is_exposed = page.scheme != "https" and resource.scheme == "https"
    return registrable_domain(page.host) == registrable_domain(resource.host) and not is_exposed


def allowed_by(request: Request, response: Exchange, profile: Profile) -> Allowed:
    """What a preflight's answer allows (4.8, steps 7 to 7.3).

    :raises NetworkError: if it is none.
    """
    if response.status in REDIRECTS:
        raise NetworkError("preflight-redirected", status=response.status)
    if profile.checks_own_preflight or request.url.origin != request.origin:
        cors_check(request, response, profile)
    if not 200 <= response.status <= 299:
        raise NetworkError("preflight-status", status=response.status)
    return Allowed(
        _listed(response, "Access-Control-Allow-Methods"),
        _listed(response, "Access-Control-Allow-Headers"),
    )


def check_allowed(
    request: Request, response: Exchange, allowed: Allowed, unsafe: list[str], profile: Profile
) -> None:
    """Check that a preflight's answer allows the request (4.8, steps 7.4 to 7.7).

    :raises NetworkError: if it doesn't.
    """
    answered = combined(response.response_headers, "Access-Control-Allow-Methods")
    if answered is None and request.use_preflight and profile.flag_allows_method:
        allowed.methods.append(request.method)
    _check_method(request, allowed.methods, answered)
    _check_names(request, response, unsafe, allowed.names, profile)


def _check_method(request: Request, methods: list[str], answered: str | None) -> None:
    if (
        request.method in methods
        or request.method in SAFELISTED_METHODS
        or ("*" in methods and request.credentials != "include")
    ):
        return
    raise NetworkError("preflight-method", method=request.method, value=answered or "missing")


def _check_names(
    request: Request, response: Exchange, unsafe: list[str], names: list[str], profile: Profile
) -> None:
    lowered = {name.lower() for name in names}
    covers_all = "*" in names and request.credentials != "include"
    for name in unsafe:
        covered = covers_all and (
            name != NON_WILDCARD_REQUEST_HEADER or profile.star_covers_authorization
        )
        if name not in lowered and not covered:
            value = combined(response.response_headers, "Access-Control-Allow-Headers")
            raise NetworkError("preflight-header", name=name, value=value or "missing")


def _listed(response: Exchange, header: str) -> list[str]:
    items = list_values(response.response_headers, header)
    if items is None:
        value = combined(response.response_headers, header)
        raise NetworkError("preflight-unreadable", name=header, value=value)
    return items
