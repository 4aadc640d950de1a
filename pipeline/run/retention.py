"""What is kept: generations that can be live, raw parts since the last full snapshot, and the last runs' reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import dropwhile

from elasticsearch import Elasticsearch

from pipeline.index import lifecycle
from pipeline.index.generations import Generation, generations
from pipeline.index.leases import LeasedError, leases, working_on
from pipeline.model.moments import now
from pipeline.run.fetched import FetchResult
from pipeline.run.live_runs import live_runs
from pipeline.run.reported_runs import Reported, reported
from pipeline.run.results import Outcome
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_parts import HarvestState
from pipeline.staging.staged_runs import other_runs, remove_temporary, runs, staged_catalogues
from pipeline.staging.store import Staging

REPORTS = 30
"""Runs whose rejects and report stay, besides those that are needed to rebuild."""

FULL_HARVESTS = 5
"""Raw parts of no more full harvests stay, where the last of them were incomplete or held."""

UNFINISHED = timedelta(days=3)
"""A run without a report is over, if nothing of it was written for so long: no task waits longer to be tried again."""

SCRATCH = (
    Kind.READY,
    Kind.READ_ANEW,
    Kind.CHANGES,
    Kind.DISPUTED,
    Kind.STRAY,
    Kind.DELETE,
    Kind.COPY,
    Kind.AGEING,
    Kind.EARLY_REFUSED,
    Kind.MERGED,
    Kind.PAGES,
)
"""Kinds of parts that only the run itself needs."""

HARVESTED = (Kind.RAW, Kind.RAW_KEYS)
"""Kinds of parts that are kept as long as they may be read again."""

IN_INDEX: tuple[Outcome, ...] = ("live", "unchanged")
"""Outcomes of runs after which all that they fetched is live."""


def catalogues_with_data(client: Elasticsearch) -> list[str]:
    """Names of the catalogues that have anything in the index, a lease among it, or in staging."""
    return sorted({item.catalogue for item in generations(client)} | leases(client).keys() | {*staged_catalogues()})


def prune_catalogue(client: Elasticsearch, catalogue: str) -> dict[str, list[str]]:
    """Delete the generations and the staged parts of a catalogue that are no longer needed.

    Returns the names of the deleted indices (`generations`) and the ids of the removed runs (`runs`).
    """
    with working_on(client, catalogue, "prune"):
        return {"generations": lifecycle.prune(client, catalogue), "runs": prune_staging(catalogue)}


def prune_if_free(client: Elasticsearch, catalogue: str) -> dict[str, list[str]]:
    """The same as `prune_catalogue`, but a catalogue that another works on is passed over.

    The result has the message about that one, as `passed_over`.
    """
    try:
        return {**prune_catalogue(client, catalogue), "passed_over": []}
    except LeasedError as error:
        return {"generations": [], "runs": [], "passed_over": [str(error)]}


def prune_staging(catalogue: str, at: datetime | None = None) -> list[str]:
    """Remove what is not needed any more at a time, by default now; returns the ids of the runs that were removed.

    A run without a report may be at work, or may be tried again. It stays while it is the newest, and as long as
    something of it was written lately, whatever other runs did meanwhile. So does a run that cannot be read: another
    version of the pipeline staged it, or it is damaged.
    """
    known, others, done = runs(catalogue), other_runs(catalogue), reported(catalogue)
    base, before = _base(done), (at or now()) - UNFINISHED
    finished = {item.staging.run_id for item in done}
    kept = {item.staging.run_id for item in (*done[base:], *done[-REPORTS:])} | {*known[-1:]}
    removed = [
        run_id
        for run_id in (*others, *known)
        if run_id not in kept and (run_id in finished or Staging(catalogue, run_id).last_written() < before)
    ]
    for run_id in removed:
        Staging(catalogue, run_id).remove()
    for place, item in enumerate(done):
        if item.staging.run_id in kept:
            item.staging.remove_kinds(*SCRATCH, *(HARVESTED if place < base else ()))
            item.staging.remove_json(HarvestState.NAME)  # it is there if `fetch` could not remove it
    remove_temporary(catalogue, before)
    return removed


def kept_harvests(catalogue: str, live: Generation | None) -> list[tuple[Staging, FetchResult]]:
    """Runs whose raw parts are kept, oldest first, and what they fetched.

    Between the first of the runs that made the live generation and the run of that, none is missing: where one is no
    longer staged, earlier ones are left out, as their records may be older than what is live.
    """
    done = reported(catalogue)
    kept = [(item.staging, item.fetched) for item in done[_base(done) :]]
    in_live = live_runs(catalogue, live)
    return kept if live is None else list(dropwhile(lambda item: item[0].run_id not in in_live, kept))


def _base(done: list[Reported]) -> int:
    """The place of the run from which on raw parts are kept, so that all can be rebuilt from it and the runs after it.

    It is the last one that fetched all records of the catalogue and went live, or found them live: a held run may be a
    fault of the catalogue, and one that ended before it went live made nothing of what is live. So the runs before it
    stay. Where many full harvests after it were incomplete or held, only the last of them are kept.
    """
    full = [place for place, item in enumerate(done) if item.fetched.fetched_all_listed and not item.fetched.limited]
    complete = [place for place in full if done[place].fetched.complete and done[place].report.outcome in IN_INDEX]
    return max([0, *complete, *full[: 1 - FULL_HARVESTS]])
