"""The log lines of the request path.

Every value from a client is escaped and shortened before it is logged.
"""

import logging
from collections.abc import Iterable
from typing import Final

from flask import Request

from .core.decision import Reason
from .core.headers import Header, is_cors_header
from .routing import Environ, path_of

logger: Final = logging.getLogger("flask_crossorigin")

_MAX_LENGTH: Final = 512
"""Characters of a value from a client."""


def escape_for_log(text: str) -> str:
    """Return `text` from a client in quotes, escaped and shortened."""
    return ascii(text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}...")


def log_denial(reason: Reason, environ: Environ) -> None:
    """Log that the request in `environ` is denied; format nothing if the level is disabled."""
    if logger.isEnabledFor(logging.INFO):
        logger.info(
            "%s %s from origin %s denied: %s",
            escape_for_log(environ["REQUEST_METHOD"]),
            escape_for_log(path_of(environ)),
            escape_for_log(environ["HTTP_ORIGIN"]),
            reason,
        )


def log_failure(step: str, path: str) -> None:
    """Log the exception that is being handled: a `step` failed, so the request is denied."""
    logger.error(
        "%s failed for %s, so no origin is allowed",
        step,
        escape_for_log(path),
        exc_info=True,  # noqa: LOG014 - called while it is being handled
    )


def log_replaced_headers(headers: Iterable[Header], request: Request) -> None:
    """Log the CORS headers of a view, which the policy's headers replace."""
    names = sorted(name for name, _ in headers if is_cors_header(name))
    if names:
        logger.warning(
            "%s %s: the view sets %s, which the policy's headers replace; use cors.policy "
            "instead, or cors.disable",
            escape_for_log(request.method),
            escape_for_log(request.path),
            escape_for_log(", ".join(names)),
        )
