"""The app that a command is about, and what is wrong with it before it can be looked at."""

from collections.abc import Iterable
from typing import Any, Final

import click
from flask import Flask
from flask.cli import with_appcontext

from ..access import access_problems
from ..context import current_flask_app
from ..core.errors import PolicyError, PolicyProblem
from ..scopes.table import ScopeTable
from ..state import state_of
from .formatting import echo_finding, finding_as_json
from .output import echo_json

VERSION: Final = 1
"""Of the form of findings as JSON: it goes up where a member changes its meaning or goes away."""
_WRONG: Final = "Its configuration is wrong: run `flask cors check`."


class NotUsable(click.ClickException):
    """There is nothing to look at: one sentence, and the exit code of wrong usage."""

    exit_code = 2


def loaded_app() -> Flask:
    """The app of this command line, its context pushed until the command ends.

    :raises NotUsable: if the app has no cross-origin policy.
    :raises PolicyError: if the app can't be made because of its configuration.
    """
    app: Flask = click.get_current_context().invoke(with_appcontext(current_flask_app))
    try:
        state_of(app)
    except PolicyError as error:
        raise NotUsable(str(error.errors[0])) from None
    return app


def sound_app(*, for_programs: bool) -> tuple[Flask, ScopeTable]:
    """The app of this command line, and its scopes.

    What is wrong with them is printed, and ends the command with the exit code 1.

    :param for_programs: whether to print JSON.
    :raises NotUsable: if the app has no cross-origin policy.
    """
    try:
        app = loaded_app()
        scopes, problems = inspected(app)
        if not problems:
            return app, scopes
    except PolicyError as error:
        problems = list(error.errors)
    if for_programs:
        echo_json(findings_as_json(problems))
    else:
        for each in problems:
            echo_finding("error", each, err=True)
    raise SystemExit(1)


def findings_as_json(
    errors: Iterable[PolicyProblem], warnings: Iterable[PolicyProblem] = ()
) -> dict[str, Any]:
    """What is wrong with an app, and what is hardly meant."""
    found = [finding_as_json("error", each) for each in errors]
    sound = not found
    found += [finding_as_json("warning", each) for each in warnings]
    return {"version": VERSION, "sound": sound, "findings": found}


def app_beside() -> tuple[Flask | None, str]:
    """The app of this command line, if it has a sound policy; else None, and a line on why not."""
    try:
        app = loaded_app()
    except PolicyError:
        return None, _WRONG
    except click.ClickException as error:
        return None, error.format_message().strip().partition("\n")[0]
    except Exception as error:  # noqa: BLE001 - the app's own code raises what it likes
        return None, f"Loading it raised {type(error).__name__}: {error}"
    if inspected(app)[1]:
        return None, _WRONG
    return app, ""


def inspected(app: Flask) -> tuple[ScopeTable, list[PolicyProblem]]:
    """The scopes of `app`, and every problem for which its first request would fail."""
    table = state_of(app).table()
    return table, [*table.problems, *access_problems(app)]
