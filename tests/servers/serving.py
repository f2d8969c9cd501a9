"""A subject at work: a client's view of it, and what ran in the app behind it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.ecosystem.wire import Received

from .client import Client
from .processes import free_port, running
from .subjects import GTHREAD, SUBJECTS, Change, Place, Subject, gunicorn


@dataclass
class Served:
    """A subject that serves.

    :ivar logs: what the server has printed, and the proxy in front of it.
    :ivar seen: what ran in the app for the last request.
    """

    subject: Subject
    client: Client
    notes: Path
    logs: list[Path]
    seen: list[str] = field(default_factory=list)

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Received:
        """Send a request, and read what ran in the app for it."""
        self.notes.write_text("")
        received = self.client.send(method, path, headers, body)
        self.seen[:] = self.notes.read_text().splitlines()
        return received


@contextmanager
def serving(name: str, folder: Path, changes: tuple[Change, ...] = ()) -> Iterator[Served]:
    """Start the subject `name`, and gunicorn behind it if it is a proxy.

    :param changes: to make in the configuration file.
    """
    subject = SUBJECTS[name]
    demand(subject.missing())
    notes = folder / "notes"
    notes.write_text("")
    with ExitStack() as stack:
        logs: list[Path] = []

        def start(name: str, command: Callable[[Place], list[str | Path]], upstream: int) -> int:
            place = Place(free_port(), upstream, folder / name, changes)
            place.folder.mkdir()
            logs.append(folder / f"{name}.log")
            environment = {"TESTS_NOTES": str(notes), "XDG_DATA_HOME": str(place.folder)}
            stack.enter_context(running(command(place), place.port, logs[-1], environment))
            return place.port

        port = start("upstream", gunicorn(*GTHREAD), 0) if subject.is_proxy else 0
        port = start(name, subject.command, port)
        client = stack.enter_context(Client(port, subject.after_head))
        yield Served(subject, client, notes, logs)


def demand(missing: str) -> None:
    """Skip the test if a server is not installed. Continuous integration has every one."""
    if missing and os.environ.get("CI") == "true":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
