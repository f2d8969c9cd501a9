"""The plain values that describe a random app and what is sent to it.

Everything is a frozen dataclass of tuples and strings, so that a failing case can be made smaller
and printed. `building` makes apps of it, `reference` reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Settings: TypeAlias = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Declaration:
    """The policy that is declared for a part of an app.

    :ivar settings: the settings that are named; origin functions by their names in `origins`.
    :ivar whole: whether it is a whole policy, which inherits nothing.
    :ivar disabled: whether the part is left to Flask; then there are no settings.
    """

    settings: Settings = ()
    whole: bool = False
    disabled: bool = False


@dataclass(frozen=True)
class Route:
    """A URL rule and its view.

    :ivar name: the last part of the endpoint.
    :ivar view: a name in `views.VIEWS`.
    :ivar where: the host or the subdomain.
    :ivar declared: the decorators of the view, the innermost first.
    :ivar methods_declared: the decorators of the methods of a MethodView.
    :ivar also: another rule of the view.
    :ivar defaults: of the rule, but not of the other one.
    :ivar argument: what the view does it with: a path to forward to, the number of a child.
    """

    name: str
    rule: str
    view: str = "text"
    methods: tuple[str, ...] = ("GET",)
    blueprint: str = ""
    where: str = ""
    strict_slashes: bool | None = None
    defaults: tuple[tuple[str, Any], ...] = ()
    redirect_to: str = ""
    declared: tuple[Declaration, ...] = ()
    methods_declared: tuple[tuple[str, Declaration], ...] = ()
    argument: str = ""
    also: str = ""
    access: str = ""


@dataclass(frozen=True)
class Part:
    """A blueprint.

    :ivar path: its name with those of the blueprints around it, as endpoints have it.
    """

    path: str
    prefix: str = ""
    declared: Declaration | None = None


@dataclass(frozen=True)
class Hook:
    """A function that Flask calls around the view.

    :ivar kind: before_request, after_request or teardown_request.
    :ivar when: "always", "asked" (the request names it), or "unmatched".
    """

    name: str
    kind: str
    action: str
    argument: str = ""
    when: str = "asked"
    blueprint: str = ""


@dataclass(frozen=True)
class Handler:
    """An error handler for a status or an exception."""

    error: str
    action: str
    argument: str = ""


@dataclass(frozen=True)
class Wrapper:
    """Something that is put round ``app.wsgi_app``.

    :ivar when: "before" `init_app`, "between" it and the first request, or "late".
    """

    kind: str
    when: str = "before"
    argument: str = ""


@dataclass(frozen=True)
class App:
    """An app; without `policy` it is one without this library."""

    name: str = "app"
    policy: Declaration | None = None
    routes: tuple[Route, ...] = ()
    parts: tuple[Part, ...] = ()
    prefixes: tuple[tuple[str, Declaration], ...] = ()
    hooks: tuple[Hook, ...] = ()
    handlers: tuple[Handler, ...] = ()
    wrappers: tuple[Wrapper, ...] = ()
    traits: tuple[str, ...] = ()  # names in `classes`: subclasses and replaced attributes
    children: tuple[App, ...] = ()
    hosts: str = ""  # "", "hosts" or "subdomains"
    session: str = ""  # "", "fails"
    init_last: bool = False
    shared_extension: bool = False
    captured: bool = False  # requests go to the wsgi_app that was there before init_app
    propagates: bool | None = None
    access: str = ""  # "", "public" or "required"
    merge_slashes: bool = True
    logs: bool = False


@dataclass(frozen=True)
class Send:
    """A request."""

    path: str
    method: str = "GET"
    origin: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    host: str = "localhost"


@dataclass(frozen=True)
class Reconfigure:
    """A change of the app's own policy while it runs."""

    declared: Declaration


@dataclass(frozen=True)
class LateRule:
    """A rule that is added to the map when the app runs."""

    route: Route
    endpoint: str = ""  # of a view that is there already, or empty


@dataclass(frozen=True)
class LateView:
    """A view that is replaced when the app runs."""

    route: Route
    endpoint: str = ""


Step: TypeAlias = Send | Reconfigure | LateRule | LateView


@dataclass(frozen=True)
class Case:
    """An app and what happens to it."""

    app: App
    steps: tuple[Step, ...] = ()
