"""The rules of the code that no linter knows: who may touch what, and that importing does nothing."""

import ast
import gc
import io
import json
import re
import subprocess
import sys
import tokenize
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.places import PROJECT

PACKAGES = ("ingestion", "orchestration", "serving", "simulator")
WRITTEN = (*PACKAGES, "tests", "benchmarks", "notebooks", "docs")
MOST_LINES, MOST_LINES_OF_A_FUNCTION, MOST_FILES_OF_A_FOLDER = 250, 30, 15
OPENS_WAREHOUSE = re.compile(r"warehouse\.duckdb| as warehouse\b")
SWITCHED_OFF = re.compile(r"\bnoqa\b|type:\s*ignore")

# Reports what an import opens, connects to or asks the environment for that is none of Python's own.
WATCHED = """
import json, os, pkgutil, sys
project, package = sys.argv[1:]
installed = [sys.prefix, sys.base_prefix, *(path for path in sys.path if path and path != project)]
system = ["/proc", "/sys", "/dev", "/etc", "/usr", "/lib", os.path.join(project, "airtime.egg-info")]
allowed = tuple([os.path.realpath(path) for path in installed] + system)
seen = []

def watch(event, arguments):
    # urllib3 binds a socket at import to learn whether there is IPv6; that sends nothing
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        seen.append(event)
    elif event == "open" and isinstance(arguments[0], str):
        path = os.path.realpath(arguments[0])
        is_source = path.startswith(project) and path.endswith((".py", ".pyc"))
        if not is_source and not path.startswith(allowed):
            seen.append(path)

sys.path.insert(0, project)
sys.addaudithook(watch)
for module in pkgutil.walk_packages([os.path.join(project, package)], package + "."):
    __import__(module.name)
json.dump(seen, sys.stdout)
"""


def sources(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((PROJECT / package).rglob("*.py"))]


def named(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def tree(path: Path) -> ast.Module:
    # a collection in its midst makes Python 3.11 lose count of its recursion (python/cpython#106905)
    gc.disable()
    try:
        return ast.parse(path.read_text())
    finally:
        gc.enable()


def dotted(node: ast.AST) -> str:
    """Return `os.environ` for the expression os.environ, "" for anything but names and attributes."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_serving_opens_the_warehouse_only_to_publish():
    found = {
        path.name
        for path in sources("serving")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr == "warehouse")
        or (isinstance(node, ast.Constant) and OPENS_WAREHOUSE.search(str(node.value)))
    }
    # __main__ hands the path to publish
    assert found == {"publish.py", "__main__.py"}


def test_only_settings_read_the_environment():
    readers = [
        named(path)
        for path in sources("ingestion", "orchestration", "serving")
        for node in ast.walk(Unset().visit(tree(path)))
        if dotted(node) in {"os.environ", "os.getenv", "os.environb"}
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and takes_environment(node))
    ]
    # dbt learns where its warehouse is as its profile does
    allowed = {"ingestion/settings/__init__.py", "orchestration/models/parsed.py"}
    assert set(readers) <= {*allowed, "ingestion/cluster/local.py"}  # which hands it on to Java


class Unset(ast.NodeTransformer):
    """Leaves out `os.environ[..] = ..`, which tells a child process and reads nothing."""

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        is_set = all(isinstance(t, ast.Subscript) and dotted(t.value) == "os.environ" for t in node.targets)
        return ast.Expr(self.visit(node.value)) if is_set else self.generic_visit(node)


def takes_environment(node: ast.ImportFrom) -> bool:
    return bool({"environ", "getenv", "environb"} & {alias.name for alias in node.names})


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_needs_no_environment_opens_no_socket_and_reads_no_file(package, tmp_path):
    command = [sys.executable, "-B", "-c", WATCHED, str(PROJECT), package]
    environment = {"PATH": "/usr/bin", "HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == []
    assert list(tmp_path.iterdir()) == []


def test_no_folder_holds_many_files():
    models = [path for path in (PROJECT / "dbt_project" / "models").rglob("*") if path.is_file()]
    files = Counter(named(path.parent) for path in [*sources(*WRITTEN), *models])
    assert len(files) > 40
    assert {folder: count for folder, count in files.items() if count > MOST_FILES_OF_A_FOLDER} == {}


def test_no_file_is_long():
    lengths = {named(path): len(path.read_text().splitlines()) for path in sources(*WRITTEN)}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_function_is_long():
    lengths = {
        f"{named(path)}:{node.lineno} {node.name}": lines_of(node)
        for path in sources(*PACKAGES, "tests", "benchmarks")
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return a function's lines without its docstring."""
    first = function.body[0]
    docstring = first.end_lineno - first.lineno + 1 if ast.get_docstring(function) else 0
    return function.end_lineno - function.lineno + 1 - docstring


def test_nothing_prints():
    found = [
        f"{named(path)}:{node.lineno}"
        for path in sources(*WRITTEN)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and dotted(node.func) == "print"
    ]
    assert found == []


def test_no_rule_is_switched_off_in_passing():
    found = [
        f"{named(path)}:{token.start[0]}"
        for path in sources(*WRITTEN)
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.COMMENT and SWITCHED_OFF.search(token.string)
    ]
    assert found == []


def test_the_types_of_all_packages_are_checked_strictly_and_without_exceptions():
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert settings["packages"] == list(PACKAGES)
    assert settings["strict"] is True
    others = [name for override in settings["overrides"] for name in override["module"]]
    assert [name for name in others if name.split(".")[0] in PACKAGES] == []
    assert [name for name in settings if name.startswith(("allow", "disable", "ignore", "exclude"))] == []


def test_every_file_says_what_it_is_for():
    assert [named(path) for path in sources(*WRITTEN) if not ast.get_docstring(tree(path))] == []
