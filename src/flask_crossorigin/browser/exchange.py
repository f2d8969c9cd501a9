"""What goes over the wire: requests and their responses, one exchange each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from ..core.decision import Decision
from ..core.fetch_standard import is_token
from ..core.headers import Header
from .cookies.reasons import CookieLeftOut

Kind = Literal["preflight", "request", "navigation", "handshake"]
_LARGEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a browser's and the response to it.

    :ivar kind: why it was sent.
    :ivar decision: what the server's extension decided on it; None where the server has none.
    :ivar withheld: the cookies for its URL that did not go along, and why.
    :ivar refused: the cookies that its response sets and that were not kept, and why.
    :ivar lacking: the cookies that earlier responses of the host have set, and that were not kept.
    """

    kind: Kind
    method: str
    url: str
    request_headers: tuple[Header, ...]
    status: int
    response_headers: tuple[Header, ...]
    body: bytes
    decision: Decision | None = None
    withheld: tuple[CookieLeftOut, ...] = ()
    refused: tuple[CookieLeftOut, ...] = ()
    lacking: tuple[CookieLeftOut, ...] = ()


def combined(headers: Iterable[Header], name: str) -> str | None:
    """The value of the header `name`, several joined (Fetch 2.2.2, get); None if there is none."""
    values = [value for each, value in headers if each.lower() == name.lower()]
    return ", ".join(value.strip(" \t\r\n") for value in values) if values else None


def names_of(headers: Iterable[Header]) -> list[str]:
    """The names of `headers` in lower case, each once."""
    return list(dict.fromkeys(name.lower() for name, _ in headers))


def list_values(headers: Iterable[Header], name: str) -> list[str] | None:
    """The items of a header that is a list of tokens (Fetch 2.2.2, extract header list values).

    Empty where there is no such header; None where it can't be read as a list.
    """
    value = combined(headers, name)
    if value is None:
        return []
    items = [item for each in value.split(",") if (item := each.strip(" \t"))]
    return items if all(is_token(item) for item in items) else None


def bounded(digits: str) -> int:
    """The number that `digits` write, or a large one where they are more than any is written with.

    Python refuses to read thousands of digits, and a float can't hold hundreds.
    """
    written = digits.lstrip("0")
    return min(int(written or "0"), _LARGEST) if len(written) <= len(str(_LARGEST)) else _LARGEST
