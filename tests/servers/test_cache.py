"""A cache in front: each origin has its own copy, and never the headers of another."""

from collections.abc import Iterator, Mapping

import pytest

from tests.ecosystem.contract import INES, ORIGINS, Row, broken_row
from tests.ecosystem.wire import Received

from .serving import Served, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving("nginx-cache", tmp_path_factory.mktemp("cache")) as served:
        yield served


@pytest.mark.parametrize("first", ORIGINS)
def test_nobody_gets_the_headers_of_the_first_visitor(served: Served, first: str | None) -> None:
    broken, states = visit(served, first)
    assert broken == []
    assert states == ["MISS"] * len(ORIGINS) + ["HIT"] * (3 * len(ORIGINS))


def test_a_response_to_a_request_with_a_token_is_not_kept(served: Served) -> None:
    path = "/cached?token"
    assert served.send("GET", path, INES).lines("X-Cache") == ["BYPASS"]
    assert served.send("GET", path, {}).lines("X-Cache") == ["MISS"]
    assert served.send("GET", path, INES).lines("X-Cache") == ["BYPASS"]


def visit(served: Served, first: str | None) -> tuple[list[str], list[str]]:
    """Ask for a page from each origin, `first` first, and again when the cache has it.

    Return a sentence for each promise that is broken, and whether the cache responded.
    """
    start, states = ORIGINS.index(first), list[str]()
    origins = (*ORIGINS[start:], *ORIGINS[:start])

    def send(method: str, path: str, headers: Mapping[str, str]) -> Received:
        received = served.send(method, path, headers)
        (state,) = received.lines("X-Cache")
        assert (state == "HIT") is not bool(served.seen)
        states.append(state)
        return received

    path = f"/cached?first={start}"
    rows = (
        Row("GET", path, 200, body=b"cached"),
        Row("GET", path, 200, body=b"cached"),
        Row("HEAD", path, 200),
        Row("GET", path, 304, {"If-None-Match": '"one"'}),
    )
    return [each for row in rows for each in broken_row(send, row, origins)], states
