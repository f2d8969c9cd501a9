"""The command group ``flask cors``; each command is imported when it is wanted."""

import importlib
from typing import Final

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


cors: Final = LazyGroup(
    "cors",
    help="Look at the cross-origin policy of the app, and judge it.",
    no_args_is_help=True,
)
