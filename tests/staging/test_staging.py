"""What is staged is complete or absent, is listed in the order of runs, and stays as long as it is needed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.moments import now
from pipeline.model.raw import RawRecord
from pipeline.run import retention
from pipeline.run.fetch import fetch
from pipeline.run.runner import run_after_fetch
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_lines import pack, unpack
from pipeline.staging.raw_parts import RawParts
from pipeline.staging.staged_runs import runs
from pipeline.staging.store import LAYOUT, Staging
from tests.support import UNTITLED, Archive, staged_parts

URLS = ("file", "memory")


@pytest.fixture(params=URLS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return tmp_path.as_uri() if request.param == "file" else f"memory://{tmp_path.name}"


def broken_off() -> Iterator[bytes]:
    yield b"1"
    raise ConnectionError


def test_a_part_is_what_was_written_last(url: str) -> None:
    place = Staging("harbour", "run-1", url)
    place.write_part(Kind.RAW, 0, [b"1", b"2"])
    last = place.write_part(Kind.RAW, 0, [b"3", b""])
    empty = place.write_part(Kind.RAW, 11, [])

    assert (last.part, last.lines, empty.part, empty.lines) == (0, 2, 11, 0)
    assert list(place.read_part(Kind.RAW, last)) == [b"3", b""]
    assert list(place.read_part(Kind.RAW, empty)) == []
    assert list(place.read_parts(Kind.RAW, [last, empty, last])) == [b"3", b""] * 2


def test_a_part_whose_writing_failed_does_not_exist(tmp_path: Path) -> None:
    place = Staging("harbour", "run-1", tmp_path.as_uri())
    whole = place.write_part(Kind.RAW, 0, [b"whole"])
    for part in (0, 1):
        with pytest.raises(ConnectionError):
            place.write_part(Kind.RAW, part, broken_off())

    assert list(place.read_part(Kind.RAW, whole)) == [b"whole"]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["00000.ndjson.gz"]


def test_a_part_is_written_on_the_disk_of_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is moved between disks is copied, and is there in part for a while."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    place = Staging("harbour", "run-1", (tmp_path / "staging").as_uri())
    seen: list[Path] = []

    def lines() -> Iterator[bytes]:
        yield b"1"
        seen.extend(path for path in tmp_path.rglob("*") if path.is_file())
        yield b"2"

    written = place.write_part(Kind.RAW, 0, lines())

    assert seen
    assert all(path.is_relative_to(tmp_path / "staging/harbour/run-1/raw") for path in seen)
    assert list(place.read_part(Kind.RAW, written)) == [b"1", b"2"]


def test_parts_are_bounded_in_count_and_bytes(tmp_path: Path) -> None:
    lines = [b"1" * size for size in (3, 3, 3, 9, 1, 1, 1, 1)]
    place = Staging("harbour", "run-1", tmp_path.as_uri())
    raw = RawParts(place, 3, 8)
    for line in lines:
        raw.add(line)
    raw.close()
    assert [len(list(place.read_part(Kind.RAW, part))) for part in raw.sums] == [2, 1, 1, 3, 1]


def test_without_records_there_are_no_parts(tmp_path: Path) -> None:
    raw = RawParts(Staging("harbour", "run-1", tmp_path.as_uri()))
    raw.close()
    assert raw.sums == ()


@pytest.mark.parametrize("payload", [b"words", "sää".encode(), b"\xff\xfe\x00", b"", None])
def test_a_raw_record_is_read_as_it_was_written(payload: bytes | None) -> None:
    raw = RawRecord("id", "ddi-codebook", payload, "2026-01-01", {"record": 3}, positional=True)
    assert unpack(pack(raw)) == raw


# -- retention -------------------------------------------------------------------------------------------------------


def kinds(archive: Archive) -> dict[str, set[str]]:
    """The kinds of parts that are staged, by run id."""
    found: dict[str, set[str]] = {}
    for run_id in runs(archive.name):
        place = Staging(archive.name, run_id)
        found[run_id] = {
            kind for kind in (Kind.RAW, Kind.READY, Kind.REJECTS, Kind.CHANGES) if staged_parts(place, kind)
        }
    return found


def run(archive: Archive, **options: Any) -> str:
    return str(archive.run(**options)["run_id"])


def test_raw_parts_stay_since_the_last_full_snapshot(archive: Archive) -> None:
    archive.put(*range(30))
    old, base, limited = run(archive), run(archive), run(archive, limit=3)

    assert retention.prune_staging(archive.name) == []

    left = kinds(archive)
    assert {run_id: "raw" in found for run_id, found in left.items()} == {old: False, base: True, limited: True}
    assert all("rejects" in found and "ready" not in found and "marks" not in found for found in left.values())


def test_a_held_snapshot_removes_no_earlier_raw_parts(archive: Archive) -> None:
    """It may be a fault of the catalogue."""
    archive.put(*range(30))
    good = run(archive)
    archive.remove(*range(3, 30))
    held = archive.run()
    assert held["gate"]["verdict"] == "hold"

    retention.prune_staging(archive.name)

    assert {run_id for run_id, found in kinds(archive).items() if "raw" in found} == {good, held["run_id"]}


def test_the_last_thirty_reports_stay_and_older_runs_are_removed(archive: Archive) -> None:
    archive.put(1)
    first = run(archive)
    for number in range(retention.REPORTS + 1):
        place = Staging(archive.name, f"run-{number}")
        place.begin()
        for name in ("fetch", "plan", "report"):
            place.write_json(name, Staging(archive.name, first).read_json(name))
        place.write_part(Kind.RAW, 0, [b"{}"])

    assert retention.prune_staging(archive.name) == [first, "run-0"]
    assert len(runs(archive.name)) == retention.REPORTS


LATER = now() + retention.UNFINISHED + timedelta(days=1)
"""When all that tests stage is old."""


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


def test_a_run_that_another_version_staged_is_not_read_and_is_removed(archive: Archive) -> None:
    archive.put(1)
    newest = run(archive)
    other = Staging(archive.name, "of-another-version")
    other.write_json("run", {"begun": "2026-01-01T00:00:00", "layout": LAYOUT - 1})
    other.write_json("report", {"another": "form"})
    assert runs(archive.name) == [newest]

    assert retention.prune_staging(archive.name) == []
    assert retention.prune_staging(archive.name, LATER) == ["of-another-version"]


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
