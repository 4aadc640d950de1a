"""Rebuilding a catalogue from what is staged: the same documents, and nobody is asked."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import FailError, UsageError
from pipeline.operations.freshness import last_good
from pipeline.run.reprocess import reprocess
from pipeline.run.results import RunReport
from pipeline.run.runner import run_after_fetch
from tests.protocols import json_server
from tests.protocols.json_server import Api
from tests.support import Archive


def rebuilt(archive: Archive, run_id: str = "again") -> RunReport:
    context = archive.context(run_id)
    with context.working_on("reprocess"):
        return run_after_fetch(context, reprocess(context))


def test_a_catalogue_is_rebuilt_without_its_files(archive: Archive) -> None:
    archive.put(1, 2, 3)
    archive.run()
    archive.put(2, title="Another title")
    archive.put(4)
    archive.run()
    before, watermark = archive.served(), archive.live.meta.watermark
    archive.remove(1, 2, 3, 4)

    report = rebuilt(archive)

    assert (report.outcome, report.mode, report.read, report.unchanged) == ("unchanged", "full", 4, 4)
    assert archive.served() == before
    assert archive.live.meta.watermark == watermark
    assert "the catalogue was not asked" in report.notes[0]


def test_new_defaults_reach_every_document(archive: Archive) -> None:
    archive.put(1, 2)
    archive.run()
    archive.describe(defaults={"access": ["open"]})

    report = rebuilt(archive)

    assert (report.updated, report.coverage["access"]) == (2, 2)
    assert archive.run()["unchanged"] == 2, "the next run need not be full"


def test_a_record_that_is_gone_stays_gone(archive: Archive) -> None:
    archive.put(*range(10))
    archive.run()
    archive.remove(3)
    archive.run()

    report = rebuilt(archive)

    assert (report.live, report.deleted, report.created) == (9, 0, 0)


def test_nothing_is_rebuilt_where_raw_records_are_missing(archive: Archive, staging: Path) -> None:
    archive.put(1, 2)
    archive.run()
    before = archive.served()
    shutil.rmtree(staging / archive.name)

    with pytest.raises(FailError, match="not all staged"):
        rebuilt(archive)
    assert archive.served() == before


def test_nothing_is_rebuilt_where_nothing_is_live(archive: Archive) -> None:
    with pytest.raises(UsageError, match="nothing live to rebuild"):
        rebuilt(archive)


def test_a_catalogue_is_no_fresher_for_being_rebuilt(archive: Archive) -> None:
    archive.put(1, 2)
    archive.run()
    harvested = last_good(archive.live)

    archive.describe(defaults={"access": ["open"]})
    rebuilt(archive)
    archive.describe(defaults={"access": ["controlled"]})
    rebuilt(archive, "and-again")

    assert archive.live.number == 3
    assert all(run.harvested for run in archive.live.meta.history[1:])
    assert last_good(archive.live) == harvested


def test_a_record_that_only_its_place_names_hides_no_other(archive: Archive) -> None:
    api = Api(3)
    for number, record in enumerate(api.records):
        record["doi"] = f"10.1234/harbour-{number}"
    with json_server.serve(api):
        archive.describe(
            protocol={"type": "json", "url": f"{api.url}/records", "since": {"param": "changed_after"}},
            records="items",
            format="json",
            fields={"dois": "doi", "name": "title"},
        )
        archive.run()
        api.records.append({"title": "Record 3", "doi": "10.1234/harbour-3", "changed": "2026-05-01"})
        assert archive.run()["fetched"] == 1, "it is the first of its list, as another one was of the list before"

    report = rebuilt(archive)

    assert (report.live, report.created, report.deleted) == (4, 0, 0)


@pytest.mark.parametrize("options", [{"limit": 1}, {"since": "2026-01-01"}])
def test_a_part_of_a_catalogue_cannot_be_rebuilt(archive: Archive, options: dict[str, Any]) -> None:
    archive.put(1, 2)
    archive.run()
    with pytest.raises(UsageError, match="is rebuilt as a whole: leave out --since and --limit"):
        reprocess(archive.context("again", **options))


def test_nothing_is_rebuilt_from_raw_records_that_are_damaged(archive: Archive, staging: Path) -> None:
    archive.put(1, 2)
    archive.run()
    before = archive.served()
    (part,) = (staging / archive.name).glob("*/raw/*")
    part.write_bytes(part.read_bytes()[:-20])

    with pytest.raises(FailError, match=rf"{part.name}.*study-index run {archive.name} --full"):
        rebuilt(archive)
    assert archive.served() == before
    assert not (staging / archive.name / "again").exists(), "the next run does not find half of a rebuilt one"
