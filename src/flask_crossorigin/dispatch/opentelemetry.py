"""Preflights under OpenTelemetry's Flask instrumentation.

Its wrapper of ``wsgi_app`` expects that a hook of its own starts a span for each request, and logs
a warning for each response without one. No hook runs for a preflight.
"""

import inspect
from importlib import import_module
from inspect import getattr_static
from typing import Any, Final

from flask import Flask

from ..context import Environ

_STARTED: Final = "opentelemetry-flask.starttime_key"
_SPAN: Final = "opentelemetry-flask.span_key"


def wraps_flask_alone(app: Flask, wsgi_app: Any) -> bool:
    """Return whether `wsgi_app` is OpenTelemetry's wrapper of Flask's own, with nothing between."""
    module = getattr(wsgi_app, "__module__", None) or ""
    if not module.startswith("opentelemetry.instrumentation.") or not inspect.isfunction(wsgi_app):
        return False
    inner = inspect.getclosurevars(wsgi_app).nonlocals.get("wsgi_app")
    function = getattr(inner, "__func__", None)
    return getattr(inner, "__self__", None) is app and function is getattr_static(Flask, "wsgi_app")


def expect_no_span(environ: Environ) -> None:
    """Let a preflight go without a span, if OpenTelemetry has seen it arrive."""
    if _STARTED in environ:
        trace = import_module("opentelemetry.trace")
        environ.setdefault(_SPAN, trace.INVALID_SPAN)
