"""The model and each engine agree in every case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flask_crossorigin.browser.profiles import DIFFERENCES, PROFILES, Difference

from ..conftest import require
from ..engines import ENGINES, Engine
from .agreement import compared
from .compare import disagreements
from .differences import SEEN, UNSEEN
from .generator import generate
from .handmade import HANDMADE, named
from .model_run import observe

SEED, N = 1, 300
ALL_CASES = [*generate(SEED, N), *map(named, SEEN.values()), *HANDMADE.values()]
CASES = {case.id: case for case in ALL_CASES}
STANDARD = PROFILES["standard"]


@pytest.mark.browser
@pytest.mark.parametrize("engine", ENGINES, ids=[each.name for each in ENGINES])
def test_engine_agrees_with_the_model_in_every_case(engine: Engine) -> None:
    require(engine)
    wrong = [each for each in compared(engine, CASES.values()) if each.differences]
    shown = "\n\n".join(str(each) for each in wrong[:5])
    assert not wrong, f"{len(wrong)} of {len(CASES)} cases:\n\n{shown}"


def test_each_difference_is_shown_by_a_case_or_listed_as_unseen() -> None:
    known = {(each.engine, each.field) for each in DIFFERENCES}
    assert known == SEEN.keys() | {each for each in known if each[1] in UNSEEN}
    assert not {field for _, field in SEEN} & UNSEEN.keys()


@pytest.mark.parametrize(
    "difference",
    [each for each in DIFFERENCES if each.field not in UNSEEN],
    ids=lambda each: f"{each.engine}-{each.field}",
)
def test_case_of_a_difference_depends_on_it(difference: Difference) -> None:
    engine, field = difference.engine, difference.field
    case, profile = named(SEEN[engine, field]), PROFILES[engine]
    without = replace(profile, **{field: getattr(STANDARD, field)})
    assert disagreements(case, observe(case, without), observe(case, profile))
