"""Fuzz targets: functions that take any bytes, and fail if they break a promise of the library.

`make fuzz` searches for such bytes with atheris. `tests/test_fuzz_targets.py` calls the targets
with the committed corpus, `tests/fuzz/corpus/NAME/`. A target raises AssertionError for a broken
promise. Any other exception is one that the library should not have raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Final, TypeAlias, cast

Target: TypeAlias = Callable[[bytes], None]

NAMES: Final = ("origins", "headers", "preflights", "decisions")
CORPUS: Final = Path(__file__).parent.parent / "corpus"


def target(name: str) -> Target:
    """Return the target of the module `name`."""
    module = import_module(f"{__name__}.{name}")
    return cast("Target", module.check)


def corpus(name: str) -> Iterator[Path]:
    """Yield the files of the committed corpus of a target."""
    yield from sorted((CORPUS / name).iterdir())
