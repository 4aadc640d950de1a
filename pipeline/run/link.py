"""Link: works and hierarchy, once a run is live. Its failure undoes nothing, as the next pass heals it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import chain

import orjson
from elasticsearch import Elasticsearch

from pipeline.errors import StudyIndexError
from pipeline.links.after import FAILED, left_to_do, unlinked
from pipeline.links.changes import Changes
from pipeline.links.stage import Linked, link
from pipeline.run.compare import Change, uuids_of
from pipeline.run.context import Progress, Stopwatch, no_progress
from pipeline.run.results import PlanResult, RunReport
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging

LOG = logging.getLogger(__name__)


def link_run(client: Elasticsearch, report: RunReport, progress: Progress = no_progress) -> RunReport:
    """Link what a run changed; returns its report with what was done. Nothing is after a run that is held."""
    return report if report.held else link_live(client, report, progress)


def link_live(client: Elasticsearch, report: RunReport, progress: Progress = no_progress) -> RunReport:
    """Link what a run that is live changed; returns its report with what was done, or a note on why it was not.

    After one that changed nothing, what an earlier pass left is done. Counts of an earlier try are added to.
    """
    stopwatch = Stopwatch()
    staging = Staging(report.catalogue, report.run_id)
    linked, problem = _linked(client, staging, progress)
    done = report.model_copy(
        update={
            "links": linked.counts.plus(report.links) if linked else report.links,
            "notes": (*(note for note in report.notes if note != problem), *([problem] if problem else [])),
            "seconds": {**report.seconds, "link": stopwatch.seconds},
        }
    )
    try:
        return done.stage(staging)
    except (StudyIndexError, OSError) as error:
        LOG.warning("%s: the report of run %s is as it was before linking: %s", done.catalogue, done.run_id, error)
        return done


def _linked(client: Elasticsearch, staging: Staging, progress: Progress) -> tuple[Linked | None, str]:
    """What was done, None where that failed; and what is left to do, in words."""
    try:
        plan = PlanResult.staged(staging)
        if plan.index is None and not unlinked(client):
            return Linked(full=False), ""
        linked = link(client, _changes(staging, plan), progress)
    except (StudyIndexError, OSError) as error:
        return None, f"{FAILED}: {error}"
    return linked, left_to_do(linked)


def _changes(staging: Staging, plan: PlanResult) -> Changes | None:
    """What the run made live; None where it changed nothing."""

    def uuids() -> Iterator[str]:
        written = chain(uuids_of(staging, plan, Change.CREATED), uuids_of(staging, plan, Change.UPDATED))
        return chain(written, map(orjson.loads, plan.lines(staging, Kind.DELETE)))

    return None if plan.index is None else Changes(plan.live_index, plan.index, None if plan.start_empty else uuids)
