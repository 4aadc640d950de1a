"""Reads the data files in `pipeline/enrich/data`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

from pipeline.model.package_data import package_yaml


def table(name: str) -> Any:
    """The content of `<name>.yaml`; each file is read once."""
    return package_yaml("pipeline.enrich", name)


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a tab-separated file; lines that start with # are comments."""
    with (resources.files("pipeline.enrich") / "data" / name).open(encoding="utf-8") as file:
        for row in file:
            if not row.startswith("#"):
                yield row.rstrip("\n").split("\t")
