"""Repair of a ListRecords page that is not well-formed: every record that is well-formed by itself is kept.

Nothing is recovered inside a record: a truncated record would look like a shorter one.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from pipeline.model import xml
from pipeline.model.xml import text

_START = re.compile(rb"<(?:[\w.-]+:)?record(?:\s[^<>]*)?>\s*<(?:[\w.-]+:)?header[\s>]")
_END = re.compile(rb"</(?:[\w.-]+:)?record\s*>")
_AFTER = re.compile(rb"<(?:[\w.-]+:)?resumptionToken[\s>]|</(?:[\w.-]+:)?ListRecords\s*>")
_HEADER_END = re.compile(rb"</(?:[\w.-]+:)?header\s*>|<(?:[\w.-]+:)?(?:metadata|about)[\s/>]")
_IDENTIFIER = re.compile(rb"<((?:[\w.-]+:)?identifier)(?:\s[^<>]*)?>([^<]+)</\1\s*>")
MOST_PIECES = 100_000
"""Records of a page that is repaired. The largest real pages have some 5,000."""
MOST_ENVELOPE_BYTES = 64 * 1024
"""Largest envelope of such a page, without its records: it is parsed once for each."""


class Repaired(NamedTuple):
    """A page without its broken records: `content` is well-formed; `broken` are the identifiers of the broken records,
    None where an identifier cannot be read."""

    content: bytes
    broken: list[str | None]


def repaired(content: bytes) -> Repaired | None:
    """The page without its broken records; None where more than records is broken, such as a truncated page.

    Args:
        content: an answer to ListRecords in an encoding whose tags are ASCII (UTF-8, ISO 8859).
    """
    starts = [match.start() for match in _START.finditer(content)]
    if not starts:
        return None
    last, tail = _divided(content[starts[-1] :])
    slices = [*(content[start:end] for start, end in pairwise(starts)), last]
    head = content[: starts[0]]
    if len(starts) > MOST_PIECES or len(head) + len(tail) > MOST_ENVELOPE_BYTES or not _well_formed(head + tail):
        return None
    kept, broken = [], []
    for piece in slices:
        if _well_formed(head + piece + tail):
            kept.append(piece)
        else:
            broken.append(_identifier(piece))
    result = head + b"".join(kept) + tail
    return Repaired(result, broken) if _well_formed(result) else None


def _divided(end: bytes) -> tuple[bytes, bytes]:
    """The last record, and what follows it."""
    ends = list(_END.finditer(end))
    if ends:
        return end[: ends[-1].end()], end[ends[-1].end() :]
    after = list(_AFTER.finditer(end))
    place = after[0].start() if after else len(end)
    return end[:place], end[place:]


def _identifier(piece: bytes) -> str | None:
    header = _HEADER_END.split(piece, maxsplit=1)[0]  # metadata have identifiers of other things
    match = _IDENTIFIER.search(header)
    if match is None:
        return None
    try:
        return text(xml.parse(b"<identifier>" + match[2] + b"</identifier>"))
    except etree.XMLSyntaxError:
        return None


def _well_formed(content: bytes) -> bool:
    try:
        xml.parse(content)
    except etree.XMLSyntaxError:
        return False
    return True
