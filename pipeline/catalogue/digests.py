"""Digests of the keys of a catalogue file that decide what a record becomes.

A generation remembers the digests that it was made with. Where one differs, unchanged records would keep documents made
with the old value, so the next run has to read every record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.catalogue.model import Catalogue
from pipeline.model.digest import digest

HARVEST_KEYS = ("protocol", "format", "records", "fields", "table", "exclude")
"""Keys that decide which raw records there are, or how they are named."""

DECIDING = (*HARVEST_KEYS, "source", "defaults", "variables", "aggregator")
"""Keys that decide which records there are, or what a record becomes."""

WITHOUT_EFFECT = frozenset({"list_size", "page_size", "requests_per_second"})
"""Keys of a protocol that decide only how it is asked, or whether its list is complete. So does `paging.overlap`."""


def digests(catalogue: Catalogue) -> dict[str, str]:
    """A short digest by key. A default that is written out has the digest of one that is not."""
    return {key: digest(value) for key, value in _deciding(catalogue).items()}


def changed_keys(catalogue: Catalogue, before: Mapping[str, str]) -> list[str]:
    """The keys whose digest is not the one that it was before."""
    return [key for key, now in digests(catalogue).items() if before.get(key) != now]


def _deciding(catalogue: Catalogue) -> dict[str, Any]:
    stated = catalogue.model_dump(mode="json", include={*DECIDING}, by_alias=True, exclude_defaults=True)
    values = {key: stated.get(key) for key in DECIDING}
    values["source"] = catalogue.id_source
    values["exclude"] = [{**each, "reason": None} for each in stated.get("exclude", [])]
    # A variable is digested by its name: its value may be secret, or a port that differs from day to day.
    protocol = {**stated["protocol"], "type": catalogue.protocol.type, **catalogue.protocol_variables}
    if isinstance(prefix := protocol.get("metadata_prefix"), str):
        protocol["metadata_prefix"] = [prefix]
    if isinstance(paging := protocol.get("paging"), dict):
        protocol["paging"] = {key: value for key, value in paging.items() if key != "overlap"}
    values["protocol"] = {key: value for key, value in protocol.items() if key not in WITHOUT_EFFECT}
    return values
