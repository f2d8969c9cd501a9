"""Origin functions: users' callables that allow or deny an origin, checked at start-up."""

import inspect
import re
from collections.abc import Callable, Sized
from typing import Any, NamedTuple, Protocol, cast, runtime_checkable

from .errors import PolicyProblem
from .problems import problem
from .text import printable


@runtime_checkable
class AllowsOrigins(Protocol):
    """An object whose method ``allows(origin)`` or ``allows(origin, request)`` checks origins."""

    def allows(self, origin: str, /) -> object:
        """Return whether the well-formed `origin` is allowed."""


OriginFunction = Callable[[str], object] | Callable[[str, Any], object]
"""``f(origin)``, or ``f(origin, request)`` if the result depends on the request."""


class OriginPredicate(NamedTuple):
    """An origin function, ready to be called.

    :ivar written: the entry of `Policy.origins`: a function, or an object with `allows`.
    :ivar function: the callable.
    :ivar takes_request: whether the callable takes the framework's request too.
    """

    written: Any
    function: Callable[..., object]
    takes_request: bool

    def allows(self, origin: str, make_request: Callable[[], object]) -> bool:
        """Call the function for the well-formed `origin` and return whether it allows it.

        :param make_request: called only if the function takes the request.
        :raises TypeError: if the function returns anything but a boolean, a number, None, a match
            of a regular expression or an empty container. Other objects are true whatever they
            contain: an awaitable, an iterator, a database query that was never run.

        Exceptions of the function are not caught.
        """
        if self.takes_request:
            result = self.function(origin, make_request())
        else:
            result = self.function(origin)
        if inspect.iscoroutine(result):
            result.close()  # or Python warns that it was never awaited
        elif result is None or isinstance(result, (bool, int, float, re.Match)):
            return bool(result)
        elif isinstance(result, Sized) and len(result) == 0:
            return False
        raise TypeError(f"{self.written!r} returned {result!r}; it must return True or False")


def make_predicate(item: object) -> OriginPredicate | PolicyProblem | None:
    """Return the predicate for an entry of origins, its problem, or None for other entries."""
    if isinstance(item, re.Pattern):
        return problem("origins-regex", "origins", item)
    if isinstance(item, type):
        return problem("origins-callable-class", "origins", item)
    function: object = item.allows if isinstance(item, AllowsOrigins) else item
    if not callable(function):
        return None
    if _is_unsafe_pattern_method(function):
        return problem("origins-regex", "origins", item)
    method = getattr(function, "__call__", None)  # noqa: B004 - the method itself is inspected
    if is_async_or_generator(function) or is_async_or_generator(method):
        return problem("origins-callable-async", "origins", item)
    takes_request = _takes_request(function)
    if takes_request is None:
        return problem("origins-callable-signature", "origins", item)
    return OriginPredicate(item, cast("Callable[..., object]", function), takes_request)


def origin_as_text(item: object) -> str:
    """Return an item of a policy's origins as text: an origin itself, a function by its name."""
    if isinstance(item, str):
        return item
    named = item if hasattr(item, "__qualname__") else type(item)
    module = getattr(named, "__module__", None)
    name: str = getattr(named, "__qualname__", "")
    return printable(f"function {module}.{name}" if module else f"function {name}")


def is_async_or_generator(function: object) -> bool:
    """Return whether a call of `function` returns an object that must be awaited or iterated."""
    return (
        inspect.iscoroutinefunction(function)
        or inspect.isasyncgenfunction(function)
        or inspect.isgeneratorfunction(function)
    )


def _is_unsafe_pattern_method(function: Callable[..., object]) -> bool:
    """Return whether `function` is a method of a regular expression other than `fullmatch`."""
    pattern: object = getattr(function, "__self__", None)
    if not isinstance(pattern, re.Pattern):
        return False
    return getattr(function, "__name__", "") != "fullmatch" or not isinstance(pattern.pattern, str)


def _takes_request(function: Callable[..., object]) -> bool | None:
    """Return whether `function` takes the request; None if it can't be called at all.

    An optional second parameter receives the request only if its name is ``request``.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have no signature
        return False
    positional = [
        each
        for each in signature.parameters.values()
        if each.kind in {each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD}
    ]
    if len(positional) >= 2 and positional[1].name == "request" and _accepts(signature, 2):
        return True
    if _accepts(signature, 1):
        return False
    return True if _accepts(signature, 2) else None


def _accepts(signature: inspect.Signature, count: int) -> bool:
    """Return whether a call with `count` positional arguments fits `signature`."""
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True
