"""Fixtures for a user's own tests: a browser that knows the app under test.

The plugin is found by pytest through its entry point. It imports the rest of the package only
when a test asks for a fixture.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .browser.page import Browser

API = "https://api.example.com"
"""The origin that `cors_browser` serves the app at."""


@pytest.fixture
def cors_browser(app: Any) -> "Browser":
    """A browser that reaches the fixture `app`; relative URLs are the app's.

    ``cors_browser.page("https://app.example.com").fetch("/marks/3")`` gives the response that a
    script of that page sees, or raises :exc:`flask_crossorigin.browser.Blocked`.
    """
    from .browser.page import Browser

    return Browser({API: app}, base=API)
