"""A `verify` that notes its calls, and requests of its users."""

from typing import Any

from flask import Flask

from flask_crossorigin import Access, PolicyError

from .conftest import APP, allowed, call

USERS = {"ines": {"marks:read", "marks:write"}, "sam": {"marks:read"}}


class Door:
    """A `verify` that knows `USERS` by their token, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, request: Any, *needs: str) -> str | None:
        self.asked.append(needs)
        user: str = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if user not in USERS:
            return None
        if not USERS[user].issuperset(needs):
            raise Access.Denied(f"You lack {', '.join(needs)}.")
        return user


def view() -> str:
    """A view without anything of its own."""
    return "view"


def codes(error: PolicyError) -> list[str]:
    """The codes of the problems in `error`."""
    return [each.code for each in error.errors]


def as_user(app: Flask, path: str, user: str | None, method: str = "GET") -> Any:
    """The answer to `user`, or to nobody."""
    headers = {} if user is None else {"Authorization": f"Bearer {user}"}
    return call(app, method, path, APP, headers=headers)


def statuses(app: Flask, path: str, method: str = "GET") -> tuple[int, int, int]:
    """The statuses for nobody, for Sam, who may only read, and for Ines."""
    answers = [as_user(app, path, user, method) for user in (None, "sam", "ines")]
    assert [allowed(each) for each in answers] == [APP] * 3
    return answers[0].status_code, answers[1].status_code, answers[2].status_code
