"""The bridge with the names of flask-cors."""

import asyncio
import gc
import re
import warnings
import weakref
from typing import Any

import pytest
from flask import Blueprint, Flask, current_app
from flask.views import MethodView, View

import flask_crossorigin.compat
from flask_crossorigin import CrossOrigin, CrossOriginWarning, PolicyError
from flask_crossorigin.compat import CORS, cross_origin

APP = "https://app.example.com"
OTHER = "https://other.example"


@pytest.fixture(autouse=True)
def _without_apps_of_other_tests() -> None:
    """A decorator takes the config of the app that was initialised last."""
    gc.collect()


def make_app(**config: Any) -> Flask:
    app = Flask("shop")
    app.config.update(config)

    @app.route("/api/marks")
    @app.route("/")
    def marks() -> str:
        return "ok"

    return app


def allowed(app: Flask, path: str = "/", origin: str = APP, **options: Any) -> str | None:
    response = app.test_client().get(path, headers={"Origin": origin}, **options)
    return response.headers.get("Access-Control-Allow-Origin")


def preflight(app: Flask, path: str, method: str, origin: str = APP, names: str = "") -> int:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    if names:
        headers["Access-Control-Request-Headers"] = names
    return app.test_client().options(path, headers=headers).status_code


def codes(error: pytest.ExceptionInfo[PolicyError]) -> list[str]:
    return [each.code for each in error.value.errors]


def test_the_names_are_those_of_flask_cors() -> None:
    assert flask_crossorigin.compat.__all__ == ["CORS", "cross_origin"]


# CORS.


def test_the_default_allows_every_origin_without_credentials() -> None:
    app = make_app()
    CORS(app)
    response = app.test_client().get("/", headers={"Origin": APP})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_options_have_their_meaning() -> None:
    app = make_app()
    CORS(
        app, origins=[APP], methods=["PUT", "GET", "POST"], allow_headers=["X-A"],
        expose_headers=["X-B"], supports_credentials=True, max_age=60,
    )  # fmt: skip
    response = app.test_client().get("/", headers={"Origin": APP})
    assert response.headers["Access-Control-Allow-Origin"] == APP
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert response.headers["Access-Control-Expose-Headers"] == "X-B"
    assert allowed(app, origin=OTHER) is None
    assert preflight(app, "/", "PUT", names="x-a") == 204
    assert preflight(app, "/", "PATCH") == 403
    assert preflight(app, "/", "PUT", names="x-c") == 403


def test_the_constructor_and_init_app_are_merged() -> None:
    cors = CORS(origins=[APP], max_age=60)
    app = make_app()
    cors.init_app(app, origins=[OTHER])
    assert allowed(app, origin=OTHER) == OTHER
    cors.init_app(make_app())


def test_an_app_behind_a_proxy_is_initialised() -> None:
    app = make_app()
    with app.app_context():
        CORS(current_app, origins=[APP])
    assert allowed(app) == APP


def test_something_else_than_an_app_is_an_error() -> None:
    with pytest.raises(PolicyError) as error:
        CORS("app")  # type: ignore[arg-type]
    assert codes(error) == ["app-type"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"supports_credentials": True}, "origins-star-with-credentials"),
        ({"origins": ".*", "supports_credentials": True}, "origins-star-with-credentials"),
        ({"origins": "https?://.*", "supports_credentials": True}, "origin-regex-any"),
        ({"orgins": [APP]}, "option-unknown"),
        ({"allow_headers": [r"X-COMPANY-.*"]}, "allow-headers-pattern"),
        ({"resources": r"/api*"}, "resource-regex"),
    ],
)
def test_what_is_unsafe_is_an_error(options: dict[str, Any], code: str) -> None:
    app = make_app()
    with pytest.raises(PolicyError) as error:
        CORS(app, **options)
    assert codes(error) == [code]
    assert "crossorigin" not in app.extensions


def test_what_changes_is_a_warning_where_it_is_written() -> None:
    with pytest.warns(CrossOriginWarning, match=r"app.example.com.evil.test.*unanchored\]") as seen:
        CORS(make_app(), origins=r"https://.*\.example\.com")
    assert seen[0].filename == __file__
    with pytest.warns(CrossOriginWarning, match="origin-null") as seen:
        CORS(Blueprint("marks", "marks"), origins="null")
    assert seen[0].filename == __file__
    with pytest.warns(CrossOriginWarning, match="origin-null") as seen:
        cross_origin(origins="null")
    assert seen[0].filename == __file__


def test_what_is_only_needless_is_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        CORS(make_app(), origins=[r"^https://app\.example\.com$"], vary_header=False)


def test_a_permission_of_this_library_is_passed_on() -> None:
    app = make_app()
    origin = "http://app.example.com"
    CORS(app, origins=origin, supports_credentials=True, allow_insecure_origins=True)
    assert allowed(app, origin=origin) == origin


# Config.


def test_the_keys_of_flask_cors_are_read_with_its_meaning() -> None:
    config = {
        "CORS_ORIGINS": r"https://.*\.example\.com$",
        "CORS_SUPPORTS_CREDENTIALS": True,
        "CORS_ALLOW_HEADERS": ["X-A"],
        "CORS_MAX_AGE": None,
        "CORS_RESOURCES": r"/api/*",
    }
    app = make_app(**config)
    CORS(app)
    assert allowed(app, "/api/marks") == APP
    assert allowed(app, "/") is None
    assert preflight(app, "/api/marks", "PUT", names="x-b") == 403
    assert not config.keys() & app.config.keys()
    CORS(app)  # the keys are remembered


def test_arguments_override_keys() -> None:
    app = make_app(CORS_ORIGINS=OTHER)
    CORS(app, origins=[APP])
    assert (allowed(app), allowed(app, origin=OTHER)) == (APP, None)


def test_a_mistyped_key_is_an_error() -> None:
    with pytest.raises(PolicyError) as error:
        CORS(make_app(CORS_ORIGIN=APP))
    assert codes(error) == ["unknown-config-key"]


def test_keys_stay_if_the_app_is_refused() -> None:
    app = make_app(CORS_ORIGINS=APP)
    CrossOrigin(app)
    with pytest.raises(PolicyError) as error:
        CORS(app)
    assert codes(error) == ["initialised-twice"]
    assert app.config["CORS_ORIGINS"] == APP


# Resources.


def test_a_resource_is_a_prefix_of_rules() -> None:
    app = make_app()
    app.add_url_rule("/apix", view_func=lambda: "ok", endpoint="apix")
    CORS(app, resources={r"/api/*": {"origins": [APP]}})
    assert allowed(app, "/api/marks") == APP
    assert [allowed(app, path) for path in ("/", "/apix")] == [None, None]


def test_several_calls_add_their_resources() -> None:
    app = make_app()
    app.add_url_rule("/open/marks", view_func=lambda: "ok", endpoint="open")
    CORS(app, resources={r"/api/*": {"origins": [APP]}})
    CORS(app, resources={r"/open/*": {"origins": "*"}})
    CORS(app, resources={r"/api/*": {"origins": [APP]}})
    assert [allowed(app, path) for path in ("/", "/api/marks", "/open/marks")] == [None, APP, "*"]


def test_the_app_can_be_opened_by_a_later_call() -> None:
    app = make_app()
    CORS(app, origins=[])
    CORS(app, origins=[APP])
    CORS(app, origins=[APP])
    CORS(app, origins=[])
    assert allowed(app) == APP


def test_two_policies_for_one_app_are_an_error() -> None:
    app = make_app()
    CORS(app, origins=[APP])
    with pytest.raises(PolicyError) as error:
        CORS(app, origins=[OTHER])
    assert codes(error) == ["bridge-twice"]


# Blueprints.


def make_blueprint(name: str = "marks") -> Blueprint:
    blueprint = Blueprint(name, name)
    blueprint.add_url_rule("/marks", view_func=lambda: "ok", endpoint="marks")
    return blueprint


def test_a_blueprint_has_its_policy_without_one_for_the_app() -> None:
    blueprint = make_blueprint()
    CORS(blueprint, origins=[APP])
    app = make_app()
    app.register_blueprint(blueprint)
    assert (allowed(app, "/marks"), allowed(app, "/")) == (APP, None)


def test_a_blueprint_goes_beside_the_app() -> None:
    app = make_app()
    CORS(app, origins=[OTHER])
    blueprint = make_blueprint()
    CORS().init_app(blueprint, origins=[APP])
    app.register_blueprint(blueprint)
    assert (allowed(app, "/marks"), allowed(app, "/", OTHER)) == (APP, OTHER)


def test_resources_of_a_blueprint_are_an_error() -> None:
    with pytest.raises(PolicyError) as error:
        CORS(make_blueprint(), resources={r"/api/*": {}})
    assert codes(error) == ["blueprint-resources"]


# cross_origin.


def test_a_decorated_view_has_its_own_policy() -> None:
    app = make_app()
    CORS(app, origins=[])

    @app.put("/mark")
    @cross_origin(origins=[APP])
    def mark() -> str:
        return "ok"

    assert preflight(app, "/mark", "PUT") == 204
    assert preflight(app, "/mark", "PUT", origin=OTHER) == 403
    assert app.test_client().put("/mark").text == "ok"
    assert allowed(app, "/") is None


def test_a_decorated_view_takes_nothing_from_the_arguments_of_the_app() -> None:
    app = make_app()
    CORS(app, origins=[APP], supports_credentials=True)

    @app.get("/mark")
    @cross_origin()
    def mark() -> str:
        return "ok"

    response = app.test_client().get("/mark", headers={"Origin": OTHER})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_decorated_view_takes_what_it_does_not_name_from_the_keys() -> None:
    app = make_app(CORS_ORIGINS=[APP], CORS_SUPPORTS_CREDENTIALS=True, CORS_RESOURCES="/api/*")
    CORS(app)

    @app.get("/mark")
    @cross_origin(expose_headers="X-A")
    def mark() -> str:
        return "ok"

    for _ in range(2):
        response = app.test_client().get("/mark", headers={"Origin": APP})
        assert response.text == "ok"
        assert response.headers["Access-Control-Allow-Origin"] == APP
        assert response.headers["Access-Control-Allow-Credentials"] == "true"
        assert response.headers["Access-Control-Expose-Headers"] == "X-A"


def test_a_view_that_was_decorated_before_the_keys_were_read_is_an_error() -> None:
    app = make_app(CORS_ORIGINS=[APP], CORS_MAX_AGE=5, TESTING=True)

    @app.get("/mark")
    @cross_origin(max_age=60)
    def mark() -> str:
        raise AssertionError

    CORS(app)
    with pytest.raises(PolicyError, match=r"view .*mark was .* read CORS_ORIGINS of") as error:
        app.test_client().get("/mark")
    assert codes(error) == ["decorator-config"]


def test_a_decorated_view_of_an_app_without_cors_is_an_error() -> None:
    app = make_app(TESTING=True)

    @app.get("/mark")
    @cross_origin()
    def mark() -> str:
        raise AssertionError

    with pytest.raises(PolicyError, match=r"Write CORS\(app\)") as error:
        app.test_client().get("/mark")
    assert codes(error) == ["decorator-alone"]


def test_a_decorated_function_can_be_called_without_an_app() -> None:
    assert cross_origin()(lambda: "ok")() == "ok"


def test_an_async_view_stays_one() -> None:
    @cross_origin()
    async def mark() -> str:
        return "ok"

    assert asyncio.run(mark()) == "ok"


def test_view_classes_are_decorated_by_their_decorators() -> None:
    app = make_app()
    CORS(app, origins=[])

    class Marks(MethodView):
        decorators = [cross_origin(origins=[APP])]  # noqa: RUF012

        def get(self) -> str:
            return "ok"

    app.add_url_rule("/marks", view_func=Marks.as_view("class"))
    assert allowed(app, "/marks") == APP
    with pytest.raises(PolicyError) as error:
        cross_origin()(View)
    assert codes(error) == ["decorator-class"]


def test_the_decorator_without_parentheses_is_an_error() -> None:
    with pytest.raises(PolicyError, match="with parentheses") as error:
        cross_origin(lambda: "ok")
    assert codes(error) == ["decorator-arguments"]


def test_options_of_a_decorator_are_checked() -> None:
    with pytest.raises(PolicyError) as error:
        cross_origin(supports_credentials=True)
    assert codes(error) == ["origins-star-with-credentials"]


def test_an_app_is_not_kept() -> None:
    app = make_app()
    CORS(app, origins=[re.compile(r"https://[a-z]+\.example\.com$")])
    assert allowed(app) == APP
    kept = weakref.ref(app)
    del app
    gc.collect()
    assert kept() is None
