"""The evaluations API: pupils and their marks, for a front end on another origin.

All that flask-crossorigin does is here: `cors` says which origin may read the answers, `access`
asks `verify` who is calling, `create_app` binds both to an app, and a blueprint or a view says
where it differs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Request, Response, current_app, g, jsonify, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, Unauthorized

from flask_crossorigin import Access, CrossOrigin

from . import checks, problems
from .book import Book, Mark, User, prepare, secret_key
from .probes import probes
from .recorder import Recorder


def verify(request: Request, *needs: str) -> User | None:
    """Who is calling? Asked before a view runs, never on a preflight."""
    user = book().user(session.get("user", ""))
    if user is not None and not user.grants.issuperset(needs):
        raise access.Denied("You may read the marks, not change them.")
    return user


cors = CrossOrigin()
access = Access(verify=verify, default="required")

auth = Blueprint("auth", __name__)
pupils = Blueprint("pupils", __name__)
marks = Blueprint("marks", __name__)

access.protect(pupils, "marks:read")
access.protect(marks, "marks:read")
access.open(probes)
cors.apply(marks, expose_headers=["Location", "X-Total-Count"])
cors.apply(probes, expose_headers=["X-Shown"])


def create_app(data: Path, front_end: str) -> Flask:
    """The API over the mark book in the folder `data`, for the front end at that origin."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        BOOK=prepare(data),
        SECRET_KEY=secret_key(data),
        SESSION_COOKIE_NAME="bulleval",
        SESSION_COOKIE_SAMESITE="Lax",  # and Secure, on an API that is served over https
        MAX_CONTENT_LENGTH=64 * 1024,
        CORS_ORIGINS=[front_end],
        CORS_CREDENTIALS=True,
    )
    app.add_url_rule("/", view_func=about)
    for blueprint in (auth, pupils, marks, probes):
        app.register_blueprint(blueprint)
    app.after_request(keep_from_caches)
    app.teardown_appcontext(close_book)
    problems.init_app(app)

    access.init_app(app)
    cors.init_app(app)
    # Outermost: the recorder sees the preflights too, which never reach the app.
    recorder = Recorder(app.wsgi_app)
    app.extensions["recorder"] = recorder
    app.wsgi_app = recorder  # type: ignore[method-assign]
    return app


@access.public
@cors.policy(origins="*", credentials=False)
def about() -> ResponseReturnValue:
    """What this API is: for everyone to read, from every origin."""
    return {"name": "Bulleval", "session": "/session", "pupils": "/pupils", "marks": "/marks"}


@auth.post("/session")
@access.public
def sign_in() -> ResponseReturnValue:
    """Start a session."""
    user = book().sign_in(*checks.credentials())
    if user is None:
        raise Unauthorized("No user has this name and password.")
    session.clear()
    session["user"] = user.name
    return as_json(user)


@auth.get("/session")
def who_am_i() -> ResponseReturnValue:
    """Who is signed in: 401 where nobody is, since a view without a mark is not open."""
    return as_json(access.user)


@auth.delete("/session")
@access.public
def sign_out() -> ResponseReturnValue:
    """End the session, if there is one."""
    session.clear()
    return "", 204


@pupils.get("/pupils")
def list_pupils() -> ResponseReturnValue:
    """Every pupil, by name."""
    return jsonify(book().pupils())


@marks.get("/marks")
def list_marks() -> ResponseReturnValue:
    """The marks, or those of `?pupil=`. X-Total-Count: how many there are in the whole book."""
    response = jsonify(book().marks(checks.pupil_asked()))
    response.headers["X-Total-Count"] = str(book().count())
    response.headers["X-Server-Note"] = "Not exposed: no script of another origin can read this."
    return response


@marks.post("/marks")
@access.required("marks:write")
def add_mark() -> ResponseReturnValue:
    """Add a mark."""
    number = book().add(asked_mark())
    return found(number), 201, {"Location": f"/marks/{number}"}


@marks.get("/marks/<int:number>")
def show_mark(number: int) -> ResponseReturnValue:
    """One mark."""
    return found(number)


@marks.put("/marks/<int:number>")
@access.required("marks:write")
def replace_mark(number: int) -> ResponseReturnValue:
    """Write a mark anew."""
    found(number)
    book().replace(number, asked_mark())
    return found(number)


@marks.delete("/marks/<int:number>")
@access.required("marks:write")
def delete_mark(number: int) -> ResponseReturnValue:
    """Delete a mark."""
    found(number)
    book().delete(number)
    return "", 204


def book() -> Book:
    """This request's connection to the mark book."""
    if "book" not in g:
        g.book = Book(current_app.config["BOOK"])
    connection: Book = g.book
    return connection


def close_book(error: BaseException | None) -> None:
    """Close this request's connection, if it had one."""
    if "book" in g:
        book().close()


def asked_mark() -> Mark:
    """The mark in the request's body, checked."""
    return checks.mark(pupils={pupil["id"] for pupil in book().pupils()})


def found(number: int) -> dict[str, Any]:
    """The mark of that number, or 404."""
    mark = book().mark(number)
    if mark is None:
        raise NotFound("There is no mark of this number.")
    return mark


def as_json(user: User) -> dict[str, Any]:
    """What the front end may know of a user."""
    return {
        "username": user.name,
        "name": user.full_name,
        "may_write": "marks:write" in user.grants,
    }


def keep_from_caches(response: Response) -> Response:
    """No cache keeps what one person may see."""
    response.headers["Cache-Control"] = "no-store"
    return response
