"""Sites on loopback: pages with a sitemap, robots.txt, a log of requests, and faults on demand."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import NamedTuple

from tests.loopback import QuietHandler, serve

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Fault(NamedTuple):
    """A wrong answer. With `cut`, the body is truncated before its stated end."""

    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    cut: bool = False


class Site:
    """Pages by path; `sitemaps` lists them so many a sitemap, below an index where there are several.

    `changed` has the time of a page's last change for If-Modified-Since, `lastmod` the one that the sitemap states;
    `statuses` has the status that a path answers instead of its page; `faults` the answers to the next requests;
    `agents` the User-Agent of each request.
    """

    def __init__(self, *, per_sitemap: int = 50_000, packed: bool = False) -> None:
        self.per_sitemap = per_sitemap
        self.packed = packed
        self.pages: dict[str, bytes] = {}
        self.lastmod: dict[str, str] = {}
        self.changed: dict[str, datetime] = {}
        self.statuses: dict[str, int] = {}
        self.bodies: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self.robots: str | None = None
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.agents: list[str] = []
        self.url = ""

    def put(self, path: str, page: str, lastmod: str | None = None) -> None:
        """Add a page or change it."""
        self.pages[path] = page.encode()
        self.lastmod.pop(path, None)
        if lastmod is not None:
            self.lastmod[path] = lastmod

    def remove(self, path: str) -> None:
        """Take a page out, of the sitemap too."""
        del self.pages[path]

    @property
    def fetched(self) -> list[str]:
        """The pages that were asked for."""
        return [path for path, _ in self.asked if path in self.pages]

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body."""
        self.asked.append((path, headers))
        if path in self.statuses:
            return self.statuses[path], b""
        if path in self.bodies:
            return 200, self.bodies[path]
        if path == "/robots.txt":
            return (200, self.robots.encode()) if self.robots is not None else (404, b"")
        if path.startswith("/sitemap"):
            body = self._sitemap(path).encode()
            return 200, gzip.compress(body) if self.packed else body
        return self._page(path, headers.get("If-Modified-Since"))

    def _page(self, path: str, since: str | None) -> tuple[int, bytes]:
        if path not in self.pages:
            return 404, b"There is no such page"
        if since and path in self.changed and self.changed[path] <= parsedate_to_datetime(since):
            return 304, b""
        return 200, self.pages[path]

    def _sitemap(self, path: str) -> str:
        paths = list(self.pages)
        if path == "/sitemap.xml" and len(paths) > self.per_sitemap:
            numbers = range(0, len(paths), self.per_sitemap)
            entries = "".join(f"<sitemap><loc>{self.url}/sitemap-{number}.xml</loc></sitemap>" for number in numbers)
            return f'<sitemapindex xmlns="{NAMESPACE}">{entries}</sitemapindex>'
        start = 0 if path == "/sitemap.xml" else int(path.removeprefix("/sitemap-").removesuffix(".xml"))
        listed = paths[start : start + self.per_sitemap]
        return f'<urlset xmlns="{NAMESPACE}">{"".join(map(self._entry, listed))}</urlset>'

    def _entry(self, path: str) -> str:
        lastmod = f"<lastmod>{self.lastmod[path]}</lastmod>" if path in self.lastmod else ""
        return f"<url><loc>{self.url}{path}</loc>{lastmod}</url>"


@contextmanager
def serve_site(site: Site) -> Iterator[str]:
    """Serve a site while the context lasts; gives the address of its sitemap."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server looks for
            site.agents.append(self.headers["User-Agent"])
            fault = site.faults.pop(0) if site.faults else None
            status, body = (
                site.answer(self.path, dict(self.headers.items())) if fault is None else (fault.status, b"Broken")
            )
            self.send_response(status)
            for name, value in (fault.headers if fault is not None else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + (fault is not None and fault.cut)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
            return "Wed, 01 Apr 2026 12:00:00 GMT"

    with serve(Handler) as site.url:
        yield f"{site.url}/sitemap.xml"
