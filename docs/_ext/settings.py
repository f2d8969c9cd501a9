"""The table of a policy's settings: keyword argument, config key, default."""

import inspect

from flask_crossorigin import Policy
from flask_crossorigin.config import KEYS


def parts() -> dict[str, str]:
    """Return the Markdown of the table."""
    defaults = {name: each.default for name, each in inspect.signature(Policy).parameters.items()}
    lines = ["| Setting | Config key | Default |", "|---|---|---|"]
    for key, name in KEYS.items():
        default = "none: it must be set" if name == "origins" else f"`{defaults[name]!r}`"
        lines.append(f"| `{name}` | `{key}` | {default} |")
    return {"settings": "\n".join([*lines, ""])}
