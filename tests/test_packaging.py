"""The checks of `make package` find what they are for, and the README's links become absolute."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts import package
from scripts.long_description import with_absolute_links

ROOT = Path(__file__).parent.parent
REPOSITORY = "https://host.example/project"
FILES = [
    "LICENSE",
    "README.md",
    ".ci/run",
    "src/flask_crossorigin/__init__.py",
    "src/flask_crossorigin/py.typed",
    "tests/test_it.py",
]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[a](b.md)", f"[a]({REPOSITORY}/blob/v1/b.md)"),
        ("[a](docs/b.md#part)", f"[a]({REPOSITORY}/blob/v1/docs/b.md#part)"),
        ("![a\nb](docs/c.png)", f"![a\nb]({REPOSITORY}/raw/v1/docs/c.png)"),
        ("[a](#part)", "[a](#part)"),
        ("[a](https://x.example/b)", "[a](https://x.example/b)"),
        ("[a](mailto:b@x.example)", "[a](mailto:b@x.example)"),
        ("f(x)[0](y) [a](b) [c](d)", f"f(x)[0]({REPOSITORY}/blob/v1/y) "
         f"[a]({REPOSITORY}/blob/v1/b) [c]({REPOSITORY}/blob/v1/d)"),
    ],
)  # fmt: skip
def test_relative_links_become_absolute(markdown: str, expected: str) -> None:
    assert with_absolute_links(markdown, REPOSITORY, "v1") == expected


def test_every_relative_link_of_the_readme_leads_to_a_file() -> None:
    text = with_absolute_links((ROOT / "README.md").read_text("utf-8"), REPOSITORY, "v1")
    parts = [each.partition(")")[0] for each in text.split(f"]({REPOSITORY}/")[1:]]
    assert len(parts) >= 5
    for part in parts:
        assert (ROOT / part.split("/v1/")[1]).is_file()


def test_relative_links_are_found_in_html() -> None:
    html = (
        '<a href="https://x.example/">x</a><a href="a.md">a</a><a href="#b">b</a><img src="c.png">'
    )
    assert package.relative_links(html) == ["a.md", "c.png"]
    assert package.relative_links('<a href="http://x.example/">x</a><a href>e</a>') == [
        "http://x.example/",
        "(empty)",
    ]


def test_what_belongs_into_the_wheel_and_the_sdist() -> None:
    assert package.wanted_in_wheel(FILES) - package.METADATA == {
        "flask_crossorigin/__init__.py",
        "flask_crossorigin/py.typed",
    }
    assert package.wanted_in_sdist(FILES) == {"PKG-INFO", *FILES} - {".ci/run"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda names: names[:-1], "the sdist lacks tests/test_it.py"),
        (lambda names: [*names, "notes.txt"], "the sdist must not have notes.txt"),
        (lambda names: [*names, "LICENSE"], "the sdist has twice LICENSE"),
    ],
)
def test_a_missing_a_stray_and_a_double_file_fail(change: object, message: str) -> None:
    names = ["PKG-INFO", *(name for name in FILES if name != ".ci/run")]
    wanted = package.wanted_in_sdist(FILES)
    package.check_names("sdist", names, wanted)
    with pytest.raises(package.CheckFailed, match=message):
        package.check_names("sdist", change(names), wanted)  # type: ignore[operator]


def test_a_wheel_without_types_fails() -> None:
    files = [name for name in FILES if "py.typed" not in name]
    wanted = package.wanted_in_wheel(files)
    with pytest.raises(package.CheckFailed, match=r"lacks py\.typed"):
        package.check_names("wheel", sorted(wanted), wanted)


def test_builds_that_differ_fail(tmp_path: Path) -> None:
    one, same, other = (tmp_path / folder / "a.whl" for folder in ("one", "same", "other"))
    for path, content in ((one, b"1"), (same, b"1"), (other, b"2")):
        path.parent.mkdir()
        path.write_bytes(content)
    package.require_same([one], [same], "two builds")
    with pytest.raises(package.CheckFailed, match=r"two builds differ: a\.whl"):
        package.require_same([one], [other], "two builds")


def test_only_the_files_of_the_checkout_are_packed(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("# Caches\n__pycache__/\n.venv*/\ndocs/_build/\n")
    for name in ("a.py", "__pycache__/a.pyc", ".venv-x/b.py", "docs/c.md", "docs/_build/c.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    assert package.tracked_files(tmp_path) == [".gitignore", "a.py", "docs/c.md"]


def test_a_command_that_fails_is_told_with_what_it_prints() -> None:
    with pytest.raises(package.CheckFailed, match="no such option"):
        package.run([sys.executable, "-m", "pip", "--no-such-option"])


def test_urls_outside_of_the_source_fail() -> None:
    head = f"Project-URL: Source, {REPOSITORY}\nProject-URL: Issues, https://other.example/issues"
    with pytest.raises(package.CheckFailed, match=r"other\.example/issues is not below Source"):
        package.check_metadata(f"{head}\n\nText\n")
