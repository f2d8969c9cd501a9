"""Names below which anybody can register: the Public Suffix List, read when first needed."""

from functools import cache

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    # Names that the list does not know (.internal, localhost) are nobody's registry.
    return PublicSuffixList(accept_unknown=False)


def is_public_suffix(host: str) -> bool:
    """Say whether the subdomains of `host` belong to as many owners.

    That is so for a public suffix (``com``), and for the parent of one that the list writes
    with a wildcard (``*.ck``).
    """
    suffixes = _suffixes()
    below = f"any.{host}"
    return suffixes.publicsuffix(host) == host or suffixes.publicsuffix(below) == below
