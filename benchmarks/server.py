"""A real server: gunicorn with threads, asked by wrk over the loopback interface.

Each variant has a server of its own, and wrk goes round them. Requests per second depend on what
else the machine does; processor time a request, read from the worker, much less.
"""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from . import ROOT
from .environs import headers_of, is_preflight, path_of
from .shapes import ORDINARY
from .variants import VARIANTS, WSGIApp

SERVED: Final = ("bare", "two-hooks", "flask-cors", "this")
KINDS: Final = ("allowed", "preflight")
_STARTS_WITHIN: Final = 30.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class CannotServeError(Exception):
    """Why no server was measured, in a sentence."""


def app(variant: str) -> WSGIApp:
    """What gunicorn serves."""
    return VARIANTS[variant](ORDINARY)


def measured(rounds: int, seconds: int) -> dict[str, Mapping[str, list[float]]]:
    """In each round, requests per second and microseconds of processor time a request.

    :raises CannotServeError: without wrk, or where a server does not start.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise CannotServeError(
            "No server is measured: there is no wrk. On Debian: sudo apt-get install wrk"
        )
    found: dict[str, Mapping[str, list[float]]] = {
        f"{variant}, {kind}": {"per second": [], "processor": []}
        for kind in KINDS
        for variant in SERVED
    }
    with contextlib.ExitStack() as stack, tempfile.TemporaryDirectory() as name:
        servers = {variant: stack.enter_context(_server(variant)) for variant in SERVED}
        for number in range(rounds):
            for kind in KINDS:
                script = _script(kind, Path(name))
                for variant in SERVED[number % len(SERVED) :] + SERVED[: number % len(SERVED)]:
                    process, port = servers[variant]
                    rate, spent = _burst([wrk, *script], kind, process, port, seconds)
                    found[f"{variant}, {kind}"]["per second"].append(rate)
                    found[f"{variant}, {kind}"]["processor"].append(spent)
    return found


@contextlib.contextmanager
def _server(variant: str) -> Iterator[tuple[int, int]]:
    """A gunicorn that serves `variant`: the id of its worker, and its port."""
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        f"--bind=127.0.0.1:{port}",
        "--worker-class=gthread",
        "--workers=1",
        "--threads=2",
        "--log-level=error",
        f"benchmarks.server:app({variant!r})",
    ]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=ROOT, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        _wait_until(lambda: bool(_children(server.pid)) and _answers(port), variant)
        yield _children(server.pid)[0], port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=_STARTS_WITHIN)


def _burst(
    wrk: Sequence[str], kind: str, process: int, port: int, seconds: int
) -> tuple[float, float]:
    """Requests per second, and microseconds of processor time each, of one run of wrk."""
    url = f"http://127.0.0.1:{port}{path_of(kind, ORDINARY)}"
    before = processor_seconds(Path(f"/proc/{process}/stat").read_text())
    done = subprocess.run(
        [*wrk, "--threads=1", "--connections=4", f"--duration={seconds}s", url],
        capture_output=True,
        text=True,
        check=True,
    )
    after = processor_seconds(Path(f"/proc/{process}/stat").read_text())
    requests, rate = read_wrk(done.stdout)
    return rate, (after - before) / requests * 1e6


def read_wrk(printed: str) -> tuple[int, float]:
    """How many requests wrk has sent, and how many a second, by what it `printed`.

    :raises CannotServeError: if any failed.
    """
    requests = re.search(r"(\d+) requests in", printed)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", printed)
    if requests is None or rate is None or "Non-2xx" in printed or "Socket errors" in printed:
        raise CannotServeError("No server is measured: some of wrk's requests failed.")
    return int(requests[1]), float(rate[1])


def processor_seconds(stat: str) -> float:
    """The processor time of a process, by its ``/proc/<id>/stat`` (proc(5): utime, stime)."""
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _script(kind: str, directory: Path) -> list[str]:
    """The arguments that let wrk send a request of `kind`."""
    lines = [f'wrk.method = "{"OPTIONS" if is_preflight(kind) else "GET"}"']
    lines += [
        f'wrk.headers["{name}"] = "{value}"' for name, value in headers_of(kind, ORDINARY).items()
    ]
    path = directory / f"{kind}.lua"
    path.write_text("\n".join(lines))
    return [f"--script={path}"]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path_of("plain", ORDINARY))
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _children(process: int) -> list[int]:
    """The processes that `process` has started: the fourth field of each one's stat names it."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if int(path.read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(path.parent.name))
    return found


def _wait_until(condition: Callable[[], bool], variant: str) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while not condition():
        if time.monotonic() > end:
            raise CannotServeError(f"No server is measured: the one of {variant} did not start.")
        time.sleep(0.1)
