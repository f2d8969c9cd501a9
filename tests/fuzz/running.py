"""Send the requests of a case, and note what comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

from werkzeug.test import create_environ, run_wsgi_app

from . import building
from .headers import Headers, cors_headers, others
from .specs import Case, LateRule, LateView, Reconfigure, Send, Wrapper
from .world import LOG

_REASON: Final = re.compile(r"\b(origin|method|header|routing)-[a-z-]+: [A-Z][^\n]*\n")
_FRAMES: Final = re.compile(r"Traceback \(most recent call last\):\n(?: .*\n)+")
VARIANTS: Final = ("plain", "copied", "debug", "threads")


@dataclass(frozen=True)
class Outcome:
    """The response to a request.

    :ivar raised: the type of what the app raised instead.
    :ivar cors: its CORS headers and Vary.
    """

    status: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    cors: tuple[tuple[str, str], ...] = ()
    body: str = ""
    log: tuple[str, ...] = ()
    raised: str = ""


def environ_of(step: Send) -> dict[str, Any]:
    """Return the WSGI environment of a request."""
    environ = create_environ("/", "http://localhost", method=step.method)
    environ.update(PATH_INFO=step.path, HTTP_HOST=step.host)
    for name, value in step.headers:
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    if step.origin is not None:
        environ["HTTP_ORIGIN"] = step.origin
    environ[LOG] = []
    return environ


def send(entry: Any, step: Send, kind: type[dict[str, Any]] = dict) -> Outcome:
    """Send a request, and return what comes back.

    :param kind: the class of the environment.
    """
    environ = kind(environ_of(step))
    log = environ[LOG]
    try:
        body, status, received = run_wsgi_app(entry, environ, buffered=True)
        whole = b"".join(body).decode()
    except Exception as error:
        return Outcome(raised=type(error).__name__, log=tuple(log))
    text = _FRAMES.sub("Traceback\n", _REASON.sub(_reason, whole))
    headers: Headers = [*received]
    if text != whole or step.method == "HEAD":  # whose text can't be seen
        headers = [each for each in headers if each[0].lower() != "content-length"]
    cors = tuple(sorted(cors_headers(headers).items()))
    return Outcome(status, tuple(others(headers)), cors, text, tuple(log))


def _reason(told: re.Match[str]) -> str:
    """Return the code of a reason without its sentence; of the origin there are several codes."""
    return "origin:" if told[1] == "origin" else f"{told[0].partition(':')[0]}:"


def run(case: Case, variant: str, choice: int | None) -> list[Outcome]:
    """Return what a fresh app answers to the requests of `case`.

    :param variant: "copied" puts something that copies the environment between the app and
        all that the case has around it; that must change nothing. "debug" is debug mode.
    :param choice: of the reference, which one of several right responses; None for the library.
    """
    spec, debug = case.app, variant == "debug"
    if variant == "copied":
        spec = replace(spec, wrappers=(Wrapper("copy"), *spec.wrappers))
    with building.silent(spec.logs):
        if choice is None:
            running = building.real(spec, debug)
        else:
            running = building.reference(spec, debug, choice)
        found: list[Outcome] = []
        for number, step in enumerate(case.steps):
            if number == 1:
                running.wrap_late()
            if isinstance(step, Reconfigure):
                running.reconfigure(step)
            elif isinstance(step, LateRule):
                running.add_rule(step)
            elif isinstance(step, LateView):
                running.replace_view(step)
            else:
                found.append(send(running.entry, step))
        return found
