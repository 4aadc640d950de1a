"""Process: raw parts become ready parts (documents) and rejects. Pure but for staging: no network, no index."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from pipeline.catalogue import Catalogue
from pipeline.document import build
from pipeline.enrich import enrich
from pipeline.errors import RejectError
from pipeline.formats import format_of
from pipeline.record import RawRecord
from pipeline.stages.context import timed
from pipeline.staging import Staging, unpack_raw

MAX_KEPT_PAYLOAD = 100_000
"""Bytes of a rejected payload that the quarantine keeps: enough to see what is wrong with it."""


class Key(NamedTuple):
    """A ready document in few words; sorts by uuid, then by place in the harvest."""

    uuid: str
    part: int
    position: int
    content_hash: str
    record_id: str


def process(catalogue: Catalogue, staging: Staging, part: int) -> dict[str, Any]:
    """Read, validate and enrich one raw part.

    Writes parts of the same number: `ready` (a document a line), `keys` (a `Key` a line, sorted), `rejects`, `gone`
    (record ids that the catalogue says are deleted). Returns (and stages as `process/<part>`) read, deletions,
    rejects by code, and seconds.
    """
    ready: list[bytes] = []
    keys: list[Key] = []
    rejects: list[dict[str, Any]] = []
    gone: list[str] = []
    result: dict[str, Any] = {"part": part}
    harvested_at = staging.read_json("fetch")["started"]
    with timed(result):
        for line in staging.read_part("raw", part):
            outcome = _outcome(catalogue, line, harvested_at)
            if isinstance(outcome, str):
                gone.append(outcome)
            elif "code" in outcome:
                rejects.append(outcome)
            else:
                keys.append(Key(outcome["uuid"], part, len(ready), outcome["content_hash"], outcome["record_id"]))
                ready.append(orjson.dumps(outcome))
        staging.write_part("ready", part, ready)
        staging.write_part("keys", part, (orjson.dumps([*key]) for key in sorted(keys)))
        staging.write_part("rejects", part, map(orjson.dumps, rejects))
        staging.write_part("gone", part, map(orjson.dumps, gone))
    result |= {
        "read": len(ready),
        "deletions": len(gone),
        "rejects": dict(Counter(item["code"] for item in rejects)),
    }
    staging.write_json(f"process/{part:05d}", result)
    return result


def document_of(catalogue: Catalogue, raw: RawRecord, *, harvested_at: str) -> dict[str, Any]:
    """The document that a raw record becomes.

    Raises:
        RejectError: it cannot become one.
    """
    fmt = format_of(catalogue)
    record = fmt.read(raw.payload or b"")
    facets = enrich(
        record,
        defaults=catalogue.defaults.model_dump(exclude_none=True),
        resource_type=fmt.resource_type,
        harvest_year=int(harvested_at[:4]),
    )
    return build(
        record,
        raw,
        facets,
        catalogue=catalogue.name,
        source=catalogue.id_source,
        harvested_at=harvested_at,
    )


def reject_of(raw: RawRecord, error: RejectError) -> dict[str, Any]:
    """The quarantine's line for a refused raw record: code, field, message, where it stood, and its payload."""
    payload = (raw.payload or b"")[:MAX_KEPT_PAYLOAD].decode("utf-8", errors="replace")
    return {
        "code": error.code,
        "field": error.field,
        "message": str(error),
        "record_id": raw.record_id,
        "positional": raw.positional,
        "at": raw.at,
        "payload": payload,
    }


def read_keys(staging: Staging, part: int, kind: str = "keys") -> Iterator[Key]:
    """The sorted keys of one part."""
    for line in staging.read_part(kind, part):
        yield Key(*orjson.loads(line))


def sorted_keys(staging: Staging, parts: list[int], at_once: int = 200) -> Iterator[Key]:
    """The keys of all parts in order, with `at_once` files open at most.

    More parts than that are merged into parts of kind `merged` first; enough for `at_once` squared.
    """
    if len(parts) > at_once:
        groups = [parts[start : start + at_once] for start in range(0, len(parts), at_once)]
        for number, group in enumerate(groups):
            lines = (orjson.dumps([*key]) for key in sorted_keys(staging, group, at_once))
            staging.write_part("merged", number, lines)
        return heapq.merge(*(read_keys(staging, number, "merged") for number in range(len(groups))))
    return heapq.merge(*(read_keys(staging, part) for part in parts))


def _outcome(catalogue: Catalogue, line: bytes, harvested_at: str) -> dict[str, Any] | str:
    """A document, a reject (it has a `code`), or the record id of a deletion."""
    value = orjson.loads(line)
    if "reject" in value:
        rejected: dict[str, Any] = value["reject"]
        unread = rejected["at"] is None and rejected["code"] != "too_large"
        return {"field": None, "payload": "", **rejected, "unread": unread}
    raw = unpack_raw(line)
    if raw.deleted:
        return raw.record_id
    try:
        return document_of(catalogue, raw, harvested_at=harvested_at)
    except RejectError as error:
        return reject_of(raw, error)
