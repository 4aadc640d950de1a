"""Fetch: the catalogue's records, as they are sent, into raw parts."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from pipeline.catalogue import corrections
from pipeline.formats import format_of
from pipeline.index.generations import Generation, live_generation
from pipeline.model.document import SCHEMA_VERSION
from pipeline.model.raw import RawRecord
from pipeline.protocols import Harvest, StaleStateError, open_harvest
from pipeline.protocols.exclude import without_excluded
from pipeline.run import refetch_corrected as reread
from pipeline.run.context import Context, now, timed
from pipeline.run.staged_corrections import stage
from pipeline.staging.raw_parts import SO_FAR, RawParts
from pipeline.staging.store import PART_SIZE, Spool, Staging, pack_raw, runs

ASKED = {"format", "protocol", "records", "exclude"}
"""Keys of a catalogue file that decide which raw records there are."""


def fetch(context: Context, part_size: int = PART_SIZE) -> dict[str, Any]:
    """Harvest the catalogue into parts of kind `raw`; a raw record or a `RejectedRaw` a line.

    An earlier try of this very run that broke off is gone on with from its last page, where the protocol can, and what
    is asked for is the same; else what it staged goes first.

    Returns (and stages as `fetch`): mode (`full` or `incremental`), since, listing (what is not in it is gone),
    complete (never with a limit), losses (sentences on what cannot be had), watermark, parts, fetched, still_there
    (records that are listed, did not change since, and were not fetched; their ids are in parts of that kind),
    read_again (of those fetched, how many came from staging, as their correction changed), settled (every record whose
    correction changed is among them), seconds (of the last try). Stages the corrections, too.

    Raises:
        UsageError, RetryError, FailError: as the protocol says; nothing but staging has changed then.
    """
    live = live_generation(context.client, context.catalogue.name)
    full = context.options.full or live is None or live.meta.get("schema_version") != SCHEMA_VERSION
    corrected = corrections.load(context.catalogue)
    since = context.options.since or _watermark(context, live, full=full)
    again: reread.Places | None = {}
    if live is not None and since is not None and context.options.since is None and context.options.limit is None:
        again = reread.places(context, live, corrected)
        since = None if again is None else since
    result: dict[str, Any] = {"mode": "full" if full else "incremental", "since": since, "started": now()}
    with timed(result):
        so_far = _so_far(context, result)
        try:
            harvest, raw, still_there = _harvest(context, result, so_far, part_size)
        except StaleStateError:
            harvest, raw, still_there = _harvest(context, result, None, part_size)
        listing = harvest.snapshot and context.options.since is None
        complete = harvest.complete and context.options.limit is None
        read_again = reread.read_again(context, raw, again or {}, listing=listing and complete)
    result |= {
        "listing": listing,
        "complete": complete,
        "losses": harvest.losses,
        "watermark": harvest.watermark,
        "parts": raw.parts,
        "fetched": raw.fetched,
        "read_again": read_again,
        "still_there": still_there.total,
        "settled": complete and context.options.since is None,
    }
    stage(corrected, context.staging)
    context.staging.write_json("fetch", result)
    context.staging.remove_kind("pages")
    return result


def _harvest(
    context: Context, result: dict[str, Any], so_far: dict[str, Any] | None, part_size: int
) -> tuple[Harvest, RawParts, Spool]:
    """Harvest to the end, from where an earlier try stood if `so_far` is given and still there."""
    raw = RawParts(context.staging, part_size)
    if so_far is None or not raw.go_on(so_far):
        so_far = None
        context.staging.begin()
    else:
        result["started"] = so_far["started"]
    harvest = open_harvest(
        context.catalogue,
        format_of(context.catalogue),
        since=result["since"],
        limit=context.options.limit,
        resume=so_far and so_far["state"],
    )
    if context.options.limit is None:
        known = {"asked": _asked(context, result), "started": result["started"]}
        harvest.on_page = lambda state: raw.end_page({**known, "state": state})
    still_there = Spool(context.staging, "still_there")
    harvest.on_unchanged = still_there.add
    for item in without_excluded(context.catalogue, harvest):
        raw.add(pack_raw(item) if isinstance(item, RawRecord) else orjson.dumps({"reject": item._asdict()}))
        if raw.fetched % 100 == 0:
            context.progress("fetch", raw.fetched, harvest.total)
    raw.close()
    still_there.flush()
    return harvest, raw, still_there


def _so_far(context: Context, result: dict[str, Any]) -> dict[str, Any] | None:
    """Where an earlier try of the run stands that asked for the same and did not end."""
    staging = context.staging
    if context.options.limit is not None or staging.has_json("fetch") or not staging.has_json(SO_FAR):
        return None
    found = staging.read_json(SO_FAR)
    return found if found["asked"] == _asked(context, result) else None


def broken_off(catalogue: str) -> str | None:
    """The latest run of a catalogue, where its harvest broke off and can be gone on with; else None."""
    latest = runs(catalogue)[-1:]
    places = (Staging(catalogue, run_id) for run_id in latest)
    return next((place.run_id for place in places if place.has_json(SO_FAR) and not place.has_json("fetch")), None)


def _asked(context: Context, result: dict[str, Any]) -> str:
    """What is asked for, as a hash: a protocol may hold keys."""
    described = context.catalogue.model_dump(mode="json", include=ASKED)
    asked = [result["mode"], result["since"], described]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _watermark(context: Context, live: Generation | None, *, full: bool) -> str | None:
    if full or live is None or not context.catalogue.protocol.selective:
        return None
    watermark = live.meta.get("watermark")
    return str(watermark) if watermark else None
