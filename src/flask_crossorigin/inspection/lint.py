"""Judges a sound configuration: what of it is hardly meant, or for development only.

What is inherited is told once, for the outermost scope that has it.
"""

import difflib
from collections.abc import Iterable, Iterator
from typing import Final

from flask import Flask

from ..conflicts import other_cors_libraries
from ..core.errors import PolicyProblem, with_location
from ..core.origin_diagnostics import suggest_origin
from ..core.origins import OriginPattern, is_loopback_host, parse_pattern
from ..core.policy import DEFAULT_METHODS, Policy
from ..extension import unregistered_blueprints
from ..scopes.scope import Scope
from ..scopes.table import ScopeTable
from .lint_messages import warning
from .routes import Route, routes_of, url_of

_LONGEST_MAX_AGE: Final = 86400
"""Seconds: Firefox's cap on a preflight's answer; Chromium's is 7200, Safari's 600."""
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110, 9.2.1)."""
_SHOWN_ROUTES: Final = 3
_WEB: Final = ("http", "https")


def judge(app: Flask, scopes: ScopeTable) -> list[PolicyProblem]:
    """The warnings about `app`, in the order of its scopes, then of the app as a whole."""
    governing = list(_governing(scopes))
    routed = _routed_methods(app, [each.policy for each in governing])
    found: dict[tuple[str, object], PolicyProblem] = {}
    for scope in governing:
        for each in _policy_warnings(app, scope.policy, routed):
            found.setdefault((each.code, each.value), with_location([each], scope.name)[0])
    return [
        *found.values(),
        *_open_to_write(app, scopes),
        *(_cookie_warnings(app) if any(each.policy.credentials for each in governing) else ()),
        *_wiring_warnings(app),
    ]


def _governing(scopes: ScopeTable) -> Iterator[Scope]:
    """Every scope that is not left to Flask, the outer ones first."""
    seen = {scopes.app_scope: None}
    for each in scopes:
        seen.update(dict.fromkeys([*each.chain, *each.methods.values()]))
    return (scope for scope in seen if scope.compiled is not None)


def _policy_warnings(app: Flask, policy: Policy, routed: set[str]) -> Iterator[PolicyProblem]:
    """About what `policy` states; `routed` are the methods that there can be."""
    for text in policy.origins:
        parts = parse_pattern(text) if isinstance(text, str) else None
        code = None if parts is None else _origin_code(app, parts, policy.credentials)
        if isinstance(text, str) and code is not None:
            _, _, host = text.partition("://")
            yield warning(code, "origins", text, secure=suggest_origin(f"https://{host}"))
    if policy.max_age > _LONGEST_MAX_AGE:
        yield warning("max-age", "max_age", policy.max_age)
    for method in policy.methods if policy.methods != "*" else ():
        if method not in routed:
            yield warning("method-without-route", "methods", method)


def _routed_methods(app: Flask, policies: Iterable[Policy]) -> set[str]:
    """The methods that nobody need wonder about: usual ones, and those of the app's routes."""
    routed: set[str] = set(DEFAULT_METHODS)
    for rule in app.url_map.iter_rules():
        if rule.methods is None:  # it takes every one
            routed.update(*(each.methods for each in policies))
        else:
            routed |= rule.methods
    return routed


def _origin_code(app: Flask, parts: OriginPattern, credentials: bool) -> str | None:
    """What is to be said of an origin or pattern, the gravest first; None if nothing is."""
    production = not (app.debug or app.testing)
    if is_loopback_host(parts.host):
        # Without a port it is an app for phones, whose pages have the origin https://localhost.
        packed = parts.host == "localhost" and not parts.port
        web = parts.scheme in _WEB
        return "loopback-origin" if production and web and not packed else None
    if parts.scheme not in _WEB and difflib.get_close_matches(parts.scheme, _WEB, cutoff=0.75):
        return "mistyped-scheme"
    if parts.scheme == "http" and production:
        return "http-origin"
    if parts.port == "*":
        return "any-port"
    return "any-subdomain" if parts.subdomains and credentials else None


def _open_to_write(app: Flask, scopes: ScopeTable) -> Iterator[PolicyProblem]:
    """One warning a scope: its routes that write, for every origin, and without any access."""
    by_scope: dict[str, list[str]] = {}
    for route in routes_of(app, scopes):
        for method in _open_methods(route):
            routes = by_scope.setdefault(route.scope.name, [])
            routes.append(f"{method} {url_of(route.rule)}")
    for name, routes in by_scope.items():
        more = len(routes) - _SHOWN_ROUTES
        shown = ", ".join(routes[:_SHOWN_ROUTES]) + (f" and {more} more" if more > 0 else "")
        yield from with_location([warning("open-to-write", "origins", routes, routes=shown)], name)


def _open_methods(route: Route) -> list[str]:
    """The methods of `route` that write, if every origin may use them and nothing says who."""
    everyone = route.policy is not None and route.policy.origins == "*"
    if not everyone or route.access.required is not None:
        return []
    return [each for each in route.methods or ["any"] if each not in _READING]


def _cookie_warnings(app: Flask) -> Iterator[PolicyProblem]:
    """About the cookie of Flask's session, where the app can have one."""
    if not app.secret_key:
        return
    same_site = app.config["SESSION_COOKIE_SAMESITE"]
    secure = app.config["SESSION_COOKIE_SECURE"]
    if same_site is None:
        yield warning("cookie-samesite", "SESSION_COOKIE_SAMESITE", same_site)
    if not secure and str(same_site).lower() == "none" and same_site is not None:
        yield warning("cookie-refused", "SESSION_COOKIE_SAMESITE", same_site)
    elif not secure and not (app.debug or app.testing):
        yield warning("cookie-secure", "SESSION_COOKIE_SECURE", secure)


def _wiring_warnings(app: Flask) -> Iterator[PolicyProblem]:
    for message, hint in other_cors_libraries(app):
        yield warning("other-cors-library", "app", app.name, message=message, hint=hint)
    for name in unregistered_blueprints(app):
        yield warning("blueprint-without-rule", "scope", name)
