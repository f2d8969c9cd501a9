"""Where headers are added: in the app itself, so that nothing around it makes a difference."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, cast

import pytest
from flask import Flask, Request, Response, abort, request, session
from flask.sessions import SecureCookieSessionInterface
from flask.views import MethodView
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, Map, Rule
from werkzeug.test import Client, create_environ
from werkzeug.wrappers import Response as WerkzeugResponse

from flask_crossorigin import CrossOrigin, CrossOriginWarning, PolicyError

from .conftest import APP, EVIL, OTHER, NotEntered, allowed, bug, call, cors_headers, preflight

ALLOWED = {"Access-Control-Allow-Origin": APP, "Vary": "Origin"}
DENIED = {"Vary": "Origin"}
PREFLIGHT = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
Wrap = Callable[[Any], Any]


class Copying:
    """A wrapper that hands a copy of the environment on, as Flask-SocketIO does."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body: Iterable[bytes] = self.inner(environ.copy(), start_response)
        return body


class Versioned:
    """A wrapper that strips ``/v1`` from the path, in a copy of the environment."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"].removeprefix("/v1")
        body: Iterable[bytes] = self.inner({**environ, "PATH_INFO": path}, start_response)
        return body


# Wrappers make no difference.


@pytest.mark.parametrize("when", ["before init_app", "before the first request", "after it"])
@pytest.mark.parametrize("wrap", [ProxyFix, Copying])
def test_a_wrapper_makes_no_difference_whenever_it_comes(app: Flask, when: str, wrap: Wrap) -> None:
    def put() -> None:
        app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]

    hooks: list[str] = []
    app.before_request(lambda: hooks.append(request.method))
    app.add_url_rule("/bug", "bug", bug)
    if when == "before init_app":
        put()
    CrossOrigin(app, origins=[APP])
    if when == "before the first request":
        put()
    if when == "after it":
        call(app, "GET", "/marks")
        put()
    hooks.clear()
    for path in ("/marks", "/unknown", "/bug"):
        assert cors_headers(call(app, "GET", path, APP)) == ALLOWED
        assert cors_headers(call(app, "GET", path, EVIL)) == DENIED
    assert hooks == ["GET"] * 6
    assert preflight(app, "/marks").status_code == 204
    assert preflight(app, "/marks", EVIL).status_code == 403
    assert hooks == ["GET"] * 6


def two_areas(**kind: Any) -> tuple[Flask, CrossOrigin]:
    """A catch-all view for APP, and ``/admin`` for OTHER."""
    app = kind.get("made", Flask)("areas")
    app.add_url_rule("/<path:rest>", "any", lambda rest: "any", methods=["GET", "PUT"])
    app.add_url_rule("/admin", "admin", lambda: "admin", methods=["GET", "PUT"])
    return app, CrossOrigin()


def hold_the_admin_area_closed(app: Flask) -> None:
    """A request for /v1/admin runs the view of /admin, by whose policy it is answered."""
    for origin, wanted in ((APP, None), (OTHER, OTHER)):
        response = call(app, "GET", "/v1/admin", origin)
        assert (response.text, allowed(response)) == ("admin", wanted)
        assert preflight(app, "/v1/admin", origin).status_code == (204 if wanted else 403)


def test_a_wrapper_that_changes_the_path_in_a_copy_opens_nothing() -> None:
    app, cors = two_areas()
    app.wsgi_app = Versioned(app.wsgi_app)  # type: ignore[method-assign]
    cors.init_app(app, origins=[APP])
    cors.apply("/admin", origins=[OTHER])
    hold_the_admin_area_closed(app)


class OwnWsgiApp(Flask):
    """An app whose class changes the path, in a copy or in place."""

    in_place = False

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        changed = environ if self.in_place else environ.copy()
        changed["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/v1")
        return super().wsgi_app(changed, start_response)


class OwnWsgiAppInPlace(OwnWsgiApp):
    in_place = True


class OwnContext(Flask):
    """An app whose request context is made of a changed copy."""

    def request_context(self, environ: Any) -> Any:
        path = environ["PATH_INFO"].removeprefix("/v1")
        return super().request_context({**environ, "PATH_INFO": path})


class OwnRequest(Request):
    """A request that changes its environment."""

    def __init__(self, environ: Any, *args: Any, **more: Any) -> None:
        path = environ["PATH_INFO"].removeprefix("/v1")
        super().__init__({**environ, "PATH_INFO": path}, *args, **more)


class OwnRequestClass(Flask):
    request_class = OwnRequest


@pytest.mark.parametrize("made", [OwnWsgiApp, OwnWsgiAppInPlace, OwnContext, OwnRequestClass])
def test_a_class_that_changes_the_path_opens_nothing(made: type[Flask]) -> None:
    app, cors = two_areas(made=made)
    cors.init_app(app, origins=[APP])
    cors.apply("/admin", origins=[OTHER])
    hold_the_admin_area_closed(app)


@pytest.mark.parametrize("made", [OwnWsgiAppInPlace, OwnContext])
def test_in_debug_mode_the_traceback_follows_what_ran(made: type[Flask]) -> None:
    app, cors = two_areas(made=made)
    app.view_functions["admin"] = bug
    app.debug = True
    cors.init_app(app, origins=[APP])
    cors.apply("/admin", origins=[OTHER])
    with pytest.raises(ZeroDivisionError):
        call(app, "GET", "/v1/admin", APP)
    assert "ZeroDivisionError" in call(app, "GET", "/v1/admin", OTHER).text


# A router of the app's own.


class StripsVersion(Map):
    """A map that binds to another path."""

    def bind_to_environ(self, environ: Any, *args: Any, **more: Any) -> Any:
        path = environ["PATH_INFO"].removeprefix("/v1")
        return super().bind_to_environ({**environ, "PATH_INFO": path}, *args, **more)


class OwnMap(Flask):
    url_map_class = StripsVersion


def test_a_url_map_of_the_apps_own_is_asked() -> None:
    app, cors = two_areas(made=OwnMap)
    cors.init_app(app, origins=[APP])
    cors.apply("/admin", origins=[OTHER])
    hold_the_admin_area_closed(app)


def test_a_url_adapter_of_the_apps_own_is_asked() -> None:
    app, cors = two_areas()
    own = app.create_url_adapter

    def create_url_adapter(made: Request | None) -> Any:
        adapter = own(made)
        if adapter is not None:
            adapter.path_info = adapter.path_info.removeprefix("/v1")
        return adapter

    app.create_url_adapter = create_url_adapter  # type: ignore[method-assign,assignment]
    cors.init_app(app, origins=[APP])
    cors.apply("/admin", origins=[OTHER])
    hold_the_admin_area_closed(app)


def test_a_request_that_is_refused_before_it_is_matched_has_the_apps_policy() -> None:
    app, cors = two_areas()
    own = app.create_url_adapter

    def create_url_adapter(made: Request | None) -> Any:
        if made is not None and made.host == "evil.example":
            raise SecurityError
        return own(made)

    app.create_url_adapter = create_url_adapter  # type: ignore[method-assign,assignment]
    cors.init_app(app, origins=[APP])
    cors.apply("/admin", origins=[OTHER])
    host = {"Host": "evil.example"}
    response = call(app, "GET", "/x", APP, headers=host)
    assert (response.status_code, cors_headers(response)) == (400, ALLOWED)
    assert preflight(app, "/x", headers=host).status_code == 204
    assert preflight(app, "/x", EVIL, headers=host).status_code == 403


def test_a_url_map_whose_own_method_is_replaced_is_asked() -> None:
    app, cors = two_areas()
    own = app.url_map.bind_to_environ

    def bind_to_environ(environ: Any, *args: Any, **more: Any) -> Any:
        path = environ["PATH_INFO"].removeprefix("/v1")
        return own({**environ, "PATH_INFO": path}, *args, **more)

    app.url_map.bind_to_environ = bind_to_environ  # type: ignore[method-assign]
    cors.init_app(app, origins=[APP])
    cors.apply("/admin", origins=[OTHER])
    hold_the_admin_area_closed(app)


class OwnPath(Request):
    """A request that tells another path than the router sees."""

    @property
    def path(self) -> str:
        return "/admin/none"

    @path.setter
    def path(self, _: str) -> None:
        pass


def test_a_path_that_only_the_request_tells_does_not_count(app: Flask) -> None:
    app.request_class = OwnPath
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/admin/x", "x", lambda: "x")
    cors.apply("/admin", origins=[OTHER])
    for path in ("/marks", "/none"):
        assert allowed(call(app, "GET", path, OTHER)) is None
        assert allowed(call(app, "GET", path, APP)) == APP


def test_a_wrong_method_has_no_methods_policy(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])

    class View(MethodView):
        @cors.policy(origins=[OTHER])
        def get(self) -> str:
            return ""

    app.add_url_rule("/x", view_func=View.as_view("x"), methods=["GET"])

    @app.before_request
    def change() -> None:
        request.method = "GET"

    response = call(app, "DELETE", "/x", OTHER)
    assert (response.status_code, allowed(response)) == (405, None)
    assert allowed(call(app, "DELETE", "/x", APP)) == APP


# Tracing agents, and apps served past their wrappers.


class Descriptor:
    """What wrapt puts on a class: it binds anew at each access."""

    def __init__(self, function: Any) -> None:
        self.function = function

    def __get__(self, thing: Any, _: object) -> Any:
        return lambda *args: self.function(thing, *args)


def test_an_agent_that_patches_flask_lets_no_preflight_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Flask, "wsgi_app", Descriptor(Flask.wsgi_app))
    app = Flask("traced")
    app.add_url_rule("/marks", "marks", lambda: "marks", methods=["GET", "PUT"])
    app.before_request(lambda: abort(401))
    CrossOrigin(app, origins=[APP])
    assert call(app, "GET", "/marks", APP).status_code == 401
    app.session_interface = NotEntered()
    assert preflight(app, "/marks").status_code == 204


def traced(wsgi_app: Any, seen: list[Any], module: str | None) -> Any:
    """Wrap `wsgi_app` as OpenTelemetry does."""

    def wrapped(environ: Any, start_response: Any) -> Any:
        seen.append(environ)
        environ["opentelemetry-flask.starttime_key"] = 1
        return wsgi_app(environ, start_response)

    wrapped.__module__ = cast("str", module)
    return wrapped


@pytest.mark.parametrize("module", ["opentelemetry.instrumentation.flask", "mine", None])
@pytest.mark.parametrize("between", [False, True])
def test_only_a_wrapper_known_to_pass_everything_on_is_gone_round(
    app: Flask, module: str | None, between: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    span: Any = types.SimpleNamespace(INVALID_SPAN="no span")
    monkeypatch.setitem(sys.modules, "opentelemetry", types.ModuleType("opentelemetry"))
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", span)
    seen: list[Any] = []
    if between:
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = traced(app.wsgi_app, seen, module)  # type: ignore[method-assign]
    CrossOrigin(app, origins=[APP])
    assert preflight(app, "/marks").status_code == 204
    gone_round = not between and module == "opentelemetry.instrumentation.flask"
    # Where it has seen the preflight arrive, it need not look for a span.
    spans = [environ["opentelemetry-flask.span_key"] for environ in seen]
    assert spans == ([] if gone_round else ["no span"])


def test_what_opentelemetry_seems_to_be_is_looked_at(app: Flask) -> None:
    class Own:
        __module__ = "opentelemetry.instrumentation.flask"

        def __call__(self, environ: Any, start_response: Any) -> Any:
            pytest.fail("the preflight was passed on")

    app.wsgi_app = Own()  # type: ignore[method-assign]
    CrossOrigin(app, origins=[APP])
    with pytest.raises(pytest.fail.Exception):
        preflight(app, "/marks")


def test_an_app_served_by_what_was_there_before_init_app_has_its_headers(app: Flask) -> None:
    app.before_request(lambda: abort(401) if request.method == "OPTIONS" else None)
    app.add_url_rule("/bug", "bug", bug)
    served = app.wsgi_app
    CrossOrigin(app, origins=[APP])
    client = Client(served)
    for path in ("/marks", "/unknown", "/bug"):
        assert cors_headers(client.get(path, headers={"Origin": APP})) == ALLOWED
    assert client.options("/marks", headers=PREFLIGHT).status_code == 204


def test_inside_and_outside_send_the_same_for_a_preflight(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP, lambda _: False], credentials=True)
    app.add_url_rule("/own", "own", cors.policy(origins=[OTHER])(lambda: ""), methods=["PUT"])
    app.add_url_rule("/off", "off", cors.disable(lambda: ""), methods=["PUT"])
    for debug in (False, True):
        app.debug = debug
        for path in ("/marks", "/own", "/off", "/unknown"):
            for origin in (APP, OTHER, EVIL):
                for method, requested in (("PUT", "x-a"), ("put", ""), ("GET", "x b")):
                    environ = create_environ(path, method="OPTIONS")
                    environ["HTTP_ORIGIN"] = origin
                    environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"] = method
                    environ["HTTP_ACCESS_CONTROL_REQUEST_HEADERS"] = requested
                    sent: list[Any] = []
                    for run in (app.wsgi_app, Flask.wsgi_app.__get__(app)):
                        started: list[Any] = []
                        body = run(environ.copy(), lambda *args, to=started: to.extend(args[:2]))
                        sent.append((*started, b"".join(body)))
                    assert sent[0] == sent[1]


# A response may be of any class, and be sent many times.


def test_one_response_of_several_views_never_mixes_their_policies(app: Flask) -> None:
    shared = Response("shared")
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/one", "one", lambda: shared)
    app.add_url_rule("/other", "other", cors.policy(origins=[OTHER])(lambda: shared))
    mixed: list[Any] = []

    def load() -> None:
        for _ in range(200):
            for path, origin, wanted in (
                ("/one", APP, APP), ("/one", OTHER, None),
                ("/other", OTHER, OTHER), ("/other", APP, None),
            ):  # fmt: skip
                headers = call(app, "GET", path, origin).headers
                if headers.getlist("Access-Control-Allow-Origin") != ([wanted] if wanted else []):
                    mixed.append(headers)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mixed == []
    assert "Access-Control-Allow-Origin" not in shared.headers


class Greeting(Response):
    """A response class of the user's."""

    default_mimetype = "text/plain"
    greeting: ClassVar[str] = "hello"

    def greet(self) -> str:
        return self.greeting


def test_a_response_of_a_views_own_class_keeps_its_methods(app: Flask) -> None:
    greeted: list[str] = []
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/own", "own", lambda: Greeting("own"))

    @app.after_request
    def greet(response: Response) -> Response:
        if isinstance(response, Greeting):
            greeted.append(response.greet())
        return response

    response = call(app, "GET", "/own", APP)
    assert (cors_headers(response), response.mimetype, greeted) == (
        ALLOWED,
        "text/plain",
        ["hello"],
    )


@pytest.mark.parametrize("base", [Response, WerkzeugResponse])
def test_a_hook_may_swap_the_response_for_one_of_another_class(app: Flask, base: Any) -> None:
    CrossOrigin(app, origins=[APP])
    app.after_request(lambda _: base("swapped"))
    for path in ("/marks", "/unknown"):
        response = call(app, "GET", path, APP)
        assert (response.text, cors_headers(response)) == ("swapped", ALLOWED)


def test_an_error_handler_may_send_a_response_of_another_class(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/bug", "bug", bug)
    app.register_error_handler(500, lambda _: WerkzeugResponse("sorry", 500))
    response = call(app, "GET", "/bug", APP)
    assert (response.text, cors_headers(response)) == ("sorry", ALLOWED)


def test_a_response_class_that_is_set_late_adds_headers(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.response_class = Greeting
    app.add_url_rule("/404", "404", lambda: abort(404))
    for path in ("/marks", "/404"):
        assert cors_headers(call(app, "GET", path, APP)) == ALLOWED
    app.response_class = type("Later", (Greeting,), {})
    assert cors_headers(call(app, "GET", "/marks", APP)) == ALLOWED


def test_a_response_that_a_view_aborts_with_has_its_headers_once(app: Flask) -> None:
    CrossOrigin(app, origins=[APP], credentials=True)
    app.add_url_rule("/stop", "stop", lambda: abort(app.make_response(("stop", 409))))
    response = call(app, "GET", "/stop", APP)
    assert (response.status_code, response.text) == (409, "stop")
    assert cors_headers(response) == {**ALLOWED, "Access-Control-Allow-Credentials": "true"}


def test_a_response_is_pickled_as_the_users_class(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.response_class = Greeting
    with app.test_request_context(headers={"Origin": APP}):
        response = app.make_response("kept")
        assert type(response) is Greeting
    assert call(app, "GET", "/marks", APP).status_code == 200  # freezes the rules
    with app.test_request_context(headers={"Origin": APP}):
        response = app.make_response("kept")
    assert type(response) is not Greeting
    restored = pickle.loads(pickle.dumps(response))
    assert (type(restored), restored.get_data(), restored.headers) == (
        Greeting,
        b"kept",
        response.headers,
    )
    assert type(pickle.loads(pickle.dumps(restored))) is Greeting


class Module:
    """Where a user's module keeps a class that it makes of the app's."""

    made: Any


def test_a_subclass_of_the_apps_response_class_is_pickled_as_itself(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    Module.made = type("Module.made", (app.response_class,), {"__module__": __name__})
    restored = pickle.loads(pickle.dumps(Module.made("own")))
    assert (type(restored), restored.get_data()) == (Module.made, b"own")


def rebuild(*parts: Any) -> Response:
    return Response(*parts)


@pytest.mark.parametrize("parts", [(), ("kept",)])
def test_a_class_that_says_how_to_pickle_it_is_believed(app: Flask, parts: Any) -> None:
    class Own(Response):
        def __reduce__(self) -> Any:
            return rebuild, parts

    app.response_class = Own
    CrossOrigin(app, origins=[APP])
    with app.app_context():
        restored = pickle.loads(pickle.dumps(app.response_class("sent")))
    assert (type(restored), restored.get_data(as_text=True)) == (Response, "".join(parts))


def test_a_response_sent_outside_of_a_request_has_its_own_headers(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    response = app.response_class("alone")
    headers = Client(response).get("/", headers={"Origin": APP}).headers
    assert "Vary" not in headers
    other = Flask("without")
    other.add_url_rule("/x", "x", lambda: response)
    assert cors_headers(call(other, "GET", "/x", APP)) == {}


class Alone(Response):
    """A class of a view's own that may have no subclass."""

    def __init_subclass__(cls) -> None:
        raise TypeError("no subclass, please")


def test_a_views_response_that_can_have_no_subclass_is_copied(app: Flask) -> None:
    closed: list[str] = []
    CrossOrigin(app, origins=[APP])

    def view() -> Response:
        response = Alone("alone", 201, {"X-Own": "1"})
        response.call_on_close(lambda: closed.append("closed"))
        return response

    app.add_url_rule("/alone", "alone", view)
    response = call(app, "GET", "/alone", APP)
    assert (response.status_code, response.text, cors_headers(response)) == (201, "alone", ALLOWED)
    assert response.headers["X-Own"] == "1"
    response.close()
    assert closed == ["closed"]


class Slotted(Response):
    __slots__ = ("extra",)


class Reduced(Response):
    def __reduce__(self) -> Any:
        return type(self), (self.get_data(),)


class Opaque(Response):
    def __reduce__(self) -> Any:
        return "SENTINEL"


SENTINEL = "what a reduction to a name stands for"


@pytest.mark.parametrize("made", [Slotted, Reduced, Response])
@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_response_is_copied_as_the_users_class(app: Flask, made: Any, way: Any) -> None:
    copies: list[Response] = []
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/x", "x", lambda: made("kept"))

    @app.after_request
    def keep(response: Response) -> Response:
        copies.append(way(response))
        return response

    assert cors_headers(call(app, "GET", "/x", APP)) == ALLOWED
    assert [(type(each), each.get_data()) for each in copies] == [(made, b"kept")]


def test_a_reduction_to_a_name_is_left_alone(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    with app.test_request_context():
        assert app.make_response(Opaque("x")).__reduce_ex__(4) == "SENTINEL"


def test_an_app_gets_its_own_response_class_from_one_that_another_has_sent() -> None:
    shared = Response("shared")
    one, other = Flask("one"), Flask("other")
    other.response_class = Greeting
    for each in (one, other):
        each.add_url_rule("/x", "x", lambda: shared)
        CrossOrigin(each, origins=[APP])
        assert cors_headers(call(each, "GET", "/x", APP)) == ALLOWED
    assert isinstance(shared, Greeting)


class FixedClass(Flask):
    @property
    def response_class(self) -> type[Response]:  # type: ignore[override]
        return Response


def test_a_response_class_that_cannot_be_set_is_an_error() -> None:
    with pytest.raises(PolicyError) as caught:
        CrossOrigin(FixedClass("fixed"), origins=[APP])
    assert caught.value.errors[0].code == "response-class"


class AnyAttribute(Request):
    def __getattr__(self, name: str) -> Any:
        return None


def test_a_request_class_may_have_any_attribute(app: Flask) -> None:
    app.request_class = AnyAttribute
    app.session_interface = NoStore()
    app.before_request(lambda: abort(401) if request.method == "OPTIONS" else None)
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    CrossOrigin(app, origins=[APP])
    assert cors_headers(call(app, "GET", "/marks", APP)) == ALLOWED
    assert preflight(app, "/marks").status_code == 204


class NoStore(SecureCookieSessionInterface):
    def open_session(self, *_: Any) -> None:
        return None


def test_a_foreign_value_in_the_environment_is_ignored(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    response = call(app, "GET", "/marks", APP, environ_overrides={"flask_crossorigin": "foreign"})
    assert cors_headers(response) == ALLOWED


class Final(type):
    """The type of a class that may have no subclass."""

    def __new__(cls, name: str, bases: Any, members: Any) -> Any:
        if bases != (Response,):
            raise TypeError("no subclass, please")
        return super().__new__(cls, name, bases, members)


@pytest.mark.parametrize("late", [False, True])
def test_a_response_class_that_cannot_have_subclasses_is_an_error(app: Flask, late: bool) -> None:
    unfit: Any = Final("Unfit", (Response,), {})
    if not late:
        app.response_class = unfit
        before = vars(app).copy()
        with pytest.raises(PolicyError, match="no subclass, please") as caught:
            CrossOrigin(app, origins=[APP])
        assert vars(app) == before
    else:
        CrossOrigin(app, origins=[APP])
        app.response_class = unfit
        with pytest.raises(PolicyError) as caught:
            app(create_environ("/marks"), lambda *_: pytest.fail("it started"))
    assert caught.value.errors[0].code == "response-class"


class OwnCall(Response):
    """A response that sends itself in a way of its own."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        start_response(self.status, [*self.headers])
        return self.get_app_iter(environ)


class CallsSuper(Response):
    def __call__(self, environ: Any, start_response: Any) -> Any:
        return super().__call__(environ, start_response)


class NeedsRequest(CallsSuper):
    """What it does outside of a request is not known."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        assert request.path
        return super().__call__(environ, start_response)


def test_a_response_class_that_sends_past_the_headers_is_an_error(app: Flask) -> None:
    app.response_class = OwnCall
    with pytest.raises(PolicyError, match="OwnCall") as caught:
        CrossOrigin(app, origins=[APP])
    assert caught.value.errors[0].code == "response-class"


@pytest.mark.parametrize("base", [CallsSuper, NeedsRequest])
def test_a_response_class_with_a_call_of_its_own_may_pass_on(app: Flask, base: Any) -> None:
    app.response_class = base
    CrossOrigin(app, origins=[APP])
    assert cors_headers(call(app, "GET", "/marks", APP)) == ALLOWED


# Methods that something wraps after init_app.


def test_a_method_that_is_replaced_before_the_first_request_may_send_any_class(app: Any) -> None:
    app.add_url_rule("/bug", "bug", bug)
    CrossOrigin(app, origins=[APP])
    dispatch, handle = app.full_dispatch_request, app.handle_exception
    app.full_dispatch_request = lambda *args: Response(dispatch(*args).get_data())
    app.handle_exception = lambda *args: Response(handle(*args).get_data(), 500)
    app.before_request(lambda: abort(401) if request.method == "OPTIONS" else None)
    for _ in range(2):
        for path in ("/marks", "/bug"):
            assert cors_headers(call(app, "GET", path, APP)) == ALLOWED
        assert preflight(app, "/marks").status_code == 204
    with app.test_request_context("/marks", headers={"Origin": APP}) as context:
        args = (
            (context,) if "ctx" in inspect.signature(Flask.full_dispatch_request).parameters else ()
        )
        for _ in range(2):
            assert app.full_dispatch_request(*args).status_code == 200


class WithContext(Flask):
    """An app that hands its context to its methods, as Flask 3.2 does."""

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        context = self.request_context(environ)
        with context:
            try:
                response = self.full_dispatch_request(context)  # type: ignore[call-arg]
            except Exception as error:
                response = self.handle_exception(context, error)  # type: ignore[call-arg,arg-type]
            return response(environ, start_response)


def takes_context(method: Any) -> Any:
    """Let a method of Flask take the context first, if this Flask's does not."""
    if "ctx" in inspect.signature(method).parameters:
        return method
    return lambda ctx, *args: method(*args)


def test_the_arguments_of_wrapped_methods_are_passed_on() -> None:
    app: Any = WithContext("next")
    app.full_dispatch_request = takes_context(app.full_dispatch_request)
    app.handle_exception = takes_context(app.handle_exception)
    app.add_url_rule("/bug", "bug", bug)
    app.add_url_rule("/x", "x", lambda: "x", methods=["PUT"])
    app.before_request(lambda: abort(401) if request.method == "OPTIONS" else None)
    CrossOrigin(app, origins=[APP])
    for method, path, status in (("PUT", "/x", 200), ("GET", "/bug", 500)):
        response = call(app, method, path, APP)
        assert (response.status_code, cors_headers(response)) == (status, ALLOWED)
    assert preflight(app, "/x").status_code == 204


# The first request.


@pytest.mark.parametrize("path", ["/marks", "/unknown", "/bug", None])
def test_the_first_request_may_be_any(app: Flask, path: str | None) -> None:
    app.add_url_rule("/bug", "bug", bug)
    CrossOrigin(app, origins=[APP])
    if path is None:
        assert preflight(app, "/marks").status_code == 204
    else:
        assert cors_headers(call(app, "GET", path, APP)) == ALLOWED
    with pytest.raises(AssertionError, match="setup"):
        app.add_url_rule("/late", "late", bug)


def test_a_warning_that_is_an_error_leaves_the_app_as_it_was(app: Any) -> None:
    CrossOrigin(app, origins=[APP])
    hook = eval("lambda response: response", {"__name__": "flask_cors.extension"})
    app.after_request(hook)
    wrapped = app.full_dispatch_request
    app.full_dispatch_request = lambda *args: wrapped(*args)
    before = vars(app).copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(CrossOriginWarning):
            call(app, "GET", "/marks", APP)
    assert vars(app) == before
    with pytest.warns(CrossOriginWarning):
        assert cors_headers(call(app, "GET", "/marks", APP)) == ALLOWED


class StoreDown(SecureCookieSessionInterface):
    """Sessions whose store does not answer."""

    def open_session(self, *_: Any) -> Any:
        raise ConnectionError("the store is down")


@pytest.mark.parametrize("wrap", [None, Copying])
def test_without_the_session_store_every_response_is_readable(
    app: Flask, wrap: Wrap | None
) -> None:
    app.session_interface = StoreDown()
    if wrap is not None:
        app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/own", "own", cors.policy(origins=[OTHER])(bug))
    assert preflight(app, "/marks").status_code == 204
    assert preflight(app, "/own").status_code == 403
    for path, origin, wanted in (
        ("/marks", APP, APP), ("/marks", EVIL, None), ("/own", APP, None), ("/own", OTHER, OTHER),
        ("/unknown", APP, APP),
    ):  # fmt: skip
        response = call(app, "GET", path, origin)
        assert (response.status_code, allowed(response)) == (500, wanted)


def test_without_the_session_store_a_redirect_has_what_both_scopes_allow(app: Flask) -> None:
    app.session_interface = StoreDown()
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/own/", "own", cors.policy(origins=[APP, OTHER])(bug))
    assert allowed(call(app, "GET", "/own", APP)) == APP
    assert allowed(call(app, "GET", "/own", OTHER)) is None
    assert allowed(call(app, "GET", "/own/", OTHER)) == OTHER


def test_a_hook_that_takes_the_rule_away_opens_nothing(app: Flask) -> None:
    app.add_url_rule("/open/x", "open", lambda: "open")
    cors = CrossOrigin(app, origins=[])
    cors.apply("/open", origins=[APP])

    @app.before_request
    def hook() -> str:
        request.url_rule = None
        request.environ["PATH_INFO"] = "/open/x"
        return "secret"

    response = call(app, "GET", "/marks", APP)
    assert (response.text, cors_headers(response)) == ("secret", DENIED)


def test_where_even_the_router_fails_nothing_is_allowed(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(BaseConverter):
        def to_python(self, value: str) -> str:
            raise ConnectionError("no database")

    app.session_interface = StoreDown()
    app.url_map.converters["failing"] = Failing
    app.add_url_rule("/<failing:x>/y", "y", lambda x: x)
    cors = CrossOrigin(app, origins=[APP])
    cors.apply("/marks", max_age=1)
    response = call(app, "GET", "/some/y", APP)
    assert (response.status_code, cors_headers(response)) == (500, DENIED)
    assert "routing failed" in caplog.text


def test_an_error_outside_of_a_request_is_handled_by_flask_alone(app: Any) -> None:
    handled: list[str] = []
    app.handle_exception = handled.append
    CrossOrigin(app, origins=[APP])
    with app.app_context():
        app.handle_exception("error")
    assert handled == ["error"]


def test_an_after_request_hook_that_raises_is_readable_under_a_wrapper(app: Flask) -> None:
    app.wsgi_app = Copying(app.wsgi_app)  # type: ignore[method-assign]
    CrossOrigin(app, origins=[APP])
    app.after_request(lambda _: bug())
    response = call(app, "GET", "/marks", APP)
    assert (response.status_code, cors_headers(response)) == (500, ALLOWED)


# What hooks and error handlers answer in the place of the router.


def single_page_app() -> Flask:
    """An app for APP with an area for OTHER, whose 404s are a page."""
    app = Flask("page")
    app.add_url_rule("/admin/x/", "x", lambda: "x", methods=["PUT"])
    app.register_error_handler(404, lambda _: ("page", 200))
    app.register_error_handler(405, lambda _: ("no", 400))
    return app


def test_only_what_both_scopes_allow_is_allowed_for_another_status() -> None:
    app = single_page_app()
    app.before_request(lambda: "hook" if "slash" in request.args else None)
    cors = CrossOrigin(app, origins=[APP], credentials=True, expose_headers=["X-A", "X-B"])
    cors.apply("/admin", origins=[OTHER, APP, EVIL], credentials=False, expose_headers=["X-B"])
    both = {**ALLOWED, "Access-Control-Expose-Headers": "X-B"}
    for method, path in (("GET", "/admin/nope"), ("GET", "/admin/x/"), ("PUT", "/admin/x?slash")):
        assert cors_headers(call(app, method, path, APP)) == both
        for origin in (OTHER, EVIL):  # one of the two allows it
            assert cors_headers(call(app, method, path, origin)) == DENIED
    assert "Access-Control-Allow-Credentials" in call(app, "GET", "/nope", APP).headers


def test_a_stricter_area_stays_closed_whatever_answers_for_it() -> None:
    app = single_page_app()
    cors = CrossOrigin(app, origins="*")
    cors.apply("/admin", origins=[OTHER])
    for path in ("/admin/nope", "/admin/x/"):
        assert cors_headers(call(app, "GET", path, APP)) == DENIED
        assert allowed(call(app, "GET", path, OTHER)) == OTHER
    assert cors_headers(call(app, "GET", "/nope", APP)) == {"Access-Control-Allow-Origin": "*"}


def test_an_ordinary_404_below_a_prefix_is_readable_for_the_prefix(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/admin/x", "x", lambda: "x")
    cors.apply("/admin", origins=[OTHER])
    assert allowed(call(app, "GET", "/admin/nope", OTHER)) == OTHER
    assert allowed(call(app, "GET", "/admin/nope", APP)) is None


@pytest.mark.parametrize("target", ["/admin/x", "/admin/none"])
def test_a_redirect_has_the_policy_of_its_target(app: Flask, target: str) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/admin/x", "x", lambda: "x")
    app.url_map.add(Rule("/b", endpoint="x", redirect_to=target))
    cors.apply("/admin", origins=[OTHER])
    assert cors_headers(call(app, "GET", "/b", APP)) == DENIED
    assert allowed(call(app, "GET", "/b", OTHER)) == OTHER
    assert preflight(app, "/b", APP).status_code == 403


def test_a_redirect_out_of_the_app_is_not_taken_for_one_of_its_urls(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    cors.apply("/marks", max_age=1)
    app.url_map.add(Rule("/out", endpoint="marks", redirect_to="/marks"))
    assert preflight(app, "/out").status_code == 204
    response = preflight(app, "/out", environ_overrides={"SCRIPT_NAME": "/mounted"})
    assert (response.status_code, response.text[:14]) == (403, "routing-failed")


def test_a_redirect_is_for_the_method_that_the_browser_repeats(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/x/", "get", lambda: "", methods=["GET"])
    app.add_url_rule("/x/", "put", cors.policy(origins=[OTHER])(lambda: ""), methods=["PUT"])

    @app.before_request
    def change() -> None:
        request.method = "PUT"

    assert allowed(call(app, "GET", "/x", OTHER)) is None
    assert allowed(call(app, "GET", "/x", APP)) == APP


def test_a_redirect_to_a_method_of_a_view_class_is_for_the_clients_method(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])

    class View(MethodView):
        @cors.policy(origins=[OTHER])
        def put(self) -> str:
            return ""

        def get(self) -> str:
            return ""

    app.add_url_rule("/x/", view_func=View.as_view("x"))

    @app.before_request
    def change() -> None:
        request.method = "PUT"

    response = call(app, "GET", "/x", OTHER)
    assert (response.status_code, allowed(response)) == (308, None)


def test_a_page_in_a_disabled_area_is_left_to_flask() -> None:
    app = single_page_app()
    cors = CrossOrigin(app, origins=[APP])
    cors.disable("/admin")
    assert cors_headers(call(app, "GET", "/admin/nope", APP)) == {}


# Late changes.


def test_a_late_rule_of_a_known_view_is_asked_for_anew(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/strict", "strict", cors.policy(origins=[OTHER])(lambda: ""), methods=["PUT"])
    app.add_url_rule("/<name>", "named", lambda name: name, methods=["PUT"])
    assert preflight(app, "/late").status_code == 204
    app.url_map.add(Rule("/late", endpoint="strict", methods=["PUT"]))
    assert preflight(app, "/late").status_code == 403
    assert preflight(app, "/late", OTHER).status_code == 204
    assert allowed(call(app, "PUT", "/late", APP)) is None


@pytest.mark.parametrize("decorated", ["before the first request", "after it"])
@pytest.mark.parametrize("scoped", [False, True])
def test_a_view_that_is_replaced_late_has_the_policy_that_it_brings(
    app: Flask, decorated: str, scoped: bool
) -> None:
    cors = CrossOrigin(app, origins=[APP])
    if scoped:
        cors.apply("/marks", max_age=1)
    app.add_url_rule("/view", "view", lambda: "old", methods=["GET", "PUT"])
    if decorated == "before the first request":
        new = cors.policy(origins=[OTHER])(lambda: "new")
    assert allowed(call(app, "GET", "/view", APP)) == APP
    assert preflight(app, "/view").status_code == 204
    if decorated == "after it":
        new = cors.policy(origins=[OTHER])(lambda: "new")
    app.view_functions["view"] = new
    response = call(app, "GET", "/view", APP)
    assert (response.text, allowed(response)) == ("new", None)
    assert preflight(app, "/view").status_code == 403
    assert allowed(call(app, "GET", "/view", OTHER)) == OTHER


def test_a_decorated_view_that_is_replaced_late_by_a_decorated_one_has_the_new_policy(
    app: Flask,
) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/view", "view", cors.policy(origins=[APP])(lambda: "old"))
    assert allowed(call(app, "GET", "/view", APP)) == APP
    app.view_functions["view"] = cors.policy(origins=[OTHER])(lambda: "new")
    assert allowed(call(app, "GET", "/view", APP)) is None
    assert allowed(call(app, "GET", "/view", OTHER)) == OTHER
    assert preflight(app, "/view", APP, "GET").status_code == 403


def test_after_a_late_decoration_no_preflight_is_kept_by_browsers(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/x", "put", lambda: "", methods=["PUT"])
    app.add_url_rule("/x", "delete", lambda: "", methods=["DELETE"])
    assert preflight(app, "/x").headers["Access-Control-Max-Age"] == "600"
    app.view_functions["delete"] = cors.policy(origins=[OTHER])(lambda: "")
    headers = preflight(app, "/x").headers
    assert headers["Access-Control-Max-Age"] == "0"
    assert headers["Access-Control-Allow-Methods"] == "PUT"


def test_a_late_decoration_is_remembered_when_the_app_is_reconfigured(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/x", "put", lambda: "", methods=["PUT"])
    app.add_url_rule("/x", "delete", lambda: "", methods=["DELETE"])
    assert preflight(app, "/x").headers["Access-Control-Max-Age"] == "600"
    late = cors.policy(origins=[OTHER])(lambda: "")
    cors.reconfigure(origins=[APP, EVIL], app=app)
    app.view_functions["delete"] = late
    assert preflight(app, "/x").headers["Access-Control-Max-Age"] == "0"


def test_after_a_late_rule_no_preflight_is_kept_by_browsers(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/x", "x", cors.policy(origins=[APP])(lambda: ""), methods=["DELETE"])
    assert preflight(app, "/x", method="DELETE").headers["Access-Control-Max-Age"] == "600"
    app.url_map.add(Rule("/x", endpoint="marks", methods=["GET"]))
    assert preflight(app, "/x", method="DELETE").headers["Access-Control-Max-Age"] == "0"


@pytest.mark.parametrize("method", ["PUT", "FOO"])
def test_the_rules_of_a_url_are_looked_up_once(app: Flask, method: str) -> None:
    converted: list[str] = []

    class Counting(BaseConverter):
        def to_python(self, value: str) -> str:
            converted.append(value)
            return value

    app.url_map.converters["counting"] = Counting
    methods = ["GET", "PUT", "POST", "DELETE", "PATCH", "LINK", "UNLINK", "COPY"]
    app.add_url_rule("/<counting:x>/y", "y", lambda x: x, methods=methods)
    cors = CrossOrigin(app, origins=[APP], methods="*")
    cors.apply("/marks", max_age=1)
    preflight(app, "/1/y", APP, method)
    # HEAD and OPTIONS are Flask's.
    assert len(converted) == (1 if method == "PUT" else 10)


# Sessions make most responses vary by the cookie.


def test_a_session_and_the_policy_make_one_vary(app: Flask) -> None:
    app.secret_key = "test"
    CrossOrigin(app, origins=[APP], credentials=True)

    @app.route("/session")
    def count() -> str:
        session["n"] = session.get("n", 0) + 1
        return str(session["n"])

    response = call(app, "GET", "/session", APP)
    assert cors_headers(response)["Vary"] == "Cookie, Origin"


def test_a_streamed_response_is_sent_as_it_comes(app: Flask) -> None:
    parts: list[str] = []

    def stream() -> Iterator[str]:
        for part in ("one", "two"):
            parts.append(part)
            yield part

    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/stream", "stream", lambda: app.response_class(stream()))
    response = call(app, "GET", "/stream", APP)
    assert (parts, cors_headers(response)) == (["one"], ALLOWED)
    assert response.text == "onetwo"
