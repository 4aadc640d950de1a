"""Puts a changed module in the place of the one on disk, in this process only."""

from __future__ import annotations

import ast
import gc
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from tests.mutants.groups import PROJECT
from tests.mutants.operators import unnamed_changes


def changed_code(path: Path, number: int) -> CodeType:
    """The code of a module with one of its changes made."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    with unnamed_changes(tree)[number].made():
        return compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        super().__init__(name, str(path))
        self._code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the import system's
        return self._code


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the import system's
        target: ModuleType | None = None,  # noqa: ARG002 - the import system's
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        loader = _Loader(self._name, self._path, self._code)
        return spec_from_file_location(fullname, self._path, loader=loader)


def module_name(path: Path) -> str:
    """The name under which a module is imported."""
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def forget() -> None:
    """Forget all modules of the project, tests among them, so that they are imported again."""
    own = __name__.rpartition(".")[0]
    for name in [*sys.modules]:
        if name.split(".")[0] in {"pipeline", "dags", "demo", "tests"} and not name.startswith(own):
            del sys.modules[name]


def at_import(path: Path, code: CodeType) -> None:
    """Let the changed code be what is imported from now on."""
    forget()
    sys.meta_path.insert(0, _Finder(module_name(path), path, code))


class Functions:
    """The functions of modules that this process has imported, by file and name."""

    def __init__(self, paths: Iterable[Path]) -> None:
        files = {*map(str, paths)}
        self._found: dict[tuple[str, str], list[FunctionType]] = {}
        for item in gc.get_objects():
            if isinstance(item, FunctionType) and item.__code__.co_filename in files:
                self._found.setdefault((item.__code__.co_filename, item.__code__.co_qualname), []).append(item)

    def change(self, path: Path, code: CodeType, name: str) -> bool:
        """Give the changed code to each function that has the name; False where there is none, or its shape changed."""
        (new,) = (item for item in _nested(code) if item.co_qualname == name)
        found = self._found.get((str(path), name), [])
        if any(item.__code__.co_freevars != new.co_freevars for item in found):
            return False
        for item in found:
            item.__code__ = new
        return bool(found)


def _nested(code: CodeType) -> Iterator[CodeType]:
    for item in code.co_consts:
        if isinstance(item, types.CodeType):
            yield item
            yield from _nested(item)
