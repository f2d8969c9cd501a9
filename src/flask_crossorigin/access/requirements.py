"""Requirements: work out what a view requires from everything that is declared about it.

Everything declared about a view is one of these, from the outside in: the default; `protect` or
`open` on a blueprint; `required` or `public` on a view class or a base of it; `required` or
`public` on what runs: the function, or the method of a class.
"""

import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from flask import Blueprint, Flask
from flask.views import MethodView, View

from ..core.errors import PolicyError, PolicyProblem
from ..core.problems import problem
from ..scopes.declarations import blueprint_names, scope_name
from ..scopes.decorators import (
    Decoration,
    LiveDecorations,
    decorations_by_class,
    decorations_on,
    decorations_on_view,
    require_view,
    view_class_of,
)
from ..scopes.misplaced_decorators import misplaced_decorations
from .verification import Needs

Declaration: TypeAlias = Needs | None
"""The needs of a `required` or `protect`; None for `public` and `open`."""

PUBLIC: Final = None

_PlacedMark: TypeAlias = tuple[type, Decoration]
"""A decoration and the class it belongs to; `object` for a plain function."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """The sum of the decorations on a view.

    :ivar public: whether the view is public.
    :ivar needs: the needs of each `required` that applies, those of base classes first.
    """

    public: bool
    needs: tuple[Needs, ...]


class Declarations:
    """Everything that is declared through one `Access` object; the owner of its decorations.

    :param default: ``"public"`` or ``"required"``.
    """

    def __init__(self, default: str) -> None:
        self._default = default
        self._decorations = LiveDecorations()
        self._blueprints: weakref.WeakKeyDictionary[Blueprint, Declaration] = (
            weakref.WeakKeyDictionary()
        )

    # Declare.

    def new_decoration(self, target: Callable[..., Any], declaration: Declaration) -> Decoration:
        """Return a decoration with the `declaration` for `target`.

        :raises PolicyError: if `target` is no view, or the opposite is declared for it.
        """
        require_view(target)
        if isinstance(target, type):  # its bases may differ
            before = [
                decoration for each, decoration in decorations_by_class(target) if each is target
            ]
        else:
            before = [*decorations_on(target)]
        for decoration in before:
            if decoration.owner is self and (decoration.value is PUBLIC) != (declaration is PUBLIC):
                raise PolicyError([_contradiction(target)])
        decoration = Decoration(self, declaration, target)
        self._decorations.add(decoration)
        return decoration

    def check_class(self, view_class: type[View]) -> None:
        """Raise :exc:`PolicyError` if a method of `view_class` is both public and required."""
        for method in sorted(view_class.methods or {"GET"}):
            self._of_parts(view_class, (), method)

    def add_blueprint(self, blueprint: Blueprint, declaration: Declaration) -> None:
        """Record the `declaration` about `blueprint`."""
        self._blueprints[blueprint] = declaration

    def has_blueprint(self, blueprint: Blueprint, declaration: Declaration) -> bool:
        """Return whether the `declaration` about `blueprint` is recorded.

        :raises PolicyError: if a different one is.
        """
        if not self.covers(blueprint):
            return False
        if self._blueprints[blueprint] != declaration:
            raise PolicyError([problem("access-duplicate", "blueprint", scope_name(blueprint))])
        return True

    def covers(self, blueprint: object) -> bool:
        """Return whether `blueprint` is protected or open."""
        return blueprint in self._blueprints

    # Read.

    def of_endpoint(self, app: Flask, endpoint: str, method: str) -> tuple[Needs, ...] | None:
        """Return the needs of each declaration that applies to an endpoint of a guarded app.

        None means that nothing is declared, and that the default is public.

        :raises PolicyError: if the view is both public and required.
        """
        own = self.of_view(app.view_functions[endpoint], method)
        if own.public:
            return ()
        around: list[Needs] = []
        declared = bool(own.needs)
        for name in blueprint_names(endpoint):
            blueprint: Any = app.blueprints.get(name)
            if self.covers(blueprint):
                declaration = self._blueprints[blueprint]
                around = [] if declaration is None else [*around, declaration]
                declared = True
        if declared:
            return (*around, *own.needs)
        return ((),) if self._default == "required" else None

    def of_view(self, view: Callable[..., Any], method: str) -> Requirement:
        """Return what the decorations on `view` require of a request with `method`.

        :raises PolicyError: if the view is both public and required.
        """
        return self._of_parts(view_class_of(view), decorations_on(view), method)

    def _of_parts(
        self, view_class: type[View] | None, on_function: Iterable[Decoration], method: str
    ) -> Requirement:
        on_classes = [] if view_class is None else self._own(decorations_by_class(view_class))
        on_what_runs = self._own(_on_methods(view_class, method))
        on_what_runs += self._own((view_class or object, decoration) for decoration in on_function)
        needs = [
            decoration.value for _, decoration in on_what_runs if decoration.value is not PUBLIC
        ]
        # A method that is required itself is not public, even if its class is.
        placed = [] if needs else [*on_what_runs, *on_classes]
        public = [each for each, decoration in placed if decoration.value is PUBLIC]
        required = [
            (each, decoration.value)
            for each, decoration in on_classes
            if decoration.value is not PUBLIC and not any(issubclass(one, each) for one in public)
        ]
        if public and required:
            what = f"{_name_of(public[0])} is public, {_name_of(required[0][0])} is required"
            raise PolicyError([_contradiction(view_class, f"{method} of ", f": {what}")])
        return Requirement(bool(public), (*(declaration for _, declaration in required), *needs))

    def _own(self, decorations: Iterable[_PlacedMark]) -> list[_PlacedMark]:
        return [(each, decoration) for each, decoration in decorations if decoration.owner is self]

    def problems(self, app: Flask) -> list[PolicyProblem]:
        """Return every problem that makes all requests to a guarded `app` fail."""
        return [*misplaced_decorations(app, self._decorations), *self.contradictions(app)]

    def contradictions(self, app: Flask) -> list[PolicyProblem]:
        """Return a problem for each view and method that is both public and required."""
        found: list[PolicyProblem] = []
        for rule in app.url_map.iter_rules():
            view: Any = app.view_functions.get(rule.endpoint)
            # The decorators refuse it on a function.
            for method in sorted(rule.methods or ()) if view_class_of(view) else ():
                try:
                    self.of_view(view, method)
                except PolicyError as error:
                    found.extend(error.errors)
        return list(dict.fromkeys(found))


def marks_for(view: Callable[..., Any], method: str) -> list[Decoration]:
    """Return every decoration that could matter for a request with `method`, whoever made it."""
    view_class = view_class_of(view)
    on_methods = [decoration for _, decoration in _on_methods(view_class, method)]
    return [*decorations_on_view(view), *on_methods]


def _on_methods(view_class: type[View] | None, method: str) -> Iterator[_PlacedMark]:
    """Yield the decorations on the methods that run, each with its method's class."""
    if view_class is None:
        return
    names = ["dispatch_request"]
    if issubclass(view_class, MethodView):
        # Flask runs `get` for HEAD if the class has no `head`.
        for_head = method == "HEAD" and getattr(view_class, "head", None) is None
        names.append("get" if for_head else method.lower())
    for name in names:
        for decoration in decorations_on(getattr(view_class, name, None)):
            defining = (each for each in view_class.__mro__ if name in vars(each))
            yield next(defining, object), decoration


def _contradiction(target: object, method: str = "", what: str = "") -> PolicyProblem:
    name = _name_of(target)
    facts = {"plain": f"{method}view {name!r}", "what": what}
    return problem("access-contradiction", "view", f"{method}{name}", **facts)


def _name_of(target: object) -> str:
    name: str = getattr(target, "__qualname__", repr(target))
    return name
