"""Marks: what a decorator states about a view, kept on the view until the app is known.

Decorating answers a new function and leaves the old one as it was, so that the same function
can serve elsewhere without the mark. A view class is marked itself, and its subclasses with it.
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from flask import Flask
from flask.views import View

from .core.errors import PolicyError, PolicyProblem, problem

ATTRIBUTE: Final = "__flask_crossorigin_marks__"

Target = TypeVar("Target", bound=Callable[..., Any])
ViewFunction = Callable[..., Any]


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """What one use of a decorator states.

    :ivar owner: the object whose decorator it is.
    :ivar statement: what it states, for the owner to read.
    :ivar target: the function or class it was used on.
    """

    owner: object
    statement: Any
    target: Callable[..., Any]


def require_view(target: object) -> None:
    """Raise :exc:`PolicyError` unless `target` is a function or a view class."""
    is_view_class = isinstance(target, type) and issubclass(target, View)
    if not callable(target) or (isinstance(target, type) and not is_view_class):
        raise PolicyError([problem("mark-target", "view", target)])


def marked(target: Target, mark: Mark, before: Callable[[], Any] | None = None) -> Target:
    """`target` with `mark` on it; an async function stays one.

    :param before: called ahead of each call of the function; what it answers other than None
        is answered instead. Not for classes.
    """
    if isinstance(target, type):
        setattr(target, ATTRIBUTE, (*vars(target).get(ATTRIBUTE, ()), mark))
        return cast("Target", target)
    wrapper = wrap(target, before or _nothing)
    setattr(wrapper, ATTRIBUTE, (*marks_on(target), mark))
    return wrapper


def _nothing() -> None:
    return None


def wrap(function: Target, before: Callable[[], Any]) -> Target:
    """`function` with `before` called ahead of it; an async function stays one."""

    @functools.wraps(function)
    async def asynchronous(*args: Any, **kwargs: Any) -> Any:
        answer = before()
        return await function(*args, **kwargs) if answer is None else answer

    @functools.wraps(function)
    def synchronous(*args: Any, **kwargs: Any) -> Any:
        answer = before()
        return function(*args, **kwargs) if answer is None else answer

    return cast("Target", asynchronous if inspect.iscoroutinefunction(function) else synchronous)


def marks_on(function: object) -> tuple[Mark, ...]:
    """The marks on a function, the innermost first."""
    return tuple(getattr(function, ATTRIBUTE, ()))


def marks_on_class(view_class: type) -> tuple[Mark, ...]:
    """The marks on a view class, those of its bases first."""
    found: list[Mark] = []
    for each in reversed(view_class.__mro__):
        found.extend(vars(each).get(ATTRIBUTE, ()))
    return tuple(found)


def marks_on_view(view: ViewFunction) -> tuple[Mark, ...]:
    """The marks on what an endpoint runs: on its view class, then on the function."""
    view_class = class_of(view)
    return (*(marks_on_class(view_class) if view_class else ()), *marks_on(view))


def class_of(view: ViewFunction) -> type[View] | None:
    """The view class that `view` was made from by ``as_view``, or None."""
    found: type[View] | None = getattr(view, "view_class", None)
    return found


def method_of(view_class: type[View], method: str) -> ViewFunction | None:
    """What a MethodView runs for `method`: for HEAD its ``get``, where it has no ``head``."""
    found: ViewFunction | None = getattr(view_class, method.lower(), None)
    if found is None and method == "HEAD":
        return method_of(view_class, "GET")
    return found


def method_functions(view: ViewFunction) -> Iterator[tuple[str, ViewFunction]]:
    """The methods that the class of `view` tells apart, each with its function."""
    view_class = class_of(view)
    methods = set(getattr(view_class, "methods", None) or ())
    for method in sorted(methods | ({"HEAD"} if "GET" in methods else set())):
        if view_class is not None and (function := method_of(view_class, method)) is not None:
            yield method, function


def carried(view: ViewFunction) -> set[Mark]:
    """Every mark on `view`, its class and its methods."""
    found = set(marks_on_view(view))
    for _, function in method_functions(view):
        found.update(marks_on(function))
    return found


def lost_marks(app: Flask, marks: Iterable[Mark]) -> list[PolicyProblem]:
    """The problems of those `marks` that no view of `app` carries though it runs their target.

    Marks of views that `app` does not have (of a blueprint registered elsewhere, say) are no
    problem of this app's.
    """
    on_views: set[Mark] = set()
    for view in app.view_functions.values():
        on_views |= carried(view)
    missing = [mark for mark in marks if mark not in on_views]
    if not missing:
        return []
    problems: list[PolicyProblem] = []
    for endpoint, view in app.view_functions.items():
        reached = list(_reachable(view))
        for mark in missing:
            if any(each is mark.target or mark in marks_on(each) for each in reached):
                name = getattr(mark.target, "__qualname__", repr(mark.target))
                facts = {"app": repr(app.name), "endpoint": repr(endpoint)}
                problems.append(problem("mark-lost", "view", name, **facts))
    return problems


def _reachable(view: ViewFunction) -> Iterator[object]:
    """`view` and the functions that it seems to call: wrapped, bound, closed over or held."""
    seen: set[int] = set()
    waiting: list[object] = [view]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or not callable(each) or isinstance(each, Flask):
            continue
        seen.add(id(each))
        yield each
        waiting.extend(_held(each))


def _held(function: Any) -> Iterator[object]:
    if isinstance(function, type):
        return
    if isinstance(function, functools.partial):
        yield function.func
    for cell in getattr(function, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:  # a name that was never bound
            continue
    yield getattr(function, "__func__", None)
    # What a wrapper keeps as its own: __wrapped__, or the attributes of a decorating object.
    yield from getattr(function, "__dict__", {}).values()
    for _, method in method_functions(function):
        yield method
