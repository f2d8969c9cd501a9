"""Access, the optional extension that decides who may use a view."""

import itertools
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast, overload

from flask import Blueprint, Flask, request
from flask.views import View
from werkzeug.wrappers import Response

from ..context import current_flask_app, require_app
from ..core.errors import PolicyError, PolicyProblem
from ..core.problems import problem
from ..scopes.declarations import scope_name
from ..scopes.decorators import (
    Decoration,
    Target,
    ViewFunction,
    decorated,
    view_class_of,
    wrap_as_view,
)
from ..scopes.misplaced_decorators import effective_decorations
from .exceptions import AccessDenied, AccessUnauthenticated
from .guard import Enforcer, guard_of, guarded
from .registrations import registrations_of
from .requirements import PUBLIC, Declaration, Declarations, marks_for
from .verification import Needs, Verifier, Verify, argument_problems

if TYPE_CHECKING:
    # `app.blueprints` has values of this type, a base of flask.Blueprint.
    from flask.sansio.blueprints import Blueprint as AnyBlueprint


class Access:
    """Lets a function of yours decide who may use a view. Existing decorators work without it.

    Access is checked after the ``before_request`` hooks, right before a view runs. So hooks run
    for refused requests too, and a rate limiter counts them. `verify` is never called for a
    preflight.

    A refusal is an HTTP exception: 401 (`Access.Unauthenticated`) or 403 (`Access.Denied`). The
    app's own error handlers can replace its response.

    For WebSockets with flask-sock, call :meth:`init_app`, and use :meth:`protect`, or
    :meth:`required` directly below ``@sock.route``. A handshake is then refused. Without
    :meth:`init_app`, ``@sock.route`` accepts the handshake before :meth:`required` can refuse it.

    :param app: the app to initialise; leave it out and call :meth:`init_app` in a factory.
    :param verify: ``verify(request, *needs)``. It returns the user, or a false value such as None
        if nobody is signed in. A user whose ``is_authenticated`` is false counts as nobody. It
        raises `Access.Denied` if the user may not use the view. If it returns a response or
        raises another HTTP exception, that is sent unchanged. Any other exception goes
        to the app's error handlers; without one, the response is a 500. It is called at most once
        per request for the same needs, unless it refused.
    :param default: access to views without a declaration: ``"public"`` or ``"required"``.
    :param www_authenticate: the challenge that a 401 carries, such as ``Bearer``.
    :raises PolicyError: with every problem of the arguments.
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
        problems = argument_problems(verify, default, www_authenticate)
        if problems:
            raise PolicyError(problems)
        self._verifier = Verifier(verify, www_authenticate)
        self._declarations = Declarations(default)
        self._enforcer = Enforcer(self, self._declarations, self._verifier)
        self._apps: weakref.WeakSet[Flask] = weakref.WeakSet()
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Guard every view of `app`.

        :raises PolicyError: if `app` is initialised with this object already, or has handled
            a request without the guard.
        """
        app = require_app(app)
        if app in self._apps:
            raise PolicyError([problem("access-twice", "app", app.name)])
        if app._got_first_request and self not in access_of(app):
            raise PolicyError([_late(f"app {app.name}")])
        self._apps.add(app)
        self._enforcer.initialised = True
        guarded(app).add(self._enforcer)

    @overload
    def required(self, view: Target, /) -> Target: ...
    @overload
    def required(self, *needs: str) -> Callable[[Target], Target]: ...
    def required(self, *needs: Any) -> Any:
        """Require a user for a view (a function, a View class or a method of one).

        Write ``@access.required``, or pass needs to `verify`: ``@access.required("marks:write")``.
        Put it below ``@app.route``. Its order with the other decorator of this library does not
        matter. The requirements of a view, its class, the bases of the class and its blueprints
        all apply.

        :raises PolicyError: if `verify` can't be called with the needs, or the view (or a method
            of the class) is public.
        """
        if len(needs) == 1 and callable(needs[0]):
            return self._require(needs[0], ())
        checked = self._checked(needs)
        return lambda target: self._require(target, checked)

    def public(self, view: Target, /) -> Target:
        """Let everyone use a view (a function, a View class or a method of one).

        On a method, this cancels :meth:`required` on its own class and the bases of that class.
        On a class, it applies to every method that has no :meth:`required` of its own.

        :raises PolicyError: if the view is also :meth:`required`.
        """
        return decorated(view, self._declarations.new_decoration(view, PUBLIC))

    def protect(self, blueprint: "AnyBlueprint", *needs: str) -> None:
        """Require a user for every view of `blueprint` and of the blueprints nested in it.

        Requirements of a view itself apply as well. A view that is public is not affected. Call
        this next to the blueprint, or in a factory for each app: a second call with the same
        needs has no effect. It guards every app that has the blueprint, even without
        :meth:`init_app`.

        :raises PolicyError: if `verify` can't be called with the needs, the blueprint is open
            or has other needs, or an app that has it has handled a request.
        """
        self._declare(blueprint, self._checked(needs))

    def open(self, blueprint: "AnyBlueprint") -> None:
        """Let everyone use the views of `blueprint`, except those that are :meth:`required`.

        It cancels the default, and :meth:`protect` of an outer blueprint.

        :raises PolicyError: if the blueprint is protected, or an app that has it has handled a
            request.
        """
        self._declare(blueprint, PUBLIC)

    @property
    def user(self) -> Any:
        """The user that the latest call of `verify` in this request returned; None without a call.

        :raises RuntimeError: outside of a request.
        """
        return self._verifier.user

    # Declare.

    def _require(self, target: Target, needs: Needs) -> Target:
        decoration = self._declarations.new_decoration(target, needs)
        if not isinstance(target, type):
            return decorated(target, decoration, lambda: self._verifier.confirm(needs))
        view_class = cast("type[View]", decorated(target, decoration))
        self._declarations.check_class(view_class)
        wrap_as_view(view_class, self._enforce_marks)
        return cast("Target", view_class)

    def _declare(self, blueprint: object, declaration: Declaration) -> None:
        if not isinstance(blueprint, Blueprint):
            raise PolicyError([problem("access-blueprint", "blueprint", blueprint)])
        if self._declarations.has_blueprint(blueprint, declaration):
            return
        if self._enforcer.has_checked(blueprint):
            raise PolicyError([_late(scope_name(blueprint))])
        self._declarations.add_blueprint(blueprint, declaration)
        if declaration is not PUBLIC:  # one that is open may be shared with apps of others
            registrations_of(blueprint).add(self._enforcer, blueprint)

    def _checked(self, needs: tuple[Any, ...]) -> Needs:
        wrong = [need for need in needs if not isinstance(need, str)]
        if wrong:
            raise PolicyError([problem("access-need", "needs", need) for need in wrong])
        if not self._verifier.takes(needs):
            raise PolicyError([problem("access-verify", "verify", self._verifier.verify)])
        return needs

    def _enforce_marks(self, view_class: type[View], view: ViewFunction) -> Response | None:
        """Enforce the decorations on a view made of `view_class`, in whatever app it runs."""
        running = current_flask_app().view_functions.get(request.endpoint or "")
        if running is not None and view_class_of(running) is view_class:
            view = running  # there may be a decoration on top of `view`
        return self._enforcer.confirm(self._declarations.of_view(view, request.method).needs)


def _late(what: str) -> PolicyProblem:
    return problem("access-after-first-request", "access", what)


# Inspect: what the command line shows.


@dataclass(frozen=True, slots=True)
class AccessStated:
    """The access that is declared for a view.

    :ivar required: whether `verify` is called; None if nothing is declared about it.
    :ivar needs: what `verify` is called with.
    """

    required: bool | None
    needs: Needs = ()


def access_of(app: Flask) -> tuple[Access, ...]:
    """Return the objects that guard `app`; its views may have decorations of others."""
    return tuple(cast("Access", each.access) for each in _enforcers_of(app))


def _enforcers_of(app: Flask) -> list[Enforcer]:
    guard = guard_of(app)
    return guard.enforcers if guard is not None else []


def _unguarded(app: Flask, decorations: Iterable[Decoration]) -> list[Declarations]:
    """Return the declarations that have `decorations` in `app`, but no guard."""
    guarding = [each.declarations for each in _enforcers_of(app)]
    owners = dict.fromkeys(decoration.owner for decoration in decorations)
    return [each for each in owners if isinstance(each, Declarations) and each not in guarding]


def access_stated(app: Flask, endpoint: str, method: str) -> AccessStated:
    """Return what all guards and decorations declare about `method` of a view.

    :raises PolicyError: if the view is both public and required.
    """
    view = app.view_functions.get(endpoint)
    if view is None:
        return AccessStated(None)
    guarding = [each.declarations for each in _enforcers_of(app)]
    declared = [each.of_endpoint(app, endpoint, method) for each in guarding]
    declared += [
        each.of_view(view, method).needs for each in _unguarded(app, marks_for(view, method))
    ]
    called_with = [needs for each in declared for needs in each or ()]
    if called_with:
        return AccessStated(True, tuple(dict.fromkeys(itertools.chain.from_iterable(called_with))))
    return AccessStated(None if all(each is None for each in declared) else False)


def access_problems(app: Flask) -> list[PolicyProblem]:
    """Return every problem of access for which requests to `app` would fail."""
    guarding = [each.declarations for each in _enforcers_of(app)]
    found = [each for declarations in guarding for each in declarations.problems(app)]
    for declarations in _unguarded(app, effective_decorations(app)):
        found.extend(declarations.contradictions(app))
    return found
