"""`scripts/setup.sh`, with small packages of a local index and a lock of a few lines."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are POSIX's")

ROOT = Path(__file__).parent.parent
LOCKS = [
    lock
    for lock in sorted((ROOT / "requirements").glob("*.txt"))
    if lock.stem != "runtime"  # it has what users get, and the wheel is installed there as it is
]

BACKEND = """
import sys, pathlib, zipfile
name = "project-1.0.dist-info"
def build_wheel(folder, settings=None, metadata=None):
    wheel = pathlib.Path(folder) / "project-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in pathlib.Path("contents").iterdir():
            archive.write(path, f"{name}/{path.name}")
    return wheel.name
build_editable = build_wheel
"""


def pack(path: Path, contents: Mapping[str, bytes | str]) -> str:
    """Write a wheel, and return the hash of it that a lock has."""
    (info,) = {name.partition("/")[0] for name in contents if name.endswith("/METADATA")}
    record = "".join(f"{name},,\n" for name in [*contents, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**contents, f"{info}/RECORD": record}.items():
            archive.writestr(name, content)
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def described(name: str, version: str, *lines: str) -> dict[str, str]:
    """Return the files that describe a package: requirements and extras are lines of METADATA."""
    about = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *lines, ""]
    tags = ["Wheel-Version: 1.0", "Generator: test", "Root-Is-Purelib: true", "Tag: py3-none-any"]
    return {"METADATA": "\n".join(about), "WHEEL": "\n".join([*tags, ""])}


class Index:
    """A package index in a folder, and the lines of a lock for what is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = folder.as_uri()
        folder.mkdir()

    def add(self, name: str, version: str, *lines: str, module: str = "") -> str:
        files = described(name, version, *lines)
        contents = {f"{name}-{version}.dist-info/{file}": text for file, text in files.items()}
        file = f"{name}-{version}-py3-none-any.whl"
        return self._add(name, version, file, {f"{name}.py": module, **contents})

    def add_own_pip(self) -> str:
        """Add the pip of this environment, which its lock pins."""
        pip = metadata.distribution("pip")
        left_out = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
        contents = {
            str(file): Path(str(pip.locate_file(file))).read_bytes()
            for file in pip.files or ()
            if file.parts[0].startswith("pip") and file.suffix != ".pyc"
            if file.name not in left_out
        }
        file = f"pip-{pip.version}-py3-none-any.whl"
        return self._add("pip", pip.version, file, contents)

    def add_source(self, name: str, version: str, backend: str = "alpha") -> str:
        """Add a release that has to be built."""
        folder = self.folder / name
        folder.mkdir()
        path = folder / f"{name}-{version}.tar.gz"
        lines = ("[build-system]", f"requires = ['{backend}']", f"build-backend = '{backend}'", "")
        text = "\n".join(lines).encode()
        with tarfile.open(path, "w:gz") as archive:
            member = tarfile.TarInfo(f"{name}-{version}/pyproject.toml")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
        (folder / "index.html").write_text(f"<a href='{path.name}'>{path.name}</a>")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"

    def _add(self, name: str, version: str, file: str, contents: Mapping[str, bytes | str]) -> str:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        digest = pack(folder / file, contents)
        with (folder / "index.html").open("a") as page:
            page.write(f"<a href='{file}'>{file}</a>\n")
        return f"{name}=={version} \\\n    --hash={digest}\n    # via a test\n"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """An index with alpha, which needs an extra of beta, and releases newer than the lock's."""
    index = Index(tmp_path / "simple")
    for name, lines in (
        ("beta", ["Provides-Extra: extra", "Requires-Dist: gamma; extra == 'extra'"]),
        ("gamma", []),
    ):
        index.add(name, "2.0", *lines)
    return index


def locked(index: Index, *names: str) -> str:
    """Add what a lock names to the index, and return the lock."""
    lines = {
        "alpha": ["Requires-Dist: beta[extra]>=1.0"],
        "beta": ["Provides-Extra: extra", "Requires-Dist: gamma; extra == 'extra'"],
        "gamma": [],
    }
    return "".join(index.add(name, "1.0", *lines[name]) for name in names)


@pytest.fixture(scope="module")
def quick_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter whose venv module copies an environment, which saves seconds."""
    folder = tmp_path_factory.mktemp("python")
    ready, python = folder / "ready", folder / "python"
    subprocess.run([sys.executable, "-m", "venv", ready], check=True)
    python.write_text(
        f"""#!/bin/sh
        case "$1 $2" in
        "-m venv") rm -rf "$4" && cp -a {ready} "$4" ;;
        *) exec {sys.executable} "$@" ;;
        esac
        """
    )
    python.chmod(0o755)
    return python


class Checkout:
    """A folder with the project's own scripts, and an environment that they make."""

    def __init__(self, folder: Path, index: Index, python: Path) -> None:
        self.folder, self.env = folder, folder / ".venv"
        self.settings = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": index.url,
            "PYTHON": str(python),
        }
        shutil.copytree(ROOT / "scripts", folder / "scripts")
        (folder / "requirements").mkdir()

    def setup(self, lock: str, *project: str, **settings: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "requirements" / "dev.txt").write_text(lock)
        inherited = {key: value for key, value in os.environ.items() if key[:4] != "PIP_"}
        return subprocess.run(
            ["scripts/setup.sh", ".venv", "requirements/dev.txt", *project],
            cwd=self.folder,
            env={**inherited, **self.settings, **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def installed(self) -> dict[str, str]:
        """Return the version of each package that the environment has."""
        (folder,) = self.env.glob("lib/python*/site-packages")
        found = metadata.distributions(path=[str(folder)])
        return {each.name: each.version for each in found if each.name != "setuptools"}


@pytest.fixture
def checkout(tmp_path: Path, index: Index, quick_python: Path) -> Checkout:
    return Checkout(tmp_path / "checkout", index, quick_python)


@pytest.fixture
def dead_url() -> str:
    """A URL of this machine at which nothing listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{closed.getsockname()[1]}/simple"


@pytest.mark.parametrize("pip", ["bundled", "locked"])
def test_lock_alone_decides_what_is_installed(
    checkout: Checkout, index: Index, pip: str, dead_url: str
) -> None:
    own_pip = index.add_own_pip() if pip == "locked" else ""
    lock = locked(index, "alpha", "beta") + own_pip + locked(index, "gamma")
    done = checkout.setup(lock, **({} if own_pip else {"PYTHON": sys.executable}))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Setting up .venv from requirements/dev.txt ...\n"
    installed = checkout.installed()
    if own_pip:
        assert installed["pip"] == metadata.version("pip")
    del installed["pip"]
    assert installed == {"alpha": "1.0", "beta": "1.0", "gamma": "1.0"}

    again = checkout.setup(lock, PIP_INDEX_URL=dead_url)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


@pytest.mark.parametrize(("names", "missing"), [(["alpha"], "beta"), (["alpha", "beta"], "gamma")])
def test_lock_that_misses_a_requirement_is_named_with_it(
    checkout: Checkout, index: Index, names: list[str], missing: str
) -> None:
    done = checkout.setup(locked(index, *names))
    assert done.returncode == 1
    *shown, sentence = done.stderr.splitlines()
    assert missing in shown[0]
    assert sentence == (
        ".venv is not complete: requirements/dev.txt does not list all that is needed, as shown"
        " above. Run 'make lock'."
    )
    assert missing not in checkout.installed()
    assert checkout.setup(locked(index, *names)).returncode == 1


def test_project_that_needs_more_than_the_lock_lists_is_an_error(
    checkout: Checkout, index: Index
) -> None:
    lock = locked(index, "gamma")
    (checkout.folder / "backend.py").write_text(BACKEND)
    (checkout.folder / "contents").mkdir()
    (checkout.folder / "contents" / "RECORD").write_text("")
    pyproject = checkout.folder / "pyproject.toml"

    def project(*lines: str) -> None:
        for name, text in described("project", "1.0", *lines).items():
            (checkout.folder / "contents" / name).write_text(text)
        pyproject.write_text(
            "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
            f"# {lines}\n"
        )

    project("Requires-Dist: gamma>=1.0")
    for kind in ("editable", "wheel"):
        done = checkout.setup(lock, kind)
        assert (done.returncode, done.stderr) == (0, "")
        assert "project" in checkout.installed()
    assert checkout.setup(lock, "editable").stdout == ""
    project("Requires-Dist: gamma>=1.5")
    for kind in ("editable", "wheel"):
        done = checkout.setup(lock, kind)
        assert done.returncode == 1
        assert "project 1.0 has requirement gamma>=1.5" in done.stderr
        assert done.stderr.endswith("Run 'make lock'.\n")


def test_release_that_has_to_be_built_is_not_installed(checkout: Checkout, index: Index) -> None:
    lock = locked(index, "gamma") + index.add_source("delta", "1.0")
    done = checkout.setup(lock)
    assert done.returncode == 1
    assert "No matching distribution found for delta==1.0" in done.stderr
    assert done.stderr.endswith(".venv is not complete: pip failed, as shown above.\n")


def test_the_one_package_without_a_wheel_is_built_by_the_setuptools_of_the_lock(
    checkout: Checkout, index: Index
) -> None:
    files = described("flask_principal", "1.0")
    builder = f"""import zipfile
def build_wheel(directory, settings=None, metadata=None):
    name = "flask_principal-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{{directory}}/{{name}}", "w") as archive:
        for file, text in {{**{files!r}, "RECORD": ""}}.items():
            archive.writestr(f"flask_principal-1.0.dist-info/{{file}}", text)
    return name
"""
    lock = index.add_source("flask-principal", "1.0", "setuptools")
    lock += index.add("setuptools", "99.0", module=builder)
    done = checkout.setup(lock)
    assert (done.returncode, done.stderr) == (0, "")
    assert checkout.installed()["flask_principal"] == "1.0"


def test_file_with_another_hash_is_not_installed(checkout: Checkout, index: Index) -> None:
    locked(index, "gamma")
    done = checkout.setup("gamma==1.0 --hash=sha256:" + "0" * 64 + "\n")
    assert done.returncode == 1
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert "gamma" not in checkout.installed()


def test_other_settings_of_pip_change_nothing(
    checkout: Checkout, index: Index, tmp_path: Path
) -> None:
    lock = locked(index, "alpha", "beta", "gamma")
    constraint, config = tmp_path / "constraint.txt", tmp_path / "pip.conf"
    constraint.write_text("beta>=2.0\n")
    config.write_text(f"[global]\nuser = true\nconstraint = {constraint}\n[install]\nuser = true\n")
    present = tmp_path / "present"
    (present / "gamma-1.0.dist-info").mkdir(parents=True)
    for name, text in described("gamma", "1.0").items():
        (present / "gamma-1.0.dist-info" / name).write_text(text)
    links = tmp_path / "links"
    links.mkdir()
    for wheel in index.folder.glob("*/*.whl"):
        wheel.rename(links / wheel.name)
    done = checkout.setup(
        lock,
        PIP_CONFIG_FILE=str(config),
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS=str(links),
        PIP_CONSTRAINT=str(constraint),
        PIP_DRY_RUN="1",
        PIP_NO_BINARY=":all:",
        PIP_NO_DEPS="0",
        PIP_REQUIRE_HASHES="0",
        PIP_TARGET=str(tmp_path / "target"),
        PIP_USER="1",
        PYTHONPATH=str(present),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {"alpha": "1.0", "beta": "1.0", "gamma": "1.0"}.items() <= checkout.installed().items()


@pytest.mark.parametrize("pip", ["bundled", "locked"])
def test_no_network_is_one_sentence(
    checkout: Checkout, index: Index, pip: str, dead_url: str
) -> None:
    own_pip = index.add_own_pip() if pip == "locked" else ""
    done = checkout.setup(
        own_pip + locked(index, "gamma"),
        PIP_INDEX_URL=dead_url,
        PIP_FIND_LINKS=str(index.folder / "pip"),
    )
    assert done.returncode == 1
    assert done.stderr == (".venv is not complete: no package index answers. Is there a network?\n")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
@pytest.mark.parametrize("package", ["pip", "hatchling"])
def test_every_lock_brings_what_installs_the_project(lock: Path, package: str) -> None:
    assert f"\n{package}==" in lock.read_text()
