"""Comparison of the harvest with what is live: which documents are created, updated, kept or deleted.

One pass over the sorted keys of all parts, side by side with the live documents in the same order: memory stays flat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from functools import partial
from itertools import chain, islice
from typing import NamedTuple

import orjson
from elasticsearch import Elasticsearch

from pipeline.catalogue import FilesProtocol
from pipeline.errors import FailError
from pipeline.index import lookup
from pipeline.index.generations import Generation, count
from pipeline.model.raw import Reject
from pipeline.run.context import Context
from pipeline.run.duplicates import find_duplicates, find_taken_ids
from pipeline.run.fetched import FetchResult
from pipeline.run.keys import Key, keys_of, sorted_keys
from pipeline.run.results import PlanResult, ProcessResult
from pipeline.staging.kinds import Kind
from pipeline.staging.spool import Spool
from pipeline.staging.store import PartSum, Staging

Pair = tuple[Key | None, lookup.Live | None]
"""A ready document and the live one with the same uuid; None where one has no partner."""


class Change(IntEnum):
    """What a ready document changes of the live generation: one byte a document in parts of kind `changes`."""

    UNCHANGED = 0
    CREATED = 1
    UPDATED = 2
    DUPLICATE = 3
    """It has the id of an earlier document of the run, or of another catalogue of the same source, and is a reject."""


class Comparison(NamedTuple):
    """Numbers of documents; see `PlanResult` for their meaning."""

    created: int
    updated: int
    unchanged: int
    duplicates: int
    duplicated_ids: int
    deleted: int
    kept: int
    not_deleted: int
    not_asked_for: int
    suppressed: int
    deleted_upstream: int
    seen: int
    """Live documents that were compared."""
    everything: bool
    """Whether these have to be all that are live."""
    sums: dict[Kind, tuple[PartSum, ...]]
    """The parts that were written, by kind."""


def compare(
    context: Context,
    live: Generation | None,
    fetched: FetchResult,
    processed: list[ProcessResult],
    suppressed: frozenset[str],
    *,
    all_live: bool,
) -> Comparison:
    """Compare the ready documents with the live ones.

    Writes parts `changes`, `duplicates` (rejects), `disputed` and `stray` (uuids that these have, by whether another
    document of the run has them too), `delete` (uuids of deleted live documents) and `copy` (uuids of live documents
    that an empty generation has to take over).

    Args:
        context: the run.
        live: the live generation.
        fetched: what was harvested.
        processed: what became of each part.
        suppressed: uuids of documents that a correction keeps out.
        all_live: whether each live document is compared, not only those that the harvest names.
    """
    staging = context.staging
    changes = {item.part: bytearray(item.read) for item in processed}
    duplicates, disputed = _note_duplicates(context, live, fetched, processed, changes)
    absent = _Absent.of(context, live, fetched, processed, duplicates, suppressed)
    counts: Counter[str] = Counter()
    delete, copy = Spool(staging, Kind.DELETE), Spool(staging, Kind.COPY)

    def keys() -> Iterator[Key]:
        every = _every_key(staging, processed)
        return (key for key in every if changes[key.part][key.position] != Change.DUPLICATE)

    everything = all_live or fetched.is_full_snapshot
    if live is None:
        pairs: Iterable[Pair] = ((key, None) for key in keys())
    elif not everything:
        pairs = _looked_up(context.client, live, keys(), absent.named)
    elif 2 * sum(item.carried for item in processed) > sum(item.read for item in processed):
        pairs = _looked_up_and_absent(context.client, live, keys)
    else:
        pairs = _side_by_side(keys(), lookup.all_documents(context.client, live.index))
    won: set[str] = set()
    for done, (key, old) in enumerate(pairs, start=1):
        if done % 1000 == 0:
            context.progress("plan", done, None)
        counts["seen"] += old is not None
        if key is not None:
            change = _change(key, old)
            counts[change.name.lower()] += 1
            changes[key.part][key.position] = change
            if key.uuid in disputed:
                won.add(key.uuid)
        elif old is not None:
            outcome = absent.outcome(old)
            counts[outcome] += 1
            (delete if outcome in DELETING else copy).add(old.uuid)
    sums = {spool.kind: spool.close() for spool in (delete, copy)}
    sums[Kind.DUPLICATES] = duplicates
    sums[Kind.DISPUTED] = _stage(staging, Kind.DISPUTED, won)
    sums[Kind.STRAY] = _stage(staging, Kind.STRAY, disputed - won)
    sums[Kind.CHANGES] = tuple(
        staging.write_part(Kind.CHANGES, part, [bytes(of_part).hex().encode()]) for part, of_part in changes.items()
    )
    return Comparison(
        created=counts["created"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        duplicates=sum(part.lines for part in duplicates),
        duplicated_ids=len(disputed),
        deleted=delete.total,
        kept=counts["kept"],
        not_deleted=counts["not_deleted"],
        not_asked_for=counts["not_asked_for"],
        suppressed=counts["suppressed"],
        deleted_upstream=counts["deleted_upstream"],
        seen=counts["seen"],
        everything=everything,
        sums=sums,
    )


def read_changes(staging: Staging, part: PartSum) -> Iterator[Change]:
    """The change action of each ready document of a part."""
    (line,) = staging.read_part(Kind.CHANGES, part)
    return map(Change, bytes.fromhex(line.decode()))


def uuids_of(staging: Staging, plan: PlanResult, wanted: Change) -> Iterator[str]:
    """uuids of the documents that a run creates, updates or finds unchanged, a part after the other."""
    for part in plan.keys:
        changes = [*read_changes(staging, plan.part_of(Kind.CHANGES, part.part))]
        keys = keys_of(staging.read_part(Kind.KEYS, part))
        yield from (key.uuid for key in keys if changes[key.position] == wanted)


DELETING = ("suppressed", "deleted_upstream")
"""Outcomes that delete a live document."""


class _Absent(NamedTuple):
    """What is known of live documents whose record was not read: sets of uuids, and of record ids."""

    suppressed: frozenset[str]
    kept: frozenset[str]
    """Their record is rejected now."""
    stated_deleted: frozenset[str]
    """The catalogue states that their record is deleted."""
    renamed: frozenset[str]
    """Their record was read, and has another local id now."""
    unchanged_upstream: frozenset[str]
    """Record ids that are listed as unchanged."""
    fetched: FetchResult
    has_unnamed_rejects: bool
    """Whether some reject does not identify its record, so that it may be that of any live document."""

    @classmethod
    def of(  # noqa: PLR0917 - one argument for each source of knowledge
        cls,
        context: Context,
        live: Generation | None,
        fetched: FetchResult,
        processed: list[ProcessResult],
        duplicates: tuple[PartSum, ...],
        suppressed: frozenset[str],
    ) -> _Absent:
        kept, has_unnamed_rejects = _rejected(context, live, processed)
        kept |= _duplicated(context, live, duplicates)
        return cls(
            suppressed,
            kept,
            _stated_deleted(context, live, processed),
            _renamed(context, live, fetched, processed),
            fetched.unchanged_ids(context.staging),
            fetched,
            has_unnamed_rejects,
        )

    @property
    def named(self) -> frozenset[str]:
        """uuids that a reject, a deletion, a record under another id, or a correction names."""
        return self.kept | self.stated_deleted | self.renamed | self.suppressed

    def outcome(self, old: lookup.Live) -> str:
        """`suppressed` and `deleted_upstream` documents are deleted.

        The others stay: `kept` (its record is rejected now), `not_deleted` (a full snapshot lacks it, but a reject
        without an id may be its record) and `not_asked_for`.
        """
        if old.uuid in self.suppressed:
            return "suppressed"
        if old.uuid in self.kept:
            return "kept"
        if old.uuid in self.stated_deleted or old.uuid in self.renamed:
            return "deleted_upstream"
        if old.record_id in self.unchanged_upstream:
            return "not_asked_for"
        if not self.fetched.is_full_snapshot:
            return "not_asked_for"
        return "not_deleted" if self.has_unnamed_rejects else "deleted_upstream"


def _change(key: Key, old: lookup.Live | None) -> Change:
    """What a document changes.

    Raises:
        FailError: it is to be carried over, and is not live as it was.
    """
    if key.carried and (old is None or old.content_hash != key.content_hash):
        raise FailError(
            f"The document {key.uuid} of {key.record_id} was live when the run began, and is not as it was. "
            "Something else than study-index changed it; run the catalogue again."
        )
    if old is None:
        return Change.CREATED
    return Change.UNCHANGED if old.content_hash == key.content_hash else Change.UPDATED


def _every_key(staging: Staging, processed: list[ProcessResult]) -> Iterator[Key]:
    return sorted_keys(staging, [part for item in processed for part in item.sums[Kind.KEYS]])


def _note_duplicates(
    context: Context,
    live: Generation | None,
    fetched: FetchResult,
    processed: list[ProcessResult],
    changes: dict[int, bytearray],
) -> tuple[tuple[PartSum, ...], set[str]]:
    """Mark the duplicates in `changes`, and stage them as rejects; returns the sums of these, and their uuids."""
    disputed: set[str] = set()
    duplicates = Spool(context.staging, Kind.DUPLICATES)
    found = find_duplicates(context, live, _every_key(context.staging, processed))
    if live is not None and _shows_changes(context, fetched):
        came = partial(_came, context.staging, processed)
        found = chain(found, find_taken_ids(context, live, _keys_as_they_came(context.staging, processed), came))
    for key, reject in found:
        if changes[key.part][key.position] != Change.DUPLICATE:
            changes[key.part][key.position] = Change.DUPLICATE
            duplicates.add(reject._asdict())
            disputed.add(key.uuid)
    return duplicates.close(), disputed


def _stage(staging: Staging, kind: Kind, uuids: set[str]) -> tuple[PartSum, ...]:
    spool = Spool(staging, kind)
    for uuid in sorted(uuids):
        spool.add(uuid)
    return spool.close()


def _keys_as_they_came(staging: Staging, processed: list[ProcessResult]) -> Iterator[Key]:
    return (key for item in processed for key in keys_of(item.lines(staging, Kind.KEYS)))


def _came(staging: Staging, processed: list[ProcessResult]) -> Iterator[str]:
    """The record ids of the documents that are ready, and of the deletions that the catalogue states."""
    yield from (key.record_id for key in _keys_as_they_came(staging, processed))
    yield from map(orjson.loads, (line for item in processed for line in item.lines(staging, Kind.DELETIONS)))


def _shows_changes(context: Context, fetched: FetchResult) -> bool:
    """Whether a record has the same id in each harvest, and a harvest need not show all of them.

    Of files, paths and places are no identity, and each harvest shows all of them.
    """
    return not fetched.is_full_snapshot and not isinstance(context.catalogue.protocol, FilesProtocol)


def _side_by_side(keys: Iterator[Key], live: Iterator[lookup.Live]) -> Iterator[Pair]:
    """The pairs of a full snapshot: both sides are in the order of uuid."""
    key, old = next(keys, None), next(live, None)
    while key is not None or old is not None:
        if old is None or (key is not None and key.uuid < old.uuid):
            yield key, None
            key = next(keys, None)
        elif key is None or old.uuid < key.uuid:
            yield None, old
            old = next(live, None)
        else:
            yield key, old
            key, old = next(keys, None), next(live, None)


def _looked_up_and_absent(client: Elasticsearch, live: Generation, keys: Callable[[], Iterator[Key]]) -> Iterator[Pair]:
    """The pairs of a full snapshot in which little changed: all live documents are listed only if some are absent."""
    seen = 0
    for key, old in _looked_up(client, live, keys(), frozenset()):
        seen += old is not None
        yield key, old
    if seen < count(client, live.index):
        both = _side_by_side(keys(), lookup.all_documents(client, live.index))
        yield from (pair for pair in both if pair[0] is None)


def _looked_up(client: Elasticsearch, live: Generation, keys: Iterator[Key], named: frozenset[str]) -> Iterator[Pair]:
    """The pairs of documents and live ones, which are looked up, not listed; those carried over were already.

    `named` are uuids of further live documents; those that were harvested too are not repeated.
    """
    others = set(named)
    while batch := list(islice(keys, lookup.MOST_VALUES)):
        wanted = (key.uuid for key in batch if not key.carried)
        found = {old.uuid: old for old in lookup.by_uuid(client, live.index, wanted)}
        for key in batch:
            others.discard(key.uuid)
            yield key, lookup.Live(key.uuid, key.content_hash, key.record_id) if key.carried else found.get(key.uuid)
    for old in lookup.by_uuid(client, live.index, sorted(others)):
        yield None, old


def _rejected(context: Context, live: Generation | None, processed: list[ProcessResult]) -> tuple[frozenset[str], bool]:
    """uuids of live documents whose record is rejected now; and whether some reject identifies no record.

    The latter name a place, or a file that could not be read at all and may have held any number of records.
    """
    if live is None:
        return frozenset(), False
    has_positional = False
    unread: set[str] = set()

    def record_ids() -> Iterator[str]:
        nonlocal has_positional
        for item in processed:
            for reject in map(Reject.from_line, item.lines(context.staging, Kind.REJECTS)):
                if reject.code == "suppressed":
                    continue
                if reject.unread:
                    unread.add(reject.record_id)
                elif reject.positional:
                    has_positional = True
                    continue
                yield reject.record_id

    found = set()
    for old in lookup.by_record_id(context.client, live.index, record_ids()):
        found.add(old.uuid)
        unread.discard(old.record_id)
    return frozenset(found), has_positional or bool(unread)


def _duplicated(context: Context, live: Generation | None, duplicates: tuple[PartSum, ...]) -> frozenset[str]:
    """uuids of live documents whose record has an id now that another one has.

    Rejects that a place names are left out: another record may have been there before.
    """
    if live is None:
        return frozenset()
    rejects = map(Reject.from_line, context.staging.read_parts(Kind.DUPLICATES, duplicates))
    named = (reject.record_id for reject in rejects if not reject.positional)
    return frozenset(old.uuid for old in lookup.by_record_id(context.client, live.index, named))


def _stated_deleted(context: Context, live: Generation | None, processed: list[ProcessResult]) -> frozenset[str]:
    """uuids of live documents whose record the catalogue states to be deleted."""
    if live is None:
        return frozenset()
    lines = (line for item in processed for line in item.lines(context.staging, Kind.DELETIONS))
    found = lookup.by_record_id(context.client, live.index, map(orjson.loads, lines))
    return frozenset(old.uuid for old in found)


def _renamed(
    context: Context, live: Generation | None, fetched: FetchResult, processed: list[ProcessResult]
) -> frozenset[str]:
    """uuids of live documents whose record was read and became a document with another uuid.

    The record has another study number now, or the catalogue file another `source`. Without this, one record would be
    two documents. In a full snapshot such a document is absent anyway.
    """
    if live is None or not _shows_changes(context, fetched):
        return frozenset()
    found: set[str] = set()
    named = (key for key in _keys_as_they_came(context.staging, processed) if not key.positional)
    while batch := list(islice(named, lookup.BATCH)):
        read = {key.record_id: key.uuid for key in batch}
        same = lookup.by_record_id(context.client, live.index, read)
        found |= {old.uuid for old in same if old.uuid != read[old.record_id]}
    return frozenset(found)
