"""Run cases in real engines and in the model, and tell where they disagree.

python -m tests.browsers.differential --n 300 --seed 1
python -m tests.browsers.differential --engine firefox --replay '{"id": ...}'
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from flask_crossorigin.browser.profiles import PROFILES

from ..engines import ENGINES
from .cases import Case
from .compare import disagreements, kind, shown
from .engine_run import run_all
from .generator import generate, of_id
from .model_run import observe
from .observations import Observation

_NAMES = [each.name for each in ENGINES]
_SHOWN = 10  # of the cases that disagree

Seen = Mapping[str, Mapping[str, Observation]]


def main() -> int:
    """What the command does; 1 where the model and an engine disagree, 2 without an engine."""
    asked = _arguments()
    replayed = [Case.from_json(each) for each in asked.replay or ()]
    replayed += [of_id(each) for each in asked.case or ()]
    cases = replayed or generate(asked.seed, asked.n)
    engines = [each for each in ENGINES if each.name in (asked.engine or _NAMES)]
    if missing := {program for engine in engines for program in engine.missing()}:
        print(f"No {' and no '.join(sorted(missing))} here: `make browsers-install` installs it.")
        return 2
    begun = time.monotonic()
    seen = run_all(engines, cases)
    took = time.monotonic() - begun
    if asked.json:
        asked.json.write_text("".join(f"{line}\n" for line in _lines(cases, seen)), "utf-8")
    agree = True
    for engine in engines:
        found = list(_compared(engine.name, cases, seen[engine.name]))
        wrong = [each for each in found if each.differences]
        agree = agree and not wrong
        for each in found if replayed else wrong[:_SHOWN]:
            observations = {"model": each.model, engine.name: seen[engine.name][each.case.id]}
            print(shown(each.case, observations, each.differences), end="\n\n")
        _tell_kinds(engine.name, wrong)
        print(
            f"{engine.name}: {len(cases) - len(wrong)} of {len(cases)} cases agree with the model"
        )
    print(f"{len(cases)} cases in {took:.0f} s")
    return 0 if agree else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.browsers.differential")
    parser.add_argument("--n", type=int, default=300, help="how many cases")
    parser.add_argument("--seed", type=int, default=1, help="of the cases")
    parser.add_argument("--engine", action="append", choices=_NAMES, help="all, if none is named")
    parser.add_argument("--replay", action="append", metavar="JSON", help="a case, run alone")
    parser.add_argument("--case", action="append", metavar="ID", help="the same, of that id")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write cases and observations")
    return parser.parse_args()


class _Compared(NamedTuple):
    case: Case
    model: Observation
    differences: list[str]


def _compared(
    engine: str, cases: list[Case], seen: Mapping[str, Observation]
) -> Iterator[_Compared]:
    profile = next(each for name, each in PROFILES.items() if name == engine)
    for case in cases:
        model = observe(case, profile)
        yield _Compared(case, model, disagreements(case, model, seen[case.id], ("model", engine)))


def _tell_kinds(engine: str, wrong: list[_Compared]) -> None:
    """Print each kind of disagreement with its smallest case."""
    kinds: defaultdict[str, dict[str, Case]] = defaultdict(dict)
    for each in wrong:
        for difference in each.differences:
            kinds[kind(difference)][each.case.id] = each.case
    for what, which in sorted(kinds.items()):
        smallest = min(which.values(), key=lambda case: len(case.to_json()))
        print(f"{engine}: {what} disagrees in {len(which)} cases, the smallest is {smallest.id}")


def _lines(cases: list[Case], seen: Seen) -> list[str]:
    """A line for each case, with what each engine saw."""
    return [
        json.dumps(
            {
                "case": json.loads(case.to_json()),
                **{name: json.loads(each[case.id].to_json()) for name, each in seen.items()},
            }
        )
        for case in cases
    ]


if __name__ == "__main__":
    sys.exit(main())
