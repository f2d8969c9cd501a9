"""The fuzz targets: the committed corpus breaks no promise, and planted faults are found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException

from flask_crossorigin import Outcome
from flask_crossorigin.core import headers as library_headers
from flask_crossorigin.core import preflight as library_preflight
from flask_crossorigin.core.cache import BoundedCache
from flask_crossorigin.core.decision import Reason
from flask_crossorigin.core.origins import Allowlist, is_serialized_origin

from .fuzz.targets import CORPUS, NAMES, corpus, decisions, headers, origins, reference, target
from .fuzz.targets.__main__ import main
from .fuzz.targets.requests import environ_of


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus_breaks_no_promise(name: str) -> None:
    for path in corpus(name):
        try:
            target(name)(path.read_bytes())
        except Exception as error:
            pytest.fail(f"{path.name}: {error!r}")


def test_every_corpus_belongs_to_a_target() -> None:
    assert sorted(each.name for each in CORPUS.iterdir()) == sorted(NAMES)


def fails(name: str) -> bool:
    """Whether a file of the corpus makes the target fail."""
    for path in corpus(name):
        try:
            target(name)(path.read_bytes())
        except Exception:
            return True
    return False


# Faults of the library, one by one.


def parser_takes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "is_serialized_origin", lambda text: "://" in text)


def pattern_matches_any_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def allows(self: Allowlist, origin: str) -> bool:
        ends = tuple(each.partition("*.")[2] or each for each in self.patterns)
        return origin in self.exact or (is_serialized_origin(origin) and origin.endswith(ends))

    monkeypatch.setattr(Allowlist, "allows", allows)


def hint_is_no_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "closest_origin", lambda text: f"{text.strip()}/")


def vary_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_headers, "_with_vary", lambda vary, added: added)
    monkeypatch.setattr(library_headers, "_WITH_VARY", BoundedCache())


def header_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_headers, "is_cors_header", lambda name: False)


def one_policy_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "common_headers", lambda one, other: tuple(other))


def names_are_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_preflight, "_check_headers", lambda *_: Reason.ALLOWED)


def method_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_preflight, "_allows_method", lambda *_: True)


def origin_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Allowlist, "allows", lambda self, origin: True)


def wrong_policy_applies(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**decisions.POLICIES, "blueprint admin": {"origins": "*", "credentials": False}}
    with monkeypatch.context() as changed:
        changed.setattr(decisions, "POLICIES", wrong)
        made = decisions.made.__wrapped__()
    monkeypatch.setattr(decisions, "made", lambda: made)


FAULTS: list[tuple[str, Callable[[pytest.MonkeyPatch], None]]] = [
    ("origins", parser_takes_all),
    ("origins", pattern_matches_any_end),
    ("origins", hint_is_no_origin),
    ("headers", vary_is_replaced),
    ("headers", header_is_left),
    ("headers", one_policy_is_forgotten),
    ("preflights", names_are_not_checked),
    ("preflights", method_is_not_checked),
    ("preflights", origin_is_not_checked),
    ("decisions", origin_is_not_checked),
    ("decisions", wrong_policy_applies),
]


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_target_finds_a_fault(
    name: str, fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not fails(name)
    fault(monkeypatch)
    assert fails(name)


@pytest.fixture
def outcomes() -> Counter[Any]:
    """What `decide` says of the corpus."""
    app, cors = decisions.made()
    seen: Counter[Any] = Counter()
    for path in corpus("decisions"):
        environ = environ_of(path.read_bytes())
        decision = cors.decide(environ)
        seen[decision.outcome] += 1
        seen[decision.scope] += 1
        try:
            app.url_map.bind_to_environ(environ).match()
        except HTTPException as error:
            seen[error.code] += 1
    return seen


def test_the_corpus_meets_every_scope_and_outcome(outcomes: Counter[Any]) -> None:
    assert all(outcomes[each] > 1 for each in Outcome)
    assert all(outcomes[each] > 0 for each in decisions.POLICIES)
    assert all(outcomes[each] > 0 for each in (404, 405, 308))


@pytest.mark.parametrize(
    "text",
    ["https://a.example", "http://127.0.0.1", "http://[::1]:1", "http://[1::2:0:0:3]", "a+b://c_d"],
)
def test_the_reference_takes_origins(text: str) -> None:
    assert reference.is_origin(text)


@pytest.mark.parametrize(
    "text",
    ["", "://", "https://a.example:443", "http://[::0]", "http://1.2.3", "http://a:0", "http://a..b",
     "http://256.0.0.1", "http://[1:0:0:2:0:0:0:3]", "file://a", "1a://b", "http://a/", "http://A"],
)  # fmt: skip
def test_the_reference_refuses_what_is_no_origin(text: str) -> None:
    assert not reference.is_origin(text)


def test_a_file_that_failed_can_be_replayed(tmp_path: Path) -> None:
    path = tmp_path / "found"
    path.write_bytes(b"https://app.example.com")
    assert main(["--target", "origins", "--replay", str(path)]) == 0
