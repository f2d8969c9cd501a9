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

ATTRIBUTE: Final = "__flask_crossorigin_decorations__"

Target = TypeVar("Target", bound=Callable[..., Any])
ViewFunction = Callable[..., Any]


class Decoration:
    """One use of a decorator; compared by identity.

    :ivar owner: the object whose decorator was used.
    :ivar value: the decorator's arguments, in a form that the owner reads.
    """

    __slots__ = ("_target", "owner", "value")

    def __init__(self, owner: object, value: Any, target: ViewFunction) -> None:
        self.owner: object = owner
        self.value: Any = value
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

    def discard(self, decorations: Iterable[Decoration]) -> None:
        """Remove `decorations`, as far as they are there."""
        for decoration in decorations:
            self._decorations.pop(id(decoration), None)

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
    """Return `target` with `decoration` on it; an async function stays one.

    :param before: is called before each call of the function. If it returns anything but None,
        that is returned, and the function is not called. Not for classes.
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
    """Return `function` with `before` called before it; an async function stays one."""

    @functools.wraps(function)
    async def asynchronous(*args: Any, **kwargs: Any) -> Any:
        instead = before()
        return await function(*args, **kwargs) if instead is None else instead

    @functools.wraps(function)
    def synchronous(*args: Any, **kwargs: Any) -> Any:
        instead = before()
        return function(*args, **kwargs) if instead is None else instead

    return cast("Target", asynchronous if inspect.iscoroutinefunction(function) else synchronous)


def wrap_as_view(view_class: type[View], before: Callable[[type[View], ViewFunction], Any]) -> None:
    """Let views that are made of `view_class`, or of a subclass, call `before` first.

    :param before: as for :func:`wrap`; called with the class that the view is made of, and the
        view.
    """
    original = vars(view_class).get("as_view")

    def as_view(made_of: type[View], *args: Any, **kwargs: Any) -> ViewFunction:
        # By `made_of`, which may have methods and bases of its own.
        if original is None:
            # Not `view_class`: a decorator such as `dataclass` may have made a copy of it.
            here = next(each for each in made_of.__mro__ if vars(each).get("as_view") is method)
            make = cast("Any", super(here, made_of)).as_view
        else:
            make = original.__get__(None, made_of)
        view: ViewFunction = make(*args, **kwargs)
        return wrap(view, lambda: before(made_of, view))

    method = classmethod(as_view)
    view_class.as_view = method  # type: ignore[assignment,method-assign]


def decorations_on(function: object) -> tuple[Decoration, ...]:
    """Return the decorations on a function, the innermost first."""
    return attribute_of(function, ATTRIBUTE) or ()


def decorations_on_class(view_class: type) -> tuple[Decoration, ...]:
    """Return the decorations on a view class, those of its bases first."""
    return tuple(decoration for _, decoration in decorations_by_class(view_class))


def decorations_by_class(view_class: type) -> Iterator[tuple[type, Decoration]]:
    """Yield each decoration on a view class and its bases, with the class it is on; bases first."""
    for each in reversed(view_class.__mro__):
        for decoration in vars(each).get(ATTRIBUTE, ()):
            yield each, decoration


def decorations_on_view(view: ViewFunction) -> tuple[Decoration, ...]:
    """Return the decorations on an endpoint's view class, then those on its function."""
    view_class = view_class_of(view)
    if view_class is None:
        return decorations_on(view)
    return (
        *decorations_on_class(view_class),
        *decorations_on(view_class.dispatch_request),
        *decorations_on(view),
    )


def view_class_of(view: ViewFunction) -> type[View] | None:
    """Return the view class whose ``as_view`` made `view`, or None."""
    found: type[View] | None = getattr(view, "view_class", None)
    return found


def method_function(view_class: type[View], method: str) -> ViewFunction | None:
    """Return the function of a MethodView for `method`; for HEAD its ``get`` without a ``head``."""
    found: ViewFunction | None = getattr(view_class, method.lower(), None)
    if found is None and method == "HEAD":
        return method_function(view_class, "GET")
    return found


def method_functions(
    view: ViewFunction, methods: Iterable[str]
) -> Iterator[tuple[str, ViewFunction]]:
    """Yield the `methods` for which the class of `view` has a function, with that function."""
    view_class = view_class_of(view)
    if view_class is None or not issubclass(view_class, MethodView):
        return
    for method in sorted(methods):
        function = method_function(view_class, method)
        if function is not None:
            yield method, function


def attribute_of(thing: object, name: str) -> Any:
    """Return the attribute `name`, or None if `thing` has none or raises."""
    try:
        return getattr(thing, name, None)
    except Exception:  # noqa: BLE001 - a user's object may raise anything
        return None
