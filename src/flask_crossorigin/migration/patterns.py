"""The regular expressions of flask-cors: origins and paths that it takes for one.

flask-cors matches from the start only, so most of its expressions match more than they seem to.
A translation never matches an origin that the expression does not match, with one exception:
text that is an origin pattern here is read as one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..core.origins import Allowlist, OriginPattern, is_serialized_origin, parse_pattern
from ..core.public_suffixes import is_public_suffix

_HINTS: Final = frozenset("*\\]?$^[]()")
"""flask-cors takes text for a regular expression if it contains one of these."""

Regex = re.Pattern[str]


def is_regex(value: object) -> bool:
    """Return whether flask-cors takes `value` for a regular expression."""
    return isinstance(value, re.Pattern) or not _HINTS.isdisjoint(str(value))


def is_text_or_regex(value: object) -> bool:
    """Return whether `value` is text, or a regular expression for text."""
    return isinstance(value, str) or isinstance(getattr(value, "pattern", None), str)


# Origins.


@dataclass(frozen=True)
class OriginRegex:
    """The translation of one regular expression for origins.

    :ivar origins: the entries of `Policy.origins` in its place.
    :ivar slips: an origin that the expression matches and `origins` does not; None if none is
        known.
    :ivar loose: an origin of other people's that `origins` matches too; None if none is known.
    :ivar missed: an origin that `origins` matches and the expression does not; only for text that
        is an origin pattern here.
    :ivar any_origin: whether the expression matches the origins of all https or all http sites.
    """

    origins: tuple[Any, ...]
    slips: str | None = None
    loose: str | None = None
    missed: str | None = None
    any_origin: bool = False

    @property
    def written(self) -> str:
        """The entries as code."""
        return " and ".join(
            repr(each) if isinstance(each, str) else f"re.compile({_text(each)}).fullmatch"
            for each in self.origins
        )


def _text(function: Any) -> str:
    pattern: Regex = function.__self__
    flags = ", re.IGNORECASE" if pattern.flags & re.IGNORECASE else ""
    return repr(pattern.pattern) + flags


_STRANGERS: Final = ("evil.test", "attacker.example:8443", "a.b.c.example")
"""Hosts that nobody's expression is about."""

_ANYBODY: Final = [f"https://stranger.{suffix}" for suffix in ("com", "org", "net", "io", "dev")]
"""Origins that are matched by expressions for a whole top-level domain."""


def translate_origin(value: str | Regex) -> OriginRegex:
    """Return the translation of a regular expression.

    :raises re.error: if `value` is not a valid one.
    """
    regex = re.compile(value, re.IGNORECASE) if isinstance(value, str) else value
    strangers = [f"{scheme}://{host}" for scheme in ("https", "http") for host in _STRANGERS]
    matched = [each for each in strangers if regex.match(each)]
    if len(matched) >= len(_STRANGERS):
        everyone = all(map(regex.match, [*strangers, "null", "capacitor://localhost"]))
        entries = ("*",) if everyone else (regex.fullmatch,)
        return OriginRegex(entries, loose=matched[0], any_origin=True)
    patterns = _equivalent_patterns(regex.pattern)
    samples = [
        each for text in patterns if (parts := parse_pattern(text)) for each in _covered(parts)
    ]
    if samples and all(map(regex.match, samples)):
        return OriginRegex(patterns, _slips(regex, samples, Allowlist(patterns).allows))
    if isinstance(value, str) and (parts := parse_pattern(value)) is not None:
        return _as_glob(regex, parts)
    return _as_function(regex)


def _as_glob(regex: Regex, parts: OriginPattern) -> OriginRegex:
    """Return the translation of text that is an origin pattern here, such as https://*.a.example.

    As an expression it matches the host without a subdomain, and no subdomain of two letters.
    """
    apex = parts._replace(wildcard="")
    missed = next(each for each in _covered(parts) if not regex.match(each))
    own = [each for each in _covered(apex) if regex.match(each)]
    origins = (*own, regex.pattern)
    return OriginRegex(origins, _slips(regex, own, Allowlist(origins).allows), missed=missed)


def _as_function(regex: Regex) -> OriginRegex:
    """Return the translation of an expression without an equivalent: the whole must match."""

    def allows(origin: str) -> bool:
        return regex.fullmatch(origin) is not None

    example = _example(regex)
    strangers = [*_ANYBODY, *(_strangers_like(example) if example else ())]
    slips = _slips(regex, [example], allows) if example else None
    return OriginRegex((regex.fullmatch,), slips, next(filter(allows, strangers), None))


_SHAPE: Final = re.compile(
    r"(?:\^|\\A)?"
    r"(?P<scheme>https\?|https|http|\((?:\?:)?(?:https\|http|http\|https)\)|http\(s\)\?)"
    r":(?://|\\/\\/)"
    r"(?P<wildcard>\((?:\?:)?\.[*+]\\?\.\)[?*]|\.[*+]\\?\.|\.\*|\*\.)?"
    r"(?P<host>[a-zA-Z0-9_-]+(?:\\?\.[a-zA-Z0-9_-]+)*)"
    r"(?P<port>\((?:\?:)?:(?:\\d|\[0-9\])[+*]\)[?*]|:\*|:?\.\*|:[0-9]+)?"
    r"(?P<slash>/|\\/)?(?:\$|\\Z)?"
)
"""The usual regular expressions for origins."""


def _equivalent_patterns(text: str) -> tuple[str, ...]:
    """Return the origins and origin patterns that the expression `text` seems to stand for."""
    match = _SHAPE.fullmatch(text)
    if match is None or match["slash"]:
        return ()
    wildcard, port = match["wildcard"] or "", match["port"] or ""
    host = match["host"].replace("\\", "").lower()
    hosts = [f"*.{host}"] if wildcard else [host]
    if wildcard.endswith((")?", ")*")) or wildcard == ".*":
        hosts.insert(0, host)
    if not port[1:].isdigit():
        port = ":*" if port else ""
    schemes = [match["scheme"]] if match["scheme"] in ("https", "http") else ["https", "http"]
    found = (f"{scheme}://{host}{port}" for scheme in schemes for host in hosts)
    return tuple(each for each in found if parse_pattern(each) is not None)


def _covered(parts: OriginPattern) -> Iterator[str]:
    """Yield some of the origins that the pattern with these `parts` covers."""
    labels = ("app", "a.b-1") if parts.wildcard == "*" else ("app", "b-1")
    hosts = [f"{parts.wildcard.replace('*', label)}.{parts.host}" for label in labels]
    if not parts.wildcard:
        hosts = [parts.host]
    ports = (
        ["", ":8443", ":3000"] if parts.port == "*" else [f":{parts.port}" if parts.port else ""]
    )
    yield from (f"{parts.scheme}://{host}{port}" for host in hosts for port in ports)


def _slips(regex: Regex, samples: list[str], allows: Callable[[str], bool]) -> str | None:
    """Return an origin like the `samples` that `regex` matches and `allows` denies, if any."""
    origins: tuple[str, ...]
    for origins in zip(*map(_relatives, samples), strict=True):
        for origin in origins:
            if is_serialized_origin(origin) and regex.match(origin) and not allows(origin):
                return origin
    return None


def _relatives(origin: str) -> list[str]:
    """Return origins that look like `origin` and are not it, other people's first."""
    scheme, host, end = _split(origin)
    first, _, parent = host.partition(".")
    return [
        *_strangers_like(origin),
        f"{scheme}://{'x'.join(host.rsplit('.', 1))}{end}",
        f"{scheme}://{first}x{parent}{end}",
        f"{scheme}://{host}{end or ':844'}3",
    ]


def _strangers_like(origin: str) -> list[str]:
    """Return origins of other people that look like `origin`."""
    scheme, host, end = _split(origin)
    labels = host.split(".")
    # The last labels, as far as they belong to one owner.
    own = next(
        (n for n in range(1, len(labels)) if not is_public_suffix(".".join(labels[-n:]))),
        len(labels),
    )
    before, domain = ".".join([*labels[:-own], ""]), ".".join(labels[-own:])
    return [
        f"{scheme}://{host}.evil.test{end}",
        f"{scheme}://evil{domain}{end}",
        f"{scheme}://{before}evil{domain}{end}",
    ]


def _split(origin: str) -> tuple[str, str, str]:
    """Return the scheme, the host and the port of `origin`, the port with its colon."""
    scheme, _, rest = origin.partition("://")
    host, colon, port = rest.partition(":")
    return scheme, host, colon + port


_REDUCTIONS: Final[tuple[tuple[Regex, str], ...]] = (
    (re.compile(r"^(?:\^|\\A)|(?:\$|\\Z)$"), ""),
    (re.compile(r"(?:\\?/\?|\.\*)$"), ""),
    (re.compile(r"\\\."), "\0"),
    (re.compile(r"\[\^?(?:\\w|[a-zA-Z]|\\?[.:/])[^\]]*\](?:[*+?]|\{[0-9,]+\})?"), "a"),
    (re.compile(r"\[(?:\\d|[0-9])[^\]]*\](?:[*+?]|\{[0-9,]+\})?|\\d(?:[*+?]|\{[0-9,]+\})?"), "1"),
    (re.compile(r"\\w(?:[*+?]|\{[0-9,]+\})?|\.[*+]\??"), "a"),
    (re.compile(r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)[?*+]?"), r"\1"),
    (re.compile(r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)[?*+]?"), r"\1"),
    (re.compile(r"\|.*"), ""),
    (re.compile(r"\\(.)"), r"\1"),
    (re.compile(r"[?*+]|\$$"), ""),
    (re.compile("\0"), "."),
)
"""Turn a usual regular expression into a text that it matches."""


def _example(regex: Regex) -> str | None:
    """Return an origin that `regex` matches as a whole, or None if none is found."""
    text = _reduced(regex.pattern).lower()
    return text if is_serialized_origin(text) and regex.fullmatch(text) else None


def _reduced(text: str) -> str:
    """Return a text that the regular expression `text` probably matches."""
    for reduction, instead in _REDUCTIONS:
        text = reduction.sub(instead, text)
    return text


# Paths.


@dataclass(frozen=True)
class Resource:
    """The translation of one resource: a path, or a regular expression for paths.

    :ivar prefix: the prefix of URL rules in its place; None if there is none.
    :ivar literal: whether flask-cors compares it with whole paths.
    :ivar slips: a path that the expression matches although it is not below the prefix.
    :ivar gains: the prefix, if the expression does not match it itself.
    :ivar matches: some paths that it matches, if there is no prefix.
    :ivar suggestion: a resource that it may be meant for, if there is no prefix or it is literal.
    """

    prefix: str | None
    literal: bool = False
    slips: str | None = None
    gains: str | None = None
    matches: tuple[str, ...] = ()
    suggestion: str = "/api/*"


_TREE: Final = re.compile(
    r"(?:\^|\\A)?(?P<prefix>(?:(?:/|\\/)(?:[\w~%<>:.-]|\\\W)+?)*)"
    r"(?P<slash>(?:/|\\/)(?P<rest>\.?\*|\(\.\*\)|\.\+)?)?(?P<end>\$|\\Z)?"
)
"""A path, and perhaps a slash and all that is below it."""


def translate_resource(value: str | Regex) -> Resource:
    """Return the translation of a resource.

    :raises re.error: if `value` is taken for a regular expression, and is not a valid one.
    """
    text = value if isinstance(value, str) else value.pattern
    if text in ("*", ".*"):
        return Resource("/")
    if not is_regex(value):
        return _path(text) if text.startswith("/") else Resource(None)
    regex = re.compile(value)
    match = _TREE.fullmatch(text)
    if match is None or not (match["prefix"] or match["slash"]):
        base = _reduced(text)
        tried = dict.fromkeys((base[:-1], base, f"{base}x", f"{base.rstrip('/')}/x"))
        matched = tuple(each for each in tried if each[:1] == "/" and regex.match(each))
        return Resource(None, matches=matched, suggestion=f"{base.rstrip('/') or '/api'}/*")
    prefix = re.sub(r"\\(\W)", r"\1", match["prefix"])
    if match["end"] and not match["rest"]:
        return _path(prefix)
    slips = f"{prefix}x" if prefix and regex.match(f"{prefix}x") else None
    gains = None if not prefix or regex.match(prefix) else prefix
    return Resource(prefix or "/", slips=slips, gains=gains)


def _path(text: str) -> Resource:
    """Return the translation of the whole path `text`."""
    prefix = "/" + text.strip("/")
    if prefix == "/":  # as a prefix it would be the whole app
        return Resource(None, matches=("/",), suggestion="/*")
    return Resource(prefix, literal=True, suggestion=f"{prefix}/*")
