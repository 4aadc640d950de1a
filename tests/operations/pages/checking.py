"""What every page has to be: complete in itself, and usable by keyboard and screen reader."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from lxml import html

OUTSIDE = re.compile(r"""(?:src|srcset|poster|data)\s*=|url\(|@import|<link\b|<script\b|<iframe\b""", re.IGNORECASE)
"""What would load another file."""


def shown_text(element: Any) -> str:
    """The text of an element, with single spaces; without styles."""
    texts = element.xpath(".//text()[not(ancestor::style) and not(ancestor::title)]")
    return " ".join(" ".join(texts).split()).replace(" ,", ",")


def cells(page: Any, caption: str) -> dict[str, list[str]]:
    """The rows of the table with that caption: texts of the cells by the head of the row."""
    (table,) = page.xpath("//table[caption[normalize-space()=$caption]]", caption=caption)
    return {
        shown_text(row.xpath("./th")[0]): [shown_text(cell) for cell in row.xpath("./td")]
        for row in table.xpath("./tbody/tr")
    }


def assert_usable(text: str) -> None:
    """The page loads nothing, and has what assistive technology needs."""
    page: Any = html.fromstring(text)
    assert not OUTSIDE.search(re.sub(r"data-label=", "", text))
    assert not page.xpath("//@style")
    assert page.xpath("/html/@lang") == ["en"]
    assert page.xpath("//title")[0].text.strip()
    assert len(page.xpath("//main")) == 1
    assert len(page.xpath("//h1")) == 1
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for reference in page.xpath("//@aria-labelledby"):
        assert reference in ids
    for link in page.xpath("//a/@href"):
        assert not link.startswith("#") or link[1:] in ids
    assert not page.xpath("//table[not(caption)]")
    assert not page.xpath("//thead//th[not(@scope)] | //tbody//th[not(@scope)]")
    assert not page.xpath("//svg[not(@aria-hidden='true') and not(@role='img' and (@aria-label or @aria-labelledby))]")
    for control in page.xpath("//button | //summary | //a | //h2 | //h3"):
        assert shown_text(control), html.tostring(control)
    for field in page.xpath("//input[not(@type='hidden')]"):
        assert field.xpath("ancestor::label"), html.tostring(field)
    _assert_headings_in_order(page)


def _assert_headings_in_order(page: Any) -> None:
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
