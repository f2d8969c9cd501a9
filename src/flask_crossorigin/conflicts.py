"""Conflicts on an app: other CORS libraries, and Connexion 3, which responds before Flask."""

import sys
from collections.abc import Iterator
from typing import Any, Final

from flask import Flask

from .core.errors import PolicyProblem
from .core.problems import problem

_MODULES: Final = ("flask_cors", "flask_crossdomain", "flask_simple_cors")


def other_cors_libraries(app: Flask) -> Iterator[PolicyProblem]:
    """Yield a warning for each hook and each view through which another library adds headers."""
    for functions in app.after_request_funcs.values():
        for function in functions:
            if (module := _module_of(function)) is not None:
                found = f"{module} is installed too, as an after_request hook"
                yield _warning(app, found, "remove it")
    for endpoint, view in app.view_functions.items():
        if (module := _module_of(view)) is not None:
            found = f"the view at endpoint {endpoint!r} is decorated by {module}"
            yield _warning(app, found, "use cors.policy instead")


def _warning(app: Flask, found: str, fix: str) -> PolicyProblem:
    return problem("other-cors-library", "app", app.name, found=found, fix=fix)


def connexion_before(app: Flask) -> PolicyProblem:
    """Return the warning that Connexion 3 receives the requests before `app`."""
    return problem("connexion-before", "app", app.name)


def is_made_by_connexion(app: Flask) -> bool:
    """Return whether Connexion 3 has created `app`: its own converters are there from the start."""
    converter = app.url_map.converters.get("int")
    return getattr(converter, "__module__", None) == "connexion.frameworks.flask"


def is_called_by_connexion() -> bool:
    """Return whether Connexion 3 has passed on the request at work, whatever app it wraps."""
    context = sys.modules.get("connexion.context")
    return context is not None and bool(context.scope)


def _module_of(function: Any) -> str | None:
    """Return the CORS library that defines `function`, or None."""
    # `__module__` is no help: functools.wraps copies it from the view.
    defined_in = getattr(function, "__globals__", {}).get("__name__", "")
    top: str = defined_in.partition(".")[0]
    return top if top in _MODULES else None
