"""What is remembered of preflights."""

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


def asking(
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


def answer(max_age: str | None) -> Exchange:
    headers = () if max_age is None else (("Access-Control-Max-Age", max_age),)
    return Exchange("preflight", "OPTIONS", f"{API}/marks", (), 200, headers, b"")


def allow(
    cache: PreflightCache,
    methods: Sequence[str] = (),
    names: Sequence[str] = (),
    request: Request | None = None,
    max_age: str | None = "60",
) -> None:
    cache.store(request or asking(), answer(max_age), Allowed(list(methods), list(names)))


def test_nothing_is_known_at_first(cache: PreflightCache) -> None:
    assert not cache.covers(asking("PUT"), [])
    assert not cache.covers(asking("GET"), ["x-a"])


def test_methods_and_headers_are_kept_apart(cache: PreflightCache) -> None:
    allow(cache, ["PUT"], ["x-a"])
    assert cache.covers(asking("PUT"), ["x-a"])
    assert not cache.covers(asking("x-a"), [])
    assert not cache.covers(asking("PUT"), ["put"])


def test_method_is_compared_exactly_and_a_header_is_not(cache: PreflightCache) -> None:
    allow(cache, ["PATCH"], ["X-A"])
    assert not cache.covers(asking("patch"), [])
    assert cache.covers(asking("PATCH"), ["x-a"])


def test_every_header_is_wanted(cache: PreflightCache) -> None:
    allow(cache, [], ["x-a"])
    assert cache.covers(asking("POST"), ["x-a"])
    assert not cache.covers(asking("POST"), ["x-a", "x-b"])


def test_safelisted_method_needs_no_entry_of_its_own(cache: PreflightCache) -> None:
    allow(cache, ["PUT"], ["x-a"])
    assert all(cache.covers(asking(method), ["x-a"]) for method in ("GET", "HEAD", "POST"))
    assert not cache.covers(asking("DELETE"), ["x-a"])


def test_upload_needs_an_entry_for_its_method(cache: PreflightCache) -> None:
    upload = asking("POST")
    upload.use_preflight = True
    allow(cache, ["PUT"])
    assert not cache.covers(upload, [])
    allow(cache, ["POST"])
    assert cache.covers(upload, [])


def test_it_ends_when_its_time_is_over(cache: PreflightCache, time: Time) -> None:
    allow(cache, ["PUT"], ["x-a"])
    time.now += 59.5
    assert cache.covers(asking("PUT"), ["x-a"])
    time.now += 0.5
    assert not cache.covers(asking("PUT"), [])
    assert not cache.covers(asking("GET"), ["x-a"])


def test_each_name_has_its_own_time(cache: PreflightCache, time: Time) -> None:
    allow(cache, ["PUT"])
    allow(cache, ["DELETE"], max_age="10")
    time.now += 30
    assert cache.covers(asking("PUT"), [])
    assert not cache.covers(asking("DELETE"), [])


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
    assert cache.covers(asking("PUT"), [])
    time.now += 0.5
    assert not cache.covers(asking("PUT"), [])


@pytest.mark.parametrize("digits", [400, 5000])
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_max_age_of_many_digits_is_a_long_time(time: Time, profile: Profile, digits: int) -> None:
    cache = PreflightCache(profile, time)
    allow(cache, ["PUT"], max_age="9" * digits)
    time.now += min(profile.max_age_cap or 1e9, 1e9) - 1
    assert cache.covers(asking("PUT"), [])


def test_zeros_ahead_of_max_age_do_not_count(cache: PreflightCache, time: Time) -> None:
    allow(cache, ["PUT"], max_age="0" * 5000 + "60")
    time.now += 60
    assert not cache.covers(asking("PUT"), [])


def test_no_time_is_not_remembered(cache: PreflightCache) -> None:
    allow(cache, ["PUT"], max_age="0")
    assert not cache.covers(asking("PUT"), [])


@pytest.mark.parametrize("profile", [each for each in PROFILES.values() if each.max_age_cap])
def test_engine_keeps_it_no_longer_than_its_cap(profile: Profile, time: Time) -> None:
    cache = PreflightCache(profile, time)
    allow(cache, ["PUT"], max_age="1000000")
    assert profile.max_age_cap is not None
    time.now += profile.max_age_cap - 1
    assert cache.covers(asking("PUT"), [])
    time.now += 1
    assert not cache.covers(asking("PUT"), [])


def test_star_stands_for_every_method(cache: PreflightCache) -> None:
    allow(cache, ["*"])
    assert cache.covers(asking("PUT"), [])
    assert not cache.covers(asking("PUT"), ["x-a"])


def test_star_stands_for_every_header_but_authorization(cache: PreflightCache) -> None:
    allow(cache, [], ["*"])
    assert cache.covers(asking(), ["x-a"])
    assert not cache.covers(asking(), ["authorization"])
    allow(cache, [], ["Authorization"])
    assert cache.covers(asking(), ["authorization"])


OTHERS = {
    "origin": asking(origin=OTHER),
    "opaque origin": asking(origin=None),
    "query": asking(urls=[f"{API}/marks?a"]),
    "path": asking(urls=[f"{API}/marks/"]),
    "credentials": asking(credentials=True),
    "tainted": asking(urls=[f"{OTHER}/", f"{API}/marks"]),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_it_holds_for_one_origin_one_url_and_no_credentials(
    cache: PreflightCache, other: Request
) -> None:
    allow(cache, ["PUT"], ["x-a"])
    assert not cache.covers(replace(other, method="PUT"), [])
    assert not cache.covers(other, ["x-a"])


def test_what_is_allowed_with_credentials_is_allowed_without(cache: PreflightCache) -> None:
    allow(cache, ["PUT"], ["x-a"], asking(credentials=True))
    assert cache.covers(asking("PUT"), ["x-a"])


def test_clearing_forgets_one_origin_at_one_url(cache: PreflightCache) -> None:
    kept = [OTHERS["origin"], OTHERS["query"], OTHERS["opaque origin"]]
    for request in (asking(), asking(credentials=True), *kept):
        allow(cache, ["PUT"], ["x-a"], request)
    cache.clear(asking())
    assert not cache.covers(asking("PUT"), [])
    assert not cache.covers(asking(credentials=True), ["x-a"])
    assert all(cache.covers(replace(request, method="PUT"), ["x-a"]) for request in kept)


# What engines do otherwise: one way of theirs at a time.


def test_opaque_page_is_remembered_for_one_fetch(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_isolates_opaque=True), time)
    request = asking("PUT", origin=None)
    allow(cache, ["PUT"], [], request)
    assert cache.covers(request, [])
    assert not cache.covers(asking("PUT", origin=None), [])


def test_tainted_request_is_remembered_for_one_fetch(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_isolates_tainted=True), time)
    urls = [f"{OTHER}/", f"{API}/marks"]
    request = asking("PUT", urls=urls)
    allow(cache, ["PUT"], [], request)
    assert cache.covers(request, [])
    assert not cache.covers(asking("PUT", urls=urls), [])


def test_failure_may_clear_nothing(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_cleared_on_failure=False), time)
    allow(cache, ["PUT"])
    cache.clear(asking())
    assert cache.covers(asking("PUT"), [])


def test_star_may_be_forgotten_or_kept_for_all(time: Time) -> None:
    found = []
    for star in ("nothing", "all but authorization", "all"):
        cache = PreflightCache(replace(STANDARD, preflight_cache_wildcard=star), time)
        allow(cache, ["*"], ["*"])
        asked = ["x-a", "authorization"]
        found.append(
            [cache.covers(asking("PUT"), []), *(cache.covers(asking(), [each]) for each in asked)]
        )
    assert found == [[False, False, False], [True, True, False], [True, True, True]]


@pytest.mark.parametrize("kept", [True, False])
def test_star_may_not_serve_credentials(time: Time, kept: bool) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_wildcard_with_credentials=kept), time)
    allow(cache, ["*"], [], asking(credentials=True))
    assert cache.covers(asking("PUT", credentials=True), []) is kept


def test_credentials_may_be_kept_apart(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_shares_credentialed=False), time)
    allow(cache, ["PUT"], [], asking(credentials=True))
    assert cache.covers(asking("PUT", credentials=True), [])
    assert not cache.covers(asking("PUT"), [])


def test_head_may_need_an_entry(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_exempts_head=False), time)
    allow(cache, [], ["x-a"])
    found = [cache.covers(asking(method), ["x-a"]) for method in ("GET", "HEAD", "POST")]
    assert found == [True, False, True]


def test_any_answer_may_serve_an_upload(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_serves_uploads=True), time)
    upload = asking("POST")
    upload.use_preflight = True
    assert not cache.covers(upload, [])
    allow(cache)
    assert cache.covers(upload, [])


def test_cache_mode_may_pass_the_memory_by(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_bypassed_by=frozenset({"reload"})), time)
    allow(cache, ["PUT"])
    assert cache.covers(replace(asking("PUT"), cache="no-store"), [])
    assert not cache.covers(replace(asking("PUT"), cache="reload"), [])


def test_later_answer_ends_nothing_that_an_earlier_one_allows(
    cache: PreflightCache, time: Time
) -> None:
    allow(cache, [], ["x-a"])
    allow(cache, [], ["x-b"], max_age="10")
    time.now += 30
    assert cache.covers(asking("POST"), ["x-a"])
    assert not cache.covers(asking("POST"), ["x-b"])


@pytest.mark.parametrize(
    ("first", "then"),
    [((["PUT"], []), (["PUT"], [])), ((["*"], []), (["PUT"], [])), (([], ["*"]), ([], ["x-a"]))],
)
def test_answer_without_credentials_ends_what_one_with_them_allows(
    cache: PreflightCache, first: tuple[list[str], list[str]], then: tuple[list[str], list[str]]
) -> None:
    wanted = ("PUT", []) if then[0] else ("GET", ["x-a"])
    with_credentials = asking(wanted[0], credentials=True)
    allow(cache, *first, asking(credentials=True), max_age="600")
    assert cache.covers(with_credentials, wanted[1])
    allow(cache, *then, max_age="0")
    assert not cache.covers(with_credentials, wanted[1])


def test_answer_with_credentials_leaves_those_without_alone(cache: PreflightCache) -> None:
    allow(cache, ["PUT"])
    allow(cache, ["PUT"], [], asking(credentials=True), max_age="0")
    assert cache.covers(asking("PUT"), [])


def test_star_has_no_part_in_what_it_does_not_cover(cache: PreflightCache) -> None:
    allow(cache, [], ["*"])
    allow(cache, [], ["authorization"], max_age="0")
    assert cache.covers(asking(), ["x-a"])


def test_answer_may_replace_all_earlier_ones_of_its_url(time: Time) -> None:
    cache = PreflightCache(replace(STANDARD, preflight_cache_replaces_entries=True), time)
    elsewhere = asking("PUT", urls=[f"{API}/other"])
    allow(cache, ["PUT"], ["x-a"], asking(credentials=True))
    allow(cache, ["PUT"], [], elsewhere)
    allow(cache, ["DELETE"], ["x-b"])
    assert cache.covers(asking("DELETE"), ["x-b"])
    assert not cache.covers(asking("PUT"), [])
    assert not cache.covers(asking("PUT", credentials=True), [])
    assert not cache.covers(asking(), ["x-a"])
    assert cache.covers(elsewhere, [])
