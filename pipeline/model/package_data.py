"""Reads the YAML files that the package brings with it."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any


@cache
def package_yaml(package: str, name: str) -> Any:
    """The content of `data/<name>.yaml` in a package such as `pipeline.model`; each file is read once."""
    import yaml  # noqa: PLC0415 - reading a catalogue file without codes needs no data

    text = (resources.files(package) / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
