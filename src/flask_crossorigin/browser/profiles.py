"""Engine profiles: where Chromium, Firefox and WebKit differ from the standard.

`DIFFERENCES` lists every difference, with the version in which it was observed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

ProfileName = Literal["standard", "chromium", "firefox", "webkit"]


@dataclass(frozen=True, slots=True)
class Profile:
    """The behaviour of one browser engine. The defaults are the standard's.

    :ivar name: name of the engine.

    Which requests need a preflight, and what a preflight carries:

    :ivar safelists_client_hints: client hints, such as Save-Data, need no preflight.
    :ivar drops_user_agent: a User-Agent that a script sets is not sent.
    :ivar preflight_sends_user_agent: a User-Agent that a script sets is sent with the preflight.
    :ivar checks_combined_values: a header that is set twice is safelisted by its combined value.
    :ivar lists_each_line: each header line is safelisted on its own. A preflight lists a header
        twice if it is set twice. The limit on the total length does not exist. A Content-Type
        with a comma is never safelisted.
    :ivar preflights_without_upload: an upload listener causes a preflight even if the request has
        no body.
    :ivar preflight_keeps_origin: a preflight after a cross-origin redirect names the page's
        origin, although the request that follows sends ``null``.
    :ivar checks_same_origin_preflight: a preflight response is CORS-checked even if a redirect led
        back to the page's own origin.
    :ivar preflight_site: what Sec-Fetch-Site of a preflight is computed from: the whole
        ``url list``, the ``current url``, or the ``origin``, which makes it ``cross-site``
        whenever Origin is ``null``.
    :ivar upload_listener_allows_method: for a request with an upload listener, a preflight response
        without Access-Control-Allow-Methods allows every method.
    :ivar wildcard_covers_authorization: ``Access-Control-Allow-Headers: *`` allows Authorization.

    The preflight cache:

    :ivar max_age_cap: longest time in seconds that an entry is kept; None for no limit.
    :ivar max_age_if_invalid: seconds that an entry is kept if Access-Control-Max-Age is not a
        number.
    :ivar max_age_if_negative: seconds that an entry is kept if it is a negative number.
    :ivar preflight_cache_bypassed_by: cache modes of `fetch()` that ignore the preflight cache.
    :ivar preflight_cache_isolates_opaque: an entry for an opaque origin is used by the same fetch
        only.
    :ivar preflight_cache_isolates_tainted: an entry for a request that a redirect has tainted is
        used by the same fetch only.
    :ivar preflight_cache_cleared_on_failure: a request that fails clears the entries for its URL.
    :ivar preflight_cache_stores_refusals: a preflight response that does not allow the request is
        stored too.
    :ivar preflight_cache_wildcard: what a stored ``*`` covers.
    :ivar preflight_cache_wildcard_with_credentials: a stored ``*`` covers requests with
        credentials.
    :ivar preflight_cache_shares_credentialed: an entry of a request with credentials is used by
        requests without credentials.
    :ivar preflight_cache_serves_uploads: any entry for the URL covers GET, HEAD and POST requests
        with an upload listener.
    :ivar preflight_cache_exempts_head: HEAD needs no method entry, as GET and POST need none.
    :ivar preflight_cache_replaces_entries: a preflight response replaces all entries for its URL,
        with and without credentials.

    Redirects:

    :ivar repeats_preflight_after_redirect: a request that needed a preflight once needs one at
        every further URL.
    :ivar preflight_lists_dropped_headers: a preflight lists the headers of the first request, even
        those that a redirect has dropped.
    :ivar restores_headers: each redirect starts again from the headers of the first request, so a
        header that was dropped earlier may come back. The headers of the body are dropped if the
        redirect would change the named method: the ``first method`` (of the first request), or the
        ``current method``. With ``current method``, a request without CORS that leaves the page's
        origin loses its credentials, and then counts as the first request.
    :ivar drops_user_agent_on_redirect: a User-Agent that a script sets is dropped by a redirect
        within the page's own origin.
    :ivar origin_null_after_redirect: where a cross-origin redirect makes Origin ``null`` in
        requests without CORS: ``never``, in ``navigations``, or ``always``.
    :ivar delete_becomes_get: a cross-origin redirect turns DELETE into GET.
    :ivar keeps_origin_header: a redirect within one origin keeps the Origin header.
    :ivar fetch_metadata_after_redirect: a CORS request carries Sec-Fetch-* right after a
        cross-origin redirect.
    :ivar no_cors_keeps_credentials: a request to the page's own origin without CORS still carries
        credentials after a cross-origin redirect.
    :ivar checks_kept_credentials: the CORS check requires credentials for a request that carried
        them to the page's own origin earlier. It applies to the next redirect, or to the
        preflight after that.
    :ivar redirect_error_needs_location: with redirect mode ``error``, a redirect without Location
        is an ordinary response.
    :ivar redirect_manual_checks_location: with redirect mode ``manual``, a redirect to a URL that
        can't be fetched fails.
    :ivar preflights_before_url_credentials: a redirect from the page's own origin to a URL with a
        user name fails after its preflight instead of before.
    :ivar reads_manual_redirect_body: with redirect mode ``manual``, the page can read the body of
        a redirect without Location.
    :ivar fetch_blocks_url_credentials: `fetch()` never follows a redirect to a URL with a user
        name. An XMLHttpRequest follows the standard.
    :ivar redirect_changes_referrer_policy: the Referrer-Policy of a redirect applies to the
        requests that follow.
    :ivar several_locations: how a redirect with several Location lines is handled: ``blocked``;
        followed if all lines are ``equal``; or followed to the lines ``joined`` by commas.

    Other headers of a request:

    :ivar handshake_fetch_metadata: a WebSocket handshake carries Sec-Fetch-*.
    :ivar handshake_destination: Sec-Fetch-Dest of a WebSocket handshake.
    :ivar sends_fetch_user: a navigation that the user started carries Sec-Fetch-User.
    :ivar origin_follows_referrer_policy: the referrer policy may make Origin ``null`` in every
        mode but ``cors``; otherwise in navigations only.
    :ivar sends_last_single_value: a header with a single value, such as Authorization, is sent
        once, with its last value.
    :ivar sends_any_body_type: without CORS, the Content-Type of a body is sent even if it is not
        safelisted.

    Cookies:

    :ivar cookies_lax_by_default: a cookie without SameSite counts as Lax; otherwise as None.
    :ivar sends_new_cookies_with_post: a cookie without SameSite is also sent with a cross-site POST
        of a form while it is at most two minutes old.
    :ivar checks_cookie_prefixes: a cookie named ``__Host-`` or ``__Secure-`` must have the
        attributes that its prefix requires.
    :ivar supports_partitioned: a cookie with Partitioned is kept separately for each top-level
        site.
    :ivar same_site_limits_setting: a response to a cross-site request can't set Lax or Strict
        cookies.
    :ivar same_site_none_needs_secure: a cookie with SameSite=None is rejected without Secure.
    :ivar redirect_makes_cross_site: SameSite cookies are withheld after a redirect from one site
        to another.
    :ivar localhost_has_sites: ``a.example.localhost`` and ``b.example.localhost`` are the same
        site. Otherwise each host is its own site after a cross-site redirect, and where
        third-party cookies are blocked.
    :ivar opaque_takes_embedder_site: a sandboxed frame belongs to the site of its embedder.
    :ivar third_party_cookies: requests to other sites carry and set cookies.
    :ivar partitions_third_party_cookies: if third-party cookies are blocked, each top-level site
        has third-party cookies of its own.
    :ivar sends_existing_third_party_cookies: if third-party cookies are blocked, only setting them
        is. Cookies that were set by a visit are still sent.
    """

    name: ProfileName

    safelists_client_hints: bool = False
    drops_user_agent: bool = False
    preflight_sends_user_agent: bool = False
    checks_combined_values: bool = False
    lists_each_line: bool = False
    preflights_without_upload: bool = True
    preflight_keeps_origin: bool = False
    checks_same_origin_preflight: bool = True
    preflight_site: Literal["url list", "current url", "origin"] = "url list"
    upload_listener_allows_method: bool = True
    wildcard_covers_authorization: bool = False

    max_age_cap: int | None = None
    max_age_if_invalid: int = 5
    max_age_if_negative: int = 5
    preflight_cache_bypassed_by: frozenset[str] = frozenset()
    preflight_cache_isolates_opaque: bool = False
    preflight_cache_isolates_tainted: bool = False
    preflight_cache_cleared_on_failure: bool = True
    preflight_cache_stores_refusals: bool = False
    preflight_cache_wildcard: Literal["nothing", "all but authorization", "all"] = (
        "all but authorization"
    )
    preflight_cache_wildcard_with_credentials: bool = True
    preflight_cache_shares_credentialed: bool = True
    preflight_cache_serves_uploads: bool = False
    preflight_cache_exempts_head: bool = True
    preflight_cache_replaces_entries: bool = False

    repeats_preflight_after_redirect: bool = False
    preflight_lists_dropped_headers: bool = False
    restores_headers: Literal["never", "current method", "first method"] = "never"
    drops_user_agent_on_redirect: bool = False
    origin_null_after_redirect: Literal["never", "navigations", "always"] = "never"
    delete_becomes_get: bool = False
    keeps_origin_header: bool = False
    fetch_metadata_after_redirect: bool = True
    no_cors_keeps_credentials: bool = False
    checks_kept_credentials: bool = False
    redirect_error_needs_location: bool = False
    redirect_manual_checks_location: bool = False
    preflights_before_url_credentials: bool = False
    reads_manual_redirect_body: bool = False
    fetch_blocks_url_credentials: bool = False
    redirect_changes_referrer_policy: bool = True
    several_locations: Literal["blocked", "equal", "joined"] = "blocked"

    handshake_fetch_metadata: bool = True
    handshake_destination: Literal["empty", "websocket"] = "empty"
    sends_fetch_user: bool = True
    origin_follows_referrer_policy: bool = True
    sends_last_single_value: bool = False
    sends_any_body_type: bool = False
    cookies_lax_by_default: bool = True
    sends_new_cookies_with_post: bool = False
    checks_cookie_prefixes: bool = True
    supports_partitioned: bool = True
    same_site_limits_setting: bool = True
    same_site_none_needs_secure: bool = True
    redirect_makes_cross_site: bool = False
    localhost_has_sites: bool = True
    opaque_takes_embedder_site: bool = False
    third_party_cookies: bool = True
    partitions_third_party_cookies: bool = False
    sends_existing_third_party_cookies: bool = False


class Difference(NamedTuple):
    """One way in which an engine differs from the standard.

    :ivar engine: name of the engine's profile.
    :ivar field: field of :class:`Profile`.
    :ivar value: the engine's value of the field.
    :ivar seen_in: engine and version in which the difference was observed.
    """

    engine: ProfileName
    field: str
    value: Any
    seen_in: str


def _observed(engine: ProfileName, seen_in: str, **values: Any) -> Iterator[Difference]:
    for field, value in values.items():
        yield Difference(engine, field, value, seen_in)


DIFFERENCES: Final[tuple[Difference, ...]] = (
    *_observed(
        "chromium",
        "Chromium 156",
        safelists_client_hints=True,
        drops_user_agent=True,
        checks_combined_values=True,
        preflights_without_upload=False,
        preflight_site="current url",
        upload_listener_allows_method=False,
        wildcard_covers_authorization=True,
        max_age_cap=7200,
        max_age_if_negative=0,
        preflight_cache_bypassed_by=frozenset({"no-cache", "no-store", "reload"}),
        preflight_cache_isolates_opaque=True,
        preflight_cache_isolates_tainted=True,
        preflight_cache_cleared_on_failure=False,
        preflight_cache_wildcard_with_credentials=False,
        preflight_cache_serves_uploads=True,
        preflight_cache_replaces_entries=True,
        origin_null_after_redirect="always",
        redirect_error_needs_location=True,
        fetch_blocks_url_credentials=True,
        several_locations="equal",
        sends_new_cookies_with_post=True,
        handshake_fetch_metadata=False,
        origin_follows_referrer_policy=False,
    ),
    *_observed(
        "firefox",
        "Firefox 153 ESR",
        lists_each_line=True,
        preflight_keeps_origin=True,
        checks_same_origin_preflight=False,
        preflight_site="current url",
        upload_listener_allows_method=False,
        wildcard_covers_authorization=True,
        max_age_cap=86400,
        max_age_if_invalid=0,
        max_age_if_negative=0,
        preflight_cache_bypassed_by=frozenset({"no-store", "reload"}),
        preflight_cache_wildcard="nothing",
        preflight_cache_shares_credentialed=False,
        preflight_cache_serves_uploads=True,
        preflight_cache_exempts_head=False,
        repeats_preflight_after_redirect=True,
        restores_headers="first method",
        several_locations="equal",
        sends_last_single_value=True,
        cookies_lax_by_default=False,
        redirect_makes_cross_site=True,
        partitions_third_party_cookies=True,
    ),
    *_observed(
        "webkit",
        "WebKitGTK 2.50",
        preflight_sends_user_agent=True,
        checks_combined_values=True,
        preflight_site="origin",
        upload_listener_allows_method=False,
        wildcard_covers_authorization=True,
        max_age_cap=600,
        max_age_if_negative=0,
        preflight_cache_isolates_tainted=True,
        preflight_cache_cleared_on_failure=False,
        preflight_cache_stores_refusals=True,
        preflight_cache_wildcard="all",
        preflight_cache_wildcard_with_credentials=False,
        preflight_cache_serves_uploads=True,
        preflight_cache_replaces_entries=True,
        repeats_preflight_after_redirect=True,
        preflight_lists_dropped_headers=True,
        restores_headers="current method",
        drops_user_agent_on_redirect=True,
        origin_null_after_redirect="navigations",
        delete_becomes_get=True,
        keeps_origin_header=True,
        fetch_metadata_after_redirect=False,
        no_cors_keeps_credentials=True,
        checks_kept_credentials=True,
        redirect_error_needs_location=True,
        redirect_manual_checks_location=True,
        preflights_before_url_credentials=True,
        reads_manual_redirect_body=True,
        redirect_changes_referrer_policy=False,
        several_locations="joined",
        handshake_destination="websocket",
        sends_fetch_user=False,
        sends_any_body_type=True,
        cookies_lax_by_default=False,
        checks_cookie_prefixes=False,
        supports_partitioned=False,
        same_site_limits_setting=False,
        same_site_none_needs_secure=False,
        localhost_has_sites=False,
        opaque_takes_embedder_site=True,
        sends_existing_third_party_cookies=True,
    ),
)
"""Every known difference between an engine and the standard."""


def _profile(name: ProfileName) -> Profile:
    return Profile(name, **{each.field: each.value for each in DIFFERENCES if each.engine == name})


PROFILES: Final[dict[ProfileName, Profile]] = {
    name: _profile(name) for name in get_args(ProfileName)
}
"""The profile of each engine, by its name. ``standard`` is the Fetch standard itself."""
