"""Decorations: what a decorator records on a view, kept there until the app is known.

Decorating returns a new function and leaves the old one as it was, so that the same function can be
used elsewhere undecorated. A view class is decorated itself, and its subclasses with it.
"""

import functools
import inspect
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar, cast

from flask import Flask
from flask.views import MethodView, View

from ..core.errors import PolicyError
from ..core.problems import problem

ATTRIBUTE: Final = "__flask_crossorigin_marks__"


Target = TypeVar("Target", bound=Callable[..., Any])


ViewFunction = Callable[..., Any]


class Decoration:
    """One use of a decorator; compared by identity.

    :ivar owner: the object whose decorator was used.
    :ivar value: the decorator's arguments, in a form that the owner reads.
    """

    __slots__ = ("_target", "owner", "value")

    def __init__(self, owner: object, value: Any, target: ViewFunction) -> None:
        self.owner = owner
        self.value = value
        self._target: Callable[[], ViewFunction | None] = _reference(target)

    @property
    def target(self) -> ViewFunction | None:
        """The decorated function or class; None once nothing else refers to it."""
        return self._target()


class LiveDecorations:
    """The decorations of one owner, each for as long as its target exists.

    A decoration whose own result was thrown away stays, because the app may still run its target.
    """

    def __init__(self) -> None:
        self._decorations: dict[int, tuple[Decoration, object]] = {}

    def add(self, decoration: Decoration) -> None:
        """Add `decoration`."""
        forget = functools.partial(_forget, self._decorations, id(decoration))
        self._decorations[id(decoration)] = (
            decoration,
            _reference(cast("ViewFunction", decoration.target), forget),
        )

    def __iter__(self) -> Iterator[Decoration]:
        return iter([decoration for decoration, _ in list(self._decorations.values())])


def _reference(
    target: ViewFunction, callback: Callable[[Any], None] | None = None
) -> Callable[[], ViewFunction | None]:
    """Return a weak reference to `target`, or a strong one if its type has no weak ones."""
    try:
        return weakref.ref(target, callback)
    except TypeError:
        return lambda: target


def _forget(decorations: dict[int, tuple[Decoration, object]], key: int, _: object) -> None:
    decorations.pop(key, None)


def require_view(target: object) -> None:
    """Raise :exc:`PolicyError` unless `target` is a function or a view class."""
    is_view_class = isinstance(target, type) and issubclass(target, View)
    is_function = callable(target) and not isinstance(target, (type, Flask))
    if not (is_view_class or is_function):
        raise PolicyError([problem("decorator-target", "view", target)])


def decorated(
    target: Target, decoration: Decoration, before: Callable[[], Any] | None = None
) -> Target:
    """`target` with `decoration` on it; an async function stays one.

    :param before: called ahead of each call of the function; what it answers other than None
        is answered instead. Not for classes.
    """
    if isinstance(target, type):
        setattr(target, ATTRIBUTE, (*vars(target).get(ATTRIBUTE, ()), decoration))
        return cast("Target", target)
    wrapper = wrap(target, before or _nothing)
    setattr(wrapper, ATTRIBUTE, (*decorations_on(target), decoration))
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


def decorations_on(function: object) -> tuple[Decoration, ...]:
    """The decorations on a function, the innermost first."""
    return attribute_of(function, ATTRIBUTE) or ()


def decorations_on_class(view_class: type) -> tuple[Decoration, ...]:
    """The decorations on a view class, those of its bases first."""
    return tuple(decoration for _, decoration in decorations_by_class(view_class))


def decorations_by_class(view_class: type) -> Iterator[tuple[type, Decoration]]:
    """Yield each decoration on a view class and its bases, with the class it is on; bases first."""
    for each in reversed(view_class.__mro__):
        for decoration in vars(each).get(ATTRIBUTE, ()):
            yield each, decoration


def decorations_on_view(view: ViewFunction) -> tuple[Decoration, ...]:
    """The decorations on what an endpoint runs: on its view class, then on the function."""
    view_class = view_class_of(view)
    if view_class is None:
        return decorations_on(view)
    return (
        *decorations_on_class(view_class),
        *decorations_on(view_class.dispatch_request),
        *decorations_on(view),
    )


def view_class_of(view: ViewFunction) -> type[View] | None:
    """The view class that `view` was made from by ``as_view``, or None."""
    found: type[View] | None = getattr(view, "view_class", None)
    return found


def method_function(view_class: type[View], method: str) -> ViewFunction | None:
    """What a MethodView runs for `method`: for HEAD its ``get``, where it has no ``head``."""
    found: ViewFunction | None = getattr(view_class, method.lower(), None)
    if found is None and method == "HEAD":
        return method_function(view_class, "GET")
    return found


def method_functions(
    view: ViewFunction, methods: Iterable[str]
) -> Iterator[tuple[str, ViewFunction]]:
    """Those of `methods` that the class of `view` tells apart, each with its function."""
    view_class = view_class_of(view)
    if view_class is None or not issubclass(view_class, MethodView):
        return
    for method in sorted(methods):
        function = method_function(view_class, method)
        if function is not None:
            yield method, function


def attribute_of(thing: object, name: str) -> Any:
    """The attribute `name`, or None where `thing` has none or fails to say."""
    try:
        return getattr(thing, name, None)
    except Exception:  # noqa: BLE001 - it is the user's object, and only looked at
        return None
