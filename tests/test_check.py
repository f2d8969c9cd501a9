"""cors.check: raise at the end of a factory what the first request would raise."""

from typing import Any

import pytest
from flask import Blueprint, Flask, Response, current_app
from flask.views import MethodView
from werkzeug.routing import BaseConverter

from flask_crossorigin import Access, CrossOrigin, CrossOriginWarning, PolicyError

from .conftest import APP, EVIL, OTHER, allowed, call


def codes(error: PolicyError) -> list[str]:
    return [each.code for each in error.errors]


def view() -> str:
    return "view"


# Errors.


def test_check_raises_what_the_first_request_would_raise(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP], credentials=True)
    app.add_url_rule("/open", "open", cors.policy(origins="*")(view))
    for _ in range(2):
        with pytest.raises(PolicyError) as checked:
            cors.check(app)
        with pytest.raises(PolicyError) as raised:
            call(app, "GET", "/marks")
        assert checked.value.errors == raised.value.errors
    assert codes(checked.value) == ["origins-star-with-credentials"]


def test_check_raises_the_problems_of_access_too(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    access = Access(app, verify=lambda _: None)
    lost = access.required(app.route("/lost")(view))
    with pytest.raises(PolicyError) as checked:
        cors.check(app)
    app.testing = True
    with pytest.raises(PolicyError) as raised:
        call(app, "GET", "/marks")
    assert checked.value.errors == raised.value.errors
    assert codes(checked.value) == ["decorator-without-effect"]
    assert lost is not view


class Bypassing(Response):
    """A response that never reaches the headers."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return []


def test_check_raises_the_problem_of_a_response_class_that_was_set_later(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    cors.check(app)
    app.response_class = Bypassing
    with pytest.raises(PolicyError) as checked:
        cors.check(app)
    assert codes(checked.value) == ["response-class"]


def test_check_of_an_app_without_a_policy_is_an_error(app: Flask) -> None:
    with pytest.raises(PolicyError) as caught:
        CrossOrigin(origins=[]).check(app)
    assert codes(caught.value) == ["not-initialised"]


def test_check_is_of_the_current_app_or_the_only_one() -> None:
    cors, wrong, right = CrossOrigin(origins=[APP], credentials=True), Flask("1"), Flask("2")
    cors.init_app(wrong)
    wrong.add_url_rule("/", "open", cors.policy(origins="*")(view))
    with pytest.raises(PolicyError, match="view open"):
        cors.check()
    cors.init_app(right)
    with pytest.raises(PolicyError, match="ambiguous-app"):
        cors.check()
    with right.app_context():
        cors.check()
        cors.check(current_app)
    with pytest.raises(PolicyError, match="view open"):
        cors.check(wrong)


# What it leaves alone.


class Database(BaseConverter):
    """A converter and an origin function that must not be called."""

    def to_python(self, value: str) -> str:
        raise AssertionError("a converter was called")


def origin_function(origin: str) -> bool:
    raise AssertionError("an origin function was called")


def test_check_calls_no_function_and_freezes_nothing(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP, origin_function])
    app.url_map.converters["row"] = Database
    app.add_url_rule("/<row:row>", "row", cors.policy(origins=origin_function)(view))
    app.before_request(lambda: pytest.fail("a hook was called"))
    cors.check(app)
    app.before_request_funcs.clear()
    app.add_url_rule("/late", "late", cors.policy(origins=[OTHER])(view))
    cors.apply("/later", origins=[EVIL])
    app.add_url_rule("/later", "later", view)
    assert allowed(call(app, "GET", "/late", OTHER)) == OTHER
    assert allowed(call(app, "GET", "/later", EVIL)) == EVIL
    cors.check(app)  # also once requests have been handled


def test_the_last_line_of_a_factory_can_be_a_check() -> None:
    cors = CrossOrigin(origins=[APP])
    blueprint = Blueprint("api", "api", url_prefix="/api")
    blueprint.add_url_rule("/x", "x", cors.policy(origins=[OTHER])(view))
    for _ in range(2):
        made = Flask("made")
        cors.init_app(made)
        made.register_blueprint(blueprint)
        cors.check(made)
        assert allowed(call(made, "GET", "/api/x", OTHER)) == OTHER


# Warnings.


def test_check_gives_the_warnings_once(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.config["CORS_ENABLED"] = True
    cors = CrossOrigin(app, origins=[APP])
    cors.apply("/ap", origins=[OTHER])
    with pytest.warns(CrossOriginWarning) as warned:
        cors.check(app)
    assert [str(each.message).split()[-1] for each in warned] == [
        "[config-key-ignored]",
        "[prefix-without-rule]",
    ]
    assert [each.message for each in caplog.records] == [str(each.message) for each in warned]
    cors.check(app)
    assert allowed(call(app, "GET", "/ap/none", OTHER)) == OTHER


def test_a_config_that_reconfigure_was_given_is_not_late(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.config["CORS_ORIGINS"] = [OTHER]
    cors.reconfigure(origins=app.config["CORS_ORIGINS"])
    assert allowed(call(app, "GET", "/marks", OTHER)) == OTHER


# Decorated views of an app that was not initialised.


def test_a_decorated_view_warns_once_in_an_app_without_a_policy(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    cors = CrossOrigin(origins=[APP])
    decorated = cors.policy(origins=[OTHER])(view)
    assert decorated() == "view"  # without a request there is nothing to warn of
    with app.app_context():
        assert decorated() == "view"
    app.add_url_rule("/x", "x", decorated)
    with pytest.warns(CrossOriginWarning, match="view 'view' is decorated") as warned:
        assert call(app, "GET", "/x", OTHER).text == "view"
    assert "decorator-without-init-app" in str(warned[0].message)
    assert "app 'api' was not initialised" in caplog.text
    assert allowed(call(app, "GET", "/x", OTHER)) is None
    initialised = Flask("initialised")
    initialised.add_url_rule("/x", "x", decorated)
    cors.init_app(initialised)
    assert allowed(call(initialised, "GET", "/x", OTHER)) == OTHER


def test_decorated_classes_methods_and_async_views_warn_too(app: Flask) -> None:
    cors = CrossOrigin(origins=[APP])

    @cors.policy(max_age=1)
    class Whole(MethodView):
        def get(self) -> str:
            return "class"

    class Part(MethodView):
        @cors.disable
        def get(self) -> str:
            return "method"

    @cors.disable
    async def coroutine() -> str:
        return "async"

    app.add_url_rule("/class", view_func=Whole.as_view("whole"))
    app.add_url_rule("/method", view_func=Part.as_view("part"))
    app.add_url_rule("/async", "coroutine", coroutine)
    for path, name in (("class", "Whole"), ("method", "Part.get"), ("async", "coroutine")):
        with pytest.warns(CrossOriginWarning, match=f"{name}' is decorated"):
            assert call(app, "GET", f"/{path}").text == path
        assert call(app, "GET", f"/{path}").text == path


def test_decorated_views_of_an_initialised_app_do_not_warn(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])

    @cors.policy(origins=[OTHER])
    class Whole(MethodView):
        def get(self) -> str:
            return "class"

    app.add_url_rule("/class", view_func=Whole.as_view("whole"))
    app.add_url_rule("/view", "view", cors.disable(view))
    assert allowed(call(app, "GET", "/class", OTHER)) == OTHER
    assert call(app, "GET", "/view", OTHER).text == "view"
