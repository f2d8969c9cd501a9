"""Why a text is no origin pattern, and what was probably meant: start-up only."""

import re
import socket
from typing import Final

import idna

from .errors import PolicyProblem, problem
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
from .public_suffixes import is_public_suffix

_EXAMPLE: Final = "an origin such as 'https://app.example.com'"
_REGEX: Final = re.compile(r"\\[.dwsDWS-]|\.\+|[\^$()|]")
_AUTHORITY_END: Final = re.compile(r"[/\\?#]")
_WEB_SCHEME: Final = re.compile(r"^(https?)(?::/?/?|//)(?=[^/:\d]*[^/:\d.*])", re.IGNORECASE)


def diagnose(text: str, field: str = "origins") -> PolicyProblem:
    """The problem of `text`, which `parse_pattern` refused, with the form a browser would send."""
    code = _code(text)
    return problem(code, field, text, suggestion=suggestion(text, code), limit=MAX_ORIGIN_LENGTH)


def _code(text: str) -> str:
    """The first rule that `text` breaks, the most telling ones first."""
    if not text.strip():
        return "origin-empty"
    if re.search(r"\s", text):
        return "origin-white-space"
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
    return _host_code(text, scheme, host)


def _host_code(text: str, scheme: str, host: str) -> str:
    plain = host.removeprefix("*.")
    if "*" in scheme or "*" in plain:
        return "origin-wildcard"
    if canonical_ip(plain) or plain.startswith("[") or ends_in_number(plain):
        return "origin-ip-wildcard" if plain != host else "origin-ip"
    return "origin-long" if len(text) > MAX_ORIGIN_LENGTH else "origin-host"


def _split_authority(rest: str) -> tuple[str, str]:
    """The authority that `rest` begins with, and the character that ends it."""
    end = _AUTHORITY_END.search(rest)
    return (rest[: end.start()], end.group()) if end else (rest, "")


def _split_port(authority: str) -> tuple[str, str | None]:
    """The host and, where there is one, the port; the colons of an IPv6 address are its own."""
    host, colon, port = authority.rpartition(":")
    return (host, port) if colon and "]" not in port else (authority, None)


def _is_port(text: str) -> bool:
    return text.isdecimal() and text[0] != "0" and len(text) <= 5 and int(text) <= 65535


def suggestion(text: str, code: str = "") -> str:
    """The quoted origin that was probably meant by `text`, or else an example."""
    meant = None if code == "origin-opaque" else closest_origin(text)
    return _EXAMPLE if meant is None else repr(meant)


def closest_origin(text: str) -> str | None:
    """The valid pattern closest to `text`, or None where there is no telling."""
    text = _unescaped(text.strip())
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
    meant = f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"
    parts = parse_pattern(meant)
    if parts is None or (parts.subdomains and is_public_suffix(parts.host)):
        return None
    return meant


def _unescaped(text: str) -> str:
    """The pattern that a regular expression of the usual form stands for; other text as it is."""
    if not _REGEX.search(text):
        return text
    plain = text.strip("^$").replace("(.*\\.)?", "*.").replace("\\.", ".")
    return re.sub(r"\(?\.[*+]\)?\.", "*.", plain)


def _closest_host(host: str) -> str:
    host = host.lower().rstrip(".")
    name = host.removeprefix("*.")
    if "*" in name:
        # Whole labels only, and at the start: 'api-*.example.com' is meant as '*.example.com'.
        ending = name.rpartition("*")[2]
        parent = ending.partition(".")[2]
        host = f"*.{parent if '.' in parent else ending.lstrip('.-')}"
        name = host.removeprefix("*.")
    wildcard = "*." if name != host else ""
    if name.startswith("["):
        return canonical_ip(name) or name
    if ends_in_number(name):
        try:
            return socket.inet_ntoa(socket.inet_aton(name))  # reads octal, hex and short forms
        except (OSError, ValueError):
            return name
    return wildcard + _ascii(name)


def _ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return host
