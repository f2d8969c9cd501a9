"""The command group ``flask cors``; each command is imported when it is wanted."""

import importlib
from collections.abc import Callable
from functools import partial
from io import StringIO
from typing import IO, Any, Final

import click
from flask.cli import AppGroup

COMMANDS: Final = ("check", "explain", "routes")
"""The commands: each a module of this package whose `command` it is."""


class LazyGroup(AppGroup):
    """A group that costs an app nothing until one of its commands is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, those that an app added to the group included."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command `cmd_name`, or None."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f".{cmd_name}", __name__)
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it fails with is shown within 80 columns."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.show = partial(_show, error.show)  # type: ignore[method-assign]
            raise


def _show(show: Callable[[IO[str]], None], file: IO[Any] | None = None) -> None:
    """Print what `show` does, the sentence of it as a paragraph."""
    output = importlib.import_module(".output", __name__)
    shown = StringIO()
    show(shown)
    for line in shown.getvalue().splitlines():
        text = output.paragraph(line) if line.startswith("Error: ") else line
        click.echo(text, file=file, err=file is None)


cors: Final = LazyGroup(
    "cors",
    help="Look at the cross-origin policy of the app, and judge it.",
    no_args_is_help=True,
)
