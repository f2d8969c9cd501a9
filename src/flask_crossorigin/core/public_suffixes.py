"""Names whose subdomains belong to many: the Public Suffix List, read when first needed."""

from functools import cache
from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    # Names that the list does not know (.internal, localhost) are nobody's registry.
    return PublicSuffixList(accept_unknown=False)


@cache
def _above_suffixes() -> frozenset[str]:
    """The names that have a public suffix somewhere below: ``amazonaws.com``, ``za``."""
    above: set[str] = set()
    for line in Path(PSLFILE).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("//", "!")):
            parent = line.split()[0].encode("idna").decode("ascii").partition(".")[2]
            while parent and parent not in above:
                above.add(parent)
                parent = parent.partition(".")[2]
    return frozenset(above)


def is_public_suffix(host: str) -> bool:
    """Say whether the subdomains of `host` belong to as many owners.

    That is so for a public suffix (``com``, ``anything.ck``) and for any name above one.
    """
    return _suffixes().publicsuffix(host) == host or host in _above_suffixes()
