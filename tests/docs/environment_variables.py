"""The environment variables that the project reads, found in its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.support import PROJECT

ROOMS = ("pipeline", "demo", "benchmarks", "tests", "dags")

OURS = re.compile(r"(STUDY_INDEX|ELASTICSEARCH|PEER)(_[A-Z]+)+")
"""Names that are of this project, wherever they occur."""

_READS = {"get", "getenv", "pop"}
_CONSTANT = re.compile(r'^(\w+) = "([A-Z_]+)"', re.MULTILINE)


def read_by_the_source() -> dict[str, str]:
    """The names of environment variables, each with a file that reads it."""
    found = dict[str, str]()
    for path, text in _sources().items():
        for name in OURS.finditer(text):
            if f'"{name[0]}"' in text:
                found.setdefault(name[0], path)
        if "environ" in text:
            for asked in _asked_for(ast.parse(text), in_tests=path.startswith("tests/")):
                found.setdefault(asked, path)
    return found


@cache
def _sources() -> dict[str, str]:
    """The Python files of the project, and their texts."""
    files = (path for room in ROOMS for path in sorted((PROJECT / room).rglob("*.py")))
    return {str(path.relative_to(PROJECT)): path.read_text(encoding="utf-8") for path in files}


@cache
def _constants() -> dict[str, str]:
    """Names of modules' constants that may be names of variables, and their values."""
    return {found[1]: found[2] for text in _sources().values() for found in _CONSTANT.finditer(text)}


def _asked_for(tree: ast.Module, *, in_tests: bool) -> Iterator[str]:
    known = {"os.environ"} if in_tests else {"os.environ", "environ", "environment", "env"}
    for node in ast.walk(tree):
        asked = _asked(node, known)
        name = (
            asked.value if isinstance(asked, ast.Constant) else _constants().get(ast.unparse(asked)) if asked else None
        )
        if isinstance(name, str):
            yield name


def _asked(node: ast.AST, known: set[str]) -> ast.expr | None:
    """What the environment is asked for, where a node asks it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _READS and node.args:
        return node.args[0] if ast.unparse(node.func.value) in known or node.func.attr == "getenv" else None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and ast.unparse(node.value) in known:
        return node.slice
    return None
