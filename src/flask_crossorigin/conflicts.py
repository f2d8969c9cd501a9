"""Other CORS libraries on an app, which would set the same headers."""

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


def _module_of(function: Any) -> str | None:
    """Return the CORS library that defines `function`, or None."""
    # `__module__` is no help: functools.wraps copies it from the view.
    defined_in = getattr(function, "__globals__", {}).get("__name__", "")
    top: str = defined_in.partition(".")[0]
    return top if top in _MODULES else None
