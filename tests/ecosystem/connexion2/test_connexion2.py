"""Connexion 2, whose responses all come from the Flask app that it makes."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import connexion
import pytest

from flask_crossorigin import CrossOrigin, PolicyError

from ..api import APP, POLICY, Api
from ..contract import Row, broken_promises, broken_row, logged
from ..recipes.connexion2 import create_app
from ..wire import send, sender

FOLDER = Path(__file__).parent


@pytest.fixture(autouse=True)
def marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the module that the specification names."""

    def fail(number: int) -> None:
        raise ZeroDivisionError

    module: Any = ModuleType("marks_of_connexion2")
    module.get = lambda number: {"mark": number}
    module.put = lambda number, body: body
    module.delete = fail
    module.user = lambda key, required_scopes: {"sub": "ines"} if key == "ines" else None
    monkeypatch.setitem(sys.modules, module.__name__, module)


def make_api(before: bool) -> Api:
    """Return the API of the specification, with the policy before its routes, or after them."""
    app = connexion.FlaskApp("api", specification_dir=str(FOLDER))
    if before:
        CrossOrigin(app.app, **POLICY)
    app.add_api("marks.yaml")
    if not before:
        CrossOrigin(app.app, **POLICY)
    return Api(app.app)


@pytest.mark.parametrize("before", [True, False])
def test_nothing_is_broken(before: bool) -> None:
    rows = [
        Row("GET", "/marks/1", 200),
        Row("HEAD", "/marks/1", 200),
        Row("GET", "/marks/x", 404),
        Row("POST", "/marks/1", 405),
        Row("PUT", "/marks/1", 401),
        Row("PUT", "/marks/1", 401, {"X-Key": "eve"}),
        Row("GET", "/openapi.json", 200),
        Row("GET", "/nowhere", 404),
    ]
    preflights = [("/marks/1", "PUT"), ("/marks/x", "PUT"), ("/openapi.json", "GET")]
    assert broken_promises(make_api(before), rows, preflights) == []


@pytest.mark.parametrize("before", [True, False])
def test_the_response_to_an_invalid_request_can_be_read(before: bool) -> None:
    headers = {"X-Key": "ines", "Content-Type": "application/json"}
    with logged():  # Connexion logs what is wrong
        row = Row("PUT", "/marks/1", 400, headers)
        assert broken_row(sender(make_api(before).served), row) == []


@pytest.mark.parametrize("before", [True, False])
def test_the_response_to_an_error_can_be_read(before: bool) -> None:
    api = make_api(before)
    assert broken_promises(api, [Row("DELETE", "/marks/1", 500)], [("/marks/1", "DELETE")]) == []


def test_the_recipe_covers_responses_of_connexion() -> None:
    app = create_app("marks.yaml", str(FOLDER)).app
    for method, path, status in (("GET", "/marks/1", 200), ("PUT", "/marks/1", 401)):
        received = send(app, method, path, {"Origin": APP})
        assert received.status == status
        assert received.lines("Access-Control-Allow-Origin") == [APP]


def test_the_connexion_app_itself_is_refused_with_the_fix() -> None:
    with pytest.raises(PolicyError, match="for Connexion 2 pass its attribute app"):
        CrossOrigin(connexion.FlaskApp("api"), origins=[APP])
