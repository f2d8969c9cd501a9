"""Flask-RESTX and Flask-RESTful, which handle the errors of their own routes."""

from types import ModuleType
from typing import Any

import flask_restful
import flask_restx
import pytest
from flask import Flask, Response

from flask_crossorigin import Access

from .api import Api
from .conftest import Make
from .contract import INES, Row, broken_promises

ROWS = (
    Row("GET", "/rest/item", 200),
    Row("HEAD", "/rest/item", 200),
    Row("OPTIONS", "/rest/item", 200),
    Row("PUT", "/rest/item", 400),
    Row("DELETE", "/rest/item", 405),
    Row("GET", "/rest/response", 200),
    Row("PUT", "/rest/response", 410),
    Row("GET", "/rest/folder", 308),
    Row("GET", "/rest/nowhere", 404),
    Row("GET", "/rest/mine", 401),
    Row("GET", "/rest/mine", 200, INES),
    Row("GET", "/rest/bug", 500),
)
PREFLIGHTS = (
    ("/rest/item", "PUT"),
    ("/rest/item", "DELETE"),
    ("/rest/folder", "PUT"),
    ("/rest/nowhere", "PUT"),
    ("/rest/mine", "GET"),
    ("/rest/bug", "GET"),
)


def add_resources(api: Api, module: Any, rest: Any) -> None:
    """Add a resource for each row."""
    access = Access(api.app, verify=api.verify)

    class Item(module.Resource):
        def get(self) -> dict[str, int]:
            return {"item": 1}

        def put(self) -> None:
            module.abort(400, message="no")

    class Own(module.Resource):
        def get(self) -> Response:
            return Response("response")

        def put(self) -> None:
            module.abort(410)

    class Mine(module.Resource):
        @access.required
        def get(self) -> str:
            return f"hello {access.user}"

    class Bug(module.Resource):
        def get(self) -> None:
            raise ZeroDivisionError("division by zero")

    rest.add_resource(Item, "/item", endpoint="rest-item")
    rest.add_resource(Item, "/folder/", endpoint="rest-folder")
    rest.add_resource(Own, "/response", endpoint="rest-response")
    rest.add_resource(Mine, "/mine", endpoint="rest-mine")
    rest.add_resource(Bug, "/bug", endpoint="rest-bug")


@pytest.fixture(params=[flask_restx, flask_restful], ids=lambda module: module.__name__)
def api(request: Any, make: Make) -> Api:
    """The API with resources of one of the frameworks."""
    module: ModuleType = request.param
    rest: list[Any] = []

    def setup(app: Flask) -> None:
        rest.append(module.Api(app, prefix="/rest"))

    made = make(setup)
    add_resources(made, module, rest[0])
    return made


def test_nothing_is_broken_on_the_routes_of_the_app(api: Api) -> None:
    assert broken_promises(api) == []


def test_nothing_is_broken_on_the_routes_of_the_framework(api: Api) -> None:
    assert broken_promises(api, ROWS, PREFLIGHTS) == []
