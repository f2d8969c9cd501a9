"""Diagnose invalid origins at start-up: the rule that is broken, and the likely correction."""

import re
import socket
from typing import Final

import idna

from .errors import PolicyProblem
from .fetch_standard import NULL_ORIGIN
from .origins import (
    DEFAULT_PORTS,
    MAX_ORIGIN_LENGTH,
    OPAQUE_SCHEMES,
    canonical_ip,
    ends_in_number,
    is_loopback_host,
    parse_pattern,
)
from .problems import problem
from .public_suffixes import is_public_suffix

_EXAMPLE: Final = "an origin such as 'https://app.example.com'"
_QUOTES: Final = "\"'"
_REGEX: Final = re.compile(r"\\[.dwsDWS-]|\.\+|[\^$()|]")
_AUTHORITY_END: Final = re.compile(r"[/\\?#]")
_WEB_SCHEME: Final = re.compile(r"^(https?)(?::/?/?|//)(?=[^/:\d]*[^/:\d.*])", re.IGNORECASE)


def diagnose(text: str, field: str = "origins") -> PolicyProblem:
    """Return the problem of `text`, which `parse_pattern` does not accept."""
    code = _broken_rule(text)
    suggestion = None if code == "origin-opaque" else closest_origin(text.strip(_QUOTES))
    return problem(code, field, text, suggestion=_quoted(suggestion), limit=MAX_ORIGIN_LENGTH)


def suggest_origin(text: str) -> str:
    """Return the origin that `text` probably means, in quotes, or an example."""
    return _quoted(closest_origin(text))


def _quoted(origin: str | None) -> str:
    return _EXAMPLE if origin is None else repr(origin)


def _broken_rule(text: str) -> str:
    """Return the code of the first rule that `text` breaks, the most helpful ones first."""
    if not text.strip():
        return "origin-empty"
    if text.strip(_QUOTES) != text:
        return "origin-quotes"
    if re.search(r"\s", text):
        return "origin-white-space"
    _, *after = re.split("[,;]", text, maxsplit=1)
    if after == [""] or (after and "://" in after[0]):
        return "origin-separator"
    scheme, separator, rest = text.partition("://")
    if scheme.partition(":")[0].lower() in OPAQUE_SCHEMES:
        return "origin-opaque"
    if not separator:
        return "origin-scheme-missing"
    if _REGEX.search(text):
        return "origin-regex"
    authority, end = _split_authority(rest)
    if end:
        return "origin-path" if end in "/\\" else "origin-query"
    if "@" in authority:
        return "origin-user-info"
    if not text.isascii():
        return "origin-unicode"
    if text != text.lower():
        return "origin-upper-case"
    host, port = _split_port(authority)
    if port is not None and port != "*" and not _is_port(port):
        return "origin-port"
    if port is not None and DEFAULT_PORTS.get(scheme) == port:
        return "origin-default-port"
    return _broken_host_rule(text, scheme, host)


def _broken_host_rule(text: str, scheme: str, host: str) -> str:
    """Return the code of the rule about hosts that `text` breaks."""
    plain = host.removeprefix("*.")
    if "*" in scheme or "*" in plain:
        return "origin-wildcard"
    if canonical_ip(plain) or plain.startswith("[") or ends_in_number(plain):
        return "origin-ip-wildcard" if plain != host else "origin-ip"
    return "origin-long" if len(text) > MAX_ORIGIN_LENGTH else "origin-host"


def _split_authority(rest: str) -> tuple[str, str]:
    """Return the authority that `rest` begins with, and the character after it."""
    end = _AUTHORITY_END.search(rest)
    return (rest[: end.start()], end.group()) if end else (rest, "")


def _split_port(authority: str) -> tuple[str, str | None]:
    """Return the host and the port, if there is one; an IPv6 address contains colons too."""
    host, colon, port = authority.rpartition(":")
    return (host, port) if colon and "]" not in port else (authority, None)


def _is_port(text: str) -> bool:
    return text.isdecimal() and text[0] != "0" and len(text) <= 5 and int(text) <= 65535


def closest_origin(text: str) -> str | None:
    """Return the origin or pattern that `text` probably means; None if that is not clear.

    A pattern below a public suffix is never returned: anyone could register a name there.
    """
    text = _without_regex(text.strip())
    if text.lower() == NULL_ORIGIN:
        return None
    scheme, separator, rest = _WEB_SCHEME.sub(r"\1://", text).partition("://")
    if not separator:
        scheme, rest = "", text.lstrip("/")
    authority, _ = _split_authority(rest)
    host, port = _split_port(authority.rpartition("@")[2])
    host = _closest_host(host)
    scheme = scheme.lower() or ("http" if is_loopback_host(host) else "https")
    if port is None or port == DEFAULT_PORTS.get(scheme) or not (port == "*" or _is_port(port)):
        port = ""
    origin = f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"
    parts = parse_pattern(origin)
    if parts is None or (parts.subdomains and is_public_suffix(parts.host)):
        return None
    return origin


def _without_regex(text: str) -> str:
    """Return the pattern that a usual regular expression stands for; other text unchanged."""
    if not _REGEX.search(text):
        return text
    plain = text.strip("^$").replace("(.*\\.)?", "*.").replace("\\.", ".")
    return re.sub(r"\(?\.[*+]\)?\.", "*.", plain)


def _closest_host(host: str) -> str:
    """Return `host` in the form that browsers send, as far as it can be corrected."""
    host = host.lower().rstrip(".")
    name = host.removeprefix("*.")
    if "*" in name:
        # A wildcard stands for whole labels: 'api-*.example.com' becomes '*.example.com'.
        ending = name.rpartition("*")[2]
        parent = ending.partition(".")[2]
        host = f"*.{parent if '.' in parent else ending.lstrip('.-')}"
        name = host.removeprefix("*.")
    wildcard = "*." if name != host else ""
    if name.startswith("["):
        return canonical_ip(name) or name
    if ends_in_number(name):
        try:
            return socket.inet_ntoa(
                socket.inet_aton(name)
            )  # parses octal, hexadecimal and short forms
        except (OSError, ValueError):
            return name
    return wildcard + _to_ascii(name)


def _to_ascii(host: str) -> str:
    """Return `host` in the ASCII form of IDNA, or unchanged if it has none."""
    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return host
