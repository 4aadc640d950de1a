"""Rejects of a catalogue: records that were rejected and were not read since."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from pipeline.index.generations import Generation
from pipeline.model.raw import Reject
from pipeline.run.handed_on import loaded_parts, processed_parts
from pipeline.run.keys import keys_of
from pipeline.run.live_runs import live_among
from pipeline.run.reported_runs import Reported, reported
from pipeline.staging.kinds import Kind
from pipeline.staging.staged_runs import passing_over_damage
from pipeline.staging.store import DamagedError


def open_rejects(catalogue: str, live: Generation | None, code: str | None = None) -> Iterator[tuple[str, Reject]]:
    """Run id and reject of each record that no later run read or saw deleted, oldest run first.

    A full snapshot clears all earlier rejects: a record that is still rejected is rejected again. Only runs that are
    in the live generation clear rejects: what a held, failed or undone run read is not live.
    """
    runs = reported(catalogue)
    if code is not None and not any(code in run.report.rejects for run in runs):
        return  # without reading the keys of each run
    rejecting_run = _rejecting_runs(runs, live)
    for run in runs:
        run_id = run.staging.run_id
        for reject in rejects_of(run) if run_id in rejecting_run.values() else ():
            if rejecting_run.get(reject.record_id) == run_id and code in {None, reject.code}:
                yield run_id, reject


def are_known(catalogue: str, live: Generation, beginning: str) -> bool:
    """Whether staging has all rejects of the runs behind the live generation, so that none has to be asked for anew.

    A run that had all changes asked for what earlier ones did not receive, so it states what is still open. Where the
    run that begins is itself behind the live generation, as it is repeated, its rejects are removed as it begins.
    """
    known = reported(catalogue)
    if beginning in live_among(known, live):
        return False
    runs = {item.staging.run_id: item for item in known}
    run_id = (live.meta.report or {}).get("run_id")
    while run_id in runs:
        run = runs.pop(run_id)  # a run that was repeated may name itself
        try:
            for _ in rejects_of(run):
                pass
        except DamagedError:
            return False
        if run.fetched.has_all_changes:
            return True
        run_id = run.plan.live_run
    return False


def rejects_of(run: Reported) -> Iterator[Reject]:
    """All rejects of one run."""
    staging, fetched, plan = run.staging, run.fetched, run.plan
    results = [
        *((item, Kind.REJECTS) for item in processed_parts(staging, fetched)),
        (plan, Kind.DUPLICATES),
        *((item, Kind.REFUSED) for item in loaded_parts(staging, fetched, plan)),
    ]
    for result, kind in results:
        yield from map(Reject.from_line, result.lines(staging, kind))


def _rejecting_runs(runs: list[Reported], live: Generation | None) -> dict[str, str]:
    """By record id: the last run that rejected it."""
    found: dict[str, str] = {}
    in_live = live_among(runs, live)
    for item in runs:
        with passing_over_damage():
            left = _not_cleared(found, item) if item.staging.run_id in in_live and found else found
            found = left | {reject.record_id: item.staging.run_id for reject in rejects_of(item)}
    return found


def _not_cleared(before: dict[str, str], run: Reported) -> dict[str, str]:
    """Those of the records that a run neither read nor saw deleted, and that its full snapshot does not lack."""
    staging, fetched = run.staging, run.fetched
    unchanged = fetched.unchanged_ids(staging) if fetched.is_full_snapshot else before.keys()
    found = {record_id: run_id for record_id, run_id in before.items() if record_id in unchanged}
    for item in processed_parts(staging, fetched):
        for key in keys_of(item.lines(staging, Kind.KEYS)):
            found.pop(key.record_id, None)
        for line in item.lines(staging, Kind.DELETIONS):
            found.pop(orjson.loads(line), None)
    return found
