"""A cached preflight must not allow requests that another policy applies to."""

from __future__ import annotations

import pytest
from flask import Flask, request

from flask_crossorigin import CrossOrigin

from .browser import Browser
from .conftest import Serve
from .test_console import blank, fetch

pytestmark = pytest.mark.browser


def test_an_allowed_put_does_not_let_a_delete_or_a_json_post_run(
    browser: Browser, serve: Serve
) -> None:
    front = serve(blank, "app.console.localhost")
    app = Flask("api")
    cors = CrossOrigin(app, origins=[])
    ran: list[str] = []

    def view() -> str:
        ran.append(request.method)
        return request.method

    app.add_url_rule("/mark", "put", cors.policy(origins=[front])(view), methods=["PUT"])
    app.add_url_rule("/mark", "others", view, methods=["DELETE", "POST"])
    api = serve(app, "api.console.localhost")
    browser.open(front)
    json = {"headers": {"Content-Type": "application/json"}, "body": "{}"}
    assert fetch(browser, f"{api}/mark", method="PUT", **json)["body"] == "PUT"
    assert fetch(browser, f"{api}/mark", method="DELETE")["status"] == "blocked"
    assert fetch(browser, f"{api}/mark", method="POST", **json)["status"] == "blocked"
    assert ran == ["PUT"]
