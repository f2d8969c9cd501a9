"""ScopeTable: the scopes of every URL rule of an app, worked out once.

From the outside in: the app, prefixes of URL rules (shortest first), blueprints (outer first),
the view, a method of a MethodView. Each inherits what it does not name; a whole policy replaces
instead.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from flask import Blueprint, Flask
from werkzeug.routing import Rule

from ..core.compiled import CompiledPolicy, compile_policy
from ..core.errors import PolicyError, PolicyProblem
from ..core.policy import Policy
from ..core.problems import problem
from .declarations import Declaration, Declarations, blueprint_names, is_below
from .decorators import Decoration, decorations_on, decorations_on_view, method_functions
from .misplaced_decorators import misplaced_decorations
from .overlap import RuleIndex
from .scope import Layer, RuleScopes, Scope


class ScopeTable:
    """The scopes of one app's URL rules, for one policy of the app.

    :ivar app_scope: the outermost scope.
    :ivar single: whether it is the only scope, and no decorated view can add one.
    :ivar decorations: the decorations found on views.
    :ivar problems: the problems of every scope; a table with problems must not be used.
    :ivar warnings: what works, but probably not as intended.
    """

    def __init__(
        self,
        app: Flask,
        policy: Policy,
        declarations: Declarations,
        owner: object,
        decorations: Collection[Decoration],
    ) -> None:
        self._app = app
        self._owner = owner
        self._prefixes = declarations.prefixes(app)
        self._blueprints = declarations.blueprints(app)
        self._nesting = Nesting({})
        self.decorations: set[Decoration] = set()
        self._unshared: set[int] = set()
        self._for_one_request: dict[Scope, Scope] = {}
        self.app_scope: Scope = Scope("app", policy, compile_policy(policy))
        problems = self._nesting.problems
        problems.extend(misplaced_decorations(app, decorations))
        self._by_rule: dict[int, RuleScopes] = {}
        for rule in app.url_map.iter_rules():
            self._by_rule[id(rule)] = self._work_out(rule, self._nesting)
        self._path_scopes = self._scopes_of_static_prefixes()
        if self._nesting.scopes:
            self._note_unshared_urls()
        self.problems: list[PolicyProblem] = list(dict.fromkeys(problems))
        self.warnings: list[PolicyProblem] = list(self._prefixes_without_rule())
        # A decorated view that is not in the app may still be put there.
        found = all(each in self.decorations for each in decorations)
        self.single: bool = found and not self._nesting.scopes

    def __iter__(self) -> Iterator[RuleScopes]:
        return iter(self._by_rule.values())

    # At request time.

    def scopes_of(self, rule: Rule) -> RuleScopes:
        """Return the scopes of `rule`, a rule of the app's own map.

        They are worked out anew if the rule was added late, or its view was replaced late.

        :raises PolicyError: if its declarations contradict each other.
        """
        found = self._by_rule.get(id(rule))
        if found is None or found.view is not self._app.view_functions.get(rule.endpoint):
            nesting = Nesting(self._nesting.scopes)
            found = self._work_out(rule, nesting)
            if nesting.problems:
                raise PolicyError(nesting.problems)
            self._by_rule[id(rule)] = found
        return found

    def scope_of_rule(self, rule: Rule, method: str) -> Scope:
        """Return the scope of a request with `method` that matched `rule`."""
        return self.scopes_of(rule).scope_for(method)

    def common_scope(self, rules: Iterable[Rule]) -> Scope:
        """Return the innermost scope common to all `rules` of a URL."""
        common = self.app_scope
        for scopes in zip(*(self.scopes_of(rule).chain for rule in rules), strict=False):
            if any(scope is not scopes[0] for scope in scopes):
                break
            common = scopes[0]
        return common

    def scope_of_path(self, path: str) -> Scope:
        """Return the scope of a path without a rule: its longest static prefix's, or the app's."""
        path = f"/{path.lstrip('/')}"  # as the router reads it
        for prefix, scope in reversed(self._path_scopes):
            if is_below(path, prefix):
                return scope
        return self.app_scope

    def as_preflight(self, scope: Scope, rules: Collection[Rule], *, certain: bool) -> Scope:
        """Return `scope` as it applies to the preflights of a URL with `rules`.

        :param certain: whether `rules` are those of the URL itself, and all the app has are known.
        """
        if certain and not self._nesting.scopes:
            return scope
        # Without a rule of the URL itself, it is not known which other rules it has.
        if (
            rules
            and certain
            and all(id(each) in self._unshared for each in rules)
            and all(self.scopes_of(each).chain[-1] is scope for each in rules)
        ):
            return scope
        if scope not in self._for_one_request:
            self._for_one_request[scope] = scope.for_one_request()
        return self._for_one_request[scope]

    def policies_of_rules(self) -> dict[int, tuple[CompiledPolicy, object]]:
        """Return the policy and the view of each rule that has one policy for all methods.

        The key is the `id` of the rule, which this table keeps.
        """
        return {
            id(each.rule): (each.chain[-1].compiled, each.view)
            for each in self
            if not each.methods and each.chain[-1].compiled is not None
        }

    @property
    def reads_requests(self) -> bool:
        """True if an origin function takes the request."""
        scopes = (scope for each in self for scope in (*each.chain, *each.methods.values()))
        policies = (each.compiled for each in (self.app_scope, *scopes))
        return any(
            predicate.takes_request for each in policies if each for predicate in each.predicates
        )

    # At start-up.

    def _work_out(self, rule: Rule, nesting: "Nesting") -> RuleScopes:
        view = self._app.view_functions.get(rule.endpoint)
        decorations = self._own(decorations_on_view(view) if view else (), rule.endpoint, nesting)
        layers = [
            *(Layer("prefix", each, value) for each, value in self._prefixes_of(rule)),
            *_blueprint_layers(rule.endpoint, self._blueprints),
            *(Layer("view", rule.endpoint, each.value) for each in decorations),
        ]
        chain = nesting.chain(self.app_scope, layers)
        methods: dict[str, Scope] = {}
        for method, function in method_functions(view, rule.methods or ()) if view else ():
            target = f"{method} of view {rule.endpoint}"
            own = self._own(decorations_on(function), rule.endpoint, nesting)
            scope = nesting.chain(chain[-1], [Layer("method", target, each.value) for each in own])
            if len(scope) > 1:
                methods[method] = scope[-1]
        return RuleScopes(rule, view, tuple(chain), methods)

    def _prefixes_of(self, rule: Rule) -> Iterator[tuple[str, Declaration]]:
        return (each for each in self._prefixes if is_below(rule, each[0]))

    def _own(
        self, decorations: Iterable[Decoration], endpoint: str, nesting: "Nesting"
    ) -> list[Decoration]:
        """Return the `decorations` of this app's extension; another extension's are a problem."""
        own: list[Decoration] = []
        for decoration in decorations:
            if decoration.owner is self._owner:
                self.decorations.add(decoration)
                own.append(decoration)
            elif isinstance(decoration.owner, type(self._owner)):
                facts = {"app": repr(self._app.name), "endpoint": repr(endpoint)}
                found = problem("decorator-of-other-extension", "view", endpoint, **facts)
                nesting.problems.append(found)
        return own

    def _prefixes_without_rule(self) -> Iterator[PolicyProblem]:
        rules = list(self._app.url_map.iter_rules())
        for prefix, _ in self._prefixes:
            if not any(is_below(rule, prefix) for rule in rules):
                first = sorted({f"/{rule.rule.lstrip('/').split('/')[0]}" for rule in rules})
                listed = " or ".join(filter(None, (", ".join(first[:-1]), *first[-1:])))
                suggestion = (
                    f"Write the start of a URL rule, such as {listed}. If the app lacks the routes "
                    "on purpose, ignore this."
                )
                reach = "nothing" if "<" in prefix else "404s only"
                facts = {"app": repr(self._app.name), "reach": reach, "suggestion": suggestion}
                yield problem("prefix-without-rule", "prefix", prefix, **facts)

    def _scopes_of_static_prefixes(self) -> list[tuple[str, Scope]]:
        """Return the scopes of the prefixes without variables, for paths that no rule has."""
        static = [each for each in self._prefixes if "<" not in each[0]]
        found: list[tuple[str, Scope]] = []
        for prefix, _ in static:
            layers = [Layer("prefix", *each) for each in static if is_below(prefix, each[0])]
            found.append((prefix, self._nesting.chain(self.app_scope, layers)[-1]))
        return found

    def _note_unshared_urls(self) -> None:
        """Note the rules whose URLs have one scope, whatever the method is.

        A rule added later is not among them, so its preflights are for one request.
        """
        index = RuleIndex(each.rule for each in self)
        for scopes in self:
            others = map(self.scopes_of, index.with_rule(scopes.rule))
            if not scopes.methods and all(
                not other.methods and other.chain[-1] is scopes.chain[-1] for other in others
            ):
                self._unshared.add(id(scopes.rule))


class Nesting:
    """Scopes inside scopes: one object for each, however many rules share it.

    :ivar scopes: each inner scope with its layer, by the outer scope, the layer's kind and target,
        and the `id` of its declaration.
    :ivar problems: the problems of declarations that contradict what they inherit.
    """

    def __init__(self, scopes: dict[tuple[Scope, str, str, int], tuple[Layer, Scope]]) -> None:
        self.scopes = scopes
        self.problems: list[PolicyProblem] = []

    def chain(self, outer: Scope, layers: Iterable[Layer]) -> list[Scope]:
        """Return `outer` and the scopes of `layers` inside it, from the outside in."""
        chain = [outer]
        for layer in layers:
            # A view may have two decorations, or be replaced late by one with another.
            key = (chain[-1], layer.kind, layer.target, id(layer.declaration))
            if key not in self.scopes:
                try:
                    self.scopes[key] = layer, chain[-1].inner(layer)
                except PolicyError as error:
                    self.problems.extend(error.errors)
                    continue
            chain.append(self.scopes[key][1])
        return chain


def _blueprint_layers(endpoint: str, declared: Mapping[str, Declaration]) -> Iterator[Layer]:
    for name in blueprint_names(endpoint):
        if name in declared:
            yield Layer("blueprint", name, declared[name])


def blueprint_problems(
    app: Flask, policy: Policy, declarations: Declarations, among: Blueprint | None = None
) -> list[PolicyProblem]:
    """Return the problems of the blueprints that `app` has by now.

    :param among: a blueprint; then only it and those nested in it are looked at.
    """
    declared = declarations.blueprints(app)
    names = list(declared)
    if among is not None:
        outer = [f"{name}." for name, each in app.blueprints.items() if each is among]
        names = [name for name in names if f"{name}.".startswith(tuple(outer))]
    nesting = Nesting({})
    app_scope = Scope("app", policy, None)
    for name in names:
        nesting.chain(app_scope, _blueprint_layers(f"{name}.", declared))
    return list(dict.fromkeys(nesting.problems))
