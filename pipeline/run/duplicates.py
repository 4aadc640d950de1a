"""Duplicates: ready documents with an id that another record has: of the run, of another catalogue of the same source,
or of those that are live and did not change.

They become rejects. They are found before anything is compared, as the live document of such a record is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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


def find_taken_ids(
    context: Context, live: Generation, keys: Iterable[Key], came: Callable[[], Iterable[str]]
) -> Iterator[tuple[Key, Reject]]:
    """The keys of documents whose id a live document of another record has, each with its reject.

    The record had another id before, and the other record did not come: a harvest of changes does not show whether it
    has its id still. A full snapshot does.

    Args:
        context: the run.
        live: the live generation.
        keys: the keys of all ready documents.
        came: gives the record ids of all records and deletions that came.
    """
    found: list[tuple[Key, str]] = []
    waiting = iter(keys)
    while batch := list(islice(waiting, lookup.BATCH)):
        there = lookup.by_uuid(context.client, live.index, [key.uuid for key in batch])
        of = {old.uuid: old.record_id for old in there}
        moved = [key for key in batch if not key.positional and of.get(key.uuid, key.record_id) != key.record_id]
        had_another = {
            old.record_id for old in lookup.by_record_id(context.client, live.index, [key.record_id for key in moved])
        }
        found += [(key, of[key.uuid]) for key in moved if key.record_id in had_another]
    others = {other for _, other in found}
    changed = {name for name in came() if name in others} if others else set[str]()
    for key, other in found:
        if other not in changed:
            message = f"{key.record_id} has the local id of {other} now, which is live and did not change"
            yield key, _reject(key, message, other)


def _owners(context: Context, live: Generation | None, query: dict[str, Any], batch: list[Key]) -> dict[str, str]:
    """By uuid: the other catalogue of the source that has it live, if this one has not."""
    owner = lookup.owners(context.client, ALIAS, query, [key.uuid for key in batch])
    if owner and live is not None:
        for old in lookup.by_uuid(context.client, live.index, sorted(owner)):
            del owner[old.uuid]
    return owner


def _reject_of_run(key: Key, first: Key) -> Reject:
    message = f"{key.record_id} has the same local id as {first.record_id}, which came first in this run"
    return _reject(key, message, first.record_id)


def _reject_of_source(key: Key, owner: str) -> Reject:
    message = (
        f"the catalogue {owner} of the same source has this study live. If this catalogue takes its place: "
        f"study-index retire {owner}, then run this one with --full"
    )
    return _reject(key, message)


def _reject(key: Key, message: str, first: str | None = None) -> Reject:
    """The reject of a document; `first` is the record of this catalogue that has its id."""
    at: dict[str, int | str] = {"part": key.part, "position": key.position}
    if first is not None:
        at["first"] = first
    return Reject("duplicate_id", None, message, key.record_id, key.positional, at)
