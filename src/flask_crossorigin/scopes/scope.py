"""Scope: a part of an app, and the policy that applies to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

from ..core.compiled import CompiledPolicy, compile_policy, for_one_request
from ..core.errors import PolicyError, with_location
from ..core.policy import Policy
from .declarations import DISABLED, Declaration


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A part of an app and what governs it; compared by identity.

    :ivar name: as a `Decision` shows it.
    :ivar policy: what inner scopes inherit, even where this one is disabled.
    :ivar compiled: what answers requests; None where the scope is left to Flask.
    """

    name: str
    policy: Policy
    compiled: CompiledPolicy | None

    def for_one_request(self) -> "Scope":
        """This scope where the URL has others too: its preflights are for one request."""
        compiled = None if self.compiled is None else for_one_request(self.compiled)
        return Scope(self.name, self.policy, compiled)

    def inner(self, name: str, declaration: Declaration) -> "Scope":
        """The scope `name` inside this one.

        :raises PolicyError: if what it inherits and what it states do not go together.
        """
        if declaration is DISABLED:
            return Scope(name, self.policy, None)
        try:
            policy = (
                declaration
                if isinstance(declaration, Policy)
                else self.policy.replace(**declaration)
            )
        except PolicyError as error:
            raise PolicyError(with_location(error.errors, name)) from None
        return Scope(name, policy, compile_policy(policy))


@dataclass(frozen=True, slots=True)
class RuleScopes:
    """The scopes of one URL rule.

    :ivar rule: the rule; kept, so that no other can take its identity.
    :ivar view: what its endpoint ran when this was worked out.
    :ivar chain: from the app's scope inwards; the last one governs.
    :ivar methods: the methods of a MethodView with a scope of their own.
    """

    rule: Rule
    view: Callable[..., Any] | None
    chain: tuple[Scope, ...]
    methods: Mapping[str, Scope]

    def scope_for(self, method: str) -> Scope:
        """What governs a request with `method`, as the request spells it."""
        # The router does not look at the case of a method either.
        return self.methods.get(method.upper(), self.chain[-1]) if self.methods else self.chain[-1]
