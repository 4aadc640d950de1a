"""What the command line prints: JSON for machines on standard output, tables for people, messages on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from rich.console import Console, RenderableType
from rich.table import Column, Table

WORST_FIRST = (2, 1, 3, 4, 0)
"""Exit codes: wrong usage, failed, held, done with rejects, done."""

WIDE = 200
"""Columns where the output is no terminal: nothing is cut that a program or a file could hold."""

# words of a catalogue are no markup: "[1990/91]" and ":sun:" stay as they are
out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)

_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""What some readers of lines take for the end of one, as JSON escapes it; in JSON it can only stand in a string."""


def print_json(value: Any) -> None:
    """One JSON value and a line end."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode().translate(_LINE_ENDS) + "\n")


def print_json_lines(values: Iterable[Any]) -> None:
    """One JSON value a line, as they come."""
    for value in values:
        sys.stdout.write(_on_one_line(value) + "\n")


def print_json_list(values: Iterable[Any]) -> None:
    """One JSON list, a member a line, as they come."""
    sys.stdout.write("[")
    for number, value in enumerate(values):
        sys.stdout.write((",\n" if number else "\n") + _on_one_line(value))
    sys.stdout.write("\n]\n")


def _on_one_line(value: Any) -> str:
    return orjson.dumps(value).decode().translate(_LINE_ENDS)


def complain(message: object) -> None:
    """What went wrong, in one paragraph on standard error."""
    err.print(f"study-index: {message}")


def show(what: RenderableType) -> None:
    """Something for people, on standard output."""
    out.print(what)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> Table:
    """A plain table; None is shown as `-`. A word that is wider than its column goes on in the next line, uncut."""
    drawn = Table(
        *(Column(name, overflow="fold") for name in columns),
        title=title,
        title_justify="left",
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    for row in rows:
        drawn.add_row(*("-" if cell is None else str(cell) for cell in row))
    return drawn


def worst(codes: Iterable[int]) -> int:
    """The exit code of several."""
    found = set(codes)
    return next((code for code in WORST_FIRST if code in found), 0)
