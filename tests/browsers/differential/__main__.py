"""Run cases in real engines, and tell where these differ from each other.

python -m tests.browsers.differential --n 300 --seed 1
python -m tests.browsers.differential --engine firefox --replay '{"id": ...}'
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from ..engines import ENGINES
from .cases import Case
from .compare import disagreements, kind, shown
from .engine_run import run_all
from .generator import case as case_of
from .generator import generate
from .observations import Observation


def main() -> int:
    """What the command does; 1 where engines differ."""
    asked = _arguments()
    replayed = [Case.from_json(each) for each in asked.replay or ()]
    replayed += [_generated(each) for each in asked.case or ()]
    cases = replayed or generate(asked.seed, asked.n)
    engines = [each for each in ENGINES if each.name in (asked.engine or _NAMES)]
    begun = time.monotonic()
    seen = run_all(engines, cases)
    took = time.monotonic() - begun
    if asked.json:
        asked.json.write_text("".join(f"{line}\n" for line in _lines(cases, seen)), "utf-8")
    kinds: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    differing = 0
    for case in cases:
        observations = {name: each[case.id] for name, each in seen.items()}
        differences = []
        for one, other in combinations(observations, 2):
            found = disagreements(case, observations[one], observations[other], (one, other))
            differences += found
            for each in found:
                kinds[f"{one} and {other}", kind(each)].append(case)
        differing += bool(differences)
        if replayed or (differences and asked.show):
            print(shown(case, observations, differences), end="\n\n")
    for (who, what), which in sorted(kinds.items()):
        smallest = min(which, key=lambda case: len(case.to_json()))
        print(f"{who} differ in {what}: {len(which)} cases, the smallest is {smallest.id}")
    for name, by_case in seen.items():
        outcomes = Counter(
            (round_.seen.outcome, round_.seen.type or "xhr")
            for observation in by_case.values()
            for round_ in observation.rounds
        )
        counts = [f"{' '.join(outcome)} {count}" for outcome, count in sorted(outcomes.items())]
        print(f"{name}: {', '.join(counts)}")
    print(f"{len(cases)} cases in {took:.1f} s, {differing} differ between the engines")
    return int(differing > 0)


_NAMES = [each.name for each in ENGINES]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.browsers.differential")
    parser.add_argument("--n", type=int, default=300, help="how many cases")
    parser.add_argument("--seed", type=int, default=1, help="of the cases")
    parser.add_argument("--engine", action="append", choices=_NAMES, help="all, if none is named")
    parser.add_argument("--replay", action="append", metavar="JSON", help="a case, run alone")
    parser.add_argument("--case", action="append", metavar="ID", help="the same, of that id")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write cases and observations")
    parser.add_argument("--show", action="store_true", help="print each case that differs")
    return parser.parse_args()


def _generated(case_id: str) -> Case:
    """The case of an id, `s7-388`: of seed 7 the case 388."""
    seed, _, index = case_id.removeprefix("s").partition("-")
    return case_of(int(seed), int(index))


def _lines(cases: list[Case], seen: Mapping[str, Mapping[str, Observation]]) -> list[str]:
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
