"""Which policy governs: the scopes, what they inherit, and that a missing match fails closed."""

import functools
import sys
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Blueprint, Flask, Request, Response, abort, current_app, request
from flask.views import MethodView, View
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, Rule
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from flask_crossorigin import Access, CrossOrigin, CrossOriginWarning, Policy, PolicyError
from flask_crossorigin.core.compiled import compile_policy
from flask_crossorigin.state import state_of

from .conftest import APP, EVIL, OTHER, allowed, call, cors_headers, preflight

A, B, C = "https://a.example", "https://b.example", "https://c.example"


def view() -> str:
    """A view without anything of its own."""
    return "view"


def codes(error: PolicyError) -> list[str]:
    """The codes of the problems in `error`."""
    return [each.code for each in error.errors]


def test_decorators_apply_to_query_in_a_function_and_in_a_method_view() -> None:
    app = Flask("queries")
    cors = CrossOrigin(app, origins=[APP])
    access = Access(app, verify=lambda request: request.headers.get("Authorization"))

    class Search(MethodView):
        methods = frozenset({"GET", "QUERY"})  # older versions of Flask do not find `query`

        def get(self) -> str:
            return "get"

        @cors.policy(origins=[A])
        @access.required
        def query(self) -> str:
            return "query"

    app.add_url_rule("/search", view_func=Search.as_view("search"))
    function = cors.policy(origins=[B])(view)
    app.add_url_rule("/function", "function", function, methods=["QUERY"])
    app.add_url_rule("/plain", "plain", view, methods=["QUERY"])
    cases = [("/search", "QUERY", A), ("/search", "GET", APP), ("/function", "QUERY", B)]
    for path, method, origin in [*cases, ("/plain", "QUERY", APP)]:
        assert allowed(preflight(app, path, origin, method)) == origin
        assert allowed(preflight(app, path, EVIL, method)) is None
        assert allowed(call(app, method, path, origin)) == origin
    assert call(app, "QUERY", "/search", A).status_code == 401
    user = {"Authorization": "Bearer x"}
    assert call(app, "QUERY", "/search", A, headers=user).text == "query"
    assert call(app, "GET", "/search", APP).text == "get"


@pytest.mark.parametrize("declare", ["query", "route"])
def test_shorthand_for_query_is_decorated_like_a_route(declare: str) -> None:
    """Only newer versions of Flask have ``app.query``."""
    app = Flask("shorthand")
    cors = CrossOrigin(app, origins=[])
    route: Any = getattr(app, declare, functools.partial(app.route, methods=["QUERY"]))
    options = {"methods": ["QUERY"]} if declare == "route" else {}
    route("/search", **options)(cors.policy(origins=[A])(view))
    assert allowed(preflight(app, "/search", A, "QUERY")) == A


# The order of the scopes, and what is inherited.


@pytest.fixture
def nested() -> tuple[Flask, CrossOrigin]:
    """An app with scopes of every kind around ``/api/outer/inner/view``."""
    app = Flask("nested")
    cors = CrossOrigin(app, origins=[], max_age=1)
    outer = Blueprint("outer", "outer", url_prefix="/api/outer")
    inner = Blueprint("inner", "inner", url_prefix="/inner")
    inner.add_url_rule("/plain", "plain", view)
    inner.add_url_rule("/marked", "marked", cors.policy(origins=[C])(view))
    outer.add_url_rule("/plain", "plain", view)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    app.add_url_rule("/api/plain", "plain", view)
    app.add_url_rule("/apixplain", "apixplain", view)
    cors.apply("/api", origins=[APP], max_age=2)
    cors.apply(outer, origins=[A], expose_headers=["X-Outer"])
    cors.apply(inner, origins=[B])
    return app, cors


@pytest.mark.parametrize(
    ("path", "origin", "scope"),
    [
        ("/apixplain", None, "app"),
        ("/api/plain", APP, "prefix /api"),
        ("/api/outer/plain", A, "blueprint outer"),
        ("/api/outer/inner/plain", B, "blueprint outer.inner"),
        ("/api/outer/inner/marked", C, "view outer.inner.marked"),
        ("/api/unknown", APP, "prefix /api"),
        ("/unknown", None, "app"),
        ("/apiunknown", None, "app"),
    ],
)
def test_the_innermost_scope_governs(
    nested: tuple[Flask, CrossOrigin], path: str, origin: str | None, scope: str
) -> None:
    app, cors = nested
    for each in (APP, A, B, C):
        wanted = each if each == origin else None
        assert allowed(call(app, "GET", path, each)) == wanted
        assert allowed(preflight(app, path, each, "GET")) == wanted
    with app.test_request_context(path, headers={"Origin": APP}):
        assert cors.decide(request).scope == scope


def test_a_scope_inherits_what_it_does_not_name(nested: tuple[Flask, CrossOrigin]) -> None:
    response = preflight(nested[0], "/api/outer/inner/marked", C, "GET")
    assert response.headers["Access-Control-Max-Age"] == "2"
    read = call(nested[0], "GET", "/api/outer/inner/marked", C)
    assert read.headers["Access-Control-Expose-Headers"] == "X-Outer"


def test_a_whole_policy_inherits_nothing(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP], max_age=9)
    part = Blueprint("part", "part")
    part.add_url_rule("/part", "view", view)
    part.add_url_rule("/own", "own", cors.policy(Policy(origins=[OTHER]))(view))
    app.register_blueprint(part)
    cors.apply(part, Policy(origins="*"))
    assert preflight(app, "/part", EVIL).headers["Access-Control-Max-Age"] == "600"
    assert allowed(call(app, "GET", "/own", EVIL)) is None
    assert allowed(call(app, "GET", "/own", OTHER)) == OTHER


def test_longer_prefixes_are_further_in(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/a/b/c", "abc", view)
    app.add_url_rule("/a/x", "ax", view)
    cors.apply("/a/b/", origins=[B])  # a slash at its end changes nothing
    cors.apply("/a", origins=[A], max_age=7)
    assert preflight(app, "/a/b/c", B).headers["Access-Control-Max-Age"] == "7"
    assert allowed(call(app, "GET", "/a/x", A)) == A
    assert allowed(call(app, "GET", "/a/b/unknown", B)) == B


def test_the_prefix_of_everything_is_a_slash(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    cors.apply("/", origins=[APP])
    assert allowed(call(app, "GET", "/marks", APP)) == APP
    assert allowed(call(app, "GET", "/unknown", APP)) == APP


def test_a_prefix_is_compared_with_the_rule_not_with_the_path(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/<path:anything>", "catch_all", view)
    app.add_url_rule("/api/<int:number>/x", "numbered", view)
    cors.apply("/api", origins=[APP])
    cors.apply("/api/<int:number>", origins=[APP, OTHER])
    assert allowed(call(app, "GET", "/api/anything", APP)) is None
    assert allowed(call(app, "GET", "/api/1/x", OTHER)) == OTHER


def test_one_view_under_two_rules_has_the_scope_of_each_rule(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    for rule in ("/api/v", "/v"):
        app.add_url_rule(rule, "twice", view)
    cors.apply("/api", origins=[APP])
    assert allowed(call(app, "GET", "/api/v", APP)) == APP
    assert allowed(call(app, "GET", "/v", APP)) is None


@pytest.mark.parametrize("text", ["//admin/y", "/admin//y", "//admin//y"])
def test_slashes_of_a_rule_are_merged_as_the_router_merges_them(text: str) -> None:
    app = Flask("app")
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule(text, "page", view)
    cors.apply("/admin", origins=[OTHER])
    for path in ("/admin/y", "/admin//y"):  # the second one is redirected to the first
        response = call(app, "GET", path, OTHER)
        assert (response.status_code < 400, allowed(response)) == (True, OTHER)
        assert allowed(call(app, "GET", path, APP)) is None


def test_slashes_of_a_rule_that_keeps_them_are_not_merged() -> None:
    app = Flask("app")
    app.url_map.merge_slashes = False
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/a//b/x", "kept", view)
    app.add_url_rule("/a/b/x", "plain", view)
    cors.apply("/a/b", origins=[OTHER])
    assert allowed(call(app, "GET", "/a//b/x", APP)) == APP
    assert allowed(call(app, "GET", "/a/b/x", OTHER)) == OTHER


def test_slashes_of_a_path_without_a_rule_are_merged() -> None:
    app = Flask("app")
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/a/b/x", "page", view)
    cors.apply("/a/b", origins=[OTHER])
    for path in ("/a/b/nope", "/a//b/nope", "/a/b//nope"):
        assert allowed(call(app, "GET", path, OTHER)) == OTHER


def test_static_files_are_governed_by_their_prefix(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    cors.apply("/static", origins=[APP])
    assert allowed(call(app, "GET", "/static/none.js", APP)) == APP


def test_a_blueprint_registered_under_two_names_is_one_scope() -> None:
    app = Flask("twice")
    cors = CrossOrigin(app, origins=[])
    part = Blueprint("part", "part")
    part.add_url_rule("/x", "x", view)
    app.register_blueprint(part, url_prefix="/v1", name="v1")
    app.register_blueprint(part, url_prefix="/v2", name="v2")
    cors.apply(part, origins=[APP])
    for path in ("/v1/x", "/v2/x"):
        assert allowed(call(app, "GET", path, APP)) == APP


def test_marks_on_one_view_add_up(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    marked = cors.policy(origins=[APP])(cors.policy(max_age=3)(view))
    app.add_url_rule("/x", "x", marked)
    assert preflight(app, "/x").headers["Access-Control-Max-Age"] == "3"
    assert allowed(call(app, "GET", "/x", APP)) == APP


def test_decorating_does_not_change_the_function_for_other_uses(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/open", "open", cors.policy(origins=[APP])(view))
    app.add_url_rule("/closed", "closed", view)
    assert allowed(call(app, "GET", "/open", APP)) == APP
    assert allowed(call(app, "GET", "/closed", APP)) is None


class Resource(MethodView):
    """A view class whose methods are marked in some tests."""

    def get(self) -> str:
        """Read."""
        return "get"

    def put(self) -> str:
        """Write."""
        return "put"


def test_a_marked_class_governs_its_methods_and_its_subclasses(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])

    @cors.policy(origins=[APP])
    class Marked(Resource):
        @cors.policy(origins=[OTHER])
        def put(self) -> str:
            return "put"

    class Below(Marked):
        pass

    app.add_url_rule("/m", view_func=Below.as_view("m"))
    app.add_url_rule("/plain", view_func=Resource.as_view("plain"))
    for method, origin in (("GET", APP), ("HEAD", APP), ("PUT", OTHER)):
        assert allowed(call(app, method, "/m", origin)) == origin
        assert preflight(app, "/m", origin, method).status_code == 204
    assert allowed(call(app, "PUT", "/m", APP)) is None
    assert allowed(call(app, "GET", "/plain", APP)) is None


def test_a_marked_as_view_governs_the_class(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/m", view_func=cors.policy(origins=[APP])(Resource.as_view("m")))
    assert allowed(call(app, "PUT", "/m", APP)) == APP


def test_a_method_that_a_class_names_but_has_not_is_passed_over(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])

    @cors.policy(origins=[APP])
    class Partial(Resource):
        methods = {"GET", "DELETE"}  # noqa: RUF012

    app.add_url_rule("/m", view_func=Partial.as_view("m"))
    assert allowed(call(app, "GET", "/m", APP)) == APP


def test_head_has_the_policy_of_get(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])

    class Marked(MethodView):
        @cors.policy(origins=[APP])
        def get(self) -> str:
            return "get"

        def put(self) -> str:
            return "put"

    app.add_url_rule("/m", view_func=Marked.as_view("m"))
    assert allowed(call(app, "HEAD", "/m", APP)) == APP
    assert allowed(call(app, "PUT", "/m", APP)) is None


def test_a_method_spelt_in_lower_case_has_the_same_policy(app: Flask) -> None:
    """The router does not look at the case of a method, so a policy must not either."""
    cors = CrossOrigin(app, origins=[APP])

    class Marked(MethodView):
        def get(self) -> str:
            return "get"

        @cors.policy(origins=[])
        def put(self) -> str:
            return "put"

    app.add_url_rule("/m", view_func=Marked.as_view("m"))
    response = app.test_client().open(
        "/m", environ_overrides={"REQUEST_METHOD": "put", "HTTP_ORIGIN": APP}
    )
    assert (response.text, allowed(response)) == ("put", None)


# 405, 404, redirects, errors before the view.


def test_405_has_the_innermost_scope_common_to_all_rules_of_the_url(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    part = Blueprint("part", "part", url_prefix="/part")
    part.add_url_rule("/one", "get", cors.policy(origins=[A])(view), methods=["GET"])
    part.add_url_rule("/one", "put", cors.policy(origins=[B])(view), methods=["PUT"])
    part.add_url_rule("/two", "two", cors.policy(origins=[C])(view), methods=["GET"])
    app.register_blueprint(part)
    cors.apply(part, origins=[APP])
    wanted = {"/part/one": APP, "/part/two": C}
    for path, origin in wanted.items():
        for each in (A, B, C, APP):
            response = call(app, "DELETE", path, each)
            assert response.status_code == 405
            assert allowed(response) == (each if each == origin else None)
        assert preflight(app, path, origin, "DELETE").status_code == 204


def test_a_redirect_has_the_scope_of_its_target(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/slash/", "slash", cors.policy(origins=[APP])(view))
    app.add_url_rule("/a//b", "never", view)
    app.add_url_rule("/merged/x", "merged", cors.policy(origins=[OTHER])(view))
    redirected = call(app, "GET", "/slash?q=1", APP)
    assert (redirected.status_code, allowed(redirected)) == (308, APP)
    assert allowed(call(app, "GET", "/merged//x", OTHER)) == OTHER
    assert allowed(call(app, "GET", "/slash", OTHER)) is None


@pytest.mark.parametrize("root", ["", "/mounted", "/mounted/"])
def test_a_redirect_below_script_name_has_the_scope_of_its_target(app: Flask, root: str) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/sl sh/", "slash", cors.policy(origins=[APP])(view))
    app.config["SERVER_NAME"] = "localhost"
    response = call(app, "GET", "/sl%20sh", APP, environ_overrides={"SCRIPT_NAME": root})
    assert (response.status_code, allowed(response)) == (308, APP)


def test_a_redirect_that_leads_out_of_the_app_gets_nothing_but_vary(app: Flask) -> None:
    CrossOrigin(app, origins=[APP]).apply("/marks", origins=[OTHER])
    app.url_map.add(Rule("/out", endpoint="out", redirect_to="https://elsewhere.example/x"))
    app.view_functions["out"] = view
    assert cors_headers(call(app, "GET", "/out", APP)) == {"Vary": "Origin"}


def test_405_where_one_rule_leads_out_of_the_app_has_the_scope_of_the_others(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    out = Rule("/x", endpoint="out", redirect_to="https://elsewhere.example/x", methods=["GET"])
    app.url_map.add(out)
    app.add_url_rule("/x", "x", cors.policy(origins=[APP])(view), methods=["PUT"])
    response = call(app, "DELETE", "/x", APP)
    assert (response.status_code, allowed(response)) == (405, APP)


def test_redirects_in_a_circle_get_nothing_but_vary(app: Flask) -> None:
    CrossOrigin(app, origins=[APP]).apply("/marks", origins=[OTHER])
    app.url_map.add(Rule("/round", endpoint="round", redirect_to="/round"))
    app.view_functions["round"] = view
    assert cors_headers(call(app, "GET", "/round", APP)) == {"Vary": "Origin"}


def test_a_hook_that_answers_an_unmatched_url_has_the_policy_of_the_app(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    cors.apply("/marks", origins="*")

    @app.before_request
    def answer() -> str | None:
        return "secret" if request.url_rule is None else None

    response = call(app, "GET", "/marks/unmatched", EVIL)
    assert (response.text, allowed(response)) == ("secret", None)
    assert allowed(call(app, "GET", "/marks/unmatched", APP)) == APP


@pytest.mark.parametrize(("method", "path"), [("GET", "/slash"), ("POST", "/slash/")])
def test_a_hook_that_answers_a_redirect_or_405_has_the_policy_of_the_app(
    app: Flask, method: str, path: str
) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/slash/", "slash", cors.policy(origins="*")(view), methods=["GET"])
    app.before_request(lambda: "secret" if request.url_rule is None else None)
    response = call(app, method, path, EVIL)
    assert (response.text, allowed(response)) == ("secret", None)


def test_the_policy_is_that_of_the_method_that_a_hook_chose(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])

    class Marked(MethodView):
        @cors.policy(origins=[APP])
        def get(self) -> str:
            return "get"

        def put(self) -> str:
            return "secret"

    @app.before_request
    def override() -> None:
        request.method = request.headers.get("X-HTTP-Method-Override", request.method)

    app.add_url_rule("/m", view_func=Marked.as_view("m"))
    response = call(app, "GET", "/m", APP, headers={"X-HTTP-Method-Override": "PUT"})
    assert (response.text, allowed(response)) == ("secret", None)
    assert allowed(call(app, "GET", "/m", APP)) == APP


def test_a_hook_that_refuses_has_the_policy_of_the_view(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/mine", "mine", cors.policy(origins=[APP])(view))
    app.before_request(lambda: abort(401))
    response = call(app, "GET", "/mine", APP)
    assert (response.status_code, allowed(response)) == (401, APP)


def test_a_host_that_is_none_has_the_policy_of_the_app() -> None:
    app = Flask("hosts", host_matching=True, static_host="static.example")
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/", "open", cors.policy(origins="*")(view), host="open.example")
    response = call(app, "GET", "/", APP, headers={"Host": "a..b"})
    assert (response.status_code, allowed(response)) == (400, APP)


def test_what_is_too_large_is_refused_readably(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.config["MAX_CONTENT_LENGTH"] = 3
    app.add_url_rule("/up", "up", lambda: request.get_data(), methods=["POST"])
    response = call(app, "POST", "/up", APP, data=b"too large")
    assert (response.status_code, allowed(response)) == (413, APP)


def test_streams_and_not_modified_and_head_carry_the_headers(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/stream", "stream", lambda: (part for part in ("a", "b")))

    @app.route("/cached")
    def cached() -> Response:
        response = Response("cached")
        response.set_etag("one")
        response.make_conditional(request)
        return response

    streamed = call(app, "GET", "/stream", APP)
    assert (streamed.text, allowed(streamed)) == ("ab", APP)
    assert allowed(call(app, "HEAD", "/cached", APP)) == APP
    fresh = call(app, "GET", "/cached", APP, headers={"If-None-Match": '"one"'})
    assert (fresh.status_code, allowed(fresh)) == (304, APP)


def test_an_error_handlers_answer_carries_the_headers(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.register_error_handler(404, lambda _: ("no such thing", 404))
    response = call(app, "GET", "/unknown", APP)
    assert (response.text, allowed(response)) == ("no such thing", APP)


# Hosts.


def test_host_matching_tells_apart_what_the_host_decides() -> None:
    app = Flask("hosts", host_matching=True, static_host="static.example")
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/", "one", cors.policy(origins=[A])(view), host="one.example")
    app.add_url_rule("/", "two", cors.policy(origins=[B])(view), host="two.example")
    for host, origin in (("one.example", A), ("two.example", B)):
        for each in (A, B):
            wanted = each if each == origin else None
            headers = {"Host": host}
            assert allowed(call(app, "GET", "/", each, headers=headers)) == wanted
            assert allowed(preflight(app, "/", each, "GET", headers=headers)) == wanted


def test_subdomain_matching_tells_apart_what_the_subdomain_decides() -> None:
    app = Flask("subdomains", subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.com"
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/", "one", cors.policy(origins=[A])(view), subdomain="one")
    app.add_url_rule("/", "two", cors.policy(origins=[B])(view), subdomain="two")
    for host, origin in (("one.example.com", A), ("two.example.com", B)):
        headers = {"Host": host}
        assert allowed(call(app, "GET", "/", origin, headers=headers)) == origin
        assert preflight(app, "/", origin, "GET", headers=headers).status_code == 204
        other = B if origin == A else A
        assert preflight(app, "/", other, "GET", headers=headers).status_code == 403


# A missing match fails closed.


@pytest.fixture
def closed() -> tuple[Flask, CrossOrigin]:
    """An app that is open but for one view."""
    app = Flask("closed")
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/open", "open", view)
    return app, cors


Spoiler = Callable[[dict[str, Any]], object]
SPOILERS: dict[str, Spoiler] = {
    "gone": lambda environ: environ.update({"werkzeug.request": None}),
    "missing": lambda environ: environ.pop("werkzeug.request"),
    "a request of the view's own": lambda environ: Request(environ),
    "a plain Werkzeug request": lambda environ: WerkzeugRequest(environ),
    "another app's": lambda environ: Flask("another").test_request_context("/x").push(),
}


@pytest.mark.parametrize("spoiler", [*list(SPOILERS)[:-1]])
def test_a_spoilt_request_does_not_open_a_closed_view(
    closed: tuple[Flask, CrossOrigin], spoiler: str
) -> None:
    app, cors = closed

    @app.route("/closed")
    @cors.policy(origins=[OTHER])
    def closed_view() -> str:
        SPOILERS[spoiler](request.environ)
        return "closed"

    assert allowed(call(app, "GET", "/closed", APP)) is None
    assert allowed(call(app, "GET", "/closed", OTHER)) == OTHER


class EarlyPop(Flask):
    """An app that ends its context before it starts the response."""

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Answer one request."""
        with self.request_context(environ):
            response = self.full_dispatch_request()
        return response(environ, start_response)


def test_a_view_that_rewrites_the_environment_is_matched_by_what_came() -> None:
    app = EarlyPop("early")
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/open", "open", cors.policy(origins="*")(view))

    @app.route("/closed")
    def closed() -> str:
        request.environ["PATH_INFO"] = "/open"
        return "secret"

    response = call(app, "GET", "/closed", APP)
    assert (response.text, allowed(response)) == ("secret", None)


def test_another_apps_request_in_the_environment_does_not_govern(
    closed: tuple[Flask, CrossOrigin],
) -> None:
    app, cors = closed
    another = Flask("another")
    another.add_url_rule("/closed", "closed", view)

    @app.route("/closed")
    @cors.policy(origins=[OTHER])
    def closed_view() -> str:
        another.wsgi_app(request.environ, lambda *_: lambda _: None)
        return "closed"

    assert allowed(call(app, "GET", "/closed", APP)) is None
    assert allowed(call(app, "GET", "/closed", OTHER)) == OTHER


class LateStart:
    """A wrapper that starts the response after the app has ended its context."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        started: list[Any] = []
        body = list(self.inner(environ, lambda *args: started.append(args)))
        start_response(*started[-1])
        return body


class LazyStart:
    """A wrapper that runs the app when the first part of the body is asked for."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        yield from self.inner(environ, start_response)


def wrapped(app: Flask, wrap: Callable[[Any], Any], **settings: Any) -> CrossOrigin:
    """Wrap `app`, then initialise it."""
    app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
    return CrossOrigin(app, **settings)


def test_under_a_wrapper_that_starts_late_each_response_has_its_policy(app: Flask) -> None:
    cors = wrapped(app, LateStart, origins=[APP])
    app.add_url_rule("/closed", "closed", cors.policy(origins=[OTHER])(view))
    assert allowed(call(app, "GET", "/closed", APP)) is None
    assert allowed(call(app, "GET", "/closed", OTHER)) == OTHER
    assert allowed(call(app, "POST", "/closed", OTHER)) == OTHER
    response = call(app, "GET", "/unknown", APP)
    assert (response.status_code, allowed(response)) == (404, APP)


@pytest.fixture
def mounted() -> tuple[Flask, Flask]:
    """An open app, initialised after a stricter one was mounted under it, and the latter."""
    inner = Flask("inner")
    inner.add_url_rule("/marks", "marks", view, methods=["GET", "PUT"])
    CrossOrigin(inner, origins=[OTHER])
    outer = Flask("outer")
    outer.add_url_rule("/marks", "marks", view, methods=["GET", "PUT"])
    outer.add_url_rule("/<path:anything>", "catch_all", view, methods=["GET", "PUT"])
    outer.add_url_rule("/inner/<int:number>", "shadowed", view, methods=["PUT"])
    wrapped(outer, lambda app: DispatcherMiddleware(app, {"/inner": inner}), origins=[APP])
    return outer, inner


def test_a_mounted_apps_stricter_policy_is_not_overruled(mounted: tuple[Flask, Flask]) -> None:
    outer, _ = mounted
    assert allowed(call(outer, "GET", "/inner/marks", APP)) is None
    assert allowed(call(outer, "GET", "/inner/marks", OTHER)) == OTHER
    assert preflight(outer, "/inner/marks", APP).status_code == 403
    assert preflight(outer, "/inner/marks", OTHER).status_code == 204
    assert preflight(outer, "/inner/1", APP).status_code == 403
    assert allowed(call(outer, "GET", "/inner/unknown", APP)) is None


@pytest.mark.parametrize("path", ["/marks", "/any/thing", "/"])
def test_the_outer_app_still_answers_for_itself(mounted: tuple[Flask, Flask], path: str) -> None:
    outer, _ = mounted
    assert allowed(call(outer, "GET", path, APP)) == APP
    response = preflight(outer, path, APP)
    assert (response.status_code, response.data, allowed(response)) == (204, b"", APP)
    assert preflight(outer, path, OTHER).status_code == 403


@pytest.mark.parametrize("wrap", [ProxyFix, LazyStart])
def test_behind_another_wrapper_preflights_are_answered(app: Flask, wrap: Any) -> None:
    cors = wrapped(app, wrap, origins=[APP])
    app.before_request(lambda: abort(401))
    app.add_url_rule("/number/<int:n>", "number", cors.policy(origins=[OTHER])(view))
    assert preflight(app, "/marks").status_code == 204
    assert preflight(app, "/number/1", OTHER, "GET").status_code == 204
    assert preflight(app, "/unknown").status_code == 204
    assert preflight(app, "/number/1", APP).status_code == 403
    assert preflight(app, "/number/1", OTHER).status_code == 204
    response = call(app, "GET", "/marks", APP)
    assert (response.status_code, allowed(response)) == (401, APP)


def test_a_mounted_app_without_this_extension_is_left_alone(app: Flask) -> None:
    another = Flask("another")
    another.add_url_rule("/marks", "marks", view)
    wrapped(app, lambda inner: DispatcherMiddleware(inner, {"/other": another}), origins=[APP])
    assert cors_headers(call(app, "GET", "/other/marks", APP)) == {}
    assert cors_headers(call(app, "GET", "/other/unknown", APP)) == {}
    response = preflight(app, "/other/marks")
    assert (response.status_code, cors_headers(response)) == (200, {})


def test_a_mounted_wsgi_app_that_writes_is_left_alone(app: Flask) -> None:
    closed: list[bool] = []

    class Body:
        def __iter__(self) -> Any:
            yield b"body"

        def close(self) -> None:
            closed.append(True)

    def plain(_: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", "https://own.example")])(
            b"first "
        )
        return Body()

    wrapped(app, lambda inner: DispatcherMiddleware(inner, {"/plain": plain}), origins=[APP])
    response = preflight(app, "/plain/x")
    assert (response.data, allowed(response)) == (b"first body", "https://own.example")
    response.close()
    assert closed == [True]


def test_a_mounted_wsgi_app_that_answers_a_list_is_left_alone(app: Flask) -> None:
    def plain(_: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"list"]

    wrapped(app, lambda inner: DispatcherMiddleware(inner, {"/plain": plain}), origins=[APP])
    response = preflight(app, "/plain/x")
    assert (response.data, cors_headers(response)) == (b"list", {})
    response.close()


def test_a_disabled_scope_behind_another_wrapper_is_answered_once_by_flask(app: Flask) -> None:
    seen: list[str] = []
    app.before_request(lambda: seen.append(request.method))
    app.add_url_rule("/<path:anything>", "catch_all", view, methods=["PUT"])
    cors = wrapped(app, ProxyFix, origins=[APP])
    app.view_functions["catch_all"] = cors.disable(app.view_functions["catch_all"])
    response = preflight(app, "/any/thing")
    assert (response.status_code, cors_headers(response), seen) == (200, {}, ["OPTIONS"])


def test_an_app_that_a_view_answers_with_keeps_its_own_policy() -> None:
    inner = Flask("inner")
    inner.add_url_rule("/x", "x", view)
    CrossOrigin(inner, origins=[OTHER])
    outer = Flask("outer")
    CrossOrigin(outer, origins=[APP])
    outer.add_url_rule("/x", "x", lambda: Response.from_app(inner, request.environ))
    outer.add_url_rule("/y", "y", view)
    assert allowed(call(outer, "GET", "/x", APP)) is None
    assert allowed(call(outer, "GET", "/x", OTHER)) == OTHER
    assert allowed(call(outer, "GET", "/y", APP)) == APP


def test_a_view_that_forwards_to_a_stricter_one_does_not_open_it(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/strict", "strict", view)

    @app.route("/forwards")
    @cors.policy(origins="*")
    def forwards() -> WerkzeugResponse:
        return Response.from_app(app.wsgi_app, {**request.environ, "PATH_INFO": "/strict"})

    response = call(app, "GET", "/forwards", APP)
    assert (response.text, cors_headers(response)) == ("view", {"Vary": "Origin"})


def test_a_view_that_gathers_from_another_app_keeps_its_own_policy() -> None:
    inner = Flask("inner")
    inner.add_url_rule("/x", "x", view)
    CrossOrigin(inner, origins="*")
    outer = Flask("outer")
    CrossOrigin(outer, origins=[APP])

    @outer.route("/x")
    def gathers() -> str:
        parts = [Response.from_app(inner, request.environ).get_data(as_text=True)] * 2
        inner.wsgi_app(request.environ, lambda *_: lambda _: None)
        return " and ".join(parts)

    response = call(outer, "GET", "/x", APP)
    assert (response.text, allowed(response)) == ("view and view", APP)
    assert cors_headers(call(outer, "GET", "/x", EVIL)) == {"Vary": "Origin"}


def test_a_response_of_a_disabled_inner_app_is_left_as_it_is(app: Flask) -> None:
    inner = Flask("inner")
    own = {"Access-Control-Allow-Origin": "https://own.example"}
    inner.add_url_rule("/x", "x", lambda: Response("own", headers=own))
    CrossOrigin(inner, origins=[]).disable("/x")
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/x", "x", lambda: Response.from_app(inner, request.environ))
    response = call(app, "GET", "/x", APP)
    assert cors_headers(response) == own


def test_an_error_after_another_app_has_answered_is_not_shown_in_debug_mode(app: Flask) -> None:
    inner = Flask("inner")
    inner.add_url_rule("/x", "x", view)
    CrossOrigin(inner, origins=[])
    CrossOrigin(app, origins=[APP])
    app.debug = True

    @app.route("/x")
    def fails() -> str:
        raise ZeroDivisionError(Response.from_app(inner, request.environ).get_data())

    with pytest.raises(ZeroDivisionError):
        call(app, "GET", "/x", APP)


# Prefixes and statements that can't be.


def test_a_prefix_that_no_rule_has_warns_and_applies_to_404s(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    cors = CrossOrigin(app, origins=[])
    cors.apply("/ap", origins=[APP])
    cors.apply("/ap/<name>", origins=[EVIL])
    with pytest.warns(CrossOriginWarning) as warned:
        assert allowed(call(app, "GET", "/marks", APP)) is None
    applies_to = ["'/ap', so its policy applies to 404s only", "so its policy applies to nothing"]
    for each, what in zip(warned, applies_to, strict=True):
        assert what in str(each.message)
        assert "such as /marks or /static. If the app lacks" in str(each.message)
    assert [each.message for each in caplog.records] == [str(each.message) for each in warned]
    for path, origin in (("/ap", APP), ("/ap/unknown", APP), ("/appl", None)):
        response = call(app, "GET", path, APP)  # the warnings came once
        assert (response.status_code, allowed(response)) == (404, origin)


def test_where_warnings_are_errors_a_prefix_without_a_rule_fails_every_request(app: Flask) -> None:
    CrossOrigin(app, origins=[]).apply("/ap", origins=[APP])
    for _ in range(2):
        with pytest.raises(CrossOriginWarning, match="prefix-without-rule"):
            call(app, "GET", "/marks")


@pytest.mark.parametrize(
    ("prefix", "meant"), [("api", "/api"), ("/api/*", "/api"), ("//api", "/api"), ("", "/")]
)
def test_a_prefix_in_another_form_is_an_error_that_shows_the_form(
    app: Flask, prefix: str, meant: str
) -> None:
    with pytest.raises(PolicyError, match=f"Write '{meant}'") as caught:
        CrossOrigin(app, origins=[]).apply(prefix, origins=[APP])
    assert codes(caught.value) == ["prefix"]


def test_problems_of_scopes_are_raised_for_every_request_before_any_response(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP], credentials=True)
    app.add_url_rule("/bad", "bad", cors.policy(origins="*")(view))
    app.add_url_rule("/worse", "worse", cors.policy(expose_headers="*")(view))
    for path in ("/marks", "/bad", "/unknown"):
        for _ in range(2):
            with pytest.raises(PolicyError) as caught:
                call(app, "GET", path, APP)
            assert codes(caught.value) == [
                "origins-star-with-credentials",
                "expose-star-with-credentials",
            ]
        with pytest.raises(PolicyError):
            preflight(app, path)
    assert "view bad: origins '*'" in str(caught.value)


def test_a_problem_of_a_method_is_found(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP], credentials=True)

    class Bad(MethodView):
        @cors.policy(origins="*")
        def get(self) -> str:
            return ""

    app.add_url_rule("/bad", view_func=Bad.as_view("bad"))
    with pytest.raises(PolicyError, match="method GET of view bad"):
        call(app, "GET", "/marks")


# Lost marks.


def no_wraps(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator that lacks functools.wraps."""

    def inner(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return inner


class Decorating:
    """A decorator that is an object."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__name__ = "decorating"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


def wraps(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator as it should be."""

    @functools.wraps(function)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return inner


@pytest.mark.parametrize(
    "decorator", [no_wraps, Decorating, lambda f: functools.partial(no_wraps(f))]
)
def test_a_mark_below_a_decorator_that_lacks_wraps_is_an_error(
    app: Flask, decorator: Callable[..., Any]
) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/lost", "lost", decorator(cors.policy(origins=[APP])(view)))
    with pytest.raises(PolicyError, match=r"functools\.wraps") as caught:
        call(app, "GET", "/marks")
    assert codes(caught.value) == ["decorator-without-effect"]


def test_a_mark_below_a_decorator_that_has_wraps_counts(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/kept", "kept", wraps(cors.policy(origins=[APP])(view)))
    assert allowed(call(app, "GET", "/kept", APP)) == APP


def test_a_mark_above_route_is_an_error(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])

    @cors.policy(origins=[APP])
    @app.route("/lost")
    def lost() -> str:
        return ""

    assert lost() == ""
    with pytest.raises(PolicyError, match=r"below @app\.route") as caught:
        call(app, "GET", "/marks")
    assert codes(caught.value) == ["decorator-without-effect"]


def test_a_mark_on_a_bound_method_or_in_a_method_that_lacks_wraps_is_an_error(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])

    class Lost(MethodView):
        @no_wraps
        @cors.policy(origins=[APP])
        def get(self) -> str:
            return ""

    class Holder:
        @cors.policy(origins=[APP])
        def method(self) -> str:
            return ""

        @no_wraps
        def route(self) -> str:
            return ""

    app.add_url_rule("/lost", view_func=Lost.as_view("lost"))
    app.add_url_rule("/bound", "bound", no_wraps(Holder().method))
    with pytest.raises(PolicyError) as caught:
        call(app, "GET", "/marks")
    assert [each.code for each in caught.value.errors] == [
        "decorator-without-effect",
        "decorator-without-effect",
    ]


def test_a_mark_on_what_is_no_view_is_an_error(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])

    class Page(MethodView):
        def get(self) -> str:
            return self.helper()

        @cors.policy(origins=[APP])
        def helper(self) -> str:
            return ""

    app.add_url_rule("/page", view_func=Page.as_view("page"))
    app.register_error_handler(404, cors.policy(origins=[APP])(lambda _: ("none", 404)))
    with pytest.raises(PolicyError) as caught:
        call(app, "GET", "/marks")
    assert codes(caught.value) == ["decorator-without-effect", "decorator-without-effect"]
    assert "in an error handler" in str(caught.value)


def test_marks_on_dispatching_and_on_unusual_methods_count(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])

    class Page(View):
        @cors.policy(origins=[APP])
        def dispatch_request(self) -> str:
            return "page"

    class Dav(MethodView):
        @cors.policy(origins=[APP])
        def propfind(self) -> str:
            return "propfind"

    app.add_url_rule("/page", view_func=Page.as_view("page"))
    app.add_url_rule("/dav", view_func=Dav.as_view("dav"), methods=["PROPFIND"])
    assert allowed(call(app, "GET", "/page", APP)) == APP
    assert allowed(call(app, "PROPFIND", "/dav", APP)) == APP


def test_looking_for_lost_marks_leaves_proxies_and_odd_objects_alone(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    kept: Any = cors.policy(origins=[OTHER])(lambda: "never registered")

    class Odd:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

        def __call__(self) -> str:
            return ""

    proxy, odd = current_app, Odd()
    app.add_url_rule("/name", "name", lambda: proxy.name + odd())
    assert (call(app, "GET", "/name", APP).text, kept()) == ("api", "never registered")


def test_a_factory_may_mark_the_same_function_for_each_app_and_keeps_none_alive() -> None:
    cors = CrossOrigin(origins=[])
    for name in ("one", "two"):
        app = Flask(name)
        app.add_url_rule("/x", "x", cors.policy(origins=[APP])(view))
        cors.init_app(app)
        assert allowed(call(app, "GET", "/x", APP)) == APP
    assert list(cors._decorations) == []


def test_a_route_after_the_first_preflight_is_refused_by_flask(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    preflight(app, "/marks")
    with pytest.raises(AssertionError, match="setup method"):
        app.add_url_rule("/late", "late", cors.policy(origins=[])(view))


def test_a_mark_of_a_view_that_this_app_does_not_have_is_no_error(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    unregistered = Blueprint("unregistered", "unregistered")
    unregistered.add_url_rule("/x", "x", cors.policy(origins=[OTHER])(view))

    def unbound() -> Any:
        return later

    if app.name == "":
        later = view
    app.add_url_rule("/unbound", "unbound", unbound)
    assert allowed(call(app, "GET", "/marks", APP)) == APP


def test_a_view_marked_through_another_extension_object_is_an_error(app: Flask) -> None:
    CrossOrigin(app, origins=[])
    app.add_url_rule("/x", "x", CrossOrigin().policy(origins=[APP])(view))
    with pytest.raises(PolicyError, match="another CrossOrigin object") as caught:
        call(app, "GET", "/marks")
    assert codes(caught.value) == ["decorator-of-other-extension"]


@pytest.mark.parametrize("target", [None, "view", dict, 3])
def test_what_is_no_view_can_not_be_marked(target: Any) -> None:
    with pytest.raises(PolicyError) as caught:
        CrossOrigin().policy(origins=[APP])(target)
    assert codes(caught.value) == ["decorator-target"]


# Disabled scopes.


def test_a_disabled_view_is_left_to_flask_preflights_too(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])

    @app.route("/off", methods=["PUT"])
    @cors.disable
    def off() -> Response:
        return Response("off", headers={"Access-Control-Allow-Origin": "https://own.example"})

    response = preflight(app, "/off")
    assert (response.status_code, cors_headers(response)) == (200, {})
    assert "PUT" in response.headers["Allow"]
    assert cors_headers(call(app, "PUT", "/off", APP)) == {
        "Access-Control-Allow-Origin": "https://own.example"
    }


def test_an_inner_scope_of_a_disabled_one_can_state_a_policy_again(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP], max_age=4)
    part = Blueprint("part", "part", url_prefix="/part")
    part.add_url_rule("/off", "off", view)
    part.add_url_rule("/on", "on", cors.policy(origins=[OTHER])(view))
    app.register_blueprint(part)
    cors.disable(part)
    cors.disable("/static")
    assert cors_headers(call(app, "GET", "/part/off", APP)) == {}
    assert cors_headers(call(app, "GET", "/static/x", APP)) == {}
    assert preflight(app, "/part/on", OTHER).headers["Access-Control-Max-Age"] == "4"


def test_a_blueprint_is_checked_without_all_the_others(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Policy] = []

    def compile_and_note(policy: Policy) -> Any:
        made.append(policy)
        return compile_policy(policy)

    monkeypatch.setattr("flask_crossorigin.scopes.scope.compile_policy", compile_and_note)
    cors = CrossOrigin(app, origins=[APP])
    for number in range(40):
        blueprint = Blueprint(f"part{number}", __name__, url_prefix=f"/part{number}")
        cors.apply(blueprint, max_age=number)
        app.register_blueprint(blueprint)
    assert len(made) == 40


# Rules and routing that change or fail.


def test_a_rule_added_after_the_first_request_has_its_scope(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    cors.apply("/marks", origins=[APP])
    call(app, "GET", "/marks")
    app.url_map.add(Rule("/marks/late", endpoint="marks"))
    assert allowed(call(app, "GET", "/marks/late", APP)) == APP


def test_a_rule_added_after_a_preflight_of_its_url_governs_the_next_one(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    cors.apply("/static", origins=[OTHER])  # so that the router is asked
    assert preflight(app, "/late", APP).status_code == 204
    app.view_functions["late"] = cors.policy(origins=[OTHER])(view)
    app.url_map.add(Rule("/late", endpoint="late"))
    assert preflight(app, "/late", APP).status_code == 403
    assert preflight(app, "/late", OTHER).status_code == 204


def test_a_late_rule_of_a_view_governs_preflights_of_what_was_no_url(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/late", "late", cors.policy(origins=[OTHER])(view), methods=["GET"])
    assert preflight(app, "/later", APP).status_code == 204
    app.url_map.add(Rule("/later", endpoint="late", methods=["PUT"]))
    assert preflight(app, "/later", APP).status_code == 403
    assert preflight(app, "/later", OTHER).status_code == 204


def test_a_hook_that_changes_the_host_changes_no_scope() -> None:
    app = Flask("hosts", host_matching=True, static_folder=None)
    cors = CrossOrigin(app, origins=[])
    for host, origin in (("admin.example", APP), ("public.example", "*")):
        marked = cors.policy(origins=origin if origin == "*" else [origin])(lambda: "made")
        app.add_url_rule("/x", host, marked, host=host, methods=["POST"])

    @app.before_request
    def change_host() -> None:
        request.environ["HTTP_HOST"] = "public.example"

    refused = call(app, "GET", "/x", APP, base_url="http://admin.example")
    assert (refused.status_code, allowed(refused)) == (405, APP)
    assert cors_headers(call(app, "GET", "/x", OTHER, base_url="http://admin.example")) == {
        "Vary": "Origin"
    }


def test_a_late_rule_whose_scopes_can_not_be_gets_nothing_but_vary(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    cors = CrossOrigin(app, origins=[APP], credentials=True)
    cors.apply("/marks", origins=[OTHER])
    call(app, "GET", "/marks")
    app.url_map.add(Rule("/late", endpoint="late"))
    app.view_functions["late"] = cors.policy(origins="*")(view)
    assert cors_headers(call(app, "GET", "/late", APP)) == {"Vary": "Origin"}
    assert "finding the scope failed" in caplog.text


class Numbers(BaseConverter):
    """A converter that needs the app, and fails where it is told to."""

    def to_python(self, value: str) -> str:
        """Read `value` with the help of the app's configuration."""
        from flask import current_app

        if value == "fail":
            raise RuntimeError("no database")
        return f"{current_app.config['PREFIX']}{value}"


def test_converters_run_on_a_preflight_inside_an_app_context(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    app.config["PREFIX"] = "n"
    app.url_map.converters["numbers"] = Numbers
    app.add_url_rule("/by/<numbers:n>", "by", cors.policy(origins=[APP])(view))
    assert preflight(app, "/by/1").status_code == 204


@pytest.mark.parametrize("method", ["GET", "PUT"])  # a match, and a 405
def test_a_converter_that_fails_denies_the_preflight(
    app: Flask, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.url_map.converters["numbers"] = Numbers
    app.add_url_rule("/by/<numbers:n>", "by", cors.policy(origins=[APP])(view))
    response = preflight(app, "/by/fail", method=method)
    assert (response.status_code, allowed(response)) == (403, None)
    assert response.text.startswith("routing-failed: ")
    assert "no database" in caplog.text


def test_the_table_does_not_grow_with_invented_methods(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/m", view_func=cors.policy(max_age=1)(Resource.as_view("m")))
    call(app, "GET", "/m", APP)
    table = state_of(app).freeze()._table
    before = sum(sys.getsizeof(each.methods) for each in table), len(list(table))
    for number in range(200):
        preflight(app, "/m", APP, f"INVENTED{number}")
        call(app, f"INVENTED{number}", "/m", APP)
    assert (sum(sys.getsizeof(each.methods) for each in table), len(list(table))) == before


@pytest.mark.parametrize("path", ["/admin/x", "//admin/x", "///admin/x"])
def test_slashes_at_the_beginning_lead_out_of_no_prefix(path: str) -> None:
    app = Flask("app")
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/admin/page", "page", view)
    cors.apply("/admin", origins=[])
    state_of(app).freeze()
    environ = EnvironBuilder(headers=[("Origin", APP)]).get_environ()
    environ["PATH_INFO"] = path
    _, status, headers = run_wsgi_app(app, environ)
    assert status.startswith("404")
    assert headers.get("Access-Control-Allow-Origin") is None


def test_a_scope_has_its_kind_and_its_target() -> None:
    app = Flask("kinds", static_folder=None)
    cors = CrossOrigin(app, origins=[APP])
    part = Blueprint("part", "part", url_prefix="/part")

    class Thing(MethodView):
        @cors.policy(max_age=4)
        def put(self) -> str:
            return "put"

    part.add_url_rule("/thing", view_func=cors.policy(max_age=3)(Thing.as_view("thing")))
    app.register_blueprint(part)
    cors.apply("/part", max_age=1)
    cors.apply(part, max_age=2)
    [scopes] = state_of(app).table()
    found = [*scopes.chain, *scopes.methods.values()]
    assert [(each.kind, each.target) for each in found] == [
        ("app", ""),
        ("prefix", "/part"),
        ("blueprint", "part"),
        ("view", "part.thing"),
        ("method", "PUT of view part.thing"),
    ]
    assert [each.name for each in found[1:]] == [f"{each.kind} {each.target}" for each in found[1:]]
    alone = found[1].for_one_request()
    assert (alone.kind, alone.target, alone.name) == ("prefix", "/part", "prefix /part")
