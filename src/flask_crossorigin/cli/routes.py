"""``flask cors routes``: every route with its policy, its access, and what an origin may do."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import click
from flask import Flask

from ..access import AccessStated, access_of
from ..core.fetch_standard import SAFELISTED_METHODS
from ..core.policy import Policy
from ..core.text import printable
from ..inspection.routes import Route, Verdict, list_routes, url_text, with_verdicts
from .app_loader import load_valid_app
from .formatting import policy_as_json, policy_as_text
from .options import parse_origin
from .output import count, echo, echo_json, join_cells, paragraph, table

_VERSION: Final = 1
"""Version of the JSON. A member that changes its meaning or is removed raises it."""
_NOT_HANDLED: Final = "not handled"
_WEBSOCKET: Final = "WebSocket"
_HELP: Final = """Show every route: its policy, where the policy is set, and who may use the route.

Routes are grouped by the scope whose policy applies: the app, a prefix, a blueprint, a
view, or a method of a view. Access is "public", "required" (with its needs), or "not set".

With --origin, show what pages of that origin may do instead. No view runs. Origin functions
are called. The path of their request is the URL rule itself, such as /marks/<int:n>.

CORS does not apply to WebSockets: pages of every origin can open one, unless the view checks
the origin with cors.allows().

\b
The JSON has these members:
  version   1
  app       name of the app
  origin    value of --origin, or null
  policies  a list, each with all settings
  routes    a list, each with
    rule, endpoint, host, subdomain
    methods       a list, or null if the rule accepts every method
    websocket     true for a WebSocket, to which CORS does not apply
    scope         where the policy is set
    policy_index  index in policies; null if the policy is disabled
    access        setting: "public", "required" or null; needs: a list
    verdict       null without --origin and for a WebSocket, else
      reason           "allowed", or the code of the reason for denial
      may_read         true or false; null if the policy is disabled
      credentials      true if requests may carry credentials
      allowed_methods  a list
      denied_methods   the other methods, each with its reason; browsers still
                       send GET, HEAD and POST where no preflight is needed

Exit code: 0, or 1 if the configuration has errors, or 2 if the app has no policy. If it has
errors, the JSON is that of `flask cors check` instead.
"""


@click.command(help=_HELP, short_help="Show every route with its policy and access.")
@click.option(
    "--origin", metavar="ORIGIN", callback=parse_origin, help="Show what this origin may do."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(origin: str | None, as_json: bool) -> None:
    """Print every route of the app."""
    app, scopes = load_valid_app(as_json=as_json)
    routes = list_routes(app, scopes)
    if origin is not None:
        routes = with_verdicts(app, routes, origin)
    if as_json:
        echo_json(_as_json(app, routes, origin))
    else:
        for line in _as_text(app, routes, origin):
            echo(line)


# Text.


def _as_text(app: Flask, routes: list[Route], origin: str | None) -> Iterator[str]:
    name = printable(app.name)
    if not routes:
        yield paragraph(f"App {name!r} has no routes.")
        return
    yield paragraph(f"App {name!r}: {count(len(routes), 'route')}.")
    last = "Access"
    if origin is not None:
        last = "Allowed"
        yield paragraph(f"Allowed: what pages of {origin} may do.")
    elif not access_of(app) and all(each.access.required is None for each in routes):
        last = ""
        yield paragraph("The app has no access guard, so access is not shown.")
    if any(each.is_websocket for each in routes):
        yield paragraph("CORS does not apply to WebSockets.")
    rows = [
        ("Methods", "URL rule", last),
        *((*_row(each), _last_cell(each, last)) for each in routes),
    ]
    lines = iter(table(rows, indent=2))
    yield ""
    yield click.style(join_cells(next(lines)[0], 2), dim=True)
    for heading, group in groupby(routes, key=_heading):
        yield ""
        yield click.style(paragraph(heading, hanging=4), bold=True)
        for route in group:
            for line in next(lines):
                yield _coloured(join_cells(line, 2), line[-1].rstrip(), route.verdict)


def _heading(route: Route) -> str:
    """Return where the policy is set, and the policy."""
    policy = _NOT_HANDLED if route.policy is None else policy_as_text(route.policy)
    return printable(f"{route.scope.name}: {policy}")


def _row(route: Route) -> tuple[str, str]:
    if route.is_websocket:
        return _WEBSOCKET, url_text(route.rule)
    # HEAD is shown only if it is on a row of its own: else the row of GET covers it.
    shown = [each for each in route.methods if each != "HEAD" or "GET" not in route.methods]
    return ", ".join(shown) or "any", url_text(route.rule)


def _last_cell(route: Route, column: str) -> str:
    """Return the last cell of a row."""
    if route.is_websocket and column == "Allowed":
        return "CORS does not apply"
    if route.verdict is not None:
        return _verdict_as_text(route.verdict)
    return printable(_access_as_text(route.access)) if column else ""


def _access_as_text(access: AccessStated) -> str:
    if access.required is None:
        return "not set"
    if not access.required:
        return "public"
    return f"required: {', '.join(access.needs)}" if access.needs else "required"


def _verdict_as_text(verdict: Verdict) -> str:
    if verdict.may_read is None:
        return _NOT_HANDLED
    if not verdict.may_read:
        return f"no: {verdict.reason}"
    denied = [each for each in verdict.denied_methods if each not in SAFELISTED_METHODS]
    simple = _simple_methods(verdict)
    if denied and not simple and not verdict.allowed_methods:
        return f"no: {verdict.denied_methods[denied[0]]}"
    parts = ["yes, with credentials" if verdict.credentials else "yes"]
    if denied:
        parts.append(f"not {', '.join(denied)}: {verdict.denied_methods[denied[0]]}")
    if simple:
        parts.append(f"{', '.join(simple)} only without a preflight")
    return "; ".join(parts)


def _simple_methods(verdict: Verdict) -> list[str]:
    """Return the denied methods that pages may use all the same where no preflight is needed."""
    return [each for each in ("GET", "POST") if each in verdict.denied_methods]


def _coloured(line: str, last: str, verdict: Verdict | None) -> str:
    """Return `line` with the verdict, its last cell, in colour."""
    if verdict is None or verdict.may_read is None or not last:
        return line
    allows_all = verdict.may_read and not verdict.denied_methods
    allows_some = verdict.may_read and (verdict.allowed_methods or _simple_methods(verdict))
    colour = "green" if allows_all else "yellow" if allows_some else "red"
    return line.removesuffix(last) + click.style(last, fg=colour)


# JSON.


def _as_json(app: Flask, routes: list[Route], origin: str | None) -> dict[str, Any]:
    policies: list[Policy] = []
    members = [_route_as_json(each, policies) for each in routes]
    return {
        "version": _VERSION,
        "app": app.name,
        "origin": origin,
        "policies": [policy_as_json(each) for each in policies],
        "routes": members,
    }


def _route_as_json(route: Route, policies: list[Policy]) -> dict[str, Any]:
    """Return the members of a route. Add its policy to `policies` if it is not there yet."""
    if route.policy is not None and route.policy not in policies:
        policies.append(route.policy)
    return {
        "rule": route.rule.rule,
        "endpoint": route.rule.endpoint,
        "host": route.rule.host,
        "subdomain": route.rule.subdomain or None,
        "methods": list(route.methods) or None,
        "websocket": route.is_websocket,
        "scope": route.scope.name,
        "policy_index": None if route.policy is None else policies.index(route.policy),
        "access": _access_as_json(route.access),
        "verdict": None if route.verdict is None else _verdict_as_json(route.verdict),
    }


def _access_as_json(access: AccessStated) -> dict[str, Any]:
    setting = {None: None, True: "required", False: "public"}[access.required]
    return {"setting": setting, "needs": list(access.needs)}


def _verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "reason": str(verdict.reason),
        "may_read": verdict.may_read,
        "credentials": verdict.credentials,
        "allowed_methods": list(verdict.allowed_methods),
        "denied_methods": {
            method: str(reason) for method, reason in verdict.denied_methods.items()
        },
    }
