"""The routes of an app: their scopes, their access, and what an origin may do there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import create_environ

from ..access import AccessStated, access_stated
from ..context import Environ
from ..core.actual import CallPredicate, decide_actual
from ..core.decision import Outcome, Reason
from ..core.headers import ALLOW_CREDENTIALS
from ..core.origin_predicates import OriginPredicate
from ..core.policy import DEFAULT_METHODS, Policy
from ..core.preflight import PreflightRequest, decide_preflight
from ..core.text import printable
from ..origin_functions import OriginFunctions
from ..scopes.scope import RuleScopes, Scope
from ..scopes.table import ScopeTable

_KINDS: Final = ("app", "prefix", "blueprint", "view", "method")
"""Kinds of scopes, from the outside in."""


@dataclass(frozen=True)
class Verdict:
    """The rights of an origin on a route.

    :ivar reason: why the origin may read responses, or why it may not.
    :ivar may_read: whether its pages may read responses; None if the policy is disabled.
    :ivar credentials: whether its requests may carry credentials.
    :ivar allowed_methods: methods that its pages may use, with a preflight if one is needed.
    :ivar denied_methods: the other methods, each with the reason.
    """

    reason: Reason
    may_read: bool | None
    credentials: bool
    allowed_methods: tuple[str, ...]
    denied_methods: dict[str, Reason]


@dataclass(frozen=True)
class Route:
    """Methods of a URL rule that share one policy and one access declaration.

    :ivar rule: URL rule.
    :ivar methods: methods in the usual order; empty if the rule accepts every method.
    :ivar scope: scope that applies.
    :ivar access: who may use the view.
    :ivar verdict: what an origin may do; None if no origin was given, or for a WebSocket.
    """

    rule: Rule
    methods: tuple[str, ...]
    scope: Scope
    access: AccessStated
    verdict: Verdict | None = None

    @property
    def is_websocket(self) -> bool:
        """True for a WebSocket, to which CORS does not apply."""
        return bool(self.rule.websocket)

    @property
    def policy(self) -> Policy | None:
        """Policy that applies; None if the scope is disabled."""
        return None if self.scope.compiled is None else self.scope.policy


def all_scopes(table: ScopeTable) -> list[Scope]:
    """Return every scope of an app once, the outer ones first."""
    found = {table.app_scope: None}
    for each in table:
        found.update(dict.fromkeys([*each.chain, *each.methods.values()]))
    return list(found)


def list_routes(app: Flask, scopes: Iterable[RuleScopes]) -> list[Route]:
    """Return every route that can be requested, by scope from the outside in, then by URL."""
    routes: list[Route] = []
    for each in scopes:
        if not each.rule.build_only:
            routes.extend(_routes_of_rule(app, each))
    return sorted(routes, key=_sort_key)


def with_verdicts(app: Flask, routes: Iterable[Route], origin: str) -> list[Route]:
    """Return the `routes` with what `origin` may do on each; none of them is requested."""
    caller_for = _origin_function_caller(app, origin)
    return [
        each
        if each.is_websocket
        else replace(each, verdict=_verdict(each, origin, caller_for(each.rule)))
        for each in routes
    ]


def url_text(rule: Rule) -> str:
    """Return the text of the rule, after its host or subdomain if it has one."""
    if rule.host:
        return printable(f"{rule.host}{rule.rule}")
    return printable(f"{rule.subdomain}.*{rule.rule}" if rule.subdomain else rule.rule)


def _routes_of_rule(app: Flask, scopes: RuleScopes) -> Iterator[Route]:
    rule = scopes.rule
    found: dict[tuple[Scope, AccessStated], list[str]] = {}
    for method in _view_methods(rule):
        scope = scopes.scope_for(method)
        if method == "HEAD":  # listed with GET, unless their policies differ
            get = scopes.scope_for("GET")
            same = get.policy == scope.policy and (get.compiled is None) is (scope.compiled is None)
            scope = get if same else scope
        access = access_stated(app, rule.endpoint, method)
        found.setdefault((scope, access), []).append(method)
    if rule.methods is None:
        found[scopes.chain[-1], access_stated(app, rule.endpoint, "GET")] = []
    for (scope, access), methods in found.items():
        yield Route(rule, tuple(methods), scope, access)


def _view_methods(rule: Rule) -> list[str]:
    """Return the methods that run the view, without the OPTIONS that Flask adds."""
    automatic = {"OPTIONS"} if getattr(rule, "provide_automatic_options", False) else set()
    return sorted((rule.methods or set()) - automatic, key=_method_sort_key)


def _method_sort_key(method: str) -> tuple[int, str]:
    """Sort the default methods first, in their usual order, then the others by name."""
    known = DEFAULT_METHODS.index(method) if method in DEFAULT_METHODS else len(DEFAULT_METHODS)
    return known, method


def _sort_key(route: Route) -> tuple[Any, ...]:
    """Sort by scope, from the outside in, then by URL."""
    scope = route.scope
    # A blueprint has two policies if only a part of it is below a prefix: keep them apart.
    place = (_KINDS.index(scope.kind), scope.name, repr(route.policy))
    return (*place, url_text(route.rule), [_method_sort_key(each) for each in route.methods])


def _origin_function_caller(app: Flask, origin: str) -> Callable[[Rule], CallPredicate]:
    """Return a factory of callers of origin functions, which keep the results for `origin`.

    A function is called once, or once for each rule if it takes a request.
    """
    caller_for = OriginFunctions(app).caller_for
    results: dict[tuple[int, int], bool | None] = {}

    def caller_for_rule(rule: Rule) -> CallPredicate:
        call_now = caller_for(_environ(app, rule, origin))

        def call(predicate: OriginPredicate, origin: str) -> bool | None:
            key = (id(predicate), id(rule) if predicate.takes_request else 0)
            if key not in results:
                results[key] = call_now(predicate, origin)
            return results[key]

        return call

    return caller_for_rule


def _environ(app: Flask, rule: Rule, origin: str) -> Environ:
    """Build a request for `rule`, whose path is the rule's text, variables included."""
    host = rule.host or app.config["SERVER_NAME"] or "localhost"
    if rule.subdomain:
        host = f"{rule.subdomain}.{host}"
    environ: Environ = create_environ("/", headers={"Origin": origin})
    environ["HTTP_HOST"] = host
    environ["PATH_INFO"] = rule.rule.encode().decode("latin-1")
    return environ


def _verdict(route: Route, origin: str, call: CallPredicate) -> Verdict:
    policy, scope = route.scope.compiled, route.scope.name
    if policy is None:
        return Verdict(Reason.DISABLED, None, False, (), {})
    actual = decide_actual(policy, scope, origin, call)
    if actual.outcome is not Outcome.ALLOWED:
        denied = dict.fromkeys(route.methods, actual.reason)
        return Verdict(actual.reason, False, False, (), denied)
    reasons = {
        method: decide_preflight(policy, scope, PreflightRequest(origin, method, ""), call).reason
        for method in route.methods
    }
    credentials = any(name == ALLOW_CREDENTIALS for name, _ in actual.headers)
    allowed = tuple(method for method in reasons if reasons[method] is Reason.ALLOWED)
    denied = {method: reasons[method] for method in reasons if method not in allowed}
    return Verdict(actual.reason, True, credentials, allowed, denied)
