"""What can be read of a catalogue file that cannot be used, so that its DAG keeps its schedule and its owner."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.catalogue.schedules import is_schedule

_LINE = re.compile(r"(?P<key>schedule|title|owner)[ \t]*:[ \t]*(?P<value>\S.*)")
"""A key of the first level and its value, on one line."""


@dataclass(frozen=True)
class BrokenFile:
    """A catalogue file that cannot be used. What cannot be read of it is None."""

    name: str
    path: Path
    message: str
    """What is wrong with it, and what to do."""
    title: str | None = None
    owner: str | None = None
    schedule: str | None = None
    """A cron expression, checked."""


def broken_file(path: Path, message: str) -> BrokenFile:
    """What can be read of a catalogue file; `message` is that of the error which loading it raised."""
    keys = _keys(path)
    schedule = keys.get("schedule")
    return BrokenFile(
        name=path.stem,
        path=path,
        message=message,
        title=keys.get("title"),
        owner=keys.get("owner"),
        schedule=schedule if schedule and is_schedule(schedule) else None,
    )


def _keys(path: Path) -> dict[str, str]:
    """The texts of the keys that matter; of a file that is not YAML those that are readable by themselves."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # the message that the file comes with states it
        return {}
    found = _parsed(text)
    if not isinstance(found, dict):
        lines = map(_LINE.fullmatch, text.splitlines())
        found = {line["key"]: _parsed(line["value"]) for line in lines if line}
    return {key: value.strip() for key, value in found.items() if isinstance(value, str) and value.strip()}


def _parsed(text: str) -> Any:
    """The value of a YAML text; None where it is none."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
