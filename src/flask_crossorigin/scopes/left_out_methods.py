"""Find policies whose ``methods`` leave out GET or POST, which protects nothing."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, get_args

from werkzeug.routing import Rule

from ..core.messages import Message
from ..core.names import Names
from ..core.text import printable
from .scope import RuleScopes, Scope, ScopeKind

_METHODS: Final = ("GET", "POST")
"""Methods that browsers send without a preflight where they can. The third is HEAD, like GET."""
_KINDS: Final = get_args(ScopeKind)
"""Kinds of scopes, from the outside in."""


class LeftOutMethod(NamedTuple):
    """A method that the policy of a scope leaves out, though a rule in the scope has it."""

    method: str
    message: Message


def left_out_methods(scopes: Iterable[RuleScopes]) -> Iterator[LeftOutMethod]:
    """Yield each left-out method, once for all scopes that have the same ``methods``."""
    seen: set[tuple[str, Names]] = set()
    for method, scope, rule in sorted(_left_out(scopes), key=_sort_key):
        if (method, scope.policy.methods) not in seen:
            seen.add((method, scope.policy.methods))
            text = (
                f"{scope.name}: methods leaves out {method}, which {printable(rule.rule)} accepts. "
                f"This protects nothing: browsers send {method} without a preflight where they can."
            )
            hint = f"Add {method!r} to methods. An access guard limits who may use the view."
            yield LeftOutMethod(method, Message(text, hint))


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
