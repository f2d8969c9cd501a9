"""Decorators: each returns what it decorates, with its own type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from flask import Blueprint, Flask
from flask.views import MethodView
from typing_extensions import assert_type

from flask_crossorigin import Access, CrossOrigin, Policy

app = Flask(__name__)
cors = CrossOrigin(app, origins=[])
access = Access(app, verify=lambda request, *needs: None, default="required")
api = Blueprint("api", __name__)


# Functions keep their parameters.


@app.route("/marks/<int:number>")
@cors.policy(origins=["https://app.example.com"], max_age=60)
@access.required("marks:read")
def mark(number: int, *, full: bool = False) -> dict[str, int]:
    return {"number": number}


assert_type(mark(3, full=True), dict[str, int])


@cors.policy(Policy(origins="*"))
@access.public
def prices() -> str:
    return "prices"


assert_type(prices, Callable[[], str])


@access.required
def me() -> str:
    return "me"


assert_type(me, Callable[[], str])


@access.required("marks:write", "admin")
def add_mark(number: int) -> tuple[str, int]:
    return "", 201


assert_type(add_mark(3), tuple[str, int])


# Async views stay async.


@app.route("/slow")
@cors.policy(max_age=0)
@cors.disable
@access.required
async def slow(number: int) -> str:
    return str(number)


waiting: Awaitable[str] = slow(3)


async def called() -> None:
    assert_type(await slow(3), str)


# Classes stay classes, and methods stay methods.


@cors.policy(credentials=True)
@access.required
class Marks(MethodView):
    """A view class."""

    init_every_request = False

    @cors.disable
    def get(self, number: int) -> str:
        return str(number)

    @access.public
    @cors.policy(methods=["PUT"])
    def put(self, number: int) -> bytes:
        return b""

    def mine(self) -> None:
        """Any other method."""


assert_type(Marks, type[Marks])
assert_type(Marks().get(3), str)
assert_type(Marks().put(number=3), bytes)
app.add_url_rule("/marks", view_func=Marks.as_view("marks"))


# `disable` is a decorator for views, and a declaration for everything else.


@cors.disable
def legacy(number: int) -> str:
    return str(number)


assert_type(legacy(3), str)
cors.disable("/legacy")
cors.disable(api)
cors.disable("/legacy", app=app)


# Access.

access.protect(api, "admin")
access.open(api)
Access(verify=lambda request: None, www_authenticate="Bearer").init_app(app)
denied: type[Exception] = Access.Denied
raise Access.Denied("You lack marks:write.")
