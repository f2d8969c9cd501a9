"""Why a text is no origin pattern, and what was probably meant: start-up only."""

import re
import socket
from typing import Final

import idna

from .errors import PolicyProblem, problem
from .origins import (
    DEFAULT_PORTS,
    MAX_ORIGIN_LENGTH,
    canonical_ip,
    ends_in_number,
    is_loopback_host,
    parse_pattern,
)

_OPAQUE_SCHEMES: Final = frozenset({"about", "blob", "data", "file", "javascript"})
_EXAMPLE: Final = "an origin such as 'https://app.example.com'"
_AUTHORITY_END: Final = re.compile(r"[/\\?#]")
_NAMED_PORT: Final = re.compile(r"(.*?)(?::([^:\]]*))?", re.DOTALL)


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
    if scheme.partition(":")[0].lower() in _OPAQUE_SCHEMES:
        return "origin-opaque"
    if not separator:
        return "origin-scheme-missing"
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
    match = _NAMED_PORT.fullmatch(authority)
    if match is None:
        return authority, None
    return match.group(1), match.group(2)


def _is_port(text: str) -> bool:
    return text.isdecimal() and text[0] != "0" and len(text) <= 5 and int(text) <= 65535


def suggestion(text: str, code: str = "") -> str:
    """The quoted origin that was probably meant by `text`, or else an example."""
    meant = None if code == "origin-opaque" else closest_origin(text)
    return _EXAMPLE if meant is None else repr(meant)


def closest_origin(text: str) -> str | None:
    """The valid pattern closest to `text`, or None where there is no telling."""
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        scheme, rest = "", text.strip().lstrip("/")
    authority, _ = _split_authority(rest)
    host, port = _split_port(authority.rpartition("@")[2])
    host = _closest_host(host)
    scheme = scheme.lower() or ("http" if is_loopback_host(host) else "https")
    if port is None or port == DEFAULT_PORTS.get(scheme) or not (port == "*" or _is_port(port)):
        port = ""
    meant = f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"
    return meant if parse_pattern(meant) is not None else None


def _closest_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if "*" in host:
        # Whole labels only, and at the start only: 'api-*.example.com' -> '*.example.com'.
        host = host.rpartition("*")[2].partition(".")[2]
        return host if ends_in_number(host) else f"*.{_ascii(host)}"
    if host.startswith("["):
        return canonical_ip(host) or host
    if ends_in_number(host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))  # reads octal, hex and short forms
        except OSError:
            return host
    return _ascii(host)


def _ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except idna.IDNAError:
        return host
