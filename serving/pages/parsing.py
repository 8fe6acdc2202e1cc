"""Parsing of Python by several threads of one process, which CPython does not do safely."""

import ast
from threading import RLock
from types import ModuleType
from typing import Any

_TURN = RLock()


def parse_in_turns(*modules: ModuleType) -> None:
    """Have the threads of this process wait for each other in `ast.parse`, and in `compile` of `modules`.

    CPython counts the depth of the syntax tree that it makes in one number for all threads. When a
    collection of garbage lets another thread run amid it, sound code fails with `SystemError: AST
    constructor recursion depth mismatch`, and a page of the server stays empty.
    """
    for module in (ast, *modules):
        vars(module)["compile"] = _compile


def _compile(*arguments: Any, **options: Any) -> Any:
    with _TURN:
        return compile(*arguments, **options)
