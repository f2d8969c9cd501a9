"""The traceback of an unhandled error, for a front end that is being developed.

Flask's debugger lets such an error through to the server, so that the page sees a failed fetch
and "CORS error" instead of what went wrong.
"""

import traceback

from flask import Request, Response

from ..context import Environ, path_of
from ..core.actual import check_origin
from ..core.compiled import CompiledPolicy
from ..core.decision import Reason
from ..core.fetch_standard import NULL_ORIGIN
from ..core.origins import is_loopback_origin
from ..core.preflight import text_headers
from ..events import escape_for_log, log_exception
from .preflights import PlainResponse
from .snapshot import Snapshot


def debug_response(snapshot: Snapshot, live: Request, error: Exception) -> Response | None:
    """Return the traceback of `error` as a response; None where `error` must be raised.

    A navigation keeps the interactive debugger. Tests, and whoever set PROPAGATE_EXCEPTIONS, get
    the exception.
    """
    app = snapshot.state.app
    if not app.debug or app.testing or app.config["PROPAGATE_EXCEPTIONS"]:
        return None
    if snapshot.nested is not None:  # it may be the error of another app
        return None
    environ = snapshot.environ_of(live)
    if environ.get("HTTP_SEC_FETCH_MODE") == "navigate":
        return None
    for scope in snapshot.rules.scopes_of_response(live, snapshot.url, 500):
        policy = None if scope is None else scope.compiled
        if policy is None or not _may_read(snapshot, policy, environ):
            return None
    # As Flask's log_exception words it.
    path, method = (
        escape_for_log(path_of(environ))[1:-1],
        escape_for_log(environ["REQUEST_METHOD"])[1:-1],
    )
    log_exception(app.logger, error, "Exception on %s [%s]", path, method)
    body = "".join(traceback.format_exception(error)).encode(errors="backslashreplace")
    return PlainResponse([body], 500, text_headers(body))


def _may_read(snapshot: Snapshot, policy: CompiledPolicy, environ: Environ) -> bool:
    """Return whether the page may see source code, which tracebacks quote.

    Its origin must be listed exactly, or be this machine's. Below a pattern there may be other
    people's sites, and any site can have the origin ``null``.
    """
    origin = snapshot.origin
    if origin is None:
        return False
    exactly = origin in policy.for_origin(origin).allowlist.exact and origin != NULL_ORIGIN
    if not (exactly or is_loopback_origin(origin)):
        return False
    return (
        check_origin(policy, origin, snapshot.state.origin_functions.caller_for(environ))
        is Reason.ALLOWED
    )
