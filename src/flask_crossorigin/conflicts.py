"""Other CORS libraries on the same app: two layers answer twice, or against each other."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from flask import Flask

_MODULES: Final = ("flask_cors", "flask_crossdomain", "flask_simple_cors")


class OtherLibrary(NamedTuple):
    """A hook or a view through which another CORS library adds headers.

    :ivar message: where the library was found, one sentence.
    :ivar hint: what to write instead.
    """

    message: str
    hint: str


def other_cors_libraries(app: Flask) -> Iterator[OtherLibrary]:
    """Find every hook and view through which another CORS library adds headers."""
    for functions in app.after_request_funcs.values():
        for function in functions:
            if (module := _module_of(function)) is not None:
                yield OtherLibrary(
                    f"app {app.name!r}: {module} is installed too, as an after_request hook.",
                    "Its headers are replaced; remove it.",
                )
    for endpoint, view in app.view_functions.items():
        if (module := _module_of(view)) is not None:
            yield OtherLibrary(
                f"app {app.name!r}: the view at endpoint {endpoint!r} is decorated by {module}.",
                "Its headers are replaced; use cors.policy instead.",
            )


def _module_of(function: Any) -> str | None:
    """The other library that defined `function`, whatever it calls itself."""
    defined_in = getattr(function, "__globals__", {}).get("__name__", "")
    top: str = defined_in.partition(".")[0]
    return top if top in _MODULES else None
