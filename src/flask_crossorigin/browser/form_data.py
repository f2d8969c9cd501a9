"""The bodies of forms: URL-encoded, or multipart/form-data with files.

`Page.fetch` takes fields and files as requests and httpx do.

Source: HTML standard, 4.10.21.7 and 4.10.21.8
(https://html.spec.whatwg.org/#multipart-form-data).
"""

import mimetypes
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import IO, Any, Final, NamedTuple, TypeAlias, cast
from urllib.parse import urlencode

from .urls import scalar

Fields: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
Content: TypeAlias = str | bytes | IO[str] | IO[bytes]
File: TypeAlias = Content | tuple[str | None, Content] | tuple[str | None, Content, str | None]
Files: TypeAlias = Mapping[str, File] | Iterable[tuple[str, File]]

_DEFAULT_TYPE: Final = "application/octet-stream"
_EXAMPLE: Final = "Write {'report': ('marks.csv', b'12', 'text/csv')}, or a list of such pairs."


class _Part(NamedTuple):
    """One part of a multipart body.

    :ivar filename: None for a field that is no file.
    """

    name: str
    filename: str | None
    content: bytes
    type: str


def encode_form(fields: Fields) -> bytes:
    """Encode the fields of a form as application/x-www-form-urlencoded.

    :raises TypeError: if `fields` are not pairs of text.
    """
    __tracebackhide__ = True
    return urlencode([(scalar(name), scalar(value)) for name, value in _pairs(fields)]).encode()


def encode_multipart(fields: Fields, files: Files) -> tuple[bytes, str]:
    """Encode `fields` and `files` as multipart/form-data; return the body and its Content-Type.

    :raises TypeError: if `fields` are not pairs of text, or `files` are not pairs of a name and a
        file.
    """
    __tracebackhide__ = True
    parts = [_Part(name, None, _crlf(value), "") for name, value in _pairs(fields)]
    parts += [_file_part(name, file) for name, file in _items("files", files, _EXAMPLE)]
    boundary = f"----FormBoundary{secrets.token_hex(16)}"
    body = b"".join(_encoded(part, boundary) for part in parts)
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _pairs(fields: Fields) -> list[tuple[str, str]]:
    """Return the names and values of `data`."""
    __tracebackhide__ = True
    example = "Write {'title': 'Marks'}; for text or bytes as the whole body write body=."
    pairs = _items("data", fields, example)
    for name, value in pairs:
        if not isinstance(value, str):
            raise TypeError(f"data: the value {value!r} of {name!r} is not text. {example}")
    return cast("list[tuple[str, str]]", pairs)


def _items(option: str, value: object, example: str) -> list[tuple[str, object]]:
    """Return the pairs of a mapping or a list, each with a name that is text."""
    __tracebackhide__ = True
    if isinstance(value, Mapping):
        items: list[Any] = list(value.items())
    elif isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        items = list(value)
    else:
        raise TypeError(f"{option} {value!r} is not a mapping of names. {example}")
    for item in items:
        if not (isinstance(item, (tuple, list)) and len(item) == 2 and isinstance(item[0], str)):
            raise TypeError(f"{option}: {item!r} is not a pair that begins with a name. {example}")
    return items


def _file_part(name: str, file: object) -> _Part:
    """Return the part for one entry of `files`."""
    __tracebackhide__ = True
    filename: Any = _name_of(file) or name
    content: Any = file
    content_type: Any = None
    if isinstance(file, tuple) and len(file) in (2, 3):
        filename, content, content_type = (*file, None)[:3]
    data: object = content.read() if hasattr(content, "read") else content
    if isinstance(data, str):
        data = data.encode()
    if not isinstance(data, bytes):
        raise TypeError(
            f"files: the content {content!r} of {name!r} is not text, bytes or an open file. "
            f"{_EXAMPLE}"
        )
    if not (filename is None or isinstance(filename, str)):
        raise TypeError(f"files: the file name {filename!r} of {name!r} is not text. {_EXAMPLE}")
    if not (content_type is None or isinstance(content_type, str)):
        raise TypeError(f"files: the type {content_type!r} of {name!r} is not text. {_EXAMPLE}")
    if content_type is None and filename is not None:
        content_type = mimetypes.guess_type(filename)[0] or _DEFAULT_TYPE
    return _Part(name, filename, data, content_type or "")


def _name_of(file: object) -> str:
    """Return the name of an open file without its folder; empty if it has none."""
    name = getattr(file, "name", None)
    return PurePath(name).name if isinstance(name, str) else ""


def _encoded(part: _Part, boundary: str) -> bytes:
    disposition = f'form-data; name="{_escaped(_crlf(part.name).decode())}"'
    if part.filename is not None:
        disposition += f'; filename="{_escaped(part.filename)}"'
    head = f"--{boundary}\r\nContent-Disposition: {disposition}\r\n"
    if part.type:
        head += f"Content-Type: {part.type}\r\n"
    return f"{head}\r\n".encode() + part.content + b"\r\n"


def _crlf(text: str) -> bytes:
    """Return `text` as UTF-8, with the line breaks of a form."""
    return re.sub("\r\n|\r|\n", "\r\n", scalar(text)).encode()


def _escaped(name: str) -> str:
    """Return a name as it is written between quotes."""
    return scalar(name).replace("\n", "%0A").replace("\r", "%0D").replace('"', "%22")
