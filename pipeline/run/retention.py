"""What is kept: generations that can be live, raw parts since the last full snapshot, and the last runs' reports."""

from __future__ import annotations

from elasticsearch import Elasticsearch

from pipeline.index import lifecycle
from pipeline.index.generations import generations
from pipeline.run.results import FetchResult, RunReport
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging, runs, runs_of_other_layouts, staged_catalogues

REPORTS = 30
"""Runs whose rejects and report stay, besides those that are needed to rebuild."""

SCRATCH = (Kind.READY, Kind.CHANGES, Kind.DELETE, Kind.COPY, Kind.MERGED, Kind.PAGES)
"""Kinds of parts that only the run itself needs."""


def catalogues_with_data(client: Elasticsearch) -> list[str]:
    """Names of the catalogues that have anything in the index or in staging."""
    return sorted({item.catalogue for item in generations(client)} | {*staged_catalogues()})


def prune_catalogue(client: Elasticsearch, catalogue: str) -> dict[str, list[str]]:
    """Delete the generations and the staged parts of a catalogue that are no longer needed.

    Returns the names of the deleted indices (`generations`) and the ids of the removed runs (`runs`).
    """
    return {"generations": lifecycle.prune(client, catalogue), "runs": prune_staging(catalogue)}


def prune_staging(catalogue: str) -> list[str]:
    """Remove what is not needed any more; returns the ids of the runs that were removed as a whole.

    A run without a report may still be at work, or may be tried again: it stays while it is the newest. Runs that
    another version of the pipeline staged cannot be read. They are removed once a run of this version has a report.
    """
    known = runs(catalogue)
    base = max((place for place, run_id in enumerate(known) if _is_base(Staging(catalogue, run_id))), default=0)
    removed = []
    if any(RunReport.is_staged(Staging(catalogue, run_id)) for run_id in known):
        removed = runs_of_other_layouts(catalogue)
        for run_id in removed:
            Staging(catalogue, run_id).remove()
    for place, run_id in enumerate(known):
        staging = Staging(catalogue, run_id)
        done = RunReport.is_staged(staging)
        if not done and place == len(known) - 1:
            continue
        if not done or (place < base and place < len(known) - REPORTS):
            staging.remove()
            removed.append(run_id)
            continue
        for kind in (*SCRATCH, Kind.RAW) if place < base else SCRATCH:
            staging.remove_kind(kind)
    return removed


def _is_base(staging: Staging) -> bool:
    """Whether the run fetched all records of the catalogue, so that all can be rebuilt from it and the runs after it.

    A held run may be a fault of the catalogue, so the runs before it stay.
    """
    if not RunReport.is_staged(staging) or RunReport.staged(staging).held:
        return False
    fetched = FetchResult.staged(staging)
    return fetched.is_full_snapshot and fetched.fetched_all_listed
