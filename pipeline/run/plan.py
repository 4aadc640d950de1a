"""Plan: what the harvest changes of what is live, and the generation that will hold it.

One pass over the sorted keys of all parts, side by side with the live documents in the same order: memory stays flat.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import islice
from typing import Any, NamedTuple

import orjson
from elasticsearch import Elasticsearch

from pipeline.catalogue.corrections import Corrections
from pipeline.errors import FailError, RetryError
from pipeline.index import lookup
from pipeline.index.generations import (
    Generation,
    count,
    create_clone,
    create_empty,
    delete,
    generations,
    index_name,
    put_template,
)
from pipeline.index.lifecycle import state
from pipeline.model.document import SCHEMA_VERSION
from pipeline.model.identity import uuid_of
from pipeline.run.context import Context, now, timed
from pipeline.run.process import Key, sorted_keys
from pipeline.run.staged_corrections import staged
from pipeline.staging.store import Spool, Staging

NUMBERS = 5
"""Numbers that are tried for the candidate: one that another run took meanwhile is passed over."""

KINDS = ("marks", "duplicates", "remove", "carry", "merged", "refused")
"""Kinds of parts that follow from a plan: those of an earlier try go before the next one."""


GOES = ("suppressed", "gone")
"""Of the fates of live documents that were not read, those after which they are not live."""


class Mark(IntEnum):
    """What a ready document is to the live generation; one byte a document in parts of kind `marks`."""

    UNCHANGED = 0
    CREATED = 1
    UPDATED = 2
    DUPLICATE = 3


def plan(context: Context) -> dict[str, Any]:
    """Compare the ready documents with the live ones, mark each, and make the candidate generation if any is needed.

    Writes parts `marks`, `duplicates` (rejects), `remove` (uuids that go) and `carry` (live documents to copy into an
    empty generation). Returns (and stages as `plan`) planned (an id of this very plan), generation (None where nothing
    changes), index, start_empty, live_index, live_before, expected, created, updated, unchanged, deleted, kept,
    duplicates, withheld, suppressed (of the deleted those that a correction keeps out), unmatched (harmony_ids of
    corrections that speak of no record), seconds.

    Raises:
        FailError: nothing of the harvest could be read, or an incremental run meets an index of another schema.
    """
    result: dict[str, Any] = {"planned": secrets.token_hex(8)}
    with timed(result):
        known = generations(context.client, context.catalogue.name)
        live = next((item for item in known if item.live), None)
        fetched = context.staging.read_json("fetch")
        processed = [context.staging.read_json(f"process/{part:05d}") for part in fetched["parts"]]
        if fetched["listing"] and not fetched.get("still_there"):
            _refuse_unreadable(context, processed)
        start_empty = live is None or (fetched["mode"] == "full" and fetched["listing"] and fetched["complete"])
        if live is not None and not start_empty and live.meta.get("schema_version") != SCHEMA_VERSION:
            raise FailError(
                f"{context.catalogue.name}: the live generation {live.index} was written with schema version "
                f"{live.meta.get('schema_version')}, this is {SCHEMA_VERSION}: run it once with --full, and without "
                "--limit and --since."
            )
        for kind in KINDS:
            context.staging.remove_kind(kind)
        corrections = staged(context.staging)
        result |= _compare(context, live, fetched, processed, frozenset(corrections.suppressed()))
        result["unmatched"] = _unmatched(context, live, fetched, processed, corrections)
        changed = result["created"] + result["updated"] + result["deleted"] > 0
        rebuild = live is not None and start_empty
        result |= {"start_empty": start_empty, "generation": None, "index": None}
        if changed or rebuild:
            result |= _make(context, known, live, start_empty=start_empty)
    context.staging.write_json("plan", result)
    return result


def _refuse_unreadable(context: Context, processed: list[dict[str, Any]]) -> None:
    """A harvest of rejects only is a wrong format or a broken file, not an empty catalogue."""
    rejects: Counter[str] = Counter()
    for item in processed:
        rejects.update(item["rejects"])
    del rejects["suppressed"]
    if not rejects or any(item["read"] for item in processed):
        return
    code, _ = rejects.most_common(1)[0]
    example = next(
        reject
        for part in (item["part"] for item in processed)
        for reject in map(orjson.loads, context.staging.read_part("rejects", part))
        if reject["code"] == code
    )
    raise FailError(
        f"{context.catalogue.name}: none of {rejects.total()} records could be read as {context.catalogue.format}; "
        f"most often {code}, for example {example['record_id']}: {example['message']}. Check the format and the "
        "protocol in the catalogue file, and what the catalogue sends. Nothing in the index has changed."
    )


def _compare(
    context: Context,
    live: Generation | None,
    fetched: dict[str, Any],
    processed: list[dict[str, Any]],
    suppressed: frozenset[str],
) -> dict[str, Any]:
    staging = context.staging
    parts = fetched["parts"]
    marks = {item["part"]: bytearray(item["read"]) for item in processed}
    kept_ids, unnamed = _uuids_of_rejects(context, live, parts)
    told_gone = _uuids_told_gone(context, live, parts)
    whole = fetched["listing"] and fetched["complete"]
    fates = _Fates(
        suppressed=suppressed,
        kept=kept_ids,
        still_there=staging.still_there(),
        told_gone=told_gone if fetched["complete"] else set(),
        whole=whole,
        may_delete=whole and not unnamed,
    )
    counts: Counter[str] = Counter()
    remove, carry, duplicates = Spool(staging, "remove"), Spool(staging, "carry"), Spool(staging, "duplicates")

    seen = _without_duplicates(staging, parts, marks, duplicates)
    pairs = _pairs(context.client, live, seen, kept_ids | told_gone | suppressed, whole=whole)
    for done, (key, old) in enumerate(pairs, start=1):
        if done % 1000 == 0:
            context.progress("plan", done, None)
        if key is not None:
            mark = _mark(key, old)
            counts[mark.name.lower()] += 1
            marks[key.part][key.position] = mark
        elif old is not None:
            fate = fates.of(old)
            counts[fate] += 1
            (remove if fate in GOES else carry).add(old.uuid)
    for spool in (remove, carry, duplicates):
        spool.flush()
    for part, part_marks in marks.items():
        staging.write_part("marks", part, [bytes(part_marks).hex().encode()])
    before = count(context.client, live.index) if live else 0
    return {
        "live_index": live.index if live else None,
        "live_before": before,
        "expected": before + counts["created"] - remove.total,
        "created": counts["created"],
        "updated": counts["updated"],
        "unchanged": counts["unchanged"],
        "duplicates": duplicates.total,
        "deleted": remove.total,
        "kept": counts["kept"],
        "withheld": counts["withheld"],
        "suppressed": counts["suppressed"],
    }


class _Fates(NamedTuple):
    """What becomes of live documents whose record was not read: uuids, and record ids that are still there."""

    suppressed: frozenset[str]
    kept: set[str]
    still_there: frozenset[str]
    told_gone: set[str]
    whole: bool
    may_delete: bool

    def of(self, old: lookup.Live) -> str:
        """`suppressed` and `gone` ones go; `kept` (rejected now), `withheld` (not listed) and `unasked` ones stay."""
        if old.uuid in self.suppressed:
            return "suppressed"
        if old.uuid in self.kept:
            return "kept"
        if old.record_id in self.still_there:
            return "unasked"
        if self.may_delete or old.uuid in self.told_gone:
            return "gone"
        return "withheld" if self.whole else "unasked"


def _pairs(
    client: Elasticsearch, live: Generation | None, seen: Iterator[Key], others: set[str], *, whole: bool
) -> Iterable[tuple[Key | None, lookup.Live | None]]:
    """Pairs of what was harvested and what is live; None where one has no partner."""
    if live is None:
        return ((key, None) for key in seen)
    if whole:
        return _side_by_side(seen, lookup.every(client, live.index))
    return _looked_up(client, live, seen, others)


def _mark(key: Key, old: lookup.Live | None) -> Mark:
    if old is None:
        return Mark.CREATED
    return Mark.UNCHANGED if old.content_hash == key.content_hash else Mark.UPDATED


def _without_duplicates(
    staging: Staging, parts: list[int], marks: dict[int, bytearray], duplicates: Spool
) -> Iterator[Key]:
    """The keys of all parts in the order of uuid, the first of each; the others become rejects."""
    first: Key | None = None
    for key in sorted_keys(staging, parts):
        if first is None or key.uuid != first.uuid:
            first = key
            yield key
        else:
            marks[key.part][key.position] = Mark.DUPLICATE
            duplicates.add(_duplicate(first, key))


def _duplicate(first: Key, other: Key) -> dict[str, Any]:
    return {
        "code": "duplicate_id",
        "field": None,
        "message": f"{other.record_id} has the same local id as {first.record_id}, which came first in this run",
        "record_id": other.record_id,
        "positional": False,
        "at": {"part": other.part, "position": other.position},
        "payload": "",
    }


def _side_by_side(seen: Iterator[Key], live: Iterator[lookup.Live]) -> Iterator[tuple[Key | None, lookup.Live | None]]:
    """The pairs where all was harvested: both are in the order of uuid."""
    key, old = next(seen, None), next(live, None)
    while key is not None or old is not None:
        if old is None or (key is not None and key.uuid < old.uuid):
            yield key, None
            key = next(seen, None)
        elif key is None or old.uuid < key.uuid:
            yield None, old
            old = next(live, None)
        else:
            yield key, old
            key, old = next(seen, None), next(live, None)


def _looked_up(
    client: Elasticsearch, live: Generation, seen: Iterator[Key], others: set[str]
) -> Iterator[tuple[Key | None, lookup.Live | None]]:
    """The pairs where only changes were harvested: live documents are looked up, not listed.

    `others` are the live documents that a reject or a deletion names; those that were harvested too are not repeated.
    """
    others = set(others)
    while batch := list(islice(seen, lookup.BATCH)):
        found = {old.uuid: old for old in lookup.by_uuid(client, live.index, (key.uuid for key in batch))}
        for key in batch:
            others.discard(key.uuid)
            yield key, found.get(key.uuid)
    for old in lookup.by_uuid(client, live.index, sorted(others)):
        yield None, old


def _uuids_of_rejects(context: Context, live: Generation | None, parts: list[int]) -> tuple[set[str], int]:
    """Live documents whose record is rejected now, and how many rejects do not say which records they are about.

    Those name a place, or a file that could not be read at all and may have held any number of records.
    """
    if live is None:
        return set(), 0
    positional = 0
    unread: set[str] = set()

    def record_ids() -> Iterator[str]:
        nonlocal positional
        for part in parts:
            for reject in map(orjson.loads, context.staging.read_part("rejects", part)):
                if reject["code"] == "suppressed":
                    continue
                if reject.get("unread"):
                    unread.add(reject["record_id"])
                elif reject["positional"]:
                    positional += 1
                    continue
                yield reject["record_id"]

    found = set()
    for old in lookup.by_record_id(context.client, live.index, record_ids()):
        found.add(old.uuid)
        unread.discard(old.record_id)
    return found, positional + len(unread)


def _unmatched(
    context: Context,
    live: Generation | None,
    fetched: dict[str, Any],
    processed: list[dict[str, Any]],
    corrections: Corrections,
) -> list[str]:
    """harmony_ids of corrections that speak of no record, as far as the run, or the one before it, can tell."""
    names = corrections.by_id.keys() - {name for item in processed for name in item.get("corrected", ())}
    if live is None:
        return sorted(names) if fetched.get("settled") else []
    uuids = {uuid_of(name): name for name in names}
    names -= {uuids[old.uuid] for old in lookup.by_uuid(context.client, live.index, sorted(uuids))}
    before: list[str] = live.meta.get("unmatched", [])
    if not fetched.get("settled"):
        return sorted(names & {*before})
    if fetched["since"] is None:
        return sorted(names)
    known = live.meta.get("corrections", {}).keys() - {*before}
    return sorted(name for name in names if not (corrections.by_id[name].suppress and name in known))


def _uuids_told_gone(context: Context, live: Generation | None, parts: list[int]) -> set[str]:
    """Live documents whose record the catalogue says is deleted."""
    if live is None:
        return set()
    record_ids = (orjson.loads(line) for part in parts for line in context.staging.read_part("gone", part))
    return {old.uuid for old in lookup.by_record_id(context.client, live.index, record_ids)}


def _make(context: Context, known: list[Generation], live: Generation | None, *, start_empty: bool) -> dict[str, Any]:
    """Make the candidate; what an earlier try of this very run left is made anew."""
    put_template(context.client)
    mine = (item for item in known if item.meta.get("run_id") == context.run_id)
    delete(context.client, (item for item in mine if state(item, live) not in {"live", "previous"}))
    meta = {
        "catalogue": context.catalogue.name,
        "run_id": context.run_id,
        "schema_version": SCHEMA_VERSION,
        "state": "building",
        "made_at": now(),
        "previous": live.number if live else None,
        "watermark": live.meta.get("watermark") if live else None,
        "pinned": None,
        "corrections": live.meta.get("corrections", {}) if live else {},
    }

    def make(number: int) -> bool:
        if live is None or start_empty:
            return create_empty(context.client, context.catalogue.name, number, meta)
        return create_clone(context.client, live, number, meta)

    first = max((item.number for item in known), default=0) + 1
    for number in range(first, first + NUMBERS):
        if make(number):
            return {"generation": number, "index": index_name(context.catalogue.name, number)}
    raise RetryError(
        f"{context.catalogue.name}: others made {index_name(context.catalogue.name, first)} and the {NUMBERS - 1} "
        "after it at this moment. Let one run of a catalogue go on at a time."
    )
