"""Interleaved timing, and what is read out of it.

The machine's speed changes from second to second, so that no time is worth anything by itself.
All subjects of a group are run in each round, in a new order each time, and whatever is compared
is compared inside one round: a difference or a ratio of two blocks that ran next to each other.
What is reported is the median of these over all rounds, with its quartiles.
"""

import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Times = Mapping[str, Sequence[float]]
"""Microseconds a request, by subject, in each round; all subjects have the same rounds."""

Pair = tuple[str, str]
"""A subject, and the one that it is compared with."""

BLOCK: Final = 50
"""Requests in a block, at most."""
_BLOCK_SECONDS: Final = 0.002
"""What a block may take: of slow subjects it holds fewer requests. The machine's speed changes
even within milliseconds, so that many short rounds tell more than a few long ones."""
_WARM_UP: Final = 3
"""Requests before the clock starts: the first meet caches that are another subject's."""
_MIN_ROUNDS: Final = 7
_RESAMPLINGS: Final = 100


@dataclass(frozen=True)
class Runner:
    """What is timed: `run` works through requests that `prepare` made before the clock starts.

    :ivar prepare: makes that many requests.
    :ivar run: sends them all.
    """

    prepare: Callable[[int], list[Any]]
    run: Callable[[list[Any]], object]


@dataclass(frozen=True)
class Spread:
    """A median with its quartiles."""

    median: float
    lower: float
    upper: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Return the spread of `values`; a single one, of something exact, has none."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
        return cls(median, lower, upper)


def measure(runners: Mapping[str, Runner], seconds: float, seed: int = 0) -> dict[str, list[float]]:
    """Run rounds of all `runners` for about that many `seconds`, at least seven rounds.

    Time is the processor's, of this thread: what other processes take does not count.
    """
    shuffled = random.Random(seed)
    sizes = {name: _block_size(runner) for name, runner in runners.items()}
    times: dict[str, list[float]] = {name: [] for name in runners}
    names = list(runners)
    end = time.monotonic() + seconds
    rounds = 0
    while rounds < _MIN_ROUNDS or time.monotonic() < end:
        shuffled.shuffle(names)
        for name in names:
            times[name].append(_time(runners[name], sizes[name]))
        rounds += 1
    return times


def _time(runner: Runner, size: int) -> float:
    """Microseconds of processor time that one request takes, in a block of `size`."""
    runner.run(runner.prepare(_WARM_UP))
    requests = runner.prepare(size)
    start = time.thread_time_ns()
    runner.run(requests)
    return (time.thread_time_ns() - start) / size / 1000


def _block_size(runner: Runner) -> int:
    """Warm `runner` up, and say how many of its requests make a block."""
    once = _time(runner, 1)
    if once * 3 < _BLOCK_SECONDS * 1e6:
        once = min(_time(runner, 3) for _ in range(3))
    size = max(1, min(BLOCK, int(_BLOCK_SECONDS * 1e6 / once)))
    if size > 1:
        _time(runner, size)
    return size


def level(times: Times, name: str) -> Spread:
    """Microseconds of a request to `name`."""
    return Spread.of(times[name])


def costs(times: Times, name: str, base: str) -> list[float]:
    """In each round, the microseconds that `name` takes more than `base`."""
    return [more - less for more, less in zip(times[name], times[base], strict=True)]


def cost(times: Times, name: str, base: str) -> Spread:
    """The microseconds that `name` takes more than `base`."""
    return Spread.of(costs(times, name, base))


def ratio(times: Times, name: str, other: str) -> Spread:
    """How many times as long as `other` a request to `name` takes, in the median round.

    :returns: with the quartiles of the same in resampled rounds: how sure the median is.
    """
    ratios = [one / two for one, two in zip(times[name], times[other], strict=True)]
    return _resampled(len(ratios), lambda drawn: statistics.median(ratios[each] for each in drawn))


def cost_ratio(times: Times, cost: Pair, other: Pair) -> Spread:
    """The cost of one pair, a subject and its base, as a multiple of the cost of the `other`.

    A small cost is lost in the noise of some rounds, where a ratio would be anything: so this is
    the ratio of the medians of the costs, and its quartiles are those of resampled rounds.
    """
    ours, theirs = costs(times, *cost), costs(times, *other)

    def of_medians(drawn: Sequence[int]) -> float:
        return statistics.median(ours[each] for each in drawn) / statistics.median(
            theirs[each] for each in drawn
        )

    return _resampled(len(ours), of_medians)


def _resampled(rounds: int, statistic: Callable[[Sequence[int]], float]) -> Spread:
    """A `statistic` of the indices of all rounds, with its quartiles where some are drawn anew."""
    chance = random.Random(0)
    every = range(rounds)
    drawn = Spread.of([statistic(chance.choices(every, k=rounds)) for _ in range(_RESAMPLINGS)])
    return Spread(statistic(every), drawn.lower, drawn.upper)
