"""The shape of the code: imports run one way, and the core knows no framework."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import flask_crossorigin
from flask_crossorigin.core.policy import Policy
from flask_crossorigin.core.problems import PROBLEMS
from flask_crossorigin.core.settings import PARSERS

PACKAGE = Path(flask_crossorigin.__file__).parent
TESTS = Path(__file__).parent

ORDER = """
    core.fetch_standard core.text core.messages core.errors core.origin_problems
    core.setting_problems core.app_problems core.app_warnings core.problems core.cache
    core.headers core.origins core.public_suffixes core.origin_diagnostics
    core.origin_predicates core.lists core.names core.origin_settings core.settings core.policy
    core.compiled core.decision core.actual core.preflight config context events
    origin_functions conflicts scopes.declarations scopes.decorators scopes.misplaced_decorators
    scopes.inherited scopes.scope scopes.left_out_methods scopes.overlap scopes.table
    scopes.router scopes.resolver state dispatch.snapshot dispatch.opentelemetry
    dispatch.preflights dispatch.debug dispatch.nested dispatch.responses dispatch.shortcut
    dispatch.wiring commands access.exceptions access.verification access.requirements
    access.guard access.registrations access.extension access extension browser.hosts
    browser.urls browser.form_data browser.profiles browser.cookies.reasons browser.exchange
    browser.server_reasons browser.blocked browser.transports browser.live browser.request
    browser.request_init browser.request_headers browser.redirect browser.checks
    browser.response_headers browser.response browser.preflight_cache browser.cookies.context
    browser.cookies.dates browser.cookies.set_cookie browser.cookies.jar browser.fetch
    browser.arguments browser.page pytest_plugin inspection.routes inspection.lint_messages
    inspection.lint inspection.probe_messages inspection.probe_seeds inspection.probe
    migration.messages migration.patterns migration.options compat.shared compat.extension
    compat.decorator cli.output
    cli.options cli.formatting cli.app_loader cli.routes cli.check
    cli.explain.intermediary_messages cli.explain.intermediaries cli.explain.live
    cli.explain.notes cli.explain.explanation cli.explain.suggestions cli.explain.text
    cli.explain.json cli.explain.command
""".split()
"""The modules, each of which may import only those before it."""


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the package with its dotted name; `__init__` files only re-export."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name != "__init__.py":
            yield ".".join(path.relative_to(PACKAGE).with_suffix("").parts), path
        elif path.parent.name == "access":
            yield path.parent.name, path  # the public class


def imports(path: Path) -> Iterator[str]:
    """What the module at `path` imports; what is of this package begins with a dot."""
    package = path.parent.relative_to(PACKAGE).parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1]
            yield "." + ".".join([*base, *(node.module or "").split(".")]).strip(".")


def test_every_module_has_its_place() -> None:
    assert sorted(ORDER) == sorted(name for name, _ in modules())


def test_imports_run_one_way() -> None:
    for name, path in modules():
        for imported in imports(path):
            if imported.startswith("."):
                assert ORDER.index(imported[1:]) < ORDER.index(name), f"{name} -> {imported}"


def test_the_core_imports_no_framework() -> None:
    """Seen in a process of its own, which imports nothing else."""
    program = (
        "import importlib, sys, types\n"
        "package = types.ModuleType('flask_crossorigin')\n"
        f"package.__path__ = [{str(PACKAGE)!r}]\n"
        "sys.modules['flask_crossorigin'] = package\n"
        f"for name in {[name for name in ORDER if name.startswith('core.')]!r}:\n"
        "    importlib.import_module(f'flask_crossorigin.{name}')\n"
        "found = {'flask', 'werkzeug', 'jinja2', 'blinker'} & set(sys.modules)\n"
        "sys.exit(f'the core imported {found}' if found else 0)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()


def test_every_code_is_provoked_by_a_test() -> None:
    texts = "".join(
        path.read_text("utf-8") for path in TESTS.rglob("test_*.py") if path != Path(__file__)
    )
    texts += (TESTS / "cases.py").read_text("utf-8")
    assert [code for code in PROBLEMS if f'"{code}"' not in texts] == []


def test_every_code_is_raised_by_the_source() -> None:
    texts = "".join(
        path.read_text("utf-8")
        for name, path in modules()
        if not name.endswith(("problems", "warnings"))
    )
    assert [code for code in PROBLEMS if f'"{code}"' not in texts] == []


def test_every_problem_says_what_to_do() -> None:
    for code, (message, hint) in PROBLEMS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert message.endswith((".", "}.")), code
        assert hint == "{suggestion}" or hint.endswith((".", "?")), code


def test_the_settings_are_those_of_the_policy() -> None:
    assert list(PARSERS) == [name for name in vars(Policy)["__match_args__"] if name[0] != "_"] or (
        list(PARSERS) == [name for name in Policy.__annotations__ if not name.startswith("_")]
    )


# Words and sizes.

FORBIDDEN_BEGINNING = re.compile(r"(What|Say|The same|How|Whether)\b")
"""A docstring is an imperative or a noun phrase."""
MAX_LINES_OF_FUNCTION = 45
MAX_LINES_OF_MODULE = 400
MAX_MODULES_IN_ROOT = 9


def definitions(path: Path) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef]:
    """The module at `path`, its classes and its functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            yield node


def test_docstrings_are_imperatives_or_noun_phrases() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {text.splitlines()[0]}"
        for path in PACKAGE.rglob("*.py")
        for node in definitions(path)
        if FORBIDDEN_BEGINNING.match(text := ast.get_docstring(node) or "")
    ]
    assert found == []


def test_every_public_name_is_documented() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in definitions(path):
            name = getattr(node, "name", "module")
            if not name.startswith("_") and not _is_nested(path, node):
                assert ast.get_docstring(node), f"{path.relative_to(PACKAGE)}: {name}"


def _is_nested(path: Path, node: ast.AST) -> bool:
    """Whether `node` is in a function or a private class, or an overload."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef)
        or (isinstance(each, ast.ClassDef) and each.name.startswith("_"))
    ]
    line = getattr(node, "lineno", 0)
    overload = any("overload" in ast.dump(each) for each in getattr(node, "decorator_list", ()))
    return overload or any(each.lineno < line <= (each.end_lineno or 0) for each in inside)


def test_functions_and_modules_fit_a_screen() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES_OF_MODULE, path
        for node in definitions(path):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = node.end_lineno - body[0].lineno if body and node.end_lineno else 0
                assert lines <= MAX_LINES_OF_FUNCTION, f"{path}: {node.name}"


def test_few_modules_are_in_the_root() -> None:
    root = [path for path in PACKAGE.glob("*.py") if path.name != "__init__.py"]
    assert len(root) <= MAX_MODULES_IN_ROOT


def test_the_docstring_of_the_package_names_every_public_name() -> None:
    for name in flask_crossorigin.__all__:
        assert name in (flask_crossorigin.__doc__ or "")
