"""Gate: may the candidate go live, or does a person have to decide?"""

from __future__ import annotations

from itertools import islice
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline.catalogue import Catalogue
from pipeline.index.client import ask
from pipeline.index.generations import finalise, known_and_live, write_meta
from pipeline.model.facets import NAMES, WATCHED
from pipeline.run.context import Context, Stopwatch, under_lease
from pipeline.run.load import finish
from pipeline.run.results import FetchResult, GateResult, PlanResult
from pipeline.run.totals import Totals, add_up

FEW = 5
"""Changes to this many documents or fewer never hold a run."""

COMMON = 10
"""Number of the most common values of a facet, before or after, whose share is watched."""

VALUES = 1000
"""Number of values of a facet that are counted: more than the watched vocabularies have in use."""


class Profile(NamedTuple):
    """Documents of an index, how many have each facet, and the values of the watched facets, most common first."""

    documents: int
    coverage: dict[str, int]
    values: dict[str, dict[str, int]]


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
    before = profile(client, plan.live_index) if plan.live_index else None
    after = profile(client, plan.index) if plan.index else before
    totals.check(staging, after.documents if after else 0)
    known, live = known_and_live(client, catalogue.name)
    reasons = _reasons(catalogue, plan, totals, fetched_all_listed=fetched.fetched_all_listed)
    # A live generation without a watermark was made by runs that were limited, incomplete, or with `since`: it may hold
    # a part of the catalogue only, and shares of a part cannot be compared with shares of all.
    if plan.index and before and after and live is not None and live.meta.watermark:
        reasons += drift(before, after, catalogue)
    if live is not None and live.meta.pinned is not None:
        reasons.append(
            f"pinned: {catalogue.name} was rolled back at {live.meta.pinned.at}; "
            "`promote` lets the candidate go live, `unpin` lets later runs go live again"
        )
    result = GateResult(
        plan_id=plan.plan_id,
        verdict="hold" if reasons else "pass",
        reasons=tuple(reasons),
        live=after.documents if after else 0,
        coverage=after.coverage if after else {},
        seconds=stopwatch.seconds,
    )
    for candidate in (item for item in known if item.number == plan.generation):
        if candidate.meta.state != "rolled_back":  # else the task is repeated after a person decided
            state = "held" if reasons else "ready"
            write_meta(client, candidate.index, candidate.meta.replaced(state=state))
    return result.stage(staging)


def profile(client: Elasticsearch, index: str) -> Profile:
    """Count the documents of an index by facet and by value."""
    aggregations: dict[str, Any] = {name: {"filter": {"exists": {"field": name}}} for name in NAMES}
    aggregations |= {f"values:{name}": {"terms": {"field": name, "size": VALUES}} for name in WATCHED}
    answer = ask(lambda: client.search(index=index, size=0, track_total_hits=True, aggs=aggregations))
    found = answer["aggregations"]
    return Profile(
        documents=answer["hits"]["total"]["value"],
        coverage={name: found[name]["doc_count"] for name in NAMES if found[name]["doc_count"]},
        values={
            name: {bucket["key"]: bucket["doc_count"] for bucket in found[f"values:{name}"]["buckets"]}
            for name in WATCHED
        },
    )


def drift(before: Profile, after: Profile, catalogue: Catalogue) -> list[str]:
    """Facets whose coverage, or one of whose common values, moved by more than `max_drift` of the documents."""
    pairs = [(name, before.coverage.get(name, 0), after.coverage.get(name, 0)) for name in NAMES]
    for name in WATCHED:
        old, new = before.values[name], after.values[name]
        common = sorted({*islice(old, COMMON), *islice(new, COMMON)})
        pairs += [(f"{name} = {value}", old.get(value, 0), new.get(value, 0)) for value in common]
    reasons = []
    for what, old_count, new_count in pairs:
        old_share = old_count / max(before.documents, 1)
        new_share = new_count / max(after.documents, 1)
        shift = abs(new_share - old_share)
        if shift > catalogue.max_drift and shift * before.documents > FEW:
            reasons.append(
                f"max_drift: {what} went from {old_share:.0%} to {new_share:.0%} of the documents; "
                f"the limit is {catalogue.max_drift * 100:g} points"
            )
    return reasons


def _reasons(catalogue: Catalogue, plan: PlanResult, totals: Totals, *, fetched_all_listed: bool) -> list[str]:
    """Why a person has to decide, from the counts alone. What curators take out counts against no limit."""
    reasons = []
    live = plan.live_before - plan.suppressed
    deleted = totals.deleted - plan.suppressed
    rejected = totals.rejected - totals.rejects.get("suppressed", 0)
    if live and deleted == live:
        new = f"; {totals.created} documents are new, so ids may have changed" if totals.created else ""
        reasons.append(f"empty: the catalogue no longer lists any of its {live} live documents{new}")
    elif deleted > FEW and deleted > catalogue.max_drop * live:
        reasons.append(
            f"max_drop: {deleted} of {live} live documents would be deleted ({deleted / live:.0%}); "
            f"the limit is {catalogue.max_drop:.0%}"
        )
    # Where only changes were fetched, rejects are measured against all that is live.
    records = totals.fetched if fetched_all_listed else max(totals.fetched, live)
    if rejected > FEW and rejected > catalogue.max_rejects * records:
        reasons.append(
            f"max_rejects: {rejected} of {records} records were rejected ({rejected / records:.0%}); "
            f"the limit is {catalogue.max_rejects:.0%}"
        )
    return reasons
