"""The slow reference for one policy: each rule in plain steps, without caches.

Nothing of the library is used here.
"""

from __future__ import annotations

import socket
import string
from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final

_LOWER: Final = set(string.ascii_lowercase)
_DIGITS: Final = set(string.digits)
_LABEL: Final = _LOWER | _DIGITS | {"_", "-"}
_TOKEN: Final = set(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~")
_PORTS: Final = {"http": 80, "ws": 80, "https": 443, "wss": 443, "ftp": 21}
_OPAQUE: Final = {"about", "blob", "data", "file", "javascript"}


def is_origin(text: str) -> bool:
    """Return whether a browser sends `text` as an origin other than ``null``."""
    scheme, separator, rest = text.partition("://")
    if not separator or len(text) > 326 or not _is_scheme(scheme):
        return False
    if rest.startswith("["):
        address, bracket, port = rest.partition("]")
        good = bool(bracket) and _is_ipv6(address[1:])
    else:
        host, colon, port = rest.partition(":")
        port = colon + port
        good = _is_host(host)
    return good and _is_port(scheme, port)


def _is_scheme(scheme: str) -> bool:
    if not set(scheme) <= _LOWER | _DIGITS | set("+-."):
        return False
    return scheme[:1] in _LOWER and scheme not in _OPAQUE


def _is_host(host: str) -> bool:
    labels = host.split(".")
    if not all(label and set(label) <= _LABEL for label in labels):
        return False
    last = labels[-1]
    hexadecimal = last.startswith("0x") and set(last[2:]) <= set("0123456789abcdef")
    if set(last) <= _DIGITS or hexadecimal:  # browsers take it for an IPv4 address
        return len(labels) == 4 and all(_is_byte(label) for label in labels)
    return True


def _is_byte(label: str) -> bool:
    return set(label) <= _DIGITS and str(int(label)) == label and int(label) < 256


def _is_ipv6(text: str) -> bool:
    """Return whether `text` is an IPv6 address in the one form that browsers send."""
    try:
        packed = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, UnicodeError, ValueError):
        return False
    pieces = [f"{packed[i] * 256 + packed[i + 1]:x}" for i in range(0, 16, 2)]
    best, start = (0, 0), 0
    for zero, run in groupby(pieces, lambda piece: piece == "0"):
        length = len(list(run))
        if zero and length > max(best[0], 1):
            best = (length, start)
        start += length
    length, start = best
    written = ":".join(pieces)
    if length:
        written = f"{':'.join(pieces[:start])}::{':'.join(pieces[start + length :])}"
    return written == text


def _is_port(scheme: str, port: str) -> bool:
    if port == "":
        return True
    digits = port[1:]
    if port[0] != ":" or not digits or not set(digits) <= _DIGITS or len(digits) > 5:
        return False
    number = int(digits)
    return str(number) == digits and 0 < number < 65536 and _PORTS.get(scheme) != number


def allows(settings: Mapping[str, Any], origin: str) -> bool:
    """Return whether a policy with these `settings` allows `origin`."""
    origins = settings["origins"]
    if origins == "*":
        return True
    if origin == "null":
        return "null" in origins
    return is_origin(origin) and any(_covers(each, origin) for each in origins)


def _covers(item: Any, origin: str) -> bool:
    if callable(item):
        return bool(item(origin))
    if "*" not in item:
        return bool(item == origin)
    scheme, host, port = _parts(item)
    origin_scheme, origin_host, origin_port = _parts(origin)
    if scheme != origin_scheme or (port != origin_port and port != "*"):
        return False
    if not host.startswith("*."):
        return host == origin_host
    is_name = not origin_host.startswith("[") and not set(origin_host) <= _DIGITS | {"."}
    return is_name and origin_host.endswith(host[1:]) and len(origin_host) > len(host) - 1


def _parts(text: str) -> tuple[str, str, str]:
    scheme, _, rest = text.partition("://")
    if "]" in rest:
        host, _, port = rest.partition("]")
        return scheme, f"{host}]", port.removeprefix(":")
    host, _, port = rest.partition(":")
    return scheme, host, port


def is_token(text: str) -> bool:
    """Return whether `text` is a token of HTTP."""
    return text != "" and set(text) <= _TOKEN


def allows_preflight(settings: Mapping[str, Any], origin: str, method: str, names: str) -> bool:
    """Return whether a policy allows the request that a preflight is about."""
    return (
        allows(settings, origin)
        and _allows_method(settings.get("methods", "GET HEAD POST PUT PATCH DELETE"), method)
        and _allows_names(settings.get("request_headers", "*"), names)
    )


def _allows_method(methods: Any, method: str) -> bool:
    if methods == "*":
        usable = is_token(method) and len(method) <= 64
        return usable and method.upper() not in {"CONNECT", "TRACE", "TRACK"}
    listed = methods.split() if isinstance(methods, str) else methods
    return method in {*listed, "GET", "HEAD", "POST"}


def _allows_names(allowed: Any, names: str) -> bool:
    if len(names) > 8192 or names.count(",") >= 256:
        return False
    wanted = [name.strip(" \t") for name in names.split(",") if name.strip(" \t")]
    if not all(is_token(name) for name in wanted):
        return False
    listed = {name.lower() for name in allowed} if allowed != "*" else set()
    return allowed == "*" or all(name.lower() in listed for name in wanted)
