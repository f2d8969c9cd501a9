"""What is kept, and what is not."""

from flask_crossorigin.core.cache import MAX_ENTRIES, MAX_KEY_LENGTH, BoundedCache


def test_what_is_kept_is_found() -> None:
    kept: BoundedCache[str, int] = BoundedCache()
    assert kept.store("asked", 1, "asked") == 1
    assert kept == {"asked": 1}


def test_what_is_asked_with_long_texts_is_not_kept() -> None:
    kept: BoundedCache[tuple[str, str], int] = BoundedCache()
    half = "x" * (MAX_KEY_LENGTH // 2)
    assert kept.store((half, half + "x"), 1, half, half + "x") == 1
    assert kept == {}
    kept.store((half, half), 2, half, half)
    assert kept == {(half, half): 2}


def test_one_more_than_can_be_kept_takes_the_place_of_all() -> None:
    kept: BoundedCache[int, int] = BoundedCache()
    for number in range(MAX_ENTRIES):
        kept.store(number, number)
    assert len(kept) == MAX_ENTRIES
    kept.store(MAX_ENTRIES, MAX_ENTRIES)
    assert kept == {MAX_ENTRIES: MAX_ENTRIES}
