"""Hosts as browsers read and write them (URL standard, 3.5 Host parsing)."""

import re
from ipaddress import IPv4Address
from typing import Final
from urllib.parse import unquote

import idna

from ..core.origins import canonical_ip, ends_in_number

_FORBIDDEN: Final = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
_NUMBER: Final = re.compile(r"0x(?P<hex>[0-9a-f]*)|0(?P<octal>[0-7]+)|(?P<decimal>0|[1-9][0-9]*)")
_BASES: Final = {"hex": 16, "octal": 8, "decimal": 10}


def canonical_host(written: str) -> str:
    """The form in which browsers write the host that `written` means.

    :raises ValueError: if it means none.
    """
    if ":" in written:
        address = None if "%" in written else canonical_ip(f"[{written}]")
        if address is None:
            raise ValueError(f"{written!r} is not an IPv6 address")
        return address
    host = _ascii(unquote(written)).lower()
    if not host or _FORBIDDEN.search(host):
        raise ValueError(f"{written!r} is no host: it has a character that none has")
    if ends_in_number(host.removesuffix(".")):
        return _ipv4(host)
    return host


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise ValueError(f"{host!r} is no host: {error}") from None


def _ipv4(host: str) -> str:
    """The address that a host means whose last label is a number: `127.1` is 127.0.0.1."""
    matches = [_NUMBER.fullmatch(each) for each in host.removesuffix(".").split(".")]
    numbers = [_number(match) for match in matches if match is not None]
    *high, low = numbers or [-1]
    if (
        len(numbers) != len(matches)
        or len(numbers) > 4
        or any(each > 255 for each in high)
        or not 0 <= low < 256 ** (4 - len(high))
    ):
        raise ValueError(f"{host!r} ends in a number, and is not an IPv4 address")
    return str(IPv4Address(low + sum(each << 8 * (3 - at) for at, each in enumerate(high))))


def _number(match: re.Match[str]) -> int:
    kind = str(match.lastgroup)
    digits = (match[kind] or "0").lstrip("0")[:16] or "0"  # too large already
    return int(digits, _BASES[kind])
