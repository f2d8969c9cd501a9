"""The routes of an app: what governs each, who may use it, and what an origin may do there."""

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

_KINDS: Final = ("app", "prefix", "blueprint", "view", "method")
"""What a scope's name begins with, from the outside in."""


@dataclass(frozen=True)
class Verdict:
    """What an origin may do on a route.

    :ivar reason: why it may read, or not.
    :ivar read: whether pages of it may read responses; None where the app answers by itself.
    :ivar credentials: whether its requests may carry credentials.
    :ivar methods: those it may use, by a preflight where browsers send one.
    :ivar denied: the other methods, and why.
    """

    reason: Reason
    read: bool | None
    credentials: bool
    methods: tuple[str, ...]
    denied: dict[str, Reason]


@dataclass(frozen=True)
class Route:
    """Methods of a URL rule that have the same policy and the same access.

    :ivar methods: none where the rule takes every method.
    """

    rule: Rule
    methods: tuple[str, ...]
    scope: Scope
    access: AccessStated
    verdict: Verdict | None = None

    @property
    def policy(self) -> Policy | None:
        """What governs; None where the scope is disabled."""
        return None if self.scope.compiled is None else self.scope.policy


def routes_of(app: Flask, scopes: Iterable[RuleScopes]) -> list[Route]:
    """Every route that can be asked for, by scope from the outside in, then by URL."""
    routes: list[Route] = []
    for each in scopes:
        if not each.rule.build_only:
            routes.extend(_routes_of_rule(app, each))
    return sorted(routes, key=_order)


def judged(app: Flask, routes: Iterable[Route], origin: str) -> list[Route]:
    """The `routes`, each with what `origin` may do there; none of them is requested."""
    asking = _asking(app, origin)
    return [replace(each, verdict=_judge(each, origin, asking(each.rule))) for each in routes]


def url_of(rule: Rule) -> str:
    """The rule's text, its host or subdomain in front where it has one."""
    if rule.host:
        return printable(f"{rule.host}{rule.rule}")
    return printable(f"{rule.subdomain}.*{rule.rule}" if rule.subdomain else rule.rule)


def _routes_of_rule(app: Flask, scopes: RuleScopes) -> Iterator[Route]:
    rule = scopes.rule
    found: dict[tuple[Scope, AccessStated], list[str]] = {}
    for method in _methods(rule):
        scope = scopes.scope_for(method)
        if method == "HEAD":  # it is GET's, as far as nothing tells them apart
            get = scopes.scope_for("GET")
            same = get.policy == scope.policy and (get.compiled is None) is (scope.compiled is None)
            scope = get if same else scope
        access = access_stated(app, rule.endpoint, method)
        found.setdefault((scope, access), []).append(method)
    if rule.methods is None:
        found[scopes.chain[-1], access_stated(app, rule.endpoint, "GET")] = []
    for (scope, access), methods in found.items():
        yield Route(rule, tuple(methods), scope, access)


def _methods(rule: Rule) -> list[str]:
    """The methods for which a view runs: not the OPTIONS that Flask answers by itself."""
    automatic = {"OPTIONS"} if getattr(rule, "provide_automatic_options", False) else set()
    return sorted((rule.methods or set()) - automatic, key=_rank)


def _rank(method: str) -> tuple[int, str]:
    """The order of methods: as they are usually told, then by name."""
    known = DEFAULT_METHODS.index(method) if method in DEFAULT_METHODS else len(DEFAULT_METHODS)
    return known, method


def _order(route: Route) -> tuple[Any, ...]:
    """By scope, from the outside in; then as URLs are read."""
    name = route.scope.name
    # A blueprint, say, has two policies where only a part of it is below a prefix.
    place = (_KINDS.index(name.partition(" ")[0]), name, repr(route.policy))
    return (*place, url_of(route.rule), [_rank(each) for each in route.methods])


def _asking(app: Flask, origin: str) -> Callable[[Rule], CallPredicate]:
    """What asks functions about `origin`: once each, or once a rule if they want a request."""
    caller_for = OriginFunctions(app).caller_for
    answers: dict[tuple[int, int], bool | None] = {}

    def asking(rule: Rule) -> CallPredicate:
        ask_now = caller_for(_environ(app, rule, origin))

        def ask(check: OriginPredicate, origin: str) -> bool | None:
            key = (id(check), id(rule) if check.takes_request else 0)
            if key not in answers:
                answers[key] = ask_now(check, origin)
            return answers[key]

        return ask

    return asking


def _environ(app: Flask, rule: Rule, origin: str) -> Environ:
    """A request for `rule`, its variables as they are written, for functions that want one."""
    host = rule.host or app.config["SERVER_NAME"] or "localhost"
    if rule.subdomain:
        host = f"{rule.subdomain}.{host}"
    environ: Environ = create_environ("/", headers={"Origin": origin})
    environ["HTTP_HOST"] = host
    environ["PATH_INFO"] = rule.rule.encode().decode("latin-1")
    return environ


def _judge(route: Route, origin: str, ask: CallPredicate) -> Verdict:
    policy, scope = route.scope.compiled, route.scope.name
    if policy is None:
        return Verdict(Reason.DISABLED, None, False, (), {})
    actual = decide_actual(policy, scope, origin, ask)
    if actual.outcome is not Outcome.ALLOWED:
        denied = dict.fromkeys(route.methods, actual.reason)
        return Verdict(actual.reason, False, False, (), denied)
    reasons = {
        method: decide_preflight(policy, scope, PreflightRequest(origin, method, ""), ask).reason
        for method in route.methods
    }
    credentials = any(name == ALLOW_CREDENTIALS for name, _ in actual.headers)
    allowed = tuple(method for method in reasons if reasons[method] is Reason.ALLOWED)
    denied = {method: reasons[method] for method in reasons if method not in allowed}
    return Verdict(actual.reason, True, credentials, allowed, denied)
