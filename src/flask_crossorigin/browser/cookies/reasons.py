"""Why a cookie does not go with a request, or is not kept: what no browser tells a script."""

from typing import Final, Literal, NamedTuple

CookieReason = Literal[
    "credentials",
    "same-site",
    "same-site-unset",
    "third-party",
    "not-secure",
    "none-not-secure",
    "partitioned-not-secure",
    "hides-secure",
    "domain",
    "prefix",
    "unreadable",
]

_NONE: Final = (
    "Set it with SameSite=None and Secure: for Flask's session SESSION_COOKIE_SAMESITE = 'None' "
    "and SESSION_COOKIE_SECURE = True. Or let front end and API be of one site."
)
COOKIE_REASONS: Final[dict[CookieReason, tuple[str, str]]] = {
    # code: sentence, hint
    "credentials": (
        "the script fetches without credentials: 'include'",
        "Fetch with them; the policy has to allow that, credentials=True.",
    ),
    "same-site": ("its SameSite keeps it to pages of its own site", _NONE),
    "same-site-unset": ("it has no SameSite, which counts as Lax, to pages of its own site", _NONE),
    "third-party": (
        "the browser refuses cookies of other sites than the page's",
        "Let front end and API be of one site; some browsers keep a cookie with Partitioned.",
    ),
    "not-secure": (
        "it has Secure, and the server is without https",
        "Serve the API over https, or by the name localhost.",
    ),
    "none-not-secure": (
        "it has SameSite=None without Secure",
        "Set it with Secure: for Flask's session SESSION_COOKIE_SECURE = True.",
    ),
    "partitioned-not-secure": (
        "it has Partitioned without Secure",
        "Set it with Secure: for Flask's session SESSION_COOKIE_SECURE = True.",
    ),
    "hides-secure": (
        "it would take the place of one that came over https",
        "Serve the API over https.",
    ),
    "domain": (
        "its Domain is not the server's, or everybody's",
        "Leave Domain out, or name the server's own domain.",
    ),
    "prefix": (
        "it does not keep what its name's prefix promises",
        "For __Secure- set Secure; for __Host- set Secure and Path=/, and no Domain.",
    ),
    "unreadable": (
        "it is empty, too long, or has control characters in it",
        "Write NAME=VALUE, of 4096 bytes at most.",
    ),
}


class CookieLeftOut(NamedTuple):
    """A cookie that a browser did not send along, or did not keep.

    :ivar name: of the cookie; empty where it has none.
    :ivar reason: stable code, one of `COOKIE_REASONS`.
    """

    name: str
    reason: CookieReason

    @property
    def message(self) -> str:
        """Why, in words that go on a sentence."""
        return COOKIE_REASONS[self.reason][0]

    @property
    def hint(self) -> str:
        """What to change."""
        return COOKIE_REASONS[self.reason][1]
