"""Link: works and hierarchy, once a run is live."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import chain

import orjson
from elasticsearch import Elasticsearch

from pipeline.errors import StudyIndexError
from pipeline.links.after import linked_after, unlinked
from pipeline.links.changes import Changes
from pipeline.run.compare import Change, uuids_of
from pipeline.run.context import Progress, Stopwatch, no_progress
from pipeline.run.results import PlanResult, RunReport
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging

LOG = logging.getLogger(__name__)


def link_run(client: Elasticsearch, report: RunReport, progress: Progress = no_progress) -> RunReport:
    """Link what a run changed; returns its report with a note on what was done, or why it was not.

    Nothing is done after a run that is held. After one that changed nothing, what an earlier pass left is done.
    """
    if report.held:
        return report
    stopwatch = Stopwatch()
    staging = Staging(report.catalogue, report.run_id)
    note = link_staged(client, staging, progress)
    seconds = {**report.seconds, "link": stopwatch.seconds}
    done = report.model_copy(update={"notes": (*report.notes, *([note] if note else [])), "seconds": seconds})
    try:
        return done.stage(staging)
    except (StudyIndexError, OSError) as error:
        LOG.warning("%s: the report of run %s is as it was before linking: %s", done.catalogue, done.run_id, error)
        return done


def link_staged(client: Elasticsearch, staging: Staging, progress: Progress = no_progress) -> str:
    """Link what a run that is live changed; returns a note on it, empty where no document got other links."""
    try:
        plan = PlanResult.staged(staging)
        if plan.index is None and not unlinked(client):
            return ""
        return linked_after(client, _changes(staging, plan), progress)
    except (StudyIndexError, OSError) as error:
        return str(error)


def _changes(staging: Staging, plan: PlanResult) -> Changes | None:
    """What the run made live; None where it changed nothing."""

    def uuids() -> Iterator[str]:
        written = chain(uuids_of(staging, plan, Change.CREATED), uuids_of(staging, plan, Change.UPDATED))
        return chain(written, map(orjson.loads, plan.lines(staging, Kind.DELETE)))

    return None if plan.index is None else Changes(plan.live_index, plan.index, None if plan.start_empty else uuids)
