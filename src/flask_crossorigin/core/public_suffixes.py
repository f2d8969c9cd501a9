"""The Public Suffix List: host names whose subdomains belong to different owners."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def is_public_suffix(host: str) -> bool:
    """Return whether the subdomains of `host` belong to different owners.

    This holds for a public suffix (``com``, ``anything.ck``) and for every parent of one.
    """
    suffix: str | None = suffix_list(host).publicsuffix(host)
    return suffix == host or any(name in _parents_of_suffixes() for name in _spellings(host))


def suffix_list(host: str) -> "PublicSuffixList":
    """Return the rules of the list that can match `host`; to parse all of them takes far longer.

    Names that are not on the list (.internal, localhost) are not public suffixes in it.
    """
    from publicsuffixlist import PublicSuffixList  # only hosts of patterns need it

    labels = host.removesuffix(".").split(".")
    names = [name for start in range(len(labels)) for name in _spellings(".".join(labels[start:]))]
    rules = [rule for name in names for rule in (name, f"*.{name}", f"!{name}")]
    return PublicSuffixList([rule for rule in rules if rule in _rules()], accept_unknown=False)


def _spellings(name: str) -> Iterator[str]:
    """Yield `name`, and its form in Unicode, in which the list is written."""
    yield name
    if "xn--" in name:
        try:
            yield name.encode("ascii").decode("idna")
        except UnicodeError:
            return  # the list has no such name


@cache
def _rules() -> frozenset[str]:
    """Return the rules as they are written: ``co.uk``, ``*.ck``, ``!www.ck``."""
    from publicsuffixlist import PSLFILE

    lines = Path(PSLFILE).read_text(encoding="utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if line and not line.startswith("//"))


@cache
def _parents_of_suffixes() -> frozenset[str]:
    """Return the parents of all public suffixes, such as ``amazonaws.com`` and ``za``."""
    parents: set[str] = set()
    for rule in _rules():
        parent = rule.partition(".")[2]
        while parent and parent not in parents:
            parents.add(parent)
            parent = parent.partition(".")[2]
    return frozenset(parents)
