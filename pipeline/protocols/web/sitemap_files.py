"""The content of one sitemap file: XML or text, compressed with gzip or not (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

import codecs
import re
from datetime import datetime, timedelta
from typing import NamedTuple

from lxml import etree

from pipeline.model import moments, xml
from pipeline.model.xml import child, local_name, text
from pipeline.protocols.content import GZIP_MAGIC, is_web_page
from pipeline.protocols.http_messages import MalformedError
from pipeline.protocols.unpacking import BrokenStreamError, unpacked

MAX_SITEMAP_BYTES = 64 * 1024 * 1024
"""Largest sitemap, decompressed; the specification allows 50 MB."""

PIECE_BYTES = 256 * 1024

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


class Entry(NamedTuple):
    """A page. `changed` is the latest time that `lastmod` may mean; None where it is missing, or not a day or time."""

    url: str
    lastmod: str | None = None
    changed: datetime | None = None


class Sitemap(NamedTuple):
    """Pages, or addresses of other sitemaps."""

    pages: list[Entry]
    sitemaps: list[str]


def sitemap_in(content: bytes, *, ends: bool = True) -> Sitemap:
    """The sitemap in a file; `ends` states whether its sender marked its end, which a list of addresses does not show.

    Raises:
        MalformedError: it is not a sitemap, or may be cut short.
    """
    ends = ends or content.startswith(GZIP_MAGIC)
    content = _decompressed(content).removeprefix(codecs.BOM_UTF8).lstrip()
    if not content.startswith(b"<"):
        if not ends:
            raise MalformedError("nothing but the closing of the connection marks its end, so it may be cut short")
        return _of_lines(content)
    try:
        root = xml.parse(content)
    except etree.XMLSyntaxError as error:
        kind = "a web page" if is_web_page(content) else f"not well-formed ({error.msg})"
        raise MalformedError(f"it is {kind}, where a sitemap was expected") from error
    kind = local_name(root)
    if kind == "sitemapindex":
        urls = [text(child(element, "loc")) for element in root if local_name(element) == "sitemap"]
        return Sitemap([], [url for url in urls if url])
    if kind != "urlset":
        raise MalformedError(f"it is a document {kind!r}, where a sitemap (urlset or sitemapindex) was expected")
    return Sitemap([entry for element in root if (entry := _entry(element)) is not None], [])


def _entry(element: etree._Element) -> Entry | None:
    url = text(child(element, "loc")) if local_name(element) == "url" else None
    if url is None:
        return None
    lastmod = text(child(element, "lastmod"))
    return Entry(url, lastmod, _latest(lastmod))


def _latest(lastmod: str | None) -> datetime | None:
    """The time, and of a day its end; None for months and years, which are too coarse (W3C Datetime)."""
    moment = moments.parse(lastmod)
    return moment + timedelta(days=1) if moment is not None and _DAY.match(lastmod or "") else moment


def _of_lines(content: bytes) -> Sitemap:
    """A text sitemap: an address a line."""
    lines = [line.strip() for line in content.decode("utf-8", errors="replace").splitlines()]
    pages = [line for line in lines if line]
    if not pages or not all(line.startswith(("http://", "https://")) for line in pages):
        raise MalformedError("it is neither XML nor a list of addresses, where a sitemap was expected")
    return Sitemap([Entry(url) for url in pages], [])


def _decompressed(content: bytes) -> bytes:
    if not content.startswith(GZIP_MAGIC):
        return content
    decompressed = bytearray()
    try:
        for piece in unpacked([content], PIECE_BYTES, "the sitemap"):
            decompressed += piece
            if len(decompressed) > MAX_SITEMAP_BYTES:
                raise MalformedError(f"it is larger than {MAX_SITEMAP_BYTES:,} bytes")
    except BrokenStreamError as error:
        raise MalformedError(f"it is compressed and damaged: {error}") from error
    return bytes(decompressed)
