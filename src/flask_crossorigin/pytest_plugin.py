"""pytest fixtures: a browser that reaches the app under test.

pytest finds this plugin through its entry point. The rest of the package is imported only when a
test uses `cors_browser`.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .browser.page import Browser
    from .browser.profiles import ProfileName


@pytest.fixture
def cors_browser_profile() -> "ProfileName":
    """The engine profile of `cors_browser`.

    ``@pytest.mark.parametrize("cors_browser_profile", ["chromium", "firefox", "webkit"])`` runs a
    test once with each engine's profile.
    """
    return "standard"


@pytest.fixture
def cors_browser_api() -> str:
    """The origin of the app in `cors_browser`. Override this fixture to change it."""
    return "https://api.example.com"


@pytest.fixture
def cors_browser(app: Any, cors_browser_api: str, cors_browser_profile: "ProfileName") -> "Browser":
    """A browser that reaches the app of the fixture `app`. Relative URLs are the app's.

    ``cors_browser.page("https://app.example.com").fetch("/marks/3")`` returns the response that a
    script of that page sees, or raises :exc:`flask_crossorigin.browser.Blocked`.
    """
    from .browser.page import Browser

    return Browser({cors_browser_api: app}, cors_browser_profile, base=cors_browser_api)
