"""The harness itself: cases are serialized, run in each engine, and observed completely."""

from __future__ import annotations

import pytest

from ..browser import Browser
from .cases import Case, Fetch
from .compare import disagreements, kind
from .engine_run import run_in
from .generator import generate
from .observations import Observation, Received, Round, Seen
from .server import World

SEED = 20
CASES = generate(SEED, 30)


def test_a_seed_determines_the_cases() -> None:
    assert generate(SEED, 30) == CASES


@pytest.mark.parametrize("case", generate(3, 100), ids=lambda case: case.id)
def test_a_case_is_serialized(case: Case) -> None:
    assert Case.from_json(case.to_json()) == case


def test_an_observation_is_serialized() -> None:
    seen = Seen("allowed", "cors", 200, headers=(("x-trace", "1"),))
    received = Received("GET", "https://api.site.localhost/a/0", cookies=("none",))
    observation = Observation("a", (Round(seen, (received,)),))
    assert Observation.from_json(observation.to_json()) == observation


def test_most_kinds_of_cases_are_generated() -> None:
    cases = generate(1, 600)
    assert {case.page for case in cases} == {"cross-site", "same-site", "same-origin", "opaque"}
    assert {case.fetch.mode for case in cases} == {"cors", "no-cors", "same-origin"}
    assert {case.fetch.redirect for case in cases} == {"follow", "error", "manual"}
    assert {case.rounds for case in cases} == {1, 2}
    assert any(case.second for case in cases)
    assert any(case.fetch.upload_listener for case in cases)


@pytest.mark.parametrize(
    ("text", "served"),
    [
        ("https://api.site.localhost", "https://api.site.localhost:81"),
        ("https://api.site.localhost/", "https://api.site.localhost:81/"),
        ("HTTPS://API.SITE.LOCALHOST, *", "HTTPS://API.SITE.LOCALHOST:81, *"),
        ("https://user:secret@third.elsewhere.localhost/a", None),
        ("https://*.site.localhost", "https://*.site.localhost:81"),
        ("https://*.site.localhost:*", "https://*.site.localhost:*"),
        ("https://api.site.localhost.evil.example", "https://api.site.localhost.evil.example"),
        ("https://evil.example", "https://evil.example"),
        ("null", "null"),
    ],
)
def test_ports_are_added_and_removed(text: str, served: str | None) -> None:
    world = World(81)
    if served is not None:
        assert world.served(text) == served
    assert world.neutral(world.served(text)) == text


def test_a_world_without_a_port_changes_nothing() -> None:
    world = World(None)
    assert world.served("https://api.site.localhost") == "https://api.site.localhost"
    assert world.neutral("https://api.site.localhost:81") == "https://api.site.localhost:81"


def test_disagreements_name_their_place() -> None:
    case = Case("a", "cross-site", Fetch(), CASES[0].server)
    blocked = Observation("a", (Round(Seen("blocked"), ()),))
    allowed = Observation("a", (Round(Seen("allowed", None, 200), ()),))
    assert disagreements(case, blocked, blocked) == []
    found = disagreements(case, blocked, allowed)
    assert found[0] == "seen.outcome: model 'blocked', engine 'allowed'"
    assert [kind(each) for each in found] == ["seen.outcome", "seen.status"]


@pytest.fixture(scope="module")
def observations() -> dict[str, dict[str, Observation]]:
    return {}


@pytest.fixture
def observed(
    browser: Browser, observations: dict[str, dict[str, Observation]]
) -> dict[str, Observation]:
    """The observations of the cases in the browser, run once."""
    if browser.name not in observations:
        observations[browser.name] = run_in(browser, CASES)
    return observations[browser.name]


def test_every_case_is_observed(observed: dict[str, Observation]) -> None:
    assert observed.keys() == {case.id for case in CASES}
    for case in CASES:
        assert len(observed[case.id].rounds) == case.rounds
        assert "unfinished" not in {each.seen.outcome for each in observed[case.id].rounds}


def test_observation_of_the_page_agrees_with_the_server(observed: dict[str, Observation]) -> None:
    for case in CASES:
        for fetch, each in zip(case.fetches, observed[case.id].rounds, strict=True):
            if each.seen.outcome == "blocked":
                assert each.seen == Seen("blocked")
                continue
            last = each.received[-1]
            assert not last.preflight, f"{case.id}: allowed, though nothing followed a preflight"
            assert each.seen.url in {last.url, ""}
            for preflight in (one for one in each.received if one.preflight):
                assert preflight.cookies == ()
                assert preflight.authorization is None
                assert preflight.origin is not None
            if fetch.mode == "cors" and case.page != "same-origin":
                assert each.received[0].origin == case.origin


def test_a_case_alone_has_the_same_observation(
    browser: Browser, observed: dict[str, Observation]
) -> None:
    case = next(each for each in CASES if any(one.preflight for one in _received(observed, each)))
    again = run_in(browser, [Case.from_json(case.to_json())])[case.id]
    assert disagreements(case, observed[case.id], again, ("first", "again")) == []


def _received(observed: dict[str, Observation], case: Case) -> tuple[Received, ...]:
    return observed[case.id].rounds[0].received
