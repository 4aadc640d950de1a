"""The reasons for which the gate holds a run: limits that are exceeded, and catalogues that are pinned."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pipeline.catalogue import Catalogue
from pipeline.index.meta import Pinned
from pipeline.model.facets import BY_NAME, NAMES, WATCHED
from pipeline.run.details import Distribution, Reason
from pipeline.run.results import PlanResult
from pipeline.run.totals import Totals

FEW = 5
"""Changes to this many documents or fewer never hold a run."""

COMMON = 10
"""Number of the most common values of a facet, before or after, whose share is watched."""


def of_counts(catalogue: Catalogue, plan: PlanResult, totals: Totals, *, fetched_all_listed: bool) -> list[Reason]:
    """Why a person has to decide, from the counts alone. What curators take out counts against no limit."""
    reasons = []
    live = plan.live_before - plan.suppressed
    deleted = totals.deleted - plan.suppressed
    rejected = totals.rejected - totals.rejects.get("suppressed", 0)
    if live and deleted == live:
        new = f"; {totals.created} documents are new, so ids may have changed" if totals.created else ""
        reasons.append(
            Reason(
                code="empty",
                text=f"empty: the catalogue no longer lists any of its {live} live documents{new}",
                what="Live documents that stay",
                live=1,
                candidate=0,
                limit=catalogue.max_drop,
            )
        )
    elif deleted > FEW and deleted > catalogue.max_drop * live:
        reasons.append(
            Reason(
                code="max_drop",
                text=f"max_drop: {deleted} of {live} live documents would be deleted ({deleted / live:.0%}); "
                f"the limit is {catalogue.max_drop:.0%}",
                what="Live documents that stay",
                live=1,
                candidate=(live - deleted) / live,
                limit=catalogue.max_drop,
            )
        )
    # Where only changes were fetched, rejects are measured against all that is live.
    records = totals.fetched if fetched_all_listed else max(totals.fetched, live)
    if rejected > FEW and rejected > catalogue.max_rejects * records:
        reasons.append(
            Reason(
                code="max_rejects",
                text=f"max_rejects: {rejected} of {records} records were rejected ({rejected / records:.0%}); "
                f"the limit is {catalogue.max_rejects:.0%}",
                what="Rejected records",
                live=None,
                candidate=rejected / records,
                limit=catalogue.max_rejects,
            )
        )
    return reasons


def drift(before: Distribution, after: Distribution, catalogue: Catalogue) -> list[Reason]:
    """Facets whose coverage, or one of whose common values, moved by more than `max_drift` of the documents."""
    reasons = []
    for name, value, old_count, new_count in _watched(before, after):
        old_share = old_count / max(before.documents, 1)
        new_share = new_count / max(after.documents, 1)
        shift = abs(new_share - old_share)
        if shift > catalogue.max_drift and shift * before.documents > FEW:
            what = _label(name, value)
            reasons.append(
                Reason(
                    code="max_drift",
                    text=f"max_drift: {what} went from {old_share:.0%} to {new_share:.0%} of the documents; "
                    f"the limit is {catalogue.max_drift * 100:g} points",
                    what=what,
                    live=old_share,
                    candidate=new_share,
                    limit=catalogue.max_drift,
                    facet=name,
                    value=value,
                )
            )
    return reasons


def pinned(catalogue: Catalogue, since: Pinned, *, has_candidate: bool) -> Reason:
    """The reason to hold any run of a catalogue that was rolled back, also one that found nothing to change."""
    promote = "`promote` lets the candidate go live, " if has_candidate else "this run has no candidate; "
    return Reason(
        code="pinned",
        text=f"pinned: {catalogue.name} was rolled back at {since.at}; {promote}`unpin` lets later runs go live again",
        what="Rolled back",
        live=None,
        candidate=None,
        limit=None,
    )


def _watched(before: Distribution, after: Distribution) -> Iterator[tuple[str, str | None, int, int]]:
    """Facet, value (None: any) and documents before and after, of all that may drift."""
    for name in NAMES:
        yield name, None, before.coverage.get(name, 0), after.coverage.get(name, 0)
    for name in WATCHED:
        old, new = before.values[name], after.values[name]
        for value in sorted({*islice(old, COMMON), *islice(new, COMMON)}):
            yield name, value, old.get(value, 0), new.get(value, 0)


def _label(name: str, value: str | None) -> str:
    facet = BY_NAME[name]
    if value is None:
        return facet.label
    return f"{facet.label}: {facet.vocabulary.name(value) if facet.vocabulary else value}"
