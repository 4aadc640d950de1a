"""Environment variables in catalogue files: `${NAME}` and `${NAME:-default}`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError

_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z][A-Z0-9_]*)(?::-(?P<default>[^}]*))?\}")
UNEXPANDED = frozenset({"headers", "params", "body"})
"""Keys of a protocol whose `${NAME}` stay as they are until a request is made: their values may be secret."""


def expand(value: Any, path: Path) -> Any:
    """The value with the variables in its strings replaced; lists and objects are expanded at any depth.

    Args:
        value: a value of a catalogue file.
        path: the catalogue file, for messages.

    Raises:
        UsageError: a variable is not set and has no default.
    """
    if isinstance(value, dict):
        return {key: expand(item, path) for key, item in value.items()}
    if isinstance(value, list):
        return [expand(item, path) for item in value]
    if not isinstance(value, str):
        return value

    def replacement(match: re.Match[str]) -> str:
        found = os.environ.get(match["name"]) or match["default"]
        if found is None:
            raise UsageError(f"The catalogue file {path} needs the environment variable {match['name']}: set it")
        return found

    return _VARIABLE.sub(replacement, value)


def is_variable(value: Any) -> bool:
    """Whether a value is a string that names an environment variable."""
    return isinstance(value, str) and _VARIABLE.search(value) is not None
