"""Use the installed package as a new user does; `scripts/package.py` runs this."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from importlib.resources import files
from pathlib import Path

from flask import Flask

import flask_crossorigin
from flask_crossorigin import Access, CrossOrigin
from flask_crossorigin.browser import Blocked, Browser

APP = "https://app.example.com"
API = "https://api.example.com"


def main() -> None:
    """Raise if the package does not work."""
    check_what_is_installed()
    app = make_app()
    check_preflight(app)
    check_browser(app)
    check_command_line()


def check_what_is_installed() -> None:
    """Compare the installed package with what it says of itself."""
    assert "site-packages" in str(flask_crossorigin.__file__)
    assert metadata.version("flask-crossorigin") == flask_crossorigin.__version__
    assert files("flask_crossorigin").joinpath("py.typed").is_file()
    points = metadata.distribution("flask-crossorigin").entry_points
    names = {(each.group, each.name) for each in points}
    assert names == {("flask.commands", "cors"), ("pytest11", "flask_crossorigin")}
    assert all(each.load() for each in points if each.group == "flask.commands")


def make_app() -> Flask:
    """Return an app with one view that everyone on the list may use, and one that nobody may."""
    app = Flask("tried")
    CrossOrigin(app, origins=[APP], credentials=True)
    access = Access(app, verify=lambda request: None)
    app.add_url_rule("/marks", "marks", lambda: {"mark": 12}, methods=["GET", "PUT"])
    app.add_url_rule("/secret", "secret", access.required(lambda: "secret"))
    return app


def check_preflight(app: Flask) -> None:
    """Send a preflight of an allowed origin, and of a denied one."""
    headers = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
    response = app.test_client().options("/marks", headers=headers)
    assert response.status_code == 204, response.status
    assert response.headers["Access-Control-Allow-Origin"] == APP
    denied = app.test_client().options(
        "/marks", headers={**headers, "Origin": "https://evil.example"}
    )
    assert denied.status_code == 403, denied.status
    assert "Access-Control-Allow-Origin" not in denied.headers


def check_browser(app: Flask) -> None:
    """Reach the app from a page in the browser model."""
    browser = Browser({API: app}, base=API)
    page = browser.page(APP)
    assert page.fetch("/marks", method="PUT", json={}).json() == {"mark": 12}
    assert page.fetch("/secret").status == 401
    reason = None
    try:
        browser.page("https://evil.example").fetch("/marks")
    except Blocked as blocked:
        reason = blocked.server_reason
    assert reason == "origin-not-allowed", reason


def check_command_line() -> None:
    """Run `flask cors` as a user would."""
    code = (
        "from flask import Flask; from flask_crossorigin import CrossOrigin\n"
        f"app = Flask('app'); CrossOrigin(app, origins=[{APP!r}])\n"
    )
    Path("app.py").write_text(code, encoding="utf-8")
    flask = Path(sys.executable).with_name("flask")
    for words, expected in ((["--help"], "explain"), (["check", "--strict"], "OK")):
        done = subprocess.run(
            [flask, "cors", *words],
            env={**os.environ, "PYTHONWARNINGS": "error"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert expected in done.stdout, done.stdout
        assert done.stderr == "", done.stderr


if __name__ == "__main__":
    main()
