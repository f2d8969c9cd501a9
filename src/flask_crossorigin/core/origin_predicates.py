"""Functions that answer for an origin, where a list can't: what they are asked, and how."""

import inspect
import re
from collections.abc import Callable, Sized
from dataclasses import dataclass
from typing import Any, Protocol, cast, runtime_checkable

from .errors import PolicyProblem, problem


@runtime_checkable
class AllowsOrigins(Protocol):
    """An object that answers for origins: ``allows(origin)`` or ``allows(origin, request)``."""

    def allows(self, origin: str, /) -> object:
        """Say whether the well-formed `origin` is allowed."""


OriginCallable = Callable[[str], object] | Callable[[str, Any], object]
"""``f(origin)``, or ``f(origin, request)`` where the answer depends on the request."""


@dataclass(frozen=True, slots=True)
class OriginPredicate:
    """A function of the user's, and how it is called.

    :ivar written: what the user wrote in the policy.
    :ivar function: what is called.
    :ivar takes_request: whether it is also given the framework's request.
    """

    written: Any
    function: Callable[..., object]
    takes_request: bool

    def allows(self, origin: str, make_request: Callable[[], object]) -> bool:
        """Ask about the well-formed `origin`.

        Whatever the function raises is passed on. What it answers must be a boolean, a number,
        None or a match: objects that are true whatever they hold (an awaitable, an iterator, a
        database query that was never run) are a TypeError.
        """
        answer = (
            self.function(origin, make_request()) if self.takes_request else self.function(origin)
        )
        if inspect.iscoroutine(answer):
            answer.close()  # or Python warns that it was never awaited
        elif answer is None or isinstance(answer, (bool, int, float, re.Match)):
            return bool(answer)
        elif isinstance(answer, Sized) and len(answer) == 0:
            return False
        raise TypeError(f"{self.written!r} answered with {answer!r}; it must answer True or False")


def adapt(item: object) -> OriginPredicate | PolicyProblem | None:
    """The check that `item` stands for, its problem, or None where it is no function at all."""
    if isinstance(item, re.Pattern):
        return problem("origins-regex", "origins", item)
    if isinstance(item, type):
        return problem("origins-callable-class", "origins", item)
    if isinstance(item, AllowsOrigins):
        function: object = item.allows
    else:
        function = item
    if not callable(function):
        return None
    pattern: object = getattr(function, "__self__", None)
    if isinstance(pattern, re.Pattern) and (
        getattr(function, "__name__", "") != "fullmatch" or not isinstance(pattern.pattern, str)
    ):
        return problem("origins-regex", "origins", item)
    method = getattr(function, "__call__", None)  # noqa: B004 - the method itself is inspected
    if answers_later(function) or answers_later(method):
        return problem("origins-callable-async", "origins", item)
    takes_request = _wants_request(function)
    if takes_request is None:
        return problem("origins-callable-signature", "origins", item)
    return OriginPredicate(item, cast("Callable[..., object]", function), takes_request)


def answers_later(function: object) -> bool:
    """Say whether calling `function` makes an object that must be run to get an answer."""
    return (
        inspect.iscoroutinefunction(function)
        or inspect.isasyncgenfunction(function)
        or inspect.isgeneratorfunction(function)
    )


def _wants_request(function: Callable[..., object]) -> bool | None:
    """Whether `function` asks for the request; None where it can be called neither way.

    A second parameter that need not be given is the request only if it is called so.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions tell nothing of themselves
        return False
    positional = [
        each
        for each in signature.parameters.values()
        if each.kind in {each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD}
    ]
    if len(positional) >= 2 and positional[1].name == "request" and _binds(signature, 2):
        return True
    if _binds(signature, 1):
        return False
    return True if _binds(signature, 2) else None


def _binds(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True
