"""Rebuilding a catalogue from the raw records that are staged, in place of a harvest: nobody is asked for anything.

Staging keeps all raw records since the last complete full harvest. Of each record the version of the latest harvest
counts, unless that harvest, or a later one, shows that the record is gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.catalogue import corrections
from pipeline.catalogue.digests import HARVEST_KEYS, digests
from pipeline.errors import FailError, UsageError
from pipeline.index.generations import Generation, live_generation
from pipeline.model.moments import timestamp
from pipeline.protocols.listing import RecordIds
from pipeline.run.context import Context, Stopwatch, under_lease
from pipeline.run.fetched import FetchResult
from pipeline.run.from_staging import sums_of
from pipeline.run.live_runs import live_runs
from pipeline.run.repeats import RawLine, counting_lines
from pipeline.run.retention import kept_harvests
from pipeline.staging.raw_parts import RawParts
from pipeline.staging.store import DamagedError, Staging

Harvest = tuple[Staging, FetchResult]


@under_lease
def reprocess(context: Context) -> FetchResult:
    """Stage the last raw record of each record of the catalogue as the harvest of a run of its own.

    Raises:
        UsageError: nothing is live, or only a part of the catalogue was asked for.
        FailError: not all raw records are staged, or one is damaged; the catalogue has to be asked for everything.
    """
    stopwatch = Stopwatch()
    name = context.catalogue.name
    if context.options.is_partial:
        raise UsageError(f"{name} is rebuilt as a whole: leave out --since and --limit")
    live = live_generation(context.client, name)
    if live is None:
        raise UsageError(f"{name} has nothing live to rebuild: study-index run {name}")
    harvests = _harvests(context, live)
    corrected = corrections.load(context.catalogue)
    context.staging.begin()
    raw = RawParts(context.staging)
    try:
        for done, found in enumerate(_latest(harvests), start=1):
            raw.add(found.key, found.line)
            if done % 1000 == 0:
                context.progress("fetch", done, None)
    except DamagedError as error:
        context.staging.remove()
        raise FailError(f"{error.what}. {_ask(name)}") from error
    raw.close()
    return FetchResult(
        mode="full",
        catalogue_keys=_keys(context, live),
        since=None,
        live=live.number,
        carry_over=False,
        started=timestamp(),
        harvested=harvests[0][1].harvested_at,
        snapshot=True,
        complete=True,
        limited=False,
        watermark=live.meta.watermark,
        sums=sums_of(context.staging, raw, corrected),
        fetched=raw.fetched,
        has_all_changes=True,
        seconds=stopwatch.seconds,
    ).stage(context.staging)


def _harvests(context: Context, live: Generation) -> list[Harvest]:
    """The harvests behind the live generation, latest first, down to the last one that fetched all there was.

    Raises:
        FailError: that one is not staged any more.
    """
    name = context.catalogue.name
    in_live = live_runs(name, live) - {context.run_id}
    found: list[Harvest] = []
    for staging, fetched in reversed(kept_harvests(name, live)):
        if staging.run_id not in in_live:
            continue
        found.append((staging, fetched))
        if fetched.fetched_all_listed and fetched.complete:
            return found
    raise FailError(f"{name}: the raw records of what is live are not all staged. {_ask(name)}")


def _ask(name: str) -> str:
    return f"So it cannot be rebuilt from staging; ask the catalogue for everything: study-index run {name} --full."


def _latest(harvests: list[Harvest]) -> Iterator[RawLine]:
    """The lines of the latest version of each record, without those that are gone."""
    seen = RecordIds()
    listed: frozenset[str] | None = None  # what the latest list has beside the records that came with it and after it
    for staging, fetched in harvests:
        for part in fetched.parts:
            for found in counting_lines(staging, fetched, part):
                key = found.key
                gone = listed is not None and key.record_id not in listed
                if gone or not (key.positional or seen.add(key.record_id)):  # a place names no record
                    continue
                if not key.deleted:
                    yield found
        if fetched.is_full_snapshot and listed is None:
            listed = fetched.unchanged_ids(staging)


def _keys(context: Context, live: Generation) -> dict[str, str]:
    """The digests of the catalogue keys; of those that decide about a harvest, what the live generation has."""
    before = live.meta.catalogue_keys
    return digests(context.catalogue) | {key: before[key] for key in HARVEST_KEYS if key in before}
