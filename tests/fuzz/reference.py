"""The reference: a Flask without CrossOrigin that adds the headers itself, slowly.

It stands below every subclass and wrapper of a random app, where the app gets its requests and
sends its responses. What it says follows the design; nothing of the library is used.
"""

from __future__ import annotations

import re
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Rule

from . import policies
from .headers import Headers, cors_headers, replaced
from .policies import Folded
from .routers import Place, Unknown
from .scopes import Scope, Scopes

Environ: TypeAlias = dict[str, Any]

_PLAIN: Final = "text/plain; charset=utf-8"
UNTOUCHED: Final = "untouched"
CLOSED: Final = "closed"


@dataclass(eq=False)
class Exchange:
    """A request that an app answers.

    :ivar environ: as it came to the app, before anything of the app could change it.
    :ivar inner: for each app that was called meanwhile, the allow-origin of its response, None,
        or `UNTOUCHED`.
    """

    app: ReferenceFlask
    outer: Exchange | None
    environ: Environ = field(default_factory=dict)
    place: Place | None = None
    dispatched: bool = False
    inner: list[str | None] = field(default_factory=list)

    @property
    def origin(self) -> str | None:
        """The Origin that the app was sent."""
        found: str | None = self.environ.get("HTTP_ORIGIN")
        return found

    @property
    def single(self) -> bool:
        """True if the app's own scope is the only one: then the router is not needed."""
        scopes = self.app.scopes
        return scopes is not None and scopes.is_single([*self.app.url_map.iter_rules()])

    def make_request(self) -> Any:
        """Return the request as it came, for functions that take it."""
        return self.app.request_class(dict(self.environ))


class _Exchanges(threading.local):
    current: Exchange | None = None


_at_work: Final = _Exchanges()


@contextmanager
def _entered(exchange: Exchange) -> Iterator[None]:
    before, _at_work.current = _at_work.current, exchange
    try:
        yield
    finally:
        _at_work.current = before


class _Preflight(Exception):
    """A way out of Flask."""


class ReferenceFlask(Flask):
    """The app that says what is right."""

    scopes: Scopes | None = None  # None: an app without the library
    choice: int = 0
    """Which one to give, where the design leaves several responses right."""

    def wsgi_app(self, environ: Environ, start_response: Any) -> Any:
        """Answer one request."""
        if self.scopes is None:
            return super().wsgi_app(environ, start_response)
        exchange = Exchange(self, _at_work.current)
        with _entered(exchange):
            try:
                return super().wsgi_app(environ, _starting(exchange, start_response))
            except _Preflight:
                return _answer_preflight(exchange)(exchange.environ, start_response)

    def request_context(self, environ: Environ) -> Any:
        """Note the request as it comes; end it here where it is a preflight."""
        context = super().request_context(environ)
        exchange = _at_work.current
        if exchange is not None and exchange.app is self and not exchange.environ:
            made = context.request
            exchange.environ = dict(made.environ)
            adapter = context.url_adapter
            path = adapter.path_info if adapter else _path_of(made.environ)
            exchange.place = Place(self, adapter, made.routing_exception, path)
            if _is_preflight(exchange.environ) and _scope_of_preflight(exchange) is not UNTOUCHED:
                raise _Preflight
        return context

    def full_dispatch_request(self, *args: Any) -> Response:
        """Note that nothing failed before."""
        exchange = _at_work.current
        if exchange is not None and exchange.app is self:
            exchange.dispatched = True
        return super().full_dispatch_request(*args)

    def handle_exception(self, *args: Any) -> Response:
        """Answer what a developer may read of an error in debug mode."""
        try:
            return super().handle_exception(*args)
        except Exception as error:
            exchange = _at_work.current
            if exchange is None or exchange.app is not self:
                raise
            if not _may_read_traceback(exchange):
                if exchange.outer is not None:  # which must not open the error to more pages
                    exchange.outer.inner.append(None)
                raise
            text = "".join(traceback.format_exception(error))
            return Response(text, 500, content_type=_PLAIN)


def _path_of(environ: Environ) -> str:
    path: str = environ["PATH_INFO"]
    return path.encode("latin-1").decode(errors="replace")


def _is_preflight(environ: Environ) -> bool:
    needed = ("HTTP_ORIGIN", "HTTP_ACCESS_CONTROL_REQUEST_METHOD")
    return environ["REQUEST_METHOD"] == "OPTIONS" and all(each in environ for each in needed)


# Actual requests.


def _starting(exchange: Exchange, start_response: Any) -> Callable[..., Any]:
    """Return what sends the headers of a response, with those of the policy."""

    def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
        wanted = _one(exchange, _decided(exchange, int(status.split()[0])))
        untouched = wanted is UNTOUCHED or UNTOUCHED in exchange.inner
        sent = headers if untouched else _with_inner(exchange, headers, wanted)
        if exchange.outer is not None:
            allow_origin = cors_headers(sent).get("access-control-allow-origin")
            exchange.outer.inner.append(UNTOUCHED if untouched else allow_origin)
        return start_response(status, sent, exc_info)

    return start


def _one(exchange: Exchange, several: list[Any]) -> Any:
    return several[min(exchange.app.choice, len(several) - 1)]


def _with_inner(exchange: Exchange, headers: Headers, wanted: Any) -> Headers:
    """Return `headers` as a policy wants them, where other apps may have made the content."""
    inner = exchange.inner
    if None in inner:
        return replaced(headers, {"vary": "Origin"})
    own = cors_headers(headers)
    if not inner or own.get("access-control-allow-origin") not in inner:
        headers = replaced(headers, wanted)
    if any(each != "*" for each in inner):
        kept = {k: v for k, v in cors_headers(headers).items() if k != "vary"}
        headers = replaced(headers, {**kept, "vary": "Origin"})
    return headers


def _decided(exchange: Exchange, status: int) -> list[Any]:
    """Return the policy's headers, or UNTOUCHED; the first is right, others are accepted."""
    origin, make = exchange.origin, exchange.make_request
    found: list[Any] = []
    for several in _governing(exchange, status):
        if not several:
            found.append({"vary": "Origin"})
        elif len(several) == 1:
            policy = several[0].policy
            found.append(UNTOUCHED if policy is None else policies.actual(policy, origin, make))
        else:
            found.extend(_common(several[0].policy, several[1].policy, origin, make))
    return found


def _common(one: Folded | None, other: Folded | None, origin: Any, make: Any) -> list[Any]:
    if one is None or other is None:  # a part that is disabled allows nothing itself
        return [{"vary": "Origin"}, UNTOUCHED]
    return [policies.both(one, other, origin, make)]


def _governing(exchange: Exchange, status: int) -> Iterable[list[Scope]]:
    """Yield the scopes that must all allow a response; none where nothing is known.

    The first ones are right; the others are accepted.
    """
    place, scopes = exchange.place, exchange.app.scopes
    assert place is not None
    assert scopes is not None
    if exchange.single:
        yield [scopes.app]
    live, error = request.url_rule, request.routing_exception
    if live is not None:
        yield [scopes.of_rule(live, request.method)]
        return
    method = exchange.environ["REQUEST_METHOD"]
    if error is None and exchange.dispatched:  # a hook has taken the rule away
        yield []
    try:
        scope = place.scope(scopes, method)
        match = place.match(method)
    except Unknown:
        yield []
        return
    code = getattr(match, "code", None)
    yield [scope] if code in (None, status) else [scope, scopes.app]


def _may_read_traceback(exchange: Exchange) -> bool:
    app, origin = exchange.app, exchange.origin
    if not app.debug or app.testing or app.config["PROPAGATE_EXCEPTIONS"] or origin is None:
        return False
    if exchange.inner or exchange.environ.get("HTTP_SEC_FETCH_MODE") == "navigate":
        return False
    several = _one(exchange, [*_governing(exchange, 500)])
    allowed = [
        each.policy is not None and policies.allows(each.policy, origin, exchange.make_request)
        for each in several
    ]
    listed = [
        origin not in {"*", "null"}
        and (
            origin in [*each.settings["origins"]]
            or (each.policy is not None and policies.is_named(each.policy, origin))
        )
        for each in several
    ]
    local = re.fullmatch(r"[a-z]+://localhost(:[0-9]+)?", origin) is not None
    return bool(several) and all(allowed) and (local or all(listed))


# Preflights.


def _scope_of_preflight(exchange: Exchange) -> Scope | str:
    """Return the scope of the request to come, CLOSED or UNTOUCHED."""
    scopes, place = exchange.app.scopes, exchange.place
    assert scopes is not None
    assert place is not None
    if exchange.single and exchange.app.choice == 0:
        return scopes.app
    try:
        scope = place.scope(scopes, exchange.environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"])
    except Unknown:
        return CLOSED
    return UNTOUCHED if scope.disabled else scope


def _answer_preflight(exchange: Exchange) -> Response:
    scope, environ = _scope_of_preflight(exchange), exchange.environ
    if isinstance(scope, str):
        return _response(policies.refused())
    assert scope.policy is not None
    asks = {
        "origin": environ["HTTP_ORIGIN"],
        "method": environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"],
        "headers": environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", ""),
    }
    alone = _one(exchange, _ways(exchange, scope, asks["method"]))
    debug, make = exchange.app.debug, exchange.make_request
    return _response(policies.preflight(scope.policy, asks, alone, debug, make))


def _ways(exchange: Exchange, scope: Scope, method: str) -> list[bool]:
    """Return whether the response must be for one request alone; both where either is right."""
    scopes, place = exchange.app.scopes, exchange.place
    assert scopes is not None
    assert place is not None
    if any(each.policy != scope.policy for each in place.others(scopes, method)):
        return [True]
    if scopes.late or not _has_rules(place, method):
        return [False, True]
    rules = list(exchange.app.url_map.iter_rules())
    every = [scopes.of_rule(rule, each) for rule in rules for each in rule.methods or ()]
    if all(each.name == scope.name for each in every):
        return [False]
    return [False, True]


def _has_rules(place: Place, method: str) -> bool:
    """Return whether the URL itself has rules, without any redirect."""
    try:
        return isinstance(place.match(method), (Rule, MethodNotAllowed))
    except Unknown:
        return False


def _response(answer: tuple[int, dict[str, str], str]) -> Response:
    status, headers, reason = answer
    made = Response(f"{reason}: Refused.\n" if reason else "", status, content_type=_PLAIN)
    if not reason:
        del made.headers["Content-Type"]
        if status == 204:
            del made.headers["Content-Length"]
    made.headers.extend(headers)
    return made
