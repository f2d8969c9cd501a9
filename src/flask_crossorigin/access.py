"""Access: lets a function of the user's verify who may use a view.

It keeps no passwords and reads no tokens: `verify` is a line over a library that does.
"""

import functools
import inspect
import itertools
import weakref
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, TypeAlias, cast, overload

from flask import Blueprint, Flask, request
from flask.views import View
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as WerkzeugResponse

from .core.errors import PolicyError, PolicyProblem, problem
from .core.origin_predicates import answers_later
from .marks import (
    Mark,
    Target,
    class_of,
    lost_marks,
    marked,
    marks_on,
    marks_on_class,
    marks_on_view,
    method_of,
    require_view,
    wrap,
)
from .refusals import AccessDenied, AccessUnauthenticated
from .routing import current_flask_app, current_flask_request, require_app
from .scopes import blueprint_names, name_of

Needs: TypeAlias = tuple[str, ...]
Verify: TypeAlias = Callable[..., Any]
"""``verify(request, *needs)``: the user; what is false if nobody is signed in."""

_PUBLIC: Final = None
"""The statement that anybody may; any other statement is the needs of a user."""


class Access:
    """Who may use which view, as a function of the user's says.

    A refusal is raised as an HTTP exception: 401 (`Access.Unauthenticated`) or 403
    (`Access.Denied`), so that an app's own error handlers can word it.

    :param app: the app to initialise; leave it out and call :meth:`init_app` in a factory.
    :param verify: ``verify(request, *needs)``, called at most once a request for the same
        needs. It answers the user; None, or anything else that is false, if nobody is signed
        in (an object whose ``is_authenticated`` is false is nobody, too); or a response, which is
        sent as it is. It raises `Access.Denied` if the user may not. Any other HTTP
        exception is answered as it is, and what is none is the request's: a 500.
    :param default: what counts for a view that has no mark: ``"public"`` or ``"required"``.
    :param www_authenticate: the challenge that a 401 carries, say ``Bearer``.
    :raises PolicyError: with what is wrong with the arguments.
    """

    Denied: ClassVar[type[AccessDenied]] = AccessDenied
    Unauthenticated: ClassVar[type[AccessUnauthenticated]] = AccessUnauthenticated

    def __init__(
        self,
        app: Flask | None = None,
        *,
        verify: Verify,
        default: Literal["public", "required"] = "public",
        www_authenticate: str | None = None,
    ) -> None:
        _check_arguments(verify, default, www_authenticate)
        self._verify = verify
        self._default = default
        self._challenge = www_authenticate
        self._key = f"flask_crossorigin.access.{id(self)}"
        self._marks: list[Mark] = []
        self._blueprints: weakref.WeakKeyDictionary[Blueprint, Needs | None] = (
            weakref.WeakKeyDictionary()
        )
        self._apps: weakref.WeakSet[Flask] = weakref.WeakSet()
        self._guarded_apps: weakref.WeakSet[Flask] = weakref.WeakSet()
        self._checked_apps: weakref.WeakSet[Flask] = weakref.WeakSet()
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Guard the views of `app` that blueprints or the default protect.

        :raises PolicyError: if `app` is guarded by this object already.
        """
        app = require_app(app)
        if app in self._apps:
            raise PolicyError([problem("access-twice", "app", app.name)])
        self._apps.add(app)
        self._guard_app(app)

    def _guard_app(self, app: Flask) -> None:
        if app not in self._guarded_apps:
            self._guarded_apps.add(app)
            app.before_request(self._guard)
            app.dispatch_request = self._guarded(app.dispatch_request)  # type: ignore[method-assign]

    def _guarded(self, dispatch: Callable[..., Any]) -> Callable[..., Any]:
        """`dispatch`, which runs a view, for what has been guarded.

        A later hook may have changed the request's method, and with it what is run.
        """

        @functools.wraps(dispatch)
        def dispatch_request(*args: Any) -> Any:
            guarded = vars(current_flask_request()).get(f"{self._key}.guarded")
            answer = None if guarded == _about_to_run() else self._guard()
            return dispatch(*args) if answer is None else answer

        return dispatch_request

    @overload
    def required(self, view: Target, /) -> Target: ...
    @overload
    def required(self, *needs: str) -> Callable[[Target], Target]: ...
    def required(self, *needs: Any) -> Any:
        """Mark a view (a function, a View class or a method of one): for users only.

        Bare, or with the needs that `verify` is to be asked about. The mark enforces itself;
        put it right below ``@app.route``: above, it would mark what the app does not run, which
        only :meth:`init_app` can find.

        :raises PolicyError: if `verify` can't be asked that, or the view is public too.
        """
        if len(needs) == 1 and callable(needs[0]):
            return self._require(needs[0], ())
        checked = self._checked(needs)
        return lambda target: self._require(target, checked)

    def public(self, view: Target, /) -> Target:
        """Mark a view (a function, a View class or a method of one): for anybody.

        :raises PolicyError: if the view is required too.
        """
        return marked(view, self._mark(view, _PUBLIC))

    def protect(self, blueprint: Blueprint, *needs: str) -> None:
        """Ask `verify` about `needs` ahead of every view of `blueprint`, nested ones included.

        What a view's own mark needs is asked as well. An app that the blueprint is registered
        on later is guarded by that; one that it is registered on already needs :meth:`init_app`
        first.

        :raises PolicyError: if it can't be asked, comes after the first request, or the blueprint
            is registered and no app that it is on is guarded.
        """
        self._state(blueprint, self._checked(needs))

    def open(self, blueprint: Blueprint) -> None:
        """Leave the views of `blueprint` to anybody, whatever it is nested in.

        :raises PolicyError: if it is protected too, or comes after the first request.
        """
        self._state(blueprint, _PUBLIC)

    @property
    def user(self) -> Any:
        """What `verify` answered last for this request; None where it was not asked.

        :raises RuntimeError: outside of a request.
        """
        return vars(current_flask_request()).get(f"{self._key}.user")

    # What is stated.

    def _mark(self, target: Callable[..., Any], statement: Needs | None) -> Mark:
        require_view(target)
        before = marks_on_class(target) if isinstance(target, type) else marks_on(target)
        for mark in self._own(before):
            if (mark.statement is _PUBLIC) != (statement is _PUBLIC):
                name = getattr(target, "__qualname__", repr(target))
                raise PolicyError([problem("access-contradiction", "view", name)])
        mark = Mark(self, statement, target)
        self._marks.append(mark)
        return mark

    def _require(self, target: Target, needs: Needs) -> Target:
        mark = self._mark(target, needs)
        if not isinstance(target, type):
            return marked(target, mark, lambda: self._enforce(needs))
        marked(target, mark)
        view_class = cast("type[View]", target)
        make = cast("Any", view_class.as_view).__func__

        def as_view(made_of: type[View], *args: Any, **kwargs: Any) -> Any:
            # By the class that is run: a subclass may have methods and dispatching of its own.
            view = make(made_of, *args, **kwargs)
            return wrap(view, lambda: self._enforce_class(made_of, needs))

        view_class.as_view = classmethod(as_view)  # type: ignore[assignment]
        return cast("Target", target)

    def _enforce_class(self, view_class: type[View], needs: Needs) -> Any:
        function = method_of(view_class, request.method)
        return None if self._is_public(marks_on(function)) else self._enforce(needs)

    def _state(self, blueprint: object, statement: Needs | None) -> None:
        if not isinstance(blueprint, Blueprint):
            raise PolicyError([problem("access-blueprint", "blueprint", blueprint)])
        if self._blueprints.get(blueprint, statement) != statement:
            raise PolicyError([problem("scope-twice", "scope", name_of(blueprint))])
        if self._is_on(blueprint, self._checked_apps):
            raise PolicyError([problem("scope-late", "scope", name_of(blueprint))])
        is_registered = blueprint._got_registered_once
        if (
            is_registered
            and statement is not _PUBLIC
            and not self._is_on(blueprint, self._guarded_apps)
        ):
            raise PolicyError([problem("access-unguarded", "blueprint", name_of(blueprint))])
        self._blueprints[blueprint] = statement
        # An app that it is registered on must not lack the guard for want of init_app.
        blueprint.deferred_functions.append(lambda state: self._guard_app(cast("Flask", state.app)))

    @staticmethod
    def _is_on(blueprint: Blueprint, apps: Iterable[Flask]) -> bool:
        return any(blueprint in app.blueprints.values() for app in apps)

    def _checked(self, needs: tuple[Any, ...]) -> Needs:
        wrong = [need for need in needs if not isinstance(need, str)]
        if wrong:
            raise PolicyError([problem("access-need", "needs", need) for need in wrong])
        if not _takes(self._verify, 1 + len(needs)):
            raise PolicyError([problem("access-verify", "verify", self._verify)])
        return needs

    def _own(self, marks: Iterable[Mark]) -> list[Mark]:
        return [mark for mark in marks if mark.owner is self]

    def _is_public(self, marks: Iterable[Mark]) -> bool:
        return any(mark.statement is _PUBLIC for mark in self._own(marks))

    # What is enforced.

    def _guard(self) -> Any:
        """Enforce what blueprints and the default say; a view's own mark enforces itself."""
        app = current_flask_app()
        if app not in self._checked_apps:
            problems = lost_marks(app, self._marks)
            if problems:
                raise PolicyError(problems)
            self._checked_apps.add(app)
        vars(current_flask_request())[f"{self._key}.guarded"] = _about_to_run()
        rule = request.url_rule
        automatic = getattr(rule, "provide_automatic_options", False)  # Flask sets it on its rules
        if rule is None or (request.method == "OPTIONS" and automatic):
            return None  # no view will run
        for needs in self._needs_ahead(app, rule.endpoint, request.method):
            answer = self._enforce(needs)
            if answer is not None:
                return answer
        return None

    def _needs_ahead(self, app: Flask, endpoint: str, method: str) -> list[Needs]:
        """What is to be enforced ahead of a view, beside its own marks."""
        view = app.view_functions[endpoint]
        marks = self._own(_marks_on_method(view, method))
        if any(mark.statement is _PUBLIC for mark in marks):
            return []
        view_class = class_of(view)
        # A class marked after its as_view was called does not enforce that by itself.
        on_class = self._own(marks_on_class(view_class)) if view_class else []
        ahead: list[Needs] = []
        stated = bool(marks)
        for name in blueprint_names(endpoint):
            blueprint = app.blueprints.get(name)
            if isinstance(blueprint, Blueprint) and blueprint in self._blueprints:
                needs = self._blueprints[blueprint]
                ahead = [] if needs is None else [*ahead, needs]
                stated = True
        if not stated and self._default == "required":
            return [()]
        # An open blueprint does not open what a mark has closed.
        return [*(mark.statement for mark in on_class), *ahead]

    def _stated(
        self, app: Flask, endpoint: str, method: str, *, guarded: bool
    ) -> list[Needs] | None:
        """All that is asked of a view's caller: nothing where it is public, None if unstated.

        :param guarded: whether `_guard` runs on `app`; without it only marks count.
        """
        view = app.view_functions[endpoint]
        view_class = class_of(view)
        function = method_of(view_class, method) if view_class else None
        marks = self._own(_marks_on_method(view, method))
        # A method that is public is freed from what its class requires.
        freed = (
            marks_on_class(view_class) if view_class and self._is_public(marks_on(function)) else ()
        )
        required = [each for each in marks if each.statement is not _PUBLIC and each not in freed]
        asked: list[Needs] = [mark.statement for mark in required]
        stated = bool(marks)
        if guarded:
            asked = [*self._needs_ahead(app, endpoint, method), *asked]
            around = [app.blueprints.get(name) for name in blueprint_names(endpoint)]
            stated = stated or any(each in self._blueprints for each in around)
        return asked if asked or stated else None

    def _enforce(self, needs: Needs) -> Any:
        """Ask `verify` about `needs`; answer a response to send, or None to go on."""
        # BoundedCache on the request itself: an app context may outlive it, and a view may make another
        # request of a copy of its environment.
        live = current_flask_request()
        verified: dict[Needs, Any] = vars(live).setdefault(self._key, {})
        if needs not in verified:
            verified[needs] = _judge(self._verify(live, *needs))
        answer = verified[needs]
        if isinstance(answer, WerkzeugResponse):
            return answer
        if answer is None:
            raise AccessUnauthenticated(self._challenge)
        vars(live)[f"{self._key}.user"] = answer
        return None


def _about_to_run() -> tuple[object, str]:
    """What Flask goes by when it runs a view."""
    return request.url_rule, request.method


@dataclass(frozen=True, slots=True)
class AccessStated:
    """What is stated about who may use a view.

    :ivar required: whether `verify` is asked; None where nothing says that it is, or is not.
    :ivar needs: what it is asked about.
    """

    required: bool | None
    needs: Needs = ()


def access_of(app: Flask) -> tuple[Access, ...]:
    """Those that guard all of `app`; marks of others may be on its views all the same."""
    hooks = app.before_request_funcs.get(None, ())
    found = [getattr(hook, "__self__", None) for hook in hooks]
    return tuple(each for each in found if isinstance(each, Access))


def access_stated(app: Flask, endpoint: str, method: str) -> AccessStated:
    """What is stated for `method` of a view, by whatever marks and guards there are."""
    view = app.view_functions.get(endpoint)
    if view is None:
        return AccessStated(None)
    guards = access_of(app)
    markers = [mark.owner for mark in _marks_on_method(view, method)]
    owners = [*guards, *(each for each in markers if isinstance(each, Access))]
    stated = [
        each._stated(app, endpoint, method, guarded=each in guards)
        for each in dict.fromkeys(owners)
    ]
    asked = [needs for each in stated if each is not None for needs in each]
    needs = tuple(dict.fromkeys(itertools.chain.from_iterable(asked)))
    if asked:
        return AccessStated(True, needs)
    return AccessStated(None if all(each is None for each in stated) else False)


def access_problems(app: Flask) -> list[PolicyProblem]:
    """The marks that have no effect on `app`, for which each of its requests would fail."""
    return [found for each in access_of(app) for found in lost_marks(app, each._marks)]


def _marks_on_method(view: Callable[..., Any], method: str) -> tuple[Mark, ...]:
    """The marks on what `view` runs for `method`, those on its class included."""
    view_class = class_of(view)
    function = method_of(view_class, method) if view_class else None
    return (*marks_on_view(view), *marks_on(function))


def _judge(answer: Any) -> Any:
    """The user or response that `verify` answered; None for nobody.

    Raised where it is no user, though it would pass for one.
    """
    if isinstance(answer, LocalProxy):  # such as Flask-Login's current_user
        answer = answer._get_current_object()
    if isinstance(answer, HTTPException):
        raise answer
    if isinstance(answer, WerkzeugResponse):
        return answer
    if inspect.iscoroutine(answer):
        answer.close()  # or Python warns that it was never awaited
    if type(answer) is tuple:
        raise TypeError("verify answered with a tuple; answer an object, or a response made of it")
    is_authenticated = getattr(answer, "is_authenticated", True)
    if (
        inspect.isawaitable(answer)
        or inspect.isroutine(answer)
        or isinstance(answer, (type, Iterator, AsyncIterator))
        or answer is NotImplemented
        or callable(is_authenticated)
    ):
        raise TypeError(f"verify answered with {answer!r}, which is no user; is a call missing?")
    # An anonymous user of Flask-Login's, say, is nobody; so is the text of an empty session.
    return answer if answer and is_authenticated else None


def _check_arguments(verify: object, default: object, challenge: object) -> None:
    problems: list[PolicyProblem] = []
    method = getattr(verify, "__call__", None)  # noqa: B004 - the method itself is inspected
    if answers_later(verify) or answers_later(method):
        problems.append(problem("access-verify-async", "verify", verify))
    elif not callable(verify) or isinstance(verify, type) or not _takes(verify, 1):
        problems.append(problem("access-verify", "verify", verify))
    if default not in ("public", "required"):
        problems.append(problem("access-default", "default", default))
    if challenge is not None and not (
        isinstance(challenge, str) and challenge and challenge.isascii() and challenge.isprintable()
    ):
        problems.append(problem("access-challenge", "www_authenticate", challenge))
    if problems:
        raise PolicyError(problems)


def _takes(function: Callable[..., Any], count: int) -> bool:
    """Say whether `function` can be called with `count` positional arguments."""
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except ValueError:  # some built-in functions tell nothing of themselves
        return True
    return True
