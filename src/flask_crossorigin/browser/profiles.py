"""What real engines do otherwise than the standard says, each difference with a name.

`DIFFERENCES` tells where each was seen.
"""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

ProfileName = Literal["standard", "chromium", "firefox", "webkit"]


@dataclass(frozen=True, slots=True)
class Profile:
    """One engine's ways; the defaults are the standard's.

    :ivar name: as it is asked for.
    :ivar max_age_cap: seconds that a preflight's answer is kept at most; None for no limit.
    :ivar star_covers_authorization: ``Access-Control-Allow-Headers: *`` allows Authorization.
    :ivar preflight_keeps_origin: a preflight after a cross-origin redirect names the page's
        origin, though the request that follows names ``null``.
    :ivar handshake_metadata: a WebSocket's handshake carries Sec-Fetch-*.
    :ivar lax_by_default: a cookie without SameSite counts as Lax; else as None.
    :ivar third_party_cookies: whether requests to other sites carry cookies at all.
    :ivar preflights_without_upload: an upload listener makes for a preflight also where nothing is
        uploaded.
    :ivar cache_modes_that_forget: the cache modes of a fetch for which no earlier preflight serves.
    """

    name: ProfileName
    max_age_cap: int | None = None
    star_covers_authorization: bool = False
    preflight_keeps_origin: bool = False
    handshake_metadata: bool = True
    lax_by_default: bool = True
    third_party_cookies: bool = True
    preflights_without_upload: bool = True
    cache_modes_that_forget: frozenset[str] = frozenset()


PROFILES: Final[dict[ProfileName, Profile]] = {
    "standard": Profile("standard"),
    "chromium": Profile(
        "chromium",
        max_age_cap=7200,
        star_covers_authorization=True,
        handshake_metadata=False,
        preflights_without_upload=False,
        cache_modes_that_forget=frozenset({"no-cache", "no-store", "reload"}),
    ),
    "firefox": Profile(
        "firefox",
        max_age_cap=86400,
        star_covers_authorization=True,
        preflight_keeps_origin=True,
        lax_by_default=False,
        cache_modes_that_forget=frozenset({"no-store", "reload"}),
    ),
    "webkit": Profile(
        "webkit",
        max_age_cap=600,
        star_covers_authorization=True,
        lax_by_default=False,
    ),
}


class Difference(NamedTuple):
    """A way of an engine that is not the standard's, and the versions it was seen in."""

    engine: ProfileName
    field: str
    seen_in: str


DIFFERENCES: Final = (
    Difference("chromium", "preflights_without_upload", "Chromium 156"),
    Difference("chromium", "max_age_cap", "Chromium 156"),
    Difference("chromium", "star_covers_authorization", "Chromium 156"),
    Difference("chromium", "handshake_metadata", "Chromium 156"),
    Difference("chromium", "cache_modes_that_forget", "Chromium 156"),
    Difference("firefox", "cache_modes_that_forget", "Firefox 153 ESR"),
    Difference("firefox", "max_age_cap", "Firefox 153 ESR"),
    Difference("firefox", "star_covers_authorization", "Firefox 153 ESR"),
    Difference("firefox", "preflight_keeps_origin", "Firefox 153 ESR"),
    Difference("firefox", "lax_by_default", "Firefox 153 ESR"),
    Difference("webkit", "max_age_cap", "WebKitGTK 2.50"),
    Difference("webkit", "star_covers_authorization", "WebKitGTK 2.50"),
    Difference("webkit", "lax_by_default", "WebKitGTK 2.50"),
)
"""Every field in which a profile differs from ``standard``."""
