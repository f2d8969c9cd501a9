"""Results: all that one run has measured, kept so that a report can be made of it again."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from .rounds import Times

KEPT: Final = Path(__file__).with_name(".results.json")
PACKAGES: Final = (
    "Flask",
    "Werkzeug",
    "flask-cors",
    "falcon",
    "Starlette",
    "Django",
    "django-cors-headers",
    "Quart",
    "quart-cors",
    "gunicorn",
    "ddtrace",
    "newrelic",
    "opentelemetry-instrumentation-flask",
    "sentry-sdk",
)


@dataclass
class Results:
    """What one run has measured; what it has not is missing.

    :ivar conditions: where it ran.
    :ivar times: microseconds a request, by group, subject and round.
    :ivar counts: by group and subject: bytecodes of a request; of preflights that do not enter
        Flask, instructions in each layout.
    :ivar figures: single numbers: seconds, KiB, MiB.
    :ivar served: of each variant behind a server, in each round: requests per second, and
        microseconds of processor time a request.
    """

    conditions: dict[str, str] = field(default_factory=dict)
    times: dict[str, Times] = field(default_factory=dict)
    counts: dict[str, Times] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    served: dict[str, Mapping[str, list[float]]] = field(default_factory=dict)

    def keep(self) -> None:
        """Write this where `read` finds it."""
        KEPT.write_text(json.dumps(asdict(self)))


def read() -> Results:
    """What the last whole run has measured."""
    return Results(**json.loads(KEPT.read_text()))


def conditions() -> dict[str, str]:
    """The interpreter, the kind of machine, and the versions of all that is compared."""
    found = {
        "Python": platform.python_version(),
        "System": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
