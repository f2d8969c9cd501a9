"""The stable codes, each with its cause and its fix, from the tables in the code."""

import re
from collections.abc import Iterable

from flask_crossorigin.browser.blocked import REASONS
from flask_crossorigin.cli.explain.intermediary_messages import FINDINGS
from flask_crossorigin.core.decision import REASON_MESSAGES
from flask_crossorigin.core.messages import Message
from flask_crossorigin.core.problems import PROBLEMS
from flask_crossorigin.inspection.lint_messages import WARNINGS

Entry = tuple[str, str, str]
"""A code, its cause and its fix."""


def parts() -> dict[str, str]:
    """Return the Markdown of each table of codes."""
    blocked = [(code, f"{message} ({step})", hint) for code, (step, message, hint) in
               REASONS.items()]  # fmt: skip
    return {
        "problems": _list("problem", _entries(PROBLEMS)),
        "warnings": _list("warning", _entries(WARNINGS)),
        "findings": _list("finding", _entries(FINDINGS)),
        "reasons": _list("reason", ((str(r), text, "") for r, text in REASON_MESSAGES.items())),
        "blocked": _list("blocked", blocked),
    }


def _entries(table: dict[str, Message]) -> Iterable[Entry]:
    return ((code, message.text, message.hint) for code, message in table.items())


def _list(kind: str, entries: Iterable[Entry]) -> str:
    """Return a definition list, in which each code has an anchor."""
    lines: list[str] = []
    for code, cause, fix in entries:
        lines += [f"({kind}-{code})=", f"`{code}`", f": {_prose(cause)}"]
        if fix:
            lines += ["", f"  {_prose(fix)}"]
        lines.append("")
    return "\n".join(lines)


def _prose(text: str) -> str:
    """Return a message with its placeholders in italics, as Markdown."""
    if text == "{suggestion}":
        return "The message says what to write."
    text = re.sub(r"([*_`<\[\]])", r"\\\1", text)
    return re.sub(r"\{(\w+)\}", lambda found: f"*{found[1].replace('_', ' ')}*", text)
