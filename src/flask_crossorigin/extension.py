"""CrossOrigin, the Flask extension: declarations and `init_app`."""

import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast, overload

from flask import Blueprint, Flask, has_app_context, has_request_context
from werkzeug.wrappers import Request

from .config import KEYS, read_policy
from .conflicts import connexion_before, is_made_by_connexion
from .context import EXTENSION, Environ, current_flask_app, current_flask_request, require_app
from .core.decision import Decision
from .core.errors import PolicyError, PolicyProblem
from .core.policy import Policy
from .core.problems import problem
from .core.settings import materialized, parse_settings
from .events import warn
from .scopes.declarations import (
    DISABLED,
    Declaration,
    Declarations,
    is_in_app,
    parse_declaration,
    parse_prefix,
    scope_name,
)
from .scopes.decorators import (
    Decoration,
    LiveDecorations,
    Target,
    decorated,
    require_view,
    wrap_as_view,
)

if TYPE_CHECKING:
    # `app.blueprints` has values of this type, a base of flask.Blueprint.
    from flask.sansio.blueprints import Blueprint as AnyBlueprint
    from typing_extensions import Unpack

    from .core.policy import PolicySettings
    from .scopes.table import ScopeTable
    from .state import AppState

_CONFIGURED: Final = "crossorigin.configured"


class CrossOrigin:
    """The cross-origin policy of one app, or of several.

    :param app: the app to initialise; in a factory, leave it out and call :meth:`init_app`.
    :param policy: a whole policy; it can't be combined with `settings`, or with config keys.
    :param settings: the settings of :class:`Policy`; they override the app's config.
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
        self._decorations = LiveDecorations()
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
        """Apply the policy from the settings and the app's config to `app`.

        The config keys ``CORS_ORIGINS``, ``CORS_CREDENTIALS``, ``CORS_METHODS``,
        ``CORS_REQUEST_HEADERS``, ``CORS_EXPOSE_HEADERS``, ``CORS_MAX_AGE``,
        ``CORS_PREFLIGHT_STATUS``, ``CORS_ALLOW_NULL_ORIGIN``, ``CORS_ALLOW_INSECURE_ORIGINS``
        and ``CORS_ALLOW_PUBLIC_SUFFIX_SUBDOMAINS`` are read once, now. A mistyped ``CORS_*``
        key, or one of another CORS library, is an error. Any other one is ignored, with a warning.

        :param policy: a whole policy; it can't be combined with settings, or with these keys.
        :param settings: they override those of the constructor, which override the config.
        :raises PolicyError: with every problem found; also if `app` was initialised before, or
            has handled a request.
        """
        self._initialise(app, policy, settings)

    def _initialise(self, app: Flask, policy: Policy | None, settings: Mapping[str, Any]) -> None:
        # Most of this package is loaded for the first app, not when `CrossOrigin` is imported.
        from .commands import cors
        from .dispatch.wiring import install
        from .scopes.table import blueprint_problems
        from .state import AppState, remember_state

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
        if is_made_by_connexion(app):  # its preflights never reach Flask: warn before any request
            warn(connexion_before(app), stacklevel=4)
        state = AppState(app, own, self._build_table)
        install(state)
        remember_state(app, self, state)
        app.extensions[_CONFIGURED] = frozenset(
            name for key, name in KEYS.items() if key in app.config and name not in in_code
        )
        self._apps.add(app)
        app.cli.commands.setdefault("cors", cors)  # keep the app's own command of that name

    def policy(
        self, policy: Policy | None = None, /, **changes: "Unpack[PolicySettings]"
    ) -> Callable[[Target], Target]:
        """Decorate a view (a function, a View class or a method of one) with its own policy.

        Put it below ``@app.route``. Its order with the other decorator of this library does not
        matter.

        :param policy: a whole policy, which replaces the inherited one.
        :param changes: settings that differ from the inherited policy.
        :raises PolicyError: if a setting is wrong by itself. A contradiction with the inherited
            policy is raised at the first request.
        """
        return self._decorator(parse_declaration(policy, changes, "a view"))

    def apply(
        self,
        scope: "AnyBlueprint | str",
        policy: Policy | None = None,
        /,
        *,
        app: Flask | None = None,
        **changes: "Unpack[PolicySettings]",
    ) -> None:
        """Set the policy of a blueprint, or of the URL rules below a prefix such as ``/api``.

        :param scope: a blueprint, registered or not; or a prefix of URL rules. A prefix is compared
            with the text of the rules, segment by segment: ``/users/<int:number>``.
        :param policy: a whole policy, which replaces the inherited one.
        :param app: set the policy for this app only; by default for every app of this extension.
        :param changes: settings that differ from the inherited policy.
        :raises PolicyError: if a setting is wrong, or a request has already been handled.
        """
        target = _parse_scope(scope)
        self._declare(target, parse_declaration(policy, changes, scope_name(target)), app)

    @overload
    def disable(self, scope: "AnyBlueprint | str", /, *, app: Flask | None = None) -> None: ...
    @overload
    def disable(self, scope: Target, /) -> Target: ...
    def disable(self, scope: Any, /, *, app: Flask | None = None) -> Any:
        """Turn off CORS handling for a view, a blueprint or the URL rules below a prefix.

        No CORS header is added or removed.

        :param scope: as for :meth:`apply`, or a view to decorate.
        :param app: as for :meth:`apply`; not for a view.
        :raises PolicyError: if `scope` is none of these, or a request has already been handled.
        """
        if isinstance(scope, (Blueprint, str)):
            return self._declare(_parse_scope(scope), DISABLED, app)
        return self._decorator(DISABLED)(scope)

    def reconfigure(
        self,
        policy: Policy | None = None,
        /,
        *,
        app: Flask | None = None,
        **changes: "Unpack[PolicySettings]",
    ) -> None:
        """Replace the app's own policy while the app runs; its scopes inherit from the new one.

        Every scope is validated first; on an error the old policy stays. The old policy applies to
        requests that have begun, the new one to all others. Only this process is changed: call it
        in every worker.

        :param policy: a whole policy.
        :param app: by default the current app, or the only one.
        :param changes: settings that differ from the app's current policy.
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
        """Return the decision on a request, with its reason. No view or hook runs.

        :param request: a WSGI environment, or a request object such as ``flask.request``.
        :raises PolicyError: if `request` is neither, the app was not initialised, it is not clear
            which app applies, or the policy of a scope is invalid.
        """
        environ = getattr(request, "environ", request)
        if not isinstance(environ, dict) or "REQUEST_METHOD" not in environ:
            raise PolicyError([problem("request-type", "request", request)])
        return self._app_state(None).decide(environ)

    def allows(self, origin: str | None = None, environ: Environ | None = None) -> bool:
        """Return whether a page may open the WebSocket that the current request is for.

        Browsers let the pages of every origin open a WebSocket, and send the user's cookies with
        the handshake. So check the origin yourself, before the view does anything::

            @sock.route("/echo")
            def echo(ws):
                if not cors.allows():
                    return ws.close(1008)

        For Socket.IO: ``SocketIO(app, cors_allowed_origins=cors.allows)``.

        True for an origin that the policy of the matched rule allows, for the API's own origin
        (scheme, host and port of the request), and without an Origin header: browsers send one
        with every handshake. False for other origins, where the policy is disabled, and where an
        origin function fails. If `origins` is ``"*"``, every origin may open it, with cookies.

        :param origin: by default, the one in the request's Origin header.
        :param environ: a WSGI environment to use instead of the current request.
        :raises PolicyError: as :meth:`decide`; also if the current app was not initialised.
        :raises RuntimeError: outside of a request, without `environ`.
        """
        if environ is not None:
            return self._app_state(None).allows(environ, None, origin)
        request = current_flask_request()
        state = self._app_state(current_flask_app())
        return state.allows(request.environ, request.url_rule, origin)

    def check(self, app: Flask | None = None) -> None:
        """Raise what the first request would raise, and give its warnings.

        Call it where the app is complete: in the last line of a factory::

            def create_app():
                app = Flask(__name__)
                cors.init_app(app)
                app.register_blueprint(api)
                cors.check(app)
                return app

        Nothing is frozen: routes and policies can still be added. No view, converter or origin
        function is called. ``flask cors check`` reports the same, and settings that work but
        are probably unintended.

        :param app: by default the current app, or the only one.
        :raises PolicyError: with every problem of every scope, and of access declarations.
        """
        state = self._app_state(app if app is None else require_app(app))
        scopes, problems = scopes_and_problems(state.app)
        if problems:
            raise PolicyError(problems)
        state.warn(scopes)

    def _decorator(self, declaration: Declaration) -> Callable[[Target], Target]:
        def decorate(target: Target) -> Target:
            require_view(target)
            decoration = Decoration(self, declaration, target)
            self._decorations.add(decoration)
            for app in list(self._apps):
                self._app_state(app).expect_scopes()
            expect = _expect_init_app(target)
            result = decorated(target, decoration, expect)
            if isinstance(target, type):
                wrap_as_view(target, lambda *_: expect())
            return result

        return decorate

    def _declare(
        self, target: Blueprint | str, declaration: Declaration, app: Flask | None
    ) -> None:
        app = app if app is None else require_app(app)
        apps = [each for each in self._apps if app in (None, each)]
        late = [
            each
            for each in apps
            if self._app_state(each).frozen is not None and is_in_app(each, target)
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
            from .scopes.table import blueprint_problems

            policy = self._app_state(app).policy
            problems = blueprint_problems(app, policy, self._declarations, blueprint)
            if problems:
                raise PolicyError(problems)

    def _build_table(self, app: Flask, policy: Policy) -> "ScopeTable":
        from .scopes.table import ScopeTable

        decorations = list(self._decorations)
        table = ScopeTable(app, policy, self._declarations, self, decorations)
        self._decorations.discard(table.decorations)  # they need not be looked for again
        return table

    def _app_state(self, app: Flask | None) -> "AppState":
        """Return the state of `app`; by default of the current app, or of the only one."""
        from .state import state_of

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


def _expect_init_app(view: Callable[..., Any]) -> Callable[[], None]:
    """Return a function that warns once if a request is to an app that was not initialised."""
    warned: list[bool] = []

    def expect() -> None:
        try:
            app = current_flask_app()
        except RuntimeError:
            return
        if EXTENSION not in app.extensions and has_request_context() and not warned:
            name = getattr(view, "__qualname__", repr(view))
            warn(problem("decorator-without-init-app", "view", name, app=repr(app.name)))
            warned.append(True)

    return expect


def scopes_and_problems(app: Flask) -> "tuple[ScopeTable, list[PolicyProblem]]":
    """Return the scopes of `app`, and every problem that would make its first request fail."""
    # Imported here, because most apps do without it.
    from .access import access_problems
    from .state import state_of

    state = state_of(app)
    table = state.table()
    problems = [*table.problems, *access_problems(app)]
    try:
        state.wire()
    except PolicyError as error:
        problems.extend(error.errors)
    return table, problems


def configured_settings(app: Flask) -> frozenset[str]:
    """Return the settings of the policy of `app` that come from its config."""
    found: frozenset[str] = app.extensions.get(_CONFIGURED, frozenset())
    return found


def unregistered_blueprints(app: Flask) -> list[str]:
    """Return the names of blueprints with a policy that no app of this extension has."""
    extension: CrossOrigin = app.extensions[EXTENSION]
    declared = extension._declarations.all_blueprints()
    return [
        each.name for each in declared if not any(is_in_app(an, each) for an in extension._apps)
    ]


def _parse_scope(scope: object) -> Blueprint | str:
    """Return the blueprint or prefix that a user wrote; a prefix as rules are compared with it."""
    if isinstance(scope, str):
        return parse_prefix(scope)
    if not isinstance(scope, Blueprint):
        raise PolicyError([problem("scope-type", "scope", scope)])
    return scope
