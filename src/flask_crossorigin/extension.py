"""CrossOrigin: what a user's application holds in its hand."""

import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast, overload

from flask import Blueprint, Flask, has_app_context
from werkzeug.wrappers import Request

from .commands import cors
from .config import KEYS, read_policy
from .context import Environ, current_flask_app, require_app
from .core.decision import Decision
from .core.errors import PolicyError
from .core.policy import Policy
from .core.problems import problem
from .core.settings import materialized, parse_settings
from .dispatch.wiring import install
from .scopes.declarations import (
    DISABLED,
    Declaration,
    Declarations,
    is_below,
    parse_declaration,
    parse_prefix,
    scope_name,
)
from .scopes.decorators import Decoration, Target, decorated, require_view
from .scopes.table import ScopeTable, blueprint_problems
from .state import EXTENSION, AppState, remember_state, state_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .core.policy import PolicySettings

_CONFIGURED: Final = "crossorigin.configured"


class CrossOrigin:
    """The cross-origin policy of one app, or of several.

    :param app: the app to initialise; leave it out and call :meth:`init_app` in a factory.
    :param policy: a whole policy; then there may be neither `settings` nor ``CORS_*`` keys.
    :param settings: those of :class:`Policy`; they win over the app's config.
    :raises PolicyError: with every problem of the settings and of the app's ``CORS_*`` keys.
    """

    def __init__(
        self,
        app: Flask | None = None,
        policy: Policy | None = None,
        **settings: "Unpack[PolicySettings]",
    ) -> None:
        self._policy = policy
        self._settings = materialized(settings)
        self._declarations = Declarations()
        self._decorations: list[Decoration] = []
        self._apps: weakref.WeakSet[Flask] = weakref.WeakSet()
        if app is not None:
            self._initialise(app, None, {})
        elif problems := parse_settings(self._settings)[1]:
            raise PolicyError(problems)

    def init_app(
        self,
        app: Flask,
        policy: Policy | None = None,
        **settings: "Unpack[PolicySettings]",
    ) -> None:
        """Read the policy of `app` and answer for it from now on.

        The config keys ``CORS_ORIGINS``, ``CORS_CREDENTIALS``, ``CORS_METHODS``,
        ``CORS_REQUEST_HEADERS``, ``CORS_EXPOSE_HEADERS``, ``CORS_MAX_AGE``,
        ``CORS_PREFLIGHT_STATUS``, ``CORS_ALLOW_NULL_ORIGIN``, ``CORS_ALLOW_INSECURE_ORIGINS``
        and ``CORS_ALLOW_PUBLIC_SUFFIX_SUBDOMAINS`` are read once, now.

        :param policy: a whole policy; then there may be neither settings nor ``CORS_*`` keys.
        :param settings: over those of the constructor, which are over the config.
        :raises PolicyError: with every problem found, also if `app` is initialised already.
        """
        self._initialise(app, policy, settings)

    def _initialise(self, app: Flask, policy: Policy | None, settings: Mapping[str, Any]) -> None:
        app = require_app(app)
        if EXTENSION in app.extensions:
            raise PolicyError([problem("initialised-twice", "app", app.name)])
        if app._got_first_request:
            raise PolicyError([problem("initialised-after-first-request", "app", app.name)])
        whole = policy if policy is not None else self._policy
        in_code = {**self._settings, **materialized(settings)}
        own = read_policy(app.config, whole, in_code)
        problems = blueprint_problems(app, own, self._declarations)
        if problems:
            raise PolicyError(problems)
        state = AppState(app, own, self._build_table)
        install(state)
        remember_state(app, self, state)
        app.extensions[_CONFIGURED] = frozenset(
            name for key, name in KEYS.items() if key in app.config and name not in in_code
        )
        self._apps.add(app)
        app.cli.commands.setdefault("cors", cors)  # the app's own command of that name stays

    def policy(
        self, policy: Policy | None = None, /, **changes: "Unpack[PolicySettings]"
    ) -> Callable[[Target], Target]:
        """Decoration a view (a function, a View class or a method of one) with its own policy.

        Put it right below ``@app.route``.

        :param policy: a whole policy.
        :param changes: to the policy that the view inherits.
        :raises PolicyError: if the settings are wrong in themselves; what they contradict in
            the inherited policy is raised at the first request.
        """
        return self._mark(parse_declaration(policy, changes, "a view"))

    def apply(
        self,
        scope: Blueprint | str,
        policy: Policy | None = None,
        /,
        *,
        app: Flask | None = None,
        **changes: "Unpack[PolicySettings]",
    ) -> None:
        """State the policy of a blueprint, or of the URL rules below a prefix such as ``/api``.

        :param scope: a blueprint, registered or not yet; or the beginning of URL rules, whole
            segments of their own text.
        :param policy: a whole policy.
        :param app: the one app this is for; else all that use this extension.
        :param changes: to the policy that the scope inherits.
        :raises PolicyError: if it can't be, or comes after the first request.
        """
        target = _scope(scope)
        self._state(target, parse_declaration(policy, changes, scope_name(target)), app)

    @overload
    def disable(self, scope: Blueprint | str, /, *, app: Flask | None = None) -> None: ...
    @overload
    def disable(self, scope: Target, /) -> Target: ...
    def disable(self, scope: Any, /, *, app: Flask | None = None) -> Any:
        """Leave a view, a blueprint or the URL rules below a prefix to Flask, untouched.

        :param scope: as for :meth:`apply`, or a view to decorate.
        :param app: as for :meth:`apply`; not for a view.
        :raises PolicyError: if it can't be, or comes after the first request.
        """
        if isinstance(scope, (Blueprint, str)):
            return self._state(_scope(scope), DISABLED, app)
        return self._mark(DISABLED)(scope)

    def reconfigure(
        self,
        policy: Policy | None = None,
        /,
        *,
        app: Flask | None = None,
        **changes: "Unpack[PolicySettings]",
    ) -> None:
        """Replace the app's own policy while it runs, and with it what its scopes inherit.

        Every scope is validated first; on an error the old policy stays. Requests that have
        begun are answered by the old policy, all others by the new one. Other processes of
        the same app are not told.

        :param policy: a whole policy.
        :param app: by default the current app, else the only one.
        :param changes: to the app's policy, in place of a whole one.
        :raises PolicyError: with every problem of every scope.
        """
        declaration = parse_declaration(policy, changes, "app")
        self._app_state(app).reconfigure(
            lambda old: (
                declaration
                if isinstance(declaration, Policy)
                else old.replace(**cast("Mapping[str, Any]", declaration))
            )
        )

    def decide(self, request: Environ | Request) -> Decision:
        """What would be answered to a request, and why; nothing of it is run.

        :param request: a WSGI environment, or a request that has one.
        :raises PolicyError: if `request` is neither, the app was never initialised, it is not
            clear which app is meant, or a scope is wrong.
        """
        environ = getattr(request, "environ", request)
        if not isinstance(environ, dict) or "REQUEST_METHOD" not in environ:
            raise PolicyError([problem("request-type", "request", request)])
        return self._app_state(None).decide(environ)

    def _mark(self, declaration: Declaration) -> Callable[[Target], Target]:
        def decorate(target: Target) -> Target:
            require_view(target)
            decoration = Decoration(self, declaration, target)
            self._decorations.append(decoration)
            for app in list(self._apps):
                state_of(app).expect_scopes()
            return decorated(target, decoration)

        return decorate

    def _state(self, target: Blueprint | str, declaration: Declaration, app: Flask | None) -> None:
        app = app if app is None else require_app(app)
        apps = [each for each in self._apps if app in (None, each)]
        late = [
            each for each in apps if self._app_state(each).frozen is not None and _has(each, target)
        ]
        if self._declarations.has(target, declaration, app):
            return
        if late:
            raise PolicyError([problem("scope-after-first-request", "scope", scope_name(target))])
        self._declarations.add(target, declaration, app)
        if isinstance(target, Blueprint):
            self._check_when_registered(target)
            for each in apps:
                self._check_blueprint(each, target)

    def _check_when_registered(self, blueprint: Blueprint) -> None:
        try:
            blueprint.record(lambda state: self._check_blueprint(state.app, state.blueprint))
        except AssertionError:  # it is registered already
            return

    def _check_blueprint(self, app: Any, blueprint: Any) -> None:
        if app in self._apps:
            policy = self._app_state(app).policy
            problems = blueprint_problems(app, policy, self._declarations, blueprint)
            if problems:
                raise PolicyError(problems)

    def _build_table(self, app: Flask, policy: Policy) -> ScopeTable:
        table = ScopeTable(app, policy, self._declarations, self, self._decorations)
        # What has been found need not be looked for again, nor kept alive.
        self._decorations = [
            decoration for decoration in self._decorations if decoration not in table.decorations
        ]
        return table

    def _app_state(self, app: Flask | None) -> AppState:
        """What answers for `app`, by default the current app, else the only one."""
        if app is None and has_app_context():
            current = current_flask_app()
            app = current if current in self._apps else None
        if app is None:
            apps = list(self._apps)
            if len(apps) > 1:
                raise PolicyError([problem("ambiguous-app", "app", len(apps))])
            app = apps[0] if apps else None
        if app is None or app not in self._apps:
            raise PolicyError([problem("not-initialised", "app", app)])
        return state_of(app)


def configured_settings(app: Flask) -> frozenset[str]:
    """The settings of the policy of `app` that its config states, and not its code."""
    found: frozenset[str] = app.extensions.get(_CONFIGURED, frozenset())
    return found


def unregistered_blueprints(app: Flask) -> list[str]:
    """The blueprints that have a policy, and that no app has which shares the one of `app`."""
    extension: CrossOrigin = app.extensions[EXTENSION]
    stated = extension._declarations.all_blueprints()
    return [each.name for each in stated if not any(_has(an, each) for an in extension._apps)]


def _scope(scope: object) -> Blueprint | str:
    """The target that a user wrote, in the form it is compared in."""
    if isinstance(scope, str):
        return parse_prefix(scope)
    if not isinstance(scope, Blueprint):
        raise PolicyError([problem("scope-type", "scope", scope)])
    return scope


def _has(app: Flask, target: Blueprint | str) -> bool:
    """Say whether `app` has anything that a declaration on `target` would govern."""
    if isinstance(target, str):
        return any(is_below(rule.rule, target) for rule in app.url_map.iter_rules())
    return target in app.blueprints.values()
