"""cors.allows: who may use a request that need not be CORS, such as a WebSocket's handshake."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.routing import BaseConverter
from werkzeug.test import EnvironBuilder

from flask_crossorigin import CrossOrigin, PolicyError

from .conftest import APP, EVIL, OTHER, call

HANDSHAKE = {"Connection": "keep-alive, Upgrade", "Upgrade": "WebSocket"}


def serve(app: Flask, cors: CrossOrigin, *arguments: Any) -> Callable[[], str]:
    """A view that returns what `cors` says."""
    return lambda: str(cors.allows(*arguments))


def ask(app: Flask, path: str, origin: str | None = None, **more: Any) -> bool:
    """Open the WebSocket at `path`, whose view returns what `allows` returned."""
    response = call(app, "GET", path, origin, headers=HANDSHAKE, **more)
    assert response.status_code == 200, response.text
    return {"True": True, "False": False}[response.text]


@pytest.fixture
def cors(app: Flask) -> CrossOrigin:
    """The extension of an app with WebSockets in several scopes."""
    cors = CrossOrigin(app, origins=[APP])
    view = serve(app, cors)
    app.add_url_rule("/ws", "ws", view, websocket=True)
    app.add_url_rule("/own", "own", cors.policy(origins=[OTHER])(view), websocket=True)
    app.add_url_rule("/off", "off", cors.disable(view), websocket=True)
    app.add_url_rule("/evil", "evil", serve(app, cors, EVIL), websocket=True)
    app.add_url_rule("/http", "http", view)
    return cors


# The current request.


@pytest.mark.parametrize(
    ("path", "origin", "expected"),
    [
        ("/ws", APP, True),
        ("/ws", OTHER, False),
        ("/ws", "null", False),
        ("/ws", "no origin", False),
        ("/own", OTHER, True),
        ("/own", APP, False),
        ("/off", APP, False),
    ],
)
def test_the_policy_of_the_matched_rule_decides(
    app: Flask, cors: CrossOrigin, path: str, origin: str, expected: bool
) -> None:
    assert ask(app, path, origin) is expected


@pytest.mark.parametrize("path", ["/ws", "/own", "/off"])
def test_a_request_without_an_origin_is_allowed(app: Flask, cors: CrossOrigin, path: str) -> None:
    assert ask(app, path) is True


@pytest.mark.parametrize(
    ("base", "origin", "expected"),
    [
        ("https://api.example.com", "https://api.example.com", True),
        ("https://api.example.com:443", "https://api.example.com", True),
        ("https://api.example.com:8443", "https://api.example.com:8443", True),
        ("http://api.example.com:80", "http://api.example.com", True),
        ("https://api.example.com", "http://api.example.com", False),
        ("https://api.example.com", "https://api.example.com:8443", False),
        ("https://api.example.com:8443", "https://api.example.com", False),
        ("https://api.example.com", "https://example.com", False),
        ("https://api.example.com", "https://api.example.com.evil.example", False),
    ],
)
@pytest.mark.parametrize("path", ["/ws", "/off"])
def test_the_origin_of_the_api_itself_is_allowed(
    app: Flask, cors: CrossOrigin, base: str, origin: str, expected: bool, path: str
) -> None:
    assert ask(app, path, origin, base_url=base) is expected


def test_another_origin_can_be_asked_for(app: Flask, cors: CrossOrigin) -> None:
    assert ask(app, "/evil", APP) is False
    cors.reconfigure(origins=[EVIL])
    assert ask(app, "/evil", APP) is True
    assert ask(app, "/evil") is True


def test_a_request_that_is_no_handshake_can_be_asked_about(app: Flask, cors: CrossOrigin) -> None:
    assert call(app, "GET", "/http", APP).text == "True"
    assert call(app, "GET", "/http", EVIL).text == "False"


def test_every_origin_is_allowed_where_the_policy_allows_every_origin(app: Flask) -> None:
    cors = CrossOrigin(app, origins="*")
    app.add_url_rule("/ws", "ws", serve(app, cors), websocket=True)
    assert ask(app, "/ws", EVIL) is True


def test_origin_functions_are_called_and_their_failures_deny(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def tenant(origin: str, request: Any) -> bool:
        return bool({"/ws": origin == APP}[request.path])

    cors = CrossOrigin(app, origins=tenant)
    for path in ("/ws", "/fails"):
        app.add_url_rule(path, path, serve(app, cors), websocket=True)
    assert (ask(app, "/ws", APP), ask(app, "/ws", EVIL)) == (True, False)
    assert caplog.records == []
    assert ask(app, "/fails", APP) is False
    assert "origin function" in caplog.text


def test_a_hook_may_ask_before_there_is_a_matched_rule(app: Flask, cors: CrossOrigin) -> None:
    cors.apply("/static", origins=[OTHER])

    @app.before_request
    def refuse() -> str | None:
        return str(cors.allows()) if request.path.startswith("/unknown") else None

    assert (ask(app, "/unknown", APP), ask(app, "/unknown", OTHER)) == (True, False)


def test_outside_of_a_request_there_is_none_to_ask_about(app: Flask, cors: CrossOrigin) -> None:
    with pytest.raises(RuntimeError, match="request context"):
        cors.allows(APP)


def test_a_request_to_an_app_without_a_policy_is_an_error(cors: CrossOrigin) -> None:
    other = Flask("other")
    other.testing = True
    other.add_url_rule("/ws", "ws", serve(other, cors), websocket=True)
    with pytest.raises(PolicyError, match="not-initialised"):
        call(other, "GET", "/ws", APP, headers=HANDSHAKE)


# A WSGI environment.


def environ(path: str, origin: str | None = None, **more: Any) -> dict[str, Any]:
    headers: dict[str, Any] = {**HANDSHAKE, **more}
    if origin is not None:
        headers["Origin"] = origin
    return EnvironBuilder(path, headers=[*headers.items()]).get_environ()


def test_an_environment_is_asked_about_outside_of_a_request(cors: CrossOrigin) -> None:
    for path, origin in (("/ws", APP), ("/own", OTHER), ("/socket.io/", APP)):
        assert cors.allows(origin, environ(path)) is True
        assert cors.allows(None, environ(path, origin)) is True
        assert cors.allows(EVIL, environ(path)) is False
        assert cors.allows(None, environ(path, EVIL)) is False
        assert cors.allows(None, environ(path)) is True
    assert cors.allows("http://localhost", environ("/ws")) is True


@pytest.mark.parametrize(("scheme", "own"), [("ws", "http"), ("wss", "https"), ("https", "https")])
def test_servers_may_name_the_scheme_of_the_websocket(
    cors: CrossOrigin, scheme: str, own: str
) -> None:
    seen = {**environ("/ws"), "wsgi.url_scheme": scheme}
    assert cors.allows(f"{own}://localhost", seen) is True
    assert cors.allows(f"{'http' if own == 'https' else 'https'}://localhost", seen) is False


def test_an_untrusted_host_is_not_the_apis_own(app: Flask, cors: CrossOrigin) -> None:
    app.config["TRUSTED_HOSTS"] = ["api.example.com"]
    rebound = environ("/ws", "http://evil.example", Host="evil.example")
    assert cors.allows(None, rebound) is False
    own = environ("/ws", "http://api.example.com", Host="api.example.com")
    assert cors.allows(None, own) is True


def test_a_failing_router_denies(app: Flask, cors: CrossOrigin) -> None:
    class Failing(BaseConverter):
        def to_python(self, value: str) -> str:
            raise LookupError

    app.url_map.converters["failing"] = Failing
    app.add_url_rule("/row/<failing:row>", "row", serve(app, cors), websocket=True)
    assert cors.allows(APP, environ("/row/1")) is False


# The decision on a handshake.


@pytest.mark.parametrize(
    ("headers", "scope"),
    [
        (HANDSHAKE, "view own"),
        ({"Connection": "upgrade", "Upgrade": "websocket"}, "view own"),
        ({"Upgrade": "websocket"}, "app"),
        ({"Connection": "Upgrade"}, "app"),
        ({"Connection": "Upgrade", "Upgrade": "h2c"}, "app"),
        ({}, "app"),
    ],
)
def test_the_rule_of_a_websocket_is_matched_for_a_handshake_alone(
    cors: CrossOrigin, headers: dict[str, str], scope: str
) -> None:
    written: dict[str, Any] = {"Origin": OTHER, **headers}
    seen = EnvironBuilder("/own", headers=[*written.items()]).get_environ()
    decision = cors.decide(seen)
    assert (decision.scope, decision.allowed) == (scope, scope == "view own")


@pytest.mark.parametrize("path", ["/off", "/ws"])
def test_a_request_without_an_origin_is_allowed_to_read(cors: CrossOrigin, path: str) -> None:
    assert cors.decide(environ(path)).allowed is True
    assert cors.decide(environ(path, EVIL)).allowed is False
