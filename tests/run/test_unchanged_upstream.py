"""Runs in which most records are listed as unchanged: they are neither fetched, nor updated, nor deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from pipeline.protocols import http
from pipeline.run.reprocess import reprocess
from pipeline.run.retention import prune_staging
from pipeline.run.runner import run_after_fetch
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging
from tests.protocols.sites import Site, serve_site
from tests.support import UNTITLED, Archive, counts, ddi, ids, staged_parts

PAGES = 30
OLD = "2026-01-01"
CHANGED = "2026-04-01"
"""The day of the site's clock: later than the watermark of every run."""


class Pages:
    """A site of thirty studies, a page each, and an archive that is it."""

    def __init__(self, archive: Archive, site: Site) -> None:
        self.archive = archive
        self.site = site
        for number in range(PAGES):
            self.put(number, ddi(number), OLD)

    def put(self, number: int, text: str, lastmod: str) -> None:
        self.site.put(f"/study/{number}", text, lastmod)

    def run(self, **options: Any) -> dict[str, Any]:
        self.site.asked.clear()
        return self.archive.run(**options)


@pytest.fixture
def pages(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    monkeypatch.setattr(http, "ATTEMPTS", 1)
    site = Site()
    with serve_site(site) as url:
        archive.describe(protocol={"type": "sitemap", "url": url, "include": "/study/"})
        yield Pages(archive, site)


def test_a_run_fetches_what_changed_and_deletes_what_is_no_longer_listed(pages: Pages) -> None:
    assert counts(pages.run()) == (PAGES, 0, 0, 0)
    pages.put(3, ddi(3, title="Another name"), CHANGED)
    pages.put(100, ddi(100), CHANGED)
    pages.site.remove("/study/7")
    pages.site.remove("/study/8")
    report = pages.run()
    assert pages.site.fetched == ["/study/3", "/study/100"]
    assert counts(report) == (1, 1, 2, 0)
    assert (report["fetched"], report["live"], report["mode"]) == (2, PAGES - 1, "incremental")
    assert f"{PAGES - 3} records are listed" in report["notes"][0]
    served = pages.archive.served()
    assert served.keys() == ids(*(set(range(PAGES)) - {7, 8}), 100)
    assert served["S00003"] == "Another name"


def test_a_run_in_which_nothing_changed_makes_no_generation(pages: Pages) -> None:
    pages.run()
    report = pages.run()
    assert pages.site.fetched == []
    assert (report["generation"], report["fetched"], report["live"]) == (None, 0, PAGES)
    assert report["gate"]["verdict"] == "pass"
    assert set(pages.archive.states().values()) == {"live"}


def test_one_unreadable_page_of_few_fetched_ones_holds_no_run(pages: Pages) -> None:
    pages.run()
    pages.put(3, UNTITLED, CHANGED)
    report = pages.run()
    assert (report["rejects"], report["kept"], report["deleted"]) == ({"no_title": 1}, 1, 0)
    assert (report["gate"]["verdict"], report["live"]) == ("pass", PAGES)


def test_the_reject_of_an_unchanged_page_stays_open(pages: Pages) -> None:
    pages.put(3, UNTITLED, OLD)
    pages.run()
    pages.run()
    (reject,) = pages.archive.open_rejects()
    assert reject.record_id == f"{pages.site.url}/study/3"
    pages.site.remove("/study/3")
    pages.run()
    assert pages.archive.open_rejects() == []


def test_a_full_run_fetches_everything(pages: Pages) -> None:
    pages.run()
    report = pages.run(full=True)
    assert len(pages.site.fetched) == PAGES
    assert counts(report) == (0, 0, 0, PAGES)


def test_a_page_that_is_not_received_keeps_its_document_and_is_asked_for_again(pages: Pages) -> None:
    first = pages.run()
    pages.put(3, ddi(3, title="Another name"), CHANGED)
    pages.site.statuses["/study/3"] = 403
    pages.site.remove("/study/7")
    report = pages.run()
    assert (report["deleted"], report["kept"], report["live"], report["complete"]) == (1, 1, PAGES - 1, True)
    assert report["watermark"] >= first["watermark"]
    (reject,) = pages.archive.open_rejects()
    assert (reject.code, "HTTP 403" in reject.message) == ("not_received", True)

    pages.put(3, ddi(3, title="Another name"), OLD)
    del pages.site.statuses["/study/3"]
    again = pages.run()
    assert (again["fetched"], again["updated"]) == (1, 1)
    assert pages.archive.open_rejects() == []


def test_the_raw_parts_of_the_run_that_fetched_everything_stay(pages: Pages) -> None:
    first = pages.run()
    pages.put(3, ddi(3, title="Another name"), CHANGED)
    pages.run()

    prune_staging(pages.archive.name)
    assert staged_parts(Staging(pages.archive.name, first["run_id"]), Kind.RAW) == [0]


def correct(pages: Pages, **said: Any) -> None:
    """Write the corrections of study 3, or take them away."""
    archive = pages.archive
    path = archive.folder / f"{archive.name}.corrections.yaml"
    by_id = {f"{archive.name}/S00003": {**said, "reason": "see the codebook"}} if said else {}
    path.write_text(yaml.safe_dump(by_id), encoding="utf-8")


def test_a_page_that_did_not_change_is_corrected_without_being_fetched(pages: Pages) -> None:
    pages.run()
    correct(pages, name="Another name")
    report = pages.run()
    assert pages.site.fetched == []
    assert (report["fetched"], counts(report)) == (1, (0, 1, 0, 0))
    assert pages.archive.served()["S00003"] == "Another name"

    correct(pages)
    assert counts(pages.run()) == (0, 1, 0, 0)
    assert pages.site.fetched == []
    assert pages.archive.served()["S00003"] == "Harbour Survey, wave 3"


@pytest.mark.parametrize("first", [{}, {"suppress": True}])
def test_a_page_that_is_no_longer_listed_is_not_refetched(pages: Pages, first: dict[str, Any]) -> None:
    correct(pages, **first)
    pages.run()
    pages.site.remove("/study/3")
    correct(pages, **({} if first else {"name": "Another name"}))
    pages.run()
    assert pages.site.fetched == []
    assert ids(3).isdisjoint(pages.archive.served())


def test_a_rebuild_from_staging_has_what_is_listed_and_asks_for_nothing(pages: Pages) -> None:
    pages.run()
    pages.put(3, ddi(3, title="Another name"), CHANGED)
    pages.site.remove("/study/7")
    pages.run()
    before = pages.archive.served()
    pages.site.asked.clear()

    context = pages.archive.context("again")
    with context.working_on("reprocess"):
        report = run_after_fetch(context, reprocess(context))

    assert pages.site.asked == []
    assert (report.read, report.unchanged, report.deleted) == (PAGES - 1, PAGES - 1, 0)
    assert pages.archive.served() == before
