"""Duplicates: ready documents with an id that an earlier one of the run has, or another catalogue of the same source.

They become rejects. They are found before anything is compared, as the live document of such a record is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from pipeline.index import lookup
from pipeline.index.generations import ALIAS, Generation
from pipeline.model.raw import Reject
from pipeline.run.context import Context
from pipeline.run.keys import Key


def find_duplicates(context: Context, live: Generation | None, keys: Iterator[Key]) -> Iterator[tuple[Key, Reject]]:
    """The keys of documents that are duplicates, each with its reject. `keys` are in the order of uuid."""
    query = lookup.of_others(context.catalogue.id_source, context.catalogue.name)
    has_others = lookup.any_match(context.client, ALIAS, query)
    first: Key | None = None
    while batch := list(islice(keys, lookup.BATCH)):
        owner = _owners(context, live, query, batch) if has_others else {}
        for key in batch:
            if first is not None and key.uuid == first.uuid:
                yield key, _reject_of_run(key, first)
                continue
            first = key
            if key.uuid in owner:
                yield key, _reject_of_source(key, owner[key.uuid])


def _owners(context: Context, live: Generation | None, query: dict[str, Any], batch: list[Key]) -> dict[str, str]:
    """By uuid: the other catalogue of the source that has it live, if this one has not."""
    owner = lookup.owners(context.client, ALIAS, query, [key.uuid for key in batch])
    if owner and live is not None:
        for old in lookup.by_uuid(context.client, live.index, sorted(owner)):
            del owner[old.uuid]
    return owner


def _reject_of_run(key: Key, first: Key) -> Reject:
    message = f"{key.record_id} has the same local id as {first.record_id}, which came first in this run"
    at: dict[str, int | str] = {"part": key.part, "position": key.position, "first": first.record_id}
    return Reject("duplicate_id", None, message, key.record_id, key.positional, at)


def _reject_of_source(key: Key, owner: str) -> Reject:
    message = (
        f"the catalogue {owner} of the same source has this study live. If this catalogue takes its place: "
        f"study-index retire {owner}, then run this one with --full"
    )
    at: dict[str, int | str] = {"part": key.part, "position": key.position}
    return Reject("duplicate_id", None, message, key.record_id, key.positional, at)
