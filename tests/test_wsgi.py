"""The wrapper: what it sends, logs and decides, whatever the app does."""

import itertools
import logging
import sys
import threading
from typing import Any

import pytest
from flask import Flask, Request, Response, current_app, g, request

from flask_crossorigin import CrossOrigin, Decision, Outcome, Policy, PolicyError, Reason
from flask_crossorigin.browser import Blocked, Browser
from flask_crossorigin.state import state_of

from .conftest import APP, EVIL, OTHER, NotEntered, allowed, bug, call, cors_headers, preflight

VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


# Responses.


def test_every_origin_is_answered_with_the_literal_star_and_no_vary(app: Flask) -> None:
    CrossOrigin(app, origins="*", expose_headers=["X-Total"])
    wanted = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "X-Total"}
    for origin in (APP, EVIL, "null", "garbage", None):  # None: a cache may keep the response
        assert cors_headers(call(app, "GET", "/marks", origin)) == wanted


def test_a_preflight_carries_all_that_a_browser_checks(app: Flask) -> None:
    CrossOrigin(app, origins=[APP], credentials=True, methods=["GET", "POST", "PUT"], max_age=60)
    response = preflight(app, "/marks", requested="content-type,x-a")
    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers
    assert cors_headers(response) == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET, POST, PUT",
        "Access-Control-Allow-Headers": "content-type, x-a",
        "Access-Control-Max-Age": "60",
        "Vary": VARY,
    }


def test_a_preflight_status_that_may_have_a_body_says_that_there_is_none(app: Flask) -> None:
    CrossOrigin(app, origins=[APP], preflight_status=200)
    response = preflight(app, "/marks")
    assert (response.status, response.headers["Content-Length"]) == ("200 OK", "0")


@pytest.mark.parametrize("debug", [False, True])
def test_a_denied_origin_gets_the_reason_and_no_cors_header(app: Flask, debug: bool) -> None:
    CrossOrigin(app, origins=[APP])
    app.debug = debug
    response = preflight(app, "/marks", EVIL)
    assert (response.status_code, cors_headers(response)) == (403, {"Vary": VARY})
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text == "origin-not-allowed: The origin is not on the policy's allowlist.\n"


@pytest.mark.parametrize(
    ("method", "requested", "reason", "told"),
    [
        ("PATCH", "x-a", "method-not-allowed", {}),
        (
            "PUT",
            "x-a,x-b",
            "header-not-allowed",
            {
                "Access-Control-Allow-Methods": "GET, POST, PUT",
                "Access-Control-Allow-Headers": "X-A",
            },
        ),
        ("PUT", "x b", "header-malformed", {"Access-Control-Allow-Methods": "GET, POST, PUT"}),
    ],
)
def test_in_debug_mode_a_denied_preflight_tells_the_browser_as_far_as_the_failing_step(
    app: Flask, method: str, requested: str, reason: str, told: dict[str, str]
) -> None:
    CrossOrigin(
        app,
        origins=[APP],
        credentials=True,
        methods=["GET", "POST", "PUT"],
        request_headers=["X-A"],
    )
    response = preflight(app, "/marks", APP, method, requested)
    assert (response.status_code, cors_headers(response)) == (403, {"Vary": VARY})
    app.debug = True
    response = preflight(app, "/marks", APP, method, requested)
    assert response.text.startswith(reason)
    # A bad status would be what the browser complains of.
    assert response.status_code == 200
    assert cors_headers(response) == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Allow-Credentials": "true",
        "Vary": VARY,
        **told,
    }


@pytest.mark.parametrize("debug", [False, True])
def test_a_left_out_post_is_refused_with_a_plain_denial(app: Flask, debug: bool) -> None:
    """In debug mode too: with an allow-origin, a browser would let it pass."""
    CrossOrigin(app, origins=[APP], methods=["GET", "PUT"])
    app.debug = debug
    response = preflight(app, "/marks", APP, "POST", "content-type")
    assert (response.status_code, cors_headers(response)) == (403, {"Vary": VARY})
    assert response.text.startswith("method-not-allowed: ")
    blocked = Browser({"https://api.example.com": app}).page(APP)
    with pytest.raises(Blocked, match="because of method-not-allowed"):
        blocked.fetch("https://api.example.com/marks", method="POST", headers={"X-A": "1"})
    simple = blocked.fetch("https://api.example.com/marks", method="POST")
    assert simple.status == 405  # it was sent: the list does not protect


def test_a_denied_preflight_echoes_nothing_of_the_request(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.debug = True
    markers = {"Access-Control-Request-Method": "MARKER", "X-Other": "MARKER"}
    response = preflight(app, "/MARKER?MARKER", APP, requested="MARKER", headers=markers)
    assert "MARKER" not in response.text + str(response.headers)


def test_header_lines_are_one_list(app: Flask) -> None:
    """Servers join the lines of a header by commas, with or without a space."""
    CrossOrigin(app, origins=[APP], credentials=True)
    response = preflight(app, "/marks", requested="x-a , X-B,,\tx-c")
    assert response.headers["Access-Control-Allow-Headers"] == "x-a, X-B, x-c"


def test_exceptions_reach_the_server_as_they_are(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.add_url_rule("/bug", "bug", bug)
    with pytest.raises(ZeroDivisionError):
        call(app, "GET", "/bug", APP)


def test_a_view_that_streams_and_fails_late_is_told_to_the_server(app: Flask) -> None:
    CrossOrigin(app, origins=[APP])

    def stream() -> Any:
        yield "one"
        raise RuntimeError("late")

    app.add_url_rule("/late", "late", lambda: Response(stream()))
    with pytest.raises(RuntimeError, match="late"):
        call(app, "GET", "/late", APP, buffered=True)


# The way of a request is short.


@pytest.mark.parametrize("scoped", [False, True])
def test_a_preflight_does_not_enter_flask(app: Flask, scoped: bool) -> None:
    cors = CrossOrigin(app, origins=[APP])
    if scoped:
        cors.apply("/marks", max_age=1)
    app.session_interface = NotEntered()
    for path in ("/marks", "/unknown"):
        assert preflight(app, path).status_code == 204


@pytest.mark.parametrize("origin", [None, APP])
@pytest.mark.parametrize("scoped", [False, True])
def test_a_response_takes_four_functions_of_this_library(
    app: Flask, origin: str | None, scoped: bool
) -> None:
    cors = CrossOrigin(app, origins=[APP])
    if scoped:
        cors.apply("/marks", max_age=1)
    call(app, "GET", "/marks", origin)
    called: list[str] = []

    def note(frame: Any, event: str, _: object) -> None:
        module = str(frame.f_globals.get("__name__", ""))
        if event == "call" and module.startswith("flask_crossorigin"):
            called.append(frame.f_code.co_name)

    sys.setprofile(note)
    try:
        call(app, "GET", "/marks", origin)
    finally:
        sys.setprofile(None)
    assert called == ["wsgi_app", "wrapped", "take_snapshot", "get_wsgi_response"]


# Functions that answer for origins.


def test_a_function_is_asked_inside_an_app_context(app: Flask) -> None:
    CrossOrigin(app, origins=lambda origin: origin in current_app.config["TENANTS"])
    app.config["TENANTS"] = [APP]
    assert allowed(call(app, "GET", "/marks", APP)) == APP
    assert preflight(app, "/marks", APP).status_code == 204
    assert preflight(app, "/marks", EVIL).status_code == 403


def test_a_function_that_asks_for_the_request_is_given_it(app: Flask) -> None:
    def by_tenant(origin: str, request: Any) -> bool:
        return bool(origin == f"https://{request.host}" and request.json_module is app.json)

    CrossOrigin(app, origins=[OTHER, by_tenant])
    headers = {"Host": "tenant.example"}
    for origin, wanted in (("https://tenant.example", True), (EVIL, False), (OTHER, True)):
        response = call(app, "GET", "/marks", origin, headers=headers)
        assert (allowed(response) == origin) == wanted
        assert (preflight(app, "/marks", origin, headers=headers).status_code == 204) == wanted


def test_a_function_is_not_asked_about_what_is_no_origin(app: Flask) -> None:
    asked: list[str] = []
    CrossOrigin(app, origins=lambda origin: asked.append(origin) or True)
    for origin in ("null", "", "https://A.example", "https://a.example/", "a" * 1000):
        assert allowed(call(app, "GET", "/marks", origin)) is None
    assert asked == []


def test_a_function_that_fails_fails_closed_and_is_logged_once(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: str) -> bool:
        raise LookupError("no database")

    CrossOrigin(app, origins=[APP, broken])
    for _ in range(3):
        response = call(app, "GET", "/marks", EVIL)
        assert (response.text, allowed(response)) == ("marks", None)
        assert preflight(app, "/marks", EVIL).text.startswith("origin-check-failed")
    assert allowed(call(app, "GET", "/marks", APP)) == APP
    assert caplog.text.count("LookupError: no database") == 1


@pytest.mark.parametrize("debug", [False, True])
def test_no_function_is_called_for_an_http_origin_with_credentials(app: Flask, debug: bool) -> None:
    called = []

    def every(origin: str) -> bool:
        called.append(origin)
        return True

    app.debug = debug
    CrossOrigin(app, origins=[APP, every], credentials=True)
    insecure = "http://app.example.com"
    assert allowed(call(app, "GET", "/marks", insecure)) is None
    response = preflight(app, "/marks", insecure)
    assert (response.status_code, allowed(response)) == (403, None)
    assert response.text.startswith("origin-insecure: ")
    assert called == []
    assert allowed(preflight(app, "/marks", EVIL)) == EVIL


def test_what_a_function_fails_with_is_bounded(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: str) -> bool:
        raise type("Another", (Exception,), {})

    CrossOrigin(app, origins=broken)
    for _ in range(100):
        call(app, "GET", "/marks", EVIL)
    assert len(caplog.records) == 64


def test_a_function_is_asked_in_the_context_that_there_is(app: Flask) -> None:
    ended: list[str] = []
    app.teardown_appcontext(lambda _: ended.append(g.tenant))
    CrossOrigin(app, origins=lambda origin: origin == g.tenant)

    @app.route("/tenant")
    def tenant() -> str:
        g.tenant = APP
        return ""

    assert allowed(call(app, "GET", "/tenant", APP)) == APP
    assert ended == [APP]


def test_a_request_class_that_takes_the_environment_alone_will_do(app: Flask) -> None:
    class Own(Request):
        def __init__(self, environ: Any) -> None:
            super().__init__(environ)

    app.request_class = Own
    app.config["SERVER_NAME"] = "localhost"
    cors = CrossOrigin(app, origins=lambda origin, request: bool(request.host))
    cors.apply("/marks", max_age=1)
    assert preflight(app, "/marks").status_code == 204


def test_an_awaitable_is_no_answer(app: Flask) -> None:
    async def later() -> bool:
        return True

    CrossOrigin(app, origins=lambda _: later())
    assert allowed(call(app, "GET", "/marks", EVIL)) is None


# What is logged.


def test_a_denial_is_logged_at_info(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    CrossOrigin(app, origins=[APP])
    caplog.set_level(logging.INFO, "flask_crossorigin")
    call(app, "GET", "/marks", EVIL)
    preflight(app, "/marks", EVIL)
    assert caplog.messages == [
        "'GET' '/marks' from origin 'https://evil.example' denied: origin-not-allowed",
        "'OPTIONS' '/marks' from origin 'https://evil.example' denied: origin-not-allowed",
    ]


def test_nothing_is_logged_of_what_is_allowed_or_carries_no_origin(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    CrossOrigin(app, origins=[APP])
    caplog.set_level(logging.DEBUG, "flask_crossorigin")
    call(app, "GET", "/marks", APP)
    call(app, "GET", "/marks")
    preflight(app, "/marks")
    assert caplog.messages == []


def test_a_replaced_header_is_reported_in_debug_mode_only(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    CrossOrigin(app, origins=[APP])
    headers = {"Access-Control-Allow-Origin": "*"}
    app.add_url_rule("/own", "own", lambda: Response("", headers=headers))
    app.add_url_rule("/vary", "vary", lambda: Response("", headers={"Vary": "Cookie"}))
    call(app, "GET", "/own", APP)
    assert caplog.messages == []
    app.debug = True
    call(app, "GET", "/own", APP)
    call(app, "GET", "/vary", APP)
    assert len(caplog.messages) == 1
    assert "'/own': the view sets 'Access-Control-Allow-Origin'" in caplog.text


# Debug mode.


@pytest.fixture
def buggy(app: Flask) -> Flask:
    """An app in debug mode with a view that raises, and one whose scope is not the app's."""
    app.debug = True
    app.add_url_rule("/bug", "bug", bug)
    return app


LOOPBACK = "http://localhost:5173"


@pytest.mark.parametrize(
    ("origins", "origin", "readable"),
    [
        ([APP], APP, True),
        (["https://*.example.com"], APP, False),  # others may have a name below it
        (["https://*.example.com", APP], APP, True),
        (["http://localhost:*"], LOOPBACK, True),
        ([LOOPBACK], LOOPBACK, True),
        ("*", LOOPBACK, True),
        ("*", APP, False),  # any site could read source code
        ([APP], EVIL, False),
        ([APP], LOOPBACK, False),  # the policy allows it nothing
        (lambda _: True, APP, False),
        (lambda _: True, LOOPBACK, True),
    ],
)
def test_a_traceback_is_readable_where_the_origin_is_listed_exactly_or_this_machine(
    buggy: Flask, origins: Any, origin: str, readable: bool, caplog: pytest.LogCaptureFixture
) -> None:
    CrossOrigin(buggy, origins=origins)
    if readable:
        response = call(buggy, "GET", "/bug", origin)
        assert (response.status_code, response.mimetype) == (500, "text/plain")
        assert "ZeroDivisionError: division by zero" in response.text
        assert allowed(response) == ("*" if origins == "*" else origin)
        assert "Exception on /bug [GET]" in caplog.text
    else:
        with pytest.raises(ZeroDivisionError):
            call(buggy, "GET", "/bug", origin)


def test_no_traceback_is_readable_by_null(buggy: Flask) -> None:
    """Any site can make a frame whose origin is null."""
    CrossOrigin(buggy, origins=["null"], allow_null_origin=True)
    assert allowed(call(buggy, "GET", "/marks", "null")) == "null"
    with pytest.raises(ZeroDivisionError):
        call(buggy, "GET", "/bug", "null")


@pytest.mark.parametrize(("origin", "headers"), [(None, {}), (APP, {"Sec-Fetch-Mode": "navigate"})])
def test_a_navigation_keeps_the_debugger(
    buggy: Flask, origin: str | None, headers: dict[str, str]
) -> None:
    CrossOrigin(buggy, origins=[APP])
    with pytest.raises(ZeroDivisionError):
        call(buggy, "GET", "/bug", origin, headers=headers)


@pytest.mark.parametrize("change", [{"TESTING": True}, {"PROPAGATE_EXCEPTIONS": True}])
def test_tests_and_those_who_want_it_keep_the_exception(
    buggy: Flask, change: dict[str, bool]
) -> None:
    CrossOrigin(buggy, origins=[APP])
    buggy.config.update(change)
    with pytest.raises(ZeroDivisionError):
        call(buggy, "GET", "/bug", APP)


@pytest.mark.parametrize("scoped", [False, True])
def test_headers_that_are_no_list_are_added_to(app: Flask, scoped: bool) -> None:
    class Fixed(Response):
        def get_wsgi_response(self, environ: Any) -> Any:
            body, status, headers = super().get_wsgi_response(environ)
            return body, status, tuple(headers)

    app.response_class = Fixed
    cors = CrossOrigin(app, origins=[APP])
    if scoped:
        cors.apply("/marks", origins=[APP])
    for _ in range(2):  # the second is answered from what is kept
        assert allowed(call(app, "GET", "/marks", APP)) == APP


@pytest.mark.parametrize("scoped", [False, True])
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("vary", [None, "Cookie"])
@pytest.mark.parametrize("origins", [[APP], ["https://*.example.com"]])
def test_the_origin_counts_as_it_came(
    app: Flask, scoped: bool, debug: bool, vary: str | None, origins: list[str]
) -> None:
    app.debug = debug
    cors = CrossOrigin(app, origins=origins)
    if scoped:
        cors.apply("/marks", max_age=1)

    @app.after_request
    def change(response: Response) -> Response:
        if request.args:
            request.environ["HTTP_ORIGIN"] = APP
        else:
            del request.environ["HTTP_ORIGIN"]
        if vary:
            response.headers["Vary"] = vary
        return response

    for _ in range(2):
        assert allowed(call(app, "GET", "/marks", APP)) == APP
        assert allowed(call(app, "GET", "/marks?as=another", "https://evil.example")) is None
        assert allowed(call(app, "GET", "/marks?as=another")) is None


def test_a_traceback_is_not_shown_once_debug_mode_is_off(buggy: Flask) -> None:
    CrossOrigin(buggy, origins=[APP])
    assert "ZeroDivisionError" in call(buggy, "GET", "/bug", APP).text
    buggy.debug = False
    response = call(buggy, "GET", "/bug", APP)
    assert (response.status_code, allowed(response)) == (500, APP)
    assert "ZeroDivisionError" not in response.text


def test_a_traceback_is_governed_by_the_scope_that_raised(buggy: Flask) -> None:
    cors = CrossOrigin(buggy, origins=[APP])
    cors.apply("/bug", origins=[OTHER])
    assert allowed(call(buggy, "GET", "/bug", OTHER)) == OTHER
    with pytest.raises(ZeroDivisionError):
        call(buggy, "GET", "/bug", APP)


def test_where_the_scope_is_disabled_the_exception_is_raised(buggy: Flask) -> None:
    cors = CrossOrigin(buggy, origins=[APP])
    cors.disable("/bug")

    @buggy.before_request
    def fails() -> None:
        if request.path == "/unknown":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        call(buggy, "GET", "/bug", APP)
    # It has no rule, and the hook answers in the place of the router: the app's policy applies.
    assert allowed(call(buggy, "GET", "/unknown", APP)) == APP


def test_an_error_while_a_request_ends_is_raised(buggy: Flask) -> None:
    """Nothing can be sent any more that a page could read."""
    CrossOrigin(buggy, origins=[APP])

    @buggy.teardown_request
    def fails(_: object) -> None:
        raise RuntimeError("teardown")

    with pytest.raises(RuntimeError, match="teardown"):
        call(buggy, "GET", "/marks", APP)


def test_a_traceback_with_a_lone_surrogate_is_sent(buggy: Flask) -> None:
    CrossOrigin(buggy, origins=[APP])

    def fails() -> str:
        raise RuntimeError("\ud800")

    buggy.add_url_rule("/surrogate", "surrogate", fails)
    assert "\\ud800" in call(buggy, "GET", "/surrogate", APP).text


# Explaining.


def environ_of(app: Flask, **more: Any) -> dict[str, Any]:
    """The WSGI environment of a request to ``/marks``."""
    return app.test_request_context("/marks", **more).request.environ


def test_decide_tells_what_would_be_answered(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    policy = Policy(origins=[APP])
    allow = ("Access-Control-Allow-Origin", APP)
    vary = ("Vary", "Origin")
    decisions = {
        APP: Decision(Outcome.ALLOWED, Reason.ALLOWED, policy, "app", (allow, vary)),
        EVIL: Decision(Outcome.DENIED, Reason.ORIGIN_NOT_ALLOWED, policy, "app", (vary,)),
    }
    for origin, wanted in decisions.items():
        assert cors.decide(environ_of(app, headers={"Origin": origin})) == wanted
    passed = Decision(Outcome.PASSED, Reason.NOT_CORS, policy, "app", (vary,))
    assert cors.decide(environ_of(app)) == passed


def test_decide_on_a_preflight_tells_its_headers(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    headers = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
    decision = cors.decide(environ_of(app, method="OPTIONS", headers=headers))
    response = preflight(app, "/marks")
    assert dict(decision.headers) == cors_headers(response)
    assert (decision.outcome, decision.reason) == (Outcome.ALLOWED, Reason.ALLOWED)
    headers["Access-Control-Request-Method"] = "patch"
    decision = cors.decide(environ_of(app, method="OPTIONS", headers=headers))
    assert (decision.reason, decision.headers) == (Reason.METHOD_NOT_ALLOWED, (("Vary", VARY),))


def test_decide_takes_a_request_and_runs_nothing(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.before_request(lambda: pytest.fail("the hook ran"))
    with app.test_request_context("/marks", method="PUT", headers={"Origin": APP}):
        assert cors.decide(request).reason is Reason.ALLOWED


def test_decide_knows_disabled_scopes_and_routing_that_fails(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    cors.disable("/marks")
    decision = cors.decide(environ_of(app, headers={"Origin": APP}))
    assert (decision.outcome, decision.reason) == (Outcome.PASSED, Reason.DISABLED)
    assert (decision.policy, decision.scope, decision.headers) == (None, "prefix /marks", ())


def test_decide_on_what_leads_nowhere_has_no_policy(app: Flask) -> None:
    from werkzeug.routing import Rule

    cors = CrossOrigin(app, origins=[APP])
    app.url_map.add(Rule("/out", endpoint="out", redirect_to="https://elsewhere.example/x"))
    with app.test_request_context("/out", headers={"Origin": APP}):
        assert cors.decide(request).reason is Reason.NO_MATCH
    headers = {"Origin": APP, "Access-Control-Request-Method": "GET"}
    with app.test_request_context("/out", method="OPTIONS", headers=headers):
        decision = cors.decide(request)
    assert (decision.reason, decision.policy) == (Reason.ROUTING_FAILED, None)


@pytest.mark.parametrize("request_", [{}, "https://app.example.com", None])
def test_decide_on_what_is_no_request_is_an_error(app: Flask, request_: Any) -> None:
    with pytest.raises(PolicyError) as caught:
        CrossOrigin(app, origins=[APP]).decide(request_)
    assert caught.value.errors[0].code == "request-type"


# Reconfiguring under load.


def test_every_response_is_wholly_of_the_old_or_wholly_of_the_new_policy(app: Flask) -> None:
    """What is sent for the preflight, the app and its scopes never mixes two policies."""
    old = Policy(origins=[APP], credentials=True, max_age=1, expose_headers=["X-Old"])
    new = Policy(origins=[APP], max_age=2, expose_headers=["X-New"])
    cors = CrossOrigin(app, old)
    cors.apply("/marks", methods=["GET", "POST", "PUT"])
    wholly = [
        {("Access-Control-Allow-Credentials", "true"), ("Access-Control-Max-Age", "1")},
        {("Access-Control-Max-Age", "2")},
        {("Access-Control-Allow-Credentials", "true"), ("Access-Control-Expose-Headers", "X-Old")},
        {("Access-Control-Expose-Headers", "X-New")},
    ]
    names = {name for each in wholly for name, _ in each}
    seen: list[set[tuple[str, str]]] = []
    stop = threading.Event()

    def load() -> None:
        while not stop.is_set():
            responses = (preflight(app, "/marks"), call(app, "GET", "/marks", APP))
            seen.extend({pair for pair in each.headers if pair[0] in names} for each in responses)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    policies = itertools.cycle([new, old])
    while len(seen) < 400 or (len({frozenset(each) for each in seen}) < 4 and len(seen) < 20_000):
        cors.reconfigure(next(policies), app=app)
    stop.set()
    for thread in threads:
        thread.join()
    assert all(each in wholly for each in seen)
    assert len({frozenset(each) for each in seen}) == 4, "both policies were seen"


def test_the_first_requests_freeze_the_rules_once(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/bad", "bad", cors.policy(origins=[EVIL])(lambda: ""))
    barrier = threading.Barrier(8)
    results: list[str | None] = []

    def first() -> None:
        barrier.wait()
        results.append(allowed(call(app, "GET", "/bad", EVIL)))

    threads = [threading.Thread(target=first) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [EVIL] * 8


def test_a_reconfiguration_that_any_scope_refuses_changes_nothing(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/open", "open", cors.policy(origins="*")(lambda: ""))
    for _ in range(2):  # before the first request, and after
        with pytest.raises(PolicyError, match="view open"):
            cors.reconfigure(credentials=True, app=app)
        assert "Access-Control-Allow-Credentials" not in call(app, "GET", "/marks", APP).headers


def test_a_function_for_origins_sees_the_request_as_it_came(app: Flask) -> None:
    seen: list[tuple[str, str]] = []

    def allows(_: str, asked: Request) -> bool:
        seen.append((asked.path, asked.host))
        return True

    CrossOrigin(app, origins=[allows])

    @app.before_request
    def change() -> None:
        request.environ.update(PATH_INFO="/public", HTTP_HOST="public.example")

    call(app, "GET", "/marks", APP)
    preflight(app, "/marks", APP)
    assert seen == [("/marks", "localhost"), ("/marks", "localhost")]


def interrupt(app: Flask, cors: CrossOrigin, max_age: int) -> None:
    """Let a signal's handler reconfigure when the app's scopes are made the next time."""
    before = state_of(app)._build_table

    def interrupted(*args: Any) -> Any:
        state_of(app)._build_table = before
        table = before(*args)
        cors.reconfigure(max_age=max_age)
        return table

    state_of(app)._build_table = interrupted


def test_a_signals_handler_may_reconfigure_while_that_is_done(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[])
    interrupt(app, cors, 1)
    cors.reconfigure(origins=[APP])
    answer = preflight(app, "/marks", APP)
    assert (answer.status_code, answer.headers["Access-Control-Max-Age"]) == (204, "1")


def test_a_signals_handler_may_reconfigure_while_the_rules_are_frozen(app: Flask) -> None:
    cors = CrossOrigin(app, origins=[APP])
    interrupt(app, cors, 1)
    assert preflight(app, "/marks", APP).headers["Access-Control-Max-Age"] == "1"
