"""Checks the file of a language that a site adds: each key is one that is read, and each value of the right kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import UsageError, nearest

_CODE = re.compile(r"[a-z]{2}")


def parsed(text: str) -> Any:
    """What a YAML text holds, read by the fast parser where PyYAML has it."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def checked(file: Path, known: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    """The sections of a language's file, where all of it can be used.

    Args:
        file: `<code>.yaml`, with the ISO 639-1 code of a language that the package does not have.
        known: section → key → a value of the kind that the key takes.

    Raises:
        UsageError: its name is no code of a language, it is not YAML, has an unknown section or key, or a value of
            another kind than the key takes, or a pattern that is no regular expression.
    """
    if not _CODE.fullmatch(file.stem):
        raise UsageError(f"{file}: its name has to be the two letters of a language, such as eo.yaml")
    try:
        content = parsed(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{file} cannot be read as YAML: {error}") from error
    _check_names(str(file), content, known, "section")
    for section, values in content.items():
        _check_names(f"{file}: {section}", values, known[section], "key")
        for key, value in values.items():
            _check_value(f"{file}: {section}.{key}", value, known[section][key])
    found: Mapping[str, Mapping[str, Any]] = content
    return found


def _check_names(where: str, content: Any, known: Mapping[str, Any], what: str) -> None:
    if not isinstance(content, dict):
        raise UsageError(f"{where} has to be {what}s with their values")
    for name in content:
        if name not in known:
            raise UsageError(f"{where} has an unknown {what} {name!r}.{nearest(str(name), list(known))}")


def _check_value(where: str, value: Any, like: Any) -> None:
    if isinstance(like, dict):
        _check_by_name(where, value, next(iter(like.values())))
    elif isinstance(like, list):
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise UsageError(f"{where} has to be a list of words, such as [{', '.join(map(str, like[:2]))}]")
    elif not isinstance(value, type(like)):
        raise UsageError(f"{where} is {value!r}; it has to be {'text' if isinstance(like, str) else 'a number'}")
    elif isinstance(value, str):
        _check_patterns(where, value)


def _check_by_name(where: str, value: Any, like: Any) -> None:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise UsageError(f"{where} has to have a name in quotes before each value")
    for name, of_name in value.items():
        _check_value(f"{where}.{name}", of_name, like)


def _check_patterns(where: str, patterns: str) -> None:
    for line in patterns.splitlines():
        try:
            re.compile(line)
        except re.error as error:
            raise UsageError(f"{where} has {line.strip()!r}, which is no regular expression: {error}") from error
