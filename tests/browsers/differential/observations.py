"""What is seen of a case: by the page, and by the servers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

Outcome: TypeAlias = Literal["allowed", "blocked", "unfinished"]


@dataclass(frozen=True)
class Seen:
    """What the page saw. None is what cannot be seen, and agrees with everything.

    :ivar outcome: "unfinished" only where an engine gave no answer in time.
    :ivar type: basic, cors, opaque, opaqueredirect; "error" where blocked; None for an
        XMLHttpRequest.
    :ivar url: as the response tells it, "" where it does not.
    :ivar headers: that script can read, names in lower case, sorted, values of one name joined.
    :ivar body: as text; None if it could not be read.
    :ivar error: the engine's words, for the reader: not compared.
    """

    outcome: Outcome
    type: str | None = "error"
    status: int = 0
    redirected: bool | None = False
    url: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = ""
    error: str = field(default="", compare=False)


@dataclass(frozen=True)
class Received:
    """A request as a server received it.

    :ivar preflight: whether it is OPTIONS with Access-Control-Request-Method.
    :ivar cookies: the names, sorted, each as often as it came.
    :ivar authorization: the value.
    :ivar headers: those of the case's headers that came with the value that the case set, in
        lower case, sorted.
    :ivar content_type: in lower case, with no boundary.
    :ivar body: whether there was one.
    """

    method: str
    url: str
    preflight: bool = False
    origin: str | None = None
    request_method: str | None = None  # Access-Control-Request-Method
    request_headers: str | None = None  # Access-Control-Request-Headers
    sec_fetch_site: str | None = None
    sec_fetch_mode: str | None = None
    sec_fetch_dest: str | None = None
    sec_fetch_user: str | None = None
    cookies: tuple[str, ...] = ()
    authorization: str | None = None
    headers: tuple[str, ...] = ()
    content_type: str | None = None
    body: bool = False


@dataclass(frozen=True)
class Round:
    """One of the times that a case's request was made.

    :ivar received: in order. A preflight that an engine sends twice in a row (Firefox may, the
        first of a session) is one.
    """

    seen: Seen
    received: tuple[Received, ...]


@dataclass(frozen=True)
class Observation:
    """Everything seen of a case."""

    case: str  # its id
    rounds: tuple[Round, ...]

    def to_json(self) -> str:
        """In one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Observation:
        """What was written."""
        said = json.loads(text)
        return cls(said["case"], tuple(_round(each) for each in said["rounds"]))


def _round(said: dict[str, Any]) -> Round:
    seen = dict(said["seen"])
    seen["headers"] = tuple((name, value) for name, value in seen["headers"])
    received = []
    for each in said["received"]:
        each = {**each, "cookies": tuple(each["cookies"]), "headers": tuple(each["headers"])}
        received.append(Received(**each))
    return Round(Seen(**seen), tuple(received))
