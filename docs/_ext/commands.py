"""The help texts of the command line, as a terminal prints them."""

import click

from flask_crossorigin.commands import cors


def parts() -> dict[str, str]:
    """Return the help of each command."""
    context = click.Context(cors, info_name="flask cors", max_content_width=88)
    found = {"command-cors": _help(cors, context)}
    for name in cors.list_commands(context):
        command = cors.get_command(context, name)
        assert command is not None
        own = click.Context(command, info_name=name, parent=context, max_content_width=88)
        found[f"command-{name}"] = _help(command, own)
    return found


def _help(command: click.Command, context: click.Context) -> str:
    return f"```text\n{command.get_help(context)}\n```\n"
