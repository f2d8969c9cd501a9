"""Observations of a case: what the page saw, and what the servers received."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

Outcome: TypeAlias = Literal["allowed", "blocked", "unfinished"]


@dataclass(frozen=True)
class Seen:
    """The result that the page saw. None means that it can't be seen, and equals every value.

    :ivar outcome: "unfinished" if an engine did not respond in time.
    :ivar type: basic, cors, opaque or opaqueredirect; "error" if blocked; None for an
        XMLHttpRequest.
    :ivar url: URL of the response; empty if the response has none.
    :ivar headers: readable headers, sorted, with names in lower case and combined values.
    :ivar body: text of the body; None if it could not be read.
    :ivar error: message of the engine, which is not compared.
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
    :ivar cookies: names of the cookies, sorted, each as often as it was sent.
    :ivar authorization: value of the header.
    :ivar headers: names of the case's headers that arrived with the case's value, in lower case,
        sorted.
    :ivar content_type: value of the header in lower case, without the boundary.
    :ivar body: whether there was a body.
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
    """One round of a case.

    :ivar received: requests in order. A preflight that is sent twice in a row counts once; Firefox
        may repeat the first of a session.
    """

    seen: Seen
    received: tuple[Received, ...]


@dataclass(frozen=True)
class Observation:
    """Everything that was observed of a case."""

    case: str  # its id
    rounds: tuple[Round, ...]

    def to_json(self) -> str:
        """Return the observation as one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Observation:
        """Return the observation that `to_json` wrote."""
        members = json.loads(text)
        return cls(members["case"], tuple(_round(each) for each in members["rounds"]))


def _round(members: dict[str, Any]) -> Round:
    seen = dict(members["seen"])
    seen["headers"] = tuple((name, value) for name, value in seen["headers"])
    received = []
    for each in members["received"]:
        each = {**each, "cookies": tuple(each["cookies"]), "headers": tuple(each["headers"])}
        received.append(Received(**each))
    return Round(Seen(**seen), tuple(received))
