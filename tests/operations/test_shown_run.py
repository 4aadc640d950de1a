"""What the page of a run shows is what the index and staging have."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from pipeline.errors import StudyIndexError, UsageError
from pipeline.index import lifecycle
from pipeline.operations.pages.run_page import run_page
from pipeline.operations.shown_run import RunShown, medians, shown_run
from pipeline.run.context import Options
from pipeline.run.fetch import fetch
from pipeline.run.process import process
from pipeline.run.reprocess import reprocess
from pipeline.run.runner import run, run_after_fetch
from tests.operations.pages.checking import assert_usable, cells, shown_text
from tests.support import UNTITLED, Archive


@pytest.fixture(autouse=True)
def folder(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive's file is in the catalogues folder."""
    monkeypatch.setenv("STUDY_INDEX_CATALOGUES", str(archive.folder))


def shown(archive: Archive, run_id: str) -> RunShown:
    return shown_run(archive.name, run_id, archive.generations())


def page(archive: Archive, run_id: str) -> Any:
    made = run_page(shown(archive, run_id))
    assert_usable(made)
    return html.fromstring(made)


def counted(archive: Archive, index: str, **term: Any) -> int:
    return int(archive.client.count(index=index, query={"term": term} if term else None)["count"])


def held(archive: Archive) -> str:
    """Let a run be held that lacks 16 of 20 live documents; returns its id."""
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(4, 20))
    archive.put(0, 1, nation="Norway")
    return str(archive.run()["run_id"])


def test_the_figures_are_those_of_elasticsearch(archive: Archive) -> None:
    run_id = held(archive)
    live, candidate = archive.generations()
    found = page(archive, run_id)

    assert shown_text(found.xpath("//h1")[0]) == "An invented archive"
    counts = cells(found, "Counts of the run")
    assert counts["Documents: live"] == [str(counted(archive, live.index))] == ["20"]
    assert counts["Documents: candidate"] == [str(counted(archive, candidate.index))] == ["4"]
    countries = cells(found, "Countries: documents by value")
    for label, code in (("Finland", "FI"), ("Norway", "NO")):
        numbers = [counted(archive, index.index, country_codes=code) for index in (live, candidate)]
        assert countries[label][:2] == [str(number) for number in numbers]
    assert cells(found, "Documents by year")["2001"] == ["20", "4"]
    assert "4 fetched = 4 read + 0 rejected + 0 deletions" in shown_text(found)
    assert "20 live + 0 created − 16 deleted = 4 candidate" in shown_text(found)


def test_a_held_run_waits_until_a_person_decides(archive: Archive) -> None:
    run_id = held(archive)
    assert (shown(archive, run_id).waits, shown(archive, run_id).can_roll_back) == (True, False)

    lifecycle.promote(archive.client, archive.name, by="ana", why="merged")

    promoted = shown(archive, run_id)
    assert (promoted.waits, promoted.can_roll_back) == (False, True)
    assert "Promoted by ana" in shown_text(page(archive, run_id))


def test_a_run_that_was_rolled_back_says_so_and_that_the_catalogue_is_pinned(archive: Archive) -> None:
    archive.roll_back()
    run_id = archive.generations()[-1].meta.run_id
    assert run_id is not None
    text = shown_text(page(archive, run_id))
    assert "Rolled back" in text
    assert f"study-index unpin {archive.name}" in text


def test_rejects_have_their_record_message_and_payload(archive: Archive) -> None:
    archive.put(*range(30))
    for number in range(30, 55):
        archive.write(number, UNTITLED)
    run_id = archive.run()["run_id"]
    (group,) = shown(archive, run_id).rejects
    assert (group.code, group.total, len(group.first)) == ("no_title", 25, 20)
    text = shown_text(page(archive, run_id).xpath("//section[@aria-labelledby='rejects']")[0])
    assert group.first[0].record_id in text
    assert group.first[0].message in text
    assert "titlStmt" in text


def test_changed_documents_are_shown_before_and_after(archive: Archive) -> None:
    archive.put(1, 2, nation="Finland")
    archive.run()
    archive.put(1, nation="Norway")
    fields = cells(page(archive, archive.run()["run_id"]), f"Fields of {archive.name}/S00001")
    assert fields["Countries"] == [
        "Finland stated in sumDscr/nation: “Finland”",
        "Norway stated in sumDscr/nation: “Norway”",
    ]


def test_a_run_that_failed_has_a_page(archive: Archive) -> None:
    archive.describe(protocol={"type": "files", "path": "nothing/*.xml"})
    with pytest.raises(StudyIndexError) as raised:
        run(archive.catalogue, archive.client, run_id="wrong")
    text = shown_text(page(archive, "wrong"))
    assert "Failed" in text
    assert str(raised.value) in text


def test_a_run_at_work_shows_the_stages_that_ended(archive: Archive) -> None:
    archive.put(1, 2, 3)
    context = archive.context("working")
    fetched = fetch(context)
    found = {stage.stage: stage for stage in shown(archive, "working").stages}
    assert (found["fetch"].complete, found["process"].done, found["process"].of) == (True, 0, 1)
    for part in fetched.parts:
        process(context, part)
    (row,) = page(archive, "working").xpath("//tr[th='process']")
    assert shown_text(row) == "process done 3 read, 0 rejected"


def test_a_run_that_nobody_knows_is_no_page(archive: Archive) -> None:
    with pytest.raises(UsageError, match="has not begun, or it was pruned"):
        shown(archive, "never")


def test_without_elasticsearch_the_report_is_as_the_run_left_it(archive: Archive) -> None:
    run_id = held(archive)
    lifecycle.promote(archive.client, archive.name)
    left = shown_run(archive.name, run_id, None)
    assert left.report is not None
    assert left.report.outcome == "held"


def test_seconds_are_compared_with_earlier_runs_of_the_mode(archive: Archive) -> None:
    archive.put(1)
    archive.run(full=True)
    archive.put(2)
    archive.run()
    archive.put(3)
    run_id = archive.run(full=True)["run_id"]
    found = shown(archive, run_id)
    assert found.compared_runs == 1
    assert set(found.medians) >= {"fetch", "process", "plan", "load"}


def test_the_median_is_that_of_each_stage() -> None:
    assert medians([{"fetch": 1.0}, {"fetch": 9.0, "plan": 2.0}, {"fetch": 3.0}]) == {"fetch": 3.0, "plan": 2.0}


def test_damaged_rejects_do_not_hide_the_page(archive: Archive) -> None:
    archive.put(*range(30))
    archive.write(30, UNTITLED)
    run_id = archive.run()["run_id"]
    for part in archive.folder.parent.glob(f"state/staging/{archive.name}/{run_id}/rejects/*"):
        part.unlink()
    found = shown(archive, run_id)
    assert found.rejects_fault is not None
    assert "The records cannot be listed" in shown_text(page(archive, run_id))


def test_seconds_are_compared_with_those_of_harvests_alone(archive: Archive) -> None:
    archive.put(1, 2)
    archive.run()
    archive.describe(defaults={"access": ["open"]})
    context = archive.context("rebuilt")
    with context.working_on("reprocess"):
        run_after_fetch(context, reprocess(context))
    archive.put(3)
    archive.run(limit=2)
    archive.put(4)

    report = run(archive.catalogue, archive.client, Options(full=True))

    assert shown(archive, report.run_id).compared_runs == 1


def test_the_title_is_shown_where_a_variable_of_the_file_is_not_set(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put(1)
    report = run(archive.catalogue, archive.client)
    archive.describe(protocol={"type": "files", "path": "${ARCHIVE_FOLDER}/*.xml"})
    monkeypatch.delenv("ARCHIVE_FOLDER", raising=False)
    assert shown(archive, report.run_id).title == "An invented archive"
