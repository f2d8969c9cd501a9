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
_REGEX: Final = re.compile(r"\\[.dwsDWS-]|\.\+|[\^$()|]|\[[^\]]*-[^\]]*\]")
_REGEX_WILDCARD: Final = re.compile(
    r"(?:(?<!\\)\.|\\[dw]|\[[^\]]*\])(?:[*+]|\{[0-9,]+\})"  # any of some characters, repeated
)
_REGEX_GROUP: Final = re.compile(r"\((?:\?:)?([^()|]*)\)(?![*+?{])")
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
    label, _, parent = host.partition(".")
    plain = parent if "*" in label else host
    if "*" in f"{scheme}{parent}" or label.count("*") > 1 or ("*" in label and not parent):
        return "origin-wildcard"
    if canonical_ip(plain) or plain.startswith("[") or ends_in_number(plain):
        return "origin-ip-wildcard" if plain != host else "origin-ip"
    if len(text) > MAX_ORIGIN_LENGTH:
        return "origin-long"
    if re.match(r"\*[a-z0-9]", label):
        return "origin-wildcard"
    is_name = parse_pattern(f"https://{plain}") is not None
    return "origin-wildcard-label" if is_name and plain != host else "origin-host"


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

    All subdomains of a public suffix are never suggested: anyone could register a name there. A
    pattern such as ``https://app-*.vercel.app`` is, if it is what the text means.
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
    if parts is None or (parts.wildcard == "*" and is_public_suffix(parts.host)):
        return None
    return origin


def _without_regex(text: str) -> str:
    """Return the pattern that a usual regular expression stands for; other text unchanged."""
    if not _REGEX.search(text):
        return text
    plain = text.strip("^$").replace("https?://", "https://").replace("(.*\\.)?", "*.")
    plain = _REGEX_GROUP.sub(r"\1", _REGEX_WILDCARD.sub("*", plain))
    return plain.replace("\\.", ".").replace("\\-", "-")


def _closest_host(host: str) -> str:
    """Return `host` in the form that browsers send, as far as it can be corrected."""
    wildcard, name = _split_wildcard(host.lower().rstrip("."))
    if name.startswith("["):
        return canonical_ip(name) or name
    if ends_in_number(name):
        try:
            return socket.inet_ntoa(
                socket.inet_aton(name)
            )  # parses octal, hexadecimal and short forms
        except (OSError, ValueError):
            return name
    name = _to_ascii(name)
    if wildcard[:1] != "*" or wildcard[1:2] in ("", "-"):
        return f"{wildcard}.{name}" if wildcard else name
    # '*example.com' lacks the dot of a subdomain, '*staging.example.com' probably a hyphen.
    return f"*.{wildcard[1:]}.{name}" if is_public_suffix(name) else f"*-{wildcard[1:]}.{name}"


def _split_wildcard(host: str) -> tuple[str, str]:
    """Return the label with the wildcard that `host` probably means, and the rest of `host`.

    The label is empty if `host` has no wildcard.
    """
    if "*" not in host:
        return "", host
    label, _, parent = host.partition(".")
    if parent and "*" not in parent:
        # One wildcard can stand for all between the first and the last: 'app-*-*'.
        return f"{label.partition('*')[0]}*{label.rpartition('*')[2]}", parent
    # Other wildcards stand for whole labels: 'app.*.example.com' becomes '*.example.com'.
    ending = host.rpartition("*")[2]
    parent = ending.partition(".")[2]
    return "*", parent if "." in parent else ending.lstrip(".-")


def _to_ascii(host: str) -> str:
    """Return `host` in the ASCII form of IDNA, or unchanged if it has none."""
    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return host
