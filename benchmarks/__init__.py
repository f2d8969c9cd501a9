"""Measure what this library costs beside its peers: ``python -m benchmarks``.

The steps of a measurement:

    Subject       a variant of an app of some shape, and a request to it     subjects.py
    -> the app    built by its variant, each in the same way                 variants.py
    -> response   checked: a benchmark of a wrong response is worthless      answers.py
    -> rounds     all subjects of a group interleaved, timed                 rounds.py
       or counts  instructions under valgrind, where Flask is not entered    counting.py
                  bytecodes, where it is                                     bytecodes.py
    -> goals      ratios inside one run, and the limit of each               goals.py
    -> report     RESULTS.md and the plot                                    report.py

Processes of their own: ``agents`` (tracing agents), ``startup`` and ``importing``, ``server``.
"""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
"""The checkout, where child processes run."""
