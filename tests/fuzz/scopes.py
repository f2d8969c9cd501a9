"""The reference for scopes: which policy a rule, a path or several rules have.

Everything is worked out anew for each request, from the declarations of one app.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from werkzeug.routing import Rule

from .policies import DEFAULTS, Folded, folded
from .specs import App, Declaration, Route


@dataclass(frozen=True)
class Scope:
    """A part of an app.

    :ivar settings: what inner scopes inherit.
    :ivar disabled: whether it is left to Flask.
    """

    name: str
    settings: Folded
    disabled: bool = False

    @property
    def policy(self) -> Folded | None:
        """The policy that applies; None where the scope is disabled."""
        return None if self.disabled else self.settings

    def inner(self, name: str, declared: Declaration) -> Scope:
        """Return the scope `name` in this one."""
        return Scope(name, folded(self.settings, declared), declared.disabled)


class Scopes:
    """The declarations of one app.

    :ivar late: whether rules or views came late, here or in an app with the same extension; then
        each preflight may be for one request.
    """

    def __init__(self, spec: App) -> None:
        assert spec.policy is not None
        self._spec = spec
        self._routes = {each.name: each for each in spec.routes}
        self.policy: Folded = folded(DEFAULTS, spec.policy)
        self.late = spec.shared_extension

    def is_single(self, rules: Iterable[Rule]) -> bool:
        """Return whether the app's own scope is the only one of all `rules` and paths."""
        routes = [route for rule in rules if (route := self._route(rule))]
        return (
            all(len(self.chain(rule)) == 1 for rule in rules)
            and not any(each.methods_declared for each in routes)
            and all("<" in prefix for prefix, _ in self._spec.prefixes)
        )

    def reconfigure(self, declared: Declaration) -> None:
        """Replace the app's own policy."""
        self.policy = folded(self.policy, declared)

    def replace(self, endpoint: str, route: Route) -> None:
        """Let the view of `route` be the one of `endpoint`."""
        self._routes[endpoint.split(".")[-1]] = route
        self.late = True

    @property
    def app(self) -> Scope:
        """The outermost scope."""
        return Scope("app", self.policy)

    def of_rule(self, rule: Rule, method: str) -> Scope:
        """Return the scope of a request with `method` that `rule` matches."""
        scope = self.chain(rule)[-1]
        route = self._route(rule)
        declared = dict(route.methods_declared) if route else {}
        wanted = "GET" if method.upper() == "HEAD" else method.upper()
        return scope.inner(wanted, declared[wanted]) if wanted in declared else scope

    def common(self, rules: Iterable[Rule]) -> Scope:
        """Return the innermost scope that all `rules` share."""
        found = self.app
        for scopes in zip(*map(self.chain, rules), strict=False):
            if len({each.name for each in scopes}) > 1:
                break
            found = scopes[0]
        return found

    def of_path(self, path: str) -> Scope:
        """Return the scope of a path that no rule has."""
        segments = _segments(path)
        found = self.app
        for prefix, declared in self._prefixes():
            if "<" not in prefix and _begins(segments, _segments(prefix)):
                found = found.inner(f"prefix {prefix}", declared)
        return found

    def chain(self, rule: Rule) -> list[Scope]:
        """Return the scopes around a view, the app first."""
        found = [self.app]
        for name, declared in self._layers(rule):
            found.append(found[-1].inner(name, declared))
        return found

    def _layers(self, rule: Rule) -> Iterator[tuple[str, Declaration]]:
        segments = _segments(rule.rule, merged=self._spec.merge_slashes)
        for prefix, declared in self._prefixes():
            if _begins(segments, _segments(prefix)):
                yield f"prefix {prefix}", declared
        names = rule.endpoint.split(".")[:-1]
        for part in sorted(self._spec.parts, key=lambda each: each.path.count(".")):
            length = part.path.count(".") + 1
            if part.declared and ".".join(names[:length]) == part.path:
                yield f"blueprint {part.path}", part.declared
        route = self._route(rule)
        for number, declared in enumerate(route.declared if route else ()):
            yield f"view {rule.endpoint} {number}", declared

    def _prefixes(self) -> list[tuple[str, Declaration]]:
        return sorted(self._spec.prefixes, key=lambda each: len(_segments(each[0])))

    def _route(self, rule: Rule) -> Route | None:
        return self._routes.get(rule.endpoint.split(".")[-1])


def _segments(path: str, *, merged: bool = True) -> list[str]:
    """Return the segments of a path, or of the text of a rule."""
    segments = path.strip("/").split("/")
    return [each for each in segments if each] if merged or segments == [""] else segments


def _begins(segments: list[str], with_these: list[str]) -> bool:
    return segments[: len(with_these)] == with_these
