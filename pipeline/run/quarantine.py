"""The quarantine: what was refused and why, until the record comes through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from pipeline.catalogue import corrections
from pipeline.errors import UsageError
from pipeline.run.context import Context, now, timed
from pipeline.run.process import read_keys
from pipeline.run.staged_corrections import stage
from pipeline.staging.raw_parts import write_raw
from pipeline.staging.store import Staging, runs

REJECT_KINDS = ("rejects", "duplicates", "refused")


def rejects(catalogue: str, code: str | None = None) -> Iterator[dict[str, Any]]:
    """The rejects of a catalogue that no later run cleared, each with the `run_id` that refused it, oldest run first.

    A complete listing starts anew; a run that read a record, or was told that it is gone, clears its reject.
    """
    held_by = _open(catalogue)
    for run_id in runs(catalogue):
        if run_id not in held_by.values():
            continue
        for reject in rejects_of(Staging(catalogue, run_id)):
            if held_by.get(reject["record_id"]) == run_id and code in {None, reject["code"]}:
                yield {**reject, "run_id": run_id}


def _open(catalogue: str) -> dict[str, str]:
    """The run that refused a record last, by record id."""
    found: dict[str, str] = {}
    for run_id in runs(catalogue):
        staging = Staging(catalogue, run_id)
        if not staging.has_json("report"):
            continue
        fetched = staging.read_json("fetch")
        if fetched["listing"] and fetched["complete"]:
            still_there = staging.still_there()
            found = {record_id: run for record_id, run in found.items() if record_id in still_there}
        if found:
            _clear(found, staging, fetched["parts"])
        found.update((reject["record_id"], run_id) for reject in rejects_of(staging))
    return found


def rejects_of(staging: Staging) -> Iterator[dict[str, Any]]:
    """All rejects of one run."""
    for kind in REJECT_KINDS:
        for part in staging.parts(kind):
            yield from map(orjson.loads, staging.read_part(kind, part))


def fetch_rejected(context: Context, code: str | None = None) -> dict[str, Any]:
    """Stage the raw records of the quarantine as the harvest of a run of its own, in place of `fetch`.

    Duplicates are left out: without the record that came first, they would take its place.

    Raises:
        UsageError: there is nothing to try again.
    """
    by_run: dict[str, set[str]] = {}
    for reject in rejects(context.catalogue.name, code):
        if reject["code"] != "duplicate_id":
            by_run.setdefault(reject["run_id"], set()).add(reject["record_id"])
    result: dict[str, Any] = {"mode": "incremental", "since": None, "started": now()}
    corrected = corrections.load(context.catalogue)
    with timed(result):
        context.staging.begin()
        stage(corrected, context.staging)
        lines = (line for run_id, wanted in by_run.items() for line in _raw_lines(context, run_id, wanted))
        fetched, parts = write_raw(context.staging, lines)
        if not fetched:
            context.staging.remove()
            raise UsageError(f"{context.catalogue.name} has no rejects to try again")
    result |= {"listing": False, "complete": True, "watermark": None, "parts": parts, "fetched": fetched}
    context.staging.write_json("fetch", result)
    return result


def _raw_lines(context: Context, run_id: str, wanted: set[str]) -> Iterator[bytes]:
    staging = Staging(context.catalogue.name, run_id)
    for part in staging.parts("raw"):
        for line in staging.read_part("raw", part):
            if orjson.loads(line).get("record_id") in wanted:
                yield line


def _clear(found: dict[str, str], staging: Staging, parts: list[int]) -> None:
    for part in parts:
        for key in read_keys(staging, part):
            found.pop(key.record_id, None)
        for line in staging.read_part("gone", part):
            found.pop(orjson.loads(line), None)
