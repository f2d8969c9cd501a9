"""The headers that a browser puts on a request by itself, and no script can change.

Source: Fetch standard, 3.2 Origin header; Fetch Metadata, 2.
"""

from typing import Final

from ..core.fetch_standard import NULL_ORIGIN
from ..core.headers import Header
from .exchange import Exchange, Kind, combined
from .profiles import Profile
from .request import Request
from .urls import URL, site_of_origin

_DOCUMENT_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_SINGLES: Final = frozenset({"authorization", "content-type", "from", "user-agent"})
_DOWNGRADE_SAFE: Final = frozenset(
    {"", "no-referrer-when-downgrade", "strict-origin", "strict-origin-when-cross-origin"}
)


def scripted(request: Request, profile: Profile) -> list[Header]:
    """The headers that the script has set, and Accept if it has not."""
    headers = list(request.headers)
    if profile.sends_singles:
        last = {name.lower(): index for index, (name, _) in enumerate(headers)}
        headers = [
            each
            for index, each in enumerate(headers)
            if each[0].lower() not in _SINGLES or last[each[0].lower()] == index
        ]
    if combined(headers, "Accept") is None:
        headers.append(("Accept", _DOCUMENT_ACCEPT if request.mode == "navigate" else "*/*"))
    return headers


def origin_header(
    request: Request, profile: Profile, kind: Kind, earlier: list[Exchange]
) -> list[Header]:
    """The Origin header (3.2, append a request Origin header)."""
    if kind == "preflight" and profile.preflight_keeps_origin:
        return [("Origin", request.origin or NULL_ORIGIN)]
    if request.tainting == "cors" or request.mode == "websocket":
        return [("Origin", request.serialized_origin)]
    if request.method not in ("GET", "HEAD"):
        return [("Origin", _guarded_origin(request, profile))]
    if profile.keeps_origin_header and len(request.urls) > 1 and kind != "navigation":
        before, after = request.urls[-2:]
        kept = combined(earlier[-1].request_headers, "Origin")
        if before.origin == after.origin and kept is not None:
            return [("Origin", kept)]
    return []


def _guarded_origin(request: Request, profile: Profile) -> str:
    """The origin as far as the referrer policy tells it, outside of mode ``cors``."""
    if request.mode == "cors":
        return request.serialized_origin
    navigates = request.mode == "navigate"
    forgets = ("navigations", "everywhere") if navigates else ("everywhere",)
    if request.has_crossed and profile.forgets_origin_on_redirect in forgets:
        return NULL_ORIGIN
    policy = request.referrer_policy
    if request.origin is not None and (navigates or profile.origin_under_policy):
        downgraded = request.origin.startswith("https:") and request.url.scheme != "https"
        if (
            policy == "no-referrer"
            or (policy in _DOWNGRADE_SAFE and downgraded)
            or (policy == "same-origin" and request.origin != request.url.origin)
        ):
            return NULL_ORIGIN
    return request.serialized_origin


def fetch_metadata(request: Request, profile: Profile, kind: Kind) -> list[Header]:
    """The Sec-Fetch-* headers (Fetch Metadata, 2)."""
    if not request.url.is_trustworthy or (kind == "handshake" and not profile.handshake_metadata):
        return []
    if kind == "navigation":
        asked_for = request.user_activated and profile.user_metadata
        user = [("Sec-Fetch-User", "?1")] if asked_for else []
        return [*_metadata("document", "navigate", _site(request.origin, request.urls)), *user]
    if kind == "preflight":
        return _metadata("empty", "cors", _preflight_site(request, profile))
    if request.tainting == "cors" and request.has_just_crossed and not profile.metadata_on_redirect:
        return []
    destination = profile.handshake_destination if kind == "handshake" else "empty"
    return _metadata(destination, request.mode, _site(request.origin, request.urls))


def _metadata(destination: str, mode: str, site: str) -> list[Header]:
    return [("Sec-Fetch-Dest", destination), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Site", site)]


def _preflight_site(request: Request, profile: Profile) -> str:
    if profile.preflight_site == "url":
        return _site(request.origin, [request.url])
    if profile.preflight_site == "origin" and request.is_redirect_tainted:
        return _site(None, request.urls)
    return _site(request.origin, request.urls)


def _site(origin: str | None, urls: list[URL]) -> str:
    """How far the `urls` are from a page of `origin` (Fetch Metadata, 2.3)."""
    site = "same-origin"
    for url in urls:
        if url.origin == origin:
            continue
        if url.site != site_of_origin(origin):
            return "cross-site"
        site = "same-site"
    return site
