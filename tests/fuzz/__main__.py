"""Run the fuzz for longer than the suite does, or one case of it alone.

python -m tests.fuzz --seconds 300 --seed 7
python -m tests.fuzz --replay 7:12
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from .comparing import differences
from .fuzz import Failure, fuzz, replay
from .shrinking import shown, shrink
from .specs import Case

_SHOWN = 5  # of the cases that fail


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 where a case fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60, help="how long")
    parser.add_argument("--seed", type=int, default=1, help="of the cases")
    parser.add_argument("--replay", metavar="SEED:NUMBER", help="one case, made small")
    parser.add_argument("--all", action="store_true", help="go on after a failure, and count")
    asked = parser.parse_args(arguments)
    if asked.replay:
        failure = replay(asked.replay)
        if failure is None:
            print("No difference.")
            return 0
        _tell(failure)
        return 1
    kinds: Counter[str] = Counter()
    count = 0
    for failure in fuzz(asked.seed, asked.seconds):
        count += 1
        if failure is None:
            continue
        kinds[failure.worst.kind] += 1
        if sum(kinds.values()) <= _SHOWN:
            print(failure, end="\n\n", flush=True)
        if not asked.all:
            break
    print(f"{count} cases, {sum(kinds.values())} fail: {dict(kinds)}")
    return int(bool(kinds))


def _tell(failure: Failure) -> None:
    worst = failure.worst

    def fails(case: Case) -> bool:
        return any(each.signature == worst.signature for each in differences(case, [worst.variant]))

    small = shrink(failure.case, fails)
    print(shown(small), end="\n\n")
    for each in differences(small)[:3]:
        print(each)


if __name__ == "__main__":
    sys.exit(main())
