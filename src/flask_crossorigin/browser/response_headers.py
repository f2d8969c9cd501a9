"""ResponseHeaders: the headers of a response that a script may read.

Source: Fetch standard, 5.1 Headers class (https://fetch.spec.whatwg.org/#headers-class).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from ..core.headers import Header
from .exchange import combined, names_of


class ResponseHeaders(Mapping[str, str]):
    """A read-only mapping of names, in any case, to values.

    Several values of one name are joined by ``", "``, as a script reads them; `get_all` returns
    each. Iteration yields each name once, as the server first wrote it.

    :param pairs: names and values, in the order of the header lines.
    """

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Iterable[Header] = ()) -> None:
        self._pairs = tuple(pairs)

    def __getitem__(self, name: str) -> str:
        if name not in self:
            raise KeyError(name)
        return combined(self._pairs, name) or ""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and combined(self._pairs, name) is not None

    def __iter__(self) -> Iterator[str]:
        names: dict[str, str] = {}
        for name, _ in self._pairs:
            names.setdefault(name.lower(), name)
        return iter(names.values())

    def __len__(self) -> int:
        return len(names_of(self._pairs))

    def get_all(self, name: str) -> list[str]:
        """Return the value of each header line with `name`, in order."""
        return [value for each, value in self._pairs if each.lower() == name.lower()]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return _comparable(self) == _comparable(cast("Mapping[Any, object]", other))

    def __hash__(self) -> int:
        return hash(frozenset(_comparable(self).items()))

    def __repr__(self) -> str:
        return f"ResponseHeaders({list(self._pairs)!r})"


def _comparable(headers: Mapping[Any, object]) -> dict[str, object]:
    return {str(name).lower(): value for name, value in headers.items()}
