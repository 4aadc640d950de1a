"""What the command line prints: JSON for machines on standard output, tables for people, messages on standard error.

On a terminal, lines are broken between words to its width. Elsewhere nothing is broken and lines have no padding, so
that a pipe gets one line per row; `COLUMNS` sets a width there, too. `NO_COLOR` is obeyed.
"""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from pipeline.errors import ExitCode
from pipeline.redaction import redact

WORST_FIRST = (ExitCode.USAGE, ExitCode.FAILED, ExitCode.HELD, ExitCode.REJECTS, ExitCode.DONE)

UNBROKEN = 100_000
"""Columns where the output is no terminal and `COLUMNS` is not set: no line of ours is longer."""

LONG_WORD = 16
"""A column of running text is at least as wide as its longest word, up to this; longer words are broken."""

GAP = 2
"""Blanks between two columns."""

LEVELS = "▁▂▃▄▅▆▇█"
NUMBER = re.compile(r"-?[\d,]+(\.\d+)?%?")


def console(*, stderr: bool) -> Console:
    """A console for standard output or standard error, with the width of its terminal, of `COLUMNS`, or none."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS", "").isdigit() else UNBROKEN
    # words of a catalogue are no markup: "[1990/91]" and ":sun:" stay as they are
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=width)


out = console(stderr=False)
err = console(stderr=True)

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""Characters that some readers take for the end of a line, as JSON escapes them; in JSON they occur in strings only."""


def print_json(value: Any) -> None:
    """One JSON value and a line end."""
    sys.stdout.write(_writable(orjson.dumps(value, option=orjson.OPT_INDENT_2)) + "\n")


def print_json_lines(values: Iterable[Any]) -> None:
    """One JSON value a line; each is printed as soon as it is known."""
    for value in values:
        sys.stdout.write(_on_one_line(value) + "\n")


def print_json_list(values: Iterable[Any]) -> None:
    """One JSON list, a member a line; each is printed as soon as it is known."""
    sys.stdout.write("[")
    for number, value in enumerate(values):
        sys.stdout.write((",\n" if number else "\n") + _on_one_line(value))
    sys.stdout.write("\n]\n")


def _on_one_line(value: Any) -> str:
    return _writable(orjson.dumps(value))


def _writable(packed: bytes) -> str:
    """JSON text in which all that standard output cannot encode, or a reader may take for a line end, is escaped."""
    text = packed.decode().translate(_LINE_ENDS)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return _NOT_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], text)
    return text


def complain(message: object) -> None:
    """What went wrong, in one paragraph on standard error, without secrets."""
    _print(err, paragraph(f"study-index: {redact(str(message))}", width=err.width))


def show(*parts: RenderableType) -> None:
    """Something for people on standard output, a part below the other; strings are paragraphs."""
    for part in parts:
        drawn = paragraph(part) if isinstance(part, str) else part
        if out.is_terminal:
            _print(out, drawn)
        else:
            with out.capture() as captured:
                _print(out, drawn)
            sys.stdout.writelines(f"{line.rstrip()}\n" for line in captured.get().split("\n")[:-1])


def _print(console: Console, drawn: RenderableType) -> None:
    """Print as it is: a text has its line breaks already."""
    if isinstance(drawn, Text):
        console.print(drawn, no_wrap=True, overflow="ignore", crop=False)
    else:
        console.print(drawn, crop=False)


def paragraph(text: str, indent: int = 0, style: str = "", label: str = "", width: int | None = None) -> Text:
    """A text whose lines are broken between words, never inside one, and begin with `indent` blanks.

    `label` replaces the first line's blanks. Line ends of the text itself are kept.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        filled = textwrap.fill(
            line,
            width or out.width,
            initial_indent=" " * indent if lines else label.ljust(indent),
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines.append(filled)
    return Text("\n".join(lines), style=style)


def on_a_terminal() -> bool:
    """Whether people read the output as it is written."""
    return out.is_terminal


def marked_line(text: str) -> Text:
    """A text on one line, cut where the line ends, in which what stands between `<em>` and `</em>` is bold."""
    line = Text(no_wrap=True, overflow="ellipsis", style="dim")
    for number, part in enumerate(re.split(r"</?em>", " ".join(text.split()))):
        line.append(part, "bold not dim" if number % 2 else "")
    return line


def table(columns: Sequence[str], rows: Iterable[Sequence[RenderableType | int | None]], title: str = "") -> Table:
    """A plain table, as narrow as its rows allow; None is shown as `-`, numbers are aligned to the right.

    A column of single words (ids, dates, codes) is never broken; it rather makes the table wider than the terminal.
    In the other columns, lines are broken between words.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    drawn = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    drawn.show_header = any(columns)
    least = GAP * (len(columns) - 1)
    for name, column in zip(columns, zip(*cells, strict=True) if cells else [()] * len(columns), strict=True):
        texts = [cell for cell in column if isinstance(cell, str)]
        widest = max(map(cell_len, [name, *texts]))
        numbers = bool(texts) and all(cell == "-" or NUMBER.fullmatch(cell) for cell in texts)
        unbroken = len(texts) == len(column) and (numbers or not any(" " in cell for cell in texts))
        longest_word = max(map(cell_len, " ".join([name, *texts]).split()), default=0)
        least += widest if unbroken else min(longest_word, LONG_WORD)
        drawn.add_column(
            name,
            justify="right" if numbers else "left",
            width=widest if unbroken else None,
            no_wrap=unbroken,
            overflow="fold",
        )
    drawn.width = least if least > out.width else None
    for row in cells:
        drawn.add_row(*row)
    return drawn


def _cell(value: RenderableType | int | None) -> RenderableType:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else value


class Pieces:
    """Texts one after the other, on as many lines as needed.

    Lines are broken between texts. A text that is longer than a line is broken behind a dot, if it has one.
    """

    def __init__(self, texts: Iterable[str], gap: str = "  ") -> None:
        self._texts = list(texts)
        self._gap = gap

    def __rich_measure__(self, _console: Console, _options: ConsoleOptions) -> Measurement:
        widths = [cell_len(text) for text in self._texts] or [0]
        return Measurement(max(widths), sum(widths) + len(self._gap) * (len(widths) - 1))

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._lines(options.max_width):
            yield Text(line, overflow="fold")

    def _lines(self, width: int) -> Iterator[str]:
        line = ""
        for text in self._texts:
            if line and cell_len(line + self._gap + text) > width:
                yield line
                line = ""
            line += self._gap + text if line else text
            while cell_len(line) > width and (dot := line.rfind(".", 0, width) + 1):
                yield line[:dot]
                line = f"{self._gap}{line[dot:]}"
        yield line


def sparkline(counts: Mapping[int, int], width: int = 40) -> str:
    """Counts by year as a line of bars, at most `width` of them, between the first and the last year: `1990 ▁▃█▂ 1993`.

    Where the years are more than the bars, a bar is the sum of several years, the last of which may be fewer. "" where
    there are no counts.
    """
    years = [year for year, number in counts.items() if number]
    if not years:
        return ""
    first, last = min(years), max(years)
    step = -(-(last - first + 1) // width)
    sums = [0] * ((last - first) // step + 1)
    for year in years:
        sums[(year - first) // step] += counts[year]
    most = max(sums)
    bars = "".join(LEVELS[-(-number * (len(LEVELS) - 1) // most)] for number in sums)
    return f"{first} {bars} {last}" if first != last else str(first)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The exit code of several."""
    return min(codes, key=WORST_FIRST.index, default=ExitCode.DONE)
