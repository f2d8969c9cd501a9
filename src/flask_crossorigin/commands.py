"""The command group ``flask cors``. A command is imported when it runs."""

import importlib
from collections.abc import Callable
from functools import partial
from io import StringIO
from typing import IO, Any, Final

import click
from flask.cli import AppGroup

COMMANDS: Final = {
    "check": "cli.check",
    "explain": "cli.explain.command",
    "routes": "cli.routes",
}
"""The module of each command, whose attribute `command` it is."""


class LazyGroup(AppGroup):
    """A group that costs an app nothing until one of its commands runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, with those that an app added to the group."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command `cmd_name`, or None."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f".{COMMANDS[cmd_name]}", __package__)
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; show its error within 80 columns."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.show = partial(_show, error.show)  # type: ignore[method-assign]
            raise


def _show(show: Callable[[IO[str]], None], file: IO[Any] | None = None) -> None:
    """Print what `show` prints, with its sentence as a paragraph."""
    output = importlib.import_module(".cli.output", __package__)
    shown = StringIO()
    show(shown)
    for line in shown.getvalue().splitlines():
        text = output.paragraph(line) if line.startswith("Error: ") else line
        click.echo(text, file=file, err=file is None)


cors: Final = LazyGroup(
    "cors",
    help="Show, check and explain the app's cross-origin policy.",
    no_args_is_help=True,
)
