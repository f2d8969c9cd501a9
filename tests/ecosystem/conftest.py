"""Fixtures of this folder."""

from collections.abc import Callable
from typing import Any

import pytest

from .api import Api, Setup, make_api

collect_ignore = ["connexion2"]
"""`make test-ecosystem` runs it in an environment of its own."""

Make = Callable[[Setup], Api]

WARNINGS_OF_OTHERS = [
    "ignore:Using `httpx` with `starlette.testclient`",  # Connexion 3.3
    "ignore:.*jsonschema\\..* is deprecated",  # Connexion 2.15 and 3.3
]
"""Deprecations that packages use when they are imported. Any other warning is an error."""


def pytest_configure(config: pytest.Config) -> None:
    for line in WARNINGS_OF_OTHERS:
        config.addinivalue_line("filterwarnings", line)


@pytest.fixture(params=["before", "after"])
def make(request: Any) -> Make:
    """Return a function that makes the API with a package set up before, or after, CrossOrigin."""
    return lambda setup: (
        make_api(before=setup) if request.param == "before" else make_api(after=setup)
    )
