"""Responses of an API in real engines, and what their consoles show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from flask_crossorigin import CrossOrigin

from .browser import Browser
from .conftest import Serve
from .engines import CHROMIUM, FIREFOX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = pytest.mark.browser

# WebKitGTK does not provide its console.
with_readable_console = pytest.mark.parametrize(
    "browser", [CHROMIUM, FIREFOX], indirect=True, ids=[CHROMIUM.name, FIREFOX.name]
)


def blank(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Respond with an empty page."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [b'<!doctype html><title>Page</title><link rel="icon" href="data:,"><p>A page.']


@pytest.fixture
def page(browser: Browser, serve: Serve) -> Browser:
    """A browser with a page of its own origin."""
    browser.open(serve(blank, "app.console.localhost"))
    return browser


def fetch(page: Browser, url: str, **options: Any) -> dict[str, Any]:
    """Fetch in the page, and return what a script sees of the response; "blocked" for nothing."""
    seen = page.run_async(
        """
        const [url, options] = arguments;
        try {
          const response = await fetch(url, options);
          return { status: response.status, body: await response.text() };
        } catch (error) {
          return { status: "blocked", body: String(error) };
        }
        """,
        url,
        options,
    )
    assert isinstance(seen, dict)
    return seen


def origin_of(page: Browser) -> str:
    return str(page.run("return location.origin"))


def an_api(*, debug: bool, origin: str, **settings: Any) -> Flask:
    """Return an API that allows one origin, with PUT and one header."""
    app = Flask("api")
    app.debug = debug

    @app.route("/marks", methods=["GET", "PUT", "PATCH"])
    def marks() -> str:
        return "marks"

    @app.route("/failure", methods=["GET", "PUT"])
    def failure() -> str:
        raise RuntimeError("The cause of it all.")

    CrossOrigin(app, origins=[origin], methods=["GET", "PUT"], request_headers=["X-A"], **settings)
    return app


# -- The cause that the console shows ---------------------------------------------------------

METHOD = {"method": "PATCH"}
HEADER = {"method": "PUT", "headers": {"X-B": "1"}}
HEADERS = {"method": "PUT", "headers": {"X-A": "1", "X-B": "1"}}  # the first is allowed

# The cause by engine: the method, the header or the origin is not allowed.
METHOD_CAUSE = {
    "chromium": "Method PATCH is not allowed by Access-Control-Allow-Methods",
    "firefox": "Did not find method in CORS header ‘Access-Control-Allow-Methods’",
}
HEADER_CAUSE = {
    "chromium": "Request header field x-b is not allowed by Access-Control-Allow-Headers",
    "firefox": "header ‘x-b’ is not allowed according to header ‘Access-Control-Allow-Headers’",
}
ORIGIN_CAUSE = {
    "chromium": "No 'Access-Control-Allow-Origin' header is present",
    "firefox": "CORS header ‘Access-Control-Allow-Origin’ missing",
}


def console_message(page: Browser, url: str, **options: Any) -> str:
    """Return the first console message about a request that the browser blocks."""
    seen = fetch(page, url, **options)
    assert seen["status"] == "blocked", seen
    return page.wait_for_message(url, "CORS")


@with_readable_console
@pytest.mark.parametrize(
    ("options", "cause"),
    [
        pytest.param(METHOD, METHOD_CAUSE, id="method"),
        pytest.param(HEADER, HEADER_CAUSE, id="header"),
        pytest.param(HEADERS, HEADER_CAUSE, id="headers"),
    ],
)
def test_in_debug_mode_the_console_names_what_is_not_allowed(
    page: Browser, serve: Serve, options: dict[str, Any], cause: dict[str, str]
) -> None:
    api = serve(an_api(debug=True, origin=origin_of(page)), "api.console.localhost")

    assert cause[page.name] in console_message(page, f"{api}/marks", **options)


@with_readable_console
@pytest.mark.parametrize("options", [{}, {"method": "PUT"}], ids=["simple", "preflight"])
def test_in_debug_mode_the_console_names_the_origin_if_it_is_not_allowed(
    page: Browser, serve: Serve, options: dict[str, Any]
) -> None:
    api = serve(an_api(debug=True, origin="http://other.localhost"), "api.console.localhost")

    assert ORIGIN_CAUSE[page.name] in console_message(page, f"{api}/marks", **options)


@with_readable_console
@pytest.mark.parametrize("options", [METHOD, HEADER], ids=["method", "header"])
def test_without_debug_mode_the_console_names_only_the_origin(
    page: Browser, serve: Serve, options: dict[str, Any]
) -> None:
    api = serve(an_api(debug=False, origin=origin_of(page)), "api.console.localhost")

    assert ORIGIN_CAUSE[page.name] in console_message(page, f"{api}/marks", **options)


# -- The traceback ----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_in_debug_mode_a_listed_origin_reads_the_traceback(
    page: Browser, serve: Serve, method: str
) -> None:
    api = serve(an_api(debug=True, origin=origin_of(page)), "api.console.localhost")

    seen = fetch(page, f"{api}/failure", method=method)

    assert seen["status"] == 500, seen
    assert seen["body"].startswith("Traceback (most recent call last):\n"), seen
    assert 'raise RuntimeError("The cause of it all.")' in seen["body"], seen


def test_in_debug_mode_another_origin_reads_no_traceback(page: Browser, serve: Serve) -> None:
    api = serve(an_api(debug=True, origin="http://other.localhost"), "api.console.localhost")

    seen = fetch(page, f"{api}/failure")

    assert seen["status"] == "blocked", seen


def test_without_debug_mode_no_origin_reads_a_traceback(page: Browser, serve: Serve) -> None:
    api = serve(an_api(debug=False, origin=origin_of(page)), "api.console.localhost")

    seen = fetch(page, f"{api}/failure")

    assert seen["status"] == 500, seen
    assert "Internal Server Error" in seen["body"], seen
    assert "The cause of it all." not in seen["body"], seen


# -- Statuses of preflights -------------------------------------------------------------------


def recording(app: WSGIApplication, methods: list[str]) -> WSGIApplication:
    """Return a WSGI app that records the method of each request."""

    def recorded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        methods.append(environ["REQUEST_METHOD"])
        return app(environ, start_response)

    return recorded


@pytest.mark.parametrize("status", [200, 204, 205, 299])
def test_engines_accept_every_successful_status_of_a_preflight(
    page: Browser, serve: Serve, status: int
) -> None:
    methods: list[str] = []
    app = an_api(debug=False, origin=origin_of(page), preflight_status=status)
    api = serve(recording(app, methods), "api.console.localhost")

    seen = fetch(page, f"{api}/marks", method="PUT")

    assert seen == {"status": 200, "body": "marks"}
    assert set(methods[:-1]) == {"OPTIONS"}, methods  # Firefox may repeat it
    assert methods[-1] == "PUT", methods
