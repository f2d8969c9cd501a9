"""Names below which anybody can register."""

import pytest

from flask_crossorigin.core.public_suffixes import is_public_suffix


@pytest.mark.parametrize(
    "host",
    ["com", "co.uk", "github.io", "vercel.app", "xn--p1ai", "ck", "kawasaki.jp", "anything.ck"],
)
def test_subdomains_of_a_public_suffix_belong_to_many(host: str) -> None:
    assert is_public_suffix(host)


@pytest.mark.parametrize(
    "host",
    ["example.com", "example.co.uk", "example.github.io", "www.ck", "city.kawasaki.jp"],
)
def test_subdomains_of_a_registered_name_belong_to_one(host: str) -> None:
    assert not is_public_suffix(host)


@pytest.mark.parametrize("host", ["za", "amazonaws.com", "us-east-1.amazonaws.com", "scw.cloud"])
def test_subdomains_of_a_name_above_a_public_suffix_belong_to_many(host: str) -> None:
    """The list has co.za and not za, s3.amazonaws.com and not amazonaws.com."""
    assert is_public_suffix(host)


@pytest.mark.parametrize("host", ["localhost", "internal", "corp.internal", "intranet", "test"])
def test_name_that_the_list_does_not_know_is_no_public_suffix(host: str) -> None:
    assert not is_public_suffix(host)
