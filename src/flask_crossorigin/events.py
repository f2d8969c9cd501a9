"""The log lines of the request path.

Every value from a client is escaped and shortened before it is logged.
"""

import builtins
import logging
import sys
import traceback
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from flask import Request

from .context import Environ, path_of
from .core.decision import Reason
from .core.errors import CrossOriginWarning, PolicyProblem
from .core.headers import Header, is_cors_header
from .core.text import printable

logger: Final = logging.getLogger("flask_crossorigin")

_MAX_LENGTH: Final = 512
"""Characters of a value from a client."""
_MAX_CHAIN: Final = 32
"""Exceptions of one traceback."""

_CAUSED: Final = "The above exception was the direct cause of the following exception:"
_HANDLED: Final = "During handling of the above exception, another exception occurred:"
_GROUP: Final[Any] = getattr(builtins, "BaseExceptionGroup", ())  # from Python 3.11 on


def escape_for_log(text: str) -> str:
    """Return `text` from a client in quotes, escaped and shortened."""
    return ascii(text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}...")


def warn(found: PolicyProblem, *, stacklevel: int = 3) -> None:
    """Give the warning `found`, also in the log; where warnings are errors, only raise it.

    :param stacklevel: as of :func:`warnings.warn`.
    """
    text = f"{found} [{found.code}]"
    warnings.warn(text, CrossOriginWarning, stacklevel=stacklevel)
    logger.warning("%s", text)


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


def log_failure(step: str, path: str, error: Exception) -> None:
    """Log that a `step` failed with `error`, so the request is denied."""
    message = "%s failed for %s, so no origin is allowed"
    log_exception(logger, error, message, step, escape_for_log(path))


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


def log_exception(to: logging.Logger, error: BaseException, message: str, *args: object) -> None:
    """Log `message` with its `args`, and the traceback of `error`, escaped.

    The message of an exception may quote a client. Handlers of the standard library would print it
    unescaped, and a line break in it could forge another log line. They use the text of the
    traceback if the record has one, so it is set here. The record also has the exception itself,
    for handlers such as Sentry's.

    :param to: the logger.
    """
    if not to.isEnabledFor(logging.ERROR):
        return
    caller = sys._getframe(1)
    record = to.makeRecord(
        to.name,
        logging.ERROR,
        caller.f_code.co_filename,
        caller.f_lineno,
        message,
        args,
        (type(error), error, error.__traceback__),
        caller.f_code.co_name,
    )
    record.exc_text = "\n".join(_traceback_lines(error, set()))
    to.handle(record)


def _traceback_lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    """Yield the lines of the traceback of `error`, its causes, and the members of a group.

    The message of each exception takes one line.

    :param seen: the ids of the exceptions that are done.
    """
    seen.add(id(error))
    before, link = error.__cause__, _CAUSED
    if before is None and not error.__suppress_context__:
        before, link = error.__context__, _HANDLED
    if before is not None and id(before) not in seen and len(seen) < _MAX_CHAIN:
        yield from _traceback_lines(before, seen)
        yield link
    yield "Traceback (most recent call last):"
    for frame in traceback.format_tb(error.__traceback__):
        yield from map(printable, frame.rstrip("\n").split("\n"))
    yield printable("".join(traceback.format_exception_only(type(error), error)).rstrip("\n"))
    for member in cast("Any", error).exceptions if isinstance(error, _GROUP) else ():
        if id(member) not in seen and len(seen) < _MAX_CHAIN:
            yield from (f"  | {line}" for line in _traceback_lines(member, seen))
