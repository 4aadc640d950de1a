"""Results of all parts, as the next stage takes them over: each is there, and its counts are those of the stage before.

What a later stage reads is checked while it is read (`pipeline/staging/store.py`); here the results themselves are.
"""

from __future__ import annotations

from pipeline.errors import FailError
from pipeline.run.fetched import FetchResult
from pipeline.run.keys import Key, keys_of
from pipeline.run.results import LoadResult, PlanResult, ProcessResult
from pipeline.run.staged import PartResult
from pipeline.staging.kinds import Kind
from pipeline.staging.store import PartSum, Staging


def processed_parts(staging: Staging, fetched: FetchResult, plan: PlanResult | None = None) -> list[ProcessResult]:
    """What became of each raw part, in their order.

    Raises:
        FailError: the result of a part is missing or damaged, does not account for each line of its raw part, or is not
            the one that `plan` is for.
    """
    found = [ProcessResult.of_part(staging, part) for part in fetched.parts]
    planned = None if plan is None else frozenset(plan.keys)
    for raw, item in zip(fetched.sums[Kind.RAW], found, strict=True):
        lines = {kind: item.lines_of(kind) for kind in item.WRITES}
        _refuse_difference(staging, item, "raw records", raw.lines, item.records + item.repeated)
        _refuse_difference(staging, item, "repeated records", fetched.repeated_in(raw.part), item.repeated)
        _refuse_difference(staging, item, "documents", item.read - item.carried, lines[Kind.READY])
        _refuse_difference(
            staging, item, "keys of raw records", raw.lines, fetched.part_of(Kind.RAW_KEYS, raw.part).lines
        )
        _refuse_difference(staging, item, "documents with a key", item.read, lines[Kind.KEYS])
        _refuse_difference(staging, item, "rejects", item.rejected, lines[Kind.REJECTS])
        _refuse_difference(staging, item, "deletions", item.deletions, lines[Kind.DELETIONS])
        if planned is not None:
            _refuse_other_documents(staging, item, planned)
    return found


def planned_part(staging: Staging, plan: PlanResult, part: int) -> ProcessResult:
    """What became of one raw part, for which the plan was made.

    Raises:
        FailError: the result is missing or damaged, or the part was processed again since, with another outcome.
    """
    found = ProcessResult.of_part(staging, part)
    _refuse_other_documents(staging, found, frozenset(plan.keys))
    return found


def ready_keys(staging: Staging, processed: ProcessResult) -> list[Key]:
    """The keys of the ready documents of a part, in their order."""
    keys = (key for key in keys_of(processed.lines(staging, Kind.KEYS)) if not key.carried)
    return sorted(keys, key=lambda key: key.position)


def loaded_parts(staging: Staging, fetched: FetchResult, plan: PlanResult) -> list[LoadResult]:
    """What became of the documents of each part; nothing where the run makes no candidate.

    Raises:
        FailError: the result of a part is missing or damaged, or is that of an earlier plan.
    """
    found = [LoadResult.of_part(staging, part) for part in fetched.parts if plan.index]
    for item in found:
        refuse_other_plan(staging, item.plan_id, plan)
        _refuse_difference(staging, item, "refused documents", sum(item.refused.values()), item.lines_of(Kind.REFUSED))
    return found


def refuse_other_plan(staging: Staging, plan_id: str, plan: PlanResult) -> None:
    """Refuse what a stage did for an earlier plan.

    Raises:
        FailError: it did.
    """
    if plan_id != plan.plan_id:
        raise FailError(
            f"{staging.catalogue}: run {staging.run_id} was planned again after a later stage. What is live is "
            "untouched: run the catalogue again."
        )


def _refuse_other_documents(staging: Staging, processed: ProcessResult, planned: frozenset[PartSum]) -> None:
    if not planned.issuperset(processed.sums[Kind.KEYS]):
        raise FailError(
            f"{staging.catalogue}: part {processed.part} of run {staging.run_id} has other documents than those that "
            "were planned. What is live is untouched: run the catalogue again."
        )


def _refuse_difference(staging: Staging, result: PartResult, what: str, expected: int, found: int) -> None:
    if expected != found:
        raise FailError(
            f"{staging.catalogue}: {what} of part {result.part} of run {staging.run_id} do not add up after "
            f"{result.NAME}: {expected:,} were expected, {found:,} are there. What is live is untouched: run the "
            "catalogue again."
        )
