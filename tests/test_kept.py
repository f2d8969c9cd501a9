"""What is kept, and what is not."""

from flask_crossorigin.core.kept import MAX_KEPT, MAX_KEPT_LENGTH, Kept


def test_what_is_kept_is_found() -> None:
    kept: Kept[str, int] = Kept()
    assert kept.keep("asked", 1, "asked") == 1
    assert kept == {"asked": 1}


def test_what_is_asked_with_long_texts_is_not_kept() -> None:
    kept: Kept[tuple[str, str], int] = Kept()
    half = "x" * (MAX_KEPT_LENGTH // 2)
    assert kept.keep((half, half + "x"), 1, half, half + "x") == 1
    assert kept == {}
    kept.keep((half, half), 2, half, half)
    assert kept == {(half, half): 2}


def test_one_more_than_can_be_kept_takes_the_place_of_all() -> None:
    kept: Kept[int, int] = Kept()
    for number in range(MAX_KEPT):
        kept.keep(number, number)
    assert len(kept) == MAX_KEPT
    kept.keep(MAX_KEPT, MAX_KEPT)
    assert kept == {MAX_KEPT: MAX_KEPT}
