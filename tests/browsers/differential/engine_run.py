"""Cases in a real engine: many to a page, and what was seen of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from ..browser import Browser
from ..engines import FIREFOX, Engine
from . import forms_and_sockets
from .cases import API, ORIGINS, PAGES, Case
from .forms_and_sockets import visit_all
from .observations import Observation, Seen
from .server import Server, World
from .serving import served
from .tunnel import tunnelled

BATCH = 60  # cases to a page
ATTEMPTS = 3  # for a case whose request an engine did not finish in time


def run(engine: Engine, cases: Iterable[Case]) -> dict[str, Observation]:
    """What is seen of the cases in an engine, by their ids. Each must have an id of its own."""
    observations: dict[str, Observation] = {}
    for third_party_cookies, chosen in _grouped(cases, lambda case: case.third_party_cookies):
        with engine.start(third_party_cookies=third_party_cookies) as browser:
            observations.update(run_in(browser, chosen))
    return observations


def run_in(browser: Browser, cases: Iterable[Case]) -> dict[str, Observation]:
    """What is seen of the cases in a browser that is running."""
    servers: list[Server] = []

    def make(port: int) -> Server:
        servers.append(Server(port))
        return servers[0]

    with served(make, *(_host(origin) for origin in ORIGINS)):
        server = servers[0]
        alone, together = _split(cases)
        observations = {
            case.id: server.observation(case, [seen])
            for case, seen in forms_and_sockets.run(browser, server, alone)
        }
        visit_all(browser, server.world)
        with tunnelled(browser) if browser.name == FIREFOX.name else nullcontext():
            for _, chosen in _grouped(together, lambda case: case.page):
                for start in range(0, len(chosen), BATCH):
                    batch = chosen[start : start + BATCH]
                    observations.update(_run_batch(browser, server, batch))
        return observations


def _split(cases: Iterable[Case]) -> tuple[list[Case], list[Case]]:
    """Those that want the page for themselves, and those that share one."""
    listed = list(cases)
    alone = [case for case in listed if case.way != "fetch"]
    return alone, [case for case in listed if case.way == "fetch"]


def _run_batch(browser: Browser, server: Server, cases: list[Case]) -> Iterator[tuple[str, Any]]:
    for attempt in range(1, ATTEMPTS + 1):
        for case in cases:
            server.add(case)
        page = cases[0].page
        browser.open(server.world.served(f"{PAGES[page]}/page"))
        asked = [_asked(case, server.world) for case in cases]
        answers = browser.run_async("return await run(...arguments)", asked, page == "opaque")
        unfinished = []
        for case in cases:
            seen = [_seen(each, server.world) for each in answers[case.id]]
            if attempt < ATTEMPTS and any(each.outcome == "unfinished" for each in seen):
                unfinished.append(case)
            else:
                yield case.id, server.observation(case, seen)
                server.remove(case)
        if not unfinished:
            return
        cases = unfinished


def _asked(case: Case, world: World) -> dict[str, Any]:
    """The case as the page needs it."""
    return {
        "id": case.id,
        "rounds": [asdict(each) for each in case.fetches],
        "url": world.served(case.url(0)),
        "next_round": world.served(f"{API}/round/{case.id}"),
    }


def _seen(answer: dict[str, Any], world: World) -> Seen:
    headers = tuple((name, world.neutral(value)) for name, value in answer["headers"])
    body = answer["body"]
    return Seen(
        **{
            **answer,
            "url": world.neutral(answer["url"]),
            "headers": headers,
            "body": body if body is None else world.neutral(body),
        }
    )


def _grouped(cases: Iterable[Case], key: Callable[[Case], Any]) -> Iterator[tuple[Any, list[Case]]]:
    for value, chosen in groupby(sorted(cases, key=key), key):
        yield value, list(chosen)


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or ""
