"""Two catalogue files of one source: a study that is live in one of them is not indexed a second time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import Archive, assert_adds_up


@pytest.fixture
def other(archive: Archive, tmp_path: Path) -> Iterator[Archive]:
    """A second catalogue of the source of `archive`."""
    other = Archive(tmp_path / "other", archive.client)
    other.describe(source=archive.name)
    yield other
    other.retire()


def test_a_study_that_is_live_in_the_other_file_is_a_reject(archive: Archive, other: Archive) -> None:
    archive.put(1, 2, 3)
    archive.run()
    other.put(*range(3, 30))
    report = other.run()
    assert_adds_up(report)
    assert (report["live"], report["rejects"]) == (26, {"duplicate_id": 1})
    (reject,) = other.open_rejects()
    assert f"study-index retire {archive.name}" in reject.message
    assert other.run()["live"] == 26


def test_a_renamed_file_takes_over_once_the_old_catalogue_is_retired(archive: Archive, other: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    other.put(*range(20))
    held = other.run()
    assert (held["gate"]["verdict"], held["rejects"], held["live"]) == ("hold", {"duplicate_id": 20}, 0)
    archive.retire()
    assert other.run(full=True)["live"] == 20
