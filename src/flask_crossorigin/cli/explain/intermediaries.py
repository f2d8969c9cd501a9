"""What stands between a browser and an app, told by what it does to the answers."""

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
    is_cors_header,
)
from ...core.text import printable
from ..output import shortened
from .intermediary_messages import FINDINGS, WITHOUT_PREFLIGHT

_SINGLE: Final = (ALLOW_ORIGIN, ALLOW_CREDENTIALS, MAX_AGE)
"""Headers of one value, in one line."""
_LISTS: Final = (ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GATEWAY: Final = frozenset({502, 503, 504, *range(520, 528), 530})
"""Statuses of gateways (RFC 9110, 15.6), and those that a large CDN has of its own."""
_LOGIN: Final = frozenset("login logon signin sso oauth oauth2 authorize auth saml saml2".split())
"""Words in the URL of a page that asks who one is."""
_CACHE_STATUS: Final = ("X-Cache", "X-Cache-Status", "CF-Cache-Status", "Cache-Status")
_SHOWN: Final = 300
"""Characters of a value from the network that a message shows."""


@dataclass(frozen=True)
class Asked:
    """An exchange over the network, and what came when it was asked for another page.

    :ivar other: the same for another origin; None where that was not asked.
    :ivar fresh: that again, at a URL that no cache knows; None where `other` left no doubt.
    """

    exchange: Exchange
    other: Exchange | None = None
    fresh: Exchange | None = None


class _Seen(NamedTuple):
    """What is found in one exchange, before it is told."""

    code: str
    field: str
    value: str
    servers: str
    facts: tuple[tuple[str, str], ...]


def found_in(
    asked: Iterable[Asked], among: Container[Exchange] | None = None
) -> list[PolicyProblem]:
    """What intermediaries did, each thing once, whichever answers it was done to.

    :param among: the exchanges to tell of; all, if it is left out.
    """
    kinds: dict[_Seen, list[str]] = {}
    listed = list(asked)
    allowing = any(_is_allowing_preflight(each.exchange) for each in listed)
    for each in listed if among is None else [each for each in listed if each.exchange in among]:
        for seen in _judge(each, allowing=allowing):
            kinds.setdefault(seen, []).append(each.exchange.kind)
    return [_told(seen, what) for seen, what in kinds.items()]


def _is_allowing_preflight(exchange: Exchange) -> bool:
    return exchange.kind == "preflight" and exchange.status <= 299 and allows_origin(exchange)


def _told(seen: _Seen, kinds: list[str]) -> PolicyProblem:
    message, hint = FINDINGS[seen.code]
    if "preflight" not in kinds:
        hint = WITHOUT_PREFLIGHT.get(seen.code, hint)
    what = " and the ".join(kinds)
    facts = {"what": what, "field": seen.field, "value": seen.value, **dict(seen.facts)}
    servers = f" The answer names {seen.servers}." if seen.servers else ""
    return PolicyProblem(
        seen.code, seen.field, seen.value, message.format(**facts) + servers, hint.format(**facts)
    )


def _seen(code: str, exchange: Exchange, field: str, value: str | None, **facts: str) -> _Seen:
    """What is found in `exchange`; whatever of it came over the network is made printable."""
    named = ((each, combined(exchange.response_headers, each)) for each in ("Server", "Via"))
    servers = ", ".join(f"{name}: {_shown(text)}" for name, text in named if text)
    return _Seen(code, field, _shown(value), servers, tuple(facts.items()))


def _shown(value: str | None) -> str:
    return "missing" if value is None else shortened(printable(value), _SHOWN) or "empty"


def _judge(asked: Asked, *, allowing: bool) -> Iterator[_Seen]:
    """What is found.

    :param allowing: whether a preflight's answer allows the origin.
    """
    exchange = asked.exchange
    yield from _reflected(asked)
    stranger = _answer_of_a_stranger(exchange)
    if stranger is not None:  # what the app would have answered is not in it
        yield stranger
        return
    yield from _doubled(exchange)
    yield from _rewritten(exchange)
    yield from _lost_vary(asked)
    yield from _cached(asked, allowing=allowing)
    if allowing:
        yield from _lost(exchange)


# What answers in the app's place.


def _answer_of_a_stranger(exchange: Exchange) -> _Seen | None:
    """The finding that something else than the app answered; None where nothing tells so."""
    preflight = exchange.kind == "preflight"
    if exchange.status in _REDIRECTS:
        return _redirected(exchange)
    if _is_of_a_cors_layer(exchange):
        return None
    decision = comparable(exchange)
    if not preflight and decision is not None and decision.outcome is not Outcome.ALLOWED:
        return None  # the app here would add no more than Vary
    status = str(exchange.status)
    whose = _whose(decision)
    match exchange.status:
        case 401 | 403 | 407:
            asks = combined(exchange.response_headers, "WWW-Authenticate")
            wall = "it refuses access" if asks is None else f"it wants {_shown(asks)} credentials"
            return _seen("live-auth-wall", exchange, "status", status, wall=wall, whose=whose)
        case 429:
            return _seen("live-rate-limited", exchange, "status", status, whose=whose)
        case number if number in _GATEWAY:
            return _seen("live-gateway-error", exchange, "status", status, whose=whose)
        case number if preflight:
            code = "unanswered" if number <= 299 else "refused"
            return _seen(f"live-preflight-{code}", exchange, "status", status, whose=whose)
    return None


def _is_of_a_cors_layer(exchange: Exchange) -> bool:
    """Say whether the answer shows that what made it knows the CORS protocol."""
    return (
        any(is_cors_header(name) for name, _ in exchange.response_headers)
        or "origin" in _items(exchange.response_headers, "Vary")
        or denial_of(exchange) is not None
    )


def _whose(decision: Decision | None) -> str:
    if decision is None:
        return "Likely the app was not asked, or it knows no CORS."
    return "The app here would answer otherwise: likely it was not asked."


def _redirected(exchange: Exchange) -> _Seen | None:
    location = combined(exchange.response_headers, "Location") or ""
    status = str(exchange.status)
    preflight = exchange.kind == "preflight"
    cause, mend = _cause_of_redirect(exchange.url, location)
    if not mend and (preflight or not _is_of_a_cors_layer(exchange)):
        wall = f"it leads to {_shown(location)}"
        whose = _whose(comparable(exchange))
        return _seen("live-auth-wall", exchange, "status", status, wall=wall, whose=whose)
    if not preflight:
        return None
    facts = {"location": _shown(location), "cause": cause, "mend": mend}
    return _seen("live-redirected-preflight", exchange, "status", status, **facts)


def _cause_of_redirect(url: str, location: str) -> tuple[str, str]:
    """What a redirect is likely for, and what mends it; nothing where it leads to a login."""
    here = URL(url)
    try:
        there = here.join(location)
    except ValueError:
        there = here
    if _LOGIN & (_words(there) - _words(here)):
        return "", ""
    fetch = "Let the front end fetch the URL that it leads to."
    if here.host == there.host:
        if (here.scheme, there.scheme) == ("http", "https"):
            return "It goes from http to https.", fetch
        if here.path.rstrip("/") == there.path.rstrip("/") and here.path != there.path:
            return "It adds a slash to the path, or takes it away.", fetch
    elif here.host.removeprefix("www.") == there.host.removeprefix("www."):
        return "It goes from a host with www to one without, or back.", fetch
    return (
        "Likely something before the app sends all requests there.",
        "Let OPTIONS through to the app without a redirect, or fetch the URL that it leads to.",
    )


def _words(url: URL) -> set[str]:
    return set(re.split("[^a-z0-9]+", url.href.lower()))


# What is done to the app's answers.


def _doubled(exchange: Exchange) -> Iterator[_Seen]:
    for name in _SINGLE:
        value = combined(exchange.response_headers, name)
        if value is not None and "," in value:
            yield _seen("live-doubled-header", exchange, name, value)


def _reflected(asked: Asked) -> Iterator[_Seen]:
    other = asked.other
    if other is None or allow_origin(other) != origin_of(other):
        return
    decision = comparable(other)
    with_credentials = combined(other.response_headers, ALLOW_CREDENTIALS) == "true"
    if decision is None and not with_credentials:  # hardly more than the * that some servers mean
        return
    if decision is not None and decision.outcome is Outcome.ALLOWED:
        return
    yield _seen(
        "live-reflected-origin", asked.exchange, ALLOW_ORIGIN, origin_of(other),
        with_=", with credentials" if with_credentials else "",
        whose=(
            "Likely every other is allowed too." if decision is None
            else "The app here would not allow it: likely something between sends back any origin."
        ),
        danger=" Any site can then read what your users may." if with_credentials else "",
    )  # fmt: skip


def _lost(exchange: Exchange) -> Iterator[_Seen]:
    """An answer without what the preflight's has, where no app here says what there should be."""
    unknown = comparable(exchange) is None and not _cache_hit(exchange)
    if exchange.kind == "request" and unknown and allow_origin(exchange) is None:
        yield _seen("live-lost-headers", exchange, ALLOW_ORIGIN, str(exchange.status))


def _rewritten(exchange: Exchange) -> Iterator[_Seen]:
    decision = comparable(exchange)
    if (
        decision is None or denial_of(exchange) is not None
    ):  # in debug mode that tells more than it allows
        return
    for name in (*_SINGLE, *_LISTS):
        value = combined(exchange.response_headers, name)
        wanted = combined(decision.headers, name)
        doubled = name in _SINGLE and value is not None and "," in value
        if not doubled and not _is_same(name, value, wanted):
            shown = "none" if wanted is None else _shown(wanted)
            yield _seen("live-rewritten-header", exchange, name, value, wanted=shown)


def _is_same(name: str, value: str | None, wanted: str | None) -> bool:
    if name in _SINGLE:
        return value == wanted
    if name == ALLOW_METHODS:
        return _names(value) == _names(wanted)  # methods are compared exactly
    return _names((value or "").lower()) == _names((wanted or "").lower())


def _lost_vary(asked: Asked) -> Iterator[_Seen]:
    exchange = asked.exchange
    if {"origin", "*"} & _items(exchange.response_headers, "Vary"):
        return
    if _depends_on_origin(asked):
        kept = _cache_hit(exchange)
        cached = f" A cache stands between: {kept}." if kept else ""
        vary = combined(exchange.response_headers, "Vary")
        yield _seen("live-lost-vary", exchange, "Vary", vary, cached=cached)


def _depends_on_origin(asked: Asked) -> bool:
    decision = comparable(asked.exchange)
    if decision is not None:
        return "origin" in _items(decision.headers, "Vary")
    other = asked.fresh or asked.other
    value = allow_origin(asked.exchange)
    # A server may send the one origin that it knows to everybody.
    return other is not None and value == origin_of(asked.exchange) and value != allow_origin(other)


def _cached(asked: Asked, *, allowing: bool) -> Iterator[_Seen]:
    exchange = asked.exchange
    if asked.other is not None and asked.fresh is not None:
        told = _told_of_mixing(exchange, asked.other, asked.fresh)
    else:
        told = _told_of_keeping(exchange, allowing=allowing)
    if told:
        code = "live-cached-preflight" if exchange.kind == "preflight" else "live-cached-response"
        yield _seen(code, exchange, ALLOW_ORIGIN, allow_origin(exchange), told=told)


def _told_of_mixing(exchange: Exchange, other: Exchange, fresh: Exchange) -> str:
    """What shows that a cache answers one origin with what was for another; else nothing."""
    origin = origin_of(exchange)
    if allow_origin(other) != origin or allow_origin(fresh) == origin:
        return ""
    kept = _cache_hit(other)
    return (
        f"The {exchange.kind} of {origin_of(other)} got the answer for {_shown(origin)}, and "
        "another one at a URL that is in no cache: a cache between mixes origins"
    ) + (f" ({kept})." if kept else ".")


def _told_of_keeping(exchange: Exchange, *, allowing: bool) -> str:
    """What speaks for an answer out of a cache that was for another page; else nothing."""
    kept, value = _cache_hit(exchange), allow_origin(exchange)
    decision = comparable(exchange)
    allowed = allowing if decision is None else decision.outcome is Outcome.ALLOWED
    if not kept or value in (origin_of(exchange), "*") or (value is None and not allowed):
        return ""
    return (
        f"The answer to the {exchange.kind} came from a cache ({kept}), and allows "
        f"{'no origin' if value is None else _shown(value)}: likely it was kept for another page."
    )


def _cache_hit(exchange: Exchange) -> str:
    """The headers which say that the answer comes from a cache."""
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


def _items(headers: Iterable[tuple[str, str]], name: str) -> set[str]:
    """The items of the list in the header `name`, in lower case."""
    return {each.lower() for each in _names(combined(headers, name))}
