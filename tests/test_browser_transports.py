"""`WSGITransport`: requests to a WSGI app in this process."""

from typing import Any

import pytest
from flask import Flask

from flask_crossorigin import CrossOrigin
from flask_crossorigin.browser import Transport, TransportResponse, WSGITransport
from flask_crossorigin.browser.urls import URL
from flask_crossorigin.core.decision import Reason

from .conftest import bug
from .scripted import APP, Reply, Server


def test_request_arrives_unchanged() -> None:
    environs: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environs.append({**environ, "body": environ["wsgi.input"].read()})
        start_response("200 OK", [])
        return []

    url = URL("https://api.example.com:8443/a%20b/c?d=%20e&f")
    headers = [("Origin", APP), ("X-A", "1"), ("X-A", "2"), ("Content-Type", "text/x")]
    WSGITransport(app).send("patch", url, headers, b"\x00body")
    [environ] = environs
    wanted = {
        "REQUEST_METHOD": "patch",
        "PATH_INFO": "/a b/c",
        "QUERY_STRING": "d=%20e&f",
        "HTTP_HOST": "api.example.com:8443",
        "HTTP_ORIGIN": APP,
        "HTTP_X_A": "1, 2",
        "CONTENT_TYPE": "text/x",
        "CONTENT_LENGTH": "5",
        "wsgi.url_scheme": "https",
        "body": b"\x00body",
    }
    assert {key: environ[key] for key in wanted} == wanted


def test_path_with_two_slashes_is_not_a_host() -> None:
    environs: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environs.append(environ)
        start_response("200 OK", [])
        return []

    url = URL("http://api.example.com//admin/x?y")
    WSGITransport(app).send("GET", url, [], None)
    [environ] = environs
    names = "PATH_INFO", "HTTP_HOST", "SERVER_NAME", "REQUEST_URI"
    wanted = ["//admin/x", "api.example.com", "api.example.com", "//admin/x?y"]
    assert [environ[name] for name in names] == wanted


def test_path_keeps_its_bytes() -> None:
    environs: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environs.append(environ)
        start_response("200 OK", [])
        return []

    WSGITransport(app).send("GET", URL("http://api.example.com/%ff%C3%A4"), [], None)
    assert environs[0]["PATH_INFO"] == "/\xff\xc3\xa4"


def test_decision_is_that_of_the_path_with_two_slashes() -> None:
    app = Flask("api")
    cors = CrossOrigin(app, origins=[])
    app.add_url_rule("/x", "x", cors.policy(origins=[APP])(lambda: "x"))
    url = URL("http://api.example.com//admin/x")
    decision = WSGITransport(app).decide("GET", url, [("Origin", APP)])
    assert decision is not None
    assert decision.reason is Reason.ORIGIN_NOT_ALLOWED


def test_response_is_that_of_the_app() -> None:
    server = Server({"": Reply(418, [("X-A", "1"), ("X-A", "2")], b"tea")})
    response = WSGITransport(server).send("GET", URL("http://api.example.com/"), [], None)
    assert response == TransportResponse(418, (("X-A", "1"), ("X-A", "2")), b"tea", None)


def test_exception_of_the_app_is_raised() -> None:
    app = Flask("api")
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.add_url_rule("/", "bug", bug)
    with pytest.raises(ZeroDivisionError):
        WSGITransport(app).send("GET", URL("http://api.example.com/"), [], None)


def test_app_without_the_extension_has_no_decision() -> None:
    response = WSGITransport(Flask("api")).send("GET", URL("http://api.example.com/"), [], None)
    assert (response.status, response.decision) == (404, None)


def test_app_with_the_extension_has_a_decision() -> None:
    app = Flask("api")
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/", "view", lambda: "view")
    transport = WSGITransport(app)
    reasons = []
    for headers in ([("Origin", APP)], [("Origin", "https://evil.example")], []):
        decision = transport.send("GET", URL("http://api.example.com/"), headers, None).decision
        assert decision is not None
        reasons.append(decision.reason)
    assert reasons == [Reason.ALLOWED, Reason.ORIGIN_NOT_ALLOWED, Reason.NOT_CORS]


def test_transport_is_an_object_with_send() -> None:
    assert isinstance(WSGITransport(Server()), Transport)
    assert not isinstance(Server(), Transport)
    assert not isinstance(Flask("api"), Transport)


def test_decision_does_not_run_the_app() -> None:
    ran: list[str] = []
    app = Flask("api")
    CrossOrigin(app, origins=[APP])
    app.add_url_rule("/", "view", lambda: ran.append("view") or "view")
    url = URL("http://api.example.com/")
    decision = WSGITransport(app).decide("GET", url, [("Origin", "https://evil.example")])
    assert decision is not None
    assert decision.reason is Reason.ORIGIN_NOT_ALLOWED
    assert WSGITransport(Server()).decide("GET", url, []) is None
    assert ran == []
