"""The counts of a run, added up over its parts."""

from __future__ import annotations

from collections import Counter

from pipeline.run.results import FetchResult, LoadResult, PlanResult, ProcessResult, Totals
from pipeline.staging.store import Staging


def add_up(staging: Staging) -> Totals:
    """fetched = read + rejected + deletions; read = created + updated + unchanged."""
    fetched, plan = FetchResult.staged(staging), PlanResult.staged(staging)
    processed = [ProcessResult.of_part(staging, part) for part in fetched.parts]
    refused: Counter[str] = Counter()
    for part in fetched.parts if plan.index else ():
        refused.update(LoadResult.of_part(staging, part).refused)
    rejects: Counter[str] = Counter()
    for item in processed:
        rejects.update(item.rejects)
    rejects += Counter({"duplicate_id": plan.duplicates, "refused_by_index": refused.total()})
    return Totals(
        fetched=fetched.fetched,
        read=sum(item.read for item in processed) - plan.duplicates - refused.total(),
        deletions=sum(item.deletions for item in processed),
        rejected=rejects.total(),
        rejects=dict(sorted(rejects.items())),
        created=plan.created - refused["created"],
        updated=plan.updated - refused["updated"],
        unchanged=plan.unchanged - refused["unchanged"],
        deleted=plan.deleted,
        kept=plan.kept + refused["updated"] + refused["unchanged"],
        expected=plan.expected - refused["created"],
    )
