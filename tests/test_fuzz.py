"""Random apps and requests against a slow reference; `python -m tests.fuzz` runs more of them."""

import pytest

from .fuzz.comparing import differences
from .fuzz.fuzz import run_one
from .fuzz.known import KNOWN

SEED = 1
CASES = 60

pytestmark = pytest.mark.filterwarnings("ignore:Current server name:UserWarning")


def test_random_apps_respond_as_the_reference_says() -> None:
    failures = [failure for number in range(CASES) if (failure := run_one(SEED, number))]
    assert not failures, str(failures[0])


@pytest.mark.parametrize("name", KNOWN)
def test_a_case_that_failed_once_does_not_fail_again(name: str) -> None:
    assert differences(KNOWN[name]) == []
