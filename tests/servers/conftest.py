"""Fixtures of this folder, and the logs of the servers in the report of a test that fails."""

from collections.abc import Iterator
from typing import Any

import pytest

from .serving import Served, serving
from .subjects import SUBJECTS


@pytest.fixture(scope="module", params=SUBJECTS)
def served(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Each server and proxy."""
    with serving(request.param, tmp_path_factory.mktemp(request.param)) as served:
        yield served


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any) -> Any:
    report = yield
    served = getattr(item, "funcargs", {}).get("served")
    if report.failed and served is not None:
        for log in served.logs:
            report.sections.append((f"the end of {log.name}", log.read_text()[-4000:]))
    return report
