"""What the command line prints for people: widths, alignment, pipes, bars of years."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.cli import output
from tests.cli.calling import Holdings, call

LONG = 60


Piped = Callable[..., list[str]]


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Piped:
    """The lines that a command writes to a pipe, where `COLUMNS` is set or not."""

    def piped(*words: str, columns: int | None = None) -> list[str]:
        with monkeypatch.context() as patch:
            if columns is not None:
                patch.setenv("COLUMNS", str(columns))
            patch.setattr(output, "out", output.console(stderr=False))
            return call(*words).out.split("\n")

    return piped


def on_a_terminal(*words: str, **environment: str) -> str:
    """What a command writes to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "COLUMNS": "80", "TERM": "xterm-256color", **environment}
    with subprocess.Popen([sys.executable, "-m", "pipeline.cli", *words], env=env, stdout=theirs, stderr=theirs):
        os.close(theirs)
        written = b"".join(_chunks(ours))
    os.close(ours)
    return written.decode()


def _chunks(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            return
        if not chunk:
            return
        yield chunk


PAGES = [
    ("catalogues",),
    ("generations",),
    ("search", "--size", "3"),
    ("show", "demo-archive/DA1001"),
    ("rejects", "demo-archive"),
    ("report", "demo-archive"),
    ("doctor",),
]


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_every_page_fits_80_columns(piped: Piped, words: tuple[str, ...]) -> None:
    lines = piped(*words, columns=80)
    too_wide = [line for line in lines if len(line) > 80]
    assert len(lines) > 2
    assert not [line for line in too_wide if " " in line.strip()], "only a single word may be wider"


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_a_pipe_gets_no_padding_no_colours_and_unbroken_lines(piped: Piped, words: tuple[str, ...]) -> None:
    lines = piped(*words)
    assert not [line for line in lines if line != line.rstrip()]
    assert not [line for line in lines if "\x1b" in line]
    assert len(lines) <= len(piped(*words, columns=60))


@pytest.mark.usefixtures("corpus")
def test_a_process_that_is_piped_has_unbroken_lines_too(piped: Piped) -> None:
    command = [sys.executable, "-m", "pipeline.cli", "search", "--size", "3"]
    written = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    assert written.split("\n") == piped("search", "--size", "3")


@pytest.mark.usefixtures("corpus")
def test_a_terminal_gets_colours_unless_they_are_unwanted() -> None:
    bold, magenta = "\x1b[1m", "\x1b[1;36m"
    assert bold in on_a_terminal("generations")
    assert magenta in on_a_terminal("--help")
    assert magenta not in on_a_terminal("--help", NO_COLOR="1")


def test_ids_and_run_ids_are_never_broken(piped: Piped, holdings: Holdings, tmp_path: Path) -> None:
    name = holdings.make()
    long = "a" * LONG
    (tmp_path / name).mkdir()
    (tmp_path / name / f"{long}.xml").write_text("<codeBook/>")
    holdings.put(name, *range(30))
    call("run", name)
    assert f"  {long}.xml" in piped("rejects", name, columns=40)
    (row,) = [line for line in piped("generations", name, columns=40) if f"studies.{name}.1" in line]
    assert len(row.split()) == 4


def test_a_harvest_without_a_known_total_shows_records_so_far_and_the_time(holdings: Holdings) -> None:
    name = holdings.make(*range(30))
    written = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", on_a_terminal("run", name))
    assert re.search(rf"{name}: fetch.*? 30 records .*?0:\d\d:\d\d", written)
    assert re.search(rf"{name}: process.*? 30 of 30 .*?0:\d\d:\d\d", written)


def test_numbers_are_aligned_to_the_right_and_missing_ones_shown() -> None:
    rows = [("one", 1), ("thousand", 1000), ("none", None)]
    lines = drawn(output.table(("name", "number"), rows))
    assert lines == ["name      number", "one            1", "thousand   1,000", "none           -"]


def test_a_value_and_its_count_stay_together() -> None:
    pieces = [f"value number {number}" for number in range(9)]
    lines = drawn(output.table(("facet", "values"), [("f", output.Pieces(pieces))]), width=40)
    shown = [piece for line in lines[1:] for piece in line.removeprefix("f").strip().split("  ")]
    assert shown == pieces
    assert max(map(len, lines)) <= 40


def drawn(table: object, width: int = 80) -> list[str]:
    """The lines of a table, without padding."""
    console = Console(width=width)
    with console.capture() as captured:
        console.print(table)
    return [line.rstrip() for line in captured.get().split("\n")[:-1]]


@pytest.mark.parametrize(
    ("counts", "width", "line"),
    [
        ({}, 40, ""),
        ({1990: 5}, 40, "1990"),
        ({1990: 1, 1993: 8}, 40, "1990 ▂▁▁█ 1993"),
        ({1990: 0, 1991: 3, 1992: 3}, 40, "1991 ██ 1992"),
        (dict.fromkeys(range(1900, 2000), 1), 10, "1900 ██████████ 1999"),
        ({-400: 2, 2000: 4}, 3, "-400 ▅▁█ 2000"),
    ],
)
def test_counts_by_year_are_bars(counts: dict[int, int], width: int, line: str) -> None:
    assert output.sparkline(counts, width) == line
