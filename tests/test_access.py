"""Access: what is refused, what is let through, and that no mark is an open door."""

import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, current_app, jsonify, make_response, request
from flask.views import MethodView, View
from werkzeug.exceptions import ImATeapot
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as WerkzeugResponse

from flask_crossorigin import Access, CrossOrigin, PolicyError

from .access_helpers import Door, as_user, codes, statuses, view
from .conftest import APP, call, preflight


@pytest.fixture
def door() -> Door:
    """What verifies."""
    return Door()


@pytest.fixture
def access(app: Flask, door: Door) -> Access:
    """The app's access, open by default."""
    CrossOrigin(app, origins=[APP])
    return Access(app, verify=door)


def test_required_lets_users_in_only(app: Flask, access: Access) -> None:
    app.add_url_rule("/mine", "mine", access.required(view))
    assert statuses(app, "/mine") == (401, 200, 200)


def test_needs_are_asked_about(app: Flask, access: Access, door: Door) -> None:
    app.add_url_rule("/mine", "mine", access.required("marks:read", "marks:write")(view))
    assert statuses(app, "/mine") == (401, 403, 200)
    assert set(door.asked) == {("marks:read", "marks:write")}


def test_a_view_without_a_mark_is_public_by_default(app: Flask, access: Access) -> None:
    assert statuses(app, "/marks") == (200, 200, 200)


def test_refusals_are_problem_details(app: Flask, access: Access) -> None:
    app.add_url_rule("/mine", "mine", access.required("marks:write")(view))
    for user, status, title, detail in (
        (None, 401, "Unauthorized", "Sign in to use this."),
        ("sam", 403, "Forbidden", "You lack marks:write."),
    ):
        response = as_user(app, "/mine", user)
        assert response.headers["Content-Type"] == "application/problem+json"
        assert "WWW-Authenticate" not in response.headers
        assert response.get_json(force=True) == {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
        }


def test_a_401_carries_the_challenge_that_is_configured(app: Flask) -> None:
    access = Access(app, verify=lambda _: None, www_authenticate='Bearer realm="marks"')
    app.add_url_rule("/mine", "mine", access.required(view))
    response = call(app, "GET", "/mine")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="marks"'


def test_denied_can_be_raised_in_a_view(app: Flask, access: Access) -> None:
    @app.route("/mine")
    def mine() -> str:
        raise access.Denied

    response = as_user(app, "/mine", "ines")
    assert (response.status_code, response.json) == (
        403,
        {
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
            "detail": "You may not do this.",
        },
    )


def test_the_apps_own_error_handlers_may_word_refusals(app: Flask, access: Access) -> None:
    app.add_url_rule("/mine", "mine", access.required(view))
    app.register_error_handler(401, lambda error: (f"own: {error.description}", 401))
    assert as_user(app, "/mine", None).text == "own: Sign in to use this."


ANONYMOUS = SimpleNamespace(is_authenticated=False)


@pytest.mark.parametrize(
    "answer", [None, False, 0, "", {}, LocalProxy(lambda: None), LocalProxy(lambda: ANONYMOUS)]
)
def test_what_is_false_or_anonymous_is_nobody(app: Flask, answer: Any) -> None:
    access = Access(verify=lambda _: answer)
    app.add_url_rule("/mine", "mine", access.required(view))
    assert call(app, "GET", "/mine").status_code == 401


@pytest.mark.parametrize("answer", [1, "ines", {"id": 0}, True])
def test_any_other_answer_is_the_user(app: Flask, answer: Any) -> None:
    access = Access(verify=lambda _: answer)
    app.add_url_rule("/mine", "mine", access.required(lambda: repr(access.user)))
    assert call(app, "GET", "/mine").text == repr(answer)


def test_a_response_is_sent_as_it_is(app: Flask) -> None:
    access = Access(verify=lambda _: make_response("sign in there", 302, {"Location": "/there"}))
    app.add_url_rule("/mine", "mine", access.required(view))
    for path in ("/mine", "/mine"):
        response = call(app, "GET", path)
        assert (response.status_code, response.text) == (302, "sign in there")


def test_a_response_is_sent_ahead_of_a_protected_blueprint(app: Flask) -> None:
    access = Access(app, verify=lambda _: make_response("sign in there", 302))
    part = Blueprint("part", "part")
    part.add_url_rule("/part", "part", view)
    access.protect(part)
    app.register_blueprint(part)
    assert call(app, "GET", "/part").text == "sign in there"


def test_an_http_exception_that_is_answered_is_raised(app: Flask) -> None:
    access = Access(verify=lambda _: ImATeapot())
    app.add_url_rule("/mine", "mine", access.required(view))
    assert call(app, "GET", "/mine").status_code == 418


async def _coroutine() -> str:
    return "user"


@pytest.mark.parametrize(
    "verify",
    [
        lambda _: 1 / 0,
        lambda _: (jsonify(error="no"), 401),
        lambda _: ("Unauthorized", 401),
        lambda _: iter(()),
        lambda _: Access.Denied,
        lambda _: print,
        lambda _: NotImplemented,
        lambda _: _coroutine(),
        lambda _: type("Awaitable", (), {"__await__": lambda _: iter(())})(),
    ],
)
def test_what_fails_or_only_looks_like_a_user_is_a_500_never_a_pass(
    app: Flask, verify: Callable[[Any], Any]
) -> None:
    access = Access(verify=verify)
    ran: list[str] = []
    app.add_url_rule("/mine", "mine", access.required(lambda: ran.append("view") or ""))
    assert call(app, "GET", "/mine").status_code == 500
    assert ran == []


def test_verify_runs_once_a_request_for_the_same_needs(
    app: Flask, access: Access, door: Door
) -> None:
    part = Blueprint("part", "part")
    part.add_url_rule("/x", "x", access.required("marks:read")(access.required(view)))
    access.protect(part, "marks:read")
    app.register_blueprint(part)
    assert as_user(app, "/x", "ines").status_code == 200
    assert sorted(door.asked) == [(), ("marks:read",)]


def test_one_request_does_not_remember_another_in_one_app_context(
    app: Flask, access: Access
) -> None:
    app.add_url_rule("/mine", "mine", access.required(view))
    with app.app_context():
        assert as_user(app, "/mine", "ines").status_code == 200
        assert as_user(app, "/mine", None).status_code == 401


def test_the_user_is_at_hand(app: Flask, access: Access) -> None:
    app.add_url_rule("/mine", "mine", access.required(lambda: access.user))
    app.add_url_rule("/open", "open", lambda: repr(access.user))
    assert as_user(app, "/mine", "sam").text == "sam"
    assert as_user(app, "/open", "sam").text == "None"


# Where marks sit.


def test_an_async_view_stays_async_and_is_guarded(app: Flask, access: Access) -> None:
    @app.route("/mine")
    @access.required
    async def mine() -> str:
        return "mine"

    assert statuses(app, "/mine") == (401, 200, 200)


def test_a_mark_enforces_itself_where_nothing_is_initialised(app: Flask, door: Door) -> None:
    app.add_url_rule("/mine", "mine", Access(verify=door).required(view))
    assert call(app, "GET", "/mine").status_code == 401


def test_a_mark_below_a_decorator_that_lacks_wraps_enforces_itself(app: Flask, door: Door) -> None:
    def no_wraps(function: Callable[[], str]) -> Callable[[], str]:
        return lambda: function()

    app.add_url_rule("/mine", "mine", no_wraps(Access(verify=door).required(view)))
    assert call(app, "GET", "/mine").status_code == 401


def test_a_mark_above_route_is_an_error_not_an_open_door(app: Flask, access: Access) -> None:
    @access.required
    @app.route("/mine")
    def mine() -> str:
        return "mine"

    app.config["PROPAGATE_EXCEPTIONS"] = True
    for path in ("/mine", "/marks", "/unknown"):
        with pytest.raises(PolicyError, match=r"below @app\.route"):
            call(app, "GET", path)


class Resource(MethodView):
    """A view class to be marked."""

    def get(self) -> str:
        """Read."""
        return "get"

    def put(self) -> str:
        """Write."""
        return "put"


def test_a_marked_class_is_guarded_with_its_subclasses(app: Flask, access: Access) -> None:
    @access.required("marks:read")
    class Guarded(Resource):
        @access.required("marks:write")
        def put(self) -> str:
            return "put"

    class Below(Guarded):
        decorators = [functools.partial(lambda f: f)]  # noqa: RUF012

    app.add_url_rule("/m", view_func=Below.as_view("m"))
    app.add_url_rule("/plain", view_func=Resource.as_view("plain"))
    assert statuses(app, "/m") == (401, 200, 200)
    assert statuses(app, "/m", "PUT") == (401, 403, 200)
    assert statuses(app, "/plain") == (200, 200, 200)


def test_a_subclass_with_dispatching_of_its_own_is_guarded(app: Flask, door: Door) -> None:
    CrossOrigin(app, origins=[APP])
    access = Access(app, verify=door, default="required")

    @access.required("marks:write")
    class Base(View):
        pass

    class Mixin(View):
        def dispatch_request(self) -> str:
            return "mixin"

    class Page(Base):
        def dispatch_request(self) -> str:
            return "page"

    class Mixed(Mixin, Base):
        pass

    app.add_url_rule("/page", view_func=Page.as_view("page"))
    app.add_url_rule("/mixed", view_func=Mixed.as_view("mixed"))
    assert statuses(app, "/page") == (401, 403, 200)
    assert statuses(app, "/mixed") == (401, 403, 200)


def test_a_method_of_a_subclass_is_public_only_by_its_own_mark(app: Flask, access: Access) -> None:
    @access.required
    class Base(MethodView):
        @access.public
        def get(self) -> str:
            return "get"

    class Overriding(Base):
        def get(self) -> str:
            return "own"

    class Opening(Base):
        @access.public
        def put(self) -> str:
            return "put"

    app.add_url_rule("/overriding", view_func=Overriding.as_view("overriding"))
    app.add_url_rule("/opening", view_func=Opening.as_view("opening"))
    assert statuses(app, "/overriding") == (401, 200, 200)
    assert statuses(app, "/opening") == (200, 200, 200)
    assert statuses(app, "/opening", "PUT") == (200, 200, 200)


def test_a_class_marked_after_its_as_view_is_guarded(app: Flask, access: Access) -> None:
    class Late(Resource):
        pass

    app.add_url_rule("/late", view_func=Late.as_view("late"))
    access.required("marks:write")(Late)
    assert statuses(app, "/late") == (401, 403, 200)


def test_an_open_blueprint_does_not_open_a_class_that_is_marked(app: Flask, access: Access) -> None:
    class Late(Resource):
        pass

    part = Blueprint("part", "part")
    part.add_url_rule("/late", view_func=Late.as_view("late"))
    access.required("marks:write")(Late)
    access.open(part)
    app.register_blueprint(part)
    assert statuses(app, "/late") == (401, 403, 200)


def test_a_marked_view_class_without_methods_is_guarded(app: Flask, access: Access) -> None:
    @access.required
    class Page(View):
        def dispatch_request(self) -> str:
            return "page"

    app.add_url_rule("/page", view_func=Page.as_view("page"))
    assert statuses(app, "/page") == (401, 200, 200)


def test_a_public_method_of_a_guarded_class_is_public(app: Flask, door: Door) -> None:
    access = Access(app, verify=door, default="required")
    CrossOrigin(app, origins=[APP])

    @access.required
    class Guarded(Resource):
        @access.public
        def get(self) -> str:
            return "get"

    app.add_url_rule("/m", view_func=Guarded.as_view("m"))
    assert statuses(app, "/m") == (200, 200, 200)
    assert statuses(app, "/m", "HEAD") == (200, 200, 200)
    assert statuses(app, "/m", "PUT") == (401, 200, 200)


def test_a_marked_as_view_is_guarded(app: Flask, access: Access) -> None:
    app.add_url_rule("/m", view_func=access.required(Resource.as_view("m")))
    assert statuses(app, "/m") == (401, 200, 200)


# Blueprints and the default.


def test_a_protected_blueprint_guards_nested_ones_and_adds_to_marks(
    app: Flask, access: Access
) -> None:
    outer, inner, free = (Blueprint(name, name, url_prefix=f"/{name}") for name in "oif")
    for part in (outer, inner, free):
        part.add_url_rule("/x", "x", view)
    inner.add_url_rule("/write", "write", access.required("marks:write")(view))
    inner.add_url_rule("/open", "open", access.public(view))
    outer.register_blueprint(inner)
    outer.register_blueprint(free)
    access.protect(outer, "marks:read")
    access.open(free)
    app.register_blueprint(outer)
    assert statuses(app, "/o/x") == (401, 200, 200)
    assert statuses(app, "/o/i/x") == (401, 200, 200)
    assert statuses(app, "/o/i/write") == (401, 403, 200)
    assert statuses(app, "/o/i/open") == (200, 200, 200)
    assert statuses(app, "/o/f/x") == (200, 200, 200)


def test_a_bare_mark_does_not_weaken_a_protected_blueprint(app: Flask, access: Access) -> None:
    part = Blueprint("part", "part")
    part.add_url_rule("/x", "x", access.required(view))
    access.protect(part, "marks:write")
    app.register_blueprint(part)
    assert statuses(app, "/x") == (401, 403, 200)


def test_by_default_required_closes_what_has_no_mark_static_files_too(
    app: Flask, door: Door
) -> None:
    CrossOrigin(app, origins=[APP])
    access = Access(verify=door, default="required")
    access.init_app(app)
    part = Blueprint("part", "part")
    part.add_url_rule("/part", "part", view)
    access.open(part)
    app.register_blueprint(part)
    app.add_url_rule("/open", "open", access.public(view))
    app.add_url_rule("/needs", "needs", access.required("marks:write")(view))
    assert statuses(app, "/marks") == (401, 200, 200)
    assert statuses(app, "/static/x") == (401, 404, 404)
    assert statuses(app, "/open") == (200, 200, 200)
    assert statuses(app, "/part") == (200, 200, 200)
    assert statuses(app, "/needs") == (401, 403, 200)
    assert ("marks:write",) in door.asked


def test_static_files_can_be_marked_public(app: Flask, door: Door) -> None:
    access = Access(app, verify=door, default="required")
    app.view_functions["static"] = access.public(app.view_functions["static"])
    assert call(app, "GET", "/static/none.js").status_code == 404


def test_what_no_view_answers_is_not_guarded(app: Flask, door: Door) -> None:
    CrossOrigin(app, origins=[APP])
    Access(app, verify=door, default="required")
    assert statuses(app, "/unknown") == (404, 404, 404)
    assert statuses(app, "/marks", "DELETE") == (405, 405, 405)
    options = call(app, "OPTIONS", "/marks")
    assert (options.status_code, "PUT" in options.headers["Allow"]) == (200, True)
    assert preflight(app, "/marks").status_code == 204
    assert door.asked == []


def test_a_view_that_answers_options_itself_is_guarded(app: Flask, door: Door) -> None:
    Access(app, verify=door, default="required")
    app.add_url_rule("/own", "own", view, methods=["OPTIONS"])
    assert call(app, "OPTIONS", "/own").status_code == 401


def test_a_preflight_of_a_disabled_scope_does_not_reach_verify(app: Flask, door: Door) -> None:
    CrossOrigin(app, origins=[APP]).disable("/marks")
    Access(app, verify=door, default="required")
    assert preflight(app, "/marks").status_code == 200
    assert door.asked == []


def test_a_protected_blueprint_is_guarded_where_init_app_was_forgotten(door: Door) -> None:
    access = Access(verify=door)
    part = Blueprint("part", "part")
    part.add_url_rule("/x", "x", view)
    access.protect(part)
    app = Flask("forgotten")
    app.register_blueprint(part)
    assert call(app, "GET", "/x").status_code == 401
    access.init_app(app)  # later is no mistake
    assert call(app, "GET", "/x", headers={"Authorization": "Bearer sam"}).status_code == 200
    assert len(door.asked) == 2


def test_current_app_stands_for_the_app(door: Door) -> None:
    app = Flask("current")
    with app.app_context():
        Access(verify=door, default="required").init_app(current_app)
    app.add_url_rule("/x", "x", view)
    assert call(app, "GET", "/x").status_code == 401


def test_a_request_made_of_a_copy_of_the_environment_is_verified_anew(
    app: Flask, access: Access
) -> None:
    @app.route("/outer")
    @access.required
    def outer() -> WerkzeugResponse:
        environ = request.environ.copy()
        environ["PATH_INFO"] = "/mine"
        del environ["HTTP_AUTHORIZATION"]
        return Response.from_app(app.wsgi_app, environ)

    app.add_url_rule("/mine", "mine", access.required(lambda: access.user))
    assert call(app, "GET", "/outer", headers={"Authorization": "Bearer sam"}).status_code == 401


def test_two_access_objects_each_ask_their_own(app: Flask, door: Door) -> None:
    CrossOrigin(app, origins=[APP])
    teachers = Access(app, verify=door)
    robots = Access(app, verify=lambda request: request.headers.get("X-Robot"))
    app.add_url_rule("/both", "both", teachers.required(robots.required(view)))
    assert as_user(app, "/both", "ines").status_code == 401
    headers = {"Authorization": "Bearer ines", "X-Robot": "r2"}
    assert call(app, "GET", "/both", headers=headers).status_code == 200


# What can't be.


async def async_verify(request: Any) -> str:
    """A verify that can't be."""
    return "user"


def generator_verify(request: Any) -> Any:
    """Another verify that can't be."""
    yield "user"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"verify": None}, "access-verify"),
        ({"verify": lambda: None}, "access-verify"),
        ({"verify": dict}, "access-verify"),
        ({"verify": async_verify}, "access-verify-async"),
        ({"verify": generator_verify}, "access-verify-async"),
        ({"verify": view.__get__(1), "default": "private"}, "access-default"),
        ({"verify": view.__get__(1), "www_authenticate": "Bearer\r\nX: 1"}, "access-challenge"),
        ({"verify": view.__get__(1), "www_authenticate": ""}, "access-challenge"),
    ],
)
def test_arguments_that_can_not_be_are_errors(arguments: dict[str, Any], code: str) -> None:
    if code in ("access-default", "access-challenge"):
        arguments = {**arguments, "verify": lambda _: None}
    with pytest.raises(PolicyError) as caught:
        Access(**arguments)
    assert codes(caught.value) == [code]


def test_needs_are_text_that_verify_can_be_asked(access: Access) -> None:
    needs: Any = 3
    with pytest.raises(PolicyError) as caught:
        access.required("a", needs, needs)
    assert codes(caught.value) == ["access-need", "access-need"]
    with pytest.raises(PolicyError) as caught:
        Access(verify=lambda _: None).required("marks:read")
    assert codes(caught.value) == ["access-verify"]


def test_a_verify_that_tells_nothing_of_its_parameters_is_taken(app: Flask) -> None:
    access = Access(verify=getattr)
    app.add_url_rule("/mine", "mine", access.required("method")(lambda: access.user))
    assert call(app, "GET", "/mine").text == "GET"


@pytest.mark.parametrize("target", [view, Resource])
def test_public_and_required_on_one_view_is_an_error(target: Any) -> None:
    access = Access(verify=lambda _: None)

    def fresh() -> Any:
        return type("Fresh", (Resource,), {}) if isinstance(target, type) else target

    for first, second in ((access.public, access.required), (access.required, access.public)):
        with pytest.raises(PolicyError) as caught:
            second(first(fresh()))
        assert codes(caught.value) == ["access-contradiction"]


def test_wiring_that_can_not_be_is_an_error(app: Flask, access: Access) -> None:
    part, not_a_blueprint = Blueprint("part", "part"), "/api"
    app.register_blueprint(part)
    cases: list[tuple[Callable[[], Any], str]] = [
        (lambda: access.init_app(app), "access-twice"),
        (lambda: access.protect(not_a_blueprint), "access-blueprint"),  # type: ignore[arg-type]
        (lambda: access.init_app(part), "app-type"),  # type: ignore[arg-type]
        (lambda: access.required(app), "decorator-target"),
        (lambda: [access.protect(part), access.open(part)], "access-duplicate"),
        (lambda: access.required(3), "access-need"),  # type: ignore[call-overload]
        (lambda: access.public(3), "decorator-target"),  # type: ignore[type-var]
    ]
    for use, code in cases:
        with pytest.raises(PolicyError) as caught:
            use()
        assert codes(caught.value) == [code]


def test_a_registered_blueprint_is_protected_on_a_guarded_app_and_on_later_ones(
    door: Door,
) -> None:
    access, part = Access(verify=door), Blueprint("part", "part")
    part.add_url_rule("/x", "x", view)
    apps = Flask("one"), Flask("two")
    access.init_app(apps[0])
    apps[0].register_blueprint(part)
    access.protect(part)
    apps[1].register_blueprint(part)
    for app in apps:
        CrossOrigin(app, origins=[APP])
        assert statuses(app, "/x") == (401, 200, 200)


def test_factories_import_access_before_the_app_exists(door: Door) -> None:
    access = Access(verify=door)
    part = Blueprint("part", "part")
    part.add_url_rule("/x", "x", access.required(view))
    part.add_url_rule("/y", "y", view)
    access.protect(part, "marks:read")
    for name in ("one", "two"):
        app = Flask(name)
        CrossOrigin(app, origins=[APP])
        access.init_app(app)
        app.register_blueprint(part)
        assert statuses(app, "/x") == (401, 200, 200)
        assert statuses(app, "/y") == (401, 200, 200)


def test_a_response_of_werkzeugs_own_is_sent(app: Flask) -> None:
    access = Access(verify=lambda _: Response("no", 403))
    app.add_url_rule("/mine", "mine", access.required(view))
    assert call(app, "GET", "/mine").text == "no"


# What a later hook changes.


def test_a_hook_that_changes_the_method_after_the_guard_opens_nothing() -> None:
    app = Flask("app")
    Access(app, verify=lambda _: None, default="required")

    @app.before_request
    def override() -> None:
        if method := request.headers.get("X-HTTP-Method-Override"):
            request.method = method

    app.add_url_rule("/x", "x", lambda: "secret", methods=["GET", "POST"])
    for method in ("GET", "POST", "OPTIONS"):
        response = call(app, method, "/x", headers={"X-HTTP-Method-Override": "POST"})
        assert response.status_code == 401
    assert call(app, "OPTIONS", "/x").status_code == 200


def test_a_hook_that_changes_the_method_does_not_lead_past_a_public_one() -> None:
    app = Flask("app")
    access = Access(app, verify=lambda _: None, default="required")

    @app.before_request
    def override() -> None:
        request.method = request.headers.get("X-HTTP-Method-Override", request.method)

    class Marks(MethodView):
        @access.public
        def get(self) -> str:
            return "public"

        def post(self) -> str:
            return "secret"

    app.add_url_rule("/x", view_func=Marks.as_view("marks"))
    assert call(app, "GET", "/x").text == "public"
    response = call(app, "GET", "/x", headers={"X-HTTP-Method-Override": "POST"})
    assert response.status_code == 401


def test_a_blueprint_that_is_protected_first_guards_its_app_by_the_default_too() -> None:
    app, part = Flask("app"), Blueprint("part", "part")
    part.add_url_rule("/in", "in", view)
    app.add_url_rule("/out", "out", view)
    Access(verify=lambda _: None, default="required").protect(part)
    app.register_blueprint(part)
    assert [call(app, "GET", path).status_code for path in ("/in", "/out")] == [401, 401]


def test_a_user_whose_is_authenticated_is_a_method_is_no_user() -> None:
    class User:
        def is_authenticated(self) -> bool:
            return False

    app = Flask("app")
    app.add_url_rule("/x", "x", Access(verify=lambda _: User()).required(view))
    app.testing = True
    with pytest.raises(TypeError, match="is a call missing"):
        call(app, "GET", "/x")
