"""Run one target under atheris: ``run.py NAME``, followed by arguments of libFuzzer."""

from __future__ import annotations

import sys

import atheris

from . import target


def main() -> None:
    """Search until libFuzzer's limit, or until an input fails."""
    with atheris.instrument_imports(include=["flask_crossorigin", __package__]):
        check = target(sys.argv[1])
    atheris.enabled_hooks.add("RegEx")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
