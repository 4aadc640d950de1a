"""Process: raw parts become ready parts (documents) and rejects. Needs staging; no network, no index."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson

from pipeline.catalogue import Catalogue
from pipeline.catalogue.corrections import NONE, Corrections
from pipeline.enrich import enrich
from pipeline.enrich.apply_corrections import apply_correction
from pipeline.errors import RejectError
from pipeline.formats import format_of
from pipeline.model.document import build
from pipeline.model.identity import harmony_id
from pipeline.model.raw import RawRecord, Reject, RejectedRaw, SuppressedError
from pipeline.run.context import Stopwatch
from pipeline.run.keys import Key, write_keys
from pipeline.run.results import FetchResult, ProcessResult
from pipeline.run.staged_corrections import staged
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_lines import unpack
from pipeline.staging.store import Staging


def process(catalogue: Catalogue, staging: Staging, part: int) -> ProcessResult:
    """Read, validate and enrich one raw part; apply the corrections that `fetch` staged.

    Writes parts of the same number and of the kinds `ready`, `keys`, `rejects` and `deletions`.
    """
    stopwatch = Stopwatch()
    corrections = staged(staging)
    harvested_at = FetchResult.staged(staging).started
    ready: list[bytes] = []
    keys: list[Key] = []
    rejects: list[Reject] = []
    deletions: list[str] = []
    corrected: list[str] = []
    for raw in map(unpack, staging.read_part(Kind.RAW, part)):
        if isinstance(raw, RejectedRaw):
            rejects.append(Reject.of_unreadable(raw))
            continue
        if raw.deleted:
            deletions.append(raw.record_id)
            continue
        try:
            document = document_of(catalogue, raw, harvested_at=harvested_at, corrections=corrections)
        except RejectError as error:
            rejects.append(Reject.of_record(raw, error))
            identifier = rejects[-1].harmony_id or ""
        else:
            keys.append(Key(document["uuid"], part, len(ready), document["content_hash"], document["record_id"]))
            ready.append(orjson.dumps(document))
            identifier = document["harmony_id"]
        if identifier in corrections.by_id:
            corrected.append(identifier)
    staging.write_part(Kind.READY, part, ready)
    write_keys(staging, part, sorted(keys))
    staging.write_part(Kind.REJECTS, part, (reject.line() for reject in rejects))
    staging.write_part(Kind.DELETIONS, part, map(orjson.dumps, deletions))
    return ProcessResult(
        part=part,
        read=len(ready),
        deletions=len(deletions),
        rejects=Counter(reject.code for reject in rejects),
        corrected=tuple(corrected),
        seconds=stopwatch.seconds,
    ).stage(staging)


def document_of(
    catalogue: Catalogue, raw: RawRecord, *, harvested_at: str, corrections: Corrections = NONE
) -> dict[str, Any]:
    """The document that a raw record becomes, with the corrections of curators applied.

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
    return document if correction is None else apply_correction(document, correction, harvest_year)
