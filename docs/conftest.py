"""Run the examples of each page: its Python in order, and its commands with the output they show.

A page has one namespace; ``% clear-namespace`` begins a new one. Functions called ``test_...`` are
run when they are defined, with the fixture ``cors_browser`` connected to the page's `app`. A
console block runs `flask` commands for the page's `app`; a line ``[...]`` in its output stands for
any lines. ``% invisible-code-block: python`` runs code that readers do not see.
"""

import doctest
import inspect
import re
import shlex
from typing import Any

from sybil import Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.myst import (
    ClearNamespaceParser,
    CodeBlockParser,
    SkipParser,
)

from flask_crossorigin.browser import Browser

API = "https://api.example.com"


class Python(PythonEvaluator):
    """Run a block; then run the tests that it defines."""

    def __call__(self, example: Example) -> None:
        """Run the block `example`."""
        names = example.namespace
        names.setdefault("__name__", "page")
        before = dict(names)
        super().__call__(example)
        for name, value in list(names.items()):
            if name.startswith("test_") and value is not before.get(name):
                _run_test(names, value)


def _run_test(names: dict[str, Any], test: Any) -> None:
    browser = Browser({API: names["app"]}, base=API)
    test(*([browser] if inspect.signature(test).parameters else []))


def run_commands(example: Example) -> str | None:
    """Run each command of a console block; return how one differs from what the page shows."""
    for block in re.split(r"^\$ ", example.parsed, flags=re.MULTILINE)[1:]:
        command, _, expected = block.partition("\n")
        program, *arguments = shlex.split(command, comments=True)
        if program != "flask" or not expected.strip():
            continue  # a command for the reader's own machine
        found = example.namespace["app"].test_cli_runner().invoke(args=arguments).output
        pattern = re.escape(expected.strip()).replace(re.escape("[...]"), ".*")
        if not re.fullmatch(pattern, found.strip(), re.DOTALL):
            return f"$ {command}\nshows:\n{expected}\nprints:\n{found}"
    return None


def run_session(example: Example) -> str | None:
    """Run a session with ``>>>``; return how its output differs from what the page shows."""
    printed: list[str] = []
    test = doctest.DocTestParser().get_doctest(
        example.parsed, example.namespace, "session", example.path, example.line
    )
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
    runner.run(test, out=printed.append, clear_globs=False)
    return "".join(printed) or None


pytest_collect_file = Sybil(
    parsers=[
        CodeBlockParser(language="python", evaluator=Python()),
        CodeBlockParser(language="pycon", evaluator=run_session),
        CodeBlockParser(language="console", evaluator=run_commands),
        ClearNamespaceParser(),
        SkipParser(),
    ],
    patterns=["*.md"],
    excludes=["_generated/*", "_build/**", "architecture.md"],
).pytest()
