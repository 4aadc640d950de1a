"""Runs over JSON APIs: what is deleted, and what an interrupted or partly failed harvest leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.errors import FailError, RetryError
from pipeline.run.fetch import fetch
from tests.protocols.json_server import Api, Reply, serve
from tests.support import Archive, counts

AWAY = Reply({}, 503, {"Retry-After": "86400"})
FIELDS = {"id": "id", "name": "title", "modified": "changed"}


@pytest.fixture
def api(archive: Archive) -> Iterator[Api]:
    """An API with 30 studies, ten a page, which the archive's catalogue file describes."""
    api = Api(30)
    with serve(api):
        describe(archive, api)
        yield api


def describe(archive: Archive, api: Api, fields: dict[str, str] | None = None, **keys: Any) -> None:
    protocol: dict[str, Any] = {"type": "json", "url": f"{api.url}/records", "paging": {"style": "offset"}}
    protocol |= {"requests_per_second": 1_000_000, **keys}
    archive.describe(protocol=protocol, format="json", records="items", fields=fields or FIELDS)


def test_a_full_snapshot_shows_what_is_new_changed_and_deleted(archive: Archive, api: Api) -> None:
    assert counts(archive.run()) == (30, 0, 0, 0)
    api.records[3]["title"] = "Record 3, corrected"
    del api.records[7]
    api.records.append({"id": "record-30", "title": "Record 30", "changed": "2026-04-01"})
    assert counts(archive.run()) == (1, 1, 1, 28)
    served = archive.served()
    assert "record-7" not in served
    assert served["record-3"] == "Record 3, corrected"


def test_changes_alone_are_asked_for_and_delete_nothing(archive: Archive, api: Api) -> None:
    describe(archive, api, since={"param": "changed_after", "format": "%Y-%m-%d"})
    archive.run()
    api.asked.clear()
    del api.records[7]
    api.records[3] |= {"title": "Record 3, corrected", "changed": "2026-04-02"}
    report = archive.run()
    assert (report["mode"], counts(report), report["fetched"]) == ("incremental", (0, 1, 0, 0), 1)
    assert {asked.params["changed_after"] for asked in api.asked} == {"2026-03-31"}
    assert counts(archive.run(full=True))[2] == 1, "a full snapshot shows what is deleted"


def test_a_harvest_that_fails_changes_nothing(archive: Archive, api: Api) -> None:
    archive.run()
    live = archive.served()
    api.faults.append(lambda asked: AWAY if asked.params.get("offset") == "18" else None)
    with pytest.raises(RetryError):
        archive.run()
    assert archive.served() == live


def test_of_a_list_that_ends_early_what_came_goes_live(archive: Archive, api: Api) -> None:
    refused = Reply({"error": "Result window is too large"}, 400)
    api.faults.append(lambda asked: refused if asked.params.get("offset") == "18" else None)
    report = archive.run()
    assert (report["complete"], report["live"]) == (False, 19)
    assert any("Result window is too large" in note for note in report["notes"])
    del api.records[:2]
    api.records[0]["title"] = "Record 2, corrected"
    assert counts(archive.run()) == (2, 1, 0, 16), "the list moved on by two records, and nothing was deleted"


def test_a_total_that_no_answer_states_proves_nothing(archive: Archive, api: Api) -> None:
    describe(archive, api, total="numFound")
    report = archive.run()
    assert (report["complete"], report["watermark"], report["live"]) == (False, None, 30)
    assert any("'numFound'" in note and "correct `total` or leave it out" in note for note in report["notes"])


def test_a_list_that_is_shorter_than_its_stated_total_deletes_nothing(archive: Archive, api: Api) -> None:
    describe(archive, api, total="count")
    archive.run()
    api.faults.append(lambda asked: Reply({"items": [], "count": 30}) if asked.params.get("offset") == "18" else None)
    report = archive.run()
    assert (report["complete"], counts(report)) == (False, (0, 0, 0, 19))
    assert len(archive.served()) == 30


@pytest.mark.parametrize(("reply", "rejected"), [(Reply({}, 404), 1), (Reply(b"<html>"), 1)])
def test_a_record_that_is_not_served_keeps_its_document(
    archive: Archive, api: Api, reply: Reply, rejected: int
) -> None:
    describe(archive, api, detail=f"{api.url}/records/{{id}}", detail_record="data")
    archive.run()
    api.faults.append(lambda asked: reply if asked.path.endswith("/record-7") else None)
    report = archive.run()
    assert (report["rejected"], report["kept"], report["deleted"]) == (rejected, 1, 0)
    assert len(archive.served()) == 30


def test_a_killed_harvest_is_resumed_when_its_run_is_repeated(archive: Archive, api: Api) -> None:
    api.fail_once(Reply({"items": api.records[:10], "count": 30}), AWAY)
    with pytest.raises(RetryError):
        fetch(archive.context("one"))
    api.asked.clear()
    result = fetch(archive.context("one"))
    assert (result.fetched, result.complete) == (30, True)
    assert [asked.params["offset"] for asked in api.lists] == ["9", "18", "27", "29", "30"]


def test_a_killed_harvest_starts_again_where_records_have_other_ids(archive: Archive, api: Api) -> None:
    api.fail_once(Reply({"items": api.records[:10], "count": 30}), AWAY)
    with pytest.raises(RetryError):
        fetch(archive.context("one"))
    api.asked.clear()
    describe(archive, api, fields={**FIELDS, "id": "title"})
    assert fetch(archive.context("one")).fetched == 30
    assert api.lists[0].params.get("offset", "0") == "0"


def test_a_dataverse_catalogue_runs_from_fetch_to_live(archive: Archive, api: Api) -> None:
    archive.describe(
        protocol={"type": "dataverse", "url": api.url, "requests_per_second": 1_000_000}, format="json", fields=FIELDS
    )
    assert counts(archive.run()) == (30, 0, 0, 0)
    api.asked.clear()
    del api.records[7]
    api.records[3] |= {"title": "Record 3, corrected", "changed": "2026-04-01"}
    report = archive.run()
    assert (counts(report), report["fetched"], report["live"]) == ((0, 1, 1, 0), 1, 29)
    assert len(api.asked) == 3, "the list with its end, and what changed"
    api.faults.append(lambda asked: Reply({}, 400) if asked.params.get("start") == "0" else None)
    with pytest.raises(FailError):
        archive.run()
    assert len(archive.served()) == 29


@pytest.mark.parametrize("reply", [Reply({}, 403), Reply({}, 404), Reply({}, 400)])
def test_a_named_record_that_is_refused_prevents_no_deletion(archive: Archive, api: Api, reply: Reply) -> None:
    describe(archive, api, id="id", detail=f"{api.url}/records/{{id}}", detail_record="data")
    api.faults.append(lambda asked: reply if asked.path == "/records/record-29" else None)
    assert counts(archive.run()) == (29, 0, 0, 0)
    del api.records[7]
    report = archive.run()
    assert (report["rejected"], counts(report)) == (1, (0, 0, 1, 28))
    assert "record-7" not in archive.served()


def test_where_only_changes_are_listed_a_record_that_was_not_received_needs_the_complete_list(
    archive: Archive, api: Api
) -> None:
    since = {"param": "changed_after", "format": "%Y-%m-%d"}
    describe(archive, api, id="id", detail=f"{api.url}/records/{{id}}", detail_record="data", since=since)
    api.faults.append(lambda asked: Reply({}, 403) if asked.path == "/records/record-7" else None)
    api.faults.append(lambda asked: Reply({}, 401) if asked.path == "/records/record-8" else None)
    first = archive.run()
    assert (first["rejects"], first["complete"], first["live"]) == ({"empty": 1, "not_received": 1}, True, 28)
    del api.faults[1]
    del api.records[3]
    second = archive.run()
    assert (second["mode"], counts(second)) == ("incremental", (1, 0, 1, 27)), "what is absent is seen, too"
    assert archive.run()["fetched"] == 0, "changes alone are asked for again"
