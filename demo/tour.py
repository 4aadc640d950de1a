"""The whole story on one machine: the steps of `demo/story.py`, each run as a person types it, with its output.

It has a working folder of its own, which is removed at the end.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import fill
from typing import NamedTuple
from urllib.parse import urlsplit

from demo.archive import archive_repository
from demo.files import write_files
from demo.oai_repository import Repository
from demo.oai_server import serve
from demo.show import PORT_VARIABLE
from demo.story import STORY, Command, Edit
from demo.studies import CATALOGUES
from pipeline import settings
from pipeline.errors import FailError

CATALOGUE_FILES = Path(__file__).parents[1] / "catalogues"
WIDTH = 110
"""Columns of the terminal that commands print to."""
TEXT_WIDTH = 140
USER = "you"
"""Who decides, in reports."""

MADE_BY = "python -m demo tour --transcript docs/tour.md"
ABOUT = (
    "`make tour` runs the commands of this page on one machine, with invented studies. It has a light Elasticsearch "
    "and a working folder of its own, and removes both at its end. Run ids, times and seconds differ each time. "
    "`make demo` leaves the same studies for commands of your own."
)

NEXT = (
    "[Operations](operations.md) has what to do by what you see, also in Airflow; [catalogue files](catalogues.md) has "
    "all that a rule can be; [commands](commands.md) has every command."
)

_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")
_TIME = re.compile(r"T\d{2}:\d{2}:\d{2}Z")
_SECONDS = re.compile(r"(?<=^Seconds: ).*$", re.MULTILINE)
_COVERAGE = re.compile(r"^Facet coverage[^\n]*\n.*?\n\n", re.MULTILINE | re.DOTALL)


class _Surroundings(NamedTuple):
    """What commands of the tour need: the working folder, the environment, and the archive that is served."""

    folder: Path
    environment: dict[str, str]
    archive: Repository


def tour(url: str) -> Iterator[str]:
    """Run all steps with the Elasticsearch at `url`, which has to be empty; yields the page, piece by piece.

    Raises:
        FailError: a command did not do what the story expects.
    """
    yield f"# A tour\n\n<!-- `{MADE_BY}` makes this page; a test fails where commands print something else. -->\n"
    yield _paragraph(ABOUT)
    coverage_is_known = False
    with _surroundings(url) as surroundings:
        for chapter in STORY:
            yield f"\n## {chapter.title}\n"
            for step in chapter.steps:
                yield _paragraph(step.text)
                if isinstance(step, Edit):
                    yield _code(_edited(surroundings.folder, step), "diff")
                    continue
                output = _done(step, surroundings)
                if coverage_is_known:
                    output = _COVERAGE.sub("(facet coverage is left out)\n\n", output)
                coverage_is_known = coverage_is_known or bool(_COVERAGE.search(output))
                ended = f"(exit code {step.code})\n" if step.code else ""
                yield _code(f"$ {step.line}\n{output}{ended}", "console")
    yield _paragraph(NEXT)


def transcript(page: str) -> str:
    """The page without what differs each time: run ids, times, seconds; run ids are numbered instead."""
    names = dict[str, str]()
    page = _RUN_ID.sub(lambda found: names.setdefault(found[0], f"20250101T060000Z-{len(names) + 1:04}"), page)
    page = _TIME.sub("T06:00:00Z", page)
    page = _SECONDS.sub("fetch 0.1, process 0.1, plan 0.1, load 0.1, gate 0.1, publish 0.1", page)
    for day in (datetime.now(UTC), datetime.now(UTC) - timedelta(days=1)):  # a tour may go on past midnight
        page = page.replace(f"{day:%Y-%m-%d}", "2025-01-01")
    return page


@contextmanager
def _surroundings(url: str) -> Iterator[_Surroundings]:
    archive = archive_repository()
    with tempfile.TemporaryDirectory(prefix="study-index-tour-") as made, serve(archive) as served:
        folder = Path(made)
        (folder / settings.FILE).touch()
        (folder / "catalogues").mkdir()
        for name in CATALOGUES:
            shutil.copy(CATALOGUE_FILES / f"{name}.yaml", folder / "catalogues")
        write_files(folder / ".state" / "demo")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("STUDY_INDEX_")},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "ELASTICSEARCH_URL": url,
            PORT_VARIABLE: str(urlsplit(served).port),
            "COLUMNS": str(WIDTH),
            "LOGNAME": USER,
            "NO_COLOR": "1",
            "PYTHONUTF8": "1",
        }
        yield _Surroundings(folder, environment, archive)


def _done(step: Command, surroundings: _Surroundings) -> str:
    """The output of a command, which does what the story expects."""
    if step.meanwhile:
        step.meanwhile(surroundings.archive)
    done = subprocess.run(
        ["sh", "-c", step.line],
        cwd=surroundings.folder,
        env=surroundings.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    missing = [words for words in step.shows if words not in done.stdout]
    if done.returncode != step.code or missing:
        expected = "".join(f", and in its output: {words}" for words in missing)
        raise FailError(
            f"The tour ends here: exit code {step.code} was expected{expected}.\n"
            f"$ {step.line}\n{done.stdout}(exit code {done.returncode})"
        )
    return done.stdout


def _edited(folder: Path, step: Edit) -> str:
    """Change a file; returns the change, as `diff` shows it."""
    file = folder / step.file
    before = file.read_text(encoding="utf-8") if step.old else ""
    if step.old not in before:
        raise FailError(f"The tour ends here: {step.file} has no {step.old!r}")
    file.write_text(before.replace(step.old, step.new) if step.old else step.new, encoding="utf-8")
    changes = [f"{sign} {line}\n" for sign, text in (("-", step.old), ("+", step.new)) for line in text.splitlines()]
    return "".join([f"  {step.file}\n", *changes])


def _paragraph(text: str) -> str:
    return f"\n{fill(text, TEXT_WIDTH, break_on_hyphens=False)}\n"


def _code(text: str, language: str) -> str:
    return f"\n```{language}\n{text.rstrip()}\n```\n"
