"""Scope: a part of an app, and the policy that applies to it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from werkzeug.routing import Rule

from ..core.compiled import CompiledPolicy, compile_policy, for_one_request
from ..core.errors import PolicyError, with_location
from ..core.policy import Policy
from ..core.settings import PARSERS
from .declarations import DISABLED, Declaration
from .inherited import explain_inherited

ScopeKind: TypeAlias = Literal["app", "prefix", "blueprint", "view", "method"]


class Layer(NamedTuple):
    """One declaration, and the part of the app that it is for.

    :ivar target: the prefix, the blueprint's or view's name, or ``PUT of view marks``.
    """

    kind: ScopeKind
    target: str
    declaration: Declaration

    @property
    def name(self) -> str:
        """The kind and the target."""
        return f"{self.kind} {self.target}"


class Scope:
    """A part of an app and the policy that applies to it; compared by identity.

    :ivar name: as a `Decision` shows it: the kind and the target.
    :ivar policy: the policy that inner scopes inherit, even where this one is disabled.
    :ivar compiled: the policy as requests meet it; None where the scope is left to Flask.
    :ivar kind: the kind of part.
    :ivar target: as of the `Layer`; empty for the app.
    :ivar sources: by setting, the scope that sets it, unless that is the app.
    """

    def __init__(
        self,
        name: str,
        policy: Policy,
        compiled: CompiledPolicy | None,
        kind: ScopeKind = "app",
        target: str = "",
        sources: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.name: str = name
        self.policy: Policy = policy
        self.compiled: CompiledPolicy | None = compiled
        self.kind: ScopeKind = kind
        self.target: str = target
        self.sources: Mapping[str, str] = sources

    def for_one_request(self) -> "Scope":
        """Return this scope with preflights that allow one request only."""
        compiled = None if self.compiled is None else for_one_request(self.compiled)
        return Scope(self.name, self.policy, compiled, self.kind, self.target, self.sources)

    def inner(self, layer: Layer) -> "Scope":
        """Return the scope of `layer` inside this one.

        :raises PolicyError: if the declaration contradicts what the scope inherits.
        """
        kind, target, declaration = layer
        if declaration is DISABLED:
            return Scope(layer.name, self.policy, None, kind, target, self.sources)
        written = PARSERS if isinstance(declaration, Policy) else declaration
        sources = {**self.sources, **dict.fromkeys(written, layer.name)}
        if isinstance(declaration, Policy):
            policy = declaration
        else:
            try:
                policy = self.policy.replace(**declaration)
            except PolicyError as error:
                found = explain_inherited(error.errors, written, self.policy, self.sources)
                raise PolicyError(with_location(found, layer.name)) from None
        return Scope(layer.name, policy, compile_policy(policy), kind, target, sources)


class RuleScopes(NamedTuple):
    """The scopes of one URL rule.

    :ivar rule: the rule; kept, so that its `id` is not reused.
    :ivar view: the view function of its endpoint when the scopes were worked out.
    :ivar chain: the scopes from the app inwards; the last one applies.
    :ivar methods: the scopes of a MethodView's methods that have one of their own.
    """

    rule: Rule
    view: Callable[..., Any] | None
    chain: tuple[Scope, ...]
    methods: Mapping[str, Scope]

    def scope_for(self, method: str) -> Scope:
        """Return the scope of a request with `method`, in any case: the router ignores it too."""
        return self.methods.get(method.upper(), self.chain[-1]) if self.methods else self.chain[-1]
