"""Web pages that a sitemap lists (https://www.sitemaps.org/protocol.html); a page is a record, its address the id.

The sitemap is a full snapshot: a page that it no longer lists is deleted. Where `since` is given, a page that was
received before and whose `lastmod` is earlier is unchanged and not fetched; one without `lastmod` is asked for on
condition that it changed (If-Modified-Since). robots.txt is obeyed: a page that it forbids counts as not listed, and
its crawl delay is kept.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urljoin

from pipeline.catalogue import Catalogue, SitemapProtocol
from pipeline.errors import FailError
from pipeline.model.raw import Fetched, RawRecord
from pipeline.model.record_format import RecordFormat
from pipeline.protocols.base import EVERYTHING, Harvest, HarvestOptions, bounded
from pipeline.protocols.http import Client, RefusedError, ServerFaultError
from pipeline.protocols.http_messages import Answer, Request
from pipeline.protocols.unpacking import CutShortError
from pipeline.protocols.unusable import UnusableAnswerError
from pipeline.protocols.web.robots import Robots
from pipeline.protocols.web.sitemap_files import Entry, Sitemap, sitemap_in

OVERLAP = timedelta(days=1)
"""How much earlier than `since` a page may have changed and be fetched again: sites publish some time after `lastmod`,
and write days in the time of their own place."""
MAX_SITEMAPS = 50_000
"""Sitemaps that an index may list, according to the specification."""
REQUESTS_PER_SECOND = 2.0
"""Pace of requests where robots.txt states none."""

GONE = frozenset({404, 410})
NOT_MODIFIED = 304


class SitemapHarvest(Harvest):
    """The pages of one site."""

    snapshot = True

    def __init__(
        self, catalogue: Catalogue, protocol: SitemapProtocol, fmt: RecordFormat, options: HarvestOptions = EVERYTHING
    ) -> None:
        super().__init__(catalogue, fmt, options)
        self._url = protocol.url
        self._include = re.compile(protocol.include or "")

    def _fetch(self) -> Generator[Fetched, None, None]:
        with self._client() as client:
            robots = client.ask(Request(urljoin(self._url, "/robots.txt")), _robots, accept=GONE)
        if robots.may_be_cut_short:
            self._lose("Neither a line end nor its sender marks the end of robots.txt, so it may forbid too much")
        with self._client(robots.requests_per_second(self._name)) as client:
            for entry in self._entries(client, robots):
                if self._is_earlier(entry) and self._is_received(entry.url):
                    self._unchanged(entry.url)
                else:
                    yield from self._page(client, entry)

    def _is_earlier(self, entry: Entry) -> bool:
        """Whether a page did not change since the time that is asked about, less the overlap."""
        return self._since is not None and entry.changed is not None and entry.changed < self._since - OVERLAP

    def _client(self, requests_per_second: float | None = None) -> Client:
        return Client(
            self._url,
            allow_hosts=self._catalogue.allow_hosts,
            requests_per_second=requests_per_second,
            default_pace=REQUESTS_PER_SECOND,
            clocks=self._clocks,
        )

    def _entries(self, client: Client, robots: Robots) -> Iterator[Entry]:
        """The pages that are asked for, each once."""
        for sitemap in self._sitemaps(client):
            for entry in sitemap.pages:
                if entry.url in self._listing.ids:
                    continue
                self._listing.ids.add(entry.url)
                if self._include.search(entry.url) and robots.allow(entry.url):
                    yield entry
            self._end_page(leads_on=bool(sitemap.sitemaps))

    def _sitemaps(self, client: Client) -> Iterator[Sitemap]:
        """The sitemap, or those that it is an index of, in its order; those of an inner index before what follows it.

        A sitemap that cannot be used is a loss, unless it is the first.
        """
        waiting, asked = [self._url], set[str]()
        while waiting:
            url = waiting.pop(0)
            if url in asked:
                continue
            asked.add(url)
            if len(asked) + len(waiting) > MAX_SITEMAPS:
                raise FailError(f"{self._name}: {client.shown(self._url)} lists more than {MAX_SITEMAPS:,} sitemaps.")
            started = self._clocks.now()
            try:
                sitemap, date = client.ask(Request(url), _sitemap)
            except (RefusedError, ServerFaultError, UnusableAnswerError) as error:
                if len(asked) == 1:
                    raise
                self._lose(str(error), error)
                continue
            self._note_time(date, started)
            waiting[:0] = sitemap.sitemaps
            if not sitemap.sitemaps and len(asked) == 1:
                self.total = len(sitemap.pages)
            yield sitemap

    def _page(self, client: Client, entry: Entry) -> Iterator[Fetched]:
        wanted = RawRecord(entry.url, self._format.name, None, datestamp=entry.lastmod)
        headers = {}
        if self._since is not None and entry.changed is None and self._is_received(entry.url):
            headers["If-Modified-Since"] = format_datetime(self._since - OVERLAP, usegmt=True)

        def ask() -> Fetched | None:
            answer = client.ask(Request(entry.url, headers=headers), _unread, accept=GONE | {NOT_MODIFIED})
            if answer.status == NOT_MODIFIED:
                self._unchanged(entry.url)
                return None
            if not answer.ends and b"</html" not in answer.content.lower():
                raise CutShortError(
                    f"Nothing but the closing of the connection marks the end of {client.shown(entry.url)}, so the "
                    "page may be cut short. Ask the operator of the site to send Content-Length."
                )
            return wanted if answer.status in GONE else bounded(wanted._replace(payload=answer.content))

        if (found := self._received(wanted, ask)) is not None:
            yield found


def _sitemap(answer: Answer) -> tuple[Sitemap, datetime | None]:
    return sitemap_in(answer.content, ends=answer.ends), answer.date


def _unread(answer: Answer) -> Answer:
    return answer


def _robots(answer: Answer) -> Robots:
    """The rules of robots.txt; everything is allowed where there is none."""
    return Robots(b"") if answer.status in GONE else Robots(answer.content, ends=answer.ends)
