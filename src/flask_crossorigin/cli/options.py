"""Parsing of command line options."""

import re
from typing import Final

import click

from ..core.fetch_standard import NULL_ORIGIN, is_token
from ..core.headers import Header
from ..core.origin_diagnostics import diagnose
from ..core.origins import is_serialized_origin, parse_pattern

_COOKIE: Final = re.compile(r"([^\s;=]+)=([^\s;,\"\\]*)")


def parse_origin(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    """Return the value of ``--origin``.

    :raises click.BadParameter: if no browser sends it as an Origin header.
    """
    if value is None or value == NULL_ORIGIN or is_serialized_origin(value):
        return value
    if parse_pattern(value) is not None:
        raise click.BadParameter(f"{value!r} is an origin pattern. Write one origin it matches.")
    raise click.BadParameter(str(diagnose(value, "origin")))


def parse_seeds(
    context: click.Context, parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the values of every ``--origin`` for a probe.

    :raises click.BadParameter: if one is not the origin of one site.
    """
    if NULL_ORIGIN in value:
        raise click.BadParameter("'null' is not the origin of one site. Leave it out.")
    for each in value:
        parse_origin(context, parameter, each)
    return value


def parse_headers(
    _context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[Header, ...]:
    """Return the names and values of every ``--header``.

    :raises click.BadParameter: if one is not a header.
    """
    return tuple(_parse_header(each) for each in value)


def check_cookies(
    _context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """Return every ``--cookie`` as it was written.

    :raises click.BadParameter: if one is not a single cookie.
    """
    for each in value:
        match = _COOKIE.fullmatch(each)
        if match is None or not is_token(match.group(1)) or not each.isascii():
            raise click.BadParameter(
                f"{each!r} is not a single cookie. Write 'NAME=VALUE', once for each cookie."
            )
    return value


def _parse_header(written: str) -> Header:
    name, colon, value = written.partition(":")
    if not colon or not is_token(name.strip()):
        why = "its name is not valid" if colon else "it has no colon after the name"
        raise click.BadParameter(f"{written!r} is not a header: {why}. Write 'Name: value'.")
    return name.strip(), value.strip()
