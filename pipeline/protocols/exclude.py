"""A harvest without the records that the catalogue file leaves out (`exclude`).

For a run these records were not fetched: no count includes them. In a full snapshot they are absent, so a live document
of such a record is deleted. Where only changes are asked for, an excluded record is handed on as a deletion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.catalogue import Catalogue
from pipeline.catalogue.exclusions import reason_to_exclude
from pipeline.model.raw import Fetched, RawRecord
from pipeline.protocols.base import Harvest


def without_excluded(catalogue: Catalogue, harvest: Harvest) -> Iterable[Fetched]:
    """The items of a harvest that the catalogue file does not leave out."""
    return _without_excluded(catalogue, harvest) if catalogue.exclude else harvest


def _without_excluded(catalogue: Catalogue, harvest: Harvest) -> Iterator[Fetched]:
    for item in harvest:
        if reason_to_exclude(catalogue, item) is None:
            yield item
        elif isinstance(item, RawRecord) and not harvest.snapshot and not item.positional:
            yield item._replace(payload=None)
