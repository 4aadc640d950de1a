"""Digests of the keys of a catalogue file that decide what a record becomes.

A generation remembers the digests that it was made with. Where one differs, unchanged records would keep documents of
the old keys, so the next run has to read every record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from pipeline.catalogue.model import Catalogue

DECIDING = ("source", "protocol", "format", "records", "fields", "table", "exclude", "defaults", "variables")
"""Keys that decide which records there are, or what a record becomes."""

PACING = frozenset({"page_size", "requests_per_second"})
"""Keys of a protocol that decide only how fast it is asked."""


def digests(catalogue: Catalogue) -> dict[str, str]:
    """A short digest by key."""
    return {key: _digest(value) for key, value in _deciding(catalogue).items()}


def changed_keys(catalogue: Catalogue, before: Mapping[str, str]) -> list[str]:
    """The keys whose digest is not the one that it was before."""
    return [key for key, digest in digests(catalogue).items() if before.get(key) != digest]


def _deciding(catalogue: Catalogue) -> dict[str, Any]:
    values = catalogue.model_dump(mode="json", include={*DECIDING}, by_alias=True)
    values["source"] = catalogue.id_source
    # A variable is digested by its name: its value may be secret, or a port that differs from day to day.
    protocol = values["protocol"] | catalogue.protocol_variables
    values["protocol"] = {key: value for key, value in protocol.items() if key not in PACING}
    return values


def _digest(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
