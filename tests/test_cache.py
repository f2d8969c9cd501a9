"""The bounded cache: entries that are stored, and entries that are not."""

from flask_crossorigin.core.cache import MAX_ENTRIES, MAX_KEY_LENGTH, BoundedCache


def test_stored_value_is_found() -> None:
    cache: BoundedCache[str, int] = BoundedCache()
    assert cache.store("key", 1, "key") == 1
    assert cache == {"key": 1}


def test_value_with_a_long_key_is_not_stored() -> None:
    cache: BoundedCache[tuple[str, str], int] = BoundedCache()
    half = "x" * (MAX_KEY_LENGTH // 2)
    assert cache.store((half, half + "x"), 1, half, half + "x") == 1
    assert cache == {}
    cache.store((half, half), 2, half, half)
    assert cache == {(half, half): 2}


def test_one_entry_too_many_clears_the_cache() -> None:
    cache: BoundedCache[int, int] = BoundedCache()
    for number in range(MAX_ENTRIES):
        cache.store(number, number)
    assert len(cache) == MAX_ENTRIES
    cache.store(MAX_ENTRIES, MAX_ENTRIES)
    assert cache == {MAX_ENTRIES: MAX_ENTRIES}
