"""Errors and warnings about a configuration: all problems at once, each with its fix."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as _field

from .messages import Message


@dataclass(frozen=True)
class PolicyProblem:
    """One problem of a configuration: an error or a warning.

    :ivar code: a stable, short name for the kind of problem.
    :ivar field: the setting, keyword or config key.
    :ivar value: the value of that field, complete.
    :ivar message: the value and the rule that it breaks, in one sentence.
    :ivar hint: the fix.
    """

    code: str
    field: str
    value: object = _field(hash=False)  # it may be a list
    message: str
    hint: str

    def __str__(self) -> str:
        return str(Message(self.message, self.hint))


def with_location(problems: Iterable[PolicyProblem], location: str) -> tuple[PolicyProblem, ...]:
    """Return `problems` with the `location` (a scope, a config key) before each message."""
    return tuple(replace(each, message=f"{location}: {each.message}") for each in problems)


class PolicyError(ValueError):
    """An invalid configuration, with every problem in it.

    :ivar errors: all problems found, in the order of the settings; never empty.
    """

    errors: tuple[PolicyProblem, ...]

    def __init__(self, problems: Sequence[PolicyProblem]) -> None:
        self.errors = tuple(problems)
        super().__init__(self.errors)

    def __str__(self) -> str:
        if len(self.errors) == 1:
            return f"{self.errors[0]} [{self.errors[0].code}]"
        lines = [f"{len(self.errors)} problems in the cross-origin configuration"]
        for number, each in enumerate(self.errors, 1):
            lines.append(f"{number:3}. {each.message}\n     {each.hint} [{each.code}]")
        return "\n".join(lines)


class CrossOriginWarning(UserWarning):
    """A configuration that works, but probably not as intended; the text has the fix."""
