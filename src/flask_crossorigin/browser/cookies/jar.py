"""A cookie jar (RFC 6265 and its successor), as far as it decides what a request carries."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ..exchange import bounded
from ..profiles import Profile
from ..urls import URL, is_ip_address, is_registrable_suffix
from .dates import seconds_of_date
from .reasons import CookieLeftOut, CookieReason

_MAX_AGE: Final = re.compile("-?[0-9]+")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_YOUNG: Final = 120
_BLANK: Final = " \t"
_MAX_PAIR: Final = 4096
_MAX_ATTRIBUTE: Final = 1024
_AGE_LIMIT: Final = 400 * 24 * 3600  # 6265bis, 5.5


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
    partition: str | None
    created: float
    lax_by_default: bool


@dataclass(frozen=True, slots=True)
class Context:
    """What a request is, as far as SameSite asks.

    :ivar site: of the page that made it; None for an opaque origin.
    :ivar navigation: whether it is a top-level one: what it leads to is no third party, and may
        set any cookie.
    :ivar safe: whether its method is; Lax lets a safe navigation through.
    :ivar partition: the site that a third party's cookies are kept apart for.
    :ivar host: of the page that made it.
    :ivar crossed: whether a redirect has led from one site to another, and that counts.
    """

    site: str | None
    navigation: bool = False
    safe: bool = True
    partition: str | None = None
    host: str | None = None
    crossed: bool = False

    def is_third_party(self, url: URL) -> bool:
        """Say whether `url` is of another site than what the user looks at."""
        return not self.navigation and self.site != url.site


class _RefusedError(Exception):
    """A cookie is not kept."""

    def __init__(self, reason: CookieReason) -> None:
        self.reason: CookieReason = reason
        super().__init__(reason)


class CookieJar:
    """The cookies of one browser."""

    def __init__(self, profile: Profile, now: Callable[[], float]) -> None:
        self._profile = profile
        self._now = now
        self._cookies: dict[tuple[str, str, bool, str, str | None], Cookie] = {}
        self._lacking: dict[tuple[str, str], CookieLeftOut] = {}

    def for_request(self, url: URL, context: Context) -> str | None:
        """The value of the Cookie header for `url`; None where there are no cookies for it."""
        found = [
            each
            for each in self._of(url, context)
            if self._why_withheld(each, url, context) is None
        ]
        found.sort(key=lambda cookie: -len(cookie.path))
        pairs = (f"{each.name}={each.value}" if each.name else each.value for each in found)
        return "; ".join(pairs) or None

    def withheld(self, url: URL, context: Context | None) -> tuple[CookieLeftOut, ...]:
        """The cookies for `url` that do not go with a request.

        :param context: of the request; None where it carries no credentials.
        """
        return tuple(
            CookieLeftOut(cookie.name, reason)
            for cookie in self._of(url, context)
            if (reason := self._why_withheld(cookie, url, context)) is not None
        )

    def store(
        self, url: URL, set_cookie: Iterable[str], context: Context | None
    ) -> tuple[CookieLeftOut, ...]:
        """Keep what the response of `url` sets; answer what is not kept.

        :param context: of the request; None where it carries no credentials.
        """
        refused = []
        for line in set_cookie:
            name, _ = _pair(line)
            try:
                self._keep(self._checked(line, url, context))
                self._lacking.pop((url.host, name), None)
            except _RefusedError as error:
                refused.append(CookieLeftOut(name, error.reason))
                self._lacking[url.host, name] = refused[-1]
        return tuple(refused)

    def lacking(self, url: URL) -> tuple[CookieLeftOut, ...]:
        """The cookies that responses of the host of `url` have set, and that were not kept."""
        return tuple(each for (host, _), each in self._lacking.items() if host == url.host)

    def _of(self, url: URL, context: Context | None) -> Iterator[Cookie]:
        """The cookies for `url`, whether they may go with a request or not."""
        partition = context and context.partition
        for cookie in self._cookies.values():
            if (
                _matches(cookie, url)
                and (cookie.expires is None or cookie.expires > self._now())
                and cookie.partition in (None, partition)
            ):
                yield cookie

    def _why_withheld(
        self, cookie: Cookie, url: URL, context: Context | None
    ) -> CookieReason | None:
        """Why a cookie for `url` does not go with a request; None where it does."""
        if context is None:
            return "credentials"
        if cookie.secure and not url.is_trustworthy:
            return "not-secure"
        if not (_may_go(cookie.same_site, url, context) or self._is_young(cookie, context)):
            return _by_same_site(cookie)
        return None if cookie.partition or self._is_sent(url, context) else "third-party"

    def _checked(self, line: str, url: URL, context: Context | None) -> Cookie:
        """The cookie that `line` sets.

        :raises _RefusedError: if it is not to be kept.
        """
        if context is None:
            raise _RefusedError("credentials")
        cookie = self._parse(line, url, context)
        if not (
            context.navigation
            or not self._profile.guards_same_site
            or _may_go(cookie.same_site, url, context)
        ):
            raise _RefusedError(_by_same_site(cookie))
        if self._would_hide_secure(cookie, url):
            raise _RefusedError("hides-secure")
        if not (self._profile.third_party_cookies or cookie.partition) and (
            context.is_third_party(url) or self._is_stranger(url, context)
        ):
            raise _RefusedError("third-party")
        return cookie

    def _keep(self, cookie: Cookie) -> None:
        """Keep a cookie, in the place of one like it; or throw that out, where it has ended."""
        key = (cookie.name, cookie.domain, cookie.host_only, cookie.path, cookie.partition)
        if cookie.expires is not None and cookie.expires <= self._now():
            self._cookies.pop(key, None)
            return
        earlier = self._cookies.get(key)
        if earlier is not None and earlier.value == cookie.value:
            cookie = replace(cookie, created=earlier.created)
        self._cookies[key] = cookie

    def _is_young(self, cookie: Cookie, context: Context) -> bool:
        """Say whether a cookie may go where Lax does not let it, for it is new."""
        age = self._now() - cookie.created
        new = self._profile.young_cookies_post and cookie.lax_by_default and age <= _YOUNG
        return new and context.navigation

    def _would_hide_secure(self, cookie: Cookie, url: URL) -> bool:
        """Say whether a cookie that came in the clear would stand before a Secure one (5.7)."""
        if cookie.secure or url.is_trustworthy:
            return False
        return any(
            each.secure
            and each.name == cookie.name
            and (_within(each.domain, cookie.domain) or _within(cookie.domain, each.domain))
            and _is_below(cookie.path, each.path)
            for each in self._cookies.values()
        )

    def _is_stranger(self, url: URL, context: Context) -> bool:
        below = url.host.endswith(".localhost") and not self._profile.localhost_has_sites
        return below and not context.navigation and context.host != url.host

    def _is_sent(self, url: URL, context: Context) -> bool:
        profile = self._profile
        return (
            not context.is_third_party(url)
            or profile.third_party_cookies
            or profile.third_party_cookies_stay
        )

    def _partition(self, attributes: dict[str, str], url: URL, context: Context) -> str | None:
        """The site that a cookie is kept apart for; None for one that is not."""
        profile = self._profile
        apart = profile.third_party_cookies_apart and not profile.third_party_cookies
        asks = profile.knows_partitioned and "partitioned" in attributes
        return context.partition if asks or (apart and context.is_third_party(url)) else None

    def _parse(self, line: str, url: URL, context: Context) -> Cookie:
        """The cookie that `line` writes, whose attributes fit one another and `url`.

        :raises _RefusedError: if they don't.
        """
        name, value = _pair(line)
        is_none = not name and not value
        if is_none or _CONTROLS.search(line) or len(name) + len(value) > _MAX_PAIR:
            raise _RefusedError("unreadable")
        attributes = _attributes(line.split(";")[1:])
        domain = attributes.get("domain", "").removeprefix(".").lower()
        if domain and domain == url.host and is_registrable_suffix(domain):
            domain = ""  # 6265bis, 5.7: a public suffix keeps a cookie to itself
        if domain and (not _within(url.host, domain) or is_registrable_suffix(domain)):
            raise _RefusedError("domain")
        secure, path = "secure" in attributes, attributes.get("path", "")
        if secure and not url.is_trustworthy:
            raise _RefusedError("not-secure")
        promise = (name or value).lower()
        if self._profile.cookie_prefixes and not (
            _keeps_promise(promise, secure, domain, path) and (name or not _promises(promise))
        ):
            raise _RefusedError("prefix")
        if "partitioned" in attributes and self._profile.knows_partitioned and not secure:
            raise _RefusedError("partitioned-not-secure")
        same_site = attributes.get("samesite", "").lower()
        if same_site == "none" and not secure and self._profile.none_needs_secure:
            raise _RefusedError("none-not-secure")
        unsaid = same_site not in ("strict", "lax", "none")
        if unsaid:
            same_site = "lax" if self._profile.lax_by_default else "none"
        return Cookie(
            name=name,
            value=value,
            domain=domain or url.host,
            host_only=not domain,
            path=path if path.startswith("/") else url.path.rpartition("/")[0] or "/",
            secure=secure,
            same_site=same_site,
            expires=self._expires(attributes),
            partition=self._partition(attributes, url, context),
            created=self._now(),
            lax_by_default=unsaid and same_site == "lax",
        )

    def _expires(self, attributes: dict[str, str]) -> float | None:
        """When a cookie ends, by the browser's clock; None where it is kept all along."""
        now = self._now()
        if "max-age" in attributes:
            digits = attributes["max-age"]
            return now if digits[0] == "-" else now + min(bounded(digits), _AGE_LIMIT)
        until = seconds_of_date(attributes.get("expires", ""))
        return None if until is None else min(until, now + _AGE_LIMIT)


def _pair(line: str) -> tuple[str, str]:
    """The name and the value that `line` sets (6265bis, 5.6: it may have no name)."""
    name, equals, value = (each.strip(_BLANK) for each in line.partition(";")[0].partition("="))
    return (name, value) if equals else ("", name)


def _by_same_site(cookie: Cookie) -> CookieReason:
    return "same-site-unset" if cookie.lax_by_default else "same-site"


def _attributes(written: Iterable[str]) -> dict[str, str]:
    """The attributes of a cookie; the last that can be read, where one is there twice."""
    found: dict[str, str] = {}
    for each in written:
        key, _, text = each.partition("=")
        name, value = key.strip(_BLANK).lower(), text.strip(_BLANK)
        if (
            len(value) > _MAX_ATTRIBUTE
            or (name == "max-age" and not _MAX_AGE.fullmatch(value))
            or (name == "expires" and seconds_of_date(value) is None)
        ):
            continue
        found[name] = value
    return found


def _may_go(same_site: str, url: URL, context: Context) -> bool:
    """Say whether SameSite lets a cookie go with a request, or be set by its response."""
    if same_site == "none" or (context.site == url.site and not context.crossed):
        return True
    return same_site == "lax" and context.navigation and context.safe


def _keeps_promise(name: str, secure: bool, domain: str, path: str) -> bool:
    """Say whether a cookie is what the prefix of its name says (6265bis, 5.4 and 5.7)."""
    if name.startswith("__host-"):
        return secure and not domain and path == "/"
    return secure or not name.startswith("__secure-")


def _promises(name: str) -> bool:
    return name.startswith(("__host-", "__secure-"))


def _within(host: str, domain: str) -> bool:
    return host == domain or (host.endswith(f".{domain}") and not is_ip_address(host))


def _matches(cookie: Cookie, url: URL) -> bool:
    """Say whether `cookie` is for `url`, SameSite and Secure aside (RFC 6265, 5.4)."""
    right_host = url.host == cookie.domain if cookie.host_only else _within(url.host, cookie.domain)
    return right_host and _is_below(url.path, cookie.path)


def _is_below(path: str, folder: str) -> bool:
    """Say whether `path` path-matches `folder` (5.1.4)."""
    return path == folder or path.startswith(folder if folder.endswith("/") else f"{folder}/")
