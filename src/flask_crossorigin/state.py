"""All that the extension keeps for one app: its policy, and the rules frozen from it."""

import threading
from collections.abc import Callable
from typing import Final

from flask import Flask
from werkzeug.routing import Rule

from .config import config_warnings, known_keys
from .conflicts import (
    connexion_before,
    is_called_by_connexion,
    is_made_by_connexion,
    other_cors_libraries,
)
from .context import EXTENSION, Environ, own_origin
from .core.actual import check_origin, decide_actual
from .core.decision import Decision, Reason, decision_for
from .core.errors import PolicyError, PolicyProblem
from .core.headers import VARY_PREFLIGHT
from .core.policy import Policy
from .core.preflight import decide_preflight, parse_preflight
from .core.problems import problem
from .events import warn
from .origin_functions import OriginFunctions
from .scopes.left_out_methods import left_out_methods
from .scopes.resolver import PolicyResolver
from .scopes.router import Router
from .scopes.table import ScopeTable

_STATE: Final = "crossorigin.state"


class AppState:
    """The policy of one app, and its rules once they are frozen.

    :ivar policy: the app's own.
    :ivar frozen: the frozen rules; None before the first request.
    :ivar origin_functions: calls origin functions for the app.
    :ivar wire: puts the request path in place, once more where something has replaced a part of
        it since; called when the rules are frozen.
    """

    def __init__(
        self, app: Flask, policy: Policy, build_table: Callable[[Flask, Policy], ScopeTable]
    ) -> None:
        self.app: Flask = app
        self.policy: Policy = policy
        self.frozen: PolicyResolver | None = None
        self.origin_functions: OriginFunctions = OriginFunctions(app)
        self.wire: Callable[[], None] = lambda: None
        self._build_table = build_table
        self._lock = threading.RLock()  # a signal's handler may reconfigure meanwhile
        self._router: Router | None = None
        self._problems: list[PolicyProblem] = []
        self._config_read: dict[str, object] = known_keys(app.config)
        self._warned: set[str] = set()

    def table(self) -> ScopeTable:
        """Return the scopes of the rules that the app has by now; this freezes nothing."""
        return self._build_table(self.app, self.policy)

    def warnings(self, table: ScopeTable) -> list[PolicyProblem]:
        """Return the warnings that the first request gives, for the scopes in `table`."""
        # `init_app` has warned of an app that Connexion has made.
        called = is_called_by_connexion() and not is_made_by_connexion(self.app)
        return [
            *other_cors_libraries(self.app),
            *([connexion_before(self.app)] if called else ()),
            *config_warnings(self.app.config, self._config_read),
            *table.warnings,
            *left_out_methods(table),
        ]

    def warn(self, table: ScopeTable) -> None:
        """Give the :meth:`warnings`, also in the log; each once."""
        for each in self.warnings(table):
            if str(each) not in self._warned:
                warn(each)
                self._warned.add(str(each))

    def freeze(self) -> PolicyResolver:
        """Return the frozen rules, which are frozen now at the latest.

        :raises PolicyError: with every problem of every scope, each time anew.
        """
        with self._lock:
            while self.frozen is None:
                policy, frozen = self.policy, self._freeze()
                if policy is self.policy:  # else a signal's handler has replaced it meanwhile
                    self.frozen = frozen
            return self.frozen

    def _freeze(self) -> PolicyResolver:
        if self._problems:
            raise PolicyError(self._problems)
        table = self.table()
        self._problems = table.problems
        if self._problems:
            raise PolicyError(self._problems)
        # Where a warning is an error, nothing must have been changed.
        self.warn(table)
        self.wire()
        if self._router is None:
            self._router = Router(self.app)
            self._router.watch()
        # A preflight freezes the rules too, and may never reach Flask: Flask must refuse later
        # routes all the same, which would lack what their decorators say.
        self.app._got_first_request = True
        return PolicyResolver(self.app, self._router, table)

    def expect_scopes(self) -> None:
        """Work out each preflight anew from now on: a decorated view may come late."""
        if self.frozen is not None:
            self.frozen.expect_scopes()

    def reconfigure(self, change: Callable[[Policy], Policy]) -> None:
        """Apply what `change` makes of the app's policy to all requests from now on.

        :raises PolicyError: if any scope can't be; then nothing has changed.
        """
        with self._lock:
            while True:
                before = self.policy
                policy = change(before)
                table = self._build_table(self.app, policy)
                if before is self.policy:  # else a signal's handler has replaced it meanwhile
                    break
            if table.problems:
                raise PolicyError(table.problems)
            self.policy = policy
            self._problems = []
            self._config_read = known_keys(self.app.config)
            if self._router is not None:
                self.frozen = PolicyResolver(self.app, self._router, table)

    def allows(self, environ: Environ, rule: Rule | None, origin: str | None) -> bool:
        """Return whether a page of `origin` may use the request in `environ`.

        :param rule: the rule that the app matched for it; None if it is not run.
        :param origin: by default, that of the request; without one it is True.
        """
        origin = environ.get("HTTP_ORIGIN") if origin is None else origin
        if origin is None or origin == own_origin(self.app, environ):
            return True
        rules = self.frozen or self.freeze()
        method = environ["REQUEST_METHOD"]
        if rule is None:
            scope = rules.scope_of_request(rules.matcher_in(environ), method)
        else:
            scope = rules.scope_of_rule(rule, method)
        if scope is None or scope.compiled is None:
            return False
        call = self.origin_functions.caller_for(environ)
        return check_origin(scope.compiled, origin, call) is Reason.ALLOWED

    def decide(self, environ: Environ) -> Decision:
        """Return the decision on the request in `environ`, which is not run."""
        rules = self.frozen or self.freeze()
        url = rules.matcher_in(environ)
        preflight = parse_preflight(environ)
        if preflight is not None:
            scope = rules.scope_of_preflight(url, preflight.method)
        else:
            scope = rules.scope_of_request(url, environ["REQUEST_METHOD"])
        if scope is None and preflight is not None:
            return decision_for(Reason.ROUTING_FAILED, None, "", (VARY_PREFLIGHT,))
        if scope is None or scope.compiled is None:
            reason = Reason.NO_MATCH if scope is None else Reason.DISABLED
            if "HTTP_ORIGIN" not in environ:
                reason = Reason.NOT_CORS
            return decision_for(reason, None, "" if scope is None else scope.name)
        call = self.origin_functions.caller_for(environ)
        if preflight is not None:
            return decide_preflight(scope.compiled, scope.name, preflight, call)
        return decide_actual(scope.compiled, scope.name, environ.get("HTTP_ORIGIN"), call)


def remember_state(app: Flask, extension: object, state: AppState) -> None:
    """Keep the `state` of `app` where :func:`state_of` finds it."""
    app.extensions[EXTENSION] = extension
    app.extensions[_STATE] = state


def state_of(app: Flask) -> AppState:
    """Return the state of `app`.

    :raises PolicyError: if `app` was never initialised.
    """
    found: AppState | None = app.extensions.get(_STATE)
    if found is None:
        raise PolicyError([problem("not-initialised", "app", app)])
    return found
