"""Response checks: the CORS check, the resource policy check, and the preflight check.

Source: Fetch standard, 3.7 Cross-Origin-Resource-Policy, 4.8 CORS-preflight fetch and 4.10 CORS
check.
"""

from typing import Final, NamedTuple

from ..core.fetch_standard import NON_WILDCARD_REQUEST_HEADER, NULL_ORIGIN, SAFELISTED_METHODS
from ..core.headers import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS
from .blocked import NetworkError
from .exchange import Exchange, allow_origin, combined, list_values, origin_of
from .profiles import Profile
from .request import REDIRECT_STATUSES, Request
from .urls import URL, registrable_domain

_OPAQUE_ADVICE: Final = (
    "Many pages share the opaque origin null. Fetch from a page with an origin of its own: not "
    "from a sandboxed frame, and not after a redirect across origins."
)


class Allowed(NamedTuple):
    """The methods and header names that a preflight response allows.

    :ivar methods: items of Access-Control-Allow-Methods.
    :ivar header_names: items of Access-Control-Allow-Headers.
    """

    methods: list[str]
    header_names: list[str]


def cors_check(request: Request, response: Exchange, profile: Profile) -> None:
    """Check that the server allows the origin (4.10, https://fetch.spec.whatwg.org/#cors-check).

    :raises NetworkError: if it does not.
    """
    what = "preflight response" if response.kind == "preflight" else "response"
    origin = origin_of(response) or request.serialized_origin
    includes_credentials = request.credentials == "include" or (
        profile.checks_kept_credentials and _kept_credentials(request, response)
    )
    # Steps 1 and 2.
    value = allow_origin(response)
    if value is None:
        hint = f"Allow it with origins=[..., {origin!r}]."
        if origin == NULL_ORIGIN:
            hint = _OPAQUE_ADVICE
        raise NetworkError("allow-origin-missing", what=what, origin=origin, advice=hint)
    # Step 3.
    if value == "*" and not includes_credentials:
        return
    # Step 4.
    if value != origin:
        reason = "allow-origin-wildcard" if value == "*" else "allow-origin-mismatch"
        raise NetworkError(reason, what=what, origin=origin, value=value)
    # Steps 5 to 8.
    if includes_credentials:
        credentials = combined(response.response_headers, ALLOW_CREDENTIALS)
        if credentials != "true":
            value = credentials or "missing"
            raise NetworkError("allow-credentials-not-true", what=what, value=value)


def _kept_credentials(request: Request, response: Exchange) -> bool:
    """Return whether a request sent credentials to the page's origin, and was not checked since."""
    if request.credentials != "same-origin" or request.urls[0].origin != request.origin:
        return False
    if response.kind == "preflight":
        is_page_origin = [url.origin == request.origin for url in request.urls]
        return len(is_page_origin) - is_page_origin.index(False) > 1
    return response.status in REDIRECT_STATUSES and not request.needed_preflight


def resource_policy_check(request: Request, response: Exchange) -> None:
    """Check that the server lets the page's origin or site embed the response.

    Source: 3.7, cross-origin resource policy check
    (https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check).

    :raises NetworkError: if it does not.
    """
    value = combined(response.response_headers, "Cross-Origin-Resource-Policy")
    same_origin = request.origin == request.url.origin
    same_site = request.origin is not None and _is_same_site(URL(request.origin), request.url)
    if (value == "same-origin" and not same_origin) or (value == "same-site" and not same_site):
        raise NetworkError("resource-policy", value=value, origin=request.serialized_origin)


def _is_same_site(page: URL, resource: URL) -> bool:
    """Return whether page and resource share a site. Only https pages share one with https."""
    downgrades = page.scheme != "https" and resource.scheme == "https"
    return registrable_domain(page.host) == registrable_domain(resource.host) and not downgrades


def preflight_check(request: Request, response: Exchange, profile: Profile) -> Allowed:
    """Check a preflight response, and return what it allows.

    Source: 4.8, CORS-preflight fetch, steps 7 to 7.3
    (https://fetch.spec.whatwg.org/#cors-preflight-fetch).

    :raises NetworkError: if it fails the CORS check, its status is not 200 to 299, or a header is
        malformed.
    """
    if response.status in REDIRECT_STATUSES:
        raise NetworkError("preflight-redirected", status=response.status)
    if profile.checks_same_origin_preflight or request.url.origin != request.origin:
        cors_check(request, response, profile)
    if not 200 <= response.status <= 299:
        raise NetworkError("preflight-status", status=response.status)
    return Allowed(_names_in(response, ALLOW_METHODS), _names_in(response, ALLOW_HEADERS))


def _names_in(response: Exchange, header: str) -> list[str]:
    items = list_values(response.response_headers, header)
    if items is None:
        value = combined(response.response_headers, header)
        raise NetworkError("preflight-malformed", name=header, value=value)
    return items


def check_allowed(
    request: Request, response: Exchange, allowed: Allowed, unsafe: list[str], profile: Profile
) -> None:
    """Check that a preflight response allows the request.

    Source: 4.8, CORS-preflight fetch, steps 7.4 to 7.7
    (https://fetch.spec.whatwg.org/#cors-preflight-fetch).

    :param allowed: what the response allows; step 7.4 may add the method.
    :param unsafe: header names that the preflight lists.
    :raises NetworkError: if it does not.
    """
    allow_methods = combined(response.response_headers, ALLOW_METHODS)
    # Step 7.4.
    if allow_methods is None and request.use_preflight and profile.upload_listener_allows_method:
        allowed.methods.append(request.method)
    # Step 7.5.
    if not _allows_method(request, allowed.methods):
        value = allow_methods or "missing"
        raise NetworkError("preflight-method", method=request.method, value=value)
    # Steps 7.6 and 7.7.
    for name in unsafe:
        if not _allows_header(request, name, allowed.header_names, profile):
            value = combined(response.response_headers, ALLOW_HEADERS) or "missing"
            raise NetworkError("preflight-header", name=name, value=value)


def _allows_method(request: Request, methods: list[str]) -> bool:
    return (
        request.method in methods
        or request.method in SAFELISTED_METHODS
        or ("*" in methods and request.credentials != "include")
    )


def _allows_header(request: Request, name: str, allowed: list[str], profile: Profile) -> bool:
    if name in {each.lower() for each in allowed}:
        return True
    if "*" not in allowed or request.credentials == "include":
        return False
    return name != NON_WILDCARD_REQUEST_HEADER or profile.wildcard_covers_authorization
