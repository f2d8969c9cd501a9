"""``flask cors check``: errors and warnings about the configuration."""

from typing import Final

import click

from ..core.errors import PolicyError, PolicyProblem
from ..extension import scopes_and_problems
from ..inspection.lint import lint
from ..inspection.lint_messages import WARNINGS
from .app_loader import findings_as_json, load_app
from .formatting import echo_finding
from .output import count, echo, echo_json

_HELP: Final = """Check the configuration.

Report every error that would make the first request fail, and warn about settings that
work but are probably unintended. Some warnings are about settings that are only for
development: `flask --debug cors check` leaves them out.

\b
The JSON has these members:
  version   1
  ok        true if there are no errors
  findings  a list, errors first, each with
    level    "error" or "warning"
    code     stable name of the problem
    field    the setting or config key
    value    the value found there; text if JSON can't hold it
    message  the value and the rule that it breaks
    hint     what to write instead

Exit code: 1 if there are errors or, with --strict, warnings; 2 if the app has no policy; else 0.
"""


@click.command(help=_HELP, short_help="Check the configuration.")
@click.option("--strict", is_flag=True, help="Fail if there are warnings too.")
@click.option(
    "--ignore",
    "ignored",
    metavar="CODE",
    multiple=True,
    type=click.Choice(sorted(WARNINGS)),
    help="Leave out warnings (not errors) with this code. Can be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(strict: bool, ignored: tuple[str, ...], as_json: bool) -> None:
    """Print the errors and the warnings about the configuration."""
    errors, warnings = _findings()
    warnings = [each for each in warnings if each.code not in ignored]
    if as_json:
        echo_json(findings_as_json(errors, warnings))
    else:
        for each in errors:
            echo_finding("error", each)
        for each in warnings:
            echo_finding("warning", each)
        echo(_summary(errors, warnings))
    if errors or (strict and warnings):
        raise SystemExit(1)


def _findings() -> tuple[list[PolicyProblem], list[PolicyProblem]]:
    """Return the errors and the warnings."""
    try:
        app = load_app()
    except PolicyError as error:  # the app could not be made
        return list(error.errors), []
    scopes, errors = scopes_and_problems(app)
    return errors, lint(app, scopes)


def _summary(errors: list[PolicyProblem], warnings: list[PolicyProblem]) -> str:
    if not errors and not warnings:
        return click.style("OK: no errors, no warnings.", fg="green")
    return f"{count(len(errors), 'error')}, {count(len(warnings), 'warning')}."
