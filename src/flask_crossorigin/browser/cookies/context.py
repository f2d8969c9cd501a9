"""The context of a request for cookies: who makes it, and from which site."""

from dataclasses import dataclass

from ..profiles import Profile
from ..request import Request
from ..urls import URL, site_of_origin


@dataclass(frozen=True, slots=True)
class Context:
    """The facts about a request that decide which cookies it carries and sets.

    :ivar site: site of the page that makes the request; None for an opaque origin, and for a page
        whose embedder is from another site.
    :ivar navigation: whether it is a top-level navigation. Its target is never a third party, and
        its response may set any cookie.
    :ivar safe_method: whether its method is GET or HEAD. Lax cookies are sent with such
        navigations only.
    :ivar partition: site that partitioned cookies are kept for.
    :ivar host: host of the page that makes the request.
    :ivar redirected_across_sites: whether a redirect from one site to another makes the request
        cross-site.
    """

    site: str | None
    navigation: bool = False
    safe_method: bool = True
    partition: str | None = None
    host: str | None = None
    redirected_across_sites: bool = False

    def is_third_party(self, url: URL) -> bool:
        """Return whether `url` is from another site than the page that the user sees."""
        return not self.navigation and self.site != url.site

    def allows_same_site(self, same_site: str, url: URL) -> bool:
        """Return whether a cookie of `url` with this SameSite value can be sent or set.

        Source: RFC 6265bis, 5.2.
        """
        if same_site == "none":
            return True
        if self.site == url.site and not self.redirected_across_sites:
            return True
        return same_site == "lax" and self.navigation and self.safe_method


def cookie_context(request: Request, profile: Profile) -> Context | None:
    """Return the cookie context of `request`; None if it carries no credentials."""
    if not (request.carries_credentials or _keeps_credentials(request, profile)):
        return None
    site, top_site = site_of_origin(request.origin), site_of_origin(request.embedder)
    partition = top_site or site
    if site is None and profile.opaque_takes_embedder_site:
        site = top_site
    elif top_site not in (None, site):
        site = None  # RFC 6265bis, 5.2.1: cross-site if one of the embedding pages is
    page = request.origin or request.embedder
    return Context(
        site,
        partition=partition,
        host=URL(page).host if page else None,
        navigation=request.mode == "navigate",
        safe_method=request.method in ("GET", "HEAD"),
        redirected_across_sites=_redirected_across_sites(request, profile),
    )


def _keeps_credentials(request: Request, profile: Profile) -> bool:
    return (
        profile.no_cors_keeps_credentials
        and request.mode == "no-cors"
        and request.credentials == "same-origin"
        and request.urls[0].origin == request.origin
    )


def _redirected_across_sites(request: Request, profile: Profile) -> bool:
    """Return whether the redirects so far make the request cross-site for cookies."""
    if len({url.site for url in request.urls}) == 1:
        return False
    if profile.redirect_makes_cross_site:
        return True
    own_site = request.url.host.endswith(".localhost") and not profile.localhost_has_sites
    returned = request.mode != "navigate" and request.url.origin == (
        request.origin or request.embedder
    )
    return own_site and not returned
