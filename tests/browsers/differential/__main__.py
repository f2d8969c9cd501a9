"""Run cases in real engines and in the model, and print where they disagree.

python -m tests.browsers.differential --n 300 --seed 1
python -m tests.browsers.differential --engine firefox --replay '{"id": ...}'
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..engines import ENGINES
from .agreement import Compared, compared
from .cases import Case
from .compare import kind
from .generator import generate
from .handmade import named

_NAMES = [each.name for each in ENGINES]
_MAX_SHOWN = 10  # cases that disagree


def main() -> int:
    """Run the command; return 1 if the model and an engine disagree, 2 if an engine is missing."""
    arguments = _arguments()
    alone = [Case.from_json(each) for each in arguments.replay or ()]
    alone += [named(each) for each in arguments.case or ()]
    cases = alone or generate(arguments.seed, arguments.n)
    engines = [each for each in ENGINES if each.name in (arguments.engine or _NAMES)]
    if missing := {program for engine in engines for program in engine.missing()}:
        print(f"No {' and no '.join(sorted(missing))} here: `make browsers-install` installs it.")
        return 2
    begun = time.monotonic()
    with ThreadPoolExecutor(len(engines)) as pool:
        found = list(pool.map(lambda engine: compared(engine, cases), engines))
    took = time.monotonic() - begun
    if arguments.json:
        arguments.json.write_text("".join(_lines(found)), "utf-8")
    wrong = [[each for each in of_engine if each.differences] for of_engine in found]
    for of_engine, differing in zip(found, wrong, strict=True):
        for each in of_engine if alone else differing[:_MAX_SHOWN]:
            print(each, end="\n\n")
        _print_kinds(differing)
    for engine, differing in zip(engines, wrong, strict=True):
        agreeing = len(cases) - len(differing)
        print(f"{engine.name}: {agreeing} of {len(cases)} cases agree with the model")
    print(f"{len(cases)} cases in {took:.0f} s")
    return int(any(wrong))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.browsers.differential")
    parser.add_argument("--n", type=int, default=300, help="number of cases")
    parser.add_argument("--seed", type=int, default=1, help="seed of the cases")
    parser.add_argument(
        "--engine", action="append", choices=_NAMES, help="engine to run; by default all"
    )
    parser.add_argument("--replay", action="append", metavar="JSON", help="run one case")
    parser.add_argument("--case", action="append", metavar="ID", help="run one case, by its id")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write cases and observations")
    return parser.parse_args()


def _print_kinds(differing: list[Compared]) -> None:
    """Print each kind of disagreement with its smallest case."""
    kinds: defaultdict[str, dict[str, Case]] = defaultdict(dict)
    for each in differing:
        for difference in each.differences:
            kinds[f"{each.engine}: {kind(difference)}"][each.case.id] = each.case
    for what, which in sorted(kinds.items()):
        smallest = min(which.values(), key=lambda case: len(case.to_json()))
        print(f"{what} disagrees in {len(which)} cases, the smallest is {smallest.id}")


def _lines(found: list[list[Compared]]) -> list[str]:
    """Return a line for each case, with the observation of each engine."""
    return [
        json.dumps(
            {
                "case": json.loads(of_case[0].case.to_json()),
                **{each.engine: json.loads(each.real.to_json()) for each in of_case},
            }
        )
        + "\n"
        for of_case in zip(*found, strict=True)
    ]


if __name__ == "__main__":
    sys.exit(main())
