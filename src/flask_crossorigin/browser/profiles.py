"""What real engines do otherwise than the standard says, each difference with a name.

`DIFFERENCES` tells where each was seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

ProfileName = Literal["standard", "chromium", "firefox", "webkit"]


@dataclass(frozen=True, slots=True)
class Profile:
    """One engine's ways; the defaults are the standard's.

    What goes without a preflight, and what a preflight asks:

    :ivar safelists_hints: client hints, such as Save-Data, go without a preflight.
    :ivar drops_user_agent: a User-Agent that a script sets is not sent.
    :ivar user_agent_on_preflight: it is sent on the preflight too.
    :ivar judges_joined_values: a header that is set twice is judged by its values joined.
    :ivar asks_by_line: each line is judged and asked for by itself: a doubled header twice, none
        for the bytes of all together. Nor is a Content-Type safelisted with a comma in it.
    :ivar preflights_without_upload: an upload listener makes for a preflight also where nothing is
        uploaded.
    :ivar preflight_keeps_origin: a preflight after a cross-origin redirect names the page's
        origin, though the request that follows names ``null``.
    :ivar checks_own_preflight: the answer is CORS-checked too where a redirect has led back to the
        page's own origin.
    :ivar preflight_site: what a preflight's Sec-Fetch-Site tells of: every URL of the request
        so far, its current URL alone, or ``cross-site`` wherever Origin is ``null``.
    :ivar flag_allows_method: an answer without Access-Control-Allow-Methods allows an upload
        listener's request whatever its method is.
    :ivar star_covers_authorization: ``Access-Control-Allow-Headers: *`` allows Authorization.

    How preflights are remembered:

    :ivar max_age_cap: seconds that a preflight's answer is kept at most; None for no limit.
    :ivar max_age_unreadable: seconds that it is kept where Access-Control-Max-Age is no number.
    :ivar max_age_negative: the same where it is a negative number.
    :ivar cache_modes_that_forget: the cache modes of a fetch for which no earlier preflight serves.
    :ivar forgets_opaque: what a page of an opaque origin was allowed serves that fetch alone.
    :ivar forgets_tainted: the same of a request that a redirect has tainted.
    :ivar forgets_failed: a request that fails clears what was remembered for its URL.
    :ivar remembers_refusals: an answer that does not allow the request is remembered too.
    :ivar remembered_star: what a remembered ``*`` allows.
    :ivar remembers_star_for_credentials: a remembered ``*`` allows requests with credentials too.
    :ivar remembers_by_credentials: what was allowed with credentials serves those without them.
    :ivar memory_serves_uploads: a remembered preflight serves an upload listener's request too.
    :ivar memory_exempts_head: HEAD needs no remembered method, as GET and POST don't.

    :ivar memory_replaces: what an answer allows takes the place of all that earlier ones allowed
        at its URL, with credentials or without.

    What a redirect changes:

    :ivar stays_preflighted: a request that needed a preflight once needs one at each further URL.
    :ivar asks_for_dropped: preflights ask for the headers of the first request, though redirects
        have dropped some.
    :ivar restores_headers: each redirect begins with the headers of the first request again: what
        an earlier one dropped may come back. ``first method`` drops those of the body where it
        would change the first request's method, ``method`` where it changes the current one; and
        to ``method`` a request without CORS begins anew where it leaves the page's origin, and
        with that its credentials.
    :ivar drops_user_agent_on_redirect: a User-Agent that a script has set is not sent to where
        a redirect within the page's own origin leads.
    :ivar forgets_origin_on_redirect: where, without CORS, a cross-origin redirect makes Origin
        ``null``: nowhere, in navigations, or in fetches too.
    :ivar gets_deleted: a cross-origin redirect turns DELETE into GET.
    :ivar keeps_origin_header: the Origin header stays over a redirect within one origin.
    :ivar metadata_on_redirect: a CORS request has Sec-Fetch-* right after a cross-origin redirect.
    :ivar no_cors_keeps_credentials: a request to the page's own origin without CORS still carries
        credentials after a cross-origin redirect.
    :ivar checks_kept_credentials: a request that carried credentials to the page's own origin is
        checked as if it carried them still: the next redirect, or the preflight after that.
    :ivar error_needs_location: with mode ``error`` a redirect to nowhere is an ordinary response.
    :ivar checks_manual_location: with mode ``manual`` a redirect to what can't be fetched fails.
    :ivar asks_before_url_credentials: a redirect from the page's own origin to a URL with a user
        name in it fails after its preflight only.
    :ivar reads_redirects: the page reads the body of a redirect to nowhere that it does not follow.
    :ivar fetch_blocks_url_credentials: to `fetch()` any redirect to a URL with a user name in it
        fails; an XMLHttpRequest goes by the standard.

    :ivar redirect_changes_policy: the Referrer-Policy of a redirect holds for what follows it.
    :ivar locations: which redirects with two lines of Location are followed: none, those whose
        lines are the ``same``, or all, to what the lines say when they are ``joined``.

    What else a request carries:

    :ivar handshake_metadata: a WebSocket's handshake carries Sec-Fetch-*.
    :ivar handshake_destination: what Sec-Fetch-Dest says there.
    :ivar user_metadata: a navigation that the user has asked for carries Sec-Fetch-User.
    :ivar origin_under_policy: outside of mode ``cors`` the referrer policy may make Origin
        ``null``; else only in navigations.
    :ivar sends_singles: headers that name one thing, such as Authorization, are sent once; of a
        doubled one the last value.
    :ivar sends_any_body_type: without CORS the type of a body is sent, safelisted or not.
    :ivar lax_by_default: a cookie without SameSite counts as Lax; else as None.
    :ivar young_cookies_post: such a cookie goes with a form's POST from another site too, while
        it is no older than two minutes.
    :ivar cookie_prefixes: a cookie named ``__Host-`` or ``__Secure-`` must keep their promise.
    :ivar knows_partitioned: a cookie with Partitioned is kept apart for each site of pages.
    :ivar guards_same_site: what another site asked for sets no Lax or Strict cookie.
    :ivar none_needs_secure: a cookie with SameSite=None and without Secure is refused.
    :ivar sites_of_redirects: SameSite cookies stay away after a redirect from one site to another.
    :ivar localhost_has_sites: ``a.example.localhost`` and ``b.example.localhost`` are one site;
        else to cookies each is its own after such a redirect, and where third parties set none.
    :ivar top_site_for_cookies: for them a sandboxed frame is of the site of the page around it.
    :ivar third_party_cookies: whether requests to other sites carry cookies at all.
    :ivar third_party_cookies_apart: where they don't, each site of pages has third parties' cookies
        of its own.
    :ivar third_party_cookies_stay: where they may not be set, those that were set as a first
        party's are sent nevertheless.
    """

    name: ProfileName

    safelists_hints: bool = False
    drops_user_agent: bool = False
    user_agent_on_preflight: bool = False
    judges_joined_values: bool = False
    asks_by_line: bool = False
    preflights_without_upload: bool = True
    preflight_keeps_origin: bool = False
    checks_own_preflight: bool = True
    preflight_site: Literal["urls", "url", "origin"] = "urls"
    flag_allows_method: bool = True
    star_covers_authorization: bool = False

    max_age_cap: int | None = None
    max_age_unreadable: int = 5
    max_age_negative: int = 5
    cache_modes_that_forget: frozenset[str] = frozenset()
    forgets_opaque: bool = False
    forgets_tainted: bool = False
    forgets_failed: bool = True
    remembers_refusals: bool = False
    remembered_star: Literal["nothing", "all but authorization", "all"] = "all but authorization"
    remembers_star_for_credentials: bool = True
    remembers_by_credentials: bool = True
    memory_serves_uploads: bool = False
    memory_exempts_head: bool = True
    memory_replaces: bool = False

    stays_preflighted: bool = False
    asks_for_dropped: bool = False
    restores_headers: Literal["", "method", "first method"] = ""
    drops_user_agent_on_redirect: bool = False
    forgets_origin_on_redirect: Literal["nowhere", "navigations", "everywhere"] = "nowhere"
    gets_deleted: bool = False
    keeps_origin_header: bool = False
    metadata_on_redirect: bool = True
    no_cors_keeps_credentials: bool = False
    checks_kept_credentials: bool = False
    error_needs_location: bool = False
    checks_manual_location: bool = False
    asks_before_url_credentials: bool = False
    reads_redirects: bool = False
    fetch_blocks_url_credentials: bool = False
    redirect_changes_policy: bool = True
    locations: Literal["one", "same", "joined"] = "one"

    handshake_metadata: bool = True
    handshake_destination: Literal["empty", "websocket"] = "empty"
    user_metadata: bool = True
    origin_under_policy: bool = True
    sends_singles: bool = False
    sends_any_body_type: bool = False
    lax_by_default: bool = True
    young_cookies_post: bool = False
    cookie_prefixes: bool = True
    knows_partitioned: bool = True
    guards_same_site: bool = True
    none_needs_secure: bool = True
    sites_of_redirects: bool = False
    localhost_has_sites: bool = True
    top_site_for_cookies: bool = False
    third_party_cookies: bool = True
    third_party_cookies_apart: bool = False
    third_party_cookies_stay: bool = False


class Difference(NamedTuple):
    """A way of an engine's that is not the standard's.

    :ivar field: of :class:`Profile`.
    :ivar seen_in: the version in which it was seen.
    """

    engine: ProfileName
    field: str
    value: Any
    seen_in: str


def _seen(engine: ProfileName, version: str, **ways: Any) -> Iterator[Difference]:
    for field, value in ways.items():
        yield Difference(engine, field, value, version)


DIFFERENCES: Final[tuple[Difference, ...]] = (
    *_seen(
        "chromium",
        "Chromium 156",
        safelists_hints=True,
        drops_user_agent=True,
        judges_joined_values=True,
        preflights_without_upload=False,
        preflight_site="url",
        flag_allows_method=False,
        star_covers_authorization=True,
        max_age_cap=7200,
        max_age_negative=0,
        cache_modes_that_forget=frozenset({"no-cache", "no-store", "reload"}),
        forgets_opaque=True,
        forgets_tainted=True,
        forgets_failed=False,
        remembers_star_for_credentials=False,
        memory_serves_uploads=True,
        memory_replaces=True,
        forgets_origin_on_redirect="everywhere",
        error_needs_location=True,
        fetch_blocks_url_credentials=True,
        locations="same",
        young_cookies_post=True,
        handshake_metadata=False,
        origin_under_policy=False,
    ),
    *_seen(
        "firefox",
        "Firefox 153 ESR",
        asks_by_line=True,
        preflight_keeps_origin=True,
        checks_own_preflight=False,
        preflight_site="url",
        flag_allows_method=False,
        star_covers_authorization=True,
        max_age_cap=86400,
        max_age_unreadable=0,
        max_age_negative=0,
        cache_modes_that_forget=frozenset({"no-store", "reload"}),
        remembered_star="nothing",
        remembers_by_credentials=False,
        memory_serves_uploads=True,
        memory_exempts_head=False,
        stays_preflighted=True,
        restores_headers="first method",
        locations="same",
        sends_singles=True,
        lax_by_default=False,
        sites_of_redirects=True,
        third_party_cookies_apart=True,
    ),
    *_seen(
        "webkit",
        "WebKitGTK 2.50",
        user_agent_on_preflight=True,
        judges_joined_values=True,
        preflight_site="origin",
        flag_allows_method=False,
        star_covers_authorization=True,
        max_age_cap=600,
        max_age_negative=0,
        forgets_tainted=True,
        forgets_failed=False,
        remembers_refusals=True,
        remembered_star="all",
        remembers_star_for_credentials=False,
        memory_serves_uploads=True,
        memory_replaces=True,
        stays_preflighted=True,
        asks_for_dropped=True,
        restores_headers="method",
        drops_user_agent_on_redirect=True,
        forgets_origin_on_redirect="navigations",
        gets_deleted=True,
        keeps_origin_header=True,
        metadata_on_redirect=False,
        no_cors_keeps_credentials=True,
        checks_kept_credentials=True,
        error_needs_location=True,
        checks_manual_location=True,
        asks_before_url_credentials=True,
        reads_redirects=True,
        redirect_changes_policy=False,
        locations="joined",
        handshake_destination="websocket",
        user_metadata=False,
        sends_any_body_type=True,
        lax_by_default=False,
        cookie_prefixes=False,
        knows_partitioned=False,
        guards_same_site=False,
        none_needs_secure=False,
        localhost_has_sites=False,
        top_site_for_cookies=True,
        third_party_cookies_stay=True,
    ),
)
"""Every way of an engine's that is known here and is not the standard's."""


def _profile(name: ProfileName) -> Profile:
    return Profile(name, **{each.field: each.value for each in DIFFERENCES if each.engine == name})


PROFILES: Final[dict[ProfileName, Profile]] = {
    name: _profile(name) for name in get_args(ProfileName)
}
