"""Reads the data files in `pipeline/enrich/data`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

from pipeline.model.package_data import package_yaml


def table(name: str) -> Any:
    """The content of `<name>.yaml`; each file is read once."""
    return package_yaml("pipeline.enrich", name)


def rows(name: str) -> Iterator[tuple[str, str]]:
    """The rows of a tab-separated file: the first field, and the others as they are; lines with # are comments."""
    lines = (resources.files("pipeline.enrich") / "data" / name).read_text(encoding="utf-8").split("\n")
    for row in lines:
        if row and not row.startswith("#"):
            first, _, others = row.partition("\t")
            yield first, others
