"""Memory does not grow with the catalogue."""

from __future__ import annotations

import tracemalloc
from hashlib import md5

import orjson

from pipeline.catalogue.digests import digests
from pipeline.model.document import SCHEMA_VERSION
from pipeline.run.context import Context
from pipeline.run.gate import gate
from pipeline.run.keys import Key, sorted_keys, write_keys
from pipeline.run.load import load
from pipeline.run.plan import plan
from pipeline.run.publish import publish
from pipeline.run.results import FetchResult, ProcessResult
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging
from tests.support import Archive

PART = 2000
FEW, MANY = 6_000, 12_000


def stage(context: Context, documents: int, version: int) -> None:
    """Stage what `fetch` and `process` would make of a full snapshot of so many small records."""
    staging = context.staging
    staging.begin()
    parts = list(range(documents // PART))
    for part in parts:
        keys, ready = [], []
        for position in range(PART):
            record = f"r{part * PART + position}"
            uuid = md5(record.encode(), usedforsecurity=False).hexdigest()
            content = f"{record}-{version if position % 2 else 0}"
            keys.append(Key(uuid, part, position, content, record))
            ready.append(orjson.dumps({"uuid": uuid, "record_id": record, "content_hash": content}))
        staging.write_part(Kind.READY, part, ready)
        write_keys(staging, part, sorted(keys))
        ProcessResult(part=part, schema_version=SCHEMA_VERSION, read=PART, deletions=0, rejects={}, seconds=0).stage(
            staging
        )
    FetchResult(
        mode="incremental",
        catalogue_keys=digests(context.catalogue),
        since=None,
        live=None,
        started="2026-01-01T00:00:00Z",
        snapshot=True,
        complete=True,
        watermark=None,
        parts=tuple(parts),
        fetched=documents,
        has_all_changes=True,
        seconds=0,
    ).stage(staging)


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

    keys = list(sorted_keys(staging, [0, 1, 2, 3], at_once=2))

    assert keys == sorted(keys)
    assert len(keys) == 4 * PART
    assert keys == list(sorted_keys(staging, [0, 1, 2, 3]))
