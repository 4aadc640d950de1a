"""Sites whose robots.txt and sitemaps would keep a harvest for ever, or make it fail by what no one can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import FailError
from pipeline.protocols import HarvestOptions, open_harvest
from pipeline.protocols.clocks import Clocks
from pipeline.protocols.web import sitemap
from pipeline.protocols.web.robots import MAX_BYTES
from tests.protocols.conformance import PlainFormat, catalogue, raw_records
from tests.protocols.sites import NAMESPACE, Site, serve_site
from tests.raw_server import Pieces, head, serve_raw


def found(folder: Path, url: str) -> list[str]:
    """The paths of the pages of a site."""
    described = catalogue(folder, {"type": "sitemap", "url": url})
    harvest = open_harvest(described, PlainFormat("text"), HarvestOptions(clocks=Clocks(lambda _: None)))
    return [raw.record_id.rpartition("/")[2] for raw in raw_records(list(harvest))]


@pytest.mark.parametrize("delay", ["901", "31536000", "9" * 400])
def test_a_crawl_delay_of_days_or_years_is_one_sentence(tmp_path: Path, delay: str) -> None:
    site = Site()
    site.robots = f"User-agent: *\nCrawl-delay: {delay}\n"
    with serve_site(site) as url, pytest.raises(FailError, match=r"more than 900 seconds between two requests"):
        found(tmp_path, url)


@pytest.mark.parametrize(
    "line",
    [
        "Crawl-delay: " + "9" * 5000,
        "Crawl-delay: ²",
        "Disallow: //[",
        "Request-rate: 1/²",
        "\x00\xff",
        "Crawl-delay: 0",
    ],
)
def test_a_line_of_robots_txt_that_cannot_be_read_is_no_rule(tmp_path: Path, line: str) -> None:
    site = Site()
    site.robots = f"User-agent: *\n{line}\nDisallow: /private\n"
    for name in ("one", "private"):
        site.put(f"/{name}", "page")
    with serve_site(site) as url:
        assert found(tmp_path, url) == ["one"]


@pytest.mark.parametrize(
    "robots",
    [
        "\ufeffUser-agent: *\nDisallow: /private\n",
        "User-agent: *\nDisallow: /private\n" + f"{'#' * (MAX_BYTES - 48)}\nDisallow: /one-that-is-not-there\n",
        "User-agent: *\rDisallow: /private\r" + f"{'#' * (MAX_BYTES - 48)}\rDisallow: /one-that-is-not-there\r",
    ],
    ids=["with a byte order mark", "cut at the bound within a line", "cut at the bound, with other line ends"],
)
def test_robots_txt_forbids_what_it_says(tmp_path: Path, robots: str) -> None:
    site = Site()
    site.robots = robots
    for name in ("one", "private"):
        site.put(f"/{name}", "page")
    with serve_site(site) as url:
        assert found(tmp_path, url) == ["one"]


@pytest.mark.parametrize(("end", "complete"), [("", False), ("\n", True)])
def test_robots_txt_that_may_be_cut_short_deletes_nothing(tmp_path: Path, end: str, complete: bool) -> None:
    def answer(request: bytes) -> Pieces:
        host = request.partition(b"Host: ")[2].partition(b"\r\n")[0].decode()
        urls = "".join(f"<url><loc>http://{host}/{name}</loc></url>" for name in ("one", "private"))
        body = f'<urlset xmlns="{NAMESPACE}">{urls}</urlset><!-- </html> -->'
        return [head() + (f"User-agent: *\nDisallow: /p{end}" if b"robots" in request else body).encode()]

    with serve_raw(answer) as url:
        described = catalogue(tmp_path, {"type": "sitemap", "url": f"{url}/sitemap.xml"})
        harvest = open_harvest(described, PlainFormat("text"), HarvestOptions(clocks=Clocks(lambda _: None)))
        assert len(list(harvest)) == 1
    assert harvest.complete is complete


def test_an_index_of_sitemaps_that_fans_out_without_end_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_SITEMAPS", 500)
    asked = 0

    def answer(request: bytes) -> Pieces:
        nonlocal asked
        asked += 1
        host = request.partition(b"Host: ")[2].partition(b"\r\n")[0].decode()
        inner = "".join(f"<sitemap><loc>http://{host}/{asked}-{number}</loc></sitemap>" for number in range(100))
        body = f'<sitemapindex xmlns="{NAMESPACE}">{inner}</sitemapindex>'.encode()
        return [head(f"Content-Length: {len(body)}") + (body if b"robots" not in request else b"\n" * len(body))]

    with serve_raw(answer) as url, pytest.raises(FailError, match="lists more than 500 sitemaps"):
        found(tmp_path, f"{url}/sitemap.xml")
    assert asked < 10
