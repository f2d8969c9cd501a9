"""HTTP-redirect fetch: how a redirect changes a request.

Source: Fetch standard, 4.5 HTTP-redirect fetch
(https://fetch.spec.whatwg.org/#http-redirect-fetch).
"""

from typing import Final

from ..core.fetch_standard import NON_WILDCARD_REQUEST_HEADER, REQUEST_BODY_HEADERS
from ..core.headers import Header
from .blocked import NetworkError
from .exchange import Exchange, combined, names_of
from .profiles import Profile
from .request import CLIENT_HINTS, Request
from .urls import URL

_MAX_REDIRECTS: Final = 20
_REFERRER_POLICIES: Final = frozenset(
    {
        "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
        "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
    }
)  # fmt: skip


def location_to_follow(request: Request, response: Exchange, profile: Profile) -> str | None:
    """Return the Location of a redirect; None if the redirect is the response itself.

    Source: 4.4, HTTP fetch, step 6 (https://fetch.spec.whatwg.org/#http-fetch).

    :raises NetworkError: if the redirect mode does not allow the redirect.
    """
    location = _location(request, response, profile)
    if request.redirect == "error" and (location or not profile.redirect_error_needs_location):
        raise NetworkError("redirect-mode")
    if request.redirect != "manual":
        return location
    if location and profile.redirect_manual_checks_location and _leaves_http(request, location):
        raise NetworkError("redirect-location", url=location)
    return None


def follow_redirect(request: Request, response: Exchange, location: str, profile: Profile) -> None:
    """Change `request` to what is sent to the target of a redirect (4.5).

    :raises NetworkError: if the redirect can't be followed.
    """
    # Steps 5 and 6: the URL.
    url = _target(request, location)
    # Steps 7 and 8: the number of redirects.
    if len(request.urls) > _MAX_REDIRECTS:
        raise NetworkError("redirect-count")
    # Steps 9 and 10: a user name in the URL.
    if url.has_credentials and _forbids_credentials_in(url, request, profile):
        raise NetworkError("redirect-credentials")
    # Steps 12 and 13: the method, the body and the headers.
    crosses_origins = url.origin != request.url.origin
    becomes_get = _becomes_get(response.status, request.method) or (
        profile.delete_becomes_get and crosses_origins and request.method == "DELETE"
    )
    _change_headers(request, response.status, url, profile)
    if becomes_get:
        request.method, request.body = "GET", None
    # Step 18: the URL list.
    request.urls.append(url)
    # Step 19: the referrer policy.
    if profile.redirect_changes_referrer_policy:
        _set_referrer_policy(request, response)


def _location(request: Request, response: Exchange, profile: Profile) -> str | None:
    """Return the Location of a redirect; None if it has none.

    Source: 2.2.6, location URL (https://fetch.spec.whatwg.org/#concept-response-location-url).

    :raises NetworkError: if it has several Location lines, and the engine does not follow it.
    """
    lines = [text for name, text in response.response_headers if name.lower() == "location"]
    if profile.several_locations == "equal":
        lines = list(dict.fromkeys(lines))
    if len(lines) > 1 and profile.several_locations != "joined" and request.redirect == "follow":
        raise NetworkError("redirect-location", url=", ".join(lines))
    return ", ".join(lines) if lines else None


def _target(request: Request, location: str) -> URL:
    try:
        url = request.url.join(location)
    except ValueError:
        raise NetworkError("redirect-location", url=location) from None
    if not url.is_http:
        raise NetworkError("redirect-location", url=url.href)
    return url


def _leaves_http(request: Request, location: str) -> bool:
    """Return whether `location` has a host, but a scheme other than http and https."""
    try:
        return not request.url.join(location).is_http
    except ValueError:
        return False


def _forbids_credentials_in(url: URL, request: Request, profile: Profile) -> bool:
    """Return whether a redirect can't lead to `url`, which has a user name or a password."""
    if profile.fetch_blocks_url_credentials and not request.is_xhr:
        return True
    leaves_page = url.origin != request.origin and not profile.preflights_before_url_credentials
    return request.mode == "cors" and (leaves_page or request.tainting == "cors")


def _becomes_get(status: int, method: str) -> bool:
    return (status in (301, 302) and method == "POST") or (
        status == 303 and method not in ("GET", "HEAD")
    )


def _change_headers(request: Request, status: int, url: URL, profile: Profile) -> None:
    """Drop the headers that a redirect with `status` does not send to `url`."""
    headers = _kept_headers(request, status, url, profile)
    if profile.safelists_client_hints and url.origin != request.origin:
        headers = _without(headers, CLIENT_HINTS.keys() - {"save-data"})
    bodiless = _without(headers, REQUEST_BODY_HEADERS)
    by_first_method = profile.restores_headers == "first method"
    method = request.first_method if by_first_method else request.method
    request.headers = bodiless if _becomes_get(status, method) else headers
    request.preflight_headers = bodiless if _becomes_get(status, request.method) else headers
    if profile.restores_headers == "current method" and _loses_credentials(request, url):
        request.first_headers = request.headers


def _kept_headers(request: Request, status: int, url: URL, profile: Profile) -> list[Header]:
    """Return the headers that are sent to `url` if the method does not change."""
    crosses_origins = url.origin != request.url.origin
    dropped = {NON_WILDCARD_REQUEST_HEADER} if crosses_origins else set[str]()
    if profile.restores_headers == "first method":
        return _without(request.first_headers, dropped)
    headers = _without(request.headers, dropped)
    is_cors = request.mode == "cors" and (
        request.tainting == "cors" or url.origin != request.origin
    )
    if profile.restores_headers == "current method" and (is_cors or status in (307, 308)):
        lost = set(names_of(request.first_headers)) - set(names_of(headers))
        return _without(request.first_headers, lost - REQUEST_BODY_HEADERS)
    if profile.drops_user_agent_on_redirect:
        return _without(headers, {"user-agent"})
    return headers


def _loses_credentials(request: Request, url: URL) -> bool:
    """Return whether a request without CORS leaves the page's origin for the first time."""
    return (
        request.mode == "no-cors"
        and request.credentials == "same-origin"
        and url.origin != request.origin
        and all(each.origin == request.origin for each in request.urls)
    )


def _without(headers: list[Header], names: frozenset[str] | set[str]) -> list[Header]:
    return [each for each in headers if each[0].lower() not in names]


def _set_referrer_policy(request: Request, response: Exchange) -> None:
    """Set the last known policy that a redirect names (Referrer Policy, 8.2)."""
    value = combined(response.response_headers, "Referrer-Policy") or ""
    for each in value.split(","):
        if (policy := each.strip(" \t").lower()) in _REFERRER_POLICIES:
            request.referrer_policy = policy
