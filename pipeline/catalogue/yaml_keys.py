"""YAML files of keys, such as catalogue files and corrections, read strictly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import UsageError


def read_keys(path: Path, what: str) -> dict[Any, Any]:
    """The values of a YAML file by key; none where the file is empty.

    Args:
        path: the file.
        what: the kind of file, for messages.

    Raises:
        UsageError: the file cannot be read, is not YAML with keys, or has a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The {what} {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The {what} {path} is not UTF-8: {error}") from error
    try:
        value = yaml.load(text, _UniqueKeys)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that no calendar has
        raise UsageError(f"The {what} {path} is not YAML: {' '.join(str(error).split())}") from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError(f"The {what} {path} holds no keys")
    return value


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key that occurs twice is an error; by default the last one would win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} occurs twice: keep one of the two", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)
