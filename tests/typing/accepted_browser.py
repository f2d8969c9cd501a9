"""The browser model and its fixture."""

from __future__ import annotations

import pytest
from flask import Flask
from typing_extensions import assert_type

from flask_crossorigin import Reason
from flask_crossorigin.browser import Blob, Blocked, Browser, Exchange, Page, Response
from flask_crossorigin.browser.profiles import ProfileName

app = Flask(__name__)


def test_of_a_user(cors_browser: Browser) -> None:
    page = cors_browser.page("https://app.example.com")
    assert_type(page, Page)
    response = page.fetch("/marks/3", method="PUT", json={"mark": 12}, credentials="include")
    assert_type(response, Response)
    assert_type(response.ok, bool)
    assert_type(response.status, int)
    assert_type(response.text, str)
    assert_type(response.status_code, int)
    assert_type(response.headers["X-Total"], str)
    assert_type(response.headers.get("X-Total"), str | None)
    assert_type(response.headers.get_all("X-Total"), list[str])
    with pytest.raises(Blocked) as caught:
        page.fetch("/", headers={"X-Trace": "1"}, mode="cors")
    assert_type(caught.value.server_reason, Reason | None)
    assert_type(caught.value.exchanges, tuple[Exchange, ...])


@pytest.fixture
def cors_browser_profile() -> ProfileName:
    return "firefox"


browser = Browser({"https://api.example.com": app}, profile="chromium")
page = browser.page(None, embedder="https://app.example.com")
page.fetch("https://api.example.com/", headers=[("X-A", "1")], body=Blob(b"", "text/plain"))
page.fetch("/", data={"a": "1"}, files={"file": b"1"}, method="POST", redirect="manual")
