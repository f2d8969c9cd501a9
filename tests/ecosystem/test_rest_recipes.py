"""Frameworks that validate requests: documentation, errors, ETags and pages."""

import json
from typing import Any

import flask_restx
import pytest
import strawberry
from apiflask import APIFlask
from flask import Flask

from flask_crossorigin import Access, CrossOrigin

from .api import APP, Api, make_api
from .conftest import Make
from .contract import INES, PREFLIGHTS, SAM, Row, broken_promises
from .recipes.apiflask import add_mark
from .recipes.flask_restx import open_documentation
from .recipes.flask_smorest import add_grades
from .recipes.strawberry import add_graphql
from .wire import send


def written(api: Api, method: str, path: str, content: object) -> int:
    """Send JSON as ines, and return the status of a response that the page can read."""
    client = api.app.test_client()
    response = client.open(path, method=method, json=content, headers={"Origin": APP, **INES})
    assert response.headers.getlist("Access-Control-Allow-Origin") == [APP]
    return response.status_code


# Flask-RESTX.


def test_the_documentation_of_flask_restx_is_for_everyone() -> None:
    app = Flask("closed")
    CrossOrigin(app, origins=[APP])
    access = Access(app, verify=lambda request: None, default="required")
    rest = flask_restx.Api(app)
    rest.add_resource(type("Mark", (flask_restx.Resource,), {"get": lambda self: "mark"}), "/mark")
    open_documentation(app, access)
    statuses = [send(app, "GET", path).status for path in ("/", "/swagger.json", "/mark")]
    assert statuses == [200, 200, 401]
    assert send(app, "GET", "/swaggerui/swagger-ui.css").status == 200


def test_errors_of_flask_restx_arguments_can_be_read(make: Make) -> None:
    rest: list[flask_restx.Api] = []
    api = make(lambda app: rest.append(flask_restx.Api(app, prefix="/rest")))
    space = rest[0].namespace("space", path="/space")
    model = space.model("Mark", {"mark": flask_restx.fields.Integer(required=True)})

    def put(self: Any) -> str:
        return "put"

    checked = space.expect(model, validate=True)(put)
    space.add_resource(type("Mark", (flask_restx.Resource,), {"put": checked}), "/mark")
    rows = [
        Row("PUT", "/rest/space/mark", 415),
    ]
    assert broken_promises(api, rows, [("/rest/space/mark", "PUT")]) == []


# flask-smorest.

SMOREST = {"API_TITLE": "marks", "API_VERSION": "1", "OPENAPI_VERSION": "3.0.3"}
EXPOSED = "X-Pagination, ETag"


@pytest.fixture
def smorest() -> Api:
    api = make_api()
    api.app.config.update(SMOREST, OPENAPI_URL_PREFIX="/docs")
    access = Access(api.app, verify=api.verify)
    add_grades(api.app, api.app.extensions["crossorigin"], access)
    return api


def test_nothing_is_broken_on_the_routes_of_flask_smorest(smorest: Api) -> None:
    etag = send(smorest.served, "GET", "/grades").lines("ETag")[0]
    rows = [
        Row("GET", "/grades", 200, body=b"[{"),
        Row("HEAD", "/grades", 200),
        Row("GET", "/grades", 304, {"If-None-Match": etag}),
        Row("GET", "/grades?page=x", 422),
        Row("DELETE", "/grades", 405),
        Row("POST", "/grades", 401),
        Row("POST", "/grades", 403, SAM),
        Row("POST", "/grades", 422, INES),
        Row("GET", "/docs/openapi.json", 200, exposed="X-Total"),
        Row("GET", "/nowhere", 404, exposed="X-Total"),
    ]
    rows = [row._replace(exposed=EXPOSED) if "/grades" in row.path else row for row in rows]
    preflights = [("/grades", "POST"), ("/grades", "DELETE")]
    assert broken_promises(smorest, rows, preflights) == []


def test_the_page_can_read_the_pagination_of_flask_smorest(smorest: Api) -> None:
    received = send(smorest.served, "GET", "/grades?page_size=1", {"Origin": APP})
    assert json.loads(received.lines("X-Pagination")[0])["total"] == 2
    assert received.lines("Access-Control-Expose-Headers") == [EXPOSED]


def test_a_user_may_write_with_flask_smorest(smorest: Api) -> None:
    assert written(smorest, "POST", "/grades", {"name": "eve", "grade": 2}) == 201


def test_nothing_is_broken_beside_flask_smorest(smorest: Api) -> None:
    # In an app with several scopes, these two are for one request: no rule has exactly this URL.
    preflights = [each for each in PREFLIGHTS if each[0] not in ("/nowhere", "/folder")]
    assert broken_promises(smorest, preflights=preflights) == []


# APIFlask.


@pytest.fixture
def apiflask() -> Api:
    api = make_api(flask=APIFlask)
    add_mark(api.app, Access(api.app, verify=api.verify))
    return api


def test_nothing_is_broken_in_an_app_of_apiflask(apiflask: Api) -> None:
    assert broken_promises(apiflask) == []


def test_nothing_is_broken_on_the_routes_of_apiflask(apiflask: Api) -> None:
    rows = [
        Row("PUT", "/mark", 401),
        Row("PUT", "/mark", 403, SAM),
        Row("PUT", "/mark", 422, INES),
        Row("GET", "/openapi.json", 200),
        Row("GET", "/docs", 200),
        Row("GET", "/nowhere", 404),
    ]
    assert broken_promises(apiflask, rows, [("/mark", "PUT"), ("/docs", "GET")]) == []


def test_a_user_may_write_with_apiflask(apiflask: Api) -> None:
    assert written(apiflask, "PUT", "/mark", {"mark": 2}) == 200


# Strawberry.


def test_nothing_is_broken_on_the_graphql_view(make: Make) -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        def mark(self) -> int:
            return 1

    guards: list[Access] = []

    def setup(app: Flask) -> None:
        guards.append(Access(app, verify=lambda request: request.headers.get("Authorization")))
        add_graphql(app, guards[0], strawberry.Schema(Query))

    api = make(setup)
    rows = [
        Row("GET", "/graphql?query={mark}", 401),
        Row("GET", "/graphql?query={mark}", 200, INES, body=b'{"data":{"mark":1}}'),
        Row("GET", "/graphql", 400, {**INES, "Accept": "application/json"}),
        Row("DELETE", "/graphql", 405, INES),
    ]
    assert broken_promises(api, rows, [("/graphql", "POST"), ("/graphql", "DELETE")]) == []
    assert written(api, "POST", "/graphql", {"query": "{mark}"}) == 200
