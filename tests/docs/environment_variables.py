"""The environment variables that the project reads, found in its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support import PROJECT

ROOMS = ("pipeline", "demo", "benchmarks", "tests", "dags")

OURS = re.compile(r"(STUDY_INDEX|ELASTICSEARCH|PEER)(_[A-Z]+)+")
"""Names that are of this project, wherever they occur."""

_READS = {"get", "getenv", "pop"}


def read_by_the_source() -> dict[str, str]:
    """The names of environment variables, each with a file that reads it."""
    found = dict[str, str]()
    for path in sources():
        for name in _names(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(name, str(path.relative_to(PROJECT)))
    return found


@cache
def sources() -> tuple[Path, ...]:
    """The Python files of the project."""
    return tuple(path for room in ROOMS for path in sorted((PROJECT / room).rglob("*.py")))


@cache
def _constants() -> dict[str, str]:
    """Names of modules' constants that are texts, and these texts."""
    return {
        target.id: node.value.value
        for path in sources()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OURS.fullmatch(node.value):
            yield node.value
        elif (asked := _asked(node)) is not None:
            name = (
                asked.value if isinstance(asked, ast.Constant) else _constants().get(ast.unparse(asked).split(".")[-1])
            )
            if isinstance(name, str):
                yield name


def _asked(node: ast.AST) -> ast.expr | None:
    """What the environment is asked for, where a node asks it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _READS and node.args:
        return node.args[0] if _is_environment(node.func.value) or node.func.attr == "getenv" else None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _is_environment(node.value):
        return node.slice
    return None


def _is_environment(node: ast.expr) -> bool:
    return ast.unparse(node).split(".")[-1] in {"environ", "environment", "env"}
