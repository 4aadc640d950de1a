"""Load: ready documents into the candidate generation, a part at a time; then deletions and copies of live ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from pipeline.errors import FailError
from pipeline.index import lookup
from pipeline.index.bulk import Refusal, Write, write
from pipeline.model.document import Document
from pipeline.model.raw import Reject
from pipeline.run.compare import Change, read_changes
from pipeline.run.context import Context, Stopwatch
from pipeline.run.keys import read_keys
from pipeline.run.results import FinishResult, LoadResult, PlanResult
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging


class _Sent(NamedTuple):
    """A document that was sent: what it changes, and its record id."""

    change: Change
    record_id: str


def load(context: Context, part: int) -> LoadResult:
    """Write those documents of one part that the candidate does not have yet.

    A document that Elasticsearch refuses becomes a reject (part of kind `refused`); its live predecessor, if there is
    one, is kept.
    """
    stopwatch = Stopwatch()
    staging = context.staging
    plan = PlanResult.staged(staging)
    if _is_finished(staging, plan):  # all parts were loaded, and the candidate is closed for writing
        return LoadResult.of_part(staging, part)
    sent: dict[str, _Sent] = {}
    refusals = list(write(context.client, _index(plan), _writes(staging, part, sent, everything=plan.start_empty)))
    rejects = (Reject("refused_by_index", None, item.reason, sent[item.id].record_id) for item in refusals)
    staging.write_part(Kind.REFUSED, part, (reject.line() for reject in rejects))
    kept = [item.id for item in refusals if sent[item.id].change is not Change.CREATED]
    if kept and plan.start_empty:
        _copy(context, plan, kept)
    return LoadResult(
        part=part,
        written=len(sent) - len(refusals),
        refused=Counter(sent[item.id].change.name.lower() for item in refusals),
        seconds=stopwatch.seconds,
    ).stage(staging)


def finish(context: Context, plan: PlanResult) -> None:
    """Apply deletions to a clone, or copy live documents into a generation that started empty; once."""
    staging = context.staging
    if _is_finished(staging, plan):
        return
    for part in staging.parts(Kind.DELETE) if not plan.start_empty else []:
        deletions = (Write(orjson.loads(line), None) for line in staging.read_part(Kind.DELETE, part))
        _refuse_refusals(write(context.client, _index(plan), deletions))
    for part in staging.parts(Kind.COPY) if plan.start_empty else []:
        _copy(context, plan, map(orjson.loads, staging.read_part(Kind.COPY, part)))
    FinishResult(plan_id=plan.plan_id).stage(staging)


def _index(plan: PlanResult) -> str:
    if plan.index is None:
        raise FailError("The run changes nothing, so there is no candidate to load. Run the catalogue again.")
    return plan.index


def _is_finished(staging: Staging, plan: PlanResult) -> bool:
    return FinishResult.is_staged(staging) and FinishResult.staged(staging).plan_id == plan.plan_id


def _copy(context: Context, plan: PlanResult, uuids: Iterable[str]) -> None:
    """Copy live documents into the candidate; nothing where nothing is live."""
    if plan.live_index is not None:
        found = lookup.sources(context.client, plan.live_index, uuids)
        writes = (Write(uuid, orjson.dumps(_known_fields(source))) for uuid, source in found)
        _refuse_refusals(write(context.client, _index(plan), writes))


def _known_fields(source: dict[str, Any]) -> dict[str, Any]:
    """A live document without fields that the mapping no longer has, as it would refuse them."""
    return {name: value for name, value in source.items() if name in Document.model_fields}


def _refuse_refusals(refusals: Iterator[Refusal]) -> None:
    for refusal in refusals:
        raise FailError(f"Elasticsearch refused a change of the live document {refusal.id}: {refusal.reason}")


def _writes(staging: Staging, part: int, sent: dict[str, _Sent], *, everything: bool) -> Iterator[Write]:
    """The documents that the candidate lacks: all in an empty one, else new and changed ones; adds each to `sent`."""
    wanted = {Change.CREATED, Change.UPDATED} | ({Change.UNCHANGED} if everything else set())
    keys = sorted(read_keys(staging, part), key=lambda key: key.position)
    for change, key, line in zip(read_changes(staging, part), keys, staging.read_part(Kind.READY, part), strict=True):
        if change in wanted:
            sent[key.uuid] = _Sent(change, key.record_id)
            yield Write(key.uuid, line)
