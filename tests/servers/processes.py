"""Processes that serve on loopback: each is started, awaited and ended."""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from .client import Client, HungUp

ROOT = Path(__file__).parents[2]
PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
"""Debian has servers in a folder that is not in the path of every user."""
PATIENCE = 30.0
"""Seconds in which a server must begin to serve."""


def free_port() -> int:
    """Return a port of this machine that nothing listens at.

    It is none of those that the system gives to outgoing connections.
    """
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as tried, suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            return port


@contextmanager
def running(
    command: Sequence[str | Path], port: int, log: Path, environment: Mapping[str, str]
) -> Iterator[None]:
    """Run a server, which serves meanwhile.

    :param log: a file for what it prints.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PATH": PATH, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(lambda: serves(port), process, log)
        yield
    finally:
        end(process)


def wait_for(condition: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the server serves; fail, with its log, if it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        ended, late = process.poll() is not None, time.monotonic() > deadline
        if ended or late:
            state = f"ended with {process.returncode}" if ended else "does not serve"
            raise AssertionError(f"{process.args!r} {state}:\n{log.read_text()}")
        time.sleep(0.05)


def serves(port: int) -> bool:
    """Return whether the app is served at `port`."""
    try:
        with Client(port) as client:
            return client.send("GET", "/marks").status == 200
    except (OSError, HungUp):
        return False


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a server, and then what is left of its process group: uWSGI's workers can take long."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(3)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
