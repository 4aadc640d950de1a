"""Which records a catalogue file leaves out (`exclude`)."""

from __future__ import annotations

import orjson
from lxml import etree

from pipeline.catalogue import Catalogue
from pipeline.catalogue.expressions import find
from pipeline.catalogue.records import Exclusion
from pipeline.model import xml
from pipeline.model.raw import Fetched, RawRecord


def reason_to_exclude(catalogue: Catalogue, raw: Fetched) -> str | None:
    """The reason for which the catalogue file leaves a record out; None where it does not."""
    if not catalogue.exclude or not isinstance(raw, RawRecord) or raw.payload is None:
        return None
    return next((each.reason for each in catalogue.exclude if _matches(each, raw.payload)), None)


def _matches(exclusion: Exclusion, payload: bytes) -> bool:
    """Whether the expression is true of a record; False where the record cannot be parsed: its format rejects it."""
    if exclusion.jmespath is not None:
        try:
            return bool(find(exclusion.jmespath, orjson.loads(payload)))
        except orjson.JSONDecodeError:
            return False
    return bool(exclusion.xpath and _matches_xml(exclusion.xpath, payload))


def _matches_xml(xpath: str, payload: bytes) -> bool:
    try:
        root = xml.parse(payload)
    except etree.XMLSyntaxError:
        return False
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return bool(root.getroottree().xpath(xpath))
