"""An app's answer, held back until it is known whether it is to be sent."""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wsgi import ClosingIterator

from .core.compiled import Header
from .routing import Environ


class HeldBack:
    """What a WSGI app has started to answer; to be sent, or closed.

    :raises BaseException: whatever the app raises before it has started.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], environ: Environ) -> None:
        """Run `app` until it starts to answer."""
        self._started: tuple[Any, ...] = ()
        self._written: list[bytes] = []
        self._start_response: Callable[..., Any] = self._hold_back
        # By what stands there when it is called, which changes.
        self._body = app(environ, lambda *args: self._start_response(*args))  # noqa: PLW0108
        self._chunks = iter(self._body)
        try:
            if not self._started:  # an app may start with the first part of the body
                self._written.extend(itertools.islice(self._chunks, 1))
        except BaseException:
            self.close()
            raise

    def _hold_back(self, *args: Any) -> Callable[[bytes], object]:
        self._started = args
        return self._written.append

    @property
    def headers(self) -> list[Header]:
        """The headers that it has started with; none where it has not started."""
        return self._started[1] if self._started else []

    def send(self, headers: list[Header], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Send the answer with `headers` in place of its own."""
        # From now on the server says whether an app may still answer anew (PEP 3333).
        self._start_response = start_response
        try:
            if self._started:
                status, _, *exc_info = self._started
                start_response(status, headers, *exc_info)
        except BaseException:
            self.close()
            raise
        return ClosingIterator(itertools.chain(self._written, self._chunks), [self.close])

    def close(self) -> None:
        """Close the body, as a server does with every one (PEP 3333)."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()
