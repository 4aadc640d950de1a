"""Texts of XML records: layout is removed, paragraphs and lists are kept, contact data are left out."""

from __future__ import annotations

import pytest
from lxml import etree

from pipeline.formats.xml_record import words


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("One line\n        and its rest", "One line and its rest"),
        ("One line\nand another", "One line\nand another"),
        ("First paragraph\n\n        Second paragraph", "First paragraph\n\nSecond paragraph"),
        ("Asked were:\n      - pilots\n      - keepers", "Asked were:\n- pilots\n- keepers"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br/>Two", "One\n\nTwo"),
        ("Words <hi>in</hi>\n        <hi>bold</hi>", "Words in bold"),
        ("&lt;p&gt;One &amp;amp;amp; two&lt;/p&gt;", "One & two"),
        ("Kept<concept>Code</concept> here", "Kept here"),
        ("Kept<!-- not this --><?nor this?> here", "Kept here"),
    ],
)
def test_layout_is_removed_and_paragraphs_are_kept(inside: str, expected: str) -> None:
    assert words(etree.fromstring(f"<abstract>{inside}</abstract>"), skip={"concept"}) == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("Ask Ada (ada.brine@sea.example)!", "Ask Ada!"),
        ("Tel.: 01632 960 000 for help", "for help"),
        ("Ring +44 (0)1632 960000 for help", "Ring for help"),
        ("By telephone: 1994-1995 and 2001", "By telephone: 1994-1995 and 2001"),
        ("Aged 65+ in 1990 - 2000", "Aged 65+ in 1990 - 2000"),
        ("Follow @tides, or see https://sea.example/@tides", "Follow @tides, or see https://sea.example/@tides"),
    ],
)
def test_contact_data_are_left_out_and_nothing_else(inside: str, expected: str) -> None:
    assert words(etree.fromstring(f"<abstract>{inside}</abstract>")) == expected
