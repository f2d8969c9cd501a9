"""``flask cors check``: errors and warnings about the configuration."""

from collections.abc import Iterable
from typing import Final

import click

from ..core.errors import PolicyError, PolicyProblem
from ..extension import scopes_and_problems
from ..inspection.lint import lint
from ..inspection.lint_messages import WARNINGS
from ..inspection.probe import Findings, probe
from ..inspection.probe_messages import PROBED
from .app_loader import findings_as_json, load_app
from .formatting import echo_finding
from .options import parse_seeds
from .output import count, echo, echo_json

_HELP: Final = """Check the configuration.

Report every error that would make the first request fail, and warn about settings that
work but are probably unintended. Some warnings are about settings that are only for
development: `flask --debug cors check` leaves them out.

--probe calls every origin function, and every object with an `allows` method, with origins
that attackers use: names that begin, end or look like one of yours, other ports and schemes,
and texts that no browser sends. An attacker's origin that gets in is an error. Another port or
scheme is a warning. Subdomains of your domains, and texts that no browser sends, are
information. The origins are made from those that your policies list, from SERVER_NAME, from
texts in the function, and from --origin. If a function allows none of them, it can't be
probed, which is a warning. The functions really run, so they may query a database.

\b
The JSON has these members:
  version   1
  ok        true if there are no errors
  findings  a list, errors first, each with
    level    "error", "warning" or, with --probe, "information"
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
    type=click.Choice(sorted({*WARNINGS, *PROBED} - {"probe-allowed"})),
    help="Leave out warnings (not errors) with this code. Can be given several times.",
)
@click.option(
    "--probe",
    "probes",
    is_flag=True,
    help="Call every origin function with origins that attackers use.",
)
@click.option(
    "--origin",
    "origins",
    metavar="ORIGIN",
    multiple=True,
    callback=parse_seeds,
    help="With --probe: an origin that a function should allow. Can be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(
    strict: bool, ignored: tuple[str, ...], probes: bool, origins: tuple[str, ...], as_json: bool
) -> None:
    """Print the errors and the warnings about the configuration."""
    if origins and not probes:
        raise click.UsageError("--origin is only for --probe. Add --probe.")
    found = _findings(origins if probes else None)
    errors = found.errors
    warnings = [each for each in found.warnings if each.code not in ignored]
    information = [each for each in found.information if each.code not in ignored]
    if as_json:
        echo_json(findings_as_json(errors, warnings, information))
    else:
        levels = {"error": errors, "warning": warnings, "information": information}
        for level, problems in levels.items():
            for each in problems:
                echo_finding(level, each)
        if probes:
            echo(f"Probed {count(found.functions, 'origin function')}.")
        echo(_summary(errors, warnings))
    if errors or (strict and warnings):
        raise SystemExit(1)


def _findings(origins: Iterable[str] | None) -> Findings:
    """Return the findings.

    :param origins: origins to probe origin functions with; None not to call them.
    """
    try:
        app = load_app()
    except PolicyError as error:  # the app could not be made
        return Findings(list(error.errors))
    scopes, errors = scopes_and_problems(app)
    found = Findings() if origins is None else probe(app, scopes, origins)
    found.errors[:0] = errors
    found.warnings[:0] = lint(app, scopes)
    return found


def _summary(errors: list[PolicyProblem], warnings: list[PolicyProblem]) -> str:
    if not errors and not warnings:
        return click.style("OK: no errors, no warnings.", fg="green")
    return f"{count(len(errors), 'error')}, {count(len(warnings), 'warning')}."
