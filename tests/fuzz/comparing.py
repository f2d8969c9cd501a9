"""Compare what the library answers with what the reference says."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from . import accepted, building
from .running import VARIANTS, Outcome, run, send
from .specs import Case, Send

ALLOW_ORIGIN: Final = "access-control-allow-origin"
Finding: TypeAlias = tuple[str, str, str]
"""The kind of a difference, what is right and what was found."""
_CHOICES: Final = 3
_ROUNDS: Final = 6
"""The requests of each of two threads."""
_CHANGING: Final = ("set vary", "set allow-origin", "set status", "no vary")
"""Actions of hooks on a response that may be shared: the app's own race, not the library's."""


@dataclass(frozen=True)
class Difference:
    """A request that the library answers differently.

    :ivar kind: "wider" where an origin is allowed that the reference denies.
    """

    variant: str
    number: int
    step: Send
    kind: str
    wanted: str
    found: str

    @property
    def signature(self) -> tuple[str, ...]:
        """The part of it that stays in a smaller case."""
        both = self.wanted, self.found
        if self.kind in {"wider", "headers"}:
            return self.kind, *(f"{ALLOW_ORIGIN in each} {each == '{}'}" for each in both)
        return self.kind, *(each.partition("raised=")[2].partition(",")[0] for each in both)

    def __str__(self) -> str:
        return (
            f"[{self.variant}] {self.kind}, request {self.number}: {self.step}\n"
            f"  wanted {self.wanted}\n  found  {self.found}"
        )


class _Right:
    """The right responses in a case, in all forms, worked out when needed."""

    def __init__(self, case: Case, variant: str) -> None:
        self._case = case
        self._mode = "debug" if variant == "debug" else "plain"
        self._known: list[list[Outcome]] = []

    def __call__(self, choice: int) -> list[Outcome]:
        while len(self._known) <= choice:
            self._known.append(run(self._case, self._mode, len(self._known)))
        return self._known[choice]

    def differing(self, number: int, found: Outcome) -> list[Finding]:
        """Return what differs; nothing if any of the right forms fits."""
        first: list[Finding] = []
        for choice in range(_CHOICES):
            findings = list(_differing(self(choice)[number], found))
            if not findings:
                return []
            first = first or findings
        return first


def differences(case: Case, variants: Sequence[str] = VARIANTS) -> list[Difference]:
    """Return all differences in all `variants` of `case`."""
    found: list[Difference] = []
    rights = {"plain": _Right(case, "plain"), "debug": _Right(case, "debug")}
    requests = [each for each in case.steps if isinstance(each, Send)]
    for variant in variants:
        if variant == "threads":
            found.extend(() if found else _in_threads(case))
            continue
        right = rights.get(variant, rights["plain"])
        for number, answered in enumerate(run(case, variant, None)):
            for kind, *both in right.differing(number, answered):
                found.append(Difference(variant, number, requests[number], kind, *both))
    return found


def _differing(wanted: Outcome, found: Outcome) -> Iterator[Finding]:
    if accepted.is_failing_teardown(wanted, found):
        return
    if wanted.raised or found.raised:
        if wanted.raised != found.raised:
            yield "raised", str(wanted), str(found)
        return
    if found.cors != wanted.cors:
        allowed = dict(found.cors).get(ALLOW_ORIGIN)
        wider = allowed not in {None, dict(wanted.cors).get(ALLOW_ORIGIN)}
        yield "wider" if wider else "headers", str(dict(wanted.cors)), str(dict(found.cors))
    if wanted.log != found.log:
        yield "log", str(wanted.log), str(found.log)
    if wanted.status.split()[0] != found.status.split()[0]:
        yield "status", f"{wanted.status} {wanted.body!r}", f"{found.status} {found.body!r}"
    elif wanted.body != found.body:
        yield "body", repr(wanted.body), repr(found.body)
    elif [*wanted.headers] != accepted.without_own_class(wanted, found):
        yield "other headers", str(wanted.headers), str(found.headers)


# Threads.


class _Yielding(dict[str, Any]):
    """An environment at each look-up of which another thread may go on."""

    def get(self, key: str, default: Any = None) -> Any:
        time.sleep(0)
        return super().get(key, default)

    def copy(self) -> _Yielding:
        return _Yielding(self)


def _in_threads(case: Case) -> Iterator[Difference]:
    """Send two requests again and again, each in a thread of its own, to one app."""
    pair = [each for each in case.steps if isinstance(each, Send) and each.method == "GET"][:2]
    hooks = [each.action for each in case.app.hooks]
    if len(pair) < 2 or any(each in _CHANGING for each in hooks):
        return
    alone = Case(case.app, tuple(pair * 3))
    right = _Right(alone, "plain")
    if right(0)[2:4] != right(0)[4:]:
        return
    with building.silent(case.app.logs):
        running = building.real(case.app, debug=False)
        running.wrap_late()
        answered = _race(running, pair)
    for number, outcomes in enumerate(answered):
        for outcome in outcomes:
            for kind, *both in right.differing(number + 2, outcome):
                yield Difference("threads", number, pair[number], kind, *both)
                return


def _race(running: building.Running, pair: list[Send]) -> list[list[Outcome]]:
    answered: list[list[Outcome]] = [[] for _ in pair]
    barrier = threading.Barrier(len(pair))

    def ask(number: int) -> None:
        barrier.wait()
        for _ in range(_ROUNDS):
            answered[number].append(send(running.entry, pair[number], _Yielding))

    threads: list[Any] = [threading.Thread(target=ask, args=(each,)) for each in range(len(pair))]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    finally:
        sys.setswitchinterval(before)
    return answered
