"""Records in OAI-PMH responses, from a server or saved in files (OAI-PMH 2.0, section 2.5)."""

from __future__ import annotations

from lxml import etree

from pipeline.model.raw import RawRecord

OAI_NAMESPACE = "http://www.openarchives.org/OAI/2.0/"

LISTS = frozenset({"ListRecords", "GetRecord"})
"""Verbs whose answers hold records."""


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that local name: saved responses are not always in the right namespace."""
    return next((item for item in element if local_name(item) == name), None)


def text(element: etree._Element | None) -> str | None:
    """The element's text without white space around it; None where there is none."""
    return ((element.text or "").strip() or None) if element is not None else None


def raw_record(record: etree._Element, record_format: str, place: str, at: dict[str, int | str] | None) -> RawRecord:
    """The raw record in a `record` element.

    The payload is the element below `metadata`; the `record` itself where there is none, for the format to refuse.

    Args:
        record: the element.
        record_format: name of the format.
        place: what names a record without identifier.
        at: the place in a file.
    """
    header = child(record, "header")
    identifier = text(child(header, "identifier")) if header is not None else None
    deleted = header is not None and header.get("status") == "deleted"
    metadata = child(record, "metadata")
    content = next((item for item in metadata if local_name(item)), record) if metadata is not None else record
    return RawRecord(
        record_id=identifier or place,
        format=record_format,
        payload=None if deleted and identifier else etree.tostring(content, encoding="utf-8", with_tail=False),
        datestamp=text(child(header, "datestamp")) if header is not None else None,
        at=at,
        positional=identifier is None,
    )
