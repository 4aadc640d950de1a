"""Reads the data files that the package brings with it."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import orjson


@cache
def package_yaml(package: str, name: str) -> Any:
    """The content of `data/<name>.yaml` in a package such as `pipeline.model`; each file is read once."""
    import yaml  # noqa: PLC0415 - reading a catalogue file without codes needs no data

    text = (resources.files(package) / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


@cache
def package_json(package: str, name: str) -> Any:
    """The content of `data/<name>.json` in a package; each file is read once."""
    return orjson.loads((resources.files(package) / "data" / f"{name}.json").read_bytes())
