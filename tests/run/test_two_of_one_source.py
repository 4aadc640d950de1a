"""Two catalogue files of one source: a study that is live in one of them is not indexed a second time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import FailError
from pipeline.run.publish import publish
from tests.run.test_at_the_same_time import through
from tests.support import Archive, assert_adds_up, ddi, ids


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


@pytest.mark.parametrize("full", [False, True])
def test_a_study_that_gets_the_number_of_one_in_the_other_file_keeps_its_document(
    archive: Archive, other: Archive, *, full: bool
) -> None:
    archive.put(1)
    archive.run()
    other.put(*range(3, 30))
    other.run()
    other.write(7, ddi(1, title="Another survey, with a wrong number"))

    report = other.run(full=full)

    assert (report["rejects"], report["kept"], report["live"]) == ({"duplicate_id": 1}, 1, 27)
    assert set(other.served()) == ids(*range(3, 30))


def test_of_two_runs_at_the_same_time_the_slow_one_makes_no_study_live_twice(archive: Archive, other: Archive) -> None:
    other.put(*range(1, 30))
    slow = through(other.context("slow"), "gate")
    archive.put(1)
    archive.run()

    with pytest.raises(FailError, match=f"{archive.name}, a catalogue of the same source, made a study live meanwhile"):
        publish(slow)
    assert other.states() == {}

    report = other.run()
    assert (report["live"], report["rejects"]) == (28, {"duplicate_id": 1})
