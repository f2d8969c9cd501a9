"""Marks: what a decorator states about a view, kept on the view until the app is known.

Decorating answers a new function and leaves the old one as it was, so that the same function
can serve elsewhere without the mark. A view class is marked itself, and its subclasses with it.
"""

import functools
import inspect
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar, cast

from flask import Flask
from flask.views import MethodView, View
from werkzeug.local import LocalProxy

from .core.errors import PolicyError, PolicyProblem
from .core.problems import problem

ATTRIBUTE: Final = "__flask_crossorigin_marks__"

Target = TypeVar("Target", bound=Callable[..., Any])
ViewFunction = Callable[..., Any]


class Mark:
    """One use of a decorator; compared by identity.

    :ivar owner: the object whose decorator was used.
    :ivar statement: the decorator's arguments, in a form that the owner reads.
    """

    __slots__ = ("_target", "owner", "statement")

    def __init__(self, owner: object, statement: Any, target: ViewFunction) -> None:
        self.owner = owner
        self.statement = statement
        self._target: Callable[[], ViewFunction | None] = _reference(target)

    @property
    def target(self) -> ViewFunction | None:
        """The decorated function or class; None once nothing else refers to it."""
        return self._target()


class LiveMarks:
    """The marks of one owner, each for as long as its target exists.

    A mark whose own result was thrown away stays, because the app may still run its target.
    """

    def __init__(self) -> None:
        self._marks: dict[int, tuple[Mark, object]] = {}

    def add(self, mark: Mark) -> None:
        """Add `mark`."""
        forget = functools.partial(_forget, self._marks, id(mark))
        self._marks[id(mark)] = (mark, _reference(cast("ViewFunction", mark.target), forget))

    def __iter__(self) -> Iterator[Mark]:
        return iter([mark for mark, _ in list(self._marks.values())])


def _reference(
    target: ViewFunction, callback: Callable[[Any], None] | None = None
) -> Callable[[], ViewFunction | None]:
    """Return a weak reference to `target`, or a strong one if its type has no weak ones."""
    try:
        return weakref.ref(target, callback)
    except TypeError:
        return lambda: target


def _forget(marks: dict[int, tuple[Mark, object]], key: int, _: object) -> None:
    marks.pop(key, None)


def require_view(target: object) -> None:
    """Raise :exc:`PolicyError` unless `target` is a function or a view class."""
    is_view_class = isinstance(target, type) and issubclass(target, View)
    is_function = callable(target) and not isinstance(target, (type, Flask))
    if not (is_view_class or is_function):
        raise PolicyError([problem("decorator-target", "view", target)])


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
    return tuple(mark for _, mark in marks_by_class(view_class))


def marks_by_class(view_class: type) -> Iterator[tuple[type, Mark]]:
    """Yield each mark on a view class and its bases, with the class it is on; bases first."""
    for each in reversed(view_class.__mro__):
        for mark in vars(each).get(ATTRIBUTE, ()):
            yield each, mark


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
                problems.append(problem("decorator-without-effect", "view", name, **facts))
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
        # A method that a subclass overrides is not run.
        attributes = {}
        for each in reversed(view_class.__mro__):
            attributes.update(vars(each))
        yield from attributes.values()


def _own(thing: object, name: str) -> Any:
    """The attribute `name`, or None where `thing` has none or fails to say."""
    try:
        return getattr(thing, name, None)
    except Exception:  # noqa: BLE001 - it is the user's object, and only looked at
        return None
