"""Which scope governs a response or a preflight: what the router matched, never what it seems.

Where that can't be known the answer is None, and nothing is sent: a missing match must not pass
for a URL that the app does not have.
"""

import logging
from typing import Final

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect, Rule

from .asking import shown
from .core.compiled import CompiledPolicy, Header
from .core.kept import Kept
from .preflights import Answer, Asked
from .routing import Environ, Match, Router, live_request, path_of
from .scopes import Scope, ScopeTable

logger: Final = logging.getLogger("flask_crossorigin")


class Governing:
    """The frozen rules of one app and what governs each; replaced as a whole, never changed.

    :ivar shared: whether responses may be of other apps, mounted under this one.
    :ivar general: whether more is to be done for a response than its headers: it may be of
        another app, a function is to see the whole request as it came, or an error is to be made
        readable (in debug mode).
    :ivar by_path: whether the path and the method alone say which rule matches.
    :ivar only: the one scope there is, where every response is the app's own and has no other.
    :ivar policy: what answers in that scope; None where it is disabled, or not all there is.
    :ivar answers: what preflights were answered that asked no function.
    """

    def __init__(self, app: Flask, router: Router, table: ScopeTable, *, shared: bool) -> None:
        """Answer for `app`."""
        self._app = app
        self._router = router
        self._table = table
        self.shared = shared
        self.general: bool = shared or app.debug or table.reads_requests
        self.by_path: bool = not router.goes_by_host
        self.only: Scope | None = table.app_scope if table.single and not shared else None
        self.policy: CompiledPolicy | None = None
        if self.only is not None and not self.general:
            self.policy = self.only.compiled
        self.answers: Kept[tuple[CompiledPolicy, Asked], Answer] = Kept()
        # The same views make the same of a path.
        self._scopes: Kept[tuple[str, str, int], Scope] = Kept()
        # By the identities of rules, which the table keeps: a rule is found without its scopes.
        self._policies = table.policies_of_rules()

    def added_by_rule(self, environ: Environ, origin: str | None) -> tuple[Header, ...] | None:
        """What a response carries by the policy of the rule that the app matched.

        None where that alone doesn't tell, or not yet.
        """
        try:
            policy = self._policies[id(environ["werkzeug.request"].url_rule)]
        except (KeyError, AttributeError):
            return None
        return policy.for_everyone or policy.added.get(origin)

    def scope_of_response(self, environ: Environ, original: Environ, status: str) -> Scope | None:
        """The scope of the response that the app is starting with `status`.

        :param environ: as it is now.
        :param original: as it was when the request came.
        """
        made = environ.get("werkzeug.request")
        rule = getattr(made, "url_rule", None)
        if made is not None and rule is not None and rule.map is self._app.url_map:
            # A hook may have changed the request's method, by which the view is run.
            return self.scope_of_match(rule, original, made.method)
        # The view made a request object of its own, or another app did.
        live = live_request(self._app, environ)
        if live is None:
            return self._scope_without_request(original, original["REQUEST_METHOD"])
        match: Match | None = live.url_rule or live.routing_exception
        if isinstance(match, HTTPException) and status[:3] != str(match.code):
            return self._table.app_scope  # a hook answered in the place of a view
        if isinstance(match, RequestRedirect):
            match = self.resolve(original, live.method)
        return self.scope_of_match(match, original, live.method)

    def _scope_without_request(self, original: Environ, method: str) -> Scope | None:
        """The scope where the context is gone: the router is asked again.

        What it doesn't find may have been answered by anything, so that has no scope.
        """
        match = self.resolve(original, method)
        if isinstance(match, (Rule, MethodNotAllowed)):
            return self.scope_of_match(match, original, method)
        return None

    def scope_of_match(self, match: Match | None, environ: Environ, method: str) -> Scope | None:
        """The scope of what the router made of a request; None where it made nothing of it."""
        try:
            rules = self._rules_of(match, environ)
            if rules:
                return self._table.scope_of_rules(rules, method)
        except Exception:  # noqa: BLE001 - whatever it is, nothing is allowed
            log_failure("finding the scope", environ)
            return None
        if isinstance(match, NotFound):
            return self._table.scope_of_path(path_of(environ))
        # Refused before it was matched: the host is not trusted, say.
        return self._table.app_scope if isinstance(match, HTTPException) else None

    def scope_of_preflight(self, environ: Environ, method: str) -> Scope | None:
        """The scope of the request with `method` to come; None where the routing fails."""
        path = environ.get("PATH_INFO", "")
        # A view that comes late has rules that were not asked; to count those costs more.
        asked = path, method, len(self._app.view_functions)
        scope = self._scopes.get(asked)
        if scope is not None:
            return scope
        match, redirected = self._follow(environ, method)
        scope = self.scope_of_match(match, environ, method)
        if scope is None:
            return None
        rules = self._rules_of(match, environ)
        scope = self._table.as_preflight(scope, rules, redirected=redirected)
        # Where there is no rule a late one may still come.
        if self._router.goes_by_path and isinstance(match, Rule):
            self._scopes.keep(asked, scope, path, method)
        return scope

    def _rules_of(self, match: Match | None, environ: Environ) -> list[Rule]:
        """The rule that matched; of a URL without the method, all its rules; else none."""
        if isinstance(match, Rule):
            return [match]
        if isinstance(match, MethodNotAllowed):
            return list(self._router.rules_of_path(environ, match))
        return []

    def scope_of_error(self, original: Environ) -> Scope | None:
        """The scope of a request whose view or hook raised, and whose context is gone."""
        return self.only or self._scope_without_request(original, original["REQUEST_METHOD"])

    def resolve(self, environ: Environ, method: str) -> Match | None:
        """What the router makes of `environ` with `method`; None where it fails, or leads out."""
        return self._follow(environ, method)[0]

    def _follow(self, environ: Environ, method: str) -> tuple[Match | None, bool]:
        """The same, and whether a redirect led there."""
        try:
            return self._router.follow(environ, method)
        except Exception:  # noqa: BLE001 - whatever it is, nothing is allowed
            log_failure("routing", environ)
            return None, False


def log_failure(what: str, environ: Environ) -> None:
    """Log the exception being handled: `what` failed, and no header is sent for it."""
    logger.error(
        "%s failed for %s %s, so that nothing is allowed",
        what,
        shown(environ["REQUEST_METHOD"]),
        shown(path_of(environ)),
        exc_info=True,  # noqa: LOG014 - called where it is being handled
    )
