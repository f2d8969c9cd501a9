"""Fixtures for a user's own tests: a browser that knows the app under test.

The plugin is found by pytest through its entry point. It imports the rest of the package only
when a test asks for a fixture.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .browser.page import Browser
    from .browser.profiles import ProfileName


@pytest.fixture
def cors_browser_profile() -> "ProfileName":
    """The profile of `cors_browser`.

    ``@pytest.mark.parametrize("cors_browser_profile", ["chromium", "firefox", "webkit"])`` runs a
    test as each engine would.
    """
    return "standard"


@pytest.fixture
def cors_browser_api() -> str:
    """The origin at which `cors_browser` finds the app; a fixture of the same name changes it."""
    return "https://api.example.com"


@pytest.fixture
def cors_browser(app: Any, cors_browser_api: str, cors_browser_profile: "ProfileName") -> "Browser":
    """A browser that reaches the fixture `app`; relative URLs are the app's.

    ``cors_browser.page("https://app.example.com").fetch("/marks/3")`` gives the response that a
    script of that page sees, or raises :exc:`flask_crossorigin.browser.Blocked`.
    """
    from .browser.page import Browser

    return Browser({cors_browser_api: app}, cors_browser_profile, base=cors_browser_api)
