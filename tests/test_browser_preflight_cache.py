"""The preflight cache."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from flask_crossorigin.browser import Exchange
from flask_crossorigin.browser.checks import Allowed
from flask_crossorigin.browser.preflight_cache import PreflightCache
from flask_crossorigin.browser.profiles import PROFILES, Profile
from flask_crossorigin.browser.request import Request
from flask_crossorigin.browser.urls import URL

from .scripted import API, APP, OTHER

STANDARD = PROFILES["standard"]


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def cache(time: Time) -> PreflightCache:
    return PreflightCache(STANDARD, time)


def request_for(
    method: str = "GET",
    *,
    origin: str | None = APP,
    urls: Sequence[str] = (f"{API}/marks",),
    credentials: bool = False,
) -> Request:
    return Request(
        origin,
        [URL(url) for url in urls],
        method,
        credentials="include" if credentials else "omit",
    )


def preflight_response(max_age: str | None) -> Exchange:
    headers = () if max_age is None else (("Access-Control-Max-Age", max_age),)
    return Exchange("preflight", "OPTIONS", f"{API}/marks", (), 200, headers, b"")


def allow(
    cache: PreflightCache,
    methods: Sequence[str] = (),
    names: Sequence[str] = (),
    request: Request | None = None,
    max_age: str | None = "60",
) -> None:
    cache.store(
        request or request_for(), preflight_response(max_age), Allowed(list(methods), list(names))
    )


def test_empty_cache_covers_nothing(cache: PreflightCache) -> None:
    assert not cache.covers(request_for("PUT"), [])
    assert not cache.covers(request_for("GET"), ["x-a"])


def test_methods_and_headers_are_kept_apart(cache: PreflightCache) -> None:
    allow(cache, ["PUT"], ["x-a"])
    assert cache.covers(request_for("PUT"), ["x-a"])
    assert not cache.covers(request_for("x-a"), [])
    assert not cache.covers(request_for("PUT"), ["put"])


def test_method_is_compared_exactly_and_header_names_are_not(cache: PreflightCache) -> None:
    allow(cache, ["PATCH"], ["X-A"])
    assert not cache.covers(request_for("patch"), [])
    assert cache.covers(request_for("PATCH"), ["x-a"])


def test_every_header_needs_an_entry(cache: PreflightCache) -> None:
    allow(cache, [], ["x-a"])
    assert cache.covers(request_for("POST"), ["x-a"])
    assert not cache.covers(request_for("POST"), ["x-a", "x-b"])


def test_safelisted_method_needs_no_entry(cache: PreflightCache) -> None:
    allow(cache, ["PUT"], ["x-a"])
    assert all(cache.covers(request_for(method), ["x-a"]) for method in ("GET", "HEAD", "POST"))
    assert not cache.covers(request_for("DELETE"), ["x-a"])


def test_upload_needs_an_entry_for_its_method(cache: PreflightCache) -> None:
    upload = request_for("POST")
    upload.use_preflight = True
    allow(cache, ["PUT"])
    assert not cache.covers(upload, [])
    allow(cache, ["POST"])
    assert cache.covers(upload, [])


def test_entry_expires(cache: PreflightCache, time: Time) -> None:
    allow(cache, ["PUT"], ["x-a"])
    time.now += 59.5
    assert cache.covers(request_for("PUT"), ["x-a"])
    time.now += 0.5
    assert not cache.covers(request_for("PUT"), [])
    assert not cache.covers(request_for("GET"), ["x-a"])


def test_each_name_has_its_own_expiry(cache: PreflightCache, time: Time) -> None:
    allow(cache, ["PUT"])
    allow(cache, ["DELETE"], max_age="10")
    time.now += 30
    assert cache.covers(request_for("PUT"), [])
    assert not cache.covers(request_for("DELETE"), [])


@pytest.mark.parametrize(
    ("max_age", "seconds"),
    [(None, 5), ("", 5), ("60", 60), ("-1", 5), ("+60", 5), ("60s", 5), ("60, 60", 5),
     ("٣", 5), ("100000", 100000)],
)  # fmt: skip
def test_max_age_is_a_number_of_seconds_or_five(
    cache: PreflightCache, time: Time, max_age: str | None, seconds: int
) -> None:
    allow(cache, ["PUT"], max_age=max_age)
    time.now += seconds - 0.5
    assert cache.covers(request_for("PUT"), [])
    time.now += 0.5
    assert not cache.covers(request_for("PUT"), [])


@pytest.mark.parametrize("digits", [400, 5000])
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_max_age_of_many_digits_is_a_long_time(time: Time, profile: Profile, digits: int) -> None:
    cache = PreflightCache(profile, time)
    allow(cache, ["PUT"], max_age="9" * digits)
    time.now += min(profile.max_age_cap or 1e9, 1e9) - 1
    assert cache.covers(request_for("PUT"), [])


def test_leading_zeros_of_max_age_do_not_count(cache: PreflightCache, time: Time) -> None:
    allow(cache, ["PUT"], max_age="0" * 5000 + "60")
    time.now += 60
    assert not cache.covers(request_for("PUT"), [])


def test_max_age_0_is_not_stored(cache: PreflightCache) -> None:
    allow(cache, ["PUT"], max_age="0")
    assert not cache.covers(request_for("PUT"), [])


@pytest.mark.parametrize("profile", [each for each in PROFILES.values() if each.max_age_cap])
def test_max_age_is_capped_in_engines(profile: Profile, time: Time) -> None:
    cache = PreflightCache(profile, time)
    allow(cache, ["PUT"], max_age="1000000")
    assert profile.max_age_cap is not None
    time.now += profile.max_age_cap - 1
    assert cache.covers(request_for("PUT"), [])
    time.now += 1
    assert not cache.covers(request_for("PUT"), [])


def test_wildcard_covers_every_method(cache: PreflightCache) -> None:
    allow(cache, ["*"])
    assert cache.covers(request_for("PUT"), [])
    assert not cache.covers(request_for("PUT"), ["x-a"])


def test_wildcard_covers_every_header_but_authorization(cache: PreflightCache) -> None:
    allow(cache, [], ["*"])
    assert cache.covers(request_for(), ["x-a"])
    assert not cache.covers(request_for(), ["authorization"])
    allow(cache, [], ["Authorization"])
    assert cache.covers(request_for(), ["authorization"])


OTHERS = {
    "origin": request_for(origin=OTHER),
    "opaque origin": request_for(origin=None),
    "query": request_for(urls=[f"{API}/marks?a"]),
    "path": request_for(urls=[f"{API}/marks/"]),
    "credentials": request_for(credentials=True),
    "tainted": request_for(urls=[f"{OTHER}/", f"{API}/marks"]),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_entry_is_for_one_origin_one_url_and_no_credentials(
    cache: PreflightCache, other: Request
) -> None:
    allow(cache, ["PUT"], ["x-a"])
    assert not cache.covers(replace(other, method="PUT"), [])
    assert not cache.covers(other, ["x-a"])


def test_entry_with_credentials_covers_requests_without(cache: PreflightCache) -> None:
    allow(cache, ["PUT"], ["x-a"], request_for(credentials=True))
    assert cache.covers(request_for("PUT"), ["x-a"])


def test_clearing_removes_one_origin_at_one_url(cache: PreflightCache) -> None:
    kept = [OTHERS["origin"], OTHERS["query"], OTHERS["opaque origin"]]
    for request in (request_for(), request_for(credentials=True), *kept):
        allow(cache, ["PUT"], ["x-a"], request)
    cache.clear(request_for())
    assert not cache.covers(request_for("PUT"), [])
    assert not cache.covers(request_for(credentials=True), ["x-a"])
    assert all(cache.covers(replace(request, method="PUT"), ["x-a"]) for request in kept)


# Differences of engines, one at a time.


def test_opaque_origin_can_be_isolated(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_isolates_opaque=True), time)
    request = request_for("PUT", origin=None)
    allow(cache, ["PUT"], [], request)
    assert cache.covers(request, [])
    assert not cache.covers(request_for("PUT", origin=None), [])


def test_tainted_request_can_be_isolated(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_isolates_tainted=True), time)
    urls = [f"{OTHER}/", f"{API}/marks"]
    request = request_for("PUT", urls=urls)
    allow(cache, ["PUT"], [], request)
    assert cache.covers(request, [])
    assert not cache.covers(request_for("PUT", urls=urls), [])


def test_failure_can_clear_nothing(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_cleared_on_failure=False), time)
    allow(cache, ["PUT"])
    cache.clear(request_for())
    assert cache.covers(request_for("PUT"), [])


def test_wildcard_can_cover_nothing_or_everything(time: Time) -> None:
    found = []
    for wildcard in ("nothing", "all but authorization", "all"):
        cache = PreflightCache(replace(STANDARD, preflight_cache_wildcard=wildcard), time)
        allow(cache, ["*"], ["*"])
        names = ["x-a", "authorization"]
        found.append(
            [
                cache.covers(request_for("PUT"), []),
                *(cache.covers(request_for(), [each]) for each in names),
            ]
        )
    assert found == [[False, False, False], [True, True, False], [True, True, True]]


@pytest.mark.parametrize("covered", [True, False])
def test_wildcard_can_exclude_credentials(time: Time, covered: bool) -> None:
    cache = PreflightCache(
        replace(STANDARD, preflight_cache_wildcard_with_credentials=covered), time
    )
    allow(cache, ["*"], [], request_for(credentials=True))
    assert cache.covers(request_for("PUT", credentials=True), []) is covered


def test_credentials_can_be_separate(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_shares_credentialed=False), time)
    allow(cache, ["PUT"], [], request_for(credentials=True))
    assert cache.covers(request_for("PUT", credentials=True), [])
    assert not cache.covers(request_for("PUT"), [])


def test_head_can_need_an_entry(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_exempts_head=False), time)
    allow(cache, [], ["x-a"])
    found = [cache.covers(request_for(method), ["x-a"]) for method in ("GET", "HEAD", "POST")]
    assert found == [True, False, True]


def test_any_response_can_cover_an_upload(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_serves_uploads=True), time)
    upload = request_for("POST")
    upload.use_preflight = True
    assert not cache.covers(upload, [])
    allow(cache)
    assert cache.covers(upload, [])


def test_cache_mode_can_bypass_the_cache(time: Time) -> None:
    cache = PreflightCache(
        replace(STANDARD, preflight_cache_bypassed_by=frozenset({"reload"})), time
    )
    allow(cache, ["PUT"])
    assert cache.covers(replace(request_for("PUT"), cache="no-store"), [])
    assert not cache.covers(replace(request_for("PUT"), cache="reload"), [])


def test_later_response_does_not_shorten_an_earlier_one(cache: PreflightCache, time: Time) -> None:
    allow(cache, [], ["x-a"])
    allow(cache, [], ["x-b"], max_age="10")
    time.now += 30
    assert cache.covers(request_for("POST"), ["x-a"])
    assert not cache.covers(request_for("POST"), ["x-b"])


@pytest.mark.parametrize(
    ("first", "then"),
    [((["PUT"], []), (["PUT"], [])), ((["*"], []), (["PUT"], [])), (([], ["*"]), ([], ["x-a"]))],
)
def test_response_without_credentials_changes_entries_with_them(
    cache: PreflightCache, first: tuple[list[str], list[str]], then: tuple[list[str], list[str]]
) -> None:
    wanted = ("PUT", []) if then[0] else ("GET", ["x-a"])
    with_credentials = request_for(wanted[0], credentials=True)
    allow(cache, *first, request_for(credentials=True), max_age="600")
    assert cache.covers(with_credentials, wanted[1])
    allow(cache, *then, max_age="0")
    assert not cache.covers(with_credentials, wanted[1])


def test_response_with_credentials_does_not_change_entries_without(cache: PreflightCache) -> None:
    allow(cache, ["PUT"])
    allow(cache, ["PUT"], [], request_for(credentials=True), max_age="0")
    assert cache.covers(request_for("PUT"), [])


def test_wildcard_entry_is_unchanged_by_names_it_does_not_cover(cache: PreflightCache) -> None:
    allow(cache, [], ["*"])
    allow(cache, [], ["authorization"], max_age="0")
    assert cache.covers(request_for(), ["x-a"])


def test_response_can_replace_all_entries_of_its_url(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_replaces_entries=True), time)
    elsewhere = request_for("PUT", urls=[f"{API}/other"])
    allow(cache, ["PUT"], ["x-a"], request_for(credentials=True))
    allow(cache, ["PUT"], [], elsewhere)
    allow(cache, ["DELETE"], ["x-b"])
    assert cache.covers(request_for("DELETE"), ["x-b"])
    assert not cache.covers(request_for("PUT"), [])
    assert not cache.covers(request_for("PUT", credentials=True), [])
    assert not cache.covers(request_for(), ["x-a"])
    assert cache.covers(elsewhere, [])
