"""Records in OAI-PMH responses, from a server or saved in files (OAI-PMH 2.0, section 2.5)."""

from __future__ import annotations

import re

from lxml import etree

from pipeline.model.raw import Place, RawRecord
from pipeline.model.xml import child, local_name, text
from pipeline.protocols.content import UTF16_MARKS

OAI_NAMESPACE = "http://www.openarchives.org/OAI/2.0/"

LISTS = frozenset({"ListRecords", "GetRecord"})
"""Verbs whose answers hold records."""

_PROLOG = r"\s*+(?>(?:<\?.*?\?>|<!--.*?-->)\s*+)*+"
"""What may precede the root element; each part is matched once, or many short ones would take for ever."""
_ENVELOPE = re.compile(_PROLOG + r"<(?:[\w.-]+:)?OAI-PMH[\s/>]", re.DOTALL)
_RECORD = re.compile(_PROLOG + r"<(?:[\w.-]+:)?record\s[^>]*" + re.escape(f'"{OAI_NAMESPACE}"'), re.DOTALL)


def is_envelope(head: bytes) -> bool:
    """Whether an XML document is an OAI-PMH response, or one `record` of it, judged by its first bytes.

    A document with a document type declaration is not one, so that no entities have to be guarded against here.
    """
    utf16 = head.startswith(UTF16_MARKS)
    start = head[: 1 << 16].decode("utf-16" if utf16 else "utf-8", errors="replace").removeprefix("\ufeff")
    return bool(_ENVELOPE.match(start) or _RECORD.match(start))


def is_deleted(header: etree._Element) -> bool:
    """Whether a record's header states that the record is deleted."""
    return header.get("status") == "deleted"


def raw_record(record: etree._Element, record_format: str, name: str, at: Place | None) -> RawRecord:
    """The raw record in a `record` element.

    The payload is the element below `metadata`. Where there is none it is the `record` itself, for the format to
    reject. A deletion without an identifier names no record, so it is no deletion either.

    Args:
        record: the element.
        record_format: name of the format.
        name: record id of a record without identifier.
        at: the record's place in a file.
    """
    header = child(record, "header")
    identifier = text(child(header, "identifier")) if header is not None else None
    deleted = header is not None and is_deleted(header)
    metadata = child(record, "metadata")
    content = next((item for item in metadata if local_name(item)), record) if metadata is not None else record
    return RawRecord(
        record_id=identifier or name,
        format=record_format,
        payload=None if deleted and identifier else etree.tostring(content, encoding="utf-8", with_tail=False),
        datestamp=text(child(header, "datestamp")) if header is not None else None,
        at=at,
        positional=identifier is None,
    )
