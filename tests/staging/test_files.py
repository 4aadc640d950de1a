"""Failures of the place where files are staged are errors of the hierarchy, with cause and cure, and leave nothing."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import FailError, RetryError, StudyIndexError, UsageError
from pipeline.model.moments import now
from pipeline.staging.files import TEMPORARY, Files
from pipeline.staging.kinds import Kind
from pipeline.staging.staged_runs import other_runs, runs
from pipeline.staging.store import Staging
from tests.staging.drivers import Failing, Stale
from tests.support import PROJECT


class DriverError(Exception):
    """An error of a driver's own, as those of object stores are."""


def numbered(number: int) -> OSError:
    return OSError(number, os.strerror(number))


NO_SPACE = [numbered(errno.ENOSPC), numbered(errno.EDQUOT), numbered(errno.EFBIG)]
NO_RIGHT = [numbered(errno.EACCES), numbered(errno.EROFS), PermissionError("Access Denied")]
NO_PLACE = [numbered(errno.ENOTDIR), numbered(errno.ENAMETOOLONG)]
NOT_NOW = [numbered(errno.EIO), ConnectionError("reset by peer"), TimeoutError(), DriverError("503 Slow Down")]

CASES: list[tuple[Exception, type[StudyIndexError], str]] = [
    *((error, FailError, "There is no space left at failing://staging") for error in NO_SPACE),
    *((error, FailError, "Give this user the right to") for error in NO_RIGHT),
    *((error, FailError, "Set a place that can be used") for error in NO_PLACE),
    *((error, RetryError, "Try again; if it goes on, check that the place can be reached") for error in NOT_NOW),
]

CALLS: dict[str, tuple[str, ...]] = {
    "write": ("makedirs", "_open"),
    "read": ("cat_file",),
    "exists": ("info",),
    "list": ("ls",),
    "remove": ("rm",),
    "remove one": ("rm_file",),
    "times": ("find",),
}


def use(what: str, place: Staging) -> object:
    """Use a place in one of the ways that the stages do."""
    uses: dict[str, Any] = {
        "write": lambda: place.write_part(Kind.RAW, 0, [b"1"]),
        "read": lambda: place.read_json("run"),
        "exists": lambda: place.has_json("run"),
        "list": lambda: runs("harbour"),
        "remove": lambda: place.remove_kinds(Kind.RAW),
        "remove one": lambda: place.remove_json("run"),
        "times": place.last_written,
    }
    return uses[what]()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Staging]:
    monkeypatch.setenv("STUDY_INDEX_STAGING", "failing://staging")
    place = Staging("harbour", "run-1")
    place.begin()
    yield place
    Failing.error = None
    place.remove()


@pytest.mark.parametrize(("error", "kind", "message"), CASES, ids=lambda value: str(value)[:30])
def test_a_failure_is_of_the_hierarchy_and_states_what_to_do(
    failing: Staging, monkeypatch: pytest.MonkeyPatch, error: Exception, kind: type[StudyIndexError], message: str
) -> None:
    monkeypatch.setattr(Failing, "error", error)
    for what, broken in CALLS.items():
        for call in broken:
            monkeypatch.setattr(Failing, "broken", call)
            with pytest.raises(kind) as raised:
                use(what, failing)
            assert message in str(raised.value), what
            assert "STUDY_INDEX_STAGING" in str(raised.value), what


def test_what_another_process_wrote_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver for an object store keeps listings, in which later files are missing."""
    monkeypatch.setenv("STUDY_INDEX_STAGING", "stale://staging")
    place = Staging("harbour", "run-1")
    place.begin()
    assert runs("harbour") == ["run-1"]
    assert not place.has_json("fetch")
    listing = Stale.current()
    listing.ls("/staging/harbour")
    listing.ls("/staging/harbour/run-1")
    other = Stale(skip_instance_cache=True)
    for name in ("run-1/fetch.json", "run-2/run.json"):
        other.pipe_file(f"/staging/harbour/{name}", other.cat_file("/staging/harbour/run-1/run.json"))

    assert other_runs("harbour") == ["run-2"]
    assert place.has_json("fetch")
    assert not place.has_json("plan")


LIMITED = """
import resource, sys
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
Staging("harbour", "run-1", sys.argv[1]).write_part(Kind.RAW, 0, (str(n ** 50).encode() for n in range(5000)))
"""


def test_a_disk_that_takes_no_more_leaves_no_file(tmp_path: Path) -> None:
    """The limit of the system itself: a process that may write files of 4 kB only."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path.as_uri()],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "FailError: There is no space left" in done.stderr
    assert "Free some, then run again" in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_files_of_a_killed_process_are_removed_once_they_are_old(tmp_path: Path) -> None:
    place = Staging("harbour", "run-1", tmp_path.as_uri())
    part = place.write_part(Kind.RAW, 0, [b"1"])
    left = tmp_path / f"harbour/run-1/raw/00001.ndjson.zst{TEMPORARY}0a1b"
    left.write_bytes(b"half")
    files = Files(tmp_path.as_uri())

    files.remove_temporary(str(tmp_path / "harbour"), now() - timedelta(minutes=5))
    assert left.exists()
    files.remove_temporary(str(tmp_path / "harbour"), now() + timedelta(minutes=5))

    assert not left.exists()
    assert list(place.read_part(Kind.RAW, part)) == [b"1"]


@pytest.mark.parametrize("name", ["", ".", "..", "...", " ", "a/b", "/", "../other", "a\0b"])
def test_a_name_that_is_no_folder_of_its_own_is_refused(tmp_path: Path, name: str) -> None:
    kept = Staging("harbour", "run-1", tmp_path.as_uri())
    kept.begin()
    for catalogue, run_id in ((name, "run-1"), ("harbour", name)):
        with pytest.raises(UsageError, match="cannot be the name of a catalogue or the id of a run"):
            Staging(catalogue, run_id, tmp_path.as_uri()).begin()
    assert kept.has_json("run")
