"""Build hook: the text that a package index shows is the README with absolute links.

A package index has none of the repository's files, so a relative link leads nowhere there. The
absolute links lead to the tag of the version, so they still fit the text when a newer one is out.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK: Final = re.compile(r"(?P<image>!?)(?P<text>\[[^\]]*\])\((?P<target>[^)\s]+)\)")
_NOT_RELATIVE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)


class ReadmeHook(MetadataHookInterface):
    """Sets `readme` of the project's metadata."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the long description to `metadata`."""
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        source = metadata["urls"]["Source"]
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": with_absolute_links(text, source, f"v{metadata['version']}"),
        }


def with_absolute_links(text: str, repository: str, revision: str) -> str:
    """Return the Markdown `text` with links to the files of a `revision` of `repository`."""

    def absolute(link: re.Match[str]) -> str:
        target = link["target"]
        if _NOT_RELATIVE.match(target):
            return link[0]
        kind = "raw" if link["image"] else "blob"
        return f"{link['image']}{link['text']}({repository}/{kind}/{revision}/{target})"

    return _LINK.sub(absolute, text)
