"""Catalogues on loopback whose list is a script: the n-th request for the list gets the n-th page, whatever it asks.

There is one class a way to list, so that one table of cases is served by every protocol.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from urllib.parse import parse_qs, urlsplit

from pipeline.protocols import Harvest, HarvestOptions, open_harvest
from pipeline.protocols.clocks import Clocks
from tests.loopback import QuietHandler, serve
from tests.protocols.conformance import PlainFormat, catalogue
from tests.protocols.oai_served import NOW, OAI
from tests.protocols.sites import NAMESPACE

QUICK = 1_000_000


class Page(NamedTuple):
    """One page: record ids, and the number of records that is stated with it. With a status it is an error whose body
    are the words; with words and no status, it is something else in place of a page."""

    ids: Sequence[str] = ()
    stated: int | None = None
    status: int = 200
    words: str = ""
    last: bool = False


Script = Callable[[int], Page]
"""The page for the n-th request for the list, from 0."""


def script(*pages: Page) -> Script:
    """These pages, of which the last one ends the list; what is asked for after it is empty."""
    listed = [*pages[:-1], pages[-1]._replace(last=True)]
    return lambda number: listed[number] if number < len(listed) else Page(last=True, stated=pages[-1].stated)


class Listed(ABC):
    """A way to list."""

    states_number: ClassVar[bool] = True
    needs_number: ClassVar[bool] = False
    """Whether the catalogue file says where the number is, so that a list without one is not complete."""
    syntax: ClassVar[Any] = "json"
    empty_page_ends: ClassVar[bool] = False
    """Whether a page without records ends the list."""

    def __init__(self, pages: Script, url: str = "") -> None:
        self.pages = pages
        self.asked = 0
        self.url = url

    @abstractmethod
    def protocol(self) -> dict[str, Any]:
        """The keys of the catalogue file."""

    @abstractmethod
    def answer(self, path: str, query: dict[str, str]) -> Page | str:
        """The page that was asked for, or the body of something else."""

    @abstractmethod
    def written(self, page: Page, number: int) -> str:
        """The body of a page."""

    def next_page(self, offset: str | None = None) -> Page:
        """The next page of the script; from an offset before it on, where one is asked for."""
        self.asked += 1
        page = self.pages(self.asked - 1)
        before = [name for number in range(self.asked - 1) for name in self.pages(number).ids]
        return page if offset is None else page._replace(ids=[*before[int(offset) :], *page.ids])


class ListRecords(Listed):
    syntax = "xml"
    verb = "ListRecords"

    def protocol(self) -> dict[str, Any]:
        return {"type": "oai-pmh", "url": f"{self.url}/oai", "metadata_prefix": "oai_ddi25"}

    def answer(self, path: str, query: dict[str, str]) -> Page | str:  # noqa: ARG002
        if query["verb"] == "Identify":
            return OAI.format("<Identify><granularity>YYYY-MM-DD</granularity></Identify>")
        if query["verb"] == "GetRecord":
            return OAI.format(f"<GetRecord>{self.record(query['identifier'])}</GetRecord>")
        return self.next_page() if query["verb"] == self.verb else OAI.format('<error code="badVerb"/>')

    def written(self, page: Page, number: int) -> str:
        size = "" if page.stated is None else f' completeListSize="{page.stated}"'
        token = f"<resumptionToken{size}>{'' if page.last else f'page-{number}'}</resumptionToken>"
        items = "".join(map(self.record if self.verb == "ListRecords" else self.header, page.ids))
        return OAI.format(f"<{self.verb}>{items}{token}</{self.verb}>")

    @staticmethod
    def header(name: str) -> str:
        return f"<header><identifier>{name}</identifier><datestamp>2026-03-01</datestamp></header>"

    def record(self, name: str) -> str:
        return f"<record>{self.header(name)}<metadata><codeBook/></metadata></record>"


class ListIdentifiers(ListRecords):
    verb = "ListIdentifiers"


class Api(Listed):
    """A JSON API with pages by offset and a stated number."""

    paging: ClassVar[dict[str, Any]] = {"style": "offset"}
    empty_page_ends = True
    needs_number = True
    total: ClassVar[str | None] = "count"

    def protocol(self) -> dict[str, Any]:
        keys = {"type": "json", "url": f"{self.url}/list", "paging": self.paging, "total": self.total}
        return {**keys, "requests_per_second": QUICK}

    def answer(self, path: str, query: dict[str, str]) -> Page | str:  # noqa: ARG002
        return self.next_page(query.get("offset"))

    def written(self, page: Page, number: int) -> str:
        following = None if page.last else self.following(number)
        items = [{"id": name, "title": name} for name in page.ids]
        return json.dumps({"items": items, "count": page.stated, "next": following})

    def following(self, number: int) -> str:
        return f"token-{number}"


class ApiByPage(Api):
    paging: ClassVar[dict[str, Any]] = {"style": "page"}


class ApiByToken(Api):
    paging: ClassVar[dict[str, Any]] = {"style": "cursor", "param": "token", "next": "next"}
    empty_page_ends = False


class ApiByLink(Api):
    paging: ClassVar[dict[str, Any]] = {"style": "link", "next": "next"}
    empty_page_ends = False

    def following(self, number: int) -> str:
        return f"{self.url}/list?page={number}"


class ApiWithoutNumber(ApiByToken):
    states_number = needs_number = False
    total = None


class ApiOfDetails(Api):
    def protocol(self) -> dict[str, Any]:
        return {**super().protocol(), "id": "id", "detail": f"{self.url}/detail?id={{id}}"}

    def answer(self, path: str, query: dict[str, str]) -> Page | str:
        return json.dumps({"id": query["id"]}) if path == "/detail" else super().answer(path, query)


class Dataverse(Listed):
    needs_number = True
    empty_page_ends = True

    def protocol(self) -> dict[str, Any]:
        return {"type": "dataverse", "url": self.url, "page_size": 4, "requests_per_second": QUICK}

    def answer(self, path: str, query: dict[str, str]) -> Page | str:
        if path == "/api/search":
            return self.next_page(query["start"])
        return json.dumps({"status": "OK", "data": {"id": query["persistentId"]}})

    def written(self, page: Page, number: int) -> str:  # noqa: ARG002
        items = [{"global_id": name} for name in page.ids]
        return json.dumps({"status": "OK", "data": {"total_count": page.stated, "items": items}})


class Sitemaps(Listed):
    """A chain of indexes: each names a sitemap with the addresses of a page, and the next index."""

    states_number = False
    syntax = "text"

    def protocol(self) -> dict[str, Any]:
        return {"type": "sitemap", "url": f"{self.url}/index-0"}

    def answer(self, path: str, query: dict[str, str]) -> Page | str:  # noqa: ARG002
        kind, _, name = path.strip("/").partition("-")
        if kind == "robots.txt":
            return ""
        if kind == "index":
            return self.next_page()
        if kind == "record":
            return "A page"
        places = "".join(f"<url><loc>{self.url}/{each}</loc></url>" for each in self.pages(int(name)).ids)
        return f'<urlset xmlns="{NAMESPACE}">{places}</urlset>'

    def written(self, page: Page, number: int) -> str:
        names = [f"pages-{number}"] + ([] if page.last else [f"index-{number + 1}"])
        places = "".join(f"<sitemap><loc>{self.url}/{each}</loc></sitemap>" for each in names)
        return f'<sitemapindex xmlns="{NAMESPACE}">{places}</sitemapindex>'


LISTED: tuple[type[Listed], ...] = (
    ListRecords,
    ListIdentifiers,
    Api,
    ApiByPage,
    ApiByToken,
    ApiByLink,
    ApiWithoutNumber,
    ApiOfDetails,
    Dataverse,
    Sitemaps,
)


@contextmanager
def listing(kind: type[Listed], pages: Script) -> Iterator[Listed]:
    """Serve a list while the context lasts."""
    listed = kind(pages)

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server looks for
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            found = listed.answer(parts.path, query)
            status, body = 200, found if isinstance(found, str) else found.words
            if isinstance(found, Page):
                status = found.status
                body = found.words or listed.written(found, listed.asked - 1)
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with serve(Handler) as listed.url:
        yield listed


def harvest_of(listed: Listed, folder: Path, options: HarvestOptions | None = None, **protocol: Any) -> Harvest:
    """A harvest of a list, which waits for nothing."""
    keys = {**listed.protocol(), **protocol}
    described = catalogue(folder, keys, **({"records": "items"} if keys["type"] == "json" else {}))
    clocks = Clocks(lambda _: None, lambda: NOW)
    return open_harvest(described, PlainFormat(listed.syntax), (options or HarvestOptions())._replace(clocks=clocks))
