"""What is staged stays as long as it is needed, whatever other runs do, and no longer."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import FailError
from pipeline.model.moments import now
from pipeline.run import retention
from pipeline.run.fetch import fetch
from pipeline.run.fetched import FetchResult
from pipeline.run.reported_runs import reported
from pipeline.run.runner import run_after_fetch
from pipeline.run.staged_reports import find_report, last_report
from pipeline.staging.kinds import Kind
from pipeline.staging.staged_runs import runs
from pipeline.staging.store import LAYOUT, Staging
from tests.faulty import faulty
from tests.support import UNTITLED, Archive, staged_parts

LOOKED_FOR = (Kind.RAW, Kind.RAW_KEYS, Kind.READY, Kind.REJECTS, Kind.CHANGES)

LATER = now() + retention.UNFINISHED + timedelta(days=1)
"""When all that tests stage is old."""


def kinds(archive: Archive) -> dict[str, set[str]]:
    """The kinds of parts that are staged, by run id."""
    found: dict[str, set[str]] = {}
    for run_id in runs(archive.name):
        place = Staging(archive.name, run_id)
        found[run_id] = {kind for kind in LOOKED_FOR if staged_parts(place, kind)}
    return found


def run(archive: Archive, **options: Any) -> str:
    return str(archive.run(**options)["run_id"])


def test_raw_parts_stay_since_the_last_full_snapshot(archive: Archive) -> None:
    archive.put(*range(30))
    old, base, limited = run(archive), run(archive), run(archive, limit=3)

    assert retention.prune_staging(archive.name) == []

    left = kinds(archive)
    for kind in ("raw", "raw_keys"):
        assert {run_id: kind in found for run_id, found in left.items()} == {old: False, base: True, limited: True}
    assert all("rejects" in found and "ready" not in found and Kind.CHANGES not in found for found in left.values())


def test_a_held_snapshot_removes_no_earlier_raw_parts(archive: Archive) -> None:
    """It may be a fault of the catalogue."""
    archive.put(*range(30))
    good = run(archive)
    archive.remove(*range(3, 30))
    held = archive.run()
    assert held["gate"]["verdict"] == "hold"

    retention.prune_staging(archive.name)

    assert {run_id for run_id, found in kinds(archive).items() if "raw" in found} == {good, held["run_id"]}


def test_a_snapshot_that_ended_before_it_went_live_removes_no_earlier_raw_parts(
    archive: Archive, elasticsearch_url: str
) -> None:
    archive.put(*range(30))
    good = run(archive)
    archive.put(30)
    with faulty(elasticsearch_url, lambda seen: 400 if seen.path == "/_aliases" else "pass") as client:
        with pytest.raises(FailError):
            archive.run(client)
        last = runs(archive.name)[-1]

    retention.prune_staging(archive.name)

    assert {run_id for run_id, found in kinds(archive).items() if "raw" in found} == {good, last}


def again(archive: Archive, run_id: str, name: str, **fetched: Any) -> Staging:
    """Stage a run like an earlier one, but for what it fetched."""
    first, place = Staging(archive.name, run_id), Staging(archive.name, name)
    place.begin()
    FetchResult.staged(first).model_copy(update=fetched).stage(place)
    for result in ("plan", "report"):
        place.write_json(result, first.read_json(result))
    place.write_part(Kind.RAW, 0, [b"{}"])
    return place


def test_the_last_thirty_reports_stay_and_older_runs_are_removed(archive: Archive) -> None:
    archive.put(1)
    first = run(archive)
    for number in range(retention.REPORTS + 1):
        again(archive, first, f"run-{number}")

    assert retention.prune_staging(archive.name) == [first, "run-0"]
    assert len(runs(archive.name)) == retention.REPORTS


def test_a_run_that_ended_early_stays_while_it_is_the_newest_or_was_written_lately(archive: Archive) -> None:
    archive.put(1)
    run(archive)
    Staging(archive.name, "broken").begin()
    assert retention.prune_staging(archive.name, LATER) == []

    newest = run(archive)

    assert retention.prune_staging(archive.name) == []
    assert retention.prune_staging(archive.name, LATER) == ["broken"]
    assert runs(archive.name)[-1] == newest


def test_pruning_while_a_harvest_goes_on_removes_nothing_that_it_needs(archive: Archive) -> None:
    """A run with a limit ends, and the daily pruning follows, while another run is between its stages."""
    archive.put(*range(30))
    run(archive)
    context = archive.context("slow")
    fetched = fetch(context, part_size=10)
    run(archive, limit=5)

    assert retention.prune_staging(archive.name) == []

    report = run_after_fetch(context, fetched)
    assert (report.fetched, report.deleted, report.live) == (30, 0, 30)


def test_raw_parts_of_a_catalogue_that_is_never_complete_are_bounded(archive: Archive) -> None:
    archive.put(1)
    first = run(archive)
    for number in range(10):
        again(archive, first, f"run-{number}", complete=False)
        again(archive, first, f"run-{number}-limited", complete=False, limited=True)

    retention.prune_staging(archive.name)

    bound = runs(archive.name).index(f"run-{10 - retention.FULL_HARVESTS}")
    assert [run_id for run_id, found in kinds(archive).items() if "raw" in found] == runs(archive.name)[bound:]
    assert [staging.run_id for staging, _ in retention.kept_harvests(archive.name, None)] == runs(archive.name)[bound:]


def test_a_few_incomplete_harvests_remove_no_raw_parts_of_the_last_complete_one(archive: Archive) -> None:
    archive.put(1)
    first = run(archive)
    for number in range(retention.FULL_HARVESTS - 1):
        again(archive, first, f"run-{number}", complete=False)

    retention.prune_staging(archive.name)

    assert all("raw" in found for found in kinds(archive).values())


GARBAGE = [b"", b"garbage", b"{", b"null", b'{"outcome": "live"}', b"\xff\xfe"]


@pytest.mark.parametrize("file", ["report", "run", "fetch", "plan"])
def test_garbage_in_one_run_breaks_nothing_but_that_run(
    archive: Archive, caplog: pytest.LogCaptureFixture, staging: Path, file: str
) -> None:
    archive.describe(max_rejects=1.0)
    archive.put(*range(10))
    archive.write(3, UNTITLED)
    good, bad = run(archive), run(archive, limit=2)
    for content in GARBAGE:
        (staging / archive.name / bad / f"{file}.json").write_bytes(content)
        assert [item.staging.run_id for item in reported(archive.name)] == [good]
        assert [reject.record_id for reject in archive.open_rejects()] == ["00003.xml"]
        assert retention.prune_staging(archive.name) == []
        assert last_report(archive.name) is not None

    assert f"{file}.json of run {bad} " in caplog.text
    assert "The run is left out" in caplog.text
    assert archive.run(limit=4)["rejected"] == 1
    assert bad in retention.prune_staging(archive.name, LATER)
    assert not (staging / archive.name / bad).exists()


def test_the_report_of_a_damaged_run_is_an_error_that_names_it(archive: Archive, staging: Path) -> None:
    archive.put(1)
    first, last = run(archive), run(archive)
    (staging / archive.name / last / "report.json").write_bytes(b"garbage")

    assert find_report(archive.name).run_id == first
    with pytest.raises(FailError, match=rf"report\.json of run {last} is cut or damaged"):
        find_report(last)


def test_a_run_that_another_version_staged_is_not_read_and_is_removed(
    archive: Archive, staging: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive.put(1)
    newest = run(archive)
    other = Staging(archive.name, "of-another-version")
    other.write_json("run", {"begun": "2026-01-01T00:00:00", "layout": LAYOUT - 1})
    other.write_json("report", {"another": "form"})
    old = staging / archive.name / "without-checksums"
    old.mkdir()
    (old / "run.json").write_text('{"begun": "2026-01-01T00:00:00", "layout": 2}')
    assert runs(archive.name) == [newest]
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert warnings == [], "an upgrade is no damage"

    assert retention.prune_staging(archive.name) == []
    assert retention.prune_staging(archive.name, LATER) == ["of-another-version", "without-checksums"]


def test_rejects_can_be_tried_again_after_pruning(archive: Archive) -> None:

    archive.describe(max_rejects=0.5)
    archive.put(*range(10))
    archive.write(3, UNTITLED)
    run(archive)
    archive.run(limit=2)
    before = archive.open_rejects()

    retention.prune_staging(archive.name)

    assert archive.open_rejects() == before
    assert len(before) == 1
