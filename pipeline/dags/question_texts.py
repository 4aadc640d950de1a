"""The words of the question about a candidate that the gate held: Markdown, for Airflow's UI."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.model.facets import FACETS

if TYPE_CHECKING:
    from pipeline.run.details import Distribution, RunDetails
    from pipeline.run.results import RunReport

SHOWN_FACETS = 8
"""Facets in the table: those whose share of the documents moves most."""

LABELS = {facet.name: facet.label for facet in FACETS}


def subject(report: RunReport, title: str) -> str:
    """The question in one line."""
    more = len(report.gate.reasons) - 1
    others = f" (and {more} more)" if more else ""
    return f"{title}: let the candidate go live? {report.gate.reasons[0]}{others}"


def body(report: RunReport, details: RunDetails | None, live_before: int, page: str, until: datetime | None) -> str:
    """Why the gate held the run, its figures, and what the answers do."""
    several = len(report.gate.reasons) > 1  # the subject has the first one
    reasons = "\n".join(f"- {reason}" for reason in report.gate.reasons if several)
    rows = "\n".join(f"| {' | '.join(row)} |" for row in _rows(report, details, live_before))
    end = f" Without an answer until {until:%Y-%m-%d %H:%M} UTC it is refused." if until else ""
    return f"""**{report.generation} is held at the gate.** What is live is untouched. [Open the run report]({page})

{reasons}

| | live | candidate | change |
|---|--:|--:|--:|
{rows}

Of {report.fetched:,} fetched records {report.read:,} were read and {report.rejected:,} rejected. The run creates
{report.created:,} documents, updates {report.updated:,} and deletes {report.deleted:,}.

**Approve** makes the candidate live at once. **Reject** keeps what is live; the next run makes a new candidate.{end}
"""


def _rows(report: RunReport, details: RunDetails | None, live_before: int) -> Iterator[tuple[str, str, str, str]]:
    change = report.judged - live_before
    yield "Documents", f"{live_before:,}", f"{report.judged:,}", f"{change:+,}".replace("-", "−")
    if details is None or details.before is None or details.after is None:
        return
    before, after = details.before, details.after
    shares = [(name, _share(before, name), _share(after, name)) for name in LABELS]
    known = [item for item in shares if item[1] or item[2]]
    moved = [item for item in known if round(item[2] * 100) != round(item[1] * 100)]
    for name, old, new in sorted(moved, key=lambda item: -abs(item[2] - item[1]))[:SHOWN_FACETS]:
        points = f"{round(new * 100) - round(old * 100):+} points".replace("-", "−")
        yield f"with {LABELS[name]}", f"{old:.0%}", f"{new:.0%}", points
    if not moved:
        yield "with any facet", "", "", "as before"


def _share(found: Distribution, facet: str) -> float:
    """Share of the documents that have a facet."""
    return found.coverage.get(facet, 0) / max(found.documents, 1)
