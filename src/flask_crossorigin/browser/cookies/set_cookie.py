"""Set-Cookie: parse a cookie, and reject one that browsers reject.

Source: RFC 6265bis, 5.6 The Set-Cookie Header Field and 5.7 Storage Model.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..exchange import bounded_number
from ..profiles import Profile
from ..urls import URL, is_ip_address, is_public_suffix
from .context import Context
from .dates import seconds_of_date
from .reasons import CookieReason

_MAX_AGE: Final = re.compile("-?[0-9]+")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BLANK: Final = " \t"
_PREFIXES: Final = ("__host-", "__secure-")
_MAX_PAIR: Final = 4096
_MAX_ATTRIBUTE: Final = 1024
_MAX_LIFETIME: Final = 400 * 24 * 3600  # RFC 6265bis, 5.5


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie, as the jar stores it.

    :ivar host_only: whether it has no Domain attribute, so that it is sent to its own host alone.
    :ivar same_site: ``strict``, ``lax`` or ``none``.
    :ivar expires: when it expires, in seconds since 1970; None for a session cookie.
    :ivar partition: top-level site that it is kept for; None for one that is not partitioned.
    :ivar created: when it was set, in seconds since 1970.
    :ivar lax_by_default: whether it is Lax because it has no SameSite attribute.
    """

    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    same_site: str
    expires: float | None
    partition: str | None
    created: float
    lax_by_default: bool

    @property
    def same_site_reason(self) -> CookieReason:
        """The reason to report if SameSite keeps the cookie from a request."""
        return "same-site-default" if self.lax_by_default else "same-site"

    def matches(self, url: URL) -> bool:
        """Return whether the cookie belongs to `url`, apart from SameSite and Secure.

        Source: RFC 6265, 5.4.
        """
        if self.host_only:
            return url.host == self.domain and path_matches(url.path, self.path)
        return domain_matches(url.host, self.domain) and path_matches(url.path, self.path)


class CookieRejectedError(Exception):
    """A browser does not store a cookie.

    :ivar reason: key of `COOKIE_REASONS`.
    """

    def __init__(self, reason: CookieReason) -> None:
        self.reason: CookieReason = reason
        super().__init__(reason)


def parse_cookie(line: str, url: URL, context: Context, profile: Profile, now: float) -> Cookie:
    """Parse the value of a Set-Cookie header.

    :param url: URL of the response.
    :param now: current time, in seconds since 1970.
    :raises CookieRejectedError: if the cookie is malformed, or its attributes contradict each other
        or `url`.
    """
    name, value = name_and_value(line)
    is_empty = not name and not value
    if is_empty or _CONTROLS.search(line) or len(name) + len(value) > _MAX_PAIR:
        raise CookieRejectedError("malformed")
    attributes = _parse_attributes(line.split(";")[1:])
    domain = _domain(attributes, url)
    secure, path = "secure" in attributes, attributes.get("path", "")
    if secure and not url.is_trustworthy:
        raise CookieRejectedError("secure-over-http")
    if profile.checks_cookie_prefixes and not _fits_prefix(name, value, secure, domain, path):
        raise CookieRejectedError("prefix-mismatch")
    if "partitioned" in attributes and profile.supports_partitioned and not secure:
        raise CookieRejectedError("partitioned-without-secure")
    same_site = attributes.get("samesite", "").lower()
    if same_site == "none" and not secure and profile.same_site_none_needs_secure:
        raise CookieRejectedError("same-site-none-without-secure")
    is_default = same_site not in ("strict", "lax", "none")
    if is_default:
        same_site = "lax" if profile.cookies_lax_by_default else "none"
    return Cookie(
        name=name,
        value=value,
        domain=domain or url.host,
        host_only=not domain,
        path=path if path.startswith("/") else url.path.rpartition("/")[0] or "/",
        secure=secure,
        same_site=same_site,
        expires=_expiry(attributes, now),
        partition=_partition(attributes, url, context, profile),
        created=now,
        lax_by_default=is_default and same_site == "lax",
    )


def name_and_value(line: str) -> tuple[str, str]:
    """Return the name, which may be empty, and the value that `line` sets."""
    name, equals, value = (each.strip(_BLANK) for each in line.partition(";")[0].partition("="))
    return (name, value) if equals else ("", name)


def _parse_attributes(parts: Iterable[str]) -> dict[str, str]:
    """Return the valid attributes by name in lower case; the last one wins."""
    attributes: dict[str, str] = {}
    for part in parts:
        key, _, text = part.partition("=")
        name, value = key.strip(_BLANK).lower(), text.strip(_BLANK)
        if (
            len(value) > _MAX_ATTRIBUTE
            or (name == "max-age" and not _MAX_AGE.fullmatch(value))
            or (name == "expires" and seconds_of_date(value) is None)
        ):
            continue
        attributes[name] = value
    return attributes


def _domain(attributes: dict[str, str], url: URL) -> str:
    """Return the value of the Domain attribute; empty for a host-only cookie.

    :raises CookieRejectedError: if it is not a domain of the host.
    """
    domain = attributes.get("domain", "").removeprefix(".").lower()
    if not domain:
        return ""
    if is_public_suffix(domain):
        if domain == url.host:
            return ""  # RFC 6265bis, 5.7: a public suffix can set cookies for itself
        raise CookieRejectedError("domain-mismatch")
    if not domain_matches(url.host, domain):
        raise CookieRejectedError("domain-mismatch")
    return domain


def _fits_prefix(name: str, value: str, secure: bool, domain: str, path: str) -> bool:
    """Return whether a cookie has the attributes that its prefix requires.

    A cookie without a name must not have a value that looks like a prefixed name.

    Source: RFC 6265bis, 5.4 and 5.7.
    """
    prefixed = (name or value).lower()
    if not name and prefixed.startswith(_PREFIXES):
        return False
    if prefixed.startswith("__host-"):
        return secure and not domain and path == "/"
    return secure or not prefixed.startswith("__secure-")


def _expiry(attributes: dict[str, str], now: float) -> float | None:
    """Return when a cookie expires, in seconds since 1970; None for a session cookie."""
    if "max-age" in attributes:
        digits = attributes["max-age"]
        return now if digits[0] == "-" else now + min(bounded_number(digits), _MAX_LIFETIME)
    expires = seconds_of_date(attributes.get("expires", ""))
    return None if expires is None else min(expires, now + _MAX_LIFETIME)


def _partition(
    attributes: dict[str, str], url: URL, context: Context, profile: Profile
) -> str | None:
    """Return the top-level site that a cookie is kept for; None if it is not partitioned."""
    requested = profile.supports_partitioned and "partitioned" in attributes
    forced = (
        profile.partitions_third_party_cookies
        and not profile.third_party_cookies
        and context.is_third_party(url)
    )
    return context.partition if requested or forced else None


def domain_matches(host: str, domain: str) -> bool:
    """Return whether `host` is `domain` or below it (RFC 6265bis, 5.1.3)."""
    return host == domain or (host.endswith(f".{domain}") and not is_ip_address(host))


def path_matches(path: str, cookie_path: str) -> bool:
    """Return whether `path` is `cookie_path` or below it (RFC 6265bis, 5.1.4)."""
    folder = cookie_path if cookie_path.endswith("/") else f"{cookie_path}/"
    return path == cookie_path or path.startswith(folder)
