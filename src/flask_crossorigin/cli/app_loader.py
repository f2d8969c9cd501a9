"""Loading of the app that a command is about, and its errors."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import click
from flask import Flask
from flask.cli import with_appcontext

from ..context import current_flask_app
from ..core.errors import PolicyError, PolicyProblem
from ..extension import scopes_and_problems
from ..scopes.table import ScopeTable
from ..state import state_of
from .formatting import echo_finding, finding_as_json
from .output import echo_json

VERSION: Final = 1
"""Version of the JSON of findings. A member that changes its meaning or is removed raises it."""
_HAS_ERRORS: Final = "The configuration of the app has errors: run `flask cors check`."


class CommandError(click.ClickException):
    """A command can't do its work. The exit code is that of wrong usage."""

    exit_code = 2


def load_app() -> Flask:
    """Return the app of this command line, with its context pushed until the command ends.

    :raises CommandError: if the app has no cross-origin policy.
    :raises PolicyError: if making the app fails because of its configuration.
    """
    app: Flask = click.get_current_context().invoke(with_appcontext(current_flask_app))
    try:
        state_of(app)
    except PolicyError as error:
        raise CommandError(str(error.errors[0])) from None
    return app


def load_valid_app(*, as_json: bool) -> tuple[Flask, ScopeTable]:
    """Return the app of this command line, and its scopes.

    If the configuration has errors, print them and exit with code 1.

    :param as_json: whether to print the errors as JSON.
    :raises CommandError: if the app has no cross-origin policy.
    """
    try:
        app = load_app()
        scopes, errors = scopes_and_problems(app)
        if not errors:
            return app, scopes
    except PolicyError as error:
        errors = list(error.errors)
    if as_json:
        echo_json(findings_as_json(errors))
    else:
        for each in errors:
            echo_finding("error", each, err=True)
    raise SystemExit(1)


def findings_as_json(
    errors: Iterable[PolicyProblem],
    warnings: Iterable[PolicyProblem] = (),
    information: Iterable[PolicyProblem] = (),
) -> dict[str, Any]:
    """Return the members of the JSON of `flask cors check`."""
    findings = [finding_as_json("error", each) for each in errors]
    ok = not findings
    findings += [finding_as_json("warning", each) for each in warnings]
    findings += [finding_as_json("information", each) for each in information]
    return {"version": VERSION, "ok": ok, "findings": findings}


@dataclass(frozen=True)
class LocalApp:
    """The app of this command line, with a valid policy.

    :ivar app: the app.
    :ivar scopes: its scopes.
    """

    app: Flask
    scopes: ScopeTable


def load_local_app() -> LocalApp | str:
    """Return the app of this command line, or one line on why it can't be used."""
    try:
        app = load_app()
    except PolicyError:
        return _HAS_ERRORS
    except click.ClickException as error:
        return error.format_message().strip().partition("\n")[0]
    except Exception as error:  # noqa: BLE001 - the app's own code may raise anything
        return f"Loading the app raised {type(error).__name__}: {error}"
    scopes, errors = scopes_and_problems(app)
    return _HAS_ERRORS if errors else LocalApp(app, scopes)
