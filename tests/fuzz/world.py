"""The state that the parts of one running app share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from flask import Flask, Response, has_request_context, request

Environ: TypeAlias = dict[str, Any]

LOG: Final = "fuzz.log"
"""Environment key: a list, which copies share, of what ran."""
DEPTH: Final = "fuzz.depth"
"""Environment key: how many apps are inside each other."""
ASKED: Final = "HTTP_X_HOOKS"


def _shared() -> dict[str, Response]:
    return {
        "plain": Response("shared"),
        "vary": Response("shared too", headers={"Vary": "Cookie"}),
        "own": Response("shared, with its own", headers={"Access-Control-Allow-Origin": "*"}),
    }


@dataclass
class World:
    """One app with its children.

    :ivar shared: responses as modules keep them, which several views of several apps return.
    """

    extension: Any
    children: list[Flask] = field(default_factory=list)
    shared: dict[str, Response] = field(default_factory=_shared)


def note(what: str) -> None:
    """Note that something ran."""
    if has_request_context():
        log: list[str] = request.environ.get(LOG, [])
        log.append(what)


def is_asked(name: str) -> bool:
    """Return whether the request asks the hook `name` to act."""
    return name in request.environ.get(ASKED, "").split(",")
