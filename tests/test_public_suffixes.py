"""Public suffixes: names below which anyone can register."""

import re
from functools import cache
from pathlib import Path

import publicsuffixlist
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publicsuffixlist import PSLFILE, PublicSuffixList

from flask_crossorigin.browser.urls import is_public_suffix as is_suffix_for_cookies
from flask_crossorigin.browser.urls import registrable_domain
from flask_crossorigin.core import public_suffixes
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


# The rules of one host, compared with the whole list.


@cache
def whole_list() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@cache
def suffixes() -> list[str]:
    """Every suffix of the list as browsers send it; ``any`` stands for a wildcard."""
    lines = Path(PSLFILE).read_text(encoding="utf-8").splitlines()
    rules = [line.split()[0] for line in lines if line and not line.startswith("//")]
    return [rule.lstrip("!").replace("*", "any").encode("idna").decode("ascii") for rule in rules]


@cache
def parents() -> frozenset[str]:
    return frozenset(
        suffix.split(".", number)[number]
        for suffix in suffixes()
        for number in range(1, suffix.count(".") + 1)
    )


def agrees_with_the_whole_list(host: str) -> bool:
    whole = whole_list()
    is_suffix = whole.publicsuffix(host) == host or host in parents()
    for_cookies = whole.publicsuffix(host, accept_unknown=True) == host
    domain = whole.privatesuffix(host, accept_unknown=True) or host
    return (is_public_suffix(host), is_suffix_for_cookies(host), registrable_domain(host)) == (
        is_suffix,
        for_cookies,
        domain,
    )


def test_every_suffix_with_its_parents_and_children_is_as_in_the_whole_list() -> None:
    hosts = {*suffixes(), *parents()}
    hosts |= {f"a.{host}" for host in hosts}
    assert [host for host in hosts if not agrees_with_the_whole_list(host)] == []


def test_hosts_that_comments_name_are_as_in_the_whole_list() -> None:
    text = Path(PSLFILE).read_text(encoding="utf-8")
    comments = "\n".join(line for line in text.splitlines() if line.startswith("//"))
    hosts = set(re.findall(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]+", comments))
    assert len(hosts) > 1000
    assert [host for host in hosts if not agrees_with_the_whole_list(host)] == []


LABELS = st.sampled_from(["", "a", "any", "city", "www", "com", "xn--", "xn--p1ai", "xn--zz-zz"])


@settings(max_examples=300, deadline=None, database=None)
@given(st.data())
def test_random_host_is_as_in_the_whole_list(data: st.DataObject) -> None:
    labels = data.draw(st.lists(LABELS, max_size=4))
    suffix = data.draw(st.sampled_from(suffixes()) | st.text("abj-0123456789", max_size=8))
    host = ".".join([*labels, suffix]) + data.draw(st.sampled_from(["", "", "."]))
    assert agrees_with_the_whole_list(host)


def test_few_rules_are_parsed_for_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    class Counting(PublicSuffixList):
        def __init__(self, source: list[str], **options: bool) -> None:
            parsed.extend(source)
            super().__init__(source, **options)

    monkeypatch.setattr(publicsuffixlist, "PublicSuffixList", Counting)
    assert is_public_suffix("any.kawasaki.jp")
    assert not is_public_suffix("any.a.city.kawasaki.jp")
    assert parsed == ["*.kawasaki.jp", "jp", "!city.kawasaki.jp", "*.kawasaki.jp", "jp"]


def test_list_is_read_once_for_the_hosts_below_a_label(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or read_bytes(path))
    public_suffixes._rules.cache_clear()
    assert [is_public_suffix(host) for host in ("com", "example.com", "a.example.com")] == [
        True,
        False,
        False,
    ]
    assert len(read) == 1
