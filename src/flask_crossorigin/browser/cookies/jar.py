"""The cookie jar: store cookies, and choose those that a request carries (RFC 6265bis)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from ..profiles import Profile
from ..urls import URL
from .context import Context
from .reasons import CookieLeftOut, CookieReason
from .set_cookie import (
    Cookie,
    CookieRejectedError,
    domain_matches,
    name_and_value,
    parse_cookie,
    path_matches,
)

_NEW: Final = 120
"""Seconds for which a cookie counts as new."""


class CookieJar:
    """The cookies of one browser.

    :param now: clock, in seconds since 1970.
    """

    def __init__(self, profile: Profile, now: Callable[[], float]) -> None:
        self._profile = profile
        self._now = now
        self._cookies: dict[tuple[str, str, bool, str, str | None], Cookie] = {}
        self._rejected: dict[tuple[str, str], CookieLeftOut] = {}  # by host and cookie name

    def for_request(self, url: URL, context: Context) -> str | None:
        """Return the Cookie header of a request for `url`; None if it carries no cookie."""
        cookies = [
            cookie
            for cookie in self._matching(url, context)
            if self._withheld_reason(cookie, url, context) is None
        ]
        cookies.sort(key=lambda cookie: -len(cookie.path))
        pairs = (f"{each.name}={each.value}" if each.name else each.value for each in cookies)
        return "; ".join(pairs) or None

    def withheld(self, url: URL, context: Context | None) -> tuple[CookieLeftOut, ...]:
        """Return the cookies for `url` that are not sent with a request.

        :param context: context of the request; None if it carries no credentials.
        """
        return tuple(
            CookieLeftOut(cookie.name, reason)
            for cookie in self._matching(url, context)
            if (reason := self._withheld_reason(cookie, url, context)) is not None
        )

    def store(
        self, url: URL, set_cookie: Iterable[str], context: Context | None
    ) -> tuple[CookieLeftOut, ...]:
        """Store the cookies that a response sets, and return those that are rejected.

        :param url: URL of the response.
        :param set_cookie: values of its Set-Cookie headers.
        :param context: context of the request; None if it carries no credentials.
        """
        rejected = []
        for line in set_cookie:
            name, _ = name_and_value(line)
            try:
                self._keep(self._accepted(line, url, context))
                self._rejected.pop((url.host, name), None)
            except CookieRejectedError as error:
                rejected.append(CookieLeftOut(name, error.reason))
                self._rejected[url.host, name] = rejected[-1]
        return tuple(rejected)

    def rejected_before(self, url: URL) -> tuple[CookieLeftOut, ...]:
        """Return the cookies that responses of the host of `url` set and that are not stored."""
        return tuple(each for (host, _), each in self._rejected.items() if host == url.host)

    def _matching(self, url: URL, context: Context | None) -> Iterator[Cookie]:
        """Yield the cookies for `url`, including those that can't be sent."""
        partition = context and context.partition
        for cookie in self._cookies.values():
            if (
                cookie.matches(url)
                and (cookie.expires is None or cookie.expires > self._now())
                and cookie.partition in (None, partition)
            ):
                yield cookie

    def _withheld_reason(
        self, cookie: Cookie, url: URL, context: Context | None
    ) -> CookieReason | None:
        """Return why a matching cookie is not sent with a request; None if it is sent."""
        if context is None:
            return "credentials-omitted"
        if cookie.secure and not url.is_trustworthy:
            return "secure-over-http"
        if not (
            context.allows_same_site(cookie.same_site, url)
            or self._is_sent_because_new(cookie, context)
        ):
            return cookie.same_site_reason
        return None if cookie.partition or self._sends_cookies_to(url, context) else "third-party"

    def _is_sent_because_new(self, cookie: Cookie, context: Context) -> bool:
        """Return whether a cookie is sent although Lax would withhold it."""
        age = self._now() - cookie.created
        is_new = self._profile.sends_new_cookies_with_post and cookie.lax_by_default and age <= _NEW
        return is_new and context.navigation

    def _sends_cookies_to(self, url: URL, context: Context) -> bool:
        return (
            not context.is_third_party(url)
            or self._profile.third_party_cookies
            or self._profile.sends_existing_third_party_cookies
        )

    def _accepted(self, line: str, url: URL, context: Context | None) -> Cookie:
        """Return the cookie that a Set-Cookie header sets.

        :raises CookieRejectedError: if it is rejected.
        """
        if context is None:
            raise CookieRejectedError("credentials-omitted")
        cookie = parse_cookie(line, url, context, self._profile, self._now())
        if not (
            context.navigation
            or not self._profile.same_site_limits_setting
            or context.allows_same_site(cookie.same_site, url)
        ):
            raise CookieRejectedError(cookie.same_site_reason)
        if self._overwrites_secure(cookie, url):
            raise CookieRejectedError("overwrites-secure")
        if not (self._profile.third_party_cookies or cookie.partition) and (
            context.is_third_party(url) or self._is_other_localhost(url, context)
        ):
            raise CookieRejectedError("third-party")
        return cookie

    def _keep(self, cookie: Cookie) -> None:
        """Store a cookie in place of an equal one; an expired cookie only removes that."""
        key = (cookie.name, cookie.domain, cookie.host_only, cookie.path, cookie.partition)
        if cookie.expires is not None and cookie.expires <= self._now():
            self._cookies.pop(key, None)
            return
        earlier = self._cookies.get(key)
        if earlier is not None and earlier.value == cookie.value:
            cookie = replace(cookie, created=earlier.created)
        self._cookies[key] = cookie

    def _overwrites_secure(self, cookie: Cookie, url: URL) -> bool:
        """Return whether a cookie set over http would replace a Secure one (RFC 6265bis, 5.7)."""
        if cookie.secure or url.is_trustworthy:
            return False
        return any(
            each.secure
            and each.name == cookie.name
            and (
                domain_matches(each.domain, cookie.domain)
                or domain_matches(cookie.domain, each.domain)
            )
            and path_matches(cookie.path, each.path)
            for each in self._cookies.values()
        )

    def _is_other_localhost(self, url: URL, context: Context) -> bool:
        own_site = url.host.endswith(".localhost") and not self._profile.localhost_has_sites
        return own_site and not context.navigation and context.host != url.host
