"""Catalogues of invented studies in HDR UK's format, as files: for tests that run DAGs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def study(number: int, **coverage: Any) -> dict[str, Any]:
    """A record of an invented study in HDR UK's format."""
    return {
        "pid": f"study-{number}",
        "identifier": f"https://gateway.invalid/dataset/{number}",
        "version": "1.0.0",
        "summary": {
            "title": f"Invented cohort {number}",
            "abstract": f"A cohort of women in Finland, number {number}.",
            "keywords": ["cohort"],
        },
        "coverage": {"spatial": "Finland"} | coverage,
        "provenance": {"temporal": {"startDate": "2001-01-01", "endDate": "2004-12-31"}},
    }


def write(folder: Path, name: str, studies: list[dict[str, Any]], more: str = "") -> Path:
    """A catalogue file with its records in a file beside it; `more` are further lines of it."""
    (folder / f"{name}.json").write_text(json.dumps(studies), encoding="utf-8")
    path = folder / f"{name}.yaml"
    title = name.replace("-", " ").capitalize()
    path.write_text(
        f"name: {name}\ntitle: {title}\nformat: hdruk\nprotocol: {{type: files, path: {name}.json}}\n{more}",
        encoding="utf-8",
    )
    return path
