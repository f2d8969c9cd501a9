"""Find policies whose ``methods`` leave out GET or POST, which protects nothing."""

from collections.abc import Iterable, Iterator
from typing import Final, get_args

from werkzeug.routing import Rule

from ..core.errors import PolicyProblem, with_location
from ..core.names import Names
from ..core.problems import problem
from ..core.text import printable
from .scope import RuleScopes, Scope, ScopeKind

_METHODS: Final = ("GET", "POST")
"""Methods that browsers send without a preflight where they can. The third is HEAD, like GET."""
_KINDS: Final = get_args(ScopeKind)
"""Kinds of scopes, from the outside in."""


def left_out_methods(scopes: Iterable[RuleScopes]) -> Iterator[PolicyProblem]:
    """Warn of each left-out method, once for all scopes that have the same ``methods``."""
    seen: set[tuple[str, Names]] = set()
    for method, scope, rule in sorted(_left_out(scopes), key=_sort_key):
        if (method, scope.policy.methods) not in seen:
            seen.add((method, scope.policy.methods))
            found = problem("method-left-out", "methods", method, rule=printable(rule.rule))
            yield from with_location([found], scope.name)


def _left_out(scopes: Iterable[RuleScopes]) -> Iterator[tuple[str, Scope, Rule]]:
    for each in scopes:
        for method in _METHODS if _is_view(each.rule) else ():
            scope = each.scope_for(method)
            allowed = None if scope.compiled is None else scope.compiled.methods
            has_method = each.rule.methods is None or method in each.rule.methods
            if has_method and allowed is not None and method not in allowed:
                yield method, scope, each.rule


def _is_view(rule: Rule) -> bool:
    """Return whether `rule` runs a view of the user; Flask adds the one for static files."""
    return not rule.build_only and rule.endpoint.rpartition(".")[2] != "static"


def _sort_key(found: tuple[str, Scope, Rule]) -> tuple[int, str, str, str]:
    """Sort by scope, from the outside in: inner scopes inherit ``methods``."""
    method, scope, rule = found
    return _KINDS.index(scope.kind), scope.name, method, rule.rule
