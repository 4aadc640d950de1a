"""Records that a catalogue file leaves out (`exclude`).

They are not fetched, as far as a run is concerned: they are in no count. In a complete listing they are missing, and so
go from the index where they were live; where changes alone are asked for, an excluded one is the word that it is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import jmespath
import orjson
from jmespath.exceptions import JMESPathError
from lxml import etree

from pipeline.catalogue import Catalogue
from pipeline.catalogue.records import Exclusion
from pipeline.model.raw import Fetched, RawRecord
from pipeline.protocols.base import Harvest


def reason_to_exclude(catalogue: Catalogue, raw: Fetched) -> str | None:
    """Why the catalogue file leaves a record out; None where it does not."""
    if not catalogue.exclude or not isinstance(raw, RawRecord) or raw.payload is None:
        return None
    return next((each.reason for each in catalogue.exclude if _is_true(each, raw.payload)), None)


def without_excluded(catalogue: Catalogue, harvest: Harvest) -> Iterable[Fetched]:
    """What a harvest yields and the catalogue file does not leave out."""
    return _without_excluded(catalogue, harvest) if catalogue.exclude else harvest


def _without_excluded(catalogue: Catalogue, harvest: Harvest) -> Iterator[Fetched]:
    for item in harvest:
        if reason_to_exclude(catalogue, item) is None:
            yield item
        elif isinstance(item, RawRecord) and not harvest.listing and not item.positional:
            yield item._replace(payload=None)


def _is_true(exclusion: Exclusion, payload: bytes) -> bool:
    """Whether the expression is true of a record; never of one that cannot be parsed, which its format refuses."""
    if exclusion.jmespath is not None:
        try:
            return bool(jmespath.search(exclusion.jmespath, orjson.loads(payload)))
        except (orjson.JSONDecodeError, JMESPathError):
            return False
    return bool(exclusion.xpath and _is_true_of_xml(exclusion.xpath, payload))


def _is_true_of_xml(xpath: str, payload: bytes) -> bool:
    try:
        root = etree.fromstring(
            payload, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
        )
    except etree.XMLSyntaxError:
        return False
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return bool(root.getroottree().xpath(xpath))
