"""The command group ``flask cors``. Each command is imported when it runs."""

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
"""The module of each command; its attribute `command` is the command."""


class LazyGroup(AppGroup):
    """A command group that imports nothing until one of its commands runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, including those that an app added to the group."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command `cmd_name`, or None if there is none."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f".{COMMANDS[cmd_name]}", __package__)
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Print its error within 80 columns."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.show = partial(_show_wrapped, error.show)  # type: ignore[method-assign]
            raise


def _show_wrapped(show: Callable[[IO[str]], None], file: IO[Any] | None = None) -> None:
    """Print the output of `show`, with the error message as a paragraph."""
    output = importlib.import_module(".cli.output", __package__)
    buffer = StringIO()
    show(buffer)
    for line in buffer.getvalue().splitlines():
        text = output.paragraph(line) if line.startswith("Error: ") else line
        click.echo(text, file=file, err=file is None)


cors: Final = LazyGroup(
    "cors",
    help="Show, check and explain the app's cross-origin policy.",
    no_args_is_help=True,
)
