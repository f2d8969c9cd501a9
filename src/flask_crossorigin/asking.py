"""Asking the user's own functions about an origin, and telling what was denied."""

import builtins
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from flask import Flask, has_app_context

from .core.decision import Ask, Reason
from .core.origin_checks import OriginCheck
from .routing import Environ, app_at_work, path_of

logger: Final = logging.getLogger("flask_crossorigin")

_MAX_CAUSES: Final = 64
_MAX_SHOWN: Final = 512
"""Characters."""
_MAX_CHAIN: Final = 32
"""Exceptions of one traceback."""

_CAUSED: Final = "The above exception was the direct cause of the following exception:"
_HANDLED: Final = "During handling of the above exception, another exception occurred:"
_GROUP: Final[Any] = getattr(builtins, "BaseExceptionGroup", ())  # from Python 3.11 on


class Asker:
    """Asks origin checks on behalf of one app; a failure is logged once per cause."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._logged: dict[tuple[int, type[BaseException]], object] = {}

    def ask_for(self, environ: Environ) -> Ask:
        """What asks a check about the origin of the request in `environ`."""

        def ask(check: OriginCheck, origin: str) -> bool | None:
            try:
                if has_app_context() and app_at_work() is self._app:
                    return check.allows(origin, self._request_maker(environ))
                with self._app.app_context():
                    return check.allows(origin, self._request_maker(environ))
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing is allowed
                self._log_once(check, error, origin)
                return None

        return ask

    def _request_maker(self, environ: Environ) -> Callable[[], object]:
        def make_request() -> object:
            # Of a copy: the request that the app works on must stay in the environment.
            made = self._app.request_class(environ.copy())
            made.json_module = self._app.json
            return made

        return make_request

    def _log_once(self, check: OriginCheck, error: Exception, origin: str) -> None:
        # An object with `allows` makes a new bound method each time; what was written is one.
        key = (id(check.written), type(error))
        if key in self._logged or len(self._logged) >= _MAX_CAUSES:
            return
        self._logged[key] = check.written  # kept, so that no other can take its identity
        log_exception(
            logger,
            error,
            "%r failed on origin %s, so that it is not allowed; this cause is logged once",
            check.written,
            shown(origin),
        )


def shown(text: str) -> str:
    """A text that a client chose, as a log line may hold it: escaped, and not too long."""
    return ascii(text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}...")


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
        yield from map(_printable, frame.rstrip("\n").split("\n"))
    yield _printable("".join(traceback.format_exception_only(type(error), error)).rstrip("\n"))
    for member in cast("Any", error).exceptions if isinstance(error, _GROUP) else ():
        if id(member) not in seen and len(seen) < _MAX_CHAIN:
            yield from (f"  | {line}" for line in _traceback_lines(member, seen))


def _printable(text: str) -> str:
    """Return `text` with everything escaped that does not print, line breaks among it."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def log_denial(reason: Reason, environ: Environ) -> None:
    """Log that the origin in `environ` was denied; nothing is formatted where nobody listens."""
    if logger.isEnabledFor(logging.INFO):
        logger.info(
            "%s %s from origin %s denied: %s",
            shown(environ["REQUEST_METHOD"]),
            shown(path_of(environ)),
            shown(environ["HTTP_ORIGIN"]),
            reason,
        )
