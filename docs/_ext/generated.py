"""A Sphinx extension: write the parts of pages that are taken from the code, before each build.

Pages include them from `_generated`.
"""

from pathlib import Path

import codes
import commands
import diagrams
import settings
from sphinx.application import Sphinx


def write(app: Sphinx) -> None:
    """Write each part that has changed."""
    folder = Path(app.srcdir) / "_generated"
    folder.mkdir(exist_ok=True)
    parts = {**codes.parts(), **commands.parts(), **settings.parts(), **diagrams.parts()}
    for name, text in parts.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
