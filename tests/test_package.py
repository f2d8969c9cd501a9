"""The package: its names are there, and nothing is imported before it is used."""

import pickle
import pydoc
import subprocess
import sys
from typing import Any

import pytest

import flask_crossorigin

NAMES = [
    "Access",
    "CrossOrigin",
    "CrossOriginWarning",
    "Decision",
    "Outcome",
    "Policy",
    "PolicyError",
    "PolicyProblem",
    "Reason",
]


def run(program: str) -> str:
    """What `program` prints, in a process of its own where every warning is an error."""
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    "statement",
    ["import flask_crossorigin.pytest_plugin", "from flask_crossorigin import Policy, PolicyError"],
)
def test_what_needs_no_framework_imports_none(statement: str) -> None:
    """The plugin is imported by every run of pytest, also where nothing uses Flask."""
    frameworks = "{'flask', 'werkzeug', 'jinja2', 'click'}"
    assert run(f"import sys; {statement}; print({frameworks} & set(sys.modules))") == "set()\n"


def test_the_usual_names_load_neither_the_request_path_nor_other_libraries() -> None:
    """`init_app` loads the request path, an origin pattern the Public Suffix List."""
    program = """
import flask, sys
before = set(sys.modules)
from flask_crossorigin import CrossOrigin, Policy
print(*sorted(set(sys.modules) - before - {"flask.views"}))
"""
    loaded = run(program).split()
    assert [name for name in loaded if not name.startswith("flask_crossorigin")] == []
    assert len(loaded) <= 30
    packages = {name.split(".")[1] for name in loaded if "." in name}
    assert packages.isdisjoint({"access", "browser", "cli", "commands", "dispatch", "state"})


def test_an_exact_origin_needs_no_public_suffixes() -> None:
    program = """
import sys
from flask_crossorigin import Policy
for origin in ("https://app.example.com", "https://*.example.com"):
    Policy(origins=[origin], credentials=True)
    print({"publicsuffixlist", "idna"} & set(sys.modules))
"""
    assert run(program) == "set()\n{'publicsuffixlist'}\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_imported_when_it_is_used(name: str) -> None:
    program = f"import flask_crossorigin; print(flask_crossorigin.{name}.__name__)"
    assert run(program) == f"{name}\n"
    assert name in vars(flask_crossorigin) or getattr(flask_crossorigin, name)
    assert name in vars(flask_crossorigin)  # from then on it is found at once


def test_a_star_imports_the_public_names() -> None:
    found: dict[str, Any] = {}
    exec("from flask_crossorigin import *", found)
    assert sorted(found.keys() - {"__builtins__"}) == NAMES == flask_crossorigin.__all__


def test_the_public_names_are_listed_and_documented() -> None:
    assert set(NAMES) <= set(dir(flask_crossorigin))
    program = "import flask_crossorigin; print(dir(flask_crossorigin))"
    assert set(NAMES) <= set(eval(run(program)))
    text = pydoc.plain(pydoc.render_doc(flask_crossorigin))
    assert all(f"class {name}(" in text for name in NAMES)


def test_what_is_pickled_is_found_in_a_process_that_has_not_imported_it() -> None:
    written = pickle.dumps(flask_crossorigin.Policy(origins=["https://app.example.com"]))
    program = f"import pickle; print(pickle.loads({written!r}))"
    assert run(program) == "Policy(origins=('https://app.example.com',))\n"


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'flask_crossorigin' has no attribute 'nope'"):
        flask_crossorigin.nope  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'nope'"):
        exec("from flask_crossorigin import nope")


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("CORS", "write from flask_crossorigin import CrossOrigin"),
        ("CORS", r"from flask_crossorigin\.compat import CORS$"),
        ("cross_origin", "@cors.policy"),
        ("cross_origin", r"from flask_crossorigin\.compat import cross_origin$"),
    ],
)
def test_a_name_of_flask_cors_tells_what_to_write_instead(name: str, instead: str) -> None:
    with pytest.raises(ImportError, match=instead) as caught:
        exec(f"from flask_crossorigin import {name}")
    assert caught.value.name == name
