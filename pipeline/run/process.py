"""Process: raw parts become ready parts (documents) and rejects. Pure but for staging: no network, no index."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from pipeline.catalogue import Catalogue
from pipeline.catalogue.corrections import NONE, Corrections
from pipeline.enrich import enrich
from pipeline.enrich.apply_corrections import overrule
from pipeline.errors import RejectError
from pipeline.formats import format_of
from pipeline.model.document import build
from pipeline.model.identity import harmony_id
from pipeline.model.raw import RawRecord
from pipeline.run.context import timed
from pipeline.run.staged_corrections import staged
from pipeline.staging.store import Staging, unpack_raw

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

    Corrections are those that `fetch` staged. Writes parts of the same number: `ready` (a document a line), `keys` (a
    `Key` a line, sorted), `rejects`, `gone` (record ids that the catalogue says are deleted). Returns (and stages as
    `process/<part>`) read, deletions, rejects by code, corrected (harmony_ids that corrections speak of), and seconds.
    """
    ready: list[bytes] = []
    keys: list[Key] = []
    rejects: list[dict[str, Any]] = []
    gone: list[str] = []
    result: dict[str, Any] = {"part": part}
    corrected: list[str] = []
    harvested_at = staging.read_json("fetch")["started"]
    with timed(result):
        corrections = staged(staging)
        for line in staging.read_part("raw", part):
            outcome = _outcome(catalogue, line, harvested_at, corrections)
            if isinstance(outcome, str):
                gone.append(outcome)
                continue
            if outcome.get("harmony_id") in corrections.by_id:
                corrected.append(outcome["harmony_id"])
            if "code" in outcome:
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
        "corrected": corrected,
    }
    staging.write_json(f"process/{part:05d}", result)
    return result


def document_of(
    catalogue: Catalogue, raw: RawRecord, *, harvested_at: str, corrections: Corrections = NONE
) -> dict[str, Any]:
    """The document that a raw record becomes, a curator's corrections applied.

    Raises:
        RejectError: it cannot become one, or is suppressed (`SuppressedError`).
    """
    fmt = format_of(catalogue)
    record = fmt.read(raw.payload or b"")
    identifier = harmony_id(record, raw, catalogue.id_source) if corrections.by_id else ""
    correction = corrections.by_id.get(identifier)
    if correction is not None and correction.suppress:
        raise SuppressedError(identifier, correction.reason)
    harvest_year = int(harvested_at[:4])
    facets = enrich(
        record,
        defaults=catalogue.defaults.model_dump(exclude_none=True),
        resource_type=fmt.resource_type,
        harvest_year=harvest_year,
    )
    document = build(
        record,
        raw,
        facets,
        catalogue=catalogue.name,
        source=catalogue.id_source,
        harvested_at=harvested_at,
    )
    return document if correction is None else overrule(document, correction, harvest_year)


class SuppressedError(RejectError):
    """A raw record that a correction keeps out of the index."""

    def __init__(self, identifier: str, reason: str) -> None:
        super().__init__("suppressed", f"{identifier} is suppressed: {reason}")
        self.harmony_id = identifier


def reject_of(raw: RawRecord, error: RejectError) -> dict[str, Any]:
    """The quarantine's line for a refused raw record: code, field, message, where it stood, and its payload.

    A suppressed record is named, and its payload left out: it may be what has to be taken down.
    """
    payload = (raw.payload or b"")[:MAX_KEPT_PAYLOAD].decode("utf-8", errors="replace")
    if isinstance(error, SuppressedError):
        return {**_reject(raw, error, ""), "harmony_id": error.harmony_id}
    return _reject(raw, error, payload)


def _reject(raw: RawRecord, error: RejectError, payload: str) -> dict[str, Any]:
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


def _outcome(catalogue: Catalogue, line: bytes, harvested_at: str, corrections: Corrections) -> dict[str, Any] | str:
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
        return document_of(catalogue, raw, harvested_at=harvested_at, corrections=corrections)
    except RejectError as error:
        return reject_of(raw, error)
