"""Find decorators that have no effect, though the app runs what they decorate."""

import functools
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask
from werkzeug.local import LocalProxy

from ..core.errors import PolicyProblem
from ..core.problems import problem
from .decorators import (
    Decoration,
    ViewFunction,
    attribute_of,
    decorations_on,
    decorations_on_view,
    method_functions,
)


def misplaced_decorations(app: Flask, decorations: Iterable[Decoration]) -> list[PolicyProblem]:
    """Return the problems of `decorations` that have no effect, though `app` runs their target.

    A decorated view that `app` does not have (it may be in another app's blueprint) is no problem.
    """
    effective = effective_decorations(app)
    missing = [decoration for decoration in decorations if decoration not in effective]
    if not missing:
        return []
    problems: list[PolicyProblem] = []
    for where, function in _functions_of(app):
        reached = list(reachable_functions(function))
        # A factory may decorate the same function anew for each app.
        here = {
            decoration.target
            for each in reached
            for decoration in decorations_on(each)
            if decoration in effective
        }
        for decoration in missing:
            if decoration.target not in here and any(
                each is decoration.target or decoration in decorations_on(each) for each in reached
            ):
                name = getattr(decoration.target, "__qualname__", repr(decoration.target))
                facts = {"app": repr(app.name), "where": where}
                problems.append(problem("decorator-without-effect", "view", name, **facts))
    return problems


def effective_decorations(app: Flask) -> set[Decoration]:
    """Return the decorations on the views of `app`, on their classes and their routed methods."""
    found: set[Decoration] = set()
    for view in app.view_functions.values():
        found.update(decorations_on_view(view))
    for rule in app.url_map.iter_rules():
        run = app.view_functions.get(rule.endpoint)
        for _, function in () if run is None else method_functions(run, rule.methods or ()):
            found.update(decorations_on(function))
    return found


def _functions_of(app: Flask) -> Iterator[tuple[str, ViewFunction]]:
    """Yield the functions of `app` that may be decorated, each with its place."""
    for endpoint, view in app.view_functions.items():
        yield f"at endpoint {endpoint!r}", view
    for by_code in app.error_handler_spec.values():
        for by_class in by_code.values():
            for handler in by_class.values():
                yield "in an error handler", handler


def reachable_functions(function: object) -> Iterator[Any]:
    """Yield `function` and those that it seems to call: wrapped, bound, closed over or held."""
    seen: set[int] = set()
    waiting: list[Any] = [function]
    while waiting:
        each = waiting.pop()
        # `type` does not look behind a proxy, which has nothing behind it yet.
        if id(each) in seen or type(each) is LocalProxy or isinstance(each, Flask):
            continue
        seen.add(id(each))
        if callable(each):
            yield each
            waiting.extend(_held(each))


def _held(function: Any) -> Iterator[object]:
    if isinstance(function, type):
        return
    if isinstance(function, functools.partial):
        yield function.func
    for cell in attribute_of(function, "__closure__") or ():
        try:
            yield cell.cell_contents
        except ValueError:  # a name that was never bound
            continue
    yield attribute_of(function, "__func__")
    # What a wrapper keeps as its own: __wrapped__, or the attributes of a decorating object.
    attributes = attribute_of(function, "__dict__") or {}
    yield from attributes.values()
    view_class = attributes.get("view_class")
    if view_class is not None:
        # A method that a subclass overrides is not run.
        attributes = {}
        for each in reversed(view_class.__mro__):
            attributes.update(vars(each))
        yield from attributes.values()
