"""Protocols: how records travel from a catalogue. A protocol yields raw records.

Of a record it reads only its id, its time of change, and where it ends; `exclude` evaluates the conditions of the
catalogue file on its payload. Formats read the rest.
"""

from __future__ import annotations

from typing import Never

from pipeline.catalogue import (
    Catalogue,
    DataverseProtocol,
    FilesProtocol,
    JsonProtocol,
    OaiPmhProtocol,
    SitemapProtocol,
)
from pipeline.errors import DefectError
from pipeline.model.record_format import RecordFormat
from pipeline.protocols.base import EVERYTHING, MAX_RECORD_BYTES, NOT_RECEIVED, Harvest, HarvestOptions, StaleStateError
from pipeline.protocols.files.splitting import split

__all__ = ["MAX_RECORD_BYTES", "NOT_RECEIVED", "Harvest", "HarvestOptions", "StaleStateError", "open_harvest", "split"]


def open_harvest(catalogue: Catalogue, fmt: RecordFormat, options: HarvestOptions = EVERYTHING) -> Harvest:
    """The harvest of a catalogue. It makes no request before it is iterated.

    Only its own protocol is imported: the client for HTTP alone takes longer than some hundred files.

    Raises:
        UsageError: the protocol cannot be asked for changes, or `since` is neither a date nor a time.
        DefectError: no harvest is returned here for the protocol.
    """
    protocol = catalogue.protocol
    if isinstance(protocol, FilesProtocol):
        from pipeline.protocols.files.harvest import FilesHarvest

        return FilesHarvest(catalogue, protocol, fmt, options)
    if isinstance(protocol, JsonProtocol):
        from pipeline.protocols.json.harvest import JsonHarvest

        return JsonHarvest(catalogue, protocol, fmt, options)
    if isinstance(protocol, DataverseProtocol):
        from pipeline.protocols.json.dataverse import dataverse_harvest

        return dataverse_harvest(catalogue, protocol, fmt, options)
    if isinstance(protocol, SitemapProtocol):
        from pipeline.protocols.web.sitemap import SitemapHarvest

        return SitemapHarvest(catalogue, protocol, fmt, options)
    if isinstance(protocol, OaiPmhProtocol):
        from pipeline.protocols.oai.harvest import OaiPmhHarvest

        return OaiPmhHarvest(catalogue, protocol, fmt, options)
    _: Never = protocol  # mypy names here a protocol that no line above covers
    raise DefectError(
        f"{catalogue.name}: no harvest is known for the protocol {catalogue.protocol.type}: add it to `open_harvest`"
    )
