"""Which pages a harvest by sitemap fetches, which are unchanged, and what happens to those that fail."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.protocols import Harvest, HarvestOptions, base
from pipeline.protocols.clocks import Clocks
from pipeline.protocols.http_messages import MalformedError
from pipeline.protocols.web.sitemap import SitemapHarvest
from pipeline.protocols.web.sitemap_files import Entry, sitemap_in
from tests.protocols.conformance import PlainFormat, catalogue, raw_records
from tests.protocols.network_conformance import (
    AFTER,
    LONG_BEFORE,
    MANY,
    MANY_BYTES,
    NO_HEADERS,
    SINCE,
    NetworkConformance,
)
from tests.protocols.sites import NAMESPACE, Fault, Site, serve_site

FORMAT = PlainFormat("text")
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


class Sites:
    """A site and its harvests, which note their waits and do not wait."""

    def __init__(self, folder: Path, site: Site, url: str) -> None:
        self.folder = folder
        self.site = site
        self.url = url
        self.waits: list[float] = []
        self.sleep: Callable[[float], None] = self.waits.append
        self.unchanged: list[str] = []

    def harvest(
        self,
        since: str | None = None,
        limit: int | None = None,
        *,
        allow_hosts: Iterable[str] = (),
        again: frozenset[str] = frozenset(),
        kind: type[SitemapHarvest] = SitemapHarvest,
        **protocol: Any,
    ) -> SitemapHarvest:
        keys = {"type": "sitemap", "url": self.url, **protocol}
        described = catalogue(self.folder, keys, allow_hosts=list(allow_hosts))
        assert described.protocol.type == "sitemap"
        options = HarvestOptions(since, limit, clocks=Clocks(self.sleep, lambda: NOW), again=again)
        harvest = kind(described, described.protocol, FORMAT, options)
        harvest.on_unchanged = lambda url: self.unchanged.append(self.path(url))
        return harvest

    def path(self, url: str) -> str:
        return url.removeprefix(self.site.url)

    def paths(self, harvest: Harvest) -> list[str]:
        return [self.path(raw.record_id) for raw in raw_records(list(harvest))]


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Sites]:
    site = Site()
    with serve_site(site) as url:
        yield Sites(tmp_path, site, url)


class TestSitemapConformance(NetworkConformance):
    type = "sitemap"
    resumes = False
    loop_is_an_error = False

    @pytest.fixture(autouse=True)
    def _site(self, sites: Sites) -> None:
        self.sites = sites
        self.site = sites.site
        self.site.per_sitemap = 10
        sites.sleep = self.sleep

    def of(self, limit: int | None = None, since: str | None = None) -> Harvest:
        again = frozenset(f"{self.site.url}/{name}" for name in self.not_received)
        return self.sites.harvest(since, limit, allow_hosts=self.allow_hosts, again=again, kind=Named)

    def first_address(self) -> str:
        return f"{self.site.url}/robots.txt"

    def user_agents(self) -> list[str]:
        return self.site.agents

    def put(self, count: int, page: str = "page", lastmod: str = LONG_BEFORE) -> None:
        for number in range(count):
            self.site.put(f"/record-{number}", page, lastmod)

    def harvest(self, count: int, limit: int | None = None) -> Harvest:
        self.put(count)
        return self.of(limit)

    def broken_harvest(self) -> Harvest:
        self.site.statuses["/sitemap-20.xml"] = 503
        return self.harvest(25)

    def trouble(
        self, *, status: int = 200, headers: Mapping[str, str] = NO_HEADERS, cut: bool = False, times: int = 1
    ) -> None:
        self.site.faults += [Fault(status, headers, cut)] * times

    def loop(self) -> None:
        listed = ["/sitemap-0.xml", "/sitemap.xml", "/sitemap-10.xml", "/sitemap-0.xml", "/sitemap-20.xml"]
        entries = "".join(f"<sitemap><loc>{self.site.url}{path}</loc></sitemap>" for path in listed)
        self.site.bodies["/sitemap.xml"] = f'<sitemapindex xmlns="{NAMESPACE}">{entries}</sitemapindex>'.encode()

    def again(self, state: dict[str, Any] | None, before: Sequence[Fetched]) -> Harvest:
        assert state is None
        assert before
        return self.of()

    def changes(self, count: int, changed: list[int], deleted: list[int]) -> Harvest:
        self.put(count)
        for number in changed:
            self.site.put(f"/record-{number}", "page", AFTER)
        for number in deleted:
            self.site.remove(f"/record-{number}")
        return self.of(since=SINCE)

    def remaining(self, count: int, deleted: list[int]) -> Harvest:
        self.changes(count, [], deleted)
        return self.of()

    def many(self) -> Harvest:
        self.site.per_sitemap = 1000
        self.put(MANY)
        self.put(200, "x" * (MANY_BYTES // 200), AFTER)
        return self.of(since=SINCE)


class Named(SitemapHarvest):
    """A harvest whose record ids are the paths of its pages, without the slash."""

    def _fetch(self) -> Generator[Fetched, None, None]:
        note = self.on_unchanged
        self.on_unchanged = lambda url: note(_name(url))
        for item in super()._fetch():
            yield item._replace(record_id=_name(item.record_id))


def _name(url: str) -> str:
    return url.rpartition("/")[2]


# -- what is asked for ----------------------------------------------------------------------------------------------


def test_pages_are_records_by_their_address(sites: Sites) -> None:
    sites.site.put("/items/one", "<html>One</html>", "2026-03-01")
    (raw,) = raw_records(list(sites.harvest()))
    assert (raw.record_id, raw.payload, raw.datestamp) == (
        f"{sites.site.url}/items/one",
        b"<html>One</html>",
        "2026-03-01",
    )


def test_an_index_of_compressed_sitemaps_is_read(sites: Sites) -> None:
    sites.site.per_sitemap, sites.site.packed = 2, True
    for number in range(5):
        sites.site.put(f"/{number}", "page")
    assert sites.paths(sites.harvest()) == ["/0", "/1", "/2", "/3", "/4"]


def test_only_pages_that_the_pattern_includes_are_asked_for(sites: Sites) -> None:
    for path in ("/about", "/items/one", "/items/two", "/fr/items/one"):
        sites.site.put(path, "page")
    assert sites.paths(sites.harvest(include=r"\d/items/")) == ["/items/one", "/items/two"]
    assert sites.site.fetched == ["/items/one", "/items/two"]


def test_a_page_that_is_listed_twice_comes_once(sites: Sites) -> None:
    sites.site.put("/one", "page")
    entry = f"<url><loc>{sites.site.url}/one</loc></url>"
    sites.site.bodies["/sitemap.xml"] = f'<urlset xmlns="{NAMESPACE}">{entry}{entry}</urlset>'.encode()
    assert sites.paths(sites.harvest()) == ["/one"]


def test_robots_txt_decides_what_is_asked_and_how_fast(sites: Sites) -> None:
    sites.site.robots = "User-agent: *\nDisallow: /private\nCrawl-delay: 7\n"
    for path in ("/private/one", "/two", "/three"):
        sites.site.put(path, "page")
    assert sites.paths(sites.harvest()) == ["/two", "/three"]
    assert sites.site.fetched == ["/two", "/three"]
    assert max(sites.waits) > 6


# -- what changed since ---------------------------------------------------------------------------------------------


def test_only_what_changed_since_is_fetched(sites: Sites) -> None:
    sites.site.put("/old", "page", "2026-03-01")
    sites.site.put("/timed", "page", "2026-03-01T10:00:00+02:00")
    sites.site.put("/new", "page", "2026-03-20")
    harvest = sites.harvest("2026-03-10T00:00:00Z")
    assert sites.paths(harvest) == ["/new"]
    assert sites.unchanged == ["/old", "/timed"]
    assert sites.site.fetched == ["/new"]
    assert (harvest.snapshot, harvest.complete) == (True, True)


@pytest.mark.parametrize("lastmod", ["2026-03-09", "2026-03-08", "2026-03-09T06:00:00Z", "2026-03-09T00:30-05:00"])
def test_what_may_have_changed_since_is_fetched(sites: Sites, lastmod: str) -> None:
    sites.site.put("/page", "page", lastmod)
    assert sites.paths(sites.harvest("2026-03-10T00:00:00Z")) == ["/page"]


@pytest.mark.parametrize("lastmod", [None, "2026", "2026-02", "yesterday", ""])
def test_without_a_day_of_change_the_page_is_asked_for_on_condition(sites: Sites, lastmod: str | None) -> None:
    sites.site.put("/same", "page", lastmod)
    sites.site.changed["/same"] = datetime(2026, 3, 1, tzinfo=UTC)
    sites.site.put("/other", "page", lastmod)
    sites.site.changed["/other"] = datetime(2026, 3, 20, tzinfo=UTC)
    assert sites.paths(sites.harvest("2026-03-10")) == ["/other"]
    assert sites.unchanged == ["/same"]


def test_everything_is_fetched_without_since(sites: Sites) -> None:
    sites.site.put("/old", "page", "2026-03-01")
    sites.site.put("/none", "page")
    assert sites.paths(sites.harvest()) == ["/old", "/none"]
    assert all("If-Modified-Since" not in headers for _, headers in sites.site.asked)


def test_the_watermark_is_the_sites_time(sites: Sites) -> None:
    sites.site.put("/one", "page")
    harvest = sites.harvest()
    list(harvest)
    assert (harvest.watermark, harvest.total) == ("2026-04-01T12:00:00Z", 1)


def test_since_that_is_no_date_is_wrong_usage(sites: Sites) -> None:
    with pytest.raises(UsageError, match="neither a date"):
        sites.harvest("yesterday")


# -- what fails -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_listed_and_not_found_is_a_deletion(sites: Sites, status: int) -> None:
    sites.site.put("/removed", "page")
    sites.site.put("/one", "page")
    sites.site.statuses["/removed"] = status
    harvest = sites.harvest()
    assert [raw.deleted for raw in raw_records(list(harvest))] == [True, False]
    assert harvest.complete


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_page_that_fails_is_a_reject_and_harms_nothing_else(sites: Sites, status: int) -> None:
    sites.site.put("/refused", "page")
    sites.site.put("/one", "page")
    sites.site.statuses["/refused"] = status
    harvest = sites.harvest()
    rejected, other = harvest
    assert isinstance(rejected, RejectedRaw)
    assert (sites.path(rejected.record_id), rejected.code) == ("/refused", "not_received")
    assert f"HTTP {status}" in rejected.message
    assert sites.path(other.record_id) == "/one"
    assert harvest.complete


def test_a_page_without_a_day_of_change_that_was_not_received_is_asked_for_without_condition(sites: Sites) -> None:
    sites.site.put("/same", "page")
    sites.site.changed["/same"] = datetime(2026, 3, 1, tzinfo=UTC)
    assert sites.paths(sites.harvest("2026-03-10", again=frozenset({f"{sites.site.url}/same"}))) == ["/same"]


@pytest.mark.parametrize("status", [403, 500])
def test_a_sitemap_that_fails_is_a_loss_and_the_others_are_read(sites: Sites, status: int) -> None:
    sites.site.per_sitemap = 2
    for number in range(6):
        sites.site.put(f"/{number}", "page")
    sites.site.statuses["/sitemap-2.xml"] = status
    harvest = sites.harvest()
    assert sites.paths(harvest) == ["/0", "/1", "/4", "/5"]
    assert [f"HTTP {status}" in loss for loss in harvest.losses] == [True]
    assert not harvest.complete


def test_a_site_that_refuses_page_after_page_ends_the_run(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_FAILED", 2)
    for number in range(5):
        sites.site.put(f"/{number}", "page")
        sites.site.statuses[f"/{number}"] = 403
    with pytest.raises(FailError, match="/2 answered HTTP 403"):
        list(sites.harvest())
    assert len(sites.site.fetched) == 3


def test_a_site_that_is_away_is_waited_for(sites: Sites) -> None:
    sites.site.statuses["/sitemap.xml"] = 503
    with pytest.raises(RetryError, match="HTTP 503"):
        list(sites.harvest())
    assert sites.waits


def test_pages_on_other_hosts_are_not_asked_unless_allowed(sites: Sites) -> None:
    entry = "<url><loc>http://elsewhere.invalid/one</loc></url>"
    sites.site.bodies["/sitemap.xml"] = f'<urlset xmlns="{NAMESPACE}">{entry}</urlset>'.encode()
    harvest = sites.harvest()
    (rejected,) = harvest
    assert isinstance(rejected, RejectedRaw)
    assert rejected.code == "not_received"
    assert "allow_hosts" in rejected.message


def test_a_page_that_is_too_large_is_rejected(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_RECORD_BYTES", 10)
    sites.site.put("/large", "x" * 11)
    (found,) = sites.harvest()
    assert isinstance(found, RejectedRaw)
    assert (sites.path(found.record_id), found.code) == ("/large", "too_large")


def test_sitemaps_that_name_each_other_end(sites: Sites) -> None:
    circle = f'<sitemapindex xmlns="{NAMESPACE}"><sitemap><loc>{sites.url}</loc></sitemap></sitemapindex>'
    sites.site.bodies["/sitemap.xml"] = circle.encode()
    assert list(sites.harvest()) == []


# -- sitemap files --------------------------------------------------------------------------------------------------


def test_a_sitemap_may_be_a_list_of_addresses() -> None:
    found = sitemap_in("\ufeffhttps://site.invalid/one\n\nhttps://site.invalid/two\n".encode())
    assert found.pages == [Entry("https://site.invalid/one"), Entry("https://site.invalid/two")]


def test_a_sitemap_may_have_no_namespace_and_entries_without_address() -> None:
    found = sitemap_in(
        b"<urlset><url><lastmod>2026-01-01</lastmod></url><url><loc> https://a.invalid </loc></url></urlset>"
    )
    assert found.pages == [Entry("https://a.invalid")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "neither XML nor a list of addresses"),
        (b"Sign in first", "neither XML nor a list of addresses"),
        (b"<html><body><br></html>", "a web page"),
        (b"<rss/>", "'rss', where a sitemap"),
        (b"<urlset><url>", "not well-formed"),
        (gzip.compress(b"<urlset/>", mtime=0)[:-5], "compressed and damaged: it ends before"),
        (b"\x1f\x8bnothing", "damaged"),
    ],
)
def test_content_that_is_not_a_sitemap_is_malformed(content: bytes, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        sitemap_in(content)


def test_a_compressed_sitemap_is_decompressed_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.protocols.web.sitemap_files.MAX_SITEMAP_BYTES", 1000)
    with pytest.raises(MalformedError, match="larger than 1,000"):
        sitemap_in(gzip.compress(b"<urlset>" + b" " * 100_000 + b"</urlset>"))
