"""Messages for the user: a sentence about a value, and a hint with the fix.

Errors, warnings, findings and lost cookies have their messages in tables from code to `Message`.
"""

import difflib
from collections.abc import Iterable
from typing import NamedTuple


class Message(NamedTuple):
    """A message, or its template with ``{fields}`` to fill in.

    :ivar text: the value and the rule that it breaks.
    :ivar hint: the fix.
    """

    text: str
    hint: str

    def format(self, **facts: object) -> "Message":
        """Return the message with `facts` filled in."""
        return Message(self.text.format(**facts), self.hint.format(**facts))

    def __str__(self) -> str:
        return f"{self.text} {self.hint}"


def edit_distance(first: str, second: str) -> int:
    """Return the number of letters to add, remove, replace, or swap with the next one."""
    older: list[int] = []
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(second, 1):
            distance = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and other == first[i - 2]:
                distance = min(distance, older[j - 2] + 1)
            row.append(distance)
    return row[-1]


def did_you_mean(name: str, known: Iterable[str], label: str) -> str:
    """Return a hint: the name in `known` that is closest to `name`, or all of them.

    :param label: the beginning of the sentence that lists all, such as "The settings".
    """
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else f"{label} are: {', '.join(known)}."
