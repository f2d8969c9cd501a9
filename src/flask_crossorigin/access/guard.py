"""The guard: the one place where an app enforces what its views require.

Flask runs the hooks and then `dispatch_request`, which takes the view function of the matched
rule, hands it to `ensure_sync`, and calls the result. The guard enforces in both methods, every
time, for the view that is about to run at that moment:

- In `dispatch_request`, before anything of it runs. Hooks run earlier, so a rate limiter counts
  refused requests, and the guard sees whatever a hook has changed.
- In `ensure_sync`, when it gets the view function. A subclass of Flask can change the request in
  its own `dispatch_request`, and the method can be replaced later. Nothing is done if the same
  view, with the same method, passed in `dispatch_request`.
"""

import weakref
from collections.abc import Callable, Iterable
from typing import Any, Final

from flask import Blueprint, Flask, Request, has_request_context
from werkzeug.wrappers import Response

from ..context import current_flask_request
from ..core.errors import PolicyError
from .requirements import Declarations
from .verification import Needs, Verifier

_EXTENSION: Final = "crossorigin.access"
_PASSED: Final = "flask_crossorigin.access.passed"
"""The attribute of a request for the view, endpoint and method that passed last."""


class Enforcer:
    """The part of one `Access` object that apps use.

    :ivar access: that object.
    :ivar declarations: everything that is declared through it.
    :ivar initialised: whether `init_app` was called for any app.
    """

    def __init__(self, access: object, declarations: Declarations, verifier: Verifier) -> None:
        self.access = access
        self.declarations = declarations
        self.initialised = False
        self._verifier = verifier
        self._checked_apps: weakref.WeakSet[Flask] = weakref.WeakSet()

    def check(self, app: Flask) -> None:
        """Raise :exc:`PolicyError` if anything declared for `app` is wrong."""
        if app not in self._checked_apps:
            problems = self.declarations.problems(app)
            if problems:
                raise PolicyError(problems)
            self._checked_apps.add(app)

    def has_checked(self, blueprint: Blueprint) -> bool:
        """Return whether an app that has the `blueprint` has handled a request."""
        return any(blueprint in app.blueprints.values() for app in self._checked_apps)

    def enforce(self, app: Flask, endpoint: str, method: str) -> Response | None:
        """Return None if the view may run, or a response to send instead; or raise."""
        return self.confirm(self.declarations.of_endpoint(app, endpoint, method) or ())

    def confirm(self, declared: Iterable[Needs]) -> Response | None:
        """Return None if `verify` confirms all needs, or a response to send instead; or raise."""
        for needs in declared:
            response = self._verifier.confirm(needs)
            if response is not None:
                return response
        return None


class Guard:
    """Enforces what every `Access` object of one app requires.

    :param app: the app, whose `dispatch_request` and `ensure_sync` are replaced.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._initialised: list[Enforcer] = []
        self._attached: list[tuple[Enforcer, Blueprint]] = []
        self._dispatch_request: Callable[..., Any] = app.dispatch_request
        self._ensure_sync: Callable[..., Any] = app.ensure_sync
        app.dispatch_request = self.dispatch_request  # type: ignore[method-assign]
        app.ensure_sync = self.ensure_sync  # type: ignore[method-assign,assignment]

    def add(self, enforcer: Enforcer) -> None:
        """Enforce what `enforcer` requires, because `init_app` was called."""
        self._initialised.append(enforcer)
        self._attached = self._binding()

    def attach(self, enforcer: Enforcer, blueprint: Blueprint) -> None:
        """Enforce what `enforcer` requires, because the app has a `blueprint` that it covers."""
        self._attached.append((enforcer, blueprint))
        self._attached = self._binding()

    @property
    def enforcers(self) -> list[Enforcer]:
        """The enforcers of the app, each once."""
        if not self._attached:
            return self._initialised
        return [*self._initialised, *dict.fromkeys(each for each, _ in self._binding())]

    def _binding(self) -> list[tuple[Enforcer, Blueprint]]:
        """Return the attached enforcers that none of the app's own replaces.

        A factory can make an `Access` object for each app, and share blueprints between the
        apps. Then only its own object counts for each app.
        """
        return [
            (each, blueprint)
            for each, blueprint in self._attached
            if each not in self._initialised
            and not (
                each.initialised
                and any(own.declarations.covers(blueprint) for own in self._initialised)
            )
        ]

    def dispatch_request(self, *args: Any, **kwargs: Any) -> Any:
        """Dispatch the request unless its view may not run."""
        for each in self.enforcers:
            each.check(self._app)
        request = current_flask_request()
        rule = request.url_rule
        # Flask sets this attribute on its rules, and responds to such OPTIONS without a view.
        automatic = request.method == "OPTIONS" and getattr(
            rule, "provide_automatic_options", False
        )
        if rule is not None and not automatic:
            refusal = self._enforce(request, rule.endpoint)
            if refusal is not None:
                return refusal
        return self._dispatch_request(*args, **kwargs)

    def ensure_sync(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Return `function` in the form that Flask calls; a refusal for a view that may not run."""
        if has_request_context():
            request = current_flask_request()
            rule = request.url_rule
            if rule is not None and self._app.view_functions.get(rule.endpoint) is function:
                view, *rest = vars(request).get(_PASSED, (None,))
                if view is not function or rest != [rule.endpoint, request.method]:
                    refusal = self._enforce(request, rule.endpoint)
                    if refusal is not None:
                        return lambda *_, **__: refusal
        return self._ensure_sync(function, *args, **kwargs)

    def _enforce(self, request: Request, endpoint: str) -> Response | None:
        view, method = self._app.view_functions.get(endpoint), request.method
        if view is not None:
            for each in self.enforcers:
                refusal = each.enforce(self._app, endpoint, method)
                if refusal is not None:
                    return refusal
            vars(request)[_PASSED] = (view, endpoint, method)
        return None


def guard_of(app: Flask) -> Guard | None:
    """Return the guard of `app`, or None."""
    found: Guard | None = app.extensions.get(_EXTENSION)
    return found


def guarded(app: Flask) -> Guard:
    """Return the guard of `app`, made now if it has none."""
    found = guard_of(app)
    if found is None:
        found = app.extensions[_EXTENSION] = Guard(app)
    return found
