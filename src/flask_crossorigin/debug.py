"""The traceback of an unhandled error, for a front end that is being developed.

Flask's debugger raises such errors through to the server, so that the page sees a failed fetch
and "CORS error" in place of what went wrong.
"""

import traceback

from flask import Flask

from .asking import log_exception, shown
from .core.compiled import CompiledPolicy
from .core.decision import Ask, Reason, judge_origin
from .core.fetch_standard import NULL_ORIGIN
from .core.origins import is_loopback_origin
from .routing import Environ, path_of


def readable_traceback(
    app: Flask, policy: CompiledPolicy, environ: Environ, ask: Ask, error: Exception
) -> str | None:
    """The traceback of `error` as text, logged as Flask would; None where it must be raised.

    A navigation keeps the interactive debugger; tests, and whoever set PROPAGATE_EXCEPTIONS,
    get the exception. Tracebacks quote source code, so an origin must be listed exactly or be
    this machine's. Below a pattern there may be other people's sites, and ``null`` is any site
    that likes to be it.
    """
    origin = environ.get("HTTP_ORIGIN")
    if app.testing or app.config["PROPAGATE_EXCEPTIONS"] or origin is None:
        return None
    if environ.get("HTTP_SEC_FETCH_MODE") == "navigate":
        return None
    exactly = origin in policy.listed.exact and origin != NULL_ORIGIN
    if not (exactly or is_loopback_origin(origin)):
        return None
    if judge_origin(policy, origin, ask) is not Reason.ALLOWED:
        return None
    # What Flask's log_exception says; that one needs the context, which is gone by now.
    path, method = shown(path_of(environ))[1:-1], shown(environ["REQUEST_METHOD"])[1:-1]
    log_exception(app.logger, error, "Exception on %s [%s]", path, method)
    return "".join(traceback.format_exception(error))
