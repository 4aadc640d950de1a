"""Gate: may the candidate go live, or does a person have to decide?"""

from __future__ import annotations

from pipeline.index.generations import finalise, known_and_live, write_meta
from pipeline.index.segments import merge_soon
from pipeline.run.context import Context, Stopwatch, under_lease
from pipeline.run.distributions import distribution
from pipeline.run.fetched import FetchResult
from pipeline.run.gate_reasons import drift, of_counts, pinned
from pipeline.run.load import finish
from pipeline.run.results import GateResult, PlanResult
from pipeline.run.samples import details
from pipeline.run.totals import add_up


@under_lease
def gate(context: Context) -> GateResult:
    """Finish the candidate, count it, and judge the run.

    Raises:
        FailError: the counts of the run do not add up, among them that of the documents in the candidate.
    """
    stopwatch = Stopwatch()
    staging, client, catalogue = context.staging, context.client, context.catalogue
    fetched, plan, totals = FetchResult.staged(staging), PlanResult.staged(staging), add_up(staging)
    if plan.index:
        finish(context, plan)
        finalise(client, plan.index)
        merge_soon(client, plan.index, whole=plan.start_empty)
    before = distribution(client, plan.live_index) if plan.live_index else None
    after = distribution(client, plan.index) if plan.index else before
    documents = after.documents if after else 0
    totals.check(staging, documents)
    known, live = known_and_live(client, catalogue.name)
    reasons = of_counts(catalogue, plan, totals, fetched_all_listed=fetched.fetched_all_listed)
    # A live generation without a watermark was made by runs that were limited, incomplete, or with `since`: it may hold
    # a part of the catalogue only, and shares of a part cannot be compared with shares of all.
    if plan.index and before and after and live is not None and live.meta.watermark:
        reasons += drift(before, after, catalogue)
    if live is not None and live.meta.pinned is not None:
        reasons.append(pinned(catalogue, live.meta.pinned, has_candidate=plan.index is not None))
    result = GateResult(
        plan_id=plan.plan_id,
        verdict="hold" if reasons else "pass",
        reasons=tuple(reason.text for reason in reasons),
        live=documents,
        coverage=after.coverage if after else {},
        doubted=after.doubted if after else 0,
        seconds=stopwatch.seconds,
    )
    for candidate in (item for item in known if item.number == plan.generation):
        if candidate.meta.state not in {"rolled_back", "refused"}:  # else the task is repeated after a person decided
            state = "held" if reasons else "ready"
            write_meta(client, candidate.index, candidate.meta.replaced(state=state))
    details(context, plan, before, after, reasons).stage(staging)
    return result.stage(staging)
