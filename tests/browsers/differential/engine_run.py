"""Run cases in a real engine, many in one page."""

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

BATCH = 60  # cases in one page
ATTEMPTS = 3  # to run a case whose request does not finish in time


def run(engine: Engine, cases: Iterable[Case]) -> dict[str, Observation]:
    """Run the cases in an engine, and return the observations by the ids of the cases."""
    observations: dict[str, Observation] = {}
    for third_party_cookies, chosen in _grouped(cases, lambda case: case.third_party_cookies):
        with engine.start(third_party_cookies=third_party_cookies) as browser:
            observations.update(run_in(browser, chosen))
    return observations


def run_in(browser: Browser, cases: Iterable[Case]) -> dict[str, Observation]:
    """Run the cases in a running browser, and return the observations by the ids of the cases."""
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
    """Separate the cases that need a page of their own from those that share one."""
    listed = list(cases)
    alone = [case for case in listed if case.way != "fetch"]
    return alone, [case for case in listed if case.way == "fetch"]


def _run_batch(browser: Browser, server: Server, cases: list[Case]) -> Iterator[tuple[str, Any]]:
    for attempt in range(1, ATTEMPTS + 1):
        for case in cases:
            server.add(case)
        page = cases[0].page
        browser.open(server.world.served(f"{PAGES[page]}/page"))
        requests = [_for_page(case, server.world) for case in cases]
        results = browser.run_async("return await run(...arguments)", requests, page == "opaque")
        unfinished = []
        for case in cases:
            seen = [_seen(each, server.world) for each in results[case.id]]
            if attempt < ATTEMPTS and any(each.outcome == "unfinished" for each in seen):
                unfinished.append(case)
            else:
                yield case.id, server.observation(case, seen)
                server.remove(case)
        if not unfinished:
            return
        cases = unfinished


def _for_page(case: Case, world: World) -> dict[str, Any]:
    """Return the case in the form that page.js expects."""
    return {
        "id": case.id,
        "rounds": [asdict(each) for each in case.fetches],
        "url": world.served(case.url(0)),
        "next_round": world.served(f"{API}/round/{case.id}"),
    }


def _seen(result: dict[str, Any], world: World) -> Seen:
    headers = tuple((name, world.neutral(value)) for name, value in result["headers"])
    body = result["body"]
    return Seen(
        **{
            **result,
            "url": world.neutral(result["url"]),
            "headers": headers,
            "body": body if body is None else world.neutral(body),
        }
    )


def _grouped(cases: Iterable[Case], key: Callable[[Case], Any]) -> Iterator[tuple[Any, list[Case]]]:
    for value, chosen in groupby(sorted(cases, key=key), key):
        yield value, list(chosen)


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or ""
