"""Serialized origins, origin patterns, and the allowlist that contains both.

Each pattern is stored under its own text. An origin is on the allowlist if its text is in the
set, or the text of one of the few patterns that cover it (`covering_patterns`). So a check takes
one lookup in the exact origins, however many are listed, and at most two lookups in the patterns
for each label of the host.

A pattern with a wildcard inside its first label (``https://preview-*.example.com``) is stored under
its parent domain. It takes one comparison, but only if the origin has the same parent domain.

Source: HTML standard, 7.1.1 Origins (serialization); URL standard, 3.6 (host serializing).
"""

import re
from collections.abc import Iterable, Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final, NamedTuple, TypeAlias

from .cache import BoundedCache

MAX_ORIGIN_LENGTH: Final = 326
"""Characters: 64 for a scheme, "://", 253 for a host name (RFC 1035, 2.3.4), and ":65535"."""

DEFAULT_PORTS: Final = {"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21"}

OPAQUE_SCHEMES: Final = frozenset({"about", "blob", "data", "file", "javascript"})
"""Schemes whose pages have the origin ``null``, or the origin of the page that made them."""

_PATTERN: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://"
    # A dot is in no label, so neither line can backtrack across labels. Text that directly follows
    # a leading "*" is not accepted: "https://*example.com" would cover https://evilexample.com.
    r"(?:(?P<wildcard>(?!\*[a-z0-9])[a-z0-9-]*\*[a-z0-9-]*)\.)?"
    r"(?P<host>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}|\*))?"
)
_WILDCARD_LABEL: Final = re.compile(r"(?!xn--|-)[a-z0-9-]{1,63}(?<!-)")
"""A label that a wildcard may cover. A label of an international name (``xn--``) is not one: it
stands for a text that the pattern does not show."""
_NUMERIC_LABEL: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


class OriginPattern(NamedTuple):
    """The parts of an origin or an origin pattern.

    :ivar scheme: without ``://``.
    :ivar wildcard: the first label of the pattern, if it contains a wildcard: ``*`` covers all
        subdomains of `host`; ``preview-*`` covers those of one more label that has this form.
        Neither covers `host` itself. Empty without such a label.
    :ivar host: without the label in `wildcard`.
    :ivar port: digits; ``*`` for any port or none; empty for none.
    """

    scheme: str
    wildcard: str
    host: str
    port: str


def parse_pattern(text: str) -> OriginPattern | None:
    """Parse an origin or an origin pattern; return None if `text` is neither.

    A text without ``*`` is accepted only if it is a serialized origin, exactly as a browser sends
    it. ``null`` is not accepted.
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
    if wildcard and _WILDCARD_LABEL.fullmatch(wildcard.replace("*", "0")) is None:
        return None  # no label that it could cover
    return OriginPattern(scheme, wildcard, host, port)


def is_serialized_origin(text: str) -> bool:
    """Return whether `text` is an origin as browsers send it; ``null`` is not."""
    return "*" not in text and parse_pattern(text) is not None


def ends_in_number(host: str) -> bool:
    """Return whether browsers parse `host` as an IPv4 address (URL standard, 3.5)."""
    return _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]) is not None


def canonical_ip(host: str) -> str | None:
    """Return the IP address `host` as browsers send it, or None if it is not an IP address.

    Only the common notations are parsed: four decimal numbers, or IPv6 in brackets.
    """
    try:
        if host[:1] == "[" and host[-1:] == "]":
            return f"[{_compressed(IPv6Address(host[1:-1]))}]"
        return str(IPv4Address(host))
    except AddressValueError:
        return None


def _compressed(address: IPv6Address) -> str:
    """Return `address` as the URL standard serializes it: without dotted decimals."""
    if address.ipv4_mapped is None:
        return address.compressed
    high, low = divmod(int(address.ipv4_mapped), 1 << 16)
    return f"::ffff:{high:x}:{low:x}"


def is_loopback_host(host: str) -> bool:
    """Return whether the `host` of a well-formed origin is this machine (RFC 6761, 6.3)."""
    return (
        host in {"localhost", "[::1]"}
        or host.endswith(".localhost")
        or (host.startswith("127.") and ends_in_number(host))
    )


def is_loopback_origin(origin: str) -> bool:
    """Return whether `origin` is well-formed and its host is this machine."""
    parts = None if "*" in origin else parse_pattern(origin)
    return parts is not None and is_loopback_host(parts.host)


def covering_patterns(parts: OriginPattern) -> Iterator[str]:
    """Yield all patterns that cover the origin with these `parts`.

    Patterns with a wildcard inside a label are left out.
    """
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
"""The pairs of an allowlist and an origin that one of its patterns covers.

All policies share this one cache: anyone who owns a name below a pattern can invent origins.
"""


_ParentKey: TypeAlias = tuple[str, str, str]
"""A scheme, the parent domain of a label, and a port; the port as in `OriginPattern`."""


class Allowlist:
    """The allowlist of a policy: its exact origins and its origin patterns.

    :param texts: exact origins, patterns, and perhaps ``null``.

    :ivar exact: the exact origins, and ``null`` if it is listed. It never contains a pattern, so
        the header ``Origin: https://*.example.com`` matches nothing.
    :ivar patterns: the texts of the patterns.
    """

    __slots__ = ("_key", "_labels", "exact", "patterns")

    def __init__(self, texts: Iterable[str]) -> None:
        entries = frozenset(texts)
        self.patterns: frozenset[str] = frozenset(text for text in entries if "*" in text)
        self.exact: frozenset[str] = entries - self.patterns if self.patterns else entries
        # The texts before and after each wildcard inside a label.
        self._labels = _labels_by_parent(self.patterns)
        self._key = object()  # in the cache, which would keep the allowlist itself alive

    def allows(self, origin: str) -> bool:
        """Return whether `origin`, which may be any text from a client, is on the allowlist."""
        if origin in self.exact:
            return True
        if not self.patterns or "*" in origin:
            return False
        key = self._key, origin
        if key in _COVERED:
            return True
        parts = parse_pattern(origin)
        if parts is None or not self._covers(parts):
            return False
        return _COVERED.store(key, True, origin)

    def _covers(self, parts: OriginPattern) -> bool:
        """Return whether a pattern covers the origin with these `parts`."""
        if not self.patterns.isdisjoint(covering_patterns(parts)):
            return True
        label, _, parent = parts.host.partition(".")
        return any(
            _is_between(label, before, after)
            for port in (parts.port, "*")
            for before, after in self._labels.get((parts.scheme, parent, port), ())
        )


def _labels_by_parent(patterns: Iterable[str]) -> dict[_ParentKey, list[tuple[str, str]]]:
    """Return the texts before and after each wildcard inside a label, by parent domain."""
    labels: dict[_ParentKey, list[tuple[str, str]]] = {}
    for text in patterns:
        parts = None if "://*." in text else parse_pattern(text)
        if parts is not None and parts.wildcard:
            before, _, after = parts.wildcard.partition("*")
            key = parts.scheme, parts.host, parts.port
            labels.setdefault(key, []).append((before, after))
    return labels


def _is_between(label: str, before: str, after: str) -> bool:
    """Return whether `label` is `before` and `after` with a text between them."""
    return (
        label.startswith(before)
        and label.endswith(after)
        and len(label) > len(before) + len(after)
        and _WILDCARD_LABEL.fullmatch(label) is not None
    )
