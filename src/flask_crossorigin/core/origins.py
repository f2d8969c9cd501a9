"""Serialized origins, the patterns a policy may list, and the set that matches them.

The text of a pattern is its own key: an origin is listed when it, or one of the few patterns
that cover it (`covering_patterns`), is in a set. So a match costs one lookup for exact origins
however many there are, and two per label of the host where patterns are listed.

Source: HTML standard, 7.1.1 Origins (serialization); URL standard, 3.6 (host serializing).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final, NamedTuple

from .cache import BoundedCache

MAX_ORIGIN_LENGTH: Final = 326
"""Characters: a scheme of 64, "://", a host name of 253 (RFC 1035, 2.3.4) and ":65535"."""

DEFAULT_PORTS: Final = {"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21"}

OPAQUE_SCHEMES: Final = frozenset({"about", "blob", "data", "file", "javascript"})
"""Schemes whose pages have the origin ``null``, or their maker's."""

_PATTERN: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://"
    r"(?P<wildcard>\*\.)?"
    # Labels and dots exclude each other, so this can't backtrack.
    r"(?P<host>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}|\*))?"
)
_NUMERIC_LABEL: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


class OriginPattern(NamedTuple):
    """An origin pattern in its parts.

    :ivar host: without the wildcard that `subdomains` stands for.
    :ivar port: empty, digits, or ``*``.
    """

    scheme: str
    subdomains: bool
    host: str
    port: str


def parse_pattern(text: str) -> OriginPattern | None:
    """The parts of an origin or origin pattern, or None where no browser would send the like.

    ``null`` is no pattern. A text without ``*`` that parses is exactly a serialized origin.
    """
    if len(text) > MAX_ORIGIN_LENGTH or (match := _PATTERN.fullmatch(text)) is None:
        return None
    scheme, wildcard, host, port = match.groups(default="")
    if scheme in OPAQUE_SCHEMES:
        return None
    if port and port != "*" and (int(port) > 65535 or DEFAULT_PORTS.get(scheme) == port):
        return None
    if (host[0] == "[" or ends_in_number(host)) and (wildcard or canonical_ip(host) != host):
        return None
    return OriginPattern(scheme, bool(wildcard), host, port)


def is_serialized_origin(text: str) -> bool:
    """Say whether a browser could send `text` as the Origin of a page that has one."""
    return "*" not in text and parse_pattern(text) is not None


def ends_in_number(host: str) -> bool:
    """Say whether browsers read `host` as an IPv4 address (URL standard, 3.5)."""
    return _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]) is not None


def canonical_ip(host: str) -> str | None:
    """The form in which browsers write the IP address `host`, or None where it is none.

    Only the plain spellings are read: four decimal numbers, or IPv6 in brackets.
    """
    try:
        if host[:1] == "[" and host[-1:] == "]":
            return f"[{_compressed(IPv6Address(host[1:-1]))}]"
        return str(IPv4Address(host))
    except AddressValueError:
        return None


def _compressed(address: IPv6Address) -> str:
    """`address` as the URL standard writes it: never with dotted decimals at its end."""
    if address.ipv4_mapped is None:
        return address.compressed
    high, low = divmod(int(address.ipv4_mapped), 1 << 16)
    return f"::ffff:{high:x}:{low:x}"


def is_loopback_host(host: str) -> bool:
    """Say whether the `host` of a well-formed origin is this machine (RFC 6761, 6.3)."""
    return (
        host in {"localhost", "[::1]"}
        or host.endswith(".localhost")
        or (host.startswith("127.") and ends_in_number(host))
    )


def is_loopback_origin(origin: str) -> bool:
    """Say whether `origin` is well-formed and its host is this machine."""
    parts = None if "*" in origin else parse_pattern(origin)
    return parts is not None and is_loopback_host(parts.host)


def covering_patterns(parts: OriginPattern) -> Iterator[str]:
    """Every pattern, other than the origin itself, that covers the origin `parts`."""
    scheme, _, host, port = parts
    ports = (f":{port}" if port else "", ":*")
    yield f"{scheme}://{host}:*"
    if host[0] == "[" or ends_in_number(host):
        return
    _, dot, parent = host.partition(".")
    while dot:
        for suffix in ports:
            yield f"{scheme}://*.{parent}{suffix}"
        _, dot, parent = parent.partition(".")


_COVERED: Final[BoundedCache[tuple[object, str], bool]] = BoundedCache()
"""Sets with an origin that their patterns allow, since each tenant's page asks again and again: of
all policies together, as whoever has a name below a pattern can invent origins."""


@dataclass(frozen=True, slots=True)
class OriginSet:
    """The origins that a policy lists as text.

    :ivar exact: serialized origins, and ``null`` where it is listed.
    :ivar patterns: the patterns, as text. Never holds an exact origin, and `exact` never
        holds a pattern: an Origin header that reads ``https://*.example.com`` matches nothing.
    """

    exact: frozenset[str]
    patterns: frozenset[str]
    # Stands for this set among what is kept: equal patterns would be compared one by one.
    _identity: object = field(default_factory=object, repr=False, compare=False)

    @classmethod
    def of(cls, texts: Iterable[str]) -> "OriginSet":
        """The set of `texts`, each of which parses as a pattern or is ``null``."""
        everything = frozenset(texts)
        patterns = frozenset(text for text in everything if "*" in text)
        return cls(everything - patterns if patterns else everything, patterns)

    def allows(self, origin: str) -> bool:
        """Say whether `origin`, any text a client sent, is listed."""
        if origin in self.exact:
            return True
        if not self.patterns or "*" in origin:
            return False
        asked = self._identity, origin
        if asked in _COVERED:
            return True
        parts = parse_pattern(origin)
        if parts is None or self.patterns.isdisjoint(covering_patterns(parts)):
            return False
        return _COVERED.store(asked, True, origin)
