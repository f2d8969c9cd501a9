"""Target: `CrossOrigin.decide` and the app's own response, with any request to one app."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from flask import Blueprint, Flask
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from flask_crossorigin import CrossOrigin, Decision, Outcome
from flask_crossorigin.core.headers import ALLOW_ORIGIN

from . import reference
from .requests import environ_of

POLICIES: Final[dict[str, dict[str, Any]]] = {
    "app": {"origins": ["https://app.example.com"], "credentials": True},
    "prefix /open": {"origins": "*", "credentials": False},
    "blueprint admin": {"origins": ["https://*.admin.example"], "credentials": True},
    "view own": {
        "origins": [lambda origin: origin.endswith(".own.example")],
        "methods": ["GET", "PUT"],
    },
    "view none": {"origins": []},
}
"""By scope: settings that leave nothing to inherit but defaults."""

SCOPES: Final = {
    "marks": "app",
    "mark": "app",
    "open": "prefix /open",
    "admin.users": "blueprint admin",
    "own": "view own",
    "none": "view none",
}
"""The scope of each endpoint; `off` is disabled."""


@cache
def made() -> tuple[Flask, CrossOrigin]:
    """Return the app, and its extension."""
    app = Flask("fuzzed", static_folder=None)
    cors = CrossOrigin(app, **POLICIES["app"])
    admin = Blueprint("admin", "admin", url_prefix="/admin")
    everything = ["GET", "PUT", "DELETE"]
    app.add_url_rule("/marks", "marks", lambda: "marks", methods=everything)
    app.add_url_rule("/marks/<int:number>/", "mark", lambda number: str(number))
    app.add_url_rule("/open/<path:rest>", "open", lambda rest: "open", methods=everything)
    admin.add_url_rule("/users/<name>", "users", lambda name: name, methods=everything)
    app.add_url_rule("/own", "own", cors.policy(**POLICIES["view own"])(lambda: "own"))
    app.add_url_rule("/none", "none", cors.policy(**POLICIES["view none"])(lambda: "none"))
    app.add_url_rule("/off", "off", cors.disable(lambda: "off"))
    app.register_blueprint(admin)
    cors.apply("/open", **POLICIES["prefix /open"])
    cors.apply(admin, **POLICIES["blueprint admin"])
    return app, cors


def check(data: bytes) -> None:
    """Decide on the request in `data`, and send it."""
    app, cors = made()
    environ = environ_of(data)
    decision = cors.decide(dict(environ))
    origin = environ.get("HTTP_ORIGIN")
    if decision.outcome is Outcome.ALLOWED:
        assert origin is not None
        assert any(reference.allows(POLICIES[each], origin) for each in _possible(app, environ))
    sent = _send(app, environ)
    found = [value for name, value in sent if name.lower() == ALLOW_ORIGIN.lower()]
    _check_sent(decision, origin, found)


def _possible(app: Flask, environ: dict[str, Any]) -> Iterable[str]:
    """Return the scopes that may apply: one if the router finds a rule, else every one."""
    method = environ["REQUEST_METHOD"]
    if method == "OPTIONS":
        method = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", method)
    try:
        endpoint, _ = app.url_map.bind_to_environ(environ).match(method=method)
    except HTTPException:
        return POLICIES
    return [SCOPES[endpoint]] if endpoint in SCOPES else []


def _send(app: Flask, environ: dict[str, Any]) -> list[tuple[str, str]]:
    return list(Response.from_app(app, dict(environ)).headers)


def _check_sent(decision: Decision, origin: str | None, found: list[str]) -> None:
    """Check that the response allows what the decision does."""
    decided = [value for name, value in decision.headers if name == ALLOW_ORIGIN]
    assert found == decided
    assert set(found) <= {"*", origin}
    if decision.outcome is Outcome.DENIED:
        assert not found
