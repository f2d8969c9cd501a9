"""Output of the commands: text within 80 columns, and JSON.

Click colours the text, and removes the colours if the output is not a terminal.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, Final

import click

from ..core.text import printable

WIDTH: Final = 80
"""Columns of the output. They are fixed, so that output can be quoted and compared."""
_GAP: Final = 2


def echo(text: str = "", *, err: bool = False) -> None:
    """Print a line. Escape characters that the encoding of the stream lacks."""
    encoding = (sys.stderr if err else sys.stdout).encoding
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), err=err)


def echo_json(value: object) -> None:
    """Print `value` as JSON, in ASCII."""
    echo(json.dumps(value, indent=2))


def count(number: int, noun: str) -> str:
    """Return `number` with the `noun`: ``1 route``, ``2 routes``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def width(text: str) -> int:
    """Return the columns that `text` takes: two for a wide letter, none for a combining mark."""
    if text.isascii():
        return len(text)
    columns = {"W": 2, "F": 2}
    return sum(
        columns.get(unicodedata.east_asian_width(each), 1)
        for each in text
        if not unicodedata.combining(each)
    )


def shortened(word: str, limit: int) -> str:
    """Return `word` within `limit` columns, its middle replaced by ``...`` if it is longer."""
    if width(word) <= limit:
        return word
    head = tail = (limit - 3) // 2
    while width(word[:head]) + width(word[-tail:]) + 3 > limit:  # wide letters
        head, tail = head - 1, tail - 1
    return f"{word[:head]}...{word[-tail:]}"


def paragraph(text: str, indent: int = 0, hanging: int | None = None) -> str:
    """Wrap `text` into lines of whole words. Shorten only a word that is longer than a line.

    :param indent: indentation of the first line, in columns.
    :param hanging: indentation of the other lines; None for the same.
    """
    hanging = indent if hanging is None else hanging
    lines = [" " * indent]
    empty = True
    for whole in text.split():
        word = shortened(whole, WIDTH - max(indent, hanging))
        if not empty and width(lines[-1]) + 1 + width(word) > WIDTH:
            lines.append(" " * hanging)
            empty = True
        lines[-1] += word if empty else f" {word}"
        empty = False
    return "\n".join(lines)


def table(rows: Sequence[Sequence[str]], indent: int) -> list[list[list[str]]]:
    """Return each of `rows` as lines of cells, padded to the width of their column.

    If the columns are too wide together, wrap cells: first those that have spaces to break at.
    """
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    words = [max(map(_longest_word, column)) for column in zip(*rows, strict=True)]
    room = WIDTH - indent - _GAP * (len(widths) - 1)
    while sum(widths) > room:
        # Words are broken only if there is no other way.
        spare = [have - longest for have, longest in zip(widths, words, strict=True)]
        measure = spare if max(spare) > 0 else widths
        widths[measure.index(max(measure))] -= 1
    return [_lines(row, widths) for row in rows]


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    wrapped = [list(_wrapped(cell, limit)) for cell, limit in zip(row, widths, strict=True)]
    return [
        [part + " " * (limit - width(part)) for part, limit in zip(line, widths, strict=True)]
        for line in zip_longest(*wrapped, fillvalue="")
    ]


def join_cells(cells: Iterable[str], indent: int) -> str:
    """Return one line of a table as it is printed."""
    return " " * indent + (" " * _GAP).join(cells).rstrip()


def _longest_word(cell: str) -> int:
    # The lines after the first are indented by two columns.
    return max((width(word) + 2 for word in cell.split()), default=0)


def _wrapped(cell: str, limit: int) -> Iterator[str]:
    """Break `cell` into parts of at most `limit` columns.

    Break after a space; if there is none, before a slash; if there is none, anywhere.
    """
    start = ""
    while width(start + cell) > limit:
        end = len(cell)
        while width(start + cell[:end]) > limit:
            end -= 1
        space, slash = cell.rfind(" ", 1, end + 1), cell.rfind("/", 1, end)
        end = space if space > 0 else slash if slash > 0 else end
        yield (start + cell[:end]).rstrip()
        cell, start = cell[end:].lstrip(), "  "
    yield start + cell


def json_value(value: Any) -> Any:
    """Return `value` if JSON can hold it, else its `repr` as text."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [json_value(each) for each in value]
    return printable(repr(value))
