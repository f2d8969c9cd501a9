"""Verification: call the user's `verify`, and read the value that it returns."""

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from types import EllipsisType, ModuleType, NotImplementedType
from typing import Any, Final, TypeAlias

from flask import Request
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from ..context import current_flask_request
from ..core.errors import PolicyProblem
from ..core.origin_predicates import is_async_or_generator
from ..core.problems import problem
from .exceptions import AccessUnauthenticated

Needs: TypeAlias = tuple[str, ...]
Verify: TypeAlias = Callable[..., Any]
"""``verify(request, *needs)`` returns the user, or a false value if nobody is signed in."""

_KEY: Final = "flask_crossorigin.access"
_FLAG: Final = "is_authenticated"
_NO_USERS: Final = (
    type,
    functools.partial,
    range,
    BaseException,
    EllipsisType,
    NotImplementedType,
    ModuleType,
    Iterator,
    AsyncIterator,
)
"""Types of values that are true but never a user: a call is missing, or an operand is wrong."""


@dataclass(slots=True)
class _Memory:
    """The successes of one verifier in one request."""

    users: dict[Needs, Any] = field(default_factory=dict)
    last_user: Any = None


class Verifier:
    """Calls `verify`, once per request for equal needs that it confirms.

    A success is remembered for the request. A refusal is not: `verify` is called again if the
    app dispatches the request again.

    :param verify: the user's function.
    :param challenge: the ``WWW-Authenticate`` header of a 401, or None.
    """

    def __init__(self, verify: Verify, challenge: str | None) -> None:
        self.verify = verify
        self._challenge = challenge

    def confirm(self, needs: Needs) -> Response | None:
        """Return None if a user with these `needs` is signed in.

        Return the response if `verify` returns one. Raise its exception, or a 401 if there is
        no user.
        """
        request = current_flask_request()
        memory = self._memory(request)
        if needs not in memory.users:
            value = self.verify(request, *needs)
            user = _user_in(value)
            if isinstance(user, Response):
                return user
            if user is None:
                raise AccessUnauthenticated(self._challenge)
            memory.users[needs] = user
        memory.last_user = memory.users[needs]
        return None

    @property
    def user(self) -> Any:
        """The user whom `verify` returned last in this request, or None."""
        return self._memory(current_flask_request()).last_user

    def _memory(self, request: Request) -> _Memory:
        # BoundedCache on the request: an app context can outlive it, and a view can make a second
        # request from a copy of the environment.
        memories: dict[Verifier, _Memory] = vars(request).setdefault(_KEY, {})
        if self not in memories:
            memories[self] = _Memory()
        return memories[self]

    def takes(self, needs: Needs) -> bool:
        """Return whether `verify` can be called with these `needs`."""
        return _takes(self.verify, 1 + len(needs))


def _user_in(value: Any) -> Any:
    """Return the user or the response that `value` is, or None for nobody.

    :raises TypeError: if `value` is true but can't be a user.
    """
    if isinstance(value, LocalProxy):  # Flask-Login's current_user is one
        value = value._get_current_object()
    if isinstance(value, HTTPException):
        raise value
    if isinstance(value, Response):
        return value
    if inspect.iscoroutine(value):
        value.close()  # or Python warns that it was never awaited
    if type(value) is tuple:
        raise TypeError("verify returned a tuple; return an object, or a response made of it")
    is_authenticated = _is_authenticated(value)
    if (
        inspect.isawaitable(value)
        or inspect.isroutine(value)
        or isinstance(value, _NO_USERS)
        or callable(is_authenticated)
    ):
        raise TypeError(f"verify returned {value!r}, which is no user; is a call missing?")
    # Flask-Login's anonymous user is nobody, and so is the text of an empty session.
    return value if value and is_authenticated else None


def _is_authenticated(value: Any) -> Any:
    """Return the attribute ``is_authenticated`` of `value`, or True if it has none."""
    try:
        return value.is_authenticated
    except AttributeError as error:
        # A property that fails by this exception is no absent attribute, also behind a proxy.
        failed = error.name not in (None, _FLAG)
        if failed or any(_FLAG in vars(each) for each in type(value).__mro__):
            raise
        return True


def argument_problems(verify: object, default: object, challenge: object) -> list[PolicyProblem]:
    """Return every problem with the arguments of an `Access`."""
    problems: list[PolicyProblem] = []
    method = getattr(verify, "__call__", None)  # noqa: B004 - the method itself is inspected
    if is_async_or_generator(verify) or is_async_or_generator(method):
        problems.append(problem("access-verify-async", "verify", verify))
    elif not callable(verify) or isinstance(verify, type) or not _takes(verify, 1):
        problems.append(problem("access-verify", "verify", verify))
    if default not in ("public", "required"):
        problems.append(problem("access-default", "default", default))
    if challenge is not None and not (
        isinstance(challenge, str) and challenge and challenge.isascii() and challenge.isprintable()
    ):
        problems.append(problem("access-challenge", "www_authenticate", challenge))
    return problems


def _takes(function: Callable[..., Any], count: int) -> bool:
    """Return whether `function` can be called with `count` positional arguments."""
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except ValueError:  # some built-in functions have no signature
        return True
    return True
