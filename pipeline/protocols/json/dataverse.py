"""Dataverse's search and native APIs (guides.dataverse.org/en/latest/api), described as a JSON API."""

from __future__ import annotations

from pipeline.catalogue import Catalogue
from pipeline.catalogue.protocols import DataverseProtocol, JsonProtocol, OffsetPaging
from pipeline.model.record_format import RecordFormat
from pipeline.protocols.base import EVERYTHING, IGNORE_SIZE, HarvestOptions
from pipeline.protocols.json.harvest import JsonHarvest


def dataverse_harvest(
    catalogue: Catalogue, protocol: DataverseProtocol, fmt: RecordFormat, options: HarvestOptions = EVERYTHING
) -> JsonHarvest:
    """The harvest of a Dataverse server: its search API lists the datasets, its native API gives each.

    It is always a full snapshot, so that deletions are seen. Where `since` is given, a dataset whose `updatedAt` is
    earlier is unchanged and not fetched: Dataverse sets it with each change of a version and with its publication.
    Datasets that the server has itself harvested from elsewhere are left out (`isHarvested`).
    """
    base = protocol.url.rstrip("/")
    params = {"q": "*", "type": "dataset", "fq": "isHarvested:false", "per_page": protocol.page_size}
    if protocol.subtree is not None:
        params["subtree"] = protocol.subtree
    described = JsonProtocol(
        type="json",
        url=f"{base}/api/search",
        params=params | {"sort": "date", "order": "asc"},
        headers=protocol.headers,
        paging=OffsetPaging(style="offset", param="start", overlap=protocol.list_size == "check"),
        total="data.total_count" if protocol.list_size == "check" else None,
        id="global_id",
        updated="updatedAt",
        detail=base + "/api/datasets/:persistentId/?persistentId={global_id}",
        detail_record="data",
        requests_per_second=protocol.requests_per_second,
    )
    harvest = JsonHarvest(catalogue, described, fmt, options, records="data.items")
    harvest.total_key = harvest.shift_key = IGNORE_SIZE
    return harvest
