"""Memory does not grow with the catalogue."""

from __future__ import annotations

import tracemalloc
from hashlib import md5

import orjson

from pipeline.catalogue.corrections import NONE
from pipeline.run.context import Context
from pipeline.run.gate import gate
from pipeline.run.keys import Key, line_of, sorted_keys
from pipeline.run.load import load
from pipeline.run.plan import plan
from pipeline.run.publish import publish
from pipeline.run.results import ProcessResult
from pipeline.run.rules import rules_digest
from pipeline.run.staged_corrections import stage as stage_corrections
from pipeline.staging.kinds import Kind
from pipeline.staging.store import PartSum, Staging
from tests.support import Archive, fetch_result

PART = 2000
FEW, MANY = 6_000, 12_000


def stage(context: Context, documents: int, version: int) -> None:
    """Stage what `fetch` and `process` would make of a full snapshot of so many small records."""
    staging = context.staging
    staging.begin()
    parts = range(documents // PART)
    for part in parts:
        keys, ready = [], []
        for position in range(PART):
            record = f"r{part * PART + position}"
            uuid = md5(record.encode(), usedforsecurity=False).hexdigest()
            content = f"{record}-{version if position % 2 else 0}"
            keys.append(Key(uuid, part, position, content, record, positional=False))
            named = {"harmony_id": f"memory/{record}", "name": record}
            ready.append(orjson.dumps({"uuid": uuid, "record_id": record, "content_hash": content, **named}))
        written = {Kind.READY: ready, Kind.KEYS: map(line_of, sorted(keys)), Kind.REJECTS: (), Kind.DELETIONS: ()}
        ProcessResult(
            part=part,
            rules=rules_digest(),
            read=PART,
            carried=0,
            deletions=0,
            rejects={},
            repeated=0,
            sums={kind: (staging.write_part(kind, part, lines),) for kind, lines in written.items()},
            seconds=0,
        ).stage(staging)
    raw = [PartSum(part, PART, "") for part in parts]
    corrections = stage_corrections(NONE, staging)
    fetch_result(context.catalogue, raw=raw, corrections=corrections, live=version - 1 or None).stage(staging)


def peak_of_plan(archive: Archive, documents: int) -> int:
    """Bytes of Python objects at most, while a harvest is compared with as many live documents."""
    first, second = (archive.context(f"{documents}-{number}") for number in (1, 2))
    stage(first, documents, 1)
    plan(first)
    for part in range(documents // PART):
        load(first, part)
    gate(first)
    assert publish(first).live == documents
    stage(second, documents, 2)
    tracemalloc.start()
    planned = plan(second)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (planned.updated, planned.unchanged, planned.deleted) == (documents // 2, documents // 2, 0)
    return peak


def test_comparing_twice_the_documents_takes_no_more_memory(archive: Archive) -> None:
    few = peak_of_plan(archive, FEW)
    archive.retire()
    many = peak_of_plan(archive, MANY)

    assert many - few < 100 * (MANY - FEW), "a key that is held takes some 400 bytes"


def test_keys_of_more_parts_than_may_be_open_at_once_come_in_order(archive: Archive) -> None:
    context = archive.context("run-1")
    stage(context, 4 * PART, 1)
    staging = Staging(archive.name, "run-1")

    parts = [ProcessResult.of_part(staging, part).part_of(Kind.KEYS, part) for part in range(4)]

    keys = list(sorted_keys(staging, parts, at_once=2))

    assert keys == sorted(keys)
    assert len(keys) == 4 * PART
    assert keys == list(sorted_keys(staging, parts))
