"""Credentials for some of the origins: everybody reads, one front end signs in."""

import json
from typing import Any

import pytest
from flask import Flask, Response, request

from flask_crossorigin import CrossOrigin
from flask_crossorigin.browser import Blocked, Browser

APP = "https://app.example.com"
OTHER = "https://other.example"
API = "https://api.example.com"


def make_app(**settings: Any) -> Flask:
    app = Flask("credentials")
    CrossOrigin(app, **{"origins": "*", "credentials": [APP], **settings})

    @app.route("/marks", methods=["GET", "PUT"])
    def marks() -> str:
        return request.cookies.get("session", "nobody")

    @app.get("/signed-in")
    def signed_in() -> Response:
        response = Response("ok")
        response.set_cookie("session", "ines", secure=True, samesite="None")
        return response

    return app


def headers_of(app: Flask, method: str = "GET", **headers: str) -> dict[str, str]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    response = app.test_client().open("/marks", method=method, headers=names)
    return {
        name: value
        for name, value in response.headers
        if name == "Vary" or name.startswith("Access-Control-")
    }


def preflight_of(app: Flask, origin: str) -> dict[str, str]:
    return headers_of(
        app,
        "OPTIONS",
        Origin=origin,
        Access_Control_Request_Method="PUT",
        Access_Control_Request_Headers="authorization,x-a",
    )


def test_listed_origin_is_named_and_has_credentials() -> None:
    assert headers_of(make_app(expose_headers=["X-A"]), Origin=APP) == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "X-A",
        "Vary": "Origin",
    }


@pytest.mark.parametrize("headers", [{"Origin": OTHER}, {"Origin": "null"}, {"Origin": "?"}, {}])
def test_everybody_else_reads_without_credentials(headers: dict[str, str]) -> None:
    """Also without an Origin: a cache must not give this response to the listed origin."""
    assert headers_of(make_app(expose_headers=["X-A"]), **headers) == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "X-A",
        "Vary": "Origin",
    }


def test_preflight_echoes_names_for_the_listed_origin_alone() -> None:
    app = make_app(methods="*")
    vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
    assert preflight_of(app, APP) == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "PUT",
        "Access-Control-Allow-Headers": "authorization, x-a",
        "Access-Control-Max-Age": "600",
        "Vary": vary,
    }
    assert preflight_of(app, OTHER) == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "*",
        "Access-Control-Allow-Headers": "*, Authorization",
        "Access-Control-Max-Age": "600",
        "Vary": vary,
    }


def test_origin_of_a_pattern_is_named_and_only_the_listed_one_has_credentials() -> None:
    app = make_app(origins=["https://*.example.com"])
    assert headers_of(app, Origin="https://b.example.com") == {
        "Access-Control-Allow-Origin": "https://b.example.com",
        "Vary": "Origin",
    }
    assert headers_of(app, Origin=APP)["Access-Control-Allow-Credentials"] == "true"
    assert headers_of(app, Origin=OTHER) == {"Vary": "Origin"}
    assert headers_of(app) == {"Vary": "Origin"}


def test_preflight_for_one_request_keeps_the_two_apart() -> None:
    """The methods of the URL have different policies."""
    app = Flask("methods")
    cors = CrossOrigin(app, origins="*", credentials=[APP])
    app.add_url_rule("/marks", "read", lambda: "read")
    app.add_url_rule("/marks", "write", cors.policy(max_age=5)(lambda: "w"), methods=["PUT"])
    for origin, allowed in ((APP, APP), (OTHER, "*")):
        found = preflight_of(app, origin)
        assert found["Access-Control-Allow-Origin"] == allowed
        assert found["Access-Control-Allow-Methods"] == "PUT"
        assert found["Access-Control-Max-Age"] == "0"
        assert ("Access-Control-Allow-Credentials" in found) is (origin == APP)


def test_debug_denial_names_the_credentials_of_the_listed_origin_alone() -> None:
    app = make_app(request_headers=["X-B"])
    app.debug = True
    assert preflight_of(app, APP)["Access-Control-Allow-Credentials"] == "true"
    assert preflight_of(app, OTHER)["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in preflight_of(app, OTHER)


@pytest.mark.parametrize(("origin", "seen"), [(APP, True), (OTHER, False)])
def test_listed_origin_reads_tracebacks_in_debug_mode(origin: str, seen: bool) -> None:
    app = make_app()
    app.debug = True
    app.add_url_rule("/fails", "fails", lambda: 1 / 0)  # type: ignore[arg-type]
    client = app.test_client()
    if seen:
        assert "ZeroDivisionError" in client.get("/fails", headers={"Origin": origin}).text
    else:
        with pytest.raises(ZeroDivisionError):
            client.get("/fails", headers={"Origin": origin})


def test_response_of_two_scopes_has_what_both_allow() -> None:
    """An error handler responds in place of the router, so the app's own scope decides too."""
    app = Flask("two")
    cors = CrossOrigin(app, origins="*")
    cors.apply("/api", credentials=[APP])
    app.add_url_rule("/api/x", "x", lambda: "x")
    app.register_error_handler(404, lambda error: ("teapot", 418))
    response = app.test_client().get("/api/nope", headers={"Origin": APP})
    assert response.status_code == 418
    assert response.headers["Access-Control-Allow-Origin"] == APP
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert response.headers["Vary"] == "Origin"
    response = app.test_client().get("/api/nope", headers={"Origin": OTHER})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Vary"] == "Origin"


def test_browsers_sign_in_from_the_listed_origin_alone() -> None:
    browser = Browser({API: make_app()})
    page = browser.page(APP)
    assert page.fetch(f"{API}/signed-in", credentials="include").ok
    assert page.fetch(f"{API}/marks", credentials="include").text == "ines"
    assert page.fetch(f"{API}/marks", method="PUT", credentials="include").text == "ines"
    other = browser.page(OTHER)
    assert other.fetch(f"{API}/marks").text == "nobody"
    assert other.fetch(f"{API}/marks", method="PUT").text == "nobody"
    for method in ("GET", "PUT"):
        with pytest.raises(Blocked):
            other.fetch(f"{API}/marks", method=method, credentials="include")


def test_decision_has_the_headers_of_its_origin() -> None:
    app = make_app()
    cors = app.extensions["crossorigin"]
    with app.test_request_context("/marks", headers={"Origin": APP}):
        assert ("Access-Control-Allow-Credentials", "true") in cors.decide(request).headers
    with app.test_request_context("/marks", headers={"Origin": OTHER}):
        assert cors.decide(request).headers == (
            ("Access-Control-Allow-Origin", "*"),
            ("Vary", "Origin"),
        )


def test_config_key_takes_the_list_from_the_environment() -> None:
    app = Flask("environment")
    app.config.update(CORS_ORIGINS="*", CORS_CREDENTIALS=f"{APP} {OTHER}")
    CrossOrigin(app)
    app.add_url_rule("/marks", "marks", lambda: "marks")
    assert headers_of(app, Origin=OTHER)["Access-Control-Allow-Credentials"] == "true"


def test_routes_and_explain_show_the_list() -> None:
    app = make_app()
    runner = app.test_cli_runner()
    routes = runner.invoke(args=["cors", "routes"]).output
    assert f"every origin, with credentials for {APP}" in " ".join(routes.split())
    data = json.loads(runner.invoke(args=["cors", "routes", "--json"]).output)
    assert json.dumps(["https://app.example.com"]) in json.dumps(data)
    explained = runner.invoke(
        args=["cors", "explain", "GET", "/marks", "--origin", OTHER, "--credentials", "--json"]
    )
    change = json.loads(explained.output)["change"]
    assert change == f"In code: CrossOrigin(app, ..., credentials=[..., '{OTHER}'])"


def test_pattern_gets_no_warning_for_credentials_that_it_does_not_have() -> None:
    for credentials, warned in (([APP], False), (True, True)):
        app = make_app(origins=["https://*.example.com", APP], credentials=credentials)
        output = app.test_cli_runner().invoke(args=["cors", "check"]).output
        assert ("any-subdomain" in output) is warned
