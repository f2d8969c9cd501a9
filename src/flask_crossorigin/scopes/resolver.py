"""PolicyResolver: which policy applies to a request, by the rule that the app's router matched.

Where that is not known the result is None, and nothing is allowed: a missing match never means that
the app does not have the URL.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect, Rule

from ..context import Environ
from ..core.cache import BoundedCache
from ..core.compiled import CompiledPolicy
from ..core.preflight import PreflightRequest, PreflightResponse
from ..events import log_failure
from .router import Router, Target, UrlMatcher
from .scope import Scope
from .table import ScopeTable


class PolicyResolver:
    """The frozen rules of one app and the scope of each.

    It is replaced as a whole. Only :meth:`expect_scopes` changes it.

    :ivar only: the one scope there is, where the app has no other.
    :ivar reads_requests: whether an origin function takes the request, as far as is known.
    :ivar policies: by the identity of a rule, its policy and the view it was found for, where
        these alone decide. The table keeps the rules, so that no other takes an identity.
    :ivar views: the app's view functions by endpoint; one may be replaced late.
    :ivar is_plain: as of the router.
    :ivar responses: the responses to preflights for which no function was called.
    """

    def __init__(self, app: Flask, router: Router, table: ScopeTable) -> None:
        self._router = router
        self._table = table
        late = router.late_changes > 0
        self.only: Scope | None = table.app_scope if table.single and not late else None
        self.reads_requests: bool = table.reads_requests or late
        self.views: dict[str, Callable[..., Any]] = app.view_functions
        self.policies: dict[int, tuple[CompiledPolicy, object]] = table.policies_of_rules()
        self.is_plain: bool = router.is_plain
        self.responses: BoundedCache[tuple[CompiledPolicy, PreflightRequest], PreflightResponse] = (
            BoundedCache()
        )
        self._scopes: BoundedCache[tuple[str, str, str], tuple[int, Rule, object, Scope]] = (
            BoundedCache()
        )

    def expect_scopes(self) -> None:
        """Let no browser keep a preflight response: a decorated view may come late."""
        self._router.late_changes += 1
        self.only = None
        self.reads_requests = True  # an origin function of the view's may take the request

    def matcher_of(self, live: Request) -> UrlMatcher:
        """Return the matcher of the request that the app works on."""
        return self._router.matcher_of(live)

    def matcher_in(self, environ: Environ) -> UrlMatcher:
        """Return the matcher of the request in `environ`, which the app does not work on."""
        return self._router.matcher_in(environ)

    def scopes_of_response(
        self, live: Request, url: UrlMatcher | None, status: int
    ) -> tuple[Scope | None, ...]:
        """Return the scopes that must all allow what the response to `live` discloses.

        :param url: the URL as it was before hooks could change the environment; None if a rule
            was matched.
        :param status: of the response.
        """
        if live.url_rule is not None:
            # Hooks may have changed the rule and the method by which the view is run.
            return (self.scope_of_rule(live.url_rule, live.method),)
        if url is None:
            return (None,)  # a hook has taken the matched rule away
        refusal = live.routing_exception
        if refusal is None or isinstance(refusal, RequestRedirect):
            # It failed before it was matched; or a browser repeats the request elsewhere.
            target = self._match(url, url.method)
        else:
            target = Target(refusal, url.path)
        scope = self._scope_of(target, url, url.method)
        if refusal is None and not target.redirected and isinstance(target.match, HTTPException):
            refusal = target.match
        if (target.redirected and refusal is None) or (refusal and refusal.code != status):
            # A hook or an error handler has responded in place of the router.
            return scope, self._table.app_scope
        return (scope,)

    def scope_of_rule(self, rule: Rule, method: str) -> Scope | None:
        """Return the scope of a request with `method` that matched `rule`; None if that fails."""
        try:
            return self._table.scope_of_rule(rule, method)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing is allowed
            log_failure("finding the scope", rule.rule, error)
            return None

    def scope_of_request(self, url: UrlMatcher, method: str) -> Scope | None:
        """Return the scope of a request with `method` that is not run."""
        return self._scope_of(self._match(url, method), url, method)

    def scope_of_preflight(self, url: UrlMatcher, method: str) -> Scope | None:
        """Return the scope of the request with `method` to come; None where routing fails."""
        return self._scope_of_preflight(self._match(url, method), url, method)

    def _scope_of_preflight(self, target: Target, url: UrlMatcher, method: str) -> Scope | None:
        scope = self._scope_of(target, url, method)
        if scope is None:
            return None
        rules = url.rules(target.match)
        certain = not target.redirected and not self._router.late_changes
        return self._table.as_preflight(scope, rules, certain=certain)

    def cached_scope_of_preflight(self, environ: Environ, method: str) -> Scope | None:
        """Return the scope of a preflight that has not reached the app; worked out once."""
        key = environ.get("PATH_INFO", ""), method, environ.get("SCRIPT_NAME", "")
        late = self._router.late_changes
        kept = self._scopes.get(key)
        if kept is not None:
            late_then, rule, view, scope = kept
            if late == late_then and self.views.get(rule.endpoint) is view:
                return scope
        url = self.matcher_in(environ)
        target = self._match(url, method)
        found = self._scope_of_preflight(target, url, method)
        # Whatever has no rule is not kept: a client can invent any number of paths.
        if found is not None and isinstance(target.match, Rule) and self._router.goes_by_path:
            view = self.views.get(target.match.endpoint)
            self._scopes.store(key, (late, target.match, view, found), *key)
        return found

    def _scope_of(self, target: Target, url: UrlMatcher, method: str) -> Scope | None:
        match, path, _ = target
        if isinstance(match, Rule):
            return self.scope_of_rule(match, method)
        try:
            rules = url.rules(match)
            if rules:
                return self._table.common_scope(rules)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing is allowed
            log_failure("finding the scope", path, error)
            return None
        if match is None or isinstance(match, MethodNotAllowed):  # its rules were not found
            return None
        return self._table.scope_of_path(path)

    def _match(self, url: UrlMatcher, method: str) -> Target:
        try:
            return url.match(method)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing is allowed
            log_failure("routing", url.path, error)
            return Target(None, url.path)
