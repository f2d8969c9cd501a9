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
from flask.views import MethodView, View
from werkzeug.local import LocalProxy

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
    is_function = callable(target) and not isinstance(target, (type, Flask))
    if not (is_view_class or is_function):
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
    return _own(function, ATTRIBUTE) or ()


def marks_on_class(view_class: type) -> tuple[Mark, ...]:
    """The marks on a view class, those of its bases first."""
    found: list[Mark] = []
    for each in reversed(view_class.__mro__):
        found.extend(vars(each).get(ATTRIBUTE, ()))
    return tuple(found)


def marks_on_view(view: ViewFunction) -> tuple[Mark, ...]:
    """The marks on what an endpoint runs: on its view class, then on the function."""
    view_class = class_of(view)
    if view_class is None:
        return marks_on(view)
    return (*marks_on_class(view_class), *marks_on(view_class.dispatch_request), *marks_on(view))


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


def method_functions(
    view: ViewFunction, methods: Iterable[str]
) -> Iterator[tuple[str, ViewFunction]]:
    """Those of `methods` that the class of `view` tells apart, each with its function."""
    view_class = class_of(view)
    if view_class is None or not issubclass(view_class, MethodView):
        return
    for method in sorted(methods):
        function = method_of(view_class, method)
        if function is not None:
            yield method, function


def lost_marks(app: Flask, marks: Iterable[Mark]) -> list[PolicyProblem]:
    """The problems of those `marks` that nothing reads, though `app` runs their target.

    Marks of views that `app` does not have (of a blueprint registered elsewhere, say) are no
    problem of this app's.
    """
    read = carried_marks(app)
    missing = [mark for mark in marks if mark not in read]
    if not missing:
        return []
    problems: list[PolicyProblem] = []
    for where, function in _run_by(app):
        reached = list(_reachable(function))
        # The same function may be marked anew for each app that a factory makes.
        here = {mark.target for each in reached for mark in marks_on(each) if mark in read}
        for mark in missing:
            if mark.target not in here and any(
                each is mark.target or mark in marks_on(each) for each in reached
            ):
                name = getattr(mark.target, "__qualname__", repr(mark.target))
                facts = {"app": repr(app.name), "where": where}
                problems.append(problem("mark-lost", "view", name, **facts))
    return problems


def carried_marks(app: Flask) -> set[Mark]:
    """Every mark on the views of `app`, on their classes, and on the methods their rules have."""
    found: set[Mark] = set()
    for view in app.view_functions.values():
        found.update(marks_on_view(view))
    for rule in app.url_map.iter_rules():
        run = app.view_functions.get(rule.endpoint)
        for _, function in () if run is None else method_functions(run, rule.methods or ()):
            found.update(marks_on(function))
    return found


def _run_by(app: Flask) -> Iterator[tuple[str, ViewFunction]]:
    """What `app` runs that may have a mark on it, and where."""
    for endpoint, view in app.view_functions.items():
        yield f"at endpoint {endpoint!r}", view
    for by_code in app.error_handler_spec.values():
        for by_class in by_code.values():
            for handler in by_class.values():
                yield "in an error handler", handler


def _reachable(function: ViewFunction) -> Iterator[Any]:
    """`function` and those that it seems to call: wrapped, bound, closed over or held."""
    seen: set[int] = set()
    waiting: list[Any] = [function]
    while waiting:
        each = waiting.pop()
        # A proxy (`type` tells) would be asked for what it stands for, which is not there yet.
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
    for cell in _own(function, "__closure__") or ():
        try:
            yield cell.cell_contents
        except ValueError:  # a name that was never bound
            continue
    yield _own(function, "__func__")
    # What a wrapper keeps as its own: __wrapped__, or the attributes of a decorating object.
    attributes = _own(function, "__dict__") or {}
    yield from attributes.values()
    view_class = attributes.get("view_class")
    if view_class is not None:
        for each in view_class.__mro__:
            yield from vars(each).values()


def _own(thing: object, name: str) -> Any:
    """The attribute `name`, or None where `thing` has none or fails to say."""
    try:
        return getattr(thing, name, None)
    except Exception:  # noqa: BLE001 - it is the user's object, and only looked at
        return None
