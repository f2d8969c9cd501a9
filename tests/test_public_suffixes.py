"""Public suffixes: names below which anyone can register."""

import pytest

from flask_crossorigin.core.public_suffixes import is_public_suffix


@pytest.mark.parametrize(
    "host",
    ["com", "co.uk", "github.io", "vercel.app", "xn--p1ai", "ck", "kawasaki.jp", "anything.ck"],
)
def test_suffix_on_the_list_is_public(host: str) -> None:
    assert is_public_suffix(host)


@pytest.mark.parametrize(
    "host",
    ["example.com", "example.co.uk", "example.github.io", "www.ck", "city.kawasaki.jp"],
)
def test_registered_name_is_not_public(host: str) -> None:
    assert not is_public_suffix(host)


@pytest.mark.parametrize("host", ["za", "amazonaws.com", "us-east-1.amazonaws.com", "scw.cloud"])
def test_parent_of_a_public_suffix_is_public(host: str) -> None:
    """The list has co.za and not za, s3.amazonaws.com and not amazonaws.com."""
    assert is_public_suffix(host)


@pytest.mark.parametrize("host", ["localhost", "internal", "corp.internal", "intranet", "test"])
def test_name_that_is_not_on_the_list_is_not_public(host: str) -> None:
    assert not is_public_suffix(host)
