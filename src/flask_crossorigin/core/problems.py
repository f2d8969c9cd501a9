"""All errors and warnings that a configuration can have, by code.

Codes are stable; messages may be improved.
"""

from typing import Final

from .app_problems import APP_PROBLEMS
from .app_warnings import APP_WARNINGS
from .errors import PolicyProblem
from .messages import Message
from .origin_problems import ORIGIN_PROBLEMS
from .setting_problems import SETTING_PROBLEMS
from .text import short_repr

PROBLEMS: Final[dict[str, Message]] = {
    **ORIGIN_PROBLEMS,
    **SETTING_PROBLEMS,
    **APP_PROBLEMS,
    **APP_WARNINGS,
}


def problem(code: str, field: str, value: object, **facts: object) -> PolicyProblem:
    """Return the problem `code` of `PROBLEMS` for `field`, with `facts` filled in."""
    facts = {"field": field, "value": short_repr(value), "plain": value, **facts}
    return PolicyProblem(code, field, value, *PROBLEMS[code].format(**facts))
