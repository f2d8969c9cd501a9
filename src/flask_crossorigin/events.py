"""Everything that is reported while the app runs: log lines.

Every value that a client chose is escaped and cut before it is logged.
"""

import logging
from collections.abc import Iterable
from typing import Final

from flask import Request

from .core.decision import Reason
from .core.headers import Header, is_cors_header
from .routing import Environ, path_of

logger: Final = logging.getLogger("flask_crossorigin")

_MAX_SHOWN: Final = 512
"""Characters of a value."""


def escape_for_log(text: str) -> str:
    """Return a text that a client chose as a log line may hold it: escaped, and not too long."""
    return ascii(text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}...")


def log_denial(reason: Reason, environ: Environ) -> None:
    """Log that the origin in `environ` was denied; format nothing if nobody listens."""
    if logger.isEnabledFor(logging.INFO):
        logger.info(
            "%s %s from origin %s denied: %s",
            escape_for_log(environ["REQUEST_METHOD"]),
            escape_for_log(path_of(environ)),
            escape_for_log(environ["HTTP_ORIGIN"]),
            reason,
        )


def log_failure(what: str, path: str) -> None:
    """Log the exception being handled: `what` failed, and nothing is allowed for it."""
    logger.error(
        "%s failed for %s, so nothing is allowed",
        what,
        escape_for_log(path),
        exc_info=True,  # noqa: LOG014 - called where it is being handled
    )


def report_replaced(headers: Iterable[Header], live: Request) -> None:
    """Log the CORS headers that a view set and that the policy's headers replace."""
    names = sorted(name for name, _ in headers if is_cors_header(name))
    if names:
        logger.warning(
            "%s %s: the view set %s, which the policy's own headers replace; set it with "
            "cors.policy, or use cors.disable here",
            escape_for_log(live.method),
            escape_for_log(live.path),
            escape_for_log(", ".join(names)),
        )
