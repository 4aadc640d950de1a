"""The counts of a run, added up over its parts."""

from __future__ import annotations

from collections import Counter

from pipeline.run.handed_on import loaded_parts, processed_parts
from pipeline.run.results import FetchResult, PlanResult, Totals
from pipeline.staging.store import Staging


def add_up(staging: Staging) -> Totals:
    """fetched = read + rejected + deletions; read = created + updated + unchanged."""
    fetched, plan = FetchResult.staged(staging), PlanResult.staged(staging)
    processed = processed_parts(staging, fetched)
    refused: Counter[str] = Counter()
    for item in loaded_parts(staging, fetched, plan):
        refused.update(item.refused)
    rejects: Counter[str] = Counter()
    for part in processed:
        rejects.update(part.rejects)
    rejects += Counter({"duplicate_id": plan.duplicates, "refused_by_index": refused.total()})
    return Totals(
        fetched=fetched.fetched,
        repeated=fetched.repeated,
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
