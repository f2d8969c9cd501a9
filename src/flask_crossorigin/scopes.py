"""Which policy governs a URL rule: what is stated for the parts of an app, folded once.

From the outside in: the app, prefixes of URL rules (the shortest first), blueprints (the outer
one first), the view, a method of a MethodView. Each inherits what it does not name from the one
before; a whole policy replaces it.
"""

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

from flask import Blueprint, Flask
from werkzeug.routing import Rule

from .core.compiled import CompiledPolicy, compile_policy, for_one_request
from .core.errors import PolicyError, PolicyProblem, with_location
from .core.policy import Policy
from .core.problems import problem
from .core.settings import materialized, parse_settings
from .marks import Mark, lost_marks, marks_on, marks_on_view, method_functions
from .overlap import Overlaps


class Disabled(Enum):
    """The statement that a scope is left to Flask."""

    DISABLED = "disabled"


DISABLED: Final = Disabled.DISABLED

Statement: TypeAlias = Policy | Mapping[str, Any] | Literal[Disabled.DISABLED]
"""A whole policy, changes to the inherited one, or that there is none."""


def state(policy: object, changes: Mapping[str, Any], place: str) -> Statement:
    """The statement that a user wrote as a `policy` or as `changes`, checked by itself.

    :raises PolicyError: what is wrong with it whatever it will inherit.
    """
    if isinstance(policy, Policy):
        if changes:
            raise PolicyError([problem("policy-and-settings", "policy", sorted(changes))])
        return policy
    if policy is not None:
        raise PolicyError([problem("policy-type", "policy", policy)])
    if not changes:
        raise PolicyError([problem("scope-empty", "scope", place)])
    changes = materialized(changes)
    _, problems = parse_settings(changes)
    if problems:
        raise PolicyError(with_location(problems, place))
    return changes


ScopeKind: TypeAlias = Literal["app", "prefix", "blueprint", "view", "method"]


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A part of an app and what governs it; compared by identity.

    :ivar name: as a `Decision` shows it: the kind and the target.
    :ivar policy: what inner scopes inherit, even where this one is disabled.
    :ivar compiled: what answers requests; None where the scope is left to Flask.
    :ivar kind: kind of part.
    :ivar target: the prefix, the blueprint's or view's name, or ``PUT of view marks``; empty for
        the app.
    """

    name: str
    policy: Policy
    compiled: CompiledPolicy | None
    kind: ScopeKind = "app"
    target: str = ""

    def for_one_request(self) -> "Scope":
        """This scope where the URL has others too: its preflights are for one request."""
        compiled = None if self.compiled is None else for_one_request(self.compiled)
        return replace(self, compiled=compiled)

    def inner(self, kind: ScopeKind, target: str, statement: Statement) -> "Scope":
        """The scope of `kind` and `target` inside this one.

        :raises PolicyError: if what it inherits and what it states do not go together.
        """
        name = f"{kind} {target}"
        if statement is DISABLED:
            return Scope(name, self.policy, None, kind, target)
        try:
            policy = (
                statement if isinstance(statement, Policy) else self.policy.replace(**statement)
            )
        except PolicyError as error:
            raise PolicyError(with_location(error.errors, name)) from None
        return Scope(name, policy, compile_policy(policy), kind, target)


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


def check_prefix(prefix: str) -> str:
    """`prefix` in the form that rules are compared with.

    :raises PolicyError: if no rule could begin with it.
    """
    meant = "/" + "/".join(part for part in prefix.strip("^$ ").rstrip(".*+").split("/") if part)
    if prefix.startswith("/") and prefix.rstrip("/") == meant.rstrip("/"):
        return meant
    raise PolicyError([problem("prefix", "prefix", prefix, suggestion=repr(meant))])


def is_below(path: str, prefix: str) -> bool:
    """Say whether `path` is `prefix` or goes on from it with a whole segment."""
    return prefix == "/" or path == prefix or path.startswith(f"{prefix}/")


def blueprint_names(endpoint: str) -> Iterator[str]:
    """The names of the blueprints that `endpoint` is nested in, the outer one first."""
    parts = endpoint.split(".")[:-1]
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


@dataclass(frozen=True, slots=True)
class _Entry:
    target: "str | weakref.ref[Blueprint]"
    statement: Statement
    app: "weakref.ref[Flask] | None"

    def is_for(self, app: Flask) -> bool:
        return self.app is None or self.app() is app


@dataclass(slots=True)
class Statements:
    """What is stated for blueprints and prefixes, for every app or for one."""

    _entries: list[_Entry] = field(default_factory=list)

    def add(self, target: Blueprint | str, statement: Statement, app: Flask | None) -> None:
        """Note the `statement`."""
        limit = None if app is None else weakref.ref(app)
        self._entries.append(_Entry(_key(target), statement, limit))

    def has(self, target: Blueprint | str, statement: Statement, app: Flask | None) -> bool:
        """Say whether the `statement` is noted already.

        :raises PolicyError: if another one is for the same target.
        """
        key = _key(target)
        for entry in self._entries:
            if entry.target == key and (app is None or entry.is_for(app)):
                if entry.statement == statement:
                    return True
                raise PolicyError([problem("scope-duplicate", "scope", name_of(target))])
        return False

    def prefixes(self, app: Flask) -> list[tuple[str, Statement]]:
        """The prefixes stated for `app`, the shortest first."""
        found = [
            (entry.target, entry.statement)
            for entry in self._entries
            if isinstance(entry.target, str) and entry.is_for(app)
        ]
        return sorted(found, key=lambda each: each[0].rstrip("/").count("/"))

    def all_blueprints(self) -> list[Blueprint]:
        """Those that anything is stated for, in whichever app."""
        found = [entry.target() for entry in self._entries if not isinstance(entry.target, str)]
        return [each for each in found if each is not None]

    def blueprints(self, app: Flask) -> dict[str, Statement]:
        """What is stated for the blueprints of `app`, by the names they are registered under."""
        stated: dict[object, Statement] = {
            entry.target(): entry.statement
            for entry in self._entries
            if not isinstance(entry.target, str) and entry.is_for(app)
        }
        return {name: stated[each] for name, each in app.blueprints.items() if each in stated}


def _key(target: Blueprint | str) -> "str | weakref.ref[Blueprint]":
    return target if isinstance(target, str) else weakref.ref(target)


def name_of(target: Blueprint | str) -> str:
    """How a scope is called."""
    return f"prefix {target}" if isinstance(target, str) else f"blueprint {target.name}"


class ScopeTable:
    """The scopes of one app's URL rules, folded from one policy of the app.

    :ivar app_scope: the outermost scope.
    :ivar single: whether it is the only one, and will be.
    :ivar marks: those that were found on views.
    :ivar problems: of every scope; a table that has any governs nothing.
    """

    def __init__(
        self,
        app: Flask,
        policy: Policy,
        statements: Statements,
        owner: object,
        marks: Iterable[Mark],
    ) -> None:
        self._app = app
        self._owner = owner
        self._prefixes = statements.prefixes(app)
        self._blueprints = statements.blueprints(app)
        self._folded: dict[tuple[Scope, ScopeKind, str], Scope] = {}
        self.marks: set[Mark] = set()
        self._shared: set[int] = set()
        self._alone: dict[Scope, Scope] = {}
        self.app_scope: Scope = Scope("app", policy, compile_policy(policy))
        problems = [*self._prefixes_without_rule(), *lost_marks(app, marks)]
        self._by_rule: dict[int, RuleScopes] = {}
        for rule in app.url_map.iter_rules():
            self._by_rule[id(rule)] = self._fold(rule, problems)
        self._path_scopes = self._fold_static_prefixes(problems)
        if self._folded:
            self._note_shared_urls()
        self.problems: list[PolicyProblem] = list(dict.fromkeys(problems))
        # A decorated view that is not in the app may still be put there.
        self.single: bool = not self._folded and all(mark in self.marks for mark in marks)

    def scopes_of(self, rule: Rule) -> RuleScopes:
        """The scopes of `rule`, a rule of the app's own map.

        A rule may come late, and a view be replaced late: then they are worked out anew.

        :raises PolicyError: if they can't be.
        """
        found = self._by_rule.get(id(rule))
        if found is None or found.view is not self._app.view_functions.get(rule.endpoint):
            problems: list[PolicyProblem] = []
            found = self._fold(rule, problems)
            if problems:
                raise PolicyError(problems)
            self._by_rule[id(rule)] = found
        return found

    def policies_of_rules(self) -> dict[int, tuple[CompiledPolicy, object]]:
        """Return the policy and the view of each rule that has one policy for all methods.

        By the identity of the rule, which this table keeps.
        """
        return {
            id(each.rule): (each.chain[-1].compiled, each.view)
            for each in self
            if not each.methods and each.chain[-1].compiled is not None
        }

    def as_preflight(self, scope: Scope, rules: Iterable[Rule]) -> Scope:
        """`scope` as it governs the preflights of a URL that has `rules`."""
        if all(
            id(rule) not in self._shared and self.scopes_of(rule).chain[-1] is scope
            for rule in rules
        ):
            return scope
        if scope not in self._alone:
            self._alone[scope] = scope.for_one_request()
        return self._alone[scope]

    def _note_shared_urls(self) -> None:
        """Note the rules whose URLs have methods with side effects that others govern."""
        unsafe = [each.rule for each in self if _has_side_effects(each.rule)]
        overlaps = Overlaps.of(unsafe)
        for scopes in self:
            if scopes.methods or any(
                self._by_rule[id(other)].methods
                or self._by_rule[id(other)].chain[-1] is not scopes.chain[-1]
                for other in overlaps.with_rule(scopes.rule)
            ):
                self._shared.add(id(scopes.rule))

    def scope_of_rules(self, rules: list[Rule], method: str) -> Scope:
        """The scope of one rule for `method`, or the innermost one common to several."""
        if len(rules) == 1:
            return self.scopes_of(rules[0]).scope_for(method)
        chains = [self.scopes_of(rule).chain for rule in rules]
        common = self.app_scope
        for scopes in zip(*chains, strict=False):
            if any(scope is not scopes[0] for scope in scopes):
                break
            common = scopes[0]
        return common

    @property
    def reads_requests(self) -> bool:
        """Whether a function is asked about origins that wants to see the request too."""
        scopes = (scope for each in self for scope in (*each.chain, *each.methods.values()))
        policies = (each.compiled for each in (self.app_scope, *scopes))
        return any(check.takes_request for each in policies if each for check in each.predicates)

    def scope_of_path(self, path: str) -> Scope:
        """The scope of a path that no rule has: its longest static prefix's, else the app's."""
        path = f"/{path.lstrip('/')}"  # as the router reads it
        for prefix, scope in reversed(self._path_scopes):
            if is_below(path, prefix):
                return scope
        return self.app_scope

    def __iter__(self) -> Iterator[RuleScopes]:
        return iter(self._by_rule.values())

    def _fold(self, rule: Rule, problems: list[PolicyProblem]) -> RuleScopes:
        chain = [self.app_scope]
        for kind, target, statement in self._layers(rule, problems):
            chain.append(self._inner(chain[-1], kind, target, statement, problems))
        methods: dict[str, Scope] = {}
        view = self._app.view_functions.get(rule.endpoint)
        for method, function in method_functions(view, rule.methods or ()) if view else ():
            scope = chain[-1]
            for mark in self._own(marks_on(function), rule.endpoint, problems):
                target = f"{method} of view {rule.endpoint}"
                scope = self._inner(scope, "method", target, mark.statement, problems)
            if scope is not chain[-1]:
                methods[method] = scope
        return RuleScopes(rule, view, tuple(chain), methods)

    def _layers(
        self, rule: Rule, problems: list[PolicyProblem]
    ) -> Iterator[tuple[ScopeKind, str, Statement]]:
        """What is stated between the app and the methods of a view, from the outside in."""
        for prefix, statement in self._prefixes:
            if is_below(rule.rule, prefix):
                yield "prefix", prefix, statement
        for name in blueprint_names(rule.endpoint):
            if name in self._blueprints:
                yield "blueprint", name, self._blueprints[name]
        view = self._app.view_functions.get(rule.endpoint)
        for mark in self._own(marks_on_view(view) if view else (), rule.endpoint, problems):
            yield "view", rule.endpoint, mark.statement

    def _own(
        self, marks: Iterable[Mark], endpoint: str, problems: list[PolicyProblem]
    ) -> Iterator[Mark]:
        """Those `marks` that this app's extension made; another extension's are a problem."""
        for mark in marks:
            if mark.owner is self._owner:
                self.marks.add(mark)
                yield mark
            elif isinstance(mark.owner, type(self._owner)):
                facts = {"app": repr(self._app.name), "endpoint": repr(endpoint)}
                problems.append(problem("decorator-of-other-extension", "view", endpoint, **facts))

    def _inner(
        self,
        outer: Scope,
        kind: ScopeKind,
        target: str,
        statement: Statement,
        problems: list[PolicyProblem],
    ) -> Scope:
        """The scope of `target` inside `outer`: one object however many rules share it."""
        # A view with two marks has two layers of one name, each with another outer scope.
        key = (outer, kind, target)
        if key not in self._folded:
            try:
                self._folded[key] = outer.inner(kind, target, statement)
            except PolicyError as error:
                problems.extend(error.errors)
                return outer
        return self._folded[key]

    def _prefixes_without_rule(self) -> Iterator[PolicyProblem]:
        rules = [rule.rule for rule in self._app.url_map.iter_rules()]
        for prefix, _ in self._prefixes:
            if not any(is_below(rule, prefix) for rule in rules):
                first = sorted({f"/{rule.split('/')[1]}" for rule in rules})
                suggestion = f"Write one that a rule begins with: {', '.join(first)}."
                facts = {"app": repr(self._app.name), "suggestion": suggestion}
                yield problem("prefix-without-rule", "prefix", prefix, **facts)

    def _fold_static_prefixes(self, problems: list[PolicyProblem]) -> list[tuple[str, Scope]]:
        """The scopes of the prefixes without variables, for paths that no rule has."""
        found: list[tuple[str, Scope]] = []
        for prefix, statement in self._prefixes:
            outer = self.app_scope
            for shorter, scope in found:
                if is_below(prefix, shorter):
                    outer = scope
            if "<" not in prefix:
                found.append((prefix, self._inner(outer, "prefix", prefix, statement, problems)))
        return found


def _has_side_effects(rule: Rule) -> bool:
    return rule.methods is None or not rule.methods <= {"GET", "HEAD", "OPTIONS"}


def blueprint_problems(
    app: Flask, policy: Policy, statements: Statements, among: Blueprint | None = None
) -> list[PolicyProblem]:
    """What is wrong with the scopes of the blueprints that `app` has by now.

    :param among: where given, only it and those nested in it are looked at.
    """
    stated = statements.blueprints(app)
    names = list(stated)
    if among is not None:
        outer = [f"{name}." for name, each in app.blueprints.items() if each is among]
        names = [name for name in names if f"{name}.".startswith(tuple(outer))]
    problems: list[PolicyProblem] = []
    for name in names:
        scope = Scope("app", policy, None)
        for each in blueprint_names(f"{name}."):
            if each in stated:
                try:
                    scope = scope.inner("blueprint", each, stated[each])
                except PolicyError as error:
                    problems.extend(error.errors)
    return list(dict.fromkeys(problems))
