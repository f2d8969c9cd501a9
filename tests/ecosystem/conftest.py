"""Fixtures of this folder."""

from collections.abc import Callable
from typing import Any

import pytest

from .api import Api, Setup, make_api

Make = Callable[[Setup], Api]


@pytest.fixture(params=["before", "after"])
def make(request: Any) -> Make:
    """Return a function that makes the API with a package set up before, or after, CrossOrigin."""
    return lambda setup: make_api(**{request.param: setup})
