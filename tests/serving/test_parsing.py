"""Parsing by several threads, as sessions of the pages do."""

import subprocess
import sys

from tests.places import NOTEBOOKS

SOURCE = NOTEBOOKS / "who_leads.py"
# Collections are frequent and let other threads run, as they do now and then by themselves.
PARSES = """
import ast, gc, pathlib, sys, threading, time
from serving.pages.parsing import parse_in_turns

def parses(depth):
    if depth:
        return parses(depth - 1)
    for _ in range(10):
        try:
            ast.parse(source)
            compile(source, "source", "exec", flags=ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except SystemError as error:
            failed.append(str(error))

source, failed = pathlib.Path(sys.argv[1]).read_text(), []
parse_in_turns(sys.modules[__name__])
gc.callbacks.append(lambda phase, info: time.sleep(0.0001))
gc.set_threshold(50)
threads = [threading.Thread(target=parses, args=(7 * number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*failed, sep="\\n")
"""


def test_threads_that_parse_at_once_do_not_hinder_each_other():
    command = [sys.executable, "-c", PARSES, str(SOURCE)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == ""
