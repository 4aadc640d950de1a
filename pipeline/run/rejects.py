"""Rejects of a catalogue: records that were rejected and were not read since."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from pipeline.index.generations import Generation
from pipeline.model.raw import Reject
from pipeline.run.keys import read_keys
from pipeline.run.live_runs import live_runs
from pipeline.run.results import FetchResult, RunReport
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging, runs

REJECTS = (Kind.REJECTS, Kind.DUPLICATES, Kind.REFUSED)
"""Kinds of parts that hold rejects."""


def open_rejects(catalogue: str, live: Generation | None, code: str | None = None) -> Iterator[tuple[str, Reject]]:
    """Run id and reject of each record that no later run read or saw deleted, oldest run first.

    A full snapshot clears all earlier rejects: a record that is still rejected is rejected again. Only runs that are
    in the live generation clear rejects: what a held, failed or undone run read is not live.
    """
    rejecting_run = _rejecting_runs(catalogue, live)
    for run_id in runs(catalogue):
        if run_id not in rejecting_run.values():
            continue
        for reject in rejects_of(Staging(catalogue, run_id)):
            if rejecting_run.get(reject.record_id) == run_id and code in {None, reject.code}:
                yield run_id, reject


def rejects_of(staging: Staging) -> Iterator[Reject]:
    """All rejects of one run."""
    for kind in REJECTS:
        for part in staging.parts(kind):
            yield from map(Reject.from_line, staging.read_part(kind, part))


def _rejecting_runs(catalogue: str, live: Generation | None) -> dict[str, str]:
    """By record id: the last run that rejected it."""
    found: dict[str, str] = {}
    in_live = live_runs(catalogue, live)
    for run_id in runs(catalogue):
        staging = Staging(catalogue, run_id)
        if not RunReport.is_staged(staging):
            continue
        if run_id in in_live and found:
            found = _not_cleared(found, staging)
        found.update((reject.record_id, run_id) for reject in rejects_of(staging))
    return found


def _not_cleared(found: dict[str, str], staging: Staging) -> dict[str, str]:
    """Those of the records that a run neither read nor saw deleted, and that its full snapshot does not lack."""
    fetched = FetchResult.staged(staging)
    if fetched.is_full_snapshot:
        unchanged = staging.unchanged_upstream()
        found = {record_id: run for record_id, run in found.items() if record_id in unchanged}
    for part in fetched.parts:
        for key in read_keys(staging, part):
            found.pop(key.record_id, None)
        for line in staging.read_part(Kind.DELETIONS, part):
            found.pop(orjson.loads(line), None)
    return found
