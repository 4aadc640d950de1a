"""How many elements or values a text of XML or JSON may hold, judged before it is parsed.

In parsed form an element takes some 120 bytes, an attribute 200 and a value 60, however few bytes it has as text. So a
bound in bytes alone does not bound memory.
"""

from __future__ import annotations

MAX_RECORD_PARTS = 1_000_000
"""Most elements and attributes, or values, of one record; the largest real records (DDI with all variables) have
80,000."""
MAX_ANSWER_PARTS = 3_000_000
"""The same of an answer or a file that is held in memory as a whole; a page of 100 large records has some 1,100,000."""

_BEFORE_XML = b" \t\r\n\0\xfe\xff\xef\xbb\xbf"
"""White space and byte order marks."""


def parts(content: bytes) -> int:
    """A number that the elements and attributes, or the values, of a text do not exceed.

    Characters that begin one are counted, also those within texts. This holds for encodings that extend ASCII, UTF-16
    and UTF-32.
    """
    if content[:1024].lstrip(_BEFORE_XML).startswith(b"<"):
        return xml_parts(content)
    return content.count(b",") + content.count(b"[") + content.count(b"{")


def has_more_parts(content: bytes, most: int) -> bool:
    """Whether `parts` exceeds a number: nothing is counted in a text of no more bytes than that."""
    return len(content) > most and parts(content) > most


def xml_parts(content: bytes) -> int:
    """The same of a piece of XML."""
    return content.count(b"<") + content.count(b"=")
