"""Conflicts on an app: other CORS libraries, and Connexion 3, which responds before Flask."""

import sys
from collections.abc import Iterator
from typing import Any, Final

from flask import Flask

from .core.messages import Message

_MODULES: Final = ("flask_cors", "flask_crossdomain", "flask_simple_cors")


def other_cors_libraries(app: Flask) -> Iterator[Message]:
    """Yield a message for each hook and each view through which another library adds headers."""
    for functions in app.after_request_funcs.values():
        for function in functions:
            if (module := _module_of(function)) is not None:
                yield Message(
                    f"app {app.name!r}: {module} is installed too, as an after_request hook.",
                    "Its headers are replaced; remove it.",
                )
    for endpoint, view in app.view_functions.items():
        if (module := _module_of(view)) is not None:
            yield Message(
                f"app {app.name!r}: the view at endpoint {endpoint!r} is decorated by {module}.",
                "Its headers are replaced; use cors.policy instead.",
            )


def connexion_before(app: Flask) -> Message:
    """Return the message that Connexion 3 receives the requests before `app`."""
    return Message(
        f"app {app.name!r}: Connexion 3 handles each request before Flask. It sends preflight "
        "responses and most errors, such as 400, 401 and 404, without this policy.",
        "Remove CrossOrigin from this app. Add Starlette's CORSMiddleware to the Connexion app, at "
        "MiddlewarePosition.BEFORE_EXCEPTION.",
    )


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
