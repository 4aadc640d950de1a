"""Records that did not change are not read: their live documents are carried over, for as long as that is right."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from pipeline.errors import FailError
from pipeline.index import lifecycle, lookup
from pipeline.index.generations import open_for_writing, write_meta
from pipeline.model.identity import uuid_of
from pipeline.run import fetch as fetching
from pipeline.run.carry_over import carried_over, carried_over_parts
from pipeline.run.fetch import fetch
from pipeline.run.plan import plan
from pipeline.run.process import process
from pipeline.run.results import ProcessResult
from pipeline.run.rules import rules_digest
from pipeline.run.runner import run_after_fetch
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging
from tests.support import UNTITLED, Archive, counts, ddi, ids, list_records

SINCE_2001 = re.sub(r"<timePrd.*", "<timePrd>2001 - ongoing</timePrd>", ddi(3))
SINCE_NOWHEN = re.sub(r"<timePrd.*", "<timePrd>ongoing</timePrd>", ddi(4))
FOR_LONG = re.sub(r"<timePrd.*", "<timePrd>1400 - ongoing</timePrd>", ddi(5))


def read_and_carried(archive: Archive, report: dict[str, Any]) -> tuple[int, int]:
    """How many records a run read, and how many documents it carried over."""
    staging = Staging(archive.name, report["run_id"])
    parts = [ProcessResult.of_part(staging, part) for part in (0,)]
    return sum(part.lines_of(Kind.READY) for part in parts), sum(part.carried for part in parts)


def documents(archive: Archive) -> dict[str, dict[str, Any]]:
    """The live documents by local id, without what states when they were made."""
    hits = archive.client.search(index=archive.live.index, size=1000)["hits"]["hits"]
    sources = (hit["_source"] for hit in hits)
    return {
        source["harmony_id"].split("/")[1]: {name: source[name] for name in source if name != "harvested_at"}
        for source in sources
    }


def describe_correction(archive: Archive, **corrections: Any) -> None:
    described = {f"{archive.name}/{name}": value for name, value in corrections.items()}
    (archive.folder / f"{archive.name}.corrections.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")


@pytest.mark.parametrize("full", [False, True])
def test_only_what_changed_is_read(archive: Archive, *, full: bool) -> None:
    archive.change()
    report = archive.run(full=full)

    assert counts(report) == (1, 1, 1, 28)
    assert read_and_carried(archive, report) == (2, 28)
    assert archive.served()["S00003"] == "Harbour Survey, corrected"


def test_a_record_that_moved_to_another_file_is_read(archive: Archive) -> None:
    """The file names the record, so it is in the document, too."""
    archive.put(1, 2)
    archive.run()
    archive.remove(2)
    archive.write(7, ddi(2))

    report = archive.run()

    assert read_and_carried(archive, report) == (1, 1)
    assert documents(archive)["S00002"]["record_id"] == "00007.xml"


def test_after_a_change_of_the_rules_every_record_is_read_once(archive: Archive) -> None:
    archive.put(*range(12))
    archive.run()
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(rules="those of an earlier version"))

    first, second = archive.run(), archive.run()

    assert (counts(first), read_and_carried(archive, first)) == ((0, 0, 0, 12), (12, 0))
    assert (counts(second), read_and_carried(archive, second)) == ((0, 0, 0, 12), (0, 12))
    assert archive.states() == {1: "live"}


def test_documents_of_different_rules_are_not_carried_over(archive: Archive) -> None:
    """A run of some records writes documents by new rules beside those by the old ones."""
    archive.put(*range(12))
    archive.run()
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(rules="those of an earlier version"))
    archive.run(limit=6)
    assert archive.live.meta.rules == "those of an earlier version"

    archive.put(0, title="Harbour Survey, corrected")
    archive.run(limit=6)

    assert archive.live.meta.rules is None
    report = archive.run()
    assert read_and_carried(archive, report) == (12, 0)
    assert archive.live.meta.rules == rules_digest()


def test_documents_that_stay_without_being_read_are_of_earlier_rules(archive: Archive) -> None:
    """A reject without an identifier may be the record that is not in the file any more."""
    archive.describe(protocol={"type": "files", "path": "records/list.xml"}, max_rejects=1.0)
    records: list[tuple[str | None, str | None]] = [(f"oai:harbour.invalid:{n}", ddi(n)) for n in range(4)]
    (archive.records / "list.xml").write_text(list_records(records))
    archive.run()
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(rules="those of an earlier version"))
    (archive.records / "list.xml").write_text(list_records([*records[:3], (None, UNTITLED)]))

    report = archive.run()

    assert (counts(report), report["live"]) == ((0, 0, 0, 3), 4)
    assert archive.live.meta.rules == "those of an earlier version"


@pytest.mark.parametrize("what", ["deleted", "changed"])
def test_a_document_that_something_else_changed_is_not_carried_over(archive: Archive, what: str) -> None:
    archive.put(*range(6))
    archive.run()
    archive.put(*range(4), title="Harbour Survey, corrected")
    context = archive.context("run-1")
    fetch(context)
    assert process(context, 0).carried == 2
    index, client = archive.live.index, archive.client
    open_for_writing(client, index)
    if what == "deleted":
        client.delete(index=index, id=uuid_of(f"{archive.name}/S00005"), refresh=True)
    else:
        client.update(index=index, id=uuid_of(f"{archive.name}/S00005"), doc={"content_hash": "x"}, refresh=True)

    with pytest.raises(FailError, match="was live when the run began, and is not as it was"):
        plan(context)
    assert archive.states() == {1: "live"}


def test_after_a_change_of_the_catalogue_file_every_record_is_read(archive: Archive) -> None:
    archive.put(1, 2)
    archive.run()
    archive.describe(defaults={"access": ["open"]})

    report = archive.run()

    assert (counts(report), read_and_carried(archive, report)) == ((0, 2, 0, 0), (2, 0))
    assert {document["access"][0] for document in documents(archive).values()} == {"open"}


def test_a_record_is_read_when_its_correction_changes_and_no_other_is(archive: Archive) -> None:
    archive.put(*range(6))
    archive.run()
    seen = []
    for value in ("female", "male", None):
        describe_correction(archive, **({"S00003": {"sex": value, "reason": "the questionnaire"}} if value else {}))
        report = archive.run()
        seen.append((documents(archive)["S00003"].get("sex"), read_and_carried(archive, report)))

    assert seen == [("female", (1, 5)), ("male", (1, 5)), ("all", (1, 5))]
    assert read_and_carried(archive, archive.run()) == (0, 6)


def test_a_correction_that_did_not_change_is_known_to_match_its_record(archive: Archive) -> None:
    archive.put(1, 2)
    describe_correction(archive, S00001={"sex": "female", "reason": "the questionnaire"})
    archive.run()

    report = archive.run(full=True)

    assert read_and_carried(archive, report) == (0, 2)
    assert not [note for note in report["notes"] if "matches no record" in note]


def test_a_record_that_was_rejected_is_read_until_it_is_not(archive: Archive) -> None:
    archive.put(*range(6))
    archive.run()
    archive.write(4, UNTITLED)
    for _ in range(2):
        report = archive.run()
        assert (report["kept"], report["rejects"], read_and_carried(archive, report)) == (1, {"no_title": 1}, (0, 5))
    archive.put(4)

    report = archive.run()

    assert (counts(report), read_and_carried(archive, report)) == ((0, 0, 0, 6), (1, 5))
    assert archive.open_rejects() == []
    assert read_and_carried(archive, archive.run()) == (0, 6)


def test_after_a_rollback_records_are_compared_with_what_is_live_again(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(3, title="Harbour Survey, corrected")
    archive.run()
    lifecycle.rollback(archive.client, archive.name)
    lifecycle.unpin(archive.client, archive.name)

    report = archive.run()

    assert (counts(report), read_and_carried(archive, report)) == ((0, 1, 0, 19), (1, 19))
    assert archive.served()["S00003"] == "Harbour Survey, corrected"


def test_ongoing_studies_cover_the_new_year_and_no_record_is_read(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put(1, 2)
    for number, text in ((3, SINCE_2001), (4, SINCE_NOWHEN), (5, FOR_LONG)):
        archive.write(number, text)
    monkeypatch.setattr(fetching, "timestamp", lambda: "2030-12-31T23:59:00Z")
    archive.run()
    before = documents(archive)
    monkeypatch.setattr(fetching, "timestamp", lambda: "2031-01-01T00:01:00Z")

    report = archive.run()

    after = documents(archive)
    assert read_and_carried(archive, report) == (0, 5)
    assert after["S00003"]["years"] == [*range(2001, 2032)]
    assert (after["S00004"]["years"], after["S00005"]["years"]) == ([2031], [1400, 2031])
    assert {name: after[name] for name in ("S00001", "S00002")} == {name: before[name] for name in ids(1, 2)}
    assert "3 live documents of ongoing studies did not cover the present year, and do now" in report["notes"]
    assert archive.run()["generation"] is None
    archive.retire()
    archive.run()
    assert documents(archive) == after, "it is what reading the records in that year makes of them"


def test_parts_are_read_by_several_processes(archive: Archive) -> None:
    archive.put(*range(220))
    context = archive.context("run-1")

    report = run_after_fetch(context, fetch(context, part_size=110))

    assert (report.created, report.live) == (220, 220)
    assert set(archive.served()) == ids(*range(220))


@pytest.mark.parametrize("part_size", [1, 7, 1000])
def test_documents_of_several_parts_are_carried_over(
    archive: Archive, part_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts are looked up together as long as they have no more records than one request may ask for."""
    monkeypatch.setattr(lookup, "MOST_VALUES", 10)
    archive.change()
    context = archive.context("run-1")
    fetched = fetch(context, part_size=part_size)

    found = dict(carried_over_parts(context, fetched, fetched.parts))

    assert found == {part: carried_over(context, fetched, part) for part in fetched.parts}
    assert sum(map(len, found.values())) == 28
    report = run_after_fetch(context, fetched)
    assert (report.created, report.updated, report.deleted, report.unchanged) == (1, 1, 1, 28)
