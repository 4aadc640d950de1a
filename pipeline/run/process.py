"""Process: raw parts become ready parts (documents) and rejects. A record that did not change is not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

import orjson

from pipeline.index import lookup
from pipeline.model.built import Built
from pipeline.model.identity import uuid_of
from pipeline.model.raw import Reject
from pipeline.run.carry_over import Carried, carried_over
from pipeline.run.context import Context, Stopwatch
from pipeline.run.early_load import load_early
from pipeline.run.fetched import FetchResult
from pipeline.run.keys import Key, line_of
from pipeline.run.outcome import Deletion, Read, document_of, outcome_of
from pipeline.run.repeats import RawLine, counting_keys, counting_lines
from pipeline.run.results import ProcessResult
from pipeline.run.rules import rules_digest
from pipeline.run.staged_corrections import staged
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_lines import RawKey, unpack
from pipeline.staging.store import PartSum, Staging


def process(context: Context, part: int, carried: Carried | None = None) -> ProcessResult:
    """Read, validate and enrich one raw part; apply the corrections that `fetch` staged.

    Writes parts of the same number and of the kinds `ready`, `keys`, `rejects` and `deletions`.

    Args:
        context: the run.
        part: number of the part.
        carried: what is carried over of it, where that was looked up already.
    """
    stopwatch = Stopwatch()
    staging = context.staging
    fetched = FetchResult.staged(staging)
    corrections = staged(staging, fetched)

    document = partial(document_of, context.catalogue, harvested_at=fetched.harvested_at, corrections=corrections)
    if carried is None:
        carried = carried_over(context, fetched, part)
    outcomes = _Outcomes(part, {uuid_of(name): name for name in corrections.by_id})
    for position, key, line in _lines(staging, fetched, part, carried):
        if position in carried:
            outcomes.carry_over(key, carried[position])
        else:
            outcomes.add(key, outcome_of(unpack(line), partial(document, raw_digest=key.digest)))
    result = ProcessResult(
        part=part,
        rules=rules_digest(),
        read=len(outcomes.keys),
        carried=len(carried),
        deletions=len(outcomes.deletions),
        rejects=Counter(reject.code for reject in outcomes.rejects),
        repeated=fetched.repeated_in(part),
        corrected=tuple(outcomes.corrected),
        sums=outcomes.stage(staging),
        seconds=stopwatch.seconds,
    ).stage(staging)
    load_early(context, result, outcomes.ready)
    return result


def _lines(staging: Staging, fetched: FetchResult, part: int, carried: Carried) -> Iterator[RawLine]:
    """The lines of a raw part that count; where all are carried over, their keys alone."""
    if len(carried) < fetched.part_of(Kind.RAW, part).lines - fetched.repeated_in(part):
        return counting_lines(staging, fetched, part)
    return (RawLine(position, key, b"") for position, key in counting_keys(staging, fetched, part))


class _Outcomes:
    """What the records of one raw part became."""

    def __init__(self, part: int, corrected: dict[str, str]) -> None:
        self.keys: list[Key] = []
        self.rejects: list[Reject] = []
        self.deletions: list[str] = []
        self.corrected: list[str] = []
        self._part = part
        self.ready: list[tuple[Key, bytes]] = []
        self._by_uuid = corrected

    def carry_over(self, key: RawKey, old: lookup.Live) -> None:
        """A record did not change."""
        self._add_key(old.uuid, old.content_hash, key, carried=True)

    def add(self, key: RawKey, outcome: Read[Built] | Reject | Deletion) -> None:
        """A record was read."""
        if isinstance(outcome, Deletion):
            self.deletions.append(outcome.record_id)
        elif isinstance(outcome, Reject):
            self.rejects.append(outcome)
            if outcome.harmony_id is not None:  # a correction suppresses it
                self.corrected.append(outcome.harmony_id)
        else:
            made = self._add_key(outcome.value.uuid, outcome.value.content_hash, key, carried=False)
            self.ready.append((made, outcome.value.line))

    def stage(self, staging: Staging) -> dict[Kind, tuple[PartSum, ...]]:
        """Write the parts."""
        written = {
            Kind.READY: (line for _, line in self.ready),
            Kind.KEYS: map(line_of, sorted(self.keys)),
            Kind.REJECTS: map(Reject.line, self.rejects),
            Kind.DELETIONS: map(orjson.dumps, self.deletions),
        }
        return {kind: (staging.write_part(kind, self._part, lines),) for kind, lines in written.items()}

    def _add_key(self, uuid: str, content_hash: str, key: RawKey, *, carried: bool) -> Key:
        made = Key(uuid, self._part, len(self.keys), content_hash, key.record_id, key.positional, carried)
        self.keys.append(made)
        if uuid in self._by_uuid:
            self.corrected.append(self._by_uuid[uuid])
        return made
