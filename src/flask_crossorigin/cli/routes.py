"""``flask cors routes``: every URL rule, what governs it, and what an origin may do there."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import click
from flask import Flask

from ..access import AccessStated, access_of
from ..core.policy import Policy
from ..core.text import printable
from ..inspection.routes import Route, Verdict, judged, routes_of, url_of
from .app_loader import sound_app
from .formatting import policy_as_json, policy_in_words
from .options import read_origin
from .output import count, echo, echo_json, joined, paragraph, table

_VERSION: Final = 1
"""Of the JSON's form: it goes up where a member changes its meaning or goes away."""


@click.command(short_help="Show every route with its policy and access.")
@click.option("--origin", metavar="ORIGIN", callback=read_origin, help="Say what it may do.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(origin: str | None, as_json: bool) -> None:
    """Show every route: its policy, where that is stated, and who may use it.

    Routes stand below the scope that governs them: the app, a prefix, a blueprint, a view,
    or a method of a view. Access is "public", "required" with what the caller needs, or "not
    stated".

    With --origin, each route says instead what pages of that origin may do. Nothing is
    requested; a function that answers for origins is asked, with the URL rule as the path.

    \b
    JSON has these members:
      version   1
      app       the app's name
      origin    that was asked about, or null
      policies  a list, each with all settings
      routes    a list, each with
        rule, endpoint, host, subdomain
        methods   null: every method
        scope     where the policy is stated
        policy    its place in policies, from 0; null: left to Flask
        access    stated: public, required or null; needs: a list
        verdict   null without --origin, else
          reason       "allowed", or the code of why not
          read         responses; null: left to Flask
          credentials  whether requests may carry them
          methods      that may be used
          denied       the others, each with its reason

    Exit code: 0, 1 if the configuration is wrong, 2 if there is nothing to show. Where it is
    wrong, JSON has the members of `flask cors check` instead.
    """  # noqa: D301 - the mark keeps click from wrapping what follows
    app, scopes = sound_app(for_programs=as_json)
    routes = routes_of(app, scopes)
    if origin is not None:
        routes = judged(app, routes, origin)
    if as_json:
        echo_json(_as_json(app, routes, origin))
    else:
        for line in _in_words(app, routes, origin):
            echo(line)


# For people.


def _in_words(app: Flask, routes: list[Route], origin: str | None) -> Iterator[str]:
    name = printable(app.name)
    if not routes:
        yield paragraph(f"App {name!r} has no routes.")
        return
    yield paragraph(f"App {name!r}: {count(len(routes), 'route')}.")
    last = "Access"
    if origin is not None:
        last = "Allowed"
        yield paragraph(f"Allowed is what pages of {origin} may do.")
    elif not access_of(app) and all(each.access.required is None for each in routes):
        last = ""
        yield paragraph("It has no Access, so that nothing here says who may use a view.")
    rows = [("Methods", "URL rule", last), *((*_row(each), _last(each, last)) for each in routes)]
    lines = iter(table(rows, indent=2))
    yield ""
    yield click.style(joined(next(lines)[0], 2), dim=True)
    for heading, group in groupby(routes, key=_heading):
        yield ""
        yield click.style(paragraph(heading, hanging=4), bold=True)
        for route in group:
            for line in next(lines):
                yield _coloured(joined(line, 2), line[-1].rstrip(), route.verdict)


def _heading(route: Route) -> str:
    """Where the policy is stated, and the policy."""
    words = "left to Flask" if route.policy is None else policy_in_words(route.policy)
    return printable(f"{route.scope.name}: {words}")


def _row(route: Route) -> tuple[str, str]:
    # What is said of GET goes for HEAD, unless they stand apart.
    shown = [each for each in route.methods if each != "HEAD" or "GET" not in route.methods]
    return ", ".join(shown) or "any", url_of(route.rule)


def _last(route: Route, column: str) -> str:
    """The last cell of a row."""
    if route.verdict is not None:
        return _verdict_in_words(route.verdict)
    return printable(_access_in_words(route.access)) if column else ""


def _access_in_words(access: AccessStated) -> str:
    if access.required is None:
        return "not stated"
    if not access.required:
        return "public"
    return f"required: {', '.join(access.needs)}" if access.needs else "required"


def _verdict_in_words(verdict: Verdict) -> str:
    if verdict.read is None:
        return "left to Flask"
    if not verdict.read:
        return f"no: {verdict.reason}"
    denied = [each for each in verdict.denied if each != "HEAD"]
    if denied and not verdict.methods:
        return f"no: {verdict.denied[denied[0]]}"
    allowed = "yes, with credentials" if verdict.credentials else "yes"
    if denied:
        return f"{allowed}; not {', '.join(denied)}: {verdict.denied[denied[0]]}"
    return allowed


def _coloured(line: str, last: str, verdict: Verdict | None) -> str:
    """`line` with the verdict, its last cell, in colour."""
    if verdict is None or verdict.read is None or not last:
        return line
    whole = verdict.read and not verdict.denied
    colour = "green" if whole else "yellow" if verdict.methods else "red"
    return line.removesuffix(last) + click.style(last, fg=colour)


# For programs.


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
    """The route; its policy is added to `policies` unless it is there."""
    if route.policy is not None and route.policy not in policies:
        policies.append(route.policy)
    return {
        "rule": route.rule.rule,
        "endpoint": route.rule.endpoint,
        "host": route.rule.host,
        "subdomain": route.rule.subdomain or None,
        "methods": list(route.methods) or None,
        "scope": route.scope.name,
        "policy": None if route.policy is None else policies.index(route.policy),
        "access": _access_as_json(route.access),
        "verdict": None if route.verdict is None else _verdict_as_json(route.verdict),
    }


def _access_as_json(access: AccessStated) -> dict[str, Any]:
    stated = {None: None, True: "required", False: "public"}[access.required]
    return {"stated": stated, "needs": list(access.needs)}


def _verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "reason": str(verdict.reason),
        "read": verdict.read,
        "credentials": verdict.credentials,
        "methods": list(verdict.methods),
        "denied": {method: str(reason) for method, reason in verdict.denied.items()},
    }
