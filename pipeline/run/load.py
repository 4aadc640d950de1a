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
from pipeline.run.context import Context, Stopwatch, under_lease
from pipeline.run.early_load import loaded_early
from pipeline.run.fetched import FetchResult
from pipeline.run.handed_on import planned_part, ready_keys
from pipeline.run.keys import Key
from pipeline.run.ongoing import until
from pipeline.run.results import FinishResult, LoadResult, PlanResult, ProcessResult
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging


class _Wanted(NamedTuple):
    """A document that the candidate is to get: what it changes, its record id, and its place in its part."""

    change: Change
    record_id: str
    position: int


@under_lease
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
    processed = planned_part(staging, plan, part)
    early = loaded_early(staging, plan, processed)
    keys = ready_keys(staging, processed)
    wanted = _wanted(staging, plan, processed, keys)
    if early is None:
        refusals = [*write(context.client, _index(plan), _writes(staging, processed, keys, wanted))]
    else:
        disputed = {
            uuid: wanted[uuid] for uuid in map(orjson.loads, plan.lines(staging, Kind.DISPUTED)) if uuid in wanted
        }
        _delete(context, plan, disputed)  # another document may be there, and this one refused
        refusals = [*write(context.client, _index(plan), _writes(staging, processed, keys, disputed))]
        refusals += [
            item
            for item in (Refusal(*orjson.loads(line)) for line in early.lines(staging, Kind.EARLY_REFUSED))
            if item.id in wanted and item.id not in disputed
        ]
    rejects = (Reject("refused_by_index", None, item.reason, wanted[item.id].record_id) for item in refusals)
    refused = staging.write_part(Kind.REFUSED, part, map(Reject.line, rejects))
    kept = [item.id for item in refusals if wanted[item.id].change is not Change.CREATED]
    if kept and plan.start_empty:
        _copy(context, plan, kept)
    return LoadResult(
        part=part,
        plan_id=plan.plan_id,
        written=len(wanted) - len(refusals),
        refused=Counter(wanted[item.id].change.name.lower() for item in refusals),
        sums={Kind.REFUSED: (refused,)},
        seconds=stopwatch.seconds + (early.seconds if early else 0),
    ).stage(staging)


def finish(context: Context, plan: PlanResult) -> None:
    """Delete what must not be in the candidate, and copy live documents into one that started empty; once.

    The years of ongoing studies are extended to that of the run.
    """
    staging = context.staging
    if _is_finished(staging, plan):
        return
    kind = Kind.STRAY if plan.start_empty else Kind.DELETE
    _delete(context, plan, map(orjson.loads, plan.lines(staging, kind)))
    if plan.start_empty:
        _copy(context, plan, map(orjson.loads, plan.lines(staging, Kind.COPY)))
    _extend_ongoing(context, plan)
    FinishResult(plan_id=plan.plan_id).stage(staging)


def _index(plan: PlanResult) -> str:
    if plan.index is None:
        raise FailError("The run changes nothing, so there is no candidate to load. Run the catalogue again.")
    return plan.index


def _is_finished(staging: Staging, plan: PlanResult) -> bool:
    return FinishResult.is_staged(staging) and FinishResult.staged(staging).plan_id == plan.plan_id


def _delete(context: Context, plan: PlanResult, uuids: Iterable[str]) -> None:
    _refuse_refusals(write(context.client, _index(plan), (Write(uuid, None) for uuid in uuids)))


def _extend_ongoing(context: Context, plan: PlanResult) -> None:
    """Let the documents of ongoing studies cover the year of the run; those that were made anew do so already."""
    year = int(FetchResult.staged(context.staging).started[:4])
    uuids = map(orjson.loads, plan.lines(context.staging, Kind.AGEING))
    found = lookup.with_vectors(context.client, _index(plan), uuids)
    writes = (
        Write(uuid, orjson.dumps(until(source, year)))
        for uuid, source in found
        if source.get("ongoing") and source.get("years", [year])[-1] < year
    )
    _refuse_refusals(write(context.client, _index(plan), writes))


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


def _wanted(staging: Staging, plan: PlanResult, processed: ProcessResult, keys: Iterable[Key]) -> dict[str, _Wanted]:
    """Of ready documents those that the candidate is to get, by uuid: in an empty one all, else what differs."""
    changing = {Change.CREATED, Change.UPDATED} | ({Change.UNCHANGED} if plan.start_empty else set())
    changes = [*read_changes(staging, plan.part_of(Kind.CHANGES, processed.part))]
    return {
        key.uuid: _Wanted(changes[key.position], key.record_id, key.position)
        for key in keys
        if changes[key.position] in changing
    }


def _writes(
    staging: Staging, processed: ProcessResult, keys: Iterable[Key], wanted: dict[str, _Wanted]
) -> Iterator[Write]:
    """The wanted ones of the ready documents, which have these keys."""
    positions = {item.position for item in wanted.values()}
    lines = zip(keys, processed.lines(staging, Kind.READY), strict=True) if wanted else ()
    return (Write(key.uuid, line) for key, line in lines if key.position in positions)
