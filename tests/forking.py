"""Runs `python -m <module>` in processes that are forked from one that has imported everything already.

Each process has an environment, a folder, output and an exit code of its own; only imports are not repeated,
nor those of libraries that import parts of themselves when they are used: what one process found so is there
for the next.
As a program this module reads a JSON object a line from standard input and answers with its exit code.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from functools import cache
from pathlib import Path

from tests.places import PROJECT

LATE = ("alembic", "dagster", "dlt", "pyarrow", "sqlalchemy", "structlog", "upath")


def python_m(
    module: str, *arguments: str, environment: dict[str, str], folder: Path = PROJECT, seconds: int = 120
) -> subprocess.CompletedProcess[str]:
    """Run `python -m module` and return its exit code and what it printed; it is ended after `seconds`."""
    server = _server(module.partition(".")[0])
    with tempfile.TemporaryDirectory() as said:
        outputs = [Path(said, name) for name in ("stdout", "stderr")]
        order = {
            "arguments": [module, *map(str, arguments)],
            "environment": environment,
            "folder": str(folder),
            "outputs": [str(path) for path in outputs],
            "imported": str(Path(said, "imported")),
            "seconds": seconds,
        }
        server.stdin.write(json.dumps(order) + "\n")
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(order["arguments"], code, *(path.read_text() for path in outputs))


@cache
def _server(package: str) -> subprocess.Popen[str]:
    """Start the process that has imported the package; it ends with this one."""
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    command = [sys.executable, "-m", "tests.forking", package]
    return subprocess.Popen(command, cwd=PROJECT, **streams)


def _serve(package: str) -> None:
    for found in pkgutil.walk_packages([str(PROJECT / package)], f"{package}."):
        importlib.import_module(found.name)
    for line in sys.stdin:
        order = json.loads(line)
        gc.freeze()
        process = os.fork()
        if not process:
            _run(order)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        _import_late(Path(order["imported"]))
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


def _import_late(names: Path) -> None:
    """Import what a process has said that it imported; one that was killed has said nothing."""
    for name in names.read_text().splitlines() if names.exists() else []:
        importlib.import_module(name)


def _run(order: dict) -> None:
    """Become the command, and end as it does."""
    known = set(sys.modules)
    nothing = os.open(os.devnull, os.O_RDONLY)
    files = [os.open(path, os.O_WRONLY | os.O_CREAT) for path in order["outputs"]]
    for number, file in enumerate([nothing, *files]):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    module, *_ = sys.argv = order["arguments"]
    for name in (module, f"{module}.__main__"):
        sys.modules.pop(name, None)
    signal.alarm(order["seconds"])
    code = _code(module)
    late = [name for name in sys.modules if name not in known and name.partition(".")[0] in LATE]
    Path(order["imported"]).write_text("\n".join(late))
    _exit(code)


def _code(module: str) -> int:
    """Run the module and return what Python would exit with."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
            return 1
        return end.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _exit(code: int) -> None:
    """End as Python does, but for libraries' own threads, which a fork does not have."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1])
