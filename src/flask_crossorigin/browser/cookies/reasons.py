"""Reasons why a cookie is not sent or not stored. A script in a browser never learns them."""

from typing import Final, Literal, NamedTuple

from ...core.messages import Message

CookieReason = Literal[
    "credentials-omitted",
    "same-site",
    "same-site-default",
    "third-party",
    "secure-over-http",
    "same-site-none-without-secure",
    "partitioned-without-secure",
    "overwrites-secure",
    "domain-mismatch",
    "prefix-mismatch",
    "malformed",
]

_CROSS_SITE_HINT: Final = (
    "Set it with SameSite=None and Secure. For Flask's session, write "
    "SESSION_COOKIE_SAMESITE = 'None' and SESSION_COOKIE_SECURE = True. "
    "Or serve the front end and the API from the same site."
)
_SECURE_HINT: Final = "Set it with Secure. For Flask's session, write SESSION_COOKIE_SECURE = True."
COOKIE_REASONS: Final[dict[CookieReason, Message]] = {
    # The text continues a sentence.
    "credentials-omitted": Message(
        "the script fetches without credentials: 'include'",
        "Fetch with credentials: 'include'. The policy must allow it, with credentials=True.",
    ),
    "same-site": Message(
        "its SameSite attribute limits it to requests from its own site",
        _CROSS_SITE_HINT,
    ),
    "same-site-default": Message(
        "it has no SameSite attribute, which counts as Lax and limits it to requests from its "
        "own site",
        _CROSS_SITE_HINT,
    ),
    "third-party": Message(
        "the browser blocks third-party cookies",
        "Serve the front end and the API from the same site. Some browsers accept a third-party "
        "cookie that is set with Partitioned.",
    ),
    "secure-over-http": Message(
        "it has the Secure attribute, and the URL is not https",
        "Serve the API over https, or from the host localhost.",
    ),
    "same-site-none-without-secure": Message("it has SameSite=None without Secure", _SECURE_HINT),
    "partitioned-without-secure": Message("it has Partitioned without Secure", _SECURE_HINT),
    "overwrites-secure": Message(
        "it would replace a Secure cookie, and the URL is not https",
        "Serve the API over https.",
    ),
    "domain-mismatch": Message(
        "its Domain attribute is a public suffix, or not a domain of the server",
        "Leave Domain out, or write the server's own domain.",
    ),
    "prefix-mismatch": Message(
        "it lacks attributes that the prefix of its name requires",
        "For __Secure- set Secure. For __Host- set Secure and Path=/, and no Domain.",
    ),
    "malformed": Message(
        "it is empty, too long, or contains control characters",
        "Write NAME=VALUE, at most 4096 bytes.",
    ),
}


class CookieLeftOut(NamedTuple):
    """A cookie that a browser did not send, or did not store.

    :ivar name: name of the cookie; empty if it has none.
    :ivar reason: stable code, a key of `COOKIE_REASONS`.
    """

    name: str
    reason: CookieReason

    @property
    def message(self) -> str:
        """The reason, as a clause that continues a sentence."""
        return COOKIE_REASONS[self.reason].text

    @property
    def hint(self) -> str:
        """The change that helps, in one or two sentences."""
        return COOKIE_REASONS[self.reason].hint
