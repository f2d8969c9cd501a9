"""Request headers: those of the script, and those that the browser adds and no script can change.

Source: Fetch standard, 3.2 Origin header (https://fetch.spec.whatwg.org/#origin-header); Fetch
Metadata, 2 (https://w3c.github.io/webappsec-fetch-metadata/).
"""

from typing import Final

from ..core.fetch_standard import NULL_ORIGIN
from ..core.headers import Header
from .exchange import Exchange, Kind, combined
from .profiles import Profile
from .request import Request
from .urls import URL, site_of_origin

_DOCUMENT_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_SINGLE_VALUES: Final = frozenset({"authorization", "content-type", "from", "user-agent"})
_DOWNGRADE_SAFE: Final = frozenset(
    {"", "no-referrer-when-downgrade", "strict-origin", "strict-origin-when-cross-origin"}
)


def script_headers(request: Request, profile: Profile) -> list[Header]:
    """Return the headers that the script set, and Accept if it did not set that."""
    headers = list(request.headers)
    if profile.sends_last_single_value:
        last = {name.lower(): index for index, (name, _) in enumerate(headers)}
        headers = [
            each
            for index, each in enumerate(headers)
            if each[0].lower() not in _SINGLE_VALUES or last[each[0].lower()] == index
        ]
    if combined(headers, "Accept") is None:
        headers.append(("Accept", _DOCUMENT_ACCEPT if request.mode == "navigate" else "*/*"))
    return headers


def preflight_headers(request: Request, unsafe: list[str], profile: Profile) -> list[Header]:
    """Return the headers of a preflight, apart from those that every request has.

    Source: 4.8, CORS-preflight fetch, steps 2 to 5
    (https://fetch.spec.whatwg.org/#cors-preflight-fetch).

    :param unsafe: header names that the preflight lists.
    """
    headers = [("Accept", "*/*"), ("Access-Control-Request-Method", request.method)]
    if unsafe:
        headers.append(("Access-Control-Request-Headers", ",".join(unsafe)))
    user_agent = combined(request.headers, "User-Agent")
    if user_agent is not None and profile.preflight_sends_user_agent:
        headers.append(("User-Agent", user_agent))
    return headers


def origin_header(
    request: Request, profile: Profile, kind: Kind, earlier: list[Exchange]
) -> list[Header]:
    """Return the Origin header, if the request has one.

    Source: 3.2, append a request Origin header
    (https://fetch.spec.whatwg.org/#append-a-request-origin-header).

    :param earlier: exchanges of the same fetch so far.
    """
    if kind == "preflight" and profile.preflight_keeps_origin:
        return [("Origin", request.origin or NULL_ORIGIN)]
    if request.tainting == "cors" or request.mode == "websocket":
        return [("Origin", request.serialized_origin)]
    if request.method not in ("GET", "HEAD"):
        return [("Origin", _origin_by_referrer_policy(request, profile))]
    if profile.keeps_origin_header and len(request.urls) > 1 and kind != "navigation":
        before, after = request.urls[-2:]
        kept = combined(earlier[-1].request_headers, "Origin")
        if before.origin == after.origin and kept is not None:
            return [("Origin", kept)]
    return []


def _origin_by_referrer_policy(request: Request, profile: Profile) -> str:
    """Return the Origin header of a request that does not use CORS and is not GET or HEAD."""
    if request.mode == "cors":
        return request.serialized_origin
    navigates = request.mode == "navigate"
    nulls = ("navigations", "always") if navigates else ("always",)
    if request.redirected_across_origins and profile.origin_null_after_redirect in nulls:
        return NULL_ORIGIN
    policy = request.referrer_policy
    if request.origin is not None and (navigates or profile.origin_follows_referrer_policy):
        downgraded = request.origin.startswith("https:") and request.url.scheme != "https"
        if (
            policy == "no-referrer"
            or (policy in _DOWNGRADE_SAFE and downgraded)
            or (policy == "same-origin" and request.origin != request.url.origin)
        ):
            return NULL_ORIGIN
    return request.serialized_origin


def fetch_metadata(request: Request, profile: Profile, kind: Kind) -> list[Header]:
    """Return the Sec-Fetch-* headers (Fetch Metadata, 2)."""
    if not request.url.is_trustworthy:
        return []
    if kind == "handshake" and not profile.handshake_fetch_metadata:
        return []
    if kind == "navigation":
        user_started = request.user_activated and profile.sends_fetch_user
        user = [("Sec-Fetch-User", "?1")] if user_started else []
        return [*_metadata("document", "navigate", _site(request.origin, request.urls)), *user]
    if kind == "preflight":
        return _metadata("empty", "cors", _preflight_site(request, profile))
    if (
        request.tainting == "cors"
        and request.last_redirect_crossed_origins
        and not profile.fetch_metadata_after_redirect
    ):
        return []
    destination = profile.handshake_destination if kind == "handshake" else "empty"
    return _metadata(destination, request.mode, _site(request.origin, request.urls))


def _metadata(destination: str, mode: str, site: str) -> list[Header]:
    return [("Sec-Fetch-Dest", destination), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Site", site)]


def _preflight_site(request: Request, profile: Profile) -> str:
    if profile.preflight_site == "current url":
        return _site(request.origin, [request.url])
    if profile.preflight_site == "origin" and request.is_redirect_tainted:
        return _site(None, request.urls)
    return _site(request.origin, request.urls)


def _site(origin: str | None, urls: list[URL]) -> str:
    """Return how far `urls` are from a page of `origin` (Fetch Metadata, 2.3)."""
    site = "same-origin"
    for url in urls:
        if url.origin == origin:
            continue
        if url.site != site_of_origin(origin):
            return "cross-site"
        site = "same-site"
    return site
