"""schema.org's types, properties and ranges, as the files of the package `msgspec-schemaorg` have them."""

from __future__ import annotations

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TEXTS = frozenset({"str", "URL"})
"""Ranges of which a text is a value; of the others it is one, too, as schema.org has it, but none that we write."""


@cache
def _files() -> dict[str, Path]:
    found = find_spec("msgspec_schemaorg")
    assert found
    assert found.submodule_search_locations
    return {path.stem: path for path in Path(found.submodule_search_locations[0]).glob("*s/**/*.py")}


@cache
def _class(kind: str) -> ast.ClassDef:
    assert kind in _files(), f"schema.org has no type {kind}"
    tree = ast.parse(_files()[kind].read_text(encoding="utf-8"))
    (found,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind]
    return found


@cache
def above(kind: str) -> frozenset[str]:
    """A type, and all types that it is a kind of."""
    bases = [base.id for base in _class(kind).bases if isinstance(base, ast.Name) and base.id in _files()]
    return frozenset({kind}).union(*map(above, bases))


@cache
def ranges(kind: str) -> dict[str, frozenset[str]]:
    """The properties of a type, each with the types that its values may have."""
    return {
        line.target.id: frozenset(
            str(node.value) if isinstance(node, ast.Constant) else node.id
            for node in ast.walk(line.annotation)
            if isinstance(node, ast.Constant | ast.Name)
        )
        - {"Union", "List", "None"}
        for each in above(kind)
        for line in _class(each).body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    }


def problems(node: dict[str, Any], path: str = "") -> list[str]:
    """What in a JSON-LD node is not as schema.org has it: types, properties, and types of values."""
    kind = node.get("@type")
    if kind is None:
        return [] if node.keys() <= {"name"} else [f"{path} has more than a name, and no type"]
    known = ranges(kind)
    found = []
    for name, value in node.items():
        if name.startswith("@"):
            continue
        if name not in known:
            found.append(f"{path}{kind} has no property {name}")
            continue
        for each in value if isinstance(value, list) else [value]:
            found += _of_value(each, known[name], f"{path}{kind}.{name}")
    return found


def _of_value(value: Any, allowed: frozenset[str], path: str) -> list[str]:
    if isinstance(value, bool):
        return [] if "bool" in allowed else [f"{path} is not true or false"]
    if isinstance(value, dict) and "@value" in value:
        return [] if value.keys() == {"@value", "@language"} and "str" in allowed else [f"{path}: {value}"]
    if isinstance(value, dict):
        of = value.get("@type")
        wrong = of is not None and not above(of) & allowed
        return [f"{path} may not be a {of}: {sorted(allowed)}"] * wrong + problems(value, f"{path}.")
    is_date = allowed & {"date", "datetime"} and str(value)[:4].isdigit()
    return [] if allowed & TEXTS or is_date else [f"{path} may not be {value!r}: {sorted(allowed)}"]
