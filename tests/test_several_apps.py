"""Apps in apps: a response is governed by whoever made it, and no one opens what another closes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from flask import Flask, Response, abort, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import create_environ, run_wsgi_app
from werkzeug.wrappers import Response as WerkzeugResponse

from flask_crossorigin import CrossOrigin

from .conftest import APP, EVIL, OTHER, allowed, bug, call, cors_headers, preflight

ASKS = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
ANY = ("GET", "PUT")


def app_with(text: str, origins: Any) -> Flask:
    """An app whose `/x` answers with `text`, by a policy of its own."""
    made = Flask(text)
    made.add_url_rule("/x", "x", lambda: text)
    CrossOrigin(made, origins=origins)
    return made


def text_of(app: Flask, environ: Any) -> str:
    """What `app` answers to a request that a view has: run on the same environment."""
    return b"".join(app.wsgi_app(environ, lambda *_: lambda _: None)).decode()


def wrapped_before(app: Flask, wrap: Callable[[Any], Any], **settings: Any) -> None:
    app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
    CrossOrigin(app, **settings)


# What a view gathers from others.


def test_what_depends_on_the_origin_of_a_nested_app_varies_by_it() -> None:
    inner, outer = app_with("inner", [APP]), app_with("outer", "*")
    gather = lambda: Response.from_app(inner, request.environ).get_data()  # noqa: E731
    outer.view_functions["x"] = gather
    assert cors_headers(call(outer, "GET", "/x", APP)) == {
        "Access-Control-Allow-Origin": "*",
        "Vary": "Origin",
    }
    for origin in (EVIL, None):
        assert cors_headers(call(outer, "GET", "/x", origin)) == {"Vary": "Origin"}


def test_what_is_open_to_everyone_stays_so_over_an_open_app() -> None:
    inner, outer = app_with("inner", "*"), app_with("outer", "*")
    outer.view_functions["x"] = lambda: Response.from_app(inner, request.environ).get_data()
    assert cors_headers(call(outer, "GET", "/x", EVIL)) == {"Access-Control-Allow-Origin": "*"}


def test_what_one_denies_is_not_opened_by_another_that_is_relayed() -> None:
    strict, free, outer = app_with("strict", [APP]), app_with("free", "*"), app_with("", [APP])

    def gathers() -> WerkzeugResponse:
        secret = text_of(strict, dict(request.environ))
        response = Response.from_app(free, request.environ)
        response.set_data(response.get_data(as_text=True) + secret)
        return response

    outer.view_functions["x"] = gathers
    denied = call(outer, "GET", "/x", EVIL)
    assert (denied.text, cors_headers(denied)) == ("freestrict", {"Vary": "Origin"})
    assert allowed(call(outer, "GET", "/x", APP)) == "*"


def test_a_nested_app_that_raises_does_not_overrule_the_next() -> None:
    fails, closed, outer = app_with("", [APP]), app_with("closed", []), app_with("", [APP])
    fails.config["PROPAGATE_EXCEPTIONS"] = True
    fails.view_functions["x"] = bug

    def gathers() -> str:
        with pytest.raises(ZeroDivisionError):
            text_of(fails, request.environ)
        return text_of(closed, request.environ)

    outer.view_functions["x"] = gathers
    response = call(outer, "GET", "/x", APP)
    assert (response.text, cors_headers(response)) == ("closed", {"Vary": "Origin"})


def test_a_relayed_response_whose_vary_a_hook_overwrites_varies_all_the_same() -> None:
    inner, outer = app_with("inner", [APP, OTHER]), app_with("outer", [APP])
    outer.view_functions["x"] = lambda: Response.from_app(inner, request.environ)

    @outer.after_request
    def overwrite(response: Response) -> Response:
        response.headers["Vary"] = "Accept-Encoding"
        return response

    response = call(outer, "GET", "/x", OTHER)
    assert cors_headers(response) == {
        "Access-Control-Allow-Origin": OTHER,
        "Vary": "Accept-Encoding, Origin",
    }


def test_an_app_under_wrappers_answers_over_another_on_the_same_environment() -> None:
    inner, outer = Flask("inner"), Flask("outer")
    inner.add_url_rule("/x", "x", lambda: "inner")
    wrapped_before(inner, ProxyFix, origins="*")
    outer.add_url_rule("/x", "x", lambda: f"outer {text_of(inner, request.environ)}")
    wrapped_before(outer, ProxyFix, origins=[APP])
    response = call(outer, "GET", "/x", APP)
    assert (response.text, allowed(response)) == ("outer inner", APP)
    assert cors_headers(call(outer, "GET", "/x", EVIL)) == {"Vary": "Origin"}


# Other apps behind the same wrapper.


class Cascade:
    """Asks one app, and where that has nothing, another."""

    def __init__(self, first: Any, second: Any) -> None:
        self.apps = first, second

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body, status, headers = run_wsgi_app(self.apps[0], dict(environ))
        if status.startswith("404"):
            return self.apps[1](environ, start_response)  # type: ignore[no-any-return]
        start_response(status, headers.to_wsgi_list())
        return body


@pytest.fixture
def cascade() -> Flask:
    """An app that was asked before another, which knows no CORS, answers."""
    other, app = Flask("other"), Flask("app")
    for path in ("/x", "/any/x"):
        other.add_url_rule(path, path, lambda: Response("other", headers={"Vary": "Accept"}))
    app.add_url_rule("/mine", "mine", lambda: "mine", methods=ANY)
    app.add_url_rule("/any/<path:rest>", "any", lambda **_: abort(404), methods=ANY)
    wrapped_before(app, lambda inner: Cascade(inner, other), origins=[APP], credentials=True)
    return app


def test_a_response_that_another_app_has_made_at_last_is_left_alone(cascade: Flask) -> None:
    for path in ("/x", "/any/x"):
        response = call(cascade, "GET", path, APP)
        assert (response.text, cors_headers(response)) == ("other", {"Vary": "Accept"})
    assert allowed(call(cascade, "GET", "/mine", APP)) == APP


def test_nothing_tells_who_made_a_response(cascade: Flask) -> None:
    for method, path in (("GET", "/mine"), ("GET", "/x"), ("OPTIONS", "/mine"), ("GET", "/none")):
        response = call(cascade, method, path, APP)
        assert not [name for name, _ in response.headers if "crossorigin" in name.lower()]


def test_an_app_that_is_asked_first_answers_preflights_for_the_next_by_its_own_policy(
    cascade: Flask,
) -> None:
    """Only the cascade knows that the next app has the URL; what that sends stays its own."""
    for path in ("/mine", "/x"):
        assert preflight(cascade, path).status_code == 204
        assert preflight(cascade, path, EVIL).status_code == 403


class Dispatching(Flask):
    """An app whose class sends some paths to another."""

    other: Any = None

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/other":
            return self.other(environ, start_response)
        return super().wsgi_app(environ, start_response)


def test_a_class_that_dispatches_to_another_app_opens_nothing_of_it() -> None:
    app = Dispatching("app")
    app.other = Flask("other")
    app.other.add_url_rule("/other", "other", lambda: "other")
    app.add_url_rule("/mine", "mine", lambda: "mine", methods=["PUT"])
    CrossOrigin(app, origins=[APP], credentials=True)
    assert cors_headers(call(app, "GET", "/other", APP)) == {}
    assert cors_headers(preflight(app, "/other")) == {}
    assert preflight(app, "/mine").status_code == 204
    assert allowed(call(app, "PUT", "/mine", APP)) == APP


def test_an_error_of_a_nested_app_is_not_shown_to_an_origin_that_it_denies() -> None:
    inner, outer = app_with("inner", [OTHER]), app_with("outer", [APP])
    inner.debug = outer.debug = True
    inner.view_functions["x"] = bug
    outer.view_functions["x"] = lambda: inner
    with pytest.raises(ZeroDivisionError):
        call(outer, "GET", "/x", APP)


def test_an_error_of_another_app_is_not_shown_in_debug_mode() -> None:
    other = Flask("other")
    other.add_url_rule("/x", "x", bug)
    other.debug = True
    app = Flask("app")
    app.add_url_rule("/mine", "mine", bug)
    wrapped_before(app, lambda inner: DispatcherMiddleware(inner, {"/o": other}), origins=[APP])
    app.debug = True
    with pytest.raises(ZeroDivisionError):
        call(app, "GET", "/o/x", APP)
    response = call(app, "GET", "/mine", APP)
    assert (response.status_code, allowed(response)) == (500, APP)


# Preflights that are passed inward keep to PEP 3333.


def test_an_app_may_not_answer_anew_when_its_answer_has_begun() -> None:
    def late(_: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"first"
        try:
            bug()
        except ZeroDivisionError:
            start_response("500 Error", [], sys.exc_info())
        yield b"error page"

    app = Flask("app")
    wrapped_before(app, lambda inner: DispatcherMiddleware(inner, {"/late": late}), origins=[APP])
    began: list[str] = []

    def start_response(status: str, _: Any, exc_info: Any = None) -> Callable[[bytes], object]:
        if began:
            raise exc_info[1]
        began.append(status)
        return lambda _: None

    body = app(create_environ("/late/x", method="OPTIONS", headers=ASKS), start_response)
    chunks = iter(body)
    assert (next(chunks), began) == (b"first", ["200 OK"])
    with pytest.raises(ZeroDivisionError):
        next(chunks)


def test_an_app_that_starts_late_is_sent_as_it_comes() -> None:
    def lazy(_: Any, start_response: Any) -> Iterator[bytes]:
        yield b""
        start_response("200 OK", [("X-Own", "1")])
        yield b"body"

    app = Flask("app")
    wrapped_before(app, lambda inner: DispatcherMiddleware(inner, {"/lazy": lazy}), origins=[APP])
    environ = create_environ("/lazy/x", method="OPTIONS", headers=ASKS)
    body, status, headers = run_wsgi_app(app, environ)
    assert (list(body), status, headers["X-Own"]) == ([b"", b"body"], "200 OK", "1")
