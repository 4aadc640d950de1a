"""Whether the index takes a document, by `mappings/studies.json`: fields, types, ranges and lengths."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.support import PROJECT

LONGEST_TERM = 32_766
"""Bytes of the longest term of a keyword field (Lucene)."""
_RANGES = {"short": 2**15, "integer": 2**31, "long": 2**63}


@cache
def template() -> dict[str, Any]:
    """Settings and mappings of the index."""
    found: dict[str, Any] = json.loads((PROJECT / "mappings" / "studies.json").read_text(encoding="utf-8"))["template"]
    return found


def fields() -> dict[str, dict[str, Any]]:
    """The mapping of each field of a document."""
    found: dict[str, dict[str, Any]] = template()["mappings"]["properties"]
    return found


def problems(document: dict[str, Any]) -> list[str]:
    """Why the index would refuse a document; terms that are too long are none (see `has_long_term`)."""
    return list(_problems("", document, fields()))


def has_long_term(document: dict[str, Any]) -> bool:
    """Whether a keyword is longer than a term may be: such a document is a reject, `refused_by_index`."""
    for name, value in document.items():
        field = fields()[name]
        is_term = field.get("type") == "keyword" and field.get("index", True) and "ignore_above" not in field
        texts = value if isinstance(value, list) else [value]
        if is_term and any(len(text.encode()) > LONGEST_TERM for text in texts):
            return True
    return False


def _problems(path: str, value: dict[str, Any], known: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, held in value.items():
        field = known.get(name)
        if field is None:
            yield f"{path}{name} is not in the mapping"
        elif "properties" in field:
            yield from _problems(f"{path}{name}.", held, field["properties"])
        elif field["type"] != "object":
            for each in held if isinstance(held, list) else [held]:
                if not _is_of(field["type"], each):
                    yield f"{path}{name}: {str(each)[:80]!r} is no {field['type']}"


def _is_of(kind: str, value: Any) -> bool:
    if kind in _RANGES:
        return type(value) is int and -_RANGES[kind] <= value < _RANGES[kind]
    return type(value) is (bool if kind == "boolean" else str)
