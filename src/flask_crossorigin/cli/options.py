"""Options of the command line, read."""

import re
from typing import Final

import click

from ..core.fetch_standard import NULL_ORIGIN, is_token
from ..core.headers import Header
from ..core.origin_diagnostics import diagnose
from ..core.origins import is_serialized_origin, parse_pattern

_COOKIE: Final = re.compile(r"([^\s;=]+)=([^\s;,\"\\]*)")


def read_origin(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    """The value of ``--origin``, if a browser could send it."""
    if value is None or value == NULL_ORIGIN or is_serialized_origin(value):
        return value
    if parse_pattern(value) is not None:
        raise click.BadParameter(f"{value!r} is a pattern. Write one origin that it covers.")
    raise click.BadParameter(str(diagnose(value, "origin")))


def read_headers(
    _context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[Header, ...]:
    """The names and values of ``--header``."""
    return tuple(_header(each) for each in value)


def read_cookies(
    _context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """The cookies of ``--cookie``, if they are some."""
    for each in value:
        match = _COOKIE.fullmatch(each)
        if match is None or not is_token(match.group(1)) or not each.isascii():
            raise click.BadParameter(
                f"{each!r} is not one cookie: write 'NAME=VALUE', once for each cookie."
            )
    return value


def _header(written: str) -> Header:
    name, colon, value = written.partition(":")
    if not colon or not is_token(name.strip()):
        why = "its name is none" if colon else "it has no colon after the name"
        raise click.BadParameter(f"{written!r} is not a header, {why}: write 'Name: value'.")
    return name.strip(), value.strip()
