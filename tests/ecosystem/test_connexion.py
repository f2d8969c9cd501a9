"""Connexion 3, whose own layers respond before Flask: it is reported, and the recipe covers all."""

import sys
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import connexion
import pytest
from a2wsgi import ASGIMiddleware, WSGIMiddleware
from flask import Flask
from flask.testing import FlaskCliRunner

from flask_crossorigin import CrossOrigin, CrossOriginWarning

from .api import APP, EVIL
from .contract import logged
from .recipes.connexion3 import create_app
from .wire import Received, Send, sender

JSON = {"200": {"description": "a mark"}}
NUMBER = [{"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}]
SPECIFICATION = {
    "openapi": "3.0.3",
    "info": {"title": "marks", "version": "1"},
    "paths": {
        "/marks/{number}": {
            "parameters": NUMBER,
            "get": {"operationId": "marks.get", "responses": JSON},
            "put": {
                "operationId": "marks.put",
                "security": [{"key": []}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                "responses": JSON,
            },
        }
    },
    "components": {
        "securitySchemes": {
            "key": {
                "type": "apiKey",
                "in": "header",
                "name": "X-Key",
                "x-apikeyInfoFunc": "marks.user",
            }
        }
    },
}


@pytest.fixture(autouse=True)
def marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the module that the specification names."""
    module: Any = ModuleType("marks")
    module.get = lambda number: {"mark": number}
    module.put = lambda number, body: body
    module.user = lambda key: {"sub": "ines"} if key == "ines" else None
    monkeypatch.setitem(sys.modules, "marks", module)


def serve(app: Any) -> Send:
    """Return a function that sends requests to an ASGI app."""
    return sender(ASGIMiddleware(app))


def allow_origin(received: Received) -> list[str]:
    return received.lines("Access-Control-Allow-Origin")


PREFLIGHT = {
    "Origin": APP,
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "content-type,x-key",
}
REQUESTS: list[tuple[int, str, str, dict[str, str]]] = [
    (200, "GET", "/marks/1", {}),
    (404, "GET", "/marks/x", {}),
    (404, "GET", "/nowhere", {}),
    (405, "POST", "/marks/1", {}),
    (401, "PUT", "/marks/1", {}),
    (400, "PUT", "/marks/1", {"X-Key": "ines", "Content-Type": "application/json"}),
]


def test_the_recipe_covers_every_response() -> None:
    send = serve(create_app(SPECIFICATION))
    with logged():  # Connexion logs what it refuses
        preflight = send("OPTIONS", "/marks/1", PREFLIGHT)
        assert (preflight.status, allow_origin(preflight)) == (200, [APP])
        refused = send("OPTIONS", "/marks/1", {**PREFLIGHT, "Origin": EVIL})
        assert (refused.status, allow_origin(refused)) == (400, [])
        for status, method, path, headers in REQUESTS:
            received = send(method, path, {"Origin": APP, **headers})
            assert (received.status, allow_origin(received)) == (status, [APP])
            assert received.lines("Vary") == ["Origin"]
            assert allow_origin(send(method, path, {"Origin": EVIL, **headers})) == []


def test_the_policy_of_the_flask_app_reaches_few_responses() -> None:
    app = connexion.FlaskApp("api")
    app.add_api(SPECIFICATION)
    with pytest.warns(CrossOriginWarning, match="Connexion 3 handles each request") as caught:
        CrossOrigin(app.app, origins=[APP])
    assert [each.filename for each in caught] == [__file__]
    send = serve(app)
    with logged():
        assert send("OPTIONS", "/marks/1", PREFLIGHT).status == 405
        found = [
            status
            for status, method, path, headers in REQUESTS
            if allow_origin(send(method, path, {"Origin": APP, **headers}))
        ]
    assert found == [200]


def test_check_reports_connexion() -> None:
    app = connexion.FlaskApp("api").app
    with pytest.warns(CrossOriginWarning):
        CrossOrigin(app, origins=[APP])
    result = FlaskCliRunner(app).invoke(args=["cors", "check", "--json"])
    assert "connexion-before" in result.output


def test_an_app_that_connexion_wraps_is_reported_at_the_first_request() -> None:
    app = Flask("api")
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/marks/<int:number>", "marks", lambda number: {"mark": number})
    wrapper = connexion.ConnexionMiddleware(WSGIMiddleware(app), import_name="api")
    wrapper.add_api(SPECIFICATION)
    send = serve(wrapper)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            assert allow_origin(send("GET", "/marks/1", {"Origin": APP})) == [APP]
    assert ["Connexion 3 handles" in str(each.message) for each in caught] == [True]


@pytest.mark.parametrize("wrap", [lambda app: app, lambda app: ASGIMiddleware(WSGIMiddleware(app))])
def test_an_app_without_connexion_is_not_reported(wrap: Callable[[Flask], Any]) -> None:
    app = Flask("api")
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/marks", "marks", lambda: "marks")
    assert allow_origin(sender(wrap(app))("GET", "/marks", {"Origin": APP})) == [APP]


@pytest.mark.parametrize("use", [CrossOrigin, CrossOrigin().init_app])
def test_the_connexion_app_itself_is_refused_with_the_fix(use: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=r"MiddlewarePosition\.BEFORE_EXCEPTION"):
        use(connexion.FlaskApp("api"), origins=[APP])
