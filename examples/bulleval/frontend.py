"""The two other origins: the front end's server, and the stranger's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, render_template, send_from_directory
from flask.typing import ResponseReturnValue

HERE = Path(__file__).parent


def create_front_end(api: str, stranger: str) -> Flask:
    """Pages and scripts, and in `/config.json` the origins that the scripts talk to."""
    app = Flask(__name__, static_folder=HERE / "frontend", static_url_path="")
    app.after_request(
        _send(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            f"connect-src 'self' {api}; frame-src {stranger}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    )

    @app.get("/")
    def marks() -> Response:
        return app.send_static_file("index.html")

    @app.get("/probes")
    def probes() -> Response:
        return app.send_static_file("probes.html")

    @app.get("/config.json")
    def config() -> ResponseReturnValue:
        return {"api": api, "stranger": stranger}

    return app


def create_stranger(api: str, front_end: str) -> Flask:
    """A page that the API does not know, which tries to read the marks all the same."""
    app = Flask(
        __name__, static_folder=HERE / "stranger", static_url_path="", template_folder="stranger"
    )
    app.after_request(
        _send(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            f"connect-src {api}; base-uri 'none'; form-action 'none'; frame-ancestors {front_end}"
        )
    )

    @app.get("/")
    def page() -> str:
        return render_template("index.html", api=api, front_end=front_end)

    @app.get("/<any('style.css', 'attempt.js', 'frame.js', 'icon.svg'):name>")
    def shared(name: str) -> Response:
        return send_from_directory(HERE / "frontend", name)

    return app


def _send(content_security_policy: str) -> Callable[[Response], Response]:
    """Let a page load and reach what it is made of, and nothing else."""

    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = content_security_policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return add
