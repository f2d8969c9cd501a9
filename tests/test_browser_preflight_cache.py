"""What is remembered of preflights."""

import pytest

from flask_crossorigin.browser.preflight_cache import Key, PreflightCache

from .scripted import API, APP

KEY: Key = (APP, f"{API}/marks", False)
WITH_CREDENTIALS: Key = (APP, f"{API}/marks", True)


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def cache(time: Time) -> PreflightCache:
    return PreflightCache(time)


def test_nothing_is_known_at_first(cache: PreflightCache) -> None:
    assert not cache.allows_method(KEY, "PUT")
    assert not cache.allows_header(KEY, "x-a")


def test_methods_and_headers_are_kept_apart(cache: PreflightCache) -> None:
    cache.remember(KEY, ["PUT"], ["x-a"], 60)
    assert cache.allows_method(KEY, "PUT")
    assert cache.allows_header(KEY, "x-a")
    assert not cache.allows_method(KEY, "x-a")
    assert not cache.allows_header(KEY, "PUT")


def test_method_is_compared_exactly_and_a_header_is_not(cache: PreflightCache) -> None:
    cache.remember(KEY, ["PATCH"], ["X-A"], 60)
    assert not cache.allows_method(KEY, "patch")
    assert cache.allows_header(KEY, "x-A")


def test_it_ends_when_its_time_is_over(cache: PreflightCache, time: Time) -> None:
    cache.remember(KEY, ["PUT"], ["x-a"], 60)
    time.now += 59.5
    assert cache.allows_method(KEY, "PUT")
    time.now += 0.5
    assert not cache.allows_method(KEY, "PUT")
    assert not cache.allows_header(KEY, "x-a")


def test_each_name_has_its_own_time(cache: PreflightCache, time: Time) -> None:
    cache.remember(KEY, ["PUT"], [], 60)
    cache.remember(KEY, ["DELETE"], [], 10)
    time.now += 30
    assert cache.allows_method(KEY, "PUT")
    assert not cache.allows_method(KEY, "DELETE")


def test_no_time_is_not_remembered(cache: PreflightCache) -> None:
    cache.remember(KEY, ["PUT"], [], 0)
    assert not cache.allows_method(KEY, "PUT")


def test_star_stands_for_every_method(cache: PreflightCache) -> None:
    cache.remember(KEY, ["*"], [], 60)
    assert cache.allows_method(KEY, "PUT")
    assert not cache.allows_header(KEY, "x-a")


def test_star_stands_for_every_header_but_authorization(cache: PreflightCache) -> None:
    cache.remember(KEY, [], ["*"], 60)
    assert cache.allows_header(KEY, "x-a")
    assert not cache.allows_header(KEY, "Authorization")
    cache.remember(KEY, [], ["Authorization"], 60)
    assert cache.allows_header(KEY, "authorization")


@pytest.mark.parametrize(
    "key",
    [
        ("null", f"{API}/marks", False),
        (APP, f"{API}/marks?a", False),
        (APP, f"{API}/marks/", False),
        WITH_CREDENTIALS,
    ],
)
def test_it_holds_for_one_origin_one_url_and_no_credentials(
    cache: PreflightCache, key: Key
) -> None:
    cache.remember(KEY, ["PUT"], ["x-a"], 60)
    assert not cache.allows_method(key, "PUT")
    assert not cache.allows_header(key, "x-a")


def test_what_is_allowed_with_credentials_is_allowed_without(cache: PreflightCache) -> None:
    cache.remember(WITH_CREDENTIALS, ["PUT"], ["x-a"], 60)
    assert cache.allows_method(KEY, "PUT")
    assert cache.allows_header(KEY, "x-a")


def test_clearing_forgets_one_origin_at_one_url(cache: PreflightCache) -> None:
    elsewhere: Key = (APP, f"{API}/other", False)
    stranger: Key = ("null", f"{API}/marks", False)
    for key in (KEY, WITH_CREDENTIALS, elsewhere, stranger):
        cache.remember(key, ["PUT"], ["x-a"], 60)
    cache.clear(APP, f"{API}/marks")
    assert not cache.allows_method(KEY, "PUT")
    assert not cache.allows_header(WITH_CREDENTIALS, "x-a")
    assert cache.allows_method(elsewhere, "PUT")
    assert cache.allows_method(stranger, "PUT")
