"""Fetch: the catalogue's records, as they are sent, into raw parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from pipeline.document import SCHEMA_VERSION
from pipeline.formats import format_of
from pipeline.index.generations import Generation, live_generation
from pipeline.protocols import open_harvest
from pipeline.protocols.base import RejectedRaw
from pipeline.record import RawRecord
from pipeline.stages.context import Context, now, timed
from pipeline.staging import PART_SIZE, Staging, in_parts, pack_raw


def fetch(context: Context, part_size: int = PART_SIZE) -> dict[str, Any]:
    """Harvest the catalogue into parts of kind `raw`; a raw record or a `RejectedRaw` a line.

    What an earlier try of the run staged goes first. Returns (and stages as `fetch`): mode (`full` or `incremental`),
    since, listing (what is not in it is gone), complete (never with a limit), watermark, parts, fetched, seconds.

    Raises:
        UsageError, RetryError, FailError: as the protocol says; nothing but staging has changed then.
    """
    live = live_generation(context.client, context.catalogue.name)
    full = context.options.full or live is None or live.meta.get("schema_version") != SCHEMA_VERSION
    since = context.options.since or _watermark(context, live, full=full)
    result: dict[str, Any] = {"mode": "full" if full else "incremental", "since": since, "started": now()}
    context.staging.begin()
    with timed(result):
        harvest = open_harvest(
            context.catalogue, format_of(context.catalogue), since=since, limit=context.options.limit
        )
        lines = _lines(context, iter(harvest), lambda: harvest.total)
        fetched, parts = write_raw(context.staging, lines, part_size)
    result |= {
        "listing": harvest.listing and context.options.since is None,
        "complete": harvest.complete and context.options.limit is None,
        "watermark": harvest.watermark,
        "parts": parts,
        "fetched": fetched,
    }
    context.staging.write_json("fetch", result)
    return result


def write_raw(staging: Staging, lines: Iterable[bytes], part_size: int = PART_SIZE) -> tuple[int, list[int]]:
    """Write raw records into parts; how many, and the numbers of the parts."""
    fetched, parts = 0, []
    for number, part in enumerate(in_parts(lines, part_size)):
        staging.write_part("raw", number, part)
        fetched += len(part)
        parts.append(number)
    return fetched, parts


def _watermark(context: Context, live: Generation | None, *, full: bool) -> str | None:
    if full or live is None or not context.catalogue.protocol.selective:
        return None
    watermark = live.meta.get("watermark")
    return str(watermark) if watermark else None


def _lines(context: Context, items: Iterator[RawRecord | RejectedRaw], total: Any) -> Iterator[bytes]:
    for number, item in enumerate(items, start=1):
        if number % 100 == 0:
            context.progress("fetch", number, total())
        yield pack_raw(item) if isinstance(item, RawRecord) else orjson.dumps({"reject": item._asdict()})
