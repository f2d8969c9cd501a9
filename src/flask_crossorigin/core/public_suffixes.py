"""The Public Suffix List: host names whose subdomains belong to different owners."""

from functools import cache
from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList


def is_public_suffix(host: str) -> bool:
    """Return whether the subdomains of `host` belong to different owners.

    This holds for a public suffix (``com``, ``anything.ck``) and for every parent of one.
    """
    return _suffixes().publicsuffix(host) == host or host in _parents_of_suffixes()


@cache
def _suffixes() -> PublicSuffixList:
    # Names that are not on the list (.internal, localhost) are not public suffixes.
    return PublicSuffixList(accept_unknown=False)


@cache
def _parents_of_suffixes() -> frozenset[str]:
    """Return the parents of all public suffixes, such as ``amazonaws.com`` and ``za``."""
    parents: set[str] = set()
    for line in Path(PSLFILE).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("//", "!")):
            parent = line.split()[0].encode("idna").decode("ascii").partition(".")[2]
            while parent and parent not in parents:
                parents.add(parent)
                parent = parent.partition(".")[2]
    return frozenset(parents)
