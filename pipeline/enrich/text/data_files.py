"""Reads the data files in `pipeline/enrich/data`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def table(name: str) -> Any:
    """The content of `<name>.yaml`; each file is read once."""
    text = (resources.files("pipeline.enrich") / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a tab-separated file; lines that start with # are comments."""
    with (resources.files("pipeline.enrich") / "data" / name).open(encoding="utf-8") as file:
        for row in file:
            if not row.startswith("#"):
                yield row.rstrip("\n").split("\t")
