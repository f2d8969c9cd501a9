"""Warnings about a valid configuration: what is probably unintended, or only for development.

A setting that inner scopes inherit is reported once, for the outermost scope that has it.
"""

import difflib
from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any, Final

from flask import Flask

from ..conflicts import connexion_before, is_made_by_connexion
from ..core.errors import PolicyProblem, with_location
from ..core.fetch_standard import SAFE_METHODS
from ..core.origin_diagnostics import suggest_origin
from ..core.origins import OriginPattern, is_loopback_host, parse_pattern
from ..core.policy import DEFAULT_METHODS, Policy
from ..extension import unregistered_blueprints
from ..scopes.declarations import blueprint_names
from ..scopes.misplaced_decorators import reachable_functions
from ..scopes.table import ScopeTable
from ..state import state_of
from .lint_messages import warning
from .routes import Route, all_scopes, list_routes, url_text

_LONGEST_MAX_AGE: Final = 86400
"""Seconds that Firefox keeps a preflight response at most; Chromium 7200, Safari 600."""
_SHOWN_ROUTES: Final = 3
_WEB: Final = ("http", "https")


def lint(app: Flask, scopes: ScopeTable) -> list[PolicyProblem]:
    """Return the warnings about `app`: first those about its scopes, then the others."""
    enabled = [each for each in all_scopes(scopes) if each.compiled is not None]
    routed = _expected_methods(app, [each.policy for each in enabled])
    found: dict[tuple[str, object], PolicyProblem] = {}
    for scope in enabled:
        for each in _policy_warnings(app, scope.policy, routed):
            found.setdefault((each.code, each.value), with_location([each], scope.name)[0])
    return [
        *found.values(),
        *_write_warnings(app, scopes),
        *_websocket_warnings(app, scopes),
        *(_cookie_warnings(app) if any(each.policy.credentials for each in enabled) else ()),
        *_setup_warnings(app),
        *state_of(app).warnings(scopes),
    ]


def _policy_warnings(app: Flask, policy: Policy, routed: set[str]) -> Iterator[PolicyProblem]:
    """Warn about the settings of `policy`.

    :param routed: methods that need no warning.
    """
    for text in policy.origins:
        parts = parse_pattern(text) if isinstance(text, str) else None
        code = None if parts is None else _origin_code(app, parts, policy.credentials is True)
        if isinstance(text, str) and code is not None:
            _, _, host = text.partition("://")
            yield warning(code, "origins", text, secure=suggest_origin(f"https://{host}"))
    if policy.max_age is not None and policy.max_age > _LONGEST_MAX_AGE:
        yield warning("max-age-too-long", "max_age", policy.max_age)
    for method in policy.methods if policy.methods != "*" else ():
        if method not in routed:
            yield warning("method-without-route", "methods", method)


def _expected_methods(app: Flask, policies: Iterable[Policy]) -> set[str]:
    """Return the default methods, and those of the app's routes."""
    routed: set[str] = set(DEFAULT_METHODS)
    for rule in app.url_map.iter_rules():
        if rule.methods is None:  # accepts every method
            routed.update(*(each.methods for each in policies))
        else:
            routed |= rule.methods
    return routed


def _origin_code(app: Flask, parts: OriginPattern, credentials: bool) -> str | None:
    """Return the code of the most serious warning about an origin or pattern, or None."""
    production = not (app.debug or app.testing)
    if is_loopback_host(parts.host):
        # The pages of packaged mobile apps have the origin https://localhost, without a port.
        packaged = parts.host == "localhost" and not parts.port
        web = parts.scheme in _WEB
        return "loopback-origin" if production and web and not packaged else None
    if parts.scheme not in _WEB and difflib.get_close_matches(parts.scheme, _WEB, cutoff=0.75):
        return "mistyped-scheme"
    if parts.scheme == "http" and production:
        return "http-origin"
    if parts.port == "*":
        return "any-port"
    return "any-subdomain" if parts.wildcard == "*" and credentials else None


def _write_warnings(app: Flask, scopes: ScopeTable) -> Iterator[PolicyProblem]:
    """Warn, once for each scope, of unguarded routes that write and allow every origin."""
    by_scope: dict[str, list[str]] = {}
    for route in list_routes(app, scopes):
        for method in _unguarded_methods(route):
            routes = by_scope.setdefault(route.scope.name, [])
            routes.append(f"{method} {url_text(route.rule)}")
    for name, routes in by_scope.items():
        found = warning("unguarded-write", "origins", routes, routes=_shown(routes))
        yield from with_location([found], name)


def _shown(routes: list[str]) -> str:
    more = len(routes) - _SHOWN_ROUTES
    return ", ".join(routes[:_SHOWN_ROUTES]) + (f" and {more} more" if more > 0 else "")


def _unguarded_methods(route: Route) -> list[str]:
    """Return the methods that write, if every origin is allowed and no access is set."""
    everyone = route.policy is not None and route.policy.origins == "*"
    if not everyone or route.access.required is not None:
        return []
    return [each for each in route.methods or ["any"] if each not in SAFE_METHODS]


def _websocket_warnings(app: Flask, scopes: ScopeTable) -> Iterator[PolicyProblem]:
    """Warn of WebSockets whose origin nothing seems to check.

    An access requirement is no check: browsers send the user's cookies for every origin.
    """
    routes = [
        url_text(each.rule)
        for each in list_routes(app, scopes)
        if each.is_websocket and not _calls_allows(app, each.rule.endpoint)
    ]
    if routes:
        yield warning("websocket-unguarded", "view", routes, routes=_shown(routes))


def _calls_allows(app: Flask, endpoint: str) -> bool:
    """Return whether the code of a view, or of a hook before it, has the name ``allows``."""
    hooks = app.before_request_funcs
    scopes = (None, *blueprint_names(endpoint))
    called = [
        app.view_functions.get(endpoint),
        *(each for at in scopes for each in hooks.get(at, ())),
    ]
    functions = (found for each in called for found in reachable_functions(each))
    return any("allows" in _names(getattr(each, "__code__", None)) for each in functions)


def _names(code: Any) -> Iterator[str]:
    """Yield the names that a code object uses, and those of the functions inside it."""
    if isinstance(code, CodeType):
        yield from code.co_names
        for each in code.co_consts:
            yield from _names(each)


def _cookie_warnings(app: Flask) -> Iterator[PolicyProblem]:
    """Warn about the cookie of Flask's session, if the app can have a session."""
    if not app.secret_key:
        return
    same_site = app.config["SESSION_COOKIE_SAMESITE"]
    secure = app.config["SESSION_COOKIE_SECURE"]
    if same_site is None:
        yield warning("cookie-samesite", "SESSION_COOKIE_SAMESITE", same_site)
    if not secure and str(same_site).lower() == "none" and same_site is not None:
        yield warning("cookie-rejected", "SESSION_COOKIE_SAMESITE", same_site)
    elif not secure and not (app.debug or app.testing):
        yield warning("cookie-secure", "SESSION_COOKIE_SECURE", secure)


def _setup_warnings(app: Flask) -> Iterator[PolicyProblem]:
    if is_made_by_connexion(app):
        yield connexion_before(app)
    for name in unregistered_blueprints(app):
        yield warning("blueprint-not-registered", "scope", name)
