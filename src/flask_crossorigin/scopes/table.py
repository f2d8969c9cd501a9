"""ScopeTable: the scopes of every URL rule of an app, worked out once.

From the outside in: the app, prefixes of URL rules (shortest first), blueprints (outer first),
the view, a method of a MethodView. Each inherits what it does not name; a whole policy replaces
instead.
"""

from collections.abc import Collection, Iterable, Iterator

from flask import Blueprint, Flask
from werkzeug.routing import Rule

from ..core.compiled import CompiledPolicy, compile_policy
from ..core.errors import PolicyError, PolicyProblem
from ..core.policy import Policy
from ..core.problems import problem
from .declarations import Declaration, Declarations, blueprint_names, is_below, scope_name
from .decorators import Decoration, decorations_on, decorations_on_view, method_functions
from .misplaced_decorators import misplaced_decorations
from .overlap import RuleIndex
from .scope import RuleScopes, Scope


class ScopeTable:
    """The scopes of one app's URL rules, folded from one policy of the app.

    :ivar app_scope: the outermost scope.
    :ivar single: whether it is the only one, and will be.
    :ivar decorations: those that were found on views.
    :ivar problems: of every scope; a table that has any governs nothing.
    """

    def __init__(
        self,
        app: Flask,
        policy: Policy,
        statements: Declarations,
        owner: object,
        decorations: Iterable[Decoration],
    ) -> None:
        self._app = app
        self._owner = owner
        self._prefixes = statements.prefixes(app)
        self._blueprints = statements.blueprints(app)
        self._folded: dict[tuple[Scope, str], Scope] = {}
        self.decorations: set[Decoration] = set()
        self._unshared: set[int] = set()
        self._alone: dict[Scope, Scope] = {}
        self.app_scope: Scope = Scope("app", policy, compile_policy(policy))
        problems = [*self._prefixes_without_rule(), *misplaced_decorations(app, decorations)]
        self._by_rule: dict[int, RuleScopes] = {}
        for rule in app.url_map.iter_rules():
            self._by_rule[id(rule)] = self._fold(rule, problems)
        self._path_scopes = self._fold_static_prefixes(problems)
        if self._folded:
            self._note_unshared_urls()
        self.problems: list[PolicyProblem] = list(dict.fromkeys(problems))
        # A decorated view that is not in the app may still be put there.
        self.single: bool = not self._folded and all(
            decoration in self.decorations for decoration in decorations
        )

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

    def as_preflight(self, scope: Scope, rules: Collection[Rule], *, redirected: bool) -> Scope:
        """Return `scope` as it applies to the preflights of a URL that has `rules`.

        :param redirected: whether the router led from the URL to another one, that has `rules`.
        """
        if not self._folded:
            return scope
        # Without a rule of the URL itself, it is not known which other rules it has.
        if (
            rules
            and not redirected
            and all(id(each) in self._unshared for each in rules)
            and all(self.scopes_of(each).chain[-1] is scope for each in rules)
        ):
            return scope
        if scope not in self._alone:
            self._alone[scope] = scope.for_one_request()
        return self._alone[scope]

    def _note_unshared_urls(self) -> None:
        """Note the rules whose URLs have one scope, whatever the method is.

        A rule added later is not among them, so its preflights are for one request.
        """
        overlaps = RuleIndex(each.rule for each in self)
        for scopes in self:
            others = map(self.scopes_of, overlaps.with_rule(scopes.rule))
            if not scopes.methods and all(
                not other.methods and other.chain[-1] is scopes.chain[-1] for other in others
            ):
                self._unshared.add(id(scopes.rule))

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
        for name, declaration in self._layers(rule, problems):
            chain.append(self._inner(chain[-1], name, declaration, problems))
        methods: dict[str, Scope] = {}
        view = self._app.view_functions.get(rule.endpoint)
        for method, function in method_functions(view, rule.methods or ()) if view else ():
            scope = chain[-1]
            for decoration in self._own(decorations_on(function), rule.endpoint, problems):
                name = f"method {method} of view {rule.endpoint}"
                scope = self._inner(scope, name, decoration.value, problems)
            if scope is not chain[-1]:
                methods[method] = scope
        return RuleScopes(rule, view, tuple(chain), methods)

    def _layers(
        self, rule: Rule, problems: list[PolicyProblem]
    ) -> Iterator[tuple[str, Declaration]]:
        """What is stated between the app and the methods of a view, from the outside in."""
        for prefix, declaration in self._prefixes:
            if is_below(rule, prefix):
                yield scope_name(prefix), declaration
        for name in blueprint_names(rule.endpoint):
            if name in self._blueprints:
                yield f"blueprint {name}", self._blueprints[name]
        view = self._app.view_functions.get(rule.endpoint)
        for decoration in self._own(
            decorations_on_view(view) if view else (), rule.endpoint, problems
        ):
            yield f"view {rule.endpoint}", decoration.value

    def _own(
        self, decorations: Iterable[Decoration], endpoint: str, problems: list[PolicyProblem]
    ) -> Iterator[Decoration]:
        """Those `decorations` that this app's extension made; another extension's are a problem."""
        for decoration in decorations:
            if decoration.owner is self._owner:
                self.decorations.add(decoration)
                yield decoration
            elif isinstance(decoration.owner, type(self._owner)):
                facts = {"app": repr(self._app.name), "endpoint": repr(endpoint)}
                problems.append(problem("decorator-of-other-extension", "view", endpoint, **facts))

    def _inner(
        self, outer: Scope, name: str, declaration: Declaration, problems: list[PolicyProblem]
    ) -> Scope:
        """The scope `name` inside `outer`: one object however many rules share it."""
        # A view with two decorations has two layers of one name, each with another outer scope.
        key = (outer, name)
        if key not in self._folded:
            try:
                self._folded[key] = outer.inner(name, declaration)
            except PolicyError as error:
                problems.extend(error.errors)
                return outer
        return self._folded[key]

    def _prefixes_without_rule(self) -> Iterator[PolicyProblem]:
        rules = list(self._app.url_map.iter_rules())
        for prefix, _ in self._prefixes:
            if not any(is_below(rule, prefix) for rule in rules):
                first = sorted({f"/{rule.rule.lstrip('/').split('/')[0]}" for rule in rules})
                suggestion = f"Write one that a rule begins with: {', '.join(first)}."
                facts = {"app": repr(self._app.name), "suggestion": suggestion}
                yield problem("prefix-without-rule", "prefix", prefix, **facts)

    def _fold_static_prefixes(self, problems: list[PolicyProblem]) -> list[tuple[str, Scope]]:
        """The scopes of the prefixes without variables, for paths that no rule has."""
        found: list[tuple[str, Scope]] = []
        for prefix, declaration in self._prefixes:
            outer = self.app_scope
            for shorter, scope in found:
                if is_below(prefix, shorter):
                    outer = scope
            if "<" not in prefix:
                found.append(
                    (prefix, self._inner(outer, scope_name(prefix), declaration, problems))
                )
        return found


def blueprint_problems(
    app: Flask, policy: Policy, statements: Declarations, among: Blueprint | None = None
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
                    scope = scope.inner(f"blueprint {each}", stated[each])
                except PolicyError as error:
                    problems.extend(error.errors)
    return list(dict.fromkeys(problems))
