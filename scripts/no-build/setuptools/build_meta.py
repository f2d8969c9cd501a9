"""Stand-in for a build backend, for `pip download` of an sdist that nobody builds.

pip asks the backend for the metadata of what it downloads. This one copies those in the sdist, so
nothing of the sdist is run, and no build tools need to be there.
"""

from email import message_from_string
from pathlib import Path


def get_requires_for_build_wheel(config_settings: object = None) -> list[str]:
    """Return nothing."""
    return []


def prepare_metadata_for_build_wheel(
    metadata_directory: str,
    config_settings: object = None,
) -> str:
    """Copy the metadata."""
    metadata = Path("PKG-INFO").read_text(encoding="utf-8")
    headers = message_from_string(metadata)
    name = str(headers["Name"]).replace("-", "_")
    target = Path(metadata_directory, f"{name}-{headers['Version']}.dist-info")
    target.mkdir()
    (target / "METADATA").write_text(metadata, encoding="utf-8")
    return target.name
