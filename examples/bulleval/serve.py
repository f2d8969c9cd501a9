"""Three origins in one process: the front end, the API and the stranger, served by waitress."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import re
import signal
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import waitress

from .api import create_app
from .frontend import create_front_end, create_stranger

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Browsers resolve *.localhost to this machine by themselves. The first two are one site, so that
# the session cookie (SameSite=Lax) goes along; the stranger is another.
HOSTS = ("app.bulleval.localhost", "api.bulleval.localhost", "stranger.localhost")
DATA = Path(__file__).parent / "instance"
LAST_PORT_BASE = 65536 - len(HOSTS)
# The option for the port, as users write it: `make demo` takes another one than this module.
PORT_OPTION = os.environ.get("BULLEVAL_PORT_OPTION", "--port-base ")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
LOGGERS = ("bulleval", "flask_crossorigin", "waitress")

WELCOME = """
  Bulleval is running.

    Front end   {0.app_url}
    API         {0.api_url}
    Stranger    {0.stranger_url}

  Open the front end. Sign in as "ines" with the password "chalk";
  "sam" with the password "pupil" may read the marks, not change them.
  Ctrl-C stops all three.
"""


class PortError(Exception):
    """A port that cannot be used; the message names the port, the reason and the fix."""


@dataclass(frozen=True)
class Demo:
    """The running demo, until `close`; as a context manager, until the end of the block."""

    app_url: str
    api_url: str
    stranger_url: str
    close: Callable[[], None]

    def __enter__(self) -> Demo:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def start(port_base: int = 0, data: Path | None = None) -> Demo:
    """Start on three ports from `port_base` on, 0 being any three that are free.

    The mark book lives in the folder `data`; without one, in a folder that goes with the demo.
    """
    with ExitStack() as undo:
        ports = [port_base + place if port_base else 0 for place in range(len(HOSTS))]
        sockets = [undo.enter_context(_listen(port)) for port in ports]
        app_url, api_url, stranger_url = (
            f"http://{host}:{listener.getsockname()[1]}"
            for host, listener in zip(HOSTS, sockets, strict=True)
        )
        if data is None:
            data = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="bulleval-")))
        apps = (
            create_front_end(api=api_url, stranger=stranger_url),
            create_app(data, front_end=app_url),
            create_stranger(api=api_url, front_end=app_url),
        )
        undo.enter_context(_log_to(data / "bulleval.log"))
        for app, listener in zip(apps, sockets, strict=True):
            undo.callback(_serve(app, listener))
        return Demo(app_url, api_url, stranger_url, undo.pop_all().close)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: serve until a signal asks for the end."""
    options = _options(arguments)
    try:
        for number in STOP_SIGNALS:
            signal.signal(number, _stop)
        with start(_port_base(options.port_base), options.data) as demo:
            print(WELCOME.format(demo), flush=True)
            while True:
                time.sleep(3600)
    except PortError as error:
        print(error, file=sys.stderr)
        return 2
    except (OSError, sqlite3.Error) as error:
        print(f"No mark book in {options.data}: {error}. See --data.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped." if sys.stdout.isatty() else "Stopped.")  # below the terminal's ^C
        return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bulleval", description=__doc__)
    parser.add_argument(
        "--port-base",
        default="8000",
        metavar="N",
        help="the first of three ports in a row; 0 takes any that are free (default: 8000)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=DATA,
        metavar="DIR",
        help="the folder of the mark book, made where missing (default: the example's instance/)",
    )
    return parser.parse_args(arguments)


def _port_base(text: str) -> int:
    """Parse the value of the option."""
    if re.fullmatch("[0-9]{1,5}", text) and int(text) <= LAST_PORT_BASE:
        return int(text)
    raise PortError(
        f"{PORT_OPTION}{text} is not a number from 0 to {LAST_PORT_BASE}: write {PORT_OPTION}9000,"
        f" or {PORT_OPTION}0 for three free ports."
    )


def _stop(number: int, frame: object) -> None:
    """Stop at the first signal and ignore later ones: `make` and a terminal may send two."""
    for other in STOP_SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    if os.name == "posix":  # a restart need not wait; elsewhere this would share a taken port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        reason = "is taken" if taken else f"cannot be used ({error.strerror})"
        raise PortError(
            f"Port {port} {reason}: start elsewhere with {PORT_OPTION}N, or let {PORT_OPTION}0"
            " find three free ports."
        ) from error
    return listener


def _serve(app: WSGIApplication, listener: socket.socket) -> Callable[[], None]:
    """Serve the app in a thread of its own; what is returned ends it."""
    channels: dict[int, Any] = {}
    server = waitress.create_server(app, map=channels, sockets=[listener], ident=None)
    thread = Thread(target=server.run, name=f"serve {listener.getsockname()[1]}", daemon=True)
    thread.start()

    def close_channels() -> None:
        for channel in list(channels.values()):
            channel.close()

    def stop() -> None:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(close_channels)  # in the server's own thread, which then ends
        thread.join()

    return stop


@contextmanager
def _log_to(path: Path) -> Iterator[None]:
    """Write the log to a file: the terminal is for the welcome."""
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
        handler.close()
