"""Compare more configurations than the suite does: python -m tests.migration --n 1000 --seed 1."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from .comparison import KINDS, comparisons, kind_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 if a difference has no explanation."""
    parser = argparse.ArgumentParser(prog="python -m tests.migration")
    parser.add_argument("--n", type=int, default=1000, help="configurations")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--questions", type=int, default=60, help="for each configuration")
    given = parser.parse_args(arguments)
    refused: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    compared = asked = equal = 0
    for comparison in comparisons(given.n, given.seed, given.questions):
        refused.update(set(comparison.refused))
        compared += not comparison.refused
        asked += comparison.asked
        equal += bool(comparison.asked) and not comparison.differences
        for difference in comparison.differences:
            kind = kind_of(difference)
            kinds[kind or "UNEXPLAINED"] += 1
            if kind is None and kinds["UNEXPLAINED"] <= 5:
                print(difference, end="\n\n", flush=True)
    print(f"{given.n} configurations: {given.n - compared} refused, {equal} without a difference")
    print(f"{asked} requests: {asked - kinds.total()} alike")
    for kind, count in kinds.most_common():
        print(f"{count:6} {kind}: {KINDS[kind][0] if kind in KINDS else 'a defect'}")
    for code, count in refused.most_common():
        print(f"{count:6} refused: {code}")
    return int(bool(kinds["UNEXPLAINED"]))


if __name__ == "__main__":
    sys.exit(main())
