"""What a run may conclude from a harvest: complete or not, a full snapshot or changes, unreadable records."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.oai_server import Fault, Repository, Request, serve
from pipeline import settings
from pipeline.errors import FailError
from pipeline.index.generations import write_meta
from pipeline.protocols import http
from pipeline.run.fetch import fetch
from pipeline.run.runner import run_after_fetch
from tests.protocols.oai_served import OAI
from tests.support import UNTITLED, Archive, assert_adds_up, counts, ddi, ids, list_records


@pytest.fixture
def repository(archive: Archive) -> Iterator[Repository]:
    """An OAI-PMH server with 30 studies, which the archive's catalogue file names."""
    repository = Repository(page_size=12)
    for number in range(30):
        put(repository, number)
    with serve(repository) as url:
        archive.describe(protocol={"type": "oai-pmh", "url": url, "metadata_prefix": "oai_ddi25"})
        yield repository


def identifier(number: int) -> str:
    return f"oai:harbour.invalid:{number}"


def put(repository: Repository, number: int, datestamp: str = "2026-01-01T00:00:00Z", **changes: Any) -> None:
    repository.put(identifier(number), ddi(number, **changes).encode(), datestamp)


def watermark(archive: Archive) -> Any:
    return archive.live.meta.watermark


def set_watermark(archive: Archive, moment: str) -> None:
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(watermark=moment))


# -- changes -----------------------------------------------------------------------------------------------------


def test_only_what_changed_since_the_watermark_is_asked_for(archive: Archive, repository: Repository) -> None:
    first = archive.run()
    assert first["watermark"] == watermark(archive)
    repository.requests.clear()
    put(repository, 3, repository.now(), title="Harbour Survey, corrected")
    put(repository, 30, repository.now())
    repository.delete(identifier(7))

    report = archive.run()

    assert any(request.get("from") for request in repository.requests)
    assert (report["mode"], counts(report)) == ("incremental", (1, 1, 1, 0))
    assert (report["fetched"], report["deletions"], report["live"]) == (3, 1, 30)
    assert set(archive.served()) == ids(*range(31)) - ids(7)


def test_where_nothing_changed_only_the_watermark_moves(archive: Archive, repository: Repository) -> None:
    archive.run()
    set_watermark(archive, "2026-06-01T00:00:00Z")

    report = archive.run()

    assert (report["gate"]["verdict"], report["fetched"], report["generation"]) == ("pass", 0, None)
    assert archive.states() == {1: "live"}
    assert watermark(archive) == report["watermark"] > "2026-06-01"
    assert repository.requests[-1].get("from") is not None


def test_a_deletion_of_a_record_that_is_not_live_is_counted(archive: Archive, repository: Repository) -> None:
    repository.delete(identifier(7), "2026-01-01T00:00:00Z")

    report = archive.run()

    assert (report["fetched"], report["deletions"], report["deleted"]) == (30, 1, 0)
    assert_adds_up(report)


def test_a_provider_that_forgets_deletions_is_asked_for_everything(archive: Archive, repository: Repository) -> None:
    repository.deleted_record = "no"
    archive.run()
    repository.forget(identifier(7))

    report = archive.run()

    assert (counts(report), report["live"]) == ((0, 0, 1, 29), 29)
    assert set(archive.served()) == ids(*range(30)) - ids(7)


def test_an_empty_snapshot_is_held_while_documents_are_live(archive: Archive, repository: Repository) -> None:
    archive.run()
    before = watermark(archive)
    for number in range(30):
        repository.forget(identifier(number))

    report = archive.run(full=True)

    assert report["gate"]["verdict"] == "hold"
    assert report["gate"]["reasons"][0].startswith("empty:")
    assert set(archive.served()) == ids(*range(30))
    assert watermark(archive) == before


def test_a_broken_record_lets_deletions_and_watermark_through(archive: Archive, repository: Repository) -> None:
    archive.run()
    before = watermark(archive)
    repository.put(identifier(3), b"<codeBook>spoilt</codeBook>", repository.now())
    repository.delete(identifier(7))
    repository.fault_of = lambda _: Fault(change=lambda body: body.replace(b"spoilt", b"<spoilt>"))

    report = archive.run()

    assert (report["complete"], report["rejects"], report["deleted"]) == (True, {"malformed": 1}, 1)
    assert set(archive.served()) == ids(*range(30)) - ids(7)
    assert watermark(archive) == report["watermark"] >= before


def test_a_record_that_was_not_received_is_asked_for_by_its_id(
    archive: Archive, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "ATTEMPTS", 1)
    fails = {identifier(5), identifier(6)}

    def fault_of(request: Request) -> Fault | None:
        if request.verb == "ListRecords" and request.get("from") is None:
            return Fault(body=OAI.format('<error code="badVerb"/>').encode())
        return Fault(500, body=b"") if request.get("identifier") in fails else None

    repository.fault_of = fault_of
    first = archive.run()
    assert (first["complete"], first["rejects"], first["live"]) == (True, {"not_received": 2}, 28)

    fails.remove(identifier(6))
    second = archive.run()
    assert (second["mode"], second["fetched"], second["created"]) == ("incremental", 2, 1)
    assert second["rejects"] == {"not_received": 1}

    fails.clear()
    third = archive.run()
    assert (third["fetched"], third["created"], third["live"]) == (1, 1, 30)
    assert archive.run()["fetched"] == 0


@pytest.mark.parametrize("what", ["all", "the last run", "its rejects"])
def test_where_staging_lost_what_was_not_received_the_complete_list_brings_it(
    archive: Archive, repository: Repository, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(http, "ATTEMPTS", 1)
    single = {
        "ListRecords": Fault(body=OAI.format('<error code="badVerb"/>').encode()),
        "GetRecord": Fault(500, body=b""),
    }
    repository.fault_of = lambda request: (
        single.get(str(request.verb)) if request.get("identifier") in {None, identifier(5)} else None
    )
    first = archive.run()
    assert (first["complete"], first["rejects"], first["live"]) == (True, {"not_received": 1}, 29)

    lost = {"all": "", "the last run": first["run_id"], "its rejects": f"{first['run_id']}/rejects"}[what]
    shutil.rmtree(Path(settings.staging_url().removeprefix("file://")) / archive.name / lost)
    repository.fault_of = lambda _: None

    second = archive.run()

    assert (second["mode"], second["created"], second["live"]) == ("incremental", 1, 30)
    assert archive.run()["fetched"] == 0


def test_a_watermark_in_the_future_is_brought_back(archive: Archive, repository: Repository) -> None:
    archive.run()
    set_watermark(archive, "2999-01-01T00:00:00Z")
    put(repository, 30, repository.now())

    report = archive.run()

    assert (report["created"], report["live"]) == (1, 31)
    assert watermark(archive) == report["watermark"] < "2999"


# -- parts of a harvest --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "full"), [(5, False), (5, True), (1000, True)])
def test_a_limit_deletes_nothing_and_leaves_the_watermark(
    archive: Archive, repository: Repository, limit: int, *, full: bool
) -> None:
    repository.deleted_record = "no"
    archive.run()
    before = "2026-06-01T00:00:00Z"
    set_watermark(archive, before)
    repository.forget(identifier(7))
    put(repository, 0, "2026-01-01T00:00:00Z", title="Harbour Survey, corrected")

    report = archive.run(limit=limit, full=full)

    assert (report["updated"], report["deleted"], report["live"]) == (1, 0, 30)
    assert set(archive.served()) == ids(*range(30))
    assert watermark(archive) == before


@pytest.mark.parametrize("full", [False, True])
def test_with_a_limit_a_deletion_that_was_received_is_obeyed(
    archive: Archive, repository: Repository, *, full: bool
) -> None:
    archive.run()
    before = watermark(archive)
    repository.delete(identifier(7))

    report = archive.run(limit=1000, full=full)

    assert (report["deletions"], report["deleted"], report["live"]) == (1, 1, 29)
    assert watermark(archive) == before


def test_with_a_limit_more_deletions_than_the_limit_of_the_gate_are_held(
    archive: Archive, repository: Repository
) -> None:
    archive.run()
    for number in range(7):
        repository.delete(identifier(number))

    assert archive.run(limit=1000)["gate"]["verdict"] == "hold"
    assert set(archive.served()) == ids(*range(30))


def test_a_harvest_that_is_not_complete_obeys_deletions_and_deletes_nothing_that_is_absent(
    archive: Archive, repository: Repository
) -> None:
    repository.page_size = 10
    archive.run()
    before = watermark(archive)
    repository.delete(identifier(7))
    repository.forget(identifier(8))
    header = f"<identifier>{identifier(3)}</identifier>".encode()
    repository.fault_of = lambda _: Fault(change=lambda body: body.replace(header, b"<identifier>"))

    report = archive.run(full=True)

    assert (report["complete"], report["deletions"], report["deleted"]) == (False, 1, 1)
    assert set(archive.served()) == ids(*range(30)) - ids(7)
    assert watermark(archive) == before


@pytest.mark.parametrize("kept_by_provider", ["persistent", "no"])
def test_since_deletes_nothing_that_is_absent_and_leaves_the_watermark(
    archive: Archive, repository: Repository, kept_by_provider: str
) -> None:
    repository.deleted_record = kept_by_provider
    archive.run()
    before = watermark(archive)
    repository.forget(identifier(7))
    put(repository, 3, "2026-05-01T00:00:00Z", title="Harbour Survey, corrected")

    report = archive.run(since="2026-04-01")

    assert (report["updated"], report["deleted"], report["live"]) == (1, 0, 30)
    assert watermark(archive) == before


def test_the_first_run_may_be_limited_and_the_next_one_completes_it(archive: Archive) -> None:
    archive.put(*range(12))
    first = archive.run(limit=4)
    assert (counts(first), watermark(archive)) == ((4, 0, 0, 0), None)

    second = archive.run()
    assert counts(second) == (8, 0, 0, 4)
    assert watermark(archive) is not None


# -- full runs -----------------------------------------------------------------------------------------------------


def test_a_full_run_without_changes_writes_nothing(archive: Archive) -> None:
    archive.put(*range(12))
    archive.run()
    before = documents(archive)

    report = archive.run(full=True)

    assert (counts(report), report["mode"]) == ((0, 0, 0, 12), "full")
    assert archive.states() == {1: "live"}
    assert documents(archive) == before


@pytest.mark.parametrize("full", [False, True])
def test_a_live_record_that_is_rejected_now_keeps_its_last_document(archive: Archive, *, full: bool) -> None:
    archive.put(*range(30))
    archive.run()
    before = documents(archive)
    archive.write(4, UNTITLED)
    archive.write(5, "<codeBook>")
    archive.write(31, UNTITLED)
    archive.describe(max_rejects=0.5)

    report = archive.run(full=full)

    assert (counts(report), report["kept"], report["live"]) == ((0, 0, 0, 28), 2, 30)
    assert (report["fetched"], report["rejects"]) == (31, {"malformed": 1, "no_title": 2})
    assert documents(archive) == before


@pytest.mark.parametrize("full", [False, True])
def test_a_reject_that_names_no_record_prevents_deletions(archive: Archive, *, full: bool) -> None:
    archive.describe(protocol={"type": "files", "path": "records/list.xml"})
    (archive.records / "list.xml").write_text(list_records((identifier(n), ddi(n)) for n in range(30)))
    archive.run()
    nameless: list[tuple[str | None, str | None]] = [(None, UNTITLED)]
    listed: list[tuple[str | None, str | None]] = [(identifier(n), ddi(n)) for n in range(28)]
    (archive.records / "list.xml").write_text(list_records([*nameless, *listed[:27], (identifier(27), UNTITLED)]))

    report = archive.run(full=full)

    assert (counts(report), report["kept"], report["live"]) == ((0, 0, 0, 27), 1, 30)
    assert set(archive.served()) == ids(*range(30))
    assert any("2 live documents" in note for note in report["notes"])

    (archive.records / "list.xml").write_text(list_records(listed))
    assert counts(archive.run()) == (0, 0, 2, 28)


def test_a_file_that_has_another_study_now_does_not_delete_the_one_before(archive: Archive) -> None:
    """Its path is no identity: the study before may be the record that cannot be read."""
    archive.put(*range(4))
    (archive.records / "list.xml").write_text(list_records([(identifier(5), ddi(5))]))
    archive.run()
    archive.write(3, ddi(7))
    (archive.records / "list.xml").write_text(list_records([(identifier(5), ddi(5)), (None, UNTITLED)]))

    report = archive.run()

    assert (counts(report), report["live"]) == ((1, 0, 0, 4), 6)
    assert set(archive.served()) == ids(0, 1, 2, 3, 5, 7)


@pytest.mark.parametrize("damaged", [b"", b"\x1f\x8b damaged", b"no XML"])
def test_a_file_that_becomes_unreadable_does_not_delete_its_records(archive: Archive, damaged: bytes) -> None:
    archive.put(*range(26))
    two = list_records((identifier(number), ddi(number)) for number in (26, 27))
    (archive.records / "list.xml").write_text(two)
    archive.run()
    (archive.records / "list.xml").write_bytes(damaged)
    archive.remove(0)

    report = archive.run()

    assert (report["rejected"], report["deleted"], report["live"]) == (1, 0, 28)
    assert any("3 live documents" in note for note in report["notes"])


def test_the_document_of_a_file_that_becomes_unreadable_is_kept(archive: Archive) -> None:
    archive.put(*range(28))
    archive.run()
    archive.write(3, "")
    archive.remove(0)

    report = archive.run()

    assert (report["rejects"], report["kept"], report["deleted"], report["live"]) == ({"empty": 1}, 1, 1, 27)


def test_rejects_beyond_the_limit_hold(archive: Archive) -> None:
    archive.put(*range(30))
    archive.run()
    for number in range(6):
        archive.write(number, UNTITLED)
    archive.put(30)

    report = archive.run()

    assert report["gate"]["verdict"] == "hold"
    assert report["gate"]["reasons"][0].startswith("max_rejects: 6 of 31")
    assert set(archive.served()) == ids(*range(30))


def test_a_few_rejects_hold_no_small_catalogue(archive: Archive) -> None:
    archive.put(*range(4))
    archive.write(4, UNTITLED)

    report = archive.run()

    assert (report["gate"]["verdict"], report["rejects"], report["live"]) == ("pass", {"no_title": 1}, 4)


def test_one_changed_record_that_is_rejected_holds_no_incremental_run(archive: Archive, repository: Repository) -> None:
    archive.run()
    repository.put(identifier(4), UNTITLED.encode())

    report = archive.run()

    assert (report["gate"]["verdict"], report["kept"], report["rejects"]) == ("pass", 1, {"no_title": 1})
    assert watermark(archive) == report["watermark"]
    assert set(archive.served()) == ids(*range(30))


@pytest.mark.parametrize("full", [False, True])
def test_a_catalogue_that_sends_something_else_fails_and_changes_nothing(archive: Archive, *, full: bool) -> None:
    archive.put(*range(8))
    archive.run()
    for number in range(8):
        archive.write(number, "<html><p>We have moved</p></html>")
    archive.write(0, "<codeBook>")

    message = "none of 8 records could be read as ddi-codebook; most often wrong_format, for example 00001.xml"
    with pytest.raises(FailError, match=message):
        archive.run(full=full)
    assert set(archive.served()) == ids(*range(8))
    assert archive.states() == {1: "live"}


def test_a_part_without_a_readable_record_is_no_catalogue_without_one(archive: Archive) -> None:
    archive.describe(max_rejects=1.0)
    archive.put(*range(2, 4))
    for number in range(2):
        archive.write(number, UNTITLED)
    context = archive.context("run-1")

    assert run_after_fetch(context, fetch(context, part_size=2)).live == 2


# -- duplicates ----------------------------------------------------------------------------------------------------


def test_of_two_records_with_one_local_id_the_first_counts_in_every_part(archive: Archive) -> None:
    archive.describe(max_rejects=1.0)
    for number in range(12):
        archive.write(number, ddi(number % 4, title=f"Harbour Survey, file {number}"))

    for parts in (2, 5, 100):
        context = archive.context(f"parts-of-{parts}", full=True)
        report = run_after_fetch(context, fetch(context, part_size=parts)).as_json()
        assert_adds_up(report)
        assert (report["read"], report["rejects"], report["live"]) == (4, {"duplicate_id": 8}, 4)
        assert archive.served() == {f"S{n:05d}": f"Harbour Survey, file {n}" for n in range(4)}


# -- another schema ------------------------------------------------------------------------------------------------


def test_an_index_of_another_schema_is_rebuilt(archive: Archive) -> None:
    archive.put(*range(8))
    archive.run()
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(schema_version="0"))

    with pytest.raises(FailError, match="by a run that asks for everything"):
        archive.run(limit=3)
    report = archive.run()

    assert (report["mode"], counts(report)) == ("full", (0, 0, 0, 8))
    assert archive.run()["mode"] == "incremental"


def documents(archive: Archive) -> list[dict[str, Any]]:
    """All documents, without the time at which they were harvested."""
    archive.client.indices.refresh(index=archive.live.index)
    hits = archive.client.search(index=archive.live.index, size=1000, sort="uuid")["hits"]["hits"]
    return [{**hit["_source"], "harvested_at": None} for hit in hits]
