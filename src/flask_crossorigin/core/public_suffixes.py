"""The Public Suffix List: host names whose subdomains belong to different owners.

To parse the whole list takes far longer than anything else that a policy needs. So only the rules
that end like the host are read, and the library that knows the algorithm gets those that can match.
"""

import re
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
    return suffix == host or not _parents(host.rpartition(".")[2]).isdisjoint(_spellings(host))


def suffix_list(host: str) -> "PublicSuffixList":
    """Return the Public Suffix List with no other rules than those that can match `host`.

    Names that are not on the list (.internal, localhost) are not public suffixes in it.
    """
    from publicsuffixlist import PublicSuffixList  # not needed without patterns

    labels = host.removesuffix(".").split(".")
    names = [".".join(labels[start:]) for start in range(len(labels))]
    rules = _rules(labels[-1])
    found = [
        mark + name
        for name in names
        for mark in ("", "*.", "!")
        if any(mark.encode() + spelling in rules for spelling in _spellings(name))
    ]
    return PublicSuffixList(found, accept_unknown=False, accept_encoded_idn=False)


def _spellings(name: str) -> Iterator[bytes]:
    """Yield `name`, and its form in Unicode, in which the list is written; both as UTF-8."""
    yield name.encode()
    if "xn--" in name:
        try:
            yield name.encode("ascii").decode("idna").encode()
        except UnicodeError:
            return  # the list has no such name


@cache
def _rules(label: str) -> frozenset[bytes]:
    """Return the rules that end in `label`, as they are written: ``*.ck``, ``!www.ck``."""
    from publicsuffixlist import PSLFILE

    text = Path(PSLFILE).read_bytes()
    rules: set[bytes] = set()
    for ending in _spellings(label):
        for match in re.finditer(re.escape(ending) + rb"(?!\S)", text):
            # A rule ends at white space, and a comment begins with two slashes.
            line = text[text.rfind(b"\n", 0, match.start()) + 1 : match.end()]
            if line.rpartition(b".")[2] == ending and not re.search(rb"//|\s", line):
                rules.add(line)
    return frozenset(rules)


@cache
def _parents(label: str) -> frozenset[bytes]:
    """Return the parents of the public suffixes in `label`, such as ``amazonaws.com``."""
    parents: set[bytes] = set()
    for rule in _rules(label):
        parent = rule.partition(b".")[2]
        while parent and parent not in parents:
            parents.add(parent)
            parent = parent.partition(b".")[2]
    return frozenset(parents)
