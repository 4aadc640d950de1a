"""What people read of a run report, as rows and sentences for any medium."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.errors import REJECT_CODES
from pipeline.index.meta import Decision
from pipeline.run.results import RunReport

COUNTS = {
    "fetched": "records and deletions that were fetched",
    "repeated": "further versions of these, which do not count",
    "read": "records that became documents",
    "rejected": "records that were rejected, see `study-index rejects`",
    "deletions": "records that the catalogue states to be deleted",
    "created": "documents that were not live before",
    "updated": "documents that changed",
    "unchanged": "documents that are the same as before",
    "deleted": "deleted documents",
    "kept": "live documents whose record is rejected now",
    "live": "live documents after the run",
}
"""The counts of a report. fetched = read + rejected + deletions; read = created + updated + unchanged."""

VECTORS = {
    "made": ("new vectors", "documents whose vector was made in this run"),
    "reused": ("cached vectors", "documents whose vector was made in an earlier run"),
    "too_short": ("too short", "documents that say too little for a vector"),
    "missing": ("without vector", "documents that have no vector yet, see the notes"),
}
"""The counts of vectors in a report: what they are called, and what they mean."""

LINKS = {
    "joined": ("joined", "documents that were joined with others into one work"),
    "unjoined": ("separated", "documents that are no longer joined with others"),
    "superseded": ("superseded", "documents that have a newer version, which is found instead"),
    "reinstated": ("reinstated", "documents that have no newer version any more"),
    "placed": ("given a parent", "documents that are part of another one"),
    "unplaced": ("lost a parent", "documents that are no longer part of another one"),
}
"""The same of works and hierarchy, of the documents of all catalogues."""

ONLY_IF_ANY = {"missing", "unjoined", "reinstated", "unplaced"}
"""Counts of these two that are left out where they are 0."""

HELD_MEANINGS = {
    "created": "documents that would be new",
    "updated": "documents that would change",
    "deleted": "documents that would be deleted",
}
"""What these counts mean in a run that was held."""


OUTCOMES = {
    "live": "passed the gate; {report.generation} is live",
    "going_live": "passed the gate, and {report.generation} was about to go live: study-index generations "
    "{report.catalogue} shows whether it did",
    "not_live": "passed the gate, and ended before {report.generation} went live; what is live is untouched. Run the "
    "catalogue again",
    "unchanged": "passed the gate; nothing changed, so no generation was made",
    "held": "HELD at the gate; what is live is untouched",
    "promoted": "held at the gate, and let go live{decided}; {report.generation} went live",
    "refused": "HELD at the gate, and refused{decided}; what is live is untouched",
    "rolled_back": "{went_live} and was live until it was rolled back{decided}",
}
"""What became of a run, in a sentence."""


class CountRow(NamedTuple):
    """One count of a report."""

    name: str
    number: int
    meaning: str


class CoverageRow(NamedTuple):
    """One facet: documents that have it, and their share."""

    facet: str
    documents: int
    share: float


def counts(report: RunReport) -> dict[str, Any]:
    """The counts of a report, for programs that wait for the index to change."""
    return report.model_dump(include={"catalogue", "run_id", "vectors", "links", *COUNTS})


def verdict(report: RunReport) -> list[str]:
    """The verdict, its reasons, what a person can do, and the notes: a line each."""
    reasons = [f"- {reason}" for reason in report.gate.reasons]
    notes = [f"note: {note}" for note in report.notes]
    outcome = OUTCOMES[report.outcome].format(report=report, decided=decided(report), went_live=_went_live(report))
    if report.outcome != "held":
        return [outcome, *reasons, *notes]
    if report.generation:
        todo = f"The candidate {report.generation} waits: study-index promote {report.catalogue} lets it go live."
    else:
        todo = "Nothing else changed, so no candidate waits: correct what the reasons name, or the limit; run again."
    return [outcome, *reasons, todo, *notes]


def decided(report: RunReport) -> str:
    """Who decided about the run, when and why, as the end of a sentence; nothing where nobody did."""
    return _by(report.decision)


def _went_live(report: RunReport) -> str:
    """How a run went live that was rolled back later."""
    if not report.gate.reasons:
        return "passed the gate"
    return f"held at the gate, let go live{_by(report.promotion)},"


def _by(decision: Decision | None) -> str:
    if decision is None:
        return ""
    by = f" by {decision.by}" if decision.by else ""
    why = f" ({decision.why})" if decision.why else ""
    return f"{by} at {decision.at}{why}"


def coverage_rows(report: RunReport) -> list[CoverageRow]:
    """How many documents have each facet: live ones, or those of the candidate where the run was held."""
    documents = max(report.judged, 1)
    return [CoverageRow(name, number, number / documents) for name, number in report.coverage.items()]


def count_rows(report: RunReport) -> list[CountRow]:
    """Each count with its meaning; below `rejected` a row for each reject code."""
    numbers = report.model_dump(include={*COUNTS})
    meanings = COUNTS | (HELD_MEANINGS if report.held else {})
    rows: list[CountRow] = []
    for name, meaning in meanings.items():
        rows.append(CountRow(name, numbers[name], meaning))
        if name == "rejected":
            rows += [CountRow(f"  {code}", number, REJECT_CODES[code]) for code, number in report.rejects.items()]
    return [*rows, *vector_rows(report), *link_rows(report)]


def vector_rows(report: RunReport) -> list[CountRow]:
    """The counts of vectors; none where no setting asks for vectors."""
    return _rows(VECTORS, report.vectors.model_dump()) if report.vectors else []


def link_rows(report: RunReport) -> list[CountRow]:
    """The counts of works and hierarchy; none before these were found."""
    return _rows(LINKS, report.links.model_dump()) if report.links else []


def _rows(names: Mapping[str, tuple[str, str]], numbers: Mapping[str, int]) -> list[CountRow]:
    return [CountRow(name, numbers[key], meaning) for key, (name, meaning) in names.items() if _is_shown(key, numbers)]


def _is_shown(key: str, numbers: Mapping[str, int]) -> bool:
    return bool(numbers[key]) or key not in ONLY_IF_ANY


def as_lines(report: RunReport) -> list[str]:
    """The report as plain text, a line each: for a task's log."""
    return [
        f"{report.catalogue}: {report.mode} run {report.run_id}",
        *verdict(report),
        *(f"{row.name:<18} {row.number:>9,}  {row.meaning}" for row in count_rows(report)),
        *(f"{row.facet:<24} {row.documents:>9,}  {row.share:>4.0%} of the documents" for row in coverage_rows(report)),
    ]
