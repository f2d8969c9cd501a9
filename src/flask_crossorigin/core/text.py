"""Values as text that is safe to show: on one line, escaped, and of bounded length."""

import reprlib
from types import FunctionType
from typing import Final


def printable(text: str) -> str:
    """Return `text` on one line, with every unprintable character escaped."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def short_repr(value: object) -> str:
    """Return the representation of any `value` on one line, shortened."""
    return _SHORT.repr(value)


class _ShortRepr(reprlib.Repr):
    """Represents values of any type, even those whose own `repr` fails."""

    def repr(self, x: object) -> str:
        text = super().repr(x)
        return text if text.isprintable() else ascii(" ".join(text.split()))[1:-1]

    def repr_function(self, x: FunctionType, level: int) -> str:  # noqa: ARG002
        return f"<function {x.__qualname__}>"  # its address tells readers nothing

    def repr_int(self, x: int, level: int) -> str:  # noqa: ARG002
        # Python refuses to write numbers of more than 4300 digits.
        return repr(x) if x.bit_length() < 256 else f"<a number of {x.bit_length()} bits>"


_SHORT: Final = _ShortRepr()
_SHORT.maxstring = _SHORT.maxother = 120
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxset = 6
