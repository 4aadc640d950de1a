"""What a run may take for known from earlier runs: records that were received, and documents of the same record."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import Any

import pytest

from demo.oai_server import Fault, Repository
from pipeline import settings
from pipeline.errors import RetryError
from pipeline.protocols import http
from pipeline.protocols.base import MAX_FAILED
from pipeline.run.fetch import fetch
from pipeline.run.publish import publish
from pipeline.run.runner import run_after_fetch
from tests.protocols.json_server import Api, Reply
from tests.run.test_at_the_same_time import through
from tests.run.test_harvests import identifier, repository
from tests.run.test_json_runs import AWAY, api, describe
from tests.run.test_unchanged_upstream import CHANGED, OLD, Pages, pages
from tests.support import Archive, counts, ddi, ids

__all__ = ["api", "pages", "repository"]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACK_OFF", lambda _: 0.0)


def lose_staging(archive: Archive) -> None:
    shutil.rmtree(f"{settings.staging_url().removeprefix('file://')}/{archive.name}")


# -- records that are listed as unchanged --------------------------------------------------------------------------


def test_a_listed_page_that_is_not_known_is_fetched_however_old_it_is(pages: Pages) -> None:
    pages.run()
    text = pages.site.pages.pop("/study/7")
    pages.site.statuses["/study/8"] = 410
    pages.put(8, ddi(8), CHANGED)
    pages.site.remove("/study/9")
    pages.site.put("/study/at-another-address", ddi(9), OLD)
    report = pages.run()
    assert ids(7, 8).isdisjoint(pages.archive.served())
    assert counts(report) == (0, 1, 2, 0), "the page at another address is the same study"

    pages.site.pages["/study/7"] = text
    del pages.site.statuses["/study/8"]
    pages.put(8, ddi(8), OLD)
    pages.put(40, ddi(40), OLD)
    assert counts(pages.run()) == (3, 0, 0, 0)
    assert pages.archive.served().keys() == ids(*range(30), 40)
    pages.run()
    assert pages.site.fetched == []


def test_a_page_without_a_time_that_is_not_known_is_fetched_without_condition(pages: Pages) -> None:
    pages.run()
    pages.site.put("/study/40", ddi(40))
    pages.site.changed["/study/40"] = datetime(2020, 1, 1, tzinfo=UTC)
    assert counts(pages.run()) == (1, 0, 0, 0)


# -- records that were not received --------------------------------------------------------------------------------


def test_records_that_failed_before_end_no_later_run(pages: Pages) -> None:
    pages.archive.describe(**described(pages), max_rejects=1.0)
    pages.run()
    failing = [f"/study/{2 * number}" for number in range(MAX_FAILED + 2)]
    for number in range(30):
        pages.put(number, ddi(number, title="Quay Survey"), CHANGED)
    pages.site.statuses.update(dict.fromkeys(failing, 403))
    assert pages.run()["rejects"] == {"not_received": len(failing)}

    for number in range(30):
        pages.put(number, ddi(number, title="Quay Survey"), OLD)
    pages.put(29, ddi(29, title="Pier Survey"), CHANGED)
    report = pages.run()
    assert (report["updated"], report["rejects"]) == (1, {"not_received": len(failing)})
    assert pages.archive.served()["S00029"] == "Pier Survey"


@pytest.mark.parametrize("changed", [False, True])
def test_a_run_whose_last_stage_is_repeated_counts_them_once(pages: Pages, *, changed: bool) -> None:
    pages.run()
    pages.put(3, ddi(3, title="Quay Survey"), CHANGED)
    pages.site.statuses["/study/3"] = 403
    if changed:
        pages.put(1, ddi(1, title="Pier Survey"), CHANGED)
    context = through(pages.archive.context("limited", limit=20), "publish")
    publish(context)
    pages.put(3, ddi(3, title="Quay Survey"), OLD)
    pages.put(1, ddi(1, title="Pier Survey" if changed else None), OLD)
    del pages.site.statuses["/study/3"]

    assert pages.archive.live.meta.not_received == 1
    assert counts(pages.run()) == (0, 1, 0, 0)
    assert pages.site.fetched == ["/study/3"], "not everything has to be asked for"


def test_where_staging_was_lost_everything_is_asked_for(pages: Pages) -> None:
    pages.run()
    pages.put(3, ddi(3, title="Quay Survey"), CHANGED)
    pages.site.statuses["/study/3"] = 403
    pages.run()
    pages.put(3, ddi(3, title="Quay Survey"), OLD)
    del pages.site.statuses["/study/3"]
    lose_staging(pages.archive)

    assert (pages.run()["fetched"], pages.archive.served()["S00003"]) == (30, "Quay Survey")
    assert pages.run()["fetched"] == 0


def test_a_harvest_of_changes_is_not_continued_as_one_of_everything(
    archive: Archive, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "ATTEMPTS", 1)
    since = {"param": "changed_after", "format": "%Y-%m-%d"}
    describe(archive, api, id="id", detail=f"{api.url}/records/{{id}}", detail_record="data", since=since)
    archive.run()
    for record in api.records[10:]:
        record |= {"title": "Quay Survey", "changed": "2026-04-02"}
    api.faults.append(lambda asked: AWAY if asked.params.get("offset") == "9" else None)
    with pytest.raises(RetryError):
        fetch(archive.context("killed"))
    broken = {f"/records/record-{number}" for number in range(10, 16)}
    api.faults[:] = [lambda asked: Reply({}, 500) if asked.path in broken else None]
    assert archive.run()["gate"]["verdict"] == "hold"

    api.faults.clear()
    context = archive.context("killed")
    report = run_after_fetch(context, fetch(context))
    assert (report.complete, report.updated, report.deleted) == (True, 20, 0)


def test_a_duplicate_takes_the_place_of_a_record_that_is_gone(pages: Pages) -> None:
    pages.put(40, ddi(3, title="The same study at another address"), OLD)
    assert pages.run()["rejects"] == {"duplicate_id": 1}
    assert pages.run()["fetched"] == 0
    pages.site.remove("/study/3")
    pages.run()

    assert counts(pages.run()) == (1, 0, 0, 0)
    assert pages.archive.served()["S00003"] == "The same study at another address"
    assert (pages.run()["fetched"], pages.archive.open_rejects()) == (0, [])


# -- one record, one document --------------------------------------------------------------------------------------


def test_a_record_with_another_study_number_is_no_second_document(archive: Archive, repository: Repository) -> None:
    archive.run()
    now = repository.now()
    repository.put(identifier(3), ddi(300).encode(), now)
    repository.put(identifier(4), ddi(5).encode(), now)
    repository.put(identifier(5), ddi(4).encode(), now)

    report = archive.run()

    assert counts(report) == (1, 2, 1, 0)
    assert set(archive.served()) == ids(*range(30), 300) - ids(3)


@pytest.mark.parametrize("full", [False, True])
def test_a_record_that_gets_the_study_number_of_another_keeps_its_document(
    archive: Archive, repository: Repository, *, full: bool
) -> None:
    archive.run()
    now = repository.now()
    repository.put(identifier(3), ddi(3, title="Quay Survey").encode(), now)
    repository.put(identifier(4), ddi(3, title="Another survey, with a wrong number").encode(), now)

    report = archive.run(full=full)

    assert (report["rejects"], report["kept"], report["deleted"]) == ({"duplicate_id": 1}, 1, 0)
    served = archive.served()
    assert (set(served), served["S00003"]) == (ids(*range(30)), "Quay Survey")


def test_in_a_complete_list_a_record_may_take_the_study_number_of_one_that_is_gone(
    archive: Archive, repository: Repository
) -> None:
    archive.run()
    repository.forget(identifier(3))
    repository.put(identifier(99), ddi(3, title="Quay Survey").encode(), repository.now())

    report = archive.run(full=True)

    assert (counts(report), report["rejects"]) == ((0, 1, 0, 29), {})
    assert archive.served()["S00003"] == "Quay Survey"


def test_a_change_to_the_study_number_of_a_record_that_did_not_come_replaces_nothing(
    archive: Archive, repository: Repository
) -> None:
    archive.run()
    live = archive.served()
    repository.put(identifier(4), ddi(3, title="Another survey, with a wrong number").encode(), repository.now())

    report = archive.run()

    assert (report["rejects"], report["kept"], report["deleted"]) == ({"duplicate_id": 1}, 1, 0)
    (reject,) = archive.open_rejects()
    assert (reject.record_id, identifier(3) in reject.message) == (identifier(4), True)
    assert archive.served() == live

    repository.delete(identifier(3), repository.now())
    archive.run()
    archive.run()
    served = archive.served()
    assert (set(served), served["S00003"]) == (ids(*range(30)) - ids(4), "Another survey, with a wrong number")
    assert archive.open_rejects() == []


def test_two_records_may_exchange_their_study_numbers(archive: Archive, repository: Repository) -> None:
    archive.run()
    for number, other in ((3, 4), (4, 3)):
        repository.put(identifier(number), ddi(other, title=f"Record {number}").encode(), repository.now())

    report = archive.run()

    assert (report["rejects"], report["updated"], report["deleted"]) == ({}, 2, 0)
    served = archive.served()
    assert (served["S00003"], served["S00004"]) == ("Record 4", "Record 3")


@pytest.mark.parametrize("options", [{}, {"full": True, "limit": 8}])
def test_another_source_makes_no_second_documents(
    archive: Archive, repository: Repository, options: dict[str, Any]
) -> None:
    archive.run()
    protocol = archive.catalogue.protocol.model_dump(mode="json", exclude_defaults=True)
    archive.describe(protocol={**protocol, "type": "oai-pmh"}, source="another")
    header = f"<identifier>{identifier(3)}</identifier>".encode()
    repository.fault_of = lambda _: Fault(change=lambda body: body.replace(header, b"<identifier>"))

    report = archive.run(**options)

    assert (report["complete"], report["judged"]) == (False, 30), "each record is one document"
    assert report["gate"]["verdict"] == "hold"


def described(pages: Pages) -> dict[str, Any]:
    """The protocol of the site."""
    return {"protocol": {"type": "sitemap", "url": f"{pages.site.url}/sitemap.xml", "include": "/study/"}}
