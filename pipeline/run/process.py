"""Process: raw parts become ready parts (documents) and rejects. Needs staging; no network, no index."""

from __future__ import annotations

from collections import Counter

import orjson

from pipeline.catalogue import Catalogue
from pipeline.model.built import Built
from pipeline.model.document import SCHEMA_VERSION
from pipeline.model.raw import RawRecord, Reject
from pipeline.run.context import Stopwatch
from pipeline.run.keys import Key, line_of
from pipeline.run.outcome import Deletion, document_of, outcome_of
from pipeline.run.repeats import counting_lines
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
    fetched = FetchResult.staged(staging)
    corrections = staged(staging, fetched)

    def read(raw: RawRecord) -> Built:
        return document_of(catalogue, raw, harvested_at=fetched.harvested_at, corrections=corrections)

    ready: list[bytes] = []
    keys: list[Key] = []
    rejects: list[Reject] = []
    deletions: list[str] = []
    corrected: list[str] = []
    for raw in map(unpack, counting_lines(staging, fetched, part)):
        outcome = outcome_of(raw, read)
        if isinstance(outcome, Deletion):
            deletions.append(outcome.record_id)
            continue
        if isinstance(outcome, Reject):
            rejects.append(outcome)
            identifier = outcome.harmony_id or ""
        else:
            made = outcome.value
            keys.append(Key(made.uuid, part, len(ready), made.content_hash, made.record_id, positional=raw.positional))
            ready.append(made.line)
            identifier = made.harmony_id
        if identifier in corrections.by_id:
            corrected.append(identifier)
    written = {
        Kind.READY: ready,
        Kind.KEYS: map(line_of, sorted(keys)),
        Kind.REJECTS: map(Reject.line, rejects),
        Kind.DELETIONS: map(orjson.dumps, deletions),
    }
    return ProcessResult(
        part=part,
        schema_version=SCHEMA_VERSION,
        read=len(ready),
        deletions=len(deletions),
        rejects=Counter(reject.code for reject in rejects),
        repeated=fetched.repeated_in(part),
        corrected=tuple(corrected),
        sums={kind: (staging.write_part(kind, part, lines),) for kind, lines in written.items()},
        seconds=stopwatch.seconds,
    ).stage(staging)
