"""Completes the navigation of the documentation site (`mkdocs.yml`): decisions, and pages that it does not name yet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

DECISIONS = "docs/adr"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Name every decision where the navigation names their folder, and pages without a place under "More"."""
    pages = sorted(_pages(Path(config.docs_dir)))
    navigation = [_with_decisions(entry, pages) for entry in config.nav or []]
    if others := [page for page in pages if page not in set(_named(navigation))]:
        navigation.append({"More": others})
    config.nav = navigation
    return config


def _pages(folder: Path) -> Iterator[str]:
    for place, _, files in os.walk(folder, followlinks=True):
        yield from (str(Path(place, file).relative_to(folder)) for file in files if file.endswith(".md"))


def _with_decisions(entry: dict[str, Any], pages: list[str]) -> dict[str, Any]:
    decisions = [page for page in pages if page.startswith(f"{DECISIONS}/")]
    return {
        title: [f"{DECISIONS}/README.md", *(page for page in decisions if not page.endswith("README.md"))]
        if below == DECISIONS
        else below
        for title, below in entry.items()
    }


def _named(entry: Any) -> Iterator[str]:
    """The pages that a part of the navigation names."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for below in entry.values():
            yield from _named(below)
    else:
        for below in entry:
            yield from _named(below)
