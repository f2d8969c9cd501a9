"""Host names as browsers parse and serialize them.

Source: URL standard, 3.5 Host parsing (https://url.spec.whatwg.org/#host-parsing).
"""

import re
from ipaddress import IPv4Address
from typing import Final
from urllib.parse import unquote

import idna

from ..core.origins import canonical_ip, ends_in_number

_FORBIDDEN: Final = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
_NUMBER: Final = re.compile(r"0x(?P<hex>[0-9a-f]*)|0(?P<octal>[0-7]+)|(?P<decimal>0|[1-9][0-9]*)")
_BASES: Final = {"hex": 16, "octal": 8, "decimal": 10}


def canonical_host(text: str) -> str:
    """Parse a host and return it as browsers write it.

    :raises ValueError: if `text` is not a host.
    """
    if ":" in text:
        address = None if "%" in text else canonical_ip(f"[{text}]")
        if address is None:
            raise ValueError(f"{text!r} is not an IPv6 address")
        return address
    host = _to_ascii(unquote(text)).lower()
    if not host or _FORBIDDEN.search(host):
        raise ValueError(f"{text!r} is not a host: it is empty or has a forbidden character")
    if ends_in_number(host.removesuffix(".")):
        return _canonical_ipv4(host)
    return host


def _to_ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise ValueError(f"{host!r} is not a host: {error}") from None


def _canonical_ipv4(host: str) -> str:
    """Parse a host whose last label is a number as an IPv4 address: `127.1` is 127.0.0.1."""
    matches = [_NUMBER.fullmatch(each) for each in host.removesuffix(".").split(".")]
    numbers = [_parse_number(match) for match in matches if match is not None]
    *high, low = numbers or [-1]
    if (
        len(numbers) != len(matches)
        or len(numbers) > 4
        or any(each > 255 for each in high)
        or not 0 <= low < 256 ** (4 - len(high))
    ):
        raise ValueError(f"{host!r} ends in a number, but is not an IPv4 address")
    return str(IPv4Address(low + sum(each << 8 * (3 - at) for at, each in enumerate(high))))


def _parse_number(match: re.Match[str]) -> int:
    kind = str(match.lastgroup)
    # Sixteen digits are too large for an address already.
    digits = (match[kind] or "0").lstrip("0")[:16] or "0"
    return int(digits, _BASES[kind])
