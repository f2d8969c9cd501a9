"""A cookie jar (RFC 6265 and its successor), as far as it decides what a request carries."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from .profiles import Profile
from .urls import URL, is_ip_address, is_registrable_suffix

_MAX_AGE: Final = re.compile("-?[0-9]+")


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie, as it is kept."""

    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    same_site: str
    expires: float | None


@dataclass(frozen=True, slots=True)
class Context:
    """What a request is, as far as SameSite asks.

    :ivar site: of the page that made it; None for an opaque origin.
    :ivar navigation: whether it is a top-level one: what it leads to is no third party, and may
        set any cookie.
    :ivar safe: whether its method is; Lax lets a safe navigation through.
    """

    site: str | None
    navigation: bool = False
    safe: bool = True


class CookieJar:
    """The cookies of one browser."""

    def __init__(self, profile: Profile, now: Callable[[], float]) -> None:
        self._profile = profile
        self._now = now
        self._cookies: dict[tuple[str, str, bool, str], Cookie] = {}

    def for_request(self, url: URL, context: Context) -> str | None:
        """The value of the Cookie header for `url`; None where there are no cookies for it."""
        found = [
            cookie
            for cookie in self._cookies.values()
            if _matches(cookie, url)
            and (cookie.expires is None or cookie.expires > self._now())
            and self._may_go(cookie.same_site, url, context)
        ]
        found.sort(key=lambda cookie: -len(cookie.path))
        pairs = (f"{each.name}={each.value}" if each.name else each.value for each in found)
        return "; ".join(pairs) or None

    def store(self, url: URL, set_cookie: Iterable[str], context: Context) -> None:
        """Keep what the response of `url` sets."""
        for line in set_cookie:
            cookie = self._parse(line, url)
            if cookie is None or not (
                context.navigation or self._may_go(cookie.same_site, url, context)
            ):
                continue
            key = (cookie.name, cookie.domain, cookie.host_only, cookie.path)
            if cookie.expires is not None and cookie.expires <= self._now():
                self._cookies.pop(key, None)
            else:
                self._cookies[key] = cookie

    def _may_go(self, same_site: str, url: URL, context: Context) -> bool:
        if context.site == url.site:
            return True
        if same_site == "lax":
            return context.navigation and context.safe
        return same_site == "none" and (self._profile.third_party_cookies or context.navigation)

    def _parse(self, line: str, url: URL) -> Cookie | None:
        pair, *rest = line.split(";")
        name, equals, value = (each.strip() for each in pair.partition("="))
        if not equals:
            name, value = "", name  # 6265bis, 5.6: a cookie without a name
        if not name and not value:
            return None
        attributes = {
            key.strip().lower(): text.strip()
            for key, _, text in (each.partition("=") for each in rest)
        }
        domain = attributes.get("domain", "").lstrip(".").lower()
        secure = "secure" in attributes
        same_site = attributes.get("samesite", "").lower()
        if same_site not in ("strict", "lax", "none"):
            same_site = "lax" if self._profile.lax_by_default else "none"
        if domain and domain == url.host and is_registrable_suffix(domain):
            domain = ""  # 6265bis, 5.7: a public suffix keeps a cookie to itself
        if domain and (not _within(url.host, domain) or is_registrable_suffix(domain)):
            return None
        if secure and not url.is_trustworthy:
            return None
        asks_for_none = attributes.get("samesite", "").lower() == "none"
        if asks_for_none and not secure and self._profile.lax_by_default:
            return None  # engines with Lax by default want Secure beside None
        path = attributes.get("path", "")
        return Cookie(
            name=name,
            value=value,
            domain=domain or url.host,
            host_only=not domain,
            path=path if path.startswith("/") else url.path.rpartition("/")[0] or "/",
            secure=secure,
            same_site=same_site,
            expires=self._expires(attributes),
        )

    def _expires(self, attributes: dict[str, str]) -> float | None:
        """When a cookie ends, by the browser's clock; None where it is kept all along."""
        if _MAX_AGE.fullmatch(attributes.get("max-age", "")):
            return self._now() + int(attributes["max-age"])
        if "expires" in attributes:
            try:
                return parsedate_to_datetime(attributes["expires"]).timestamp()
            except ValueError:
                pass
        return None


def _within(host: str, domain: str) -> bool:
    return host == domain or (host.endswith(f".{domain}") and not is_ip_address(host))


def _matches(cookie: Cookie, url: URL) -> bool:
    """Say whether `cookie` is for `url`, SameSite aside (RFC 6265, 5.4)."""
    if cookie.secure and not url.is_trustworthy:
        return False
    right_host = url.host == cookie.domain if cookie.host_only else _within(url.host, cookie.domain)
    folder = cookie.path if cookie.path.endswith("/") else f"{cookie.path}/"
    return right_host and (url.path == cookie.path or url.path.startswith(folder))
