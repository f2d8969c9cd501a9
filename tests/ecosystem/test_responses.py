"""Packages that change responses, or send some of their own, beside the policy."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cachelib import SimpleCache
from flask import Flask, session
from flask_admin import Admin
from flask_compress import Compress
from flask_debugtoolbar import DebugToolbarExtension
from flask_session import Session
from flask_talisman import Talisman
from prometheus_client import REGISTRY
from prometheus_flask_exporter import PrometheusMetrics

from flask_crossorigin import Access, CrossOrigin

from .api import APP, EVIL, Api, make_api
from .conftest import Make
from .contract import INES, SAM, Row, broken_in_debug_mode, broken_promises
from .recipes.flask_admin import add_admin
from .recipes.flask_limiter import use_flask_limiter
from .recipes.prometheus import add_metrics
from .recipes.whitenoise import use_whitenoise
from .wire import send, sender

COOKIE = frozenset({"cookie"})
ENCODING = frozenset({"accept-encoding"})

# Flask-Compress.


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate"])
def test_vary_lists_the_encoding_and_the_origin(make: Make, encoding: str) -> None:
    api = make(Compress)
    api.app.add_url_rule("/long", "long", lambda: "long" * 1000)
    rows = [Row("GET", "/long", 200, {"Accept-Encoding": encoding}, ENCODING)]
    assert broken_promises(api, rows, [("/long", "PUT")]) == []
    received = send(api.served, "GET", "/long", {"Origin": APP, "Accept-Encoding": encoding})
    assert received.lines("Content-Encoding") == [encoding]


# Flask-Talisman.


def test_redirects_to_https_can_be_read(make: Make) -> None:
    api = make(lambda app: Talisman(app, session_cookie_secure=False))
    rows = [Row("GET", "/marks", 302), Row("GET", "/nowhere", 302), Row("PUT", "/marks", 302)]
    assert broken_promises(api, rows) == []


def test_nothing_is_broken_beside_talisman(make: Make) -> None:
    api = make(lambda app: Talisman(app, session_cookie_secure=False))
    assert broken_promises(api, send=sender(api.served, "https")) == []


# Flask-Session.


def test_a_session_on_the_server_is_merged_into_vary(make: Make) -> None:
    def setup(app: Flask) -> None:
        app.config.update(SESSION_TYPE="cachelib", SESSION_CACHELIB=SimpleCache())
        Session(app)

    api = make(setup)
    api.app.add_url_rule("/login", "login", lambda: str(session.update(user="ines")))
    rows = [Row("GET", "/session", 200, vary=COOKIE), Row("GET", "/login", 200, vary=COOKIE)]
    assert broken_promises(api, rows, [("/session", "PUT"), ("/login", "POST")]) == []
    cookie = send(api.served, "GET", "/login").lines("Set-Cookie")[0].partition(";")[0]
    received = send(api.served, "GET", "/session", {"Origin": APP, "Cookie": cookie})
    assert received.body == b"hello ines"


def test_nothing_is_broken_beside_flask_session(make: Make) -> None:
    def setup(app: Flask) -> None:
        app.config.update(SESSION_TYPE="cachelib", SESSION_CACHELIB=SimpleCache())
        Session(app)

    assert broken_promises(make(setup)) == []


# Flask-Admin.


def test_views_of_flask_admin_can_be_for_users() -> None:
    api = make_api()
    add_admin(api.app, Access(api.app, verify=api.verify))
    rows = [
        Row("GET", "/admin/marks/", 401),
        Row("GET", "/admin/marks/", 403, SAM),
        Row("GET", "/admin/marks/", 200, INES, body=b"marks"),
        Row("GET", "/admin/marks", 308, INES),
    ]
    assert broken_promises(api, rows, [("/admin/marks/", "GET")]) == []


def test_nothing_is_broken_beside_flask_admin(make: Make) -> None:
    assert broken_promises(make(Admin)) == []


# Flask-DebugToolbar.


@pytest.fixture
def toolbar(make: Make) -> Api:
    def setup(app: Flask) -> None:
        app.debug = True
        DebugToolbarExtension(app)

    return make(setup)


def test_a_page_with_the_toolbar_can_be_read(toolbar: Api) -> None:
    toolbar.app.add_url_rule("/page", "page", lambda: "<html><body>page</body></html>")
    assert (
        broken_promises(toolbar, [Row("GET", "/page", 200, vary=COOKIE)], [("/page", "PUT")]) == []
    )
    assert b"flDebug" in send(toolbar.served, "GET", "/page", {"Origin": APP}).body


def test_a_traceback_beside_the_toolbar_can_be_read(toolbar: Api) -> None:
    assert broken_in_debug_mode(toolbar) == []


# prometheus-flask-exporter.


@pytest.fixture(autouse=True)
def no_metrics() -> Iterator[None]:
    """Clear the registry of the process afterwards: it takes each metric only once."""
    before = set(REGISTRY._collector_to_names)
    yield
    for each in set(REGISTRY._collector_to_names) - before:
        REGISTRY.unregister(each)


def test_nothing_is_broken_beside_the_exporter(make: Make) -> None:
    assert broken_promises(make(PrometheusMetrics)) == []


def test_preflights_are_not_counted_and_the_metrics_are_for_everyone() -> None:
    app = Flask("closed")
    CrossOrigin(app, origins=[APP])
    add_metrics(app, Access(app, verify=lambda request: None, default="required"))
    app.add_url_rule("/marks", "marks", lambda: "marks", methods=["GET", "PUT"])
    preflight = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
    for _ in range(2):
        assert send(app, "OPTIONS", "/marks", preflight).status == 204
        assert send(app, "PUT", "/marks", {"Origin": APP}).status == 401
    received = send(app, "GET", "/metrics", {"Origin": APP})
    assert (received.status, received.lines("Access-Control-Allow-Origin")) == (200, [APP])
    counted = re.findall(rb"^flask_http_request_total\{(.*)\} (.*)$", received.body, re.MULTILINE)
    assert counted == [(b'method="PUT",status="401"', b"2.0")]


# WhiteNoise.


def test_files_of_whitenoise_are_for_the_same_origin(make: Make, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("file")
    api = make(lambda app: use_whitenoise(app, str(tmp_path)))
    for origin in (APP, EVIL):
        received = send(api.served, "GET", "/file.txt", {"Origin": origin})
        assert (received.status, received.body) == (200, b"file")
        assert received.lines("Access-Control-Allow-Origin") == []


def test_nothing_is_broken_beside_whitenoise(make: Make, tmp_path: Path) -> None:
    assert broken_promises(make(lambda app: use_whitenoise(app, str(tmp_path)))) == []


# Flask-Limiter, as its recipe has it.


def test_the_page_can_read_when_it_may_try_again() -> None:
    app = Flask("limited")
    use_flask_limiter(app)
    app.add_url_rule("/marks", "marks", lambda: "marks", methods=["GET", "PUT"])
    preflight = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
    for _ in range(6):
        assert send(app, "OPTIONS", "/marks", preflight).status == 204
    received = [send(app, "GET", "/marks", {"Origin": APP}) for _ in range(3)]
    assert [each.status for each in received] == [200, 200, 429]
    for each in received:
        exposed = each.lines("Access-Control-Expose-Headers")
        assert exposed == ["Retry-After, X-RateLimit-Remaining"]
        assert each.lines("X-RateLimit-Remaining")
        assert each.lines("Retry-After")
