"""The pytest plugin, used by tests in a pytest run of their own."""

import re

import pytest

from .test_readme import blocks, page

pytest_plugins = ["pytester"]

APP = """
import pytest
from flask import Flask
from flask_crossorigin import CrossOrigin
from flask_crossorigin.browser import Blocked


@pytest.fixture
def app():
    app = Flask("api")
    CrossOrigin(app, origins=["https://app.example.com"])
    app.add_url_rule("/marks/3", "mark", lambda: {"mark": 12}, methods=["GET", "PUT"])
    return app
"""


def test_the_documented_example_of_a_users_tests_passes(pytester: pytest.Pytester) -> None:
    example = blocks(page("guide/testing"), "python")[0]
    pytester.makepyfile(APP + example)
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=2)


def test_a_failure_prints_message_and_hint(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        APP
        + """
def test_strangers_may_read(cors_browser):
    cors_browser.page("https://evil.example").fetch("/marks/3")
"""
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*Blocked: allow-origin-missing: The response has no Access-Control-Allow-Origin*",
            "*Allow it with origins=[[]..., 'https://evil.example'].*",
            "*The server's policy (app) on GET *: origin-not-allowed. *",
        ]
    )


def test_a_failure_names_a_header_that_is_not_exposed(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(APP)
    pytester.makepyfile(
        """
        def test_total(app, cors_browser):
            @app.after_request
            def count(response):
                response.headers["X-Total"] = "3"
                return response

            response = cors_browser.page("https://app.example.com").fetch("/marks/3")
            assert response.headers.get("X-Total") == "3"
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*X-Total was sent but is not exposed: add expose_headers=[[]...]*"]
    )


def test_a_failure_shows_nothing_of_the_library(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(APP)
    pytester.makepyfile(
        """
        import pytest


        def test_strangers_may_read(cors_browser):
            cors_browser.page("https://evil.example").fetch("/marks/3")


        def test_option(cors_browser):
            cors_browser.page("https://evil.example").fetch("/marks/3", credentials="yes")


        @pytest.mark.parametrize("cors_browser_profile", ["chrom"])
        def test_profile(cors_browser):
            pass
        """
    )
    result = pytester.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(failed=2, errors=1)
    frames = re.findall(r"^\S+[/\\](\w+\.py):\d+: ", "\n".join(result.outlines), re.MULTILINE)
    assert frames == ["pytest_plugin.py"]  # the fixture, because no line of the test is involved


def test_a_test_can_run_as_each_engine_and_at_another_origin(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        APP
        + next(code for code in blocks(page("guide/testing"), "python") if "fixture" in code)
        + """
@pytest.mark.parametrize("cors_browser_profile", ["chromium", "firefox", "webkit"])
def test_front_end_may_read(cors_browser, cors_browser_profile):
    response = cors_browser.page("https://app.example.com").fetch("/marks/3")
    assert response.url == "https://marks.example.net/marks/3"
    assert cors_browser.profile.name == cors_browser_profile
"""
    )
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=3)
