"""Build the wheel and the sdist, and check them as a user gets them: `make package`.

Usage: package.py RUNTIME TESTS [TARGET]

RUNTIME and TESTS are virtual environments: one with the dependencies alone, one with what the tests
need. Everything is built from a copy of the files that git tracks. If every check has passed, the
wheel and the sdist are in TARGET (by default `dist`).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = "src/flask_crossorigin/"
NOT_IN_SDIST: Final = re.compile(
    r"\.(ci|github)/.*|\.editorconfig|\.gitattributes|\.pre-commit-config\.yaml"
)
"""Files for the repository alone."""
GENERATED: Final = {"PKG-INFO"}
METADATA: Final = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
QUICK_TESTS: Final = ["tests/test_package.py", "tests/test_readme.py", "tests/test_architecture.py"]


class CheckFailed(Exception):
    """What was built is not as it must be; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Return 1 if a check fails."""
    runtime, tests = (ROOT / each / "bin" / "python" for each in arguments[:2])
    target = ROOT / (arguments[2] if len(arguments) > 2 else "dist")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            built = build_and_check(folder, runtime, tests)
        except CheckFailed as failed:
            print(f"package: {failed}", file=sys.stderr)
            return 1
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for path in built:
            shutil.copy(path, target)
            print(f"{digest(path)}  {target.name}/{path.name}")
    return 0


def build_and_check(folder: Path, runtime: Path, tests: Path) -> list[Path]:
    """Return the wheel and the sdist, built below `folder`.

    :raises CheckFailed: if one of them is not as it must be.
    """
    files = tracked_files(ROOT)
    first, second = folder / "first", folder / "the second"
    copy_files(files, first, age=0)
    copy_files(files, second, age=86_400)
    built = build(first, {"TZ": "UTC", "PYTHONHASHSEED": "1"}, umask=0o022)
    again = build(second, {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2"}, umask=0o077)
    require_same(built, again, "two builds of the same files")

    (wheel,) = [path for path in built if path.suffix == ".whl"]
    (sdist,) = [path for path in built if path.suffix == ".gz"]
    check_names("wheel", names_in_wheel(wheel), wanted_in_wheel(files))
    check_names("sdist", names_in_sdist(sdist), wanted_in_sdist(files))

    unpacked = unpack(sdist, folder / "unpacked")
    from_sdist = build(unpacked, {}, umask=0o022, formats=["wheel"])
    require_same([wheel], from_sdist, "the wheels of the checkout and of the sdist")

    run([sys.executable, "-m", "twine", "check", "--strict", *map(str, built)], folder)
    check_metadata(metadata_of(wheel))
    try_wheel(wheel, runtime, folder)
    try_sdist(unpacked, tests)
    return built


# Build.


def tracked_files(root: Path) -> list[str]:
    """Return the files of the checkout: those that git tracks; all that it would, without git."""
    listed = git(root, "ls-files", "-z")
    if listed:
        return sorted(each for each in listed.split("\0") if each and (root / each).is_file())
    ignored = [line.strip("/") for line in (root / ".gitignore").read_text().splitlines()]
    patterns = [Path(line).name for line in ignored if line and not line.startswith("#")]
    found: list[str] = []
    for folder, below, names in os.walk(root):
        skipped = shutil.ignore_patterns(".git", *patterns)(folder, [*below, *names])
        below[:] = [each for each in below if each not in skipped]
        here = Path(folder).relative_to(root)
        found += [(here / each).as_posix() for each in names if each not in skipped]
    return sorted(found)


def git(root: Path, *arguments: str) -> str:
    """Return what git prints; nothing where there is no git, or no repository."""
    if not shutil.which("git") or not (root / ".git").exists():
        return ""
    # In a container the checkout can belong to another user, whom git does not trust.
    return run(["git", "-c", f"safe.directory={root}", *arguments], root)


def copy_files(files: Iterable[str], target: Path, age: int) -> None:
    """Copy `files` of the checkout to `target`, each as if it were changed `age` seconds ago."""
    for name in files:
        copied = target / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copied)
        changed = copied.stat().st_mtime - age
        os.utime(copied, (changed, changed))


def build(
    folder: Path,
    environment: Mapping[str, str],
    umask: int,
    formats: Iterable[str] = ("sdist", "wheel"),
) -> list[Path]:
    """Return what the project in `folder` builds, at the time of the last commit."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", "dist"]
    targets = [word for each in formats for word in ("-t", each)]
    before = os.umask(umask)
    try:
        run([*command, *targets], folder, {**environment, "SOURCE_DATE_EPOCH": epoch()})
    finally:
        os.umask(before)
    return sorted((folder / "dist").iterdir())


def epoch() -> str:
    """Return the time that the built files have: given, of the last commit, or a fixed one."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return given or git(ROOT, "log", "-1", "--format=%ct").strip() or "1580601600"


def unpack(sdist: Path, folder: Path) -> Path:
    """Return the one folder that `sdist` contains."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (inside,) = folder.iterdir()
    return inside


# Compare.


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def require_same(ones: Iterable[Path], others: Iterable[Path], what: str) -> None:
    """Raise if two lists of files differ by a byte."""
    one, other = ({path.name: digest(path) for path in paths} for paths in (ones, others))
    if one != other:
        differ = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
        raise CheckFailed(
            f"{what} differ: {', '.join(differ)}. Something in them depends on the time, the "
            "folder or the environment of the build; compare the two with diffoscope."
        )


def names_in_wheel(wheel: Path) -> list[str]:
    """Return the names of the files in `wheel`, without the version."""
    with zipfile.ZipFile(wheel) as archive:
        return [re.sub(r"^[^/]*\.dist-info/", "", name) for name in archive.namelist()]


def names_in_sdist(sdist: Path) -> list[str]:
    """Return the names of the files in `sdist`, without the folder around them."""
    with tarfile.open(sdist) as archive:
        return [each.name.partition("/")[2] for each in archive.getmembers() if each.isfile()]


def wanted_in_wheel(files: Iterable[str]) -> set[str]:
    """Return the names of the files that a wheel of the checkout's `files` must have."""
    return METADATA | {name.removeprefix("src/") for name in files if name.startswith(SOURCE)}


def wanted_in_sdist(files: Iterable[str]) -> set[str]:
    """Return the names of the files that an sdist of the checkout's `files` must have."""
    return GENERATED | {name for name in files if not NOT_IN_SDIST.fullmatch(name)}


def check_names(what: str, names: list[str], wanted: set[str]) -> None:
    """Raise if the files of a wheel or an sdist are not exactly the `wanted` ones."""
    missing, stray = sorted(wanted - set(names)), sorted(set(names) - wanted)
    twice = sorted({name for name in names if names.count(name) > 1})
    for words, found in (("lacks", missing), ("must not have", stray), ("has twice", twice)):
        if found:
            raise CheckFailed(
                f"the {what} {words} {', '.join(found)}. See [tool.hatch.build] in pyproject.toml."
            )
    if what == "wheel" and "flask_crossorigin/py.typed" not in names:
        raise CheckFailed("the wheel lacks py.typed, so type checkers would ignore its types.")


# Metadata.


def metadata_of(wheel: Path) -> str:
    """Return the METADATA of `wheel`."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        return archive.read(name).decode()


def check_metadata(text: str) -> None:
    """Raise if what an index shows of METADATA is wrong there."""
    head, _, description = text.partition("\n\n")
    urls = dict(re.findall(r"^Project-URL: (.+?), (.+)$", head, re.MULTILINE))
    strange = [url for url in urls.values() if not url.startswith(urls["Source"])]
    if strange:
        raise CheckFailed(f"[project.urls]: {', '.join(strange)} is not below Source.")
    relative = relative_links(render(description))
    if relative:
        raise CheckFailed(
            f"the long description has relative links: {', '.join(relative)}. A package index "
            "can't follow them; scripts/long_description.py must make them absolute."
        )


def render(markdown: str) -> str:
    """Return the HTML that a package index shows for `markdown`."""
    import readme_renderer.markdown

    html: str | None = readme_renderer.markdown.render(markdown)
    if html is None:
        raise CheckFailed("the long description can't be rendered.")
    return html


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.relative: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "src"} and not re.match(r"https://|mailto:|#", value or ""):
                self.relative.append(value or "(empty)")


def relative_links(html: str) -> list[str]:
    """Return the links and images in `html` that are relative, or not HTTPS."""
    links = _Links()
    links.feed(html)
    return links.relative


# Try.


def try_wheel(wheel: Path, python: Path, folder: Path) -> None:
    """Install `wheel` beside nothing but its dependencies, and use it."""
    pip = [str(python), "-m", "pip", "--isolated", "--disable-pip-version-check"]
    run([*pip, "install", "--quiet", "--no-index", "--force-reinstall", "--no-deps", str(wheel)])
    try:
        run([*pip, "check"])
        empty = folder / "empty"
        empty.mkdir()
        shutil.copy(ROOT / "scripts" / "try_package.py", empty)
        run([str(python), "-I", "-W", "error", "try_package.py"], empty)
    finally:
        run([*pip, "uninstall", "--quiet", "--yes", "flask-crossorigin"])


def try_sdist(unpacked: Path, python: Path) -> None:
    """Collect all tests of an unpacked sdist, and run some, with its own modules."""
    environment = {"PYTHONPATH": str(unpacked / "src")}
    pytest = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run([*pytest, "--collect-only"], unpacked, environment)
    run([*pytest, *QUICK_TESTS], unpacked, environment)


def run(
    command: list[str], folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> str:
    """Return what `command` prints; raise with it if the command fails."""
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**clean, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise CheckFailed(f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
