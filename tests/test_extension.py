"""CrossOrigin: initialising apps, config keys, stating scopes, reconfiguring."""

import sys
import warnings
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from flask import Blueprint, Flask, current_app
from werkzeug.routing import IntegerConverter

from flask_crossorigin import CrossOrigin, CrossOriginWarning, Policy, PolicyError

from .conftest import APP, EVIL, OTHER, allowed, call, cors_headers, preflight


def view() -> str:
    """A view without anything of its own."""
    return "view"


def codes(error: PolicyError) -> list[str]:
    """The codes of the problems in `error`."""
    return [each.code for each in error.errors]


def make_app(name: str, **config: Any) -> Flask:
    """An app with a page, configured."""
    app = Flask(name)
    app.add_url_rule("/marks", "marks", view, methods=["GET", "PUT"])
    app.config.update(config)
    return app


# Settings.


def test_an_app_is_initialised_in_the_constructor() -> None:
    app = make_app("one")
    cors = CrossOrigin(app, origins=[APP])
    assert app.extensions["crossorigin"] is cors
    assert allowed(call(app, "GET", "/marks", APP)) == APP


def test_an_app_is_initialised_in_a_factory() -> None:
    cors = CrossOrigin(origins=[APP], max_age=1)
    app = make_app("factory")
    cors.init_app(app, max_age=2)
    assert preflight(app, "/marks").headers["Access-Control-Max-Age"] == "2"


def test_a_whole_policy_is_taken_as_it_is() -> None:
    first, second = make_app("first"), make_app("second")
    CrossOrigin(first, Policy(origins="*"))
    CrossOrigin(policy=Policy(origins=[OTHER])).init_app(second)
    assert allowed(call(first, "GET", "/marks", APP)) == "*"
    assert allowed(call(second, "GET", "/marks", OTHER)) == OTHER


def test_several_apps_of_one_extension_have_their_own_policies() -> None:
    cors = CrossOrigin()
    one, two = make_app("one", CORS_ORIGINS=APP), make_app("two")
    cors.init_app(one)
    cors.init_app(two, origins=[OTHER])
    assert allowed(call(one, "GET", "/marks", APP)) == APP
    assert allowed(call(two, "GET", "/marks", APP)) is None
    assert allowed(call(two, "GET", "/marks", OTHER)) == OTHER


def test_all_config_keys_are_read() -> None:
    app = make_app(
        "configured",
        CORS_ORIGINS=f"{APP}, null http://plain.example https://*.github.io",
        CORS_CREDENTIALS="no",
        CORS_METHODS='["GET", "PUT"]',
        CORS_REQUEST_HEADERS="X-A",
        CORS_EXPOSE_HEADERS=["X-B"],
        CORS_MAX_AGE="30",
        CORS_PREFLIGHT_STATUS=200,
        CORS_ALLOW_NULL_ORIGIN="YES",
        CORS_ALLOW_INSECURE_ORIGINS=1,
        CORS_ALLOW_PUBLIC_SUFFIX_SUBDOMAINS=True,
    )
    cors = CrossOrigin(app)
    policy = cors.decide(app.test_request_context("/marks").request).policy
    assert policy == Policy(
        origins=[APP, "null", "http://plain.example", "https://*.github.io"],
        methods=["GET", "PUT"],
        request_headers=["X-A"],
        expose_headers=["X-B"],
        max_age=30,
        preflight_status=200,
        allow_null_origin=True,
        allow_insecure_origins=True,
        allow_public_suffix_subdomains=True,
    )


def test_left_out_method_is_a_warning_at_the_first_request() -> None:
    app = make_app("left out")
    CrossOrigin(app, origins=[APP], methods=["PUT", "POST"])
    with pytest.warns(CrossOriginWarning, match="methods leaves out GET, which /marks accepts"):
        assert preflight(app, "/marks").status_code == 204
    assert preflight(app, "/marks", method="GET").status_code == 403


def test_config_from_the_environment_can_leave_max_age_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("null", "none"):
        monkeypatch.setenv("FLASK_CORS_MAX_AGE", text)
        app = make_app(text, CORS_ORIGINS=APP)
        app.config.from_prefixed_env()
        CrossOrigin(app)
        assert "Access-Control-Max-Age" not in preflight(app, "/marks").headers


def test_duration_and_none_are_values_wherever_settings_are_written() -> None:
    app = make_app("durations", CORS_MAX_AGE=timedelta(minutes=1), CORS_ORIGINS=APP)
    cors = CrossOrigin(app, expose_headers=None)
    assert preflight(app, "/marks").headers["Access-Control-Max-Age"] == "60"
    cors.reconfigure(max_age=timedelta(minutes=2))
    assert preflight(app, "/marks").headers["Access-Control-Max-Age"] == "120"
    cors.reconfigure(max_age=None)
    assert "Access-Control-Max-Age" not in preflight(app, "/marks").headers


def test_config_from_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_CORS_ORIGINS", f'["{APP}"]')
    monkeypatch.setenv("FLASK_CORS_CREDENTIALS", "false")
    monkeypatch.setenv("FLASK_CORS_MAX_AGE", "7")
    app = make_app("environment")
    app.config.from_prefixed_env()
    CrossOrigin(app)
    response = preflight(app, "/marks")
    assert response.headers["Access-Control-Max-Age"] == "7"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_config_is_read_once() -> None:
    app = make_app("once", CORS_ORIGINS=APP)
    CrossOrigin(app)
    app.config["CORS_ORIGINS"] = EVIL
    with pytest.warns(CrossOriginWarning, match="config-after-init"):
        assert allowed(call(app, "GET", "/marks", APP)) == APP


def test_keywords_win_over_config() -> None:
    app = make_app("both", CORS_ORIGINS=EVIL, CORS_MAX_AGE=5)
    CrossOrigin(app, origins=[APP])
    assert allowed(call(app, "GET", "/marks", EVIL)) is None
    assert preflight(app, "/marks").headers["Access-Control-Max-Age"] == "5"


@pytest.mark.parametrize("value", [None, "", " "])
def test_an_unset_variable_is_never_everyone(value: str | None) -> None:
    with pytest.raises(PolicyError, match="CORS_ORIGINS: origins is") as caught:
        CrossOrigin(make_app("unset", CORS_ORIGINS=value))
    assert codes(caught.value) == ["origins-unset"]


def test_every_mistake_is_told_at_once() -> None:
    app = make_app(
        "mistakes",
        CORS_ORIGIN="x",
        CORS_SUPPORTS_CREDENTIALS=True,
        CORS_ORIGINS=["example.com", f"{APP}/"],
        CORS_MAX_AGE=-1,
    )
    with pytest.raises(PolicyError) as caught:
        CrossOrigin(app, methods="get")
    assert codes(caught.value) == [
        "unknown-config-key",
        "unknown-config-key",
        "origin-scheme-missing",
        "origin-path",
        "method-lower-case",
        "max-age",
    ]
    assert "Did you mean CORS_CREDENTIALS?" in str(caught.value)


def test_a_policy_beside_settings_or_config_is_an_error() -> None:
    policy = Policy(origins=[APP])
    for app, settings in ((make_app("a", CORS_MAX_AGE=1), {}), (make_app("b"), {"max_age": 1})):
        with pytest.raises(PolicyError) as caught:
            CrossOrigin(app, policy, **settings)  # type: ignore[arg-type]
        assert codes(caught.value) == ["policy-and-settings"]


def test_what_is_no_policy_is_an_error() -> None:
    not_a_policy: Any = {"origins": [APP]}
    app = make_app("wrong")
    for use in (lambda: CrossOrigin(app, not_a_policy), lambda: CrossOrigin().policy(not_a_policy)):
        with pytest.raises(PolicyError) as caught:
            use()
        assert codes(caught.value) == ["policy-type"]


@pytest.mark.parametrize("not_an_app", ["https://app.example.com", Policy(origins="*"), Flask])
def test_what_is_no_app_is_an_error(not_an_app: Any) -> None:
    for use in (CrossOrigin, CrossOrigin().init_app):
        with pytest.raises(PolicyError) as caught:
            use(not_an_app)
        assert codes(caught.value) == ["app-type"]
    with pytest.raises(PolicyError) as caught:
        CrossOrigin().apply("/api", origins=[], app=not_an_app)
    assert codes(caught.value) == ["app-type"]


@pytest.mark.parametrize(
    ("module", "hint"),
    [
        ("quart.app", "for Quart use quart-cors."),
        ("fastapi.applications", "use its own CORSMiddleware, from fastapi.middleware.cors."),
        ("starlette.applications", "use its own CORSMiddleware, from starlette.middleware.cors."),
        ("django.core.handlers.wsgi", "for Django use django-cors-headers."),
        ("connexion.apps.flask", "CORSMiddleware, at MiddlewarePosition.BEFORE_EXCEPTION."),
        ("quarters.app", "Pass the app first, and the settings as keyword arguments."),
    ],
)
def test_an_app_of_another_framework_is_told_where_its_support_is(module: str, hint: str) -> None:
    app = type("App", (), {"__module__": module})
    own = type("Own", (app,), {"__module__": "shop"})
    for not_an_app in (app(), own()):
        with pytest.raises(PolicyError) as caught:
            CrossOrigin(not_an_app)
        assert codes(caught.value) == ["app-type"]
        assert caught.value.errors[0].hint.endswith(hint)


def test_current_app_stands_for_the_app() -> None:
    app = make_app("current")
    with app.app_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        CrossOrigin(current_app, origins=[APP])
    assert allowed(call(app, "GET", "/marks", APP)) == APP


def test_settings_of_a_factory_are_checked_before_any_app_exists() -> None:
    with pytest.raises(PolicyError) as caught:
        CrossOrigin(origin=[APP], max_age=-1)  # type: ignore[call-arg]
    assert codes(caught.value) == ["unknown-keyword", "max-age"]


def test_an_iterator_serves_every_app_and_every_scope() -> None:
    cors = CrossOrigin(origins=(each for each in [APP]))
    part = Blueprint("part", "part")
    part.add_url_rule("/part", "part", cors.policy(origins=iter([OTHER]))(view))
    for name in ("one", "two"):
        app = make_app(name)
        app.register_blueprint(part)
        cors.init_app(app)
        assert allowed(call(app, "GET", "/marks", APP)) == APP
        assert allowed(call(app, "GET", "/part", OTHER)) == OTHER


def test_an_app_that_is_refused_is_left_as_it_was() -> None:
    app = make_app("refused")
    before = app.wsgi_app
    with pytest.raises(PolicyError):
        CrossOrigin(app)
    assert app.wsgi_app == before
    CrossOrigin(app, origins=[APP])


def test_init_app_after_the_first_request_is_an_error() -> None:
    app = make_app("late")
    call(app, "GET", "/marks")
    with pytest.raises(PolicyError) as caught:
        CrossOrigin(app, origins=[APP])
    assert caught.value.errors[0].code == "initialised-after-first-request"
    assert cors_headers(call(app, "GET", "/marks", APP)) == {}


# Scopes.


def test_a_blueprint_is_stated_before_or_after_it_is_registered() -> None:
    for before in (True, False):
        app = make_app("app")
        cors = CrossOrigin(app, origins=[])
        part = Blueprint("part", "part")
        part.add_url_rule("/part", "view", view)
        if before:
            cors.apply(part, origins=[APP])
        app.register_blueprint(part)
        if not before:
            cors.apply(part, origins=[APP])
        assert allowed(call(app, "GET", "/part", APP)) == APP


def test_blueprints_stated_before_any_app_exists_serve_every_app() -> None:
    cors = CrossOrigin()
    part = Blueprint("part", "part")
    part.add_url_rule("/part", "view", cors.policy(max_age=3)(view))
    cors.apply(part, origins=[APP])
    for name in ("one", "two"):
        app = make_app(name)
        app.register_blueprint(part)
        cors.init_app(app, origins=[])
        assert preflight(app, "/part", method="GET").headers["Access-Control-Max-Age"] == "3"


def test_a_contradiction_in_a_blueprint_is_told_as_early_as_it_is_known() -> None:
    settings: dict[str, Any] = {"origins": "*"}

    def blueprint() -> Blueprint:
        return Blueprint("part", "part")

    # when it is stated
    app, cors, part = make_app("a"), CrossOrigin(), blueprint()
    cors.init_app(app, origins=[APP], credentials=True)
    app.register_blueprint(part)
    with pytest.raises(PolicyError, match="blueprint part: origins '\\*'"):
        cors.apply(part, **settings)
    # when it is registered
    app, cors, part = make_app("b"), CrossOrigin(), blueprint()
    cors.init_app(app, origins=[APP], credentials=True)
    cors.apply(part, **settings)
    with pytest.raises(PolicyError, match="blueprint part"):
        app.register_blueprint(part)
    # when the app is initialised
    app, cors, part = make_app("c"), CrossOrigin(), blueprint()
    cors.apply(part, **settings)
    app.register_blueprint(part)
    with pytest.raises(PolicyError, match="blueprint part"):
        cors.init_app(app, origins=[APP], credentials=True)


def test_a_nested_blueprint_is_checked_with_what_it_inherits() -> None:
    app = make_app("nested")
    cors = CrossOrigin(app, origins=[APP])
    outer, inner = Blueprint("outer", "outer"), Blueprint("inner", "inner")
    outer.register_blueprint(inner)
    cors.apply(outer, credentials=True)
    app.register_blueprint(outer)
    with pytest.raises(PolicyError, match=r"blueprint outer\.inner"):
        cors.apply(inner, origins="*")


def test_a_nested_blueprint_is_checked_where_the_outer_one_states_nothing() -> None:
    app = make_app("nested")
    cors = CrossOrigin(app, origins=[APP], credentials=True)
    outer, inner = Blueprint("outer", "outer"), Blueprint("inner", "inner")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    with pytest.raises(PolicyError, match=r"blueprint outer\.inner"):
        cors.apply(inner, origins="*")


@pytest.mark.parametrize("target", [None, 3, view, Flask("app")])
def test_what_is_no_scope_is_an_error(target: Any) -> None:
    with pytest.raises(PolicyError) as caught:
        CrossOrigin().apply(target, origins=[APP])
    assert codes(caught.value) == ["scope-type"]


def test_a_scope_without_settings_is_an_error() -> None:
    with pytest.raises(PolicyError) as caught:
        CrossOrigin().apply("/api")
    assert codes(caught.value) == ["scope-empty"]


def test_wrong_settings_are_told_where_they_are_stated() -> None:
    cors = CrossOrigin()
    wrong: Any = {"origin": [APP], "max_age": -1}
    for use in (lambda: cors.apply("/api", **wrong), lambda: cors.policy(**wrong)):
        with pytest.raises(PolicyError) as caught:
            use()
        assert codes(caught.value) == ["unknown-keyword", "max-age"]


def test_a_policy_beside_changes_is_an_error() -> None:
    with pytest.raises(PolicyError) as caught:
        CrossOrigin().apply("/api", Policy(origins=[APP]), max_age=1)
    assert codes(caught.value) == ["policy-and-settings"]


def test_a_scope_stated_twice_is_an_error_unless_it_says_the_same() -> None:
    cors = CrossOrigin()
    part = Blueprint("part", "part")
    for target in ("/api", part):
        cors.apply(target, origins=[APP])
        cors.apply(target, origins=[APP])
        with pytest.raises(PolicyError) as caught:
            cors.apply(target, origins=[EVIL])
        assert codes(caught.value) == ["scope-duplicate"]


def test_a_scope_can_be_stated_for_one_app() -> None:
    cors = CrossOrigin(origins=[])
    one, two = make_app("one"), make_app("two")
    for app, origin in ((one, APP), (two, OTHER)):
        cors.init_app(app)
        cors.apply("/marks", origins=[origin], app=app)
    cors.disable("/static", app=one)
    assert allowed(call(one, "GET", "/marks", APP)) == APP
    assert allowed(call(two, "GET", "/marks", APP)) is None
    assert preflight(one, "/static/x").status_code == 200
    assert preflight(two, "/static/x").status_code == 403


def test_a_scope_after_the_first_request_is_an_error() -> None:
    app = make_app("late")
    part = Blueprint("part", "part")
    app.register_blueprint(part)
    cors = CrossOrigin(app, origins=[APP])
    cors.apply("/marks", max_age=1)
    call(app, "GET", "/marks")
    cors.apply("/marks", max_age=1)  # says nothing new
    for target in ("/static", part):
        with pytest.raises(PolicyError) as caught:
            cors.apply(target, origins=[EVIL])
        assert codes(caught.value) == ["scope-after-first-request"]
    cors.apply(Blueprint("another", "another"), origins=[EVIL])  # of an app to come


def test_a_view_can_be_marked_with_a_whole_policy_only_by_position() -> None:
    with pytest.raises(PolicyError) as caught:
        CrossOrigin().policy(policy=Policy(origins=[APP]))  # type: ignore[call-arg]
    assert codes(caught.value) == ["unknown-keyword"]


# Reconfiguring.


def test_reconfigure_replaces_what_scopes_inherit() -> None:
    app = make_app("running")
    cors = CrossOrigin(app, origins=[APP])
    cors.apply("/marks", max_age=3)
    assert preflight(app, "/marks", OTHER).status_code == 403
    cors.reconfigure(Policy(origins=[OTHER]))
    assert preflight(app, "/marks", OTHER).headers["Access-Control-Max-Age"] == "3"
    assert preflight(app, "/marks", APP).status_code == 403


def test_reconfigure_takes_changes_to_the_present_policy() -> None:
    app = make_app("running")
    cors = CrossOrigin(app, origins=[APP])
    cors.reconfigure(max_age=9)
    assert preflight(app, "/marks", APP).headers["Access-Control-Max-Age"] == "9"


def test_a_list_that_changes_later_changes_nothing() -> None:
    """Scopes are made anew when the app's own policy changes, from what was stated."""
    app = make_app("lists")
    lists: list[list[str]] = [[APP] for _ in range(4)]
    cors = CrossOrigin(origins=lists[0])
    part = Blueprint("part", "part")
    part.add_url_rule("/part", "part", view)
    cors.apply(part, origins=lists[1])
    cors.apply("/marks", origins=lists[2])
    app.add_url_rule("/view", "view", cors.policy(origins=lists[3])(view))
    app.add_url_rule("/app", "app", view)
    app.register_blueprint(part)
    for each in lists:
        each.append(OTHER)
    cors.init_app(app)
    for _ in range(2):
        for path in ("/app", "/part", "/marks", "/view"):
            assert allowed(call(app, "GET", path, APP)) == APP
            assert allowed(call(app, "GET", path, OTHER)) is None
        cors.reconfigure(max_age=5)


def test_reconfigure_before_the_rules_are_there_waits_for_them() -> None:
    app = make_app("early")
    cors = CrossOrigin(app, origins=[])
    cors.apply("/later", max_age=3)
    cors.reconfigure(origins=[APP])
    app.add_url_rule("/later", "later", view)
    assert preflight(app, "/later", APP, "GET").headers["Access-Control-Max-Age"] == "3"


def test_reconfigure_can_mend_what_stops_every_request() -> None:
    app = make_app("broken")
    cors = CrossOrigin(app, origins=[APP], credentials=True)
    app.add_url_rule("/open", "open", cors.policy(origins="*")(view))
    with pytest.raises(PolicyError):
        call(app, "GET", "/marks")
    cors.reconfigure(credentials=False)
    assert allowed(call(app, "GET", "/open", EVIL)) == "*"


def test_reconfigure_means_the_current_app_else_the_only_one_else_asks() -> None:
    cors = CrossOrigin(origins=[])
    with pytest.raises(PolicyError, match=r"Write CrossOrigin.app, origins") as caught:
        cors.reconfigure(max_age=1)
    assert codes(caught.value) == ["not-initialised"]
    one, two = make_app("one"), make_app("two")
    cors.init_app(one)
    cors.init_app(two)
    with pytest.raises(PolicyError) as caught:
        cors.reconfigure(origins=[APP])
    assert codes(caught.value) == ["ambiguous-app"]
    with one.app_context():
        cors.reconfigure(origins=[APP])
    cors.reconfigure(origins=[OTHER], app=two)
    assert allowed(call(one, "GET", "/marks", APP)) == APP
    assert allowed(call(two, "GET", "/marks", OTHER)) == OTHER
    with pytest.raises(PolicyError) as caught:
        cors.reconfigure(origins=[APP], app=make_app("stranger"))
    assert codes(caught.value) == ["not-initialised"]


def test_another_apps_context_does_not_count() -> None:
    app = make_app("one")
    cors = CrossOrigin(app, origins=[])
    with make_app("stranger").app_context():
        cors.reconfigure(origins=[APP])
    assert allowed(call(app, "GET", "/marks", APP)) == APP


# Other libraries.


def test_a_view_decorated_by_another_cors_library_is_reported() -> None:
    from flask_cors import cross_origin

    app = make_app("decorated")
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/other", "other", cross_origin()(view))
    with pytest.warns(CrossOriginWarning, match="'other' is decorated by flask_cors"):
        response = call(app, "GET", "/other", EVIL)
    assert allowed(response) is None


def from_connexion(app: Flask) -> None:
    """Leave on `app` the trace of Connexion 3, which the tests of the ecosystem have for real."""
    own = type(
        "IntegerConverter", (IntegerConverter,), {"__module__": "connexion.frameworks.flask"}
    )
    app.url_map.converters["int"] = own


@pytest.mark.parametrize("use", [CrossOrigin, CrossOrigin().init_app])
def test_an_app_of_connexion_is_reported_before_any_request(use: Any) -> None:
    app = make_app("made")
    from_connexion(app)
    with pytest.warns(CrossOriginWarning, match="Connexion 3 handles each request") as caught:
        use(app, origins=[APP])
    assert [each.filename for each in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert allowed(call(app, "GET", "/marks", APP)) == APP


def test_where_the_warning_of_connexion_is_an_error_nothing_has_changed() -> None:
    app = make_app("made")
    from_connexion(app)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(CrossOriginWarning):
            CrossOrigin(app, origins=[APP])
    assert allowed(call(app, "GET", "/marks", APP)) is None


@pytest.mark.parametrize("scope", [{"type": "http"}, {}])
def test_an_app_that_connexion_calls_is_reported_at_the_first_request(
    scope: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ModuleType("connexion.context")
    context.scope = scope  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "connexion.context", context)
    app = make_app("called")
    CrossOrigin(app, origins=[APP])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            assert allowed(call(app, "GET", "/marks", APP)) == APP
    assert len(caught) == (1 if scope else 0)
    assert all("Connexion 3 handles each request" in str(each.message) for each in caught)


def test_an_app_without_the_converter_for_integers_is_none_of_connexion() -> None:
    app = make_app("own")
    del app.url_map.converters["int"]
    CrossOrigin(app, origins=[APP])


def test_a_scope_is_disabled_on_the_app_that_is_meant() -> None:
    apps = [make_app(name) for name in ("one", "two")]
    cors = CrossOrigin(origins=[APP])
    for app in apps:
        cors.init_app(app)
    with apps[0].app_context():
        cors.disable("/marks", app=current_app)
    assert [allowed(call(app, "GET", "/marks", APP)) for app in apps] == [None, APP]


def test_a_scope_is_disabled_on_no_app_that_is_none() -> None:
    with pytest.raises(PolicyError, match="app"):
        CrossOrigin(origins=[]).disable("/marks", app="app")  # type: ignore[call-overload]
