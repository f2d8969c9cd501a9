"""Flask-Limiter: refusals count, preflights do not, and every order of set-up does the same."""

from itertools import permutations

import pytest
from flask import Flask
from flask_limiter import Limiter

from flask_crossorigin import Access, CrossOrigin

from .api import APP, POLICY
from .wire import send

LIMIT = 3
ORDERS = list(permutations(("cors", "access", "limiter")))


@pytest.fixture(params=ORDERS, ids="-".join)
def app(request: pytest.FixtureRequest) -> Flask:
    """An app whose every view needs a user, and which limits requests."""
    app = Flask("api")
    for name in request.param:
        if name == "cors":
            CrossOrigin(app, **POLICY)
        elif name == "access":
            Access(app, verify=lambda request: None, default="required")
        else:
            Limiter(
                lambda: "everybody",
                app=app,
                default_limits=[f"{LIMIT} per hour"],
                storage_uri="memory://",
            )
    app.add_url_rule("/marks", "marks", lambda: "marks", methods=["GET", "PUT"])
    return app


def test_refusals_count(app: Flask) -> None:
    responses = [send(app, "GET", "/marks", {"Origin": APP}) for _ in range(LIMIT + 2)]
    assert [each.status for each in responses] == [401] * LIMIT + [429] * 2
    for each in responses:
        assert each.lines("Access-Control-Allow-Origin") == [APP]


def test_preflights_do_not_count(app: Flask) -> None:
    headers = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
    for _ in range(2 * LIMIT):
        assert send(app, "OPTIONS", "/marks", headers).status == 204
    assert send(app, "PUT", "/marks", {"Origin": APP}).status == 401
