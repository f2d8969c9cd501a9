"""A pytest plugin that puts the bridge in the place of flask_cors, for the process it is in.

The bridge refuses some options as a whole where flask-cors's tests use them beside others. So what
it refuses is left out here: a resource from its dictionary, a decorator from its view. The tests of
the rest then run, and those of what was refused fail.

flask-cors's tests decorate views of apps without CORS(app). They get CORS(app, origins=[]) when
their first view is registered, since the bridge needs it.
"""

import functools
import re
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import flask_cors.core
from flask import Flask

from flask_crossorigin import PolicyError
from flask_crossorigin.compat import CORS, cross_origin


class ForgivingCORS(CORS):
    """CORS without the resources that the bridge refuses."""

    def __init__(self, app: Any = None, **options: Any) -> None:
        resources = options.get("resources")
        if isinstance(resources, Mapping) and isinstance(app, Flask):
            accepted = {path: own for path, own in resources.items() if accepts(path, own)}
            options["resources"] = accepted
        super().__init__(app, **options)


def accepts(path: Any, own: Any) -> bool:
    """Return whether the bridge accepts the resource."""
    try:
        CORS(Flask("trial"), resources={path: own})
    except PolicyError:
        return False
    return True


def forgiving_cross_origin(**options: Any) -> Callable[[Any], Any]:
    """Return the bridge's decorator, or one without effect if the bridge refuses the options."""
    try:
        return cross_origin(**options)
    except PolicyError:
        return lambda view: view


def with_cors(route: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(route)
    def first(app: Flask, *args: Any, **options: Any) -> Any:
        if "crossorigin" not in app.extensions:
            CORS(app, origins=[])
        return route(app, *args, **options)

    return first


def install() -> None:
    """Replace flask_cors, of which only constants are kept."""
    constants = {
        name: value
        for name, value in vars(flask_cors.core).items()
        if name.isupper() and isinstance(value, (str, list))
    }
    core = ModuleType("flask_cors.core")
    vars(core).update(constants, re=re)
    alias = ModuleType("flask_cors")
    vars(alias).update(CORS=ForgivingCORS, cross_origin=forgiving_cross_origin, core=core)
    for name in [each for each in sys.modules if each.partition(".")[0] == "flask_cors"]:
        del sys.modules[name]
    sys.modules.update({"flask_cors": alias, "flask_cors.core": core})
    Flask.route = with_cors(Flask.route)  # type: ignore[method-assign]


install()
