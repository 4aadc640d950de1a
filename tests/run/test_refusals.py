"""Documents that Elasticsearch refuses; open rejects, and trying them again."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import FailError, UsageError
from pipeline.model.raw import RawRecord
from pipeline.run.context import Context
from pipeline.run.report import exit_code
from pipeline.run.results import RunReport
from pipeline.run.retry_rejects import fetch_rejected
from pipeline.run.runner import run_after_fetch
from pipeline.staging.kinds import Kind
from tests.support import UNTITLED, Archive, assert_adds_up, counts, ddi, ids, list_records


def write_list(archive: Archive, *numbers: int, refused: tuple[int, ...] = (), **changes: Any) -> None:
    """All studies in one file. A record id of 40,000 characters is no keyword: Lucene's terms end at 32,766 bytes."""
    archive.describe(protocol={"type": "files", "path": "records/list.xml"}, max_rejects=0.5)
    records = (
        (f"oai:harbour.invalid:{'0' * 40_000 if number in refused else ''}{number}", ddi(number, **changes))
        for number in numbers
    )
    (archive.records / "list.xml").write_text(list_records(records))


@pytest.mark.parametrize("full", [False, True])
def test_what_elasticsearch_refuses_is_a_reject_and_its_last_document_is_kept(archive: Archive, *, full: bool) -> None:
    write_list(archive, *range(10))
    archive.run()
    write_list(archive, *range(12), refused=(4, 11), title="Harbour Survey, again")

    report = archive.run(full=full)

    assert (counts(report), report["kept"], report["live"]) == ((1, 9, 0, 0), 1, 11)
    assert (report["fetched"], report["read"], report["rejects"]) == (12, 10, {"refused_by_index": 2})
    assert exit_code(RunReport.model_validate(report)) == 4
    served = archive.served()
    assert set(served) == ids(*range(11))
    assert {study for study, name in served.items() if name != "Harbour Survey, again"} == ids(4)
    messages = [reject.message for reject in archive.open_rejects("refused_by_index")]
    assert len(messages) == 2
    assert all("record_id" in message and "32766" in message for message in messages), messages


def test_a_full_run_keeps_a_document_that_would_be_unchanged_but_for_a_new_mapping(archive: Archive) -> None:
    """The generation before took it; the one that is rebuilt refuses it."""
    archive.put(*range(10))
    archive.run()
    write_list(archive, *range(10), refused=(2,))
    report = archive.run(full=True)

    assert (report["kept"], report["live"], report["rejects"]) == (1, 10, {"refused_by_index": 1})
    assert set(archive.served()) == ids(*range(10))


def test_refusals_count_for_the_gate(archive: Archive) -> None:
    write_list(archive, *range(10))
    archive.run()
    write_list(archive, *range(11), refused=(1, 2, 3, 4, 5, 6))

    report = archive.run()

    assert report["gate"]["reasons"][0].startswith("max_rejects: 6 of 11")
    assert set(archive.served()) == ids(*range(10))


# -- the quarantine ------------------------------------------------------------------------------------------------


def rejected(archive: Archive) -> list[tuple[str, str]]:
    return [(reject.record_id, reject.code) for reject in archive.open_rejects()]


def test_a_later_success_clears_a_reject(archive: Archive) -> None:
    archive.describe(max_rejects=0.5)
    archive.put(*range(10))
    archive.write(3, UNTITLED)
    archive.write(4, "<codeBook>")
    archive.run()
    assert rejected(archive) == [("00003.xml", "no_title"), ("00004.xml", "malformed")]

    archive.put(3)
    report = archive.run()

    assert (counts(report), rejected(archive)) == ((1, 0, 0, 8), [("00004.xml", "malformed")])
    archive.put(4)
    archive.run()
    assert rejected(archive) == []


def test_a_reject_stays_open_where_a_later_run_did_not_ask(archive: Archive) -> None:
    archive.describe(max_rejects=0.5)
    archive.put(*range(10))
    archive.write(8, UNTITLED)
    archive.run()

    archive.run(limit=4)

    assert rejected(archive) == [("00008.xml", "no_title")]


def test_runs_clear_rejects_in_the_order_in_which_they_began(archive: Archive) -> None:
    archive.describe(max_rejects=0.5)
    archive.put(*range(10))
    archive.write(3, UNTITLED)
    _run_as(archive, "scheduled__2026-02-01")
    archive.put(3)
    _run_as(archive, "manual__2026-03-01")

    assert rejected(archive) == []


def _run_as(archive: Archive, run_id: str) -> None:
    from pipeline.run.runner import run  # noqa: PLC0415

    run(archive.catalogue, archive.client, run_id=run_id)


def test_rejects_are_tried_again_from_what_was_fetched(archive: Archive) -> None:
    archive.describe(format="ddi-codebook", max_rejects=0.5)
    archive.put(*range(10))
    archive.write(3, UNTITLED)
    archive.write(4, "<codeBook>")
    archive.run()
    mend(archive, "00003.xml", ddi(3))

    report = retry(archive)

    assert (report["fetched"], counts(report), report["rejects"]) == (1, (1, 0, 0, 0), {})
    assert set(archive.served()) == ids(0, 1, 2, 3, 5, 6, 7, 8, 9)
    assert rejected(archive) == [("00004.xml", "malformed")]


def test_where_no_reject_comes_through_nothing_changes(archive: Archive) -> None:
    archive.describe(max_rejects=0.5)
    archive.put(*range(10))
    archive.write(3, UNTITLED)
    archive.run()
    before = archive.live.meta.watermark

    report = retry(archive)

    assert (report["fetched"], report["rejected"], report["generation"], report["live"]) == (1, 1, None, 9)
    assert archive.live.meta.watermark == before
    assert rejected(archive) == [("00003.xml", "no_title")]


def test_a_duplicate_that_is_tried_again_does_not_take_the_place_of_the_first(archive: Archive) -> None:
    archive.describe(max_rejects=0.5)
    archive.put(*range(10))
    archive.write(10, ddi(2, title="Harbour Survey, a second time"))
    archive.run()
    assert rejected(archive) == [("00010.xml", "duplicate_id")]

    with pytest.raises(UsageError, match="no rejects that can be tried again"):
        retry(archive)
    assert archive.served()["S00002"] == "Harbour Survey, wave 2"


def test_without_rejects_there_is_nothing_to_try_again(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    with pytest.raises(UsageError, match="no rejects that can be tried again"):
        retry(archive)


def retry(archive: Archive) -> dict[str, Any]:
    context = Context(archive.catalogue, "retry", archive.client)
    report = run_after_fetch(context, fetch_rejected(context)).as_json()
    assert_adds_up(report)
    return report


def mend(archive: Archive, record_id: str, payload: str) -> None:
    """Put another payload in the place of a staged one: what a mended format would make of it is a document."""
    from pipeline.run.fetched import FetchResult  # noqa: PLC0415
    from pipeline.staging.raw_lines import pack, unpack  # noqa: PLC0415
    from pipeline.staging.staged_runs import runs  # noqa: PLC0415
    from pipeline.staging.store import Staging  # noqa: PLC0415

    (run_id,) = runs(archive.name)
    staging = Staging(archive.name, run_id)
    fetched = FetchResult.staged(staging)
    records = [unpack(line) for line in fetched.lines(staging, Kind.RAW)]
    mended = [
        raw._replace(payload=payload.encode()) if isinstance(raw, RawRecord) and raw.record_id == record_id else raw
        for raw in records
    ]
    sums = {**fetched.sums, Kind.RAW: (staging.write_part(Kind.RAW, 0, map(pack, mended)),)}
    fetched.model_copy(update={"sums": sums}).stage(staging)


def test_a_foreign_index_template_is_named_before_a_document_is_sent(archive: Archive) -> None:
    archive.put(1)
    foreign = f"foreign-{archive.name}"
    archive.client.indices.put_index_template(
        name=foreign,
        index_patterns=[f"studies.{archive.name}.*"],
        priority=1000,
        template={"mappings": {"properties": {"sex": {"type": "text"}}}},
    )
    try:
        with pytest.raises(FailError, match=r"(?s)sex, which is text instead of keyword|harmony_id, which is absent"):
            archive.run()
    finally:
        archive.client.indices.delete_index_template(name=foreign)
    assert archive.run()["live"] == 1
