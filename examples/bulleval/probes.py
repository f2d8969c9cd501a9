"""Views to aim probes at, and the log of what arrived. Plain Flask: nothing here knows of CORS."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from .recorder import LOG, Recorder

probes = Blueprint("probes", __name__)


@probes.route("/probes/echo", methods=["GET", "PUT", "PATCH"])
def echo() -> ResponseReturnValue:
    """Say what arrived."""
    arrived = {
        "method": request.method,
        "lesson": request.headers.get("X-Lesson"),
        "body": request.get_data(as_text=True),
    }
    return {name: value for name, value in arrived.items() if value}


@probes.get("/probes/forbidden")
def forbidden() -> ResponseReturnValue:
    """Refuse everyone."""
    raise Forbidden("The marks of the teachers are for nobody.")


@probes.get("/probes/failure")
def failure() -> ResponseReturnValue:
    """Fail as code fails: with an exception that no one expected."""
    raise RuntimeError("The probe 'failure' asks for this exception.")


@probes.get("/probes/headers")
def headers() -> ResponseReturnValue:
    """Answer with two headers of which one is exposed."""
    return {"sent": True}, {"X-Shown": "for every script", "X-Hidden": "for no script"}


@probes.get("/probes/cookie")
def cookie() -> ResponseReturnValue:
    """Say whether this view's cookie arrived, and set it for the next time."""
    response = make_response({"cookie_arrived": "bulleval-probe" in request.cookies})
    response.set_cookie("bulleval-probe", "1", httponly=True, samesite="Lax")
    return response


@probes.get("/probes/folder/")
def folder() -> ResponseReturnValue:
    """The router redirects here whoever leaves out the last slash."""
    return {"path": request.path}


@probes.get(LOG)
def log() -> ResponseReturnValue:
    """The requests that carried the id `?probe=`."""
    recorder = current_app.extensions["recorder"]
    assert isinstance(recorder, Recorder)
    return {"requests": recorder.requests(request.args.get("probe", ""))}
