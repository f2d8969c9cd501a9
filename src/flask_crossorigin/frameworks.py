"""The problem of an app that is not Flask's: where other frameworks have their CORS support."""

from typing import Final

from .core.errors import PolicyProblem, problem

_DEFAULT: Final = "Write the app first, then what it should have as keyword arguments."
_SUPPORT: Final = {
    "quart": "for Quart use quart-cors",
    "fastapi": "for FastAPI use its own CORSMiddleware, from fastapi.middleware.cors",
    "starlette": "for Starlette use its own CORSMiddleware, from starlette.middleware.cors",
    "django": "for Django use django-cors-headers",
}
"""By the package that an app's class comes from; none of them is imported to look."""


def not_flask(found: object) -> PolicyProblem:
    """Return the problem that `found` stands where a Flask app should."""
    for each in type(found).__mro__:  # an app's own class is often a subclass
        package = each.__module__.partition(".")[0]
        if package in _SUPPORT:
            suggestion = f"This extension is for Flask; {_SUPPORT[package]}."
            return problem("app-type", "app", found, suggestion=suggestion)
    return problem("app-type", "app", found, suggestion=_DEFAULT)
