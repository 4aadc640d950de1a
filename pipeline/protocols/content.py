"""What content is, by its first bytes."""

from __future__ import annotations

import codecs

GZIP_MAGIC = b"\x1f\x8b"
"""First bytes of content that is compressed with gzip (RFC 1952, section 2.3.1)."""
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""Byte order marks, with one of which content in UTF-16 begins."""


def is_web_page(content: bytes) -> bool:
    """Whether content looks like HTML."""
    return b"<html" in content[:2000].lower()
