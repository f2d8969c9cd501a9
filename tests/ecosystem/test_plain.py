"""The contract holds in an app with no other package than a rate limiter."""

from .api import make_api
from .contract import broken_in_debug_mode, broken_promises


def test_nothing_is_broken_in_a_plain_app() -> None:
    assert broken_promises(make_api()) == []


def test_nothing_is_broken_in_debug_mode() -> None:
    assert broken_in_debug_mode(make_api()) == []
