"""Known defects of CORS libraries: the tables of cases.py, and those that need their own app."""

import logging

import pytest
from flask import Blueprint, Flask, Response, abort, make_response
from flask.views import MethodView
from flask_cors import CORS

from flask_crossorigin import CrossOrigin, CrossOriginWarning, PolicyError

from .cases import ALLOW, CONFIGURATIONS, REQUESTS, Configuration, Request
from .conftest import APP, EVIL, OTHER, allowed, bug, call, cors_headers, preflight


@pytest.mark.parametrize("row", CONFIGURATIONS, ids=lambda row: f"{row.seen_in}: {row.what}")
def test_configuration_is_an_error(app: Flask, row: Configuration) -> None:
    with pytest.raises(PolicyError) as caught:
        CrossOrigin(app, **row.settings)
    assert row.code in [each.code for each in caught.value.errors]


@pytest.mark.parametrize("row", REQUESTS, ids=lambda row: f"{row.seen_in}: {row.what}")
def test_request_gets_the_expected_response(app: Flask, row: Request) -> None:
    app.add_url_rule("/slash/", "slash", lambda: "slash", methods=["PUT"])
    CrossOrigin(app, **row.settings)
    response = call(app, row.method, row.path, headers=row.headers)
    found = cors_headers(response)
    assert response.status_code == row.status
    assert {name: found.get(name) for name in row.expected} == row.expected


@pytest.fixture
def scoped() -> Flask:
    """An app that allows no origin, with a view that does, and views with similar paths."""
    app = Flask("scoped")
    cors = CrossOrigin(app, origins=[])

    @app.route("/public/x")
    @app.route("/public+x")
    @app.route("/admin")
    @cors.policy(origins=[APP])
    def public() -> str:
        return "public"

    @app.route("/secret/<path:rest>")
    @app.route("/public x", defaults={"rest": ""})
    @app.route("/ADMIN", defaults={"rest": ""})
    @app.route("/publicx", defaults={"rest": ""})
    def secret(rest: str) -> str:
        return f"secret{rest}"

    return app


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("/public/x", APP),
        ("/public/../secret/x", None),  # flask-cors CVE-2020-25032
        ("/secret/../public/x", None),  # rack-cors CVE-2019-18978
        ("/public+x", APP),  # flask-cors CVE-2024-6844
        ("/public%20x", None),
        ("/public%2Bx", APP),
        ("/admin", APP),  # flask-cors CVE-2024-6866
        ("/ADMIN", None),
        ("/publicx", None),  # not a whole segment
        ("/secret/%252e%252e/public/x", None),  # double decoding
        ("/%2570ublic/x", None),
        ("/public//x", APP),  # the router redirects it to /public/x
    ],
)
@pytest.mark.parametrize("preflighted", [False, True])
def test_the_policy_of_the_matched_rule_applies(
    scoped: Flask, path: str, origin: str | None, preflighted: bool
) -> None:
    response = preflight(scoped, path) if preflighted else call(scoped, "GET", path, APP)
    assert allowed(response) == origin


def test_the_policy_of_a_view_overrides_that_of_its_blueprint() -> None:
    """flask-cors CVE-2024-6839: the longest pattern won, however general."""
    app = Flask("specific")
    cors = CrossOrigin(app, origins=[])
    blueprint = Blueprint("general", "general", url_prefix="/a-very-long-prefix-of-everything")
    cors.apply(blueprint, origins=[OTHER])

    @blueprint.route("/x")
    @cors.policy(origins=[APP])
    def view() -> str:
        return ""

    app.register_blueprint(blueprint)
    assert allowed(call(app, "GET", "/a-very-long-prefix-of-everything/x", APP)) == APP
    assert allowed(call(app, "GET", "/a-very-long-prefix-of-everything/x", OTHER)) is None


@pytest.mark.parametrize("text", ["a\r\nInjected: 1", "\x1b[31mred", "line\x85break"])
def test_logged_values_are_escaped(app: Flask, caplog: pytest.LogCaptureFixture, text: str) -> None:
    """flask-cors CVE-2024-1681; it still logs the raw Origin."""
    CrossOrigin(app, origins=[APP])
    caplog.set_level(logging.DEBUG, "flask_crossorigin")
    environ = {"HTTP_ORIGIN": text, "PATH_INFO": f"/{text}"}
    app.test_client().get("/", environ_overrides=environ)
    assert caplog.messages
    assert all(message.isprintable() for message in caplog.messages)


def test_the_policy_of_the_route_applies_to_its_preflight(scoped: Flask) -> None:
    """hapi CVE-2015-9243."""
    assert preflight(scoped, "/secret/x").status_code == 403
    assert preflight(scoped, "/public/x").status_code == 204


def test_a_scope_without_origins_inherits_those_of_the_app() -> None:
    app = Flask("inherits")
    cors = CrossOrigin(app, origins=[APP])
    blueprint = Blueprint("part", "part")
    cors.apply(blueprint, max_age=5)

    @blueprint.route("/part")
    @cors.policy(expose_headers=["X-Total"])
    def part() -> str:
        return ""

    app.register_blueprint(blueprint)
    assert allowed(call(app, "GET", "/part", EVIL)) is None
    assert allowed(call(app, "GET", "/part", APP)) == APP
    assert preflight(app, "/part").headers["Access-Control-Max-Age"] == "5"


def test_second_init_app_is_an_error(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    with pytest.raises(PolicyError, match="initialised-twice"):
        CrossOrigin(app, origins="*")


@pytest.mark.parametrize(("path", "status"), [("/aborts", 404), ("/raises", 500), ("/marks", 405)])
def test_errors_of_views_are_readable(app: Flask, path: str, status: int) -> None:
    cors = CrossOrigin(app, origins=[])

    @app.route("/aborts", methods=["POST"])
    @cors.policy(origins=[APP])
    def aborts() -> str:
        abort(404)

    @app.route("/raises", methods=["POST"])
    @cors.policy(origins=[APP])
    def raises() -> str:
        raise RuntimeError

    cors.apply("/marks", origins=[APP])
    response = call(app, "POST", path, APP)
    assert (response.status_code, allowed(response)) == (status, APP)


def test_vary_of_the_view_is_merged_into_one_line(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    headers = [("Vary", "origin, Cookie"), ("vary", "Accept")]
    app.add_url_rule("/vary", "vary", lambda: Response("", headers=headers))
    assert call(app, "GET", "/vary", APP).headers.getlist("Vary") == ["origin, Cookie, Accept"]


def test_vary_star_is_not_changed(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/vary", "vary", lambda: Response("", headers={"Vary": "*"}))
    assert call(app, "GET", "/vary", APP).headers.getlist("Vary") == ["*"]


def test_an_auth_hook_does_not_see_preflights(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.before_request(lambda: abort(401))
    assert preflight(app, "/marks").status_code == 204
    assert allowed(call(app, "PUT", "/marks", APP)) == APP


def test_preflights_work_without_automatic_options(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.add_url_rule(
        "/manual", "manual", lambda: "", methods=["PUT"], provide_automatic_options=False
    )
    assert preflight(app, "/manual").status_code == 204
    assert call(app, "OPTIONS", "/manual", APP).status_code == 405


def test_the_policy_of_the_requested_method_applies_to_views_by_method() -> None:
    app = Flask("methods")
    cors = CrossOrigin(app, origins=[])

    class Both(MethodView):
        def get(self) -> str:
            return "get"

        @cors.policy(origins=[APP])
        def put(self) -> str:
            return "put"

    app.add_url_rule("/class", view_func=Both.as_view("both"))
    app.add_url_rule("/split", "read", lambda: "get", methods=["GET"])
    app.add_url_rule("/split", "write", cors.policy(origins=[APP])(lambda: "put"), methods=["PUT"])
    for path in ("/class", "/split"):
        assert preflight(app, path, method="PUT").status_code == 204
        assert preflight(app, path, method="GET").status_code == 403
        assert allowed(call(app, "PUT", path, APP)) == APP
        assert allowed(call(app, "GET", path, APP)) is None


def test_an_async_view_works(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])

    @app.route("/async")
    @cors.policy(origins=[APP])
    async def view() -> str:
        return "async"

    response = call(app, "GET", "/async", APP)
    assert (response.text, allowed(response)) == ("async", APP)


def test_a_replaced_response_keeps_the_headers(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.after_request(lambda _: make_response("another"))
    response = call(app, "GET", "/marks", APP)
    assert (response.text, allowed(response)) == ("another", APP)


@pytest.mark.parametrize(("origin", "expected"), [(APP, APP), (EVIL, None), (None, None)])
def test_the_headers_of_a_view_are_replaced(
    app: Flask, origin: str | None, expected: str | None
) -> None:
    CrossOrigin(app, origins=[APP])

    @app.route("/own")
    def own() -> Response:
        response = Response()
        response.headers.add(ALLOW, "*")
        response.headers.add(ALLOW.lower(), EVIL)
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Allow-Private-Network"] = "true"
        return response

    response = call(app, "GET", "/own", origin)
    assert allowed(response) == expected
    assert not {"Access-Control-Allow-Credentials", "Access-Control-Allow-Private-Network"} & {
        *response.headers.keys()
    }


def test_another_cors_library_on_the_same_app_is_reported(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    CORS(app)
    with pytest.warns(CrossOriginWarning, match="flask_cors is installed too"):
        response = call(app, "GET", "/marks", EVIL)
    assert allowed(response) is None


def test_an_unhandled_error_in_debug_mode_is_readable_by_a_listed_origin(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.debug = True
    app.add_url_rule("/bug", "bug", bug)
    response = call(app, "GET", "/bug", APP)
    assert (response.status_code, allowed(response)) == (500, APP)
    assert "ZeroDivisionError" in response.text
