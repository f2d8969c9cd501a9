"""The bridge beside flask-cors, on random configurations; `make migration` compares more."""

from typing import Any

import pytest

from flask_crossorigin import compat

from .migration.__main__ import main
from .migration.comparison import Comparison, comparisons, kind_of


def unexplained(found: list[Comparison]) -> list[str]:
    differences = [each for comparison in found for each in comparison.differences]
    return [str(each) for each in differences if kind_of(each) is None]


def test_every_difference_from_flask_cors_has_an_explanation() -> None:
    found = list(comparisons(50, seed=1, asked=40))
    assert unexplained(found) == []
    assert sum(each.asked for each in found) > 1000
    assert any(each.differences for each in found)


def test_a_bridge_that_opens_too_much_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Open(compat.CORS):
        def __init__(self, app: Any = None, **options: Any) -> None:
            super().__init__(app, **{**options, "origins": "*", "supports_credentials": False})

    monkeypatch.setattr(compat, "CORS", Open)
    assert main(["--n", "10", "--questions", "20"]) == 1
    assert "UNEXPLAINED: a defect" in capsys.readouterr().out
