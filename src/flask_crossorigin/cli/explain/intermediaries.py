"""Detection of proxies, caches and gateways in front of an app, by its responses."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from ...browser.exchange import Exchange, allow_origin, combined, comparable, origin_of
from ...browser.server_reasons import allows_origin, denial_of
from ...browser.urls import URL
from ...core.decision import Decision, Outcome
from ...core.errors import PolicyProblem
from ...core.headers import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    MAX_AGE,
    Header,
    is_cors_header,
)
from ...core.text import printable
from ..output import shortened
from .intermediary_messages import FINDINGS, HINTS_FOR_REQUEST_ONLY

_SINGLE_VALUE: Final = (ALLOW_ORIGIN, ALLOW_CREDENTIALS, MAX_AGE)
"""Headers that have exactly one value."""
_LISTS: Final = (ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GATEWAY: Final = frozenset({502, 503, 504, *range(520, 528), 530})
"""Statuses of gateways (RFC 9110, 15.6), and those that a large CDN added."""
_LOGIN: Final = frozenset("login logon signin sso oauth oauth2 authorize auth saml saml2".split())
"""Words in the URL of a sign-in page."""
_CACHE_STATUS: Final = ("X-Cache", "X-Cache-Status", "CF-Cache-Status", "Cache-Status")
_LONGEST_VALUE: Final = 300
"""Characters that a message shows of a value from the network."""


@dataclass(frozen=True)
class ProbedExchange:
    """An exchange over the network, and its repetitions for another origin.

    :ivar exchange: exchange of the page.
    :ivar other: the same request for another origin; None if it was not sent.
    :ivar uncached: that request at a URL that no cache has a response for; None if it was not sent.
    """

    exchange: Exchange
    other: Exchange | None = None
    uncached: Exchange | None = None


class _Finding(NamedTuple):
    """A finding about one exchange, before its message is made."""

    code: str
    field: str
    value: str
    servers: str
    facts: tuple[tuple[str, str], ...]


def find_intermediaries(
    probed: Iterable[ProbedExchange], among: Container[Exchange] | None = None
) -> list[PolicyProblem]:
    """Return what intermediaries did. One finding covers all responses that it is true of.

    :param among: exchanges to report findings about; None for all.
    """
    kinds: dict[_Finding, list[str]] = {}
    listed = list(probed)
    allowing = any(_is_allowing_preflight(each.exchange) for each in listed)
    for each in listed if among is None else [each for each in listed if each.exchange in among]:
        for finding in _findings(each, allowing=allowing):
            kinds.setdefault(finding, []).append(each.exchange.kind)
    return [_with_message(finding, each) for finding, each in kinds.items()]


def has_headers_of(decision: Decision, exchange: Exchange) -> bool:
    """Return whether the response has the CORS headers of `decision`, and varies as it does."""
    # More names in Vary do no harm.
    varies = _items(exchange.response_headers, "Vary") >= _items(decision.headers, "Vary")
    return varies and _cors_headers(decision.headers) == _cors_headers(exchange.response_headers)


def _cors_headers(headers: Iterable[Header]) -> set[Header]:
    return {(name.lower(), value) for name, value in headers if is_cors_header(name)}


def _is_allowing_preflight(exchange: Exchange) -> bool:
    return exchange.kind == "preflight" and exchange.status <= 299 and allows_origin(exchange)


def _with_message(finding: _Finding, kinds: list[str]) -> PolicyProblem:
    message = FINDINGS[finding.code]
    if "preflight" not in kinds:
        message = message._replace(hint=HINTS_FOR_REQUEST_ONLY.get(finding.code, message.hint))
    what = " and the ".join(kinds)
    text, hint = message.format(
        what=what, field=finding.field, value=finding.value, **dict(finding.facts)
    )
    servers = f" The response names {finding.servers}." if finding.servers else ""
    return PolicyProblem(finding.code, finding.field, finding.value, text + servers, hint)


def _finding(
    code: str, exchange: Exchange, field: str, value: str | None, **facts: str
) -> _Finding:
    """Make a finding about `exchange`, with everything from the network made printable."""
    named = ((each, combined(exchange.response_headers, each)) for each in ("Server", "Via"))
    servers = ", ".join(f"{name}: {_shown(text)}" for name, text in named if text)
    return _Finding(code, field, _shown(value), servers, tuple(facts.items()))


def _shown(value: str | None) -> str:
    return "missing" if value is None else shortened(printable(value), _LONGEST_VALUE) or "empty"


def _findings(probed: ProbedExchange, *, allowing: bool) -> Iterator[_Finding]:
    """Yield the findings about one exchange.

    :param allowing: whether a preflight response allows the origin.
    """
    exchange = probed.exchange
    yield from _reflected_origin(probed)
    substitute = _substitute_response(exchange)
    if substitute is not None:  # the response of the app is not known
        yield substitute
        return
    yield from _duplicate_headers(exchange)
    yield from _rewritten_headers(exchange)
    yield from _missing_vary(probed)
    yield from _cached_response(probed, allowing=allowing)
    if allowing:
        yield from _missing_headers(exchange)


# Something responds instead of the app.


def _substitute_response(exchange: Exchange) -> _Finding | None:
    """Return the finding that something else than the app responded; None without a sign of it."""
    preflight = exchange.kind == "preflight"
    if exchange.status in _REDIRECTS:
        return _redirect(exchange)
    if _knows_cors(exchange):
        return None
    decision = comparable(exchange)
    if not preflight and decision is not None and decision.outcome is not Outcome.ALLOWED:
        return None  # the local app would add no more than Vary
    status = str(exchange.status)
    source = _source(decision)
    match exchange.status:
        case 401 | 403 | 407:
            challenge = combined(exchange.response_headers, "WWW-Authenticate")
            wall = (
                "access is refused"
                if challenge is None
                else f"it asks for {_shown(challenge)} credentials"
            )
            return _finding("live-auth-wall", exchange, "status", status, wall=wall, source=source)
        case 429:
            return _finding("live-rate-limited", exchange, "status", status, source=source)
        case number if number in _GATEWAY:
            return _finding("live-gateway-error", exchange, "status", status)
        case number if preflight:
            code = "live-preflight-not-handled" if number <= 299 else "live-preflight-refused"
            return _finding(code, exchange, "status", status, source=source)
    return None


def _knows_cors(exchange: Exchange) -> bool:
    """Return whether the response comes from something that handles CORS."""
    return (
        any(is_cors_header(name) for name, _ in exchange.response_headers)
        or "origin" in _items(exchange.response_headers, "Vary")
        or denial_of(exchange) is not None
    )


def _source(decision: Decision | None) -> str:
    if decision is None:
        return "It is probably not from the app, or the app does not handle CORS."
    return "The local app would respond differently, so it is probably not from the app."


def _redirect(exchange: Exchange) -> _Finding | None:
    location = combined(exchange.response_headers, "Location") or ""
    status = str(exchange.status)
    preflight = exchange.kind == "preflight"
    cause, fix = _redirect_cause(exchange.url, location)
    if not fix and (preflight or not _knows_cors(exchange)):
        wall = f"it redirects to {_shown(location)}"
        source = _source(comparable(exchange))
        return _finding("live-auth-wall", exchange, "status", status, wall=wall, source=source)
    if not preflight:
        return None
    facts = {"location": _shown(location), "cause": cause, "fix": fix}
    return _finding("live-redirected-preflight", exchange, "status", status, **facts)


def _redirect_cause(url: str, location: str) -> tuple[str, str]:
    """Return the likely cause of a redirect and the fix; both empty if it leads to a login."""
    here = URL(url)
    try:
        there = here.join(location)
    except ValueError:
        there = here
    if _LOGIN & (_words(there) - _words(here)):
        return "", ""
    fetch_target = "Let the front end fetch the target of the redirect."
    if here.host == there.host:
        if (here.scheme, there.scheme) == ("http", "https"):
            return "It leads from http to https.", fetch_target
        if here.path.rstrip("/") == there.path.rstrip("/") and here.path != there.path:
            return "It adds or removes a slash at the end of the path.", fetch_target
    elif here.host.removeprefix("www.") == there.host.removeprefix("www."):
        return "It adds or removes www. in the host name.", fetch_target
    return (
        "Something in front of the app probably redirects all requests.",
        "Let OPTIONS requests through to the app without a redirect, or let the front end fetch "
        "the target of the redirect.",
    )


def _words(url: URL) -> set[str]:
    return set(re.split("[^a-z0-9]+", url.href.lower()))


# Something changes the responses of the app.


def _duplicate_headers(exchange: Exchange) -> Iterator[_Finding]:
    for name in _SINGLE_VALUE:
        value = combined(exchange.response_headers, name)
        if value is not None and "," in value:
            yield _finding("live-duplicate-header", exchange, name, value)


def _reflected_origin(probed: ProbedExchange) -> Iterator[_Finding]:
    other = probed.other
    if other is None or allow_origin(other) != origin_of(other):
        return
    decision = comparable(other)
    credentials = combined(other.response_headers, ALLOW_CREDENTIALS) == "true"
    if decision is None and not credentials:  # some servers do this to mean *
        return
    if decision is not None and decision.outcome is Outcome.ALLOWED:
        return
    yield _finding(
        "live-reflected-origin", probed.exchange, ALLOW_ORIGIN, origin_of(other),
        with_credentials=", with credentials" if credentials else "",
        source=(
            "Every other origin is probably allowed too." if decision is None
            else "The local app would not allow it, so something in front of the app probably "
            "sends back any origin."
        ),
        danger=" Any site can then read your users' data." if credentials else "",
    )  # fmt: skip


def _missing_headers(exchange: Exchange) -> Iterator[_Finding]:
    """Find a response without the header that the preflight has, if there is no local app."""
    unknown = comparable(exchange) is None and not _cache_hit(exchange)
    if exchange.kind == "request" and unknown and allow_origin(exchange) is None:
        yield _finding("live-missing-headers", exchange, ALLOW_ORIGIN, str(exchange.status))


def _rewritten_headers(exchange: Exchange) -> Iterator[_Finding]:
    decision = comparable(exchange)
    # In debug mode, the response to a denied preflight has more headers than the decision.
    if decision is None or denial_of(exchange) is not None:
        return
    for name in (*_SINGLE_VALUE, *_LISTS):
        value = combined(exchange.response_headers, name)
        expected = combined(decision.headers, name)
        duplicate = name in _SINGLE_VALUE and value is not None and "," in value
        if not duplicate and not _is_equivalent(name, value, expected):
            shown = "none" if expected is None else _shown(expected)
            yield _finding("live-rewritten-header", exchange, name, value, expected=shown)


def _is_equivalent(name: str, value: str | None, expected: str | None) -> bool:
    if name in _SINGLE_VALUE:
        return value == expected
    if name == ALLOW_METHODS:
        return _names(value) == _names(expected)  # methods are case-sensitive
    return _names((value or "").lower()) == _names((expected or "").lower())


def _missing_vary(probed: ProbedExchange) -> Iterator[_Finding]:
    exchange = probed.exchange
    if {"origin", "*"} & _items(exchange.response_headers, "Vary"):
        return
    if _depends_on_origin(probed):
        hit = _cache_hit(exchange)
        cached = f" There is a cache in front of the app: {hit}." if hit else ""
        vary = combined(exchange.response_headers, "Vary")
        yield _finding("live-missing-vary", exchange, "Vary", vary, cached=cached)


def _depends_on_origin(probed: ProbedExchange) -> bool:
    decision = comparable(probed.exchange)
    if decision is not None:
        return "origin" in _items(decision.headers, "Vary")
    other = probed.uncached or probed.other
    value = allow_origin(probed.exchange)
    # A server with one allowed origin may send it to everybody.
    return (
        other is not None and value == origin_of(probed.exchange) and value != allow_origin(other)
    )


def _cached_response(probed: ProbedExchange, *, allowing: bool) -> Iterator[_Finding]:
    exchange = probed.exchange
    if probed.other is not None and probed.uncached is not None:
        evidence = _evidence_of_mixing(exchange, probed.other, probed.uncached)
    else:
        evidence = _evidence_of_caching(exchange, allowing=allowing)
    if evidence:
        code = "live-cached-preflight" if exchange.kind == "preflight" else "live-cached-response"
        yield _finding(code, exchange, ALLOW_ORIGIN, allow_origin(exchange), evidence=evidence)


def _evidence_of_mixing(exchange: Exchange, other: Exchange, uncached: Exchange) -> str:
    """Return what shows that a cache serves one origin the response for another; else nothing."""
    origin = origin_of(exchange)
    if allow_origin(other) != origin or allow_origin(uncached) == origin:
        return ""
    hit = _cache_hit(other)
    return (
        f"The {exchange.kind} of {origin_of(other)} got the response for {_shown(origin)}, but "
        "another one at a URL that is in no cache. A cache in front of the app mixes up origins"
    ) + (f" ({hit})." if hit else ".")


def _evidence_of_caching(exchange: Exchange, *, allowing: bool) -> str:
    """Return what suggests that a response was cached for another page; else nothing."""
    hit, value = _cache_hit(exchange), allow_origin(exchange)
    decision = comparable(exchange)
    allowed = allowing if decision is None else decision.outcome is Outcome.ALLOWED
    if not hit or value in (origin_of(exchange), "*") or (value is None and not allowed):
        return ""
    return (
        f"The response to the {exchange.kind} came from a cache ({hit}), and allows "
        f"{'no origin' if value is None else _shown(value)}. It was probably stored for another "
        "page."
    )


def _cache_hit(exchange: Exchange) -> str:
    """Return the headers which show that the response came from a cache."""
    headers = exchange.response_headers
    age = combined(headers, "Age") or ""
    found = [f"Age: {_shown(age)}"] if age.isdecimal() and age.strip("0") else []
    for name in _CACHE_STATUS:
        value = combined(headers, name)
        if value is not None and "hit" in value.lower():
            found.append(f"{name}: {_shown(value)}")
    return ", ".join(found)


def _names(value: str | None) -> set[str]:
    return {name for each in (value or "").split(",") if (name := each.strip(" \t"))}


def _items(headers: Iterable[Header], name: str) -> set[str]:
    """Return the items of the list in the header `name`, in lower case."""
    return {each.lower() for each in _names(combined(headers, name))}
