"""The guard: enforced where Flask dispatches, for the view that is about to run, every time."""

import functools
import gc
import inspect
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, abort, make_response, request
from flask.ctx import AppContext
from flask.globals import app_ctx
from flask.views import MethodView
from werkzeug.exceptions import HTTPException

from flask_crossorigin import Access, CrossOrigin, PolicyError

from .access_helpers import Door, as_user, codes, view
from .conftest import APP, call, preflight

INES = {"Authorization": "Bearer ines"}


def dispatch_again(app: Flask) -> Any:
    """Dispatch the current request once more; from Flask 3.2 on, the method takes the context."""
    takes_context = "ctx" in inspect.signature(Flask.dispatch_request).parameters
    context = [app_ctx._get_current_object()] if takes_context else []  # type: ignore[attr-defined]
    return app.dispatch_request(*context)


def run_rule(app: Flask, endpoint: str) -> None:
    """Let the current request be for the rule of `endpoint`."""
    request.url_rule = next(each for each in app.url_map.iter_rules(endpoint))
    request.view_args = {}


class Views:
    """An app that is closed by default, with a secret view and a public one."""

    def __init__(self, app: Flask, verify: Callable[..., Any] = lambda _: None) -> None:
        self.app = app
        self.ran: list[str] = []
        self.access = Access(app, verify=verify, default="required")
        methods = ["GET", "POST"]
        app.add_url_rule("/secret", "secret", self.view("secret"), methods=methods)
        app.add_url_rule("/open", "open", self.access.public(self.view("open")), methods=methods)

    def view(self, name: str) -> Callable[[], str]:
        """Return a view that notes that it ran."""
        return lambda: self.ran.append(name) or name

    def status(self, path: str, method: str = "GET", **more: Any) -> int:
        """Return the status for a request of nobody."""
        return call(self.app, method, path, **more).status_code


# Again in the same request.


def test_an_error_handler_that_dispatches_again_does_not_run_the_view() -> None:
    views = Views(Flask("app"))
    views.app.register_error_handler(401, lambda error: dispatch_again(views.app))
    assert views.status("/secret") == 500
    assert views.ran == []


def test_an_app_that_swallows_what_hooks_raise_does_not_run_the_view() -> None:
    class Swallowing(Flask):
        def preprocess_request(self, *ctx: AppContext) -> Any:
            try:
                return super().preprocess_request(*ctx)
            except HTTPException:
                return None

    views = Views(Swallowing("app"))
    assert views.status("/secret") == 401
    assert views.ran == []


def test_verify_is_called_again_after_a_refusal_but_not_after_a_success() -> None:
    door = Door()
    app = Flask("app")
    Access(app, verify=door, default="required")
    app.add_url_rule("/again", "again", view)

    @app.errorhandler(401)
    def again(error: Exception) -> Any:
        request.environ["HTTP_AUTHORIZATION"] = "Bearer sam"
        return [dispatch_again(app), dispatch_again(app)]

    assert call(app, "GET", "/again").json == ["view", "view"]
    assert door.asked == [(), ()]


@pytest.mark.parametrize("refused", [None, False, "response"])
def test_no_kind_of_refusal_is_remembered_as_a_pass(refused: Any) -> None:
    calls: list[str] = []

    def verify(request: Any) -> Any:
        calls.append(request.path)
        return make_response("no", 401) if refused == "response" else refused

    views = Views(Flask("app"), verify)

    @views.access.public
    def twice() -> Any:
        run_rule(views.app, "secret")
        answers = []
        for _ in range(2):
            try:
                answers.append(dispatch_again(views.app))
            except HTTPException as error:
                answers.append(error.get_response())
        return [each.status_code for each in answers]

    views.app.add_url_rule("/twice", "twice", twice)
    assert call(views.app, "GET", "/twice").json == [401, 401]
    assert (len(calls), views.ran) == (2, [])


# What is about to run.


def test_a_hook_that_chooses_a_rule_of_the_same_text_opens_nothing() -> None:
    app = Flask("app")
    access = Access(app, verify=lambda _: None)
    protected = Blueprint("v2", "v2")
    protected.add_url_rule("/x", "x", lambda: "secret")
    access.protect(protected)
    app.add_url_rule("/x", "v1", view)
    app.register_blueprint(protected)

    @app.before_request
    def choose() -> None:
        run_rule(app, request.headers["X-Endpoint"])

    assert call(app, "GET", "/x", headers={"X-Endpoint": "v1"}).text == "view"
    assert call(app, "GET", "/x", headers={"X-Endpoint": "v2.x"}).status_code == 401


class Late(Flask):
    """A class that changes what runs after the guard's `dispatch_request`."""

    def dispatch_request(self, *ctx: AppContext) -> Any:
        if "X-Rule" in request.headers:
            run_rule(self, request.headers["X-Rule"])
        request.method = request.headers.get("X-Method", request.method)
        return super().dispatch_request(*ctx)


def test_a_subclass_that_changes_the_rule_when_it_dispatches_opens_nothing() -> None:
    views = Views(Late("app"))
    assert views.status("/open") == 200
    assert views.status("/open", headers={"X-Rule": "secret"}) == 401
    assert views.ran == ["open"]


def test_a_subclass_that_changes_the_method_when_it_dispatches_opens_nothing() -> None:
    views = Views(Late("app"))

    class Resource(MethodView):
        @views.access.public
        def get(self) -> str:
            return "get"

        def post(self) -> str:
            return views.view("post")()

    views.app.add_url_rule("/resource", view_func=Resource.as_view("resource"))
    assert views.status("/resource") == 200
    assert views.status("/resource", headers={"X-Method": "POST"}) == 401
    assert views.ran == []


def test_a_subclass_that_changes_the_rule_gets_the_response_of_verify() -> None:
    views = Views(Late("app"), lambda _: make_response("sign in there", 303))
    response = call(views.app, "GET", "/open", headers={"X-Rule": "secret"})
    assert (response.status_code, response.text, views.ran) == (303, "sign in there", [])


def test_a_dispatcher_that_replaces_the_guard_later_is_guarded_if_it_runs_views_as_flask() -> None:
    views = Views(Flask("app"))
    app: Any = views.app
    app.dispatch_request = lambda *_: app.ensure_sync(app.view_functions[request.endpoint])()
    assert (views.status("/secret"), views.status("/open")) == (401, 200)
    assert views.ran == ["open"]


def test_a_dispatcher_of_a_subclass_that_runs_views_by_itself_is_guarded() -> None:
    class Own(Flask):
        def dispatch_request(self, *ctx: AppContext) -> Any:
            return self.view_functions[request.endpoint or ""]()

    views = Views(Own("app"))
    assert (views.status("/secret"), views.status("/open")) == (401, 200)


@pytest.mark.parametrize("before", [True, False])
def test_wrappers_of_the_dispatcher_are_kept(before: bool) -> None:
    app: Any = Flask("app")
    seen: list[str] = []

    def wrap() -> None:
        wrapped = app.dispatch_request

        def wrapper(*args: Any) -> Any:
            seen.append(request.path)
            return wrapped(*args)

        app.dispatch_request = wrapper

    if before:
        wrap()
    views = Views(app)
    if not before:
        wrap()
    assert (views.status("/secret"), views.status("/open")) == (401, 200)
    assert seen == (["/open"] if before else ["/secret", "/open"])


def test_a_view_that_replaces_another_by_wraps_is_guarded() -> None:
    views = Views(Flask("app"))
    old = views.access.required(views.view("old"))
    views.app.add_url_rule("/page", "page", old)

    @functools.wraps(old)
    def new() -> str:
        return views.view("new")()

    views.app.view_functions["page"] = new
    assert views.status("/page") == 401
    assert views.ran == []


def test_a_cache_above_a_required_view_serves_nobody() -> None:
    app, kept = Flask("app"), {}
    access = Access(app, verify=Door())

    def cached(function: Callable[[], str]) -> Callable[[], str]:
        @functools.wraps(function)
        def from_cache() -> str:
            if request.path not in kept:
                kept[request.path] = function()
            return kept[request.path]

        return from_cache

    app.add_url_rule("/mine", "mine", cached(access.required(lambda: f"page of {access.user}")))
    assert call(app, "GET", "/mine", headers=INES).text == "page of ines"
    assert call(app, "GET", "/mine").status_code == 401


def test_the_handshake_of_a_websocket_comes_after_the_guard() -> None:
    app = Flask("app")
    access = Access(app, verify=lambda _: None)
    handshakes: list[str] = []

    def socket(function: Callable[[object], str]) -> Callable[[], str]:
        """Accept the handshake, then call the function, as flask-sock does."""

        @functools.wraps(function)
        def websocket_route() -> str:
            handshakes.append(request.path)
            return function(object())

        return websocket_route

    in_blueprint = Blueprint("sockets", "sockets")
    in_blueprint.add_url_rule("/protected", "protected", socket(lambda _: "socket"))
    access.protect(in_blueprint)
    app.register_blueprint(in_blueprint)
    app.add_url_rule("/required", "required", socket(access.required(lambda _: "socket")))
    assert call(app, "GET", "/protected").status_code == 401
    assert call(app, "GET", "/required").status_code == 401
    assert handshakes == []


def test_an_async_view_without_a_decorator_is_guarded() -> None:
    app = Flask("app")
    Access(app, verify=Door(), default="required")

    @app.route("/later")
    async def later() -> str:
        return "later"

    assert call(app, "GET", "/later").status_code == 401
    assert call(app, "GET", "/later", headers=INES).text == "later"


def test_resources_that_decorate_their_methods_for_each_request_leave_nothing_behind() -> None:
    """As the resources of Flask-RESTful and Flask-RESTX do."""
    app, door = Flask("app"), Door()
    access = Access(app, verify=door)
    instances: list[weakref.ref[MethodView]] = []

    class Resource(MethodView):
        def dispatch_request(self, **values: Any) -> Any:
            instances.append(weakref.ref(self))
            return access.required("marks:write")(self.get)(**values)

        def get(self) -> str:
            return "get"

    app.add_url_rule("/x", view_func=Resource.as_view("x"))
    assert as_user(app, "/x", "sam").status_code == 403
    assert as_user(app, "/x", "ines").text == "get"
    gc.collect()
    assert [each() for each in instances] == [None, None]


# Hooks.


@pytest.mark.parametrize("first", ["limiter", "access"])
def test_a_rate_limiter_counts_refusals_whoever_is_initialised_first(first: str) -> None:
    app = Flask("app")
    attempts: list[str] = []

    def limit() -> None:
        attempts.append(request.path)
        if len(attempts) > 2:
            abort(429)

    if first == "limiter":
        app.before_request(limit)
    Access(app, verify=lambda _: None, default="required")
    if first == "access":
        app.before_request(limit)
    app.add_url_rule("/x", "x", view)
    assert [call(app, "GET", "/x").status_code for _ in range(4)] == [401, 401, 429, 429]


def test_a_preflight_reaches_neither_hooks_nor_verify() -> None:
    app, door = Flask("app"), Door()
    CrossOrigin(app, origins=[APP])
    Access(app, verify=door, default="required")
    app.add_url_rule("/x", "x", view, methods=["PUT"])
    assert preflight(app, "/x").status_code == 204
    assert door.asked == []


def test_a_failing_verify_is_a_500_however_the_view_is_required() -> None:
    views = Views(Flask("app"), lambda _: 1 / 0)
    views.app.add_url_rule("/own", "own", views.access.required(views.view("own")))
    assert (views.status("/secret"), views.status("/own")) == (500, 500)
    assert views.ran == []


def test_an_endpoint_without_a_view_is_flasks_to_report() -> None:
    app = Flask("app")
    Access(app, verify=lambda _: None, default="required")
    app.add_url_rule("/x", "x")
    app.testing = True
    with pytest.raises(KeyError, match="x"):
        call(app, "GET", "/x")


def test_functions_can_be_made_synchronous_outside_of_a_request() -> None:
    app = Flask("app")
    Access(app, verify=lambda _: None, default="required")
    app.add_url_rule("/x", "x", view)
    assert app.ensure_sync(view) is view
    assert app.ensure_sync(app.view_functions["x"])() == "view"


# When.


def test_init_app_after_the_first_request_is_an_error() -> None:
    app = Flask("app")
    call(app, "GET", "/x")
    with pytest.raises(PolicyError, match=r"app app has already handled requests") as caught:
        Access(app, verify=lambda _: None)
    assert codes(caught.value) == ["access-after-first-request"]


def test_apps_from_a_factory_leave_nothing_behind() -> None:
    access = Access(verify=Door())

    def create_app() -> Flask:
        app = Flask("app")
        access.init_app(app)
        app.add_url_rule("/x", "x", access.required(lambda: app.name))

        @access.required
        class Resource(MethodView):
            def get(self) -> str:
                return app.name

        app.add_url_rule("/y", view_func=Resource.as_view("y"))
        return app

    apps = [weakref.ref(create_app()) for _ in range(20)]
    gc.collect()
    assert [each() for each in apps] == [None] * 20


def test_a_decorator_whose_result_is_thrown_away_is_found_all_the_same() -> None:
    app = Flask("app")
    access = Access(app, verify=Door())

    def create_views() -> None:
        @access.required
        @app.route("/lost")
        def lost() -> str:
            return "lost"

    create_views()
    gc.collect()
    app.testing = True
    with pytest.raises(PolicyError, match=r"below @app\.route"):
        call(app, "GET", "/lost")


def test_a_view_that_nothing_can_refer_to_weakly_is_guarded() -> None:
    class View:
        __slots__ = ()

        def __call__(self) -> str:
            return "view"

    app = Flask("app")
    access = Access(verify=Door())
    app.add_url_rule("/x", "x", access.required(View()))
    assert call(app, "GET", "/x").status_code == 401
    assert call(app, "GET", "/x", headers=INES).text == "view"
