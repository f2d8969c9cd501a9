"""``flask cors check``: the configuration judged, for people and for continuous integration."""

import click

from ..core.errors import PolicyError, PolicyProblem
from ..inspection.lint import judge
from ..inspection.lint_messages import WARNINGS
from .app_loader import findings_as_json, inspected, loaded_app
from .formatting import echo_finding
from .output import count, echo, echo_json


@click.command()
@click.option("--strict", is_flag=True, help="Let warnings fail the check too.")
@click.option(
    "--ignore",
    "ignored",
    metavar="CODE",
    multiple=True,
    type=click.Choice(sorted(WARNINGS)),
    help="Leave out the warnings of this code; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(strict: bool, ignored: tuple[str, ...], as_json: bool) -> None:
    """Judge the configuration.

    Errors are what the first request would fail for. Warnings are what works, but is hardly
    meant, or is for development only: --debug leaves out those.

    \b
    JSON has these members:
      version   1
      sound     whether there is no error
      findings  a list, errors first, each with
        level    "error" or "warning"
        code     stable
        field    the setting or config key
        value    what was found there; as text where JSON lacks the like
        message  the value and the rule that it breaks
        hint     what to write instead

    Exit code: 0 if there is no error (with --strict no warning either), 1 if there is, 2 if
    there is nothing to judge.
    """  # noqa: D301 - the mark keeps click from wrapping what follows
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
    """The errors, and the warnings."""
    try:
        app = loaded_app()
    except PolicyError as error:  # there is no app to look at
        return list(error.errors), []
    scopes, problems = inspected(app)
    return problems, judge(app, scopes)


def _summary(errors: list[PolicyProblem], warnings: list[PolicyProblem]) -> str:
    if not errors and not warnings:
        return click.style("Sound: no errors, no warnings.", fg="green")
    return f"{count(len(errors), 'error')}, {count(len(warnings), 'warning')}."
