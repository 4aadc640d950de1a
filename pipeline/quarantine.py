"""The quarantine: what was refused and why, until the record comes through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from pipeline.errors import UsageError
from pipeline.stages.context import Context, now, timed
from pipeline.stages.process import read_keys
from pipeline.staging import Staging, runs

REJECT_KINDS = ("rejects", "duplicates", "refused")


def rejects(catalogue: str, code: str | None = None) -> list[dict[str, Any]]:
    """The rejects of a catalogue that no later run cleared, each with the `run_id` that refused it.

    A complete listing starts anew; a run that read a record clears its reject.
    """
    found: dict[str, dict[str, Any]] = {}
    for run_id in runs(catalogue):
        staging = Staging(catalogue, run_id)
        if not staging.has_json("report"):
            continue
        fetched = staging.read_json("fetch")
        if fetched["listing"] and fetched["complete"]:
            found.clear()
        _clear(found, staging, fetched["parts"])
        for reject in rejects_of(staging):
            found[reject["record_id"]] = {**reject, "run_id": run_id}
    return [reject for reject in found.values() if code in {None, reject["code"]}]


def rejects_of(staging: Staging) -> Iterator[dict[str, Any]]:
    """All rejects of one run."""
    for kind in REJECT_KINDS:
        for part in staging.parts(kind):
            yield from map(orjson.loads, staging.read_part(kind, part))


def fetch_rejected(context: Context, code: str | None = None) -> dict[str, Any]:
    """Stage the raw records of the quarantine as the harvest of a run of its own, in place of `fetch`.

    Raises:
        UsageError: there is nothing to try again.
    """
    by_run: dict[str, set[str]] = {}
    for reject in rejects(context.catalogue.name, code):
        by_run.setdefault(reject["run_id"], set()).add(reject["record_id"])
    result: dict[str, Any] = {"mode": "incremental", "since": None, "started": now()}
    with timed(result):
        lines = [line for run_id, wanted in by_run.items() for line in _raw_lines(context, run_id, wanted)]
        if not lines:
            raise UsageError(f"{context.catalogue.name} has no rejects to try again")
        context.staging.write_part("raw", 0, lines)
    result |= {"listing": False, "complete": True, "watermark": None, "parts": [0], "fetched": len(lines)}
    context.staging.write_json("fetch", result)
    return result


def _raw_lines(context: Context, run_id: str, wanted: set[str]) -> Iterator[bytes]:
    staging = Staging(context.catalogue.name, run_id)
    for part in staging.parts("raw"):
        for line in staging.read_part("raw", part):
            if orjson.loads(line).get("record_id") in wanted:
                yield line


def _clear(found: dict[str, dict[str, Any]], staging: Staging, parts: list[int]) -> None:
    for part in parts:
        for key in read_keys(staging, part):
            found.pop(key.record_id, None)
        for line in staging.read_part("gone", part):
            found.pop(orjson.loads(line), None)
