"""`make demo`: signals to make alone, Ctrl-C on a terminal, and PORT_BASE."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="make and its signals are POSIX's"),
    pytest.mark.skipif(not shutil.which("make"), reason="needs make"),
]
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="make is watched in /proc")

ROOT = Path(__file__).parent.parent
SECONDS = 20  # a limit for what takes far less


def write_script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The Makefile, the scripts and the demo, with an environment that is ready."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    demo = tmp_path / "examples" / "bulleval"
    left_out = shutil.ignore_patterns("instance", "__pycache__")
    shutil.copytree(ROOT / "examples" / "bulleval", demo, ignore=left_out)
    write_script(tmp_path / "scripts" / "setup.sh", "exit 0")
    (tmp_path / ".venv-demo" / "bin").mkdir(parents=True)
    write_script(tmp_path / ".venv-demo" / "bin" / "python", f'exec {sys.executable} "$@"')
    return tmp_path


def environment() -> dict[str, str]:
    """Return this environment without what a `make` that runs the tests adds to it."""
    added = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PORT_BASE", "DEMO", "VENV"}
    return {key: value for key, value in os.environ.items() if key not in added}


def default_signals() -> None:
    """Undo what a shell does to a test run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Make(subprocess.Popen[bytes]):
    """`make` in a session of its own, with a pipe that closes when all its processes have ended."""

    def __init__(self, checkout: Path, *arguments: str, **options: Any) -> None:
        self.alive, inherited = os.pipe()
        try:
            super().__init__(
                ["make", *arguments],
                cwd=checkout,
                env=environment(),
                pass_fds=[inherited],
                start_new_session=True,
                **options,
            )
        finally:
            os.close(inherited)

    def is_gone(self) -> bool:
        """Wait for the end of every process, and return whether it came."""
        readable, _, _ = select.select([self.alive], [], [], SECONDS)
        return bool(readable) and os.read(self.alive, 1) == b""


@contextmanager
def running(
    checkout: Path, *arguments: str, setup: Callable[[], None] = default_signals, **options: Any
) -> Iterator[Make]:
    make = Make(checkout, *arguments, preexec_fn=setup, **options)
    try:
        yield make
    finally:
        with suppress(ProcessLookupError):
            os.killpg(make.pid, signal.SIGKILL)
        make.wait(SECONDS)
        os.close(make.alive)
        for stream in (make.stdout, make.stderr):
            if stream is not None:
                stream.close()


def read_until(descriptor: int, text: bytes) -> bytes:
    """Read until the text has come, or the other end is closed."""
    read = b""
    deadline = time.monotonic() + SECONDS
    while text not in read and time.monotonic() < deadline:
        if select.select([descriptor], [], [], 1)[0]:
            try:
                part = os.read(descriptor, 4096)
            except OSError:  # the terminal of a session that has ended
                break
            if not part:
                break
            read += part
    return read


def ports(welcome: bytes) -> list[int]:
    found = [int(port) for port in re.findall(rb"http://[\w.]+:(\d+)", welcome)]
    assert len(found) == 3, welcome
    return found


def is_free(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGINT, marks=only_linux),
        pytest.param(signal.SIGHUP, marks=only_linux),
        pytest.param(signal.SIGKILL, marks=only_linux),
        signal.SIGTERM,
    ],
)
def test_signal_to_make_alone_stops_the_demo(checkout: Path, number: signal.Signals) -> None:
    with running(checkout, "demo", "PORT_BASE=0", stdout=PIPE, stderr=PIPE) as make:
        assert make.stdout is not None
        opened = ports(read_until(make.stdout.fileno(), b"Ctrl-C"))
        assert not any(is_free(port) for port in opened)
        sent = time.monotonic()
        make.send_signal(number)
        assert make.is_gone()
        assert time.monotonic() - sent < 5
        out, errors = make.communicate(timeout=SECONDS)
        assert all(is_free(port) for port in opened)
        assert make.returncode == -number
    assert out.endswith(b"Stopped.\n")
    assert errors == b""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_to_the_script_reaches_the_demo(checkout: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [checkout / "scripts" / "demo.sh", ".venv-demo"],
        env={**environment(), "PORT_BASE": "0"},
        stdout=PIPE,
        stderr=PIPE,
    ) as process:
        try:
            assert process.stdout is not None
            ports(read_until(process.stdout.fileno(), b"Ctrl-C"))
            process.send_signal(number)
            out, errors = process.communicate(timeout=SECONDS)
        finally:
            process.kill()
    assert (process.returncode, errors) == (0, b"")
    assert out.endswith(b"Stopped.\n")


@pytest.mark.parametrize("presses", [1, 3])
def test_ctrl_c_on_a_terminal_prints_no_error(checkout: Path, presses: int) -> None:
    import fcntl
    import termios

    terminal, other_end = os.openpty()

    def take_terminal() -> None:
        default_signals()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    try:
        with running(
            checkout,
            "demo",
            "PORT_BASE=0",
            setup=take_terminal,
            stdin=other_end,
            stdout=other_end,
            stderr=other_end,
        ) as make:
            os.close(other_end)
            opened = ports(read_until(terminal, b"all three.\r\n"))
            os.write(terminal, b"\x03" * presses)
            assert make.is_gone()
            assert make.wait(SECONDS) == -signal.SIGINT
            assert all(is_free(port) for port in opened)
            rest = read_until(terminal, b"the end")
    finally:
        os.close(terminal)
    assert rest.replace(b"^C", b"").split() == [b"Stopped."]


@only_linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_to_make_alone_stops_setup(checkout: Path, number: signal.Signals) -> None:
    shutil.copy(ROOT / "scripts" / "setup.sh", checkout / "scripts")
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    slow = checkout / "python"
    write_script(slow, f'[ "$1 $2" != "-m venv" ] || exec sleep 60\nexec {sys.executable} "$@"')
    with running(checkout, "demo", f"PYTHON={slow}", "DEMO=new", stdout=PIPE, stderr=PIPE) as make:
        assert make.stdout is not None
        assert read_until(make.stdout.fileno(), b"...\n") == (
            b"Setting up new from requirements/demo.txt ...\n"
        )
        make.send_signal(number)
        assert make.is_gone()
        assert make.wait(SECONDS) == -number


@pytest.mark.parametrize("base", ["abc", "8000 9000", "70000", "-1"])
def test_bad_port_base_is_one_sentence(checkout: Path, base: str) -> None:
    with running(checkout, "demo", f"PORT_BASE={base}", stderr=PIPE) as make:
        errors = make.communicate(timeout=SECONDS)[1].decode()
    sentence, of_make = errors.splitlines()
    assert sentence == (
        f"PORT_BASE={base} is not a number from 0 to 65533: write PORT_BASE=9000, or PORT_BASE=0"
        " for three free ports."
    )
    assert of_make.startswith("make: ***")
    assert make.returncode == 2


def test_taken_port_is_one_sentence(checkout: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        base = taken.getsockname()[1] - 2
        with running(checkout, "demo", f"PORT_BASE={base}", stderr=PIPE) as make:
            errors = make.communicate(timeout=SECONDS)[1].decode()
    sentence, of_make = errors.splitlines()
    assert re.fullmatch(
        r"Port \d+ is taken: start elsewhere with PORT_BASE=N, or let PORT_BASE=0 find three free"
        r" ports\.",
        sentence,
    )
    assert of_make.startswith("make: ***")
    assert make.returncode == 2
