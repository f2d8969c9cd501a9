"""The values that `verify` returns: a user, nobody, or a mistake."""

import functools
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from werkzeug.local import LocalProxy

from flask_crossorigin import Access

from .access_helpers import view
from .conftest import call


def status(value: Any) -> int:
    """Return the status of a required view if `verify` returns `value`."""
    app = Flask("app")
    app.add_url_rule("/x", "x", Access(verify=lambda _: value).required(view))
    return call(app, "GET", "/x").status_code


class Failing:
    """A user whose property fails."""

    @property
    def is_authenticated(self) -> bool:
        """Fail by the exception that stands for an absent attribute."""
        return bool(self.profile)  # type: ignore[attr-defined]


class Unset:
    """A user whose attribute has no value yet."""

    __slots__ = ("is_authenticated",)


class Anything:
    """A proxy of a kind that Werkzeug does not know."""

    def __init__(self, target: object) -> None:
        self._target = target

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)


@pytest.mark.parametrize("user", [Failing(), Unset(), LocalProxy(Failing), Anything(Failing())])
def test_an_is_authenticated_that_fails_is_a_500_never_a_pass(user: Any) -> None:
    assert status(user) == 500


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (SimpleNamespace(is_authenticated=True), 200),
        (SimpleNamespace(is_authenticated=False), 401),
        (Anything(SimpleNamespace(is_authenticated=True)), 200),
        (Anything(SimpleNamespace(is_authenticated=False)), 401),
        (SimpleNamespace(name="ines"), 200),
        (Anything(SimpleNamespace(name="ines")), 200),
    ],
)
def test_is_authenticated_decides_if_there_is_one(user: Any, expected: int) -> None:
    assert status(user) == expected


@pytest.mark.parametrize(
    "value",
    [
        functools.partial(print),
        range(3),
        range(0),
        ...,
        ValueError("no"),
        sys,
    ],
)
def test_what_is_certainly_no_user_is_a_500(value: Any) -> None:
    assert status(value) == 500


class Lazy:
    """A text that is put together when it is needed, as Flask-Babel's."""

    def __str__(self) -> str:
        return "Das ist nicht erlaubt."


def test_a_description_may_be_a_lazy_translation() -> None:
    def verify(request: Any) -> Any:
        raise Access.Denied(Lazy())

    app = Flask("app")
    app.add_url_rule("/x", "x", Access(verify=verify).required(view))
    response = call(app, "GET", "/x")
    assert response.status_code == 403
    assert response.get_json(force=True)["detail"] == "Das ist nicht erlaubt."
