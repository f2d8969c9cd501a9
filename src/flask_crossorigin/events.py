"""Everything that is reported while the app runs: log lines.

Every value that a client chose is escaped and cut before it is logged.
"""

import builtins
import logging
import sys
import traceback
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from flask import Request

from .context import Environ, path_of
from .core.decision import Reason
from .core.headers import Header, is_cors_header
from .core.text import printable

logger: Final = logging.getLogger("flask_crossorigin")

_MAX_SHOWN: Final = 512
"""Characters of a value."""
_MAX_CHAIN: Final = 32
"""Exceptions of one traceback."""

_CAUSED: Final = "The above exception was the direct cause of the following exception:"
_HANDLED: Final = "During handling of the above exception, another exception occurred:"
_GROUP: Final[Any] = getattr(builtins, "BaseExceptionGroup", ())  # from Python 3.11 on


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


def log_failure(what: str, path: str, error: Exception) -> None:
    """Log that `what` failed with `error`, and that nothing is allowed for it."""
    shown = escape_for_log(path)
    log_exception(logger, error, "%s failed for %s, so nothing is allowed", what, shown)


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


def log_exception(to: logging.Logger, error: BaseException, message: str, *args: object) -> None:
    """Log `message`, formatted with `args`, and `error`, whose own message may quote a client.

    The record has the exception itself, for handlers that read it, as Sentry's does. It also has
    the traceback as text, where those of the standard library look first: they would print the
    exception's message as it is, with line breaks that start lines like those of other records.
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
    """Yield the lines of the traceback of `error`, of what led to it, and of a group's members.

    Whatever exceptions say of themselves is one line each.
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
