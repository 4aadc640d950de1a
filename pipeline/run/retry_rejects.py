"""Trying rejected records again: their raw records, in place of a harvest."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.catalogue import corrections
from pipeline.catalogue.digests import digests
from pipeline.errors import UsageError
from pipeline.index.generations import live_generation
from pipeline.model.moments import timestamp
from pipeline.run.context import Context, Stopwatch, under_lease
from pipeline.run.fetched import FetchResult
from pipeline.run.from_staging import sums_of
from pipeline.run.rebuild import refuse_other_index
from pipeline.run.rejects import open_rejects
from pipeline.run.repeats import RawLine, counting_lines
from pipeline.run.retention import kept_harvests
from pipeline.staging.raw_parts import RawParts
from pipeline.staging.store import Staging


@under_lease
def fetch_rejected(context: Context, code: str | None = None) -> FetchResult:
    """Stage the raw records of the rejects as the harvest of a run of its own, in place of `fetch`.

    Duplicates are left out: without the record that was read first, they would take its place.

    Raises:
        UsageError: there is nothing that can be tried again.
        FailError: documents would not fit into the live generation.
    """
    stopwatch = Stopwatch()
    started = timestamp()
    live = live_generation(context.client, context.catalogue.name)
    if live is not None:
        refuse_other_index(context.catalogue, live)
    by_run: dict[str, set[str]] = {}
    for run_id, reject in open_rejects(context.catalogue.name, live, code):
        if reject.code != "duplicate_id":
            by_run.setdefault(run_id, set()).add(reject.record_id)
    corrected = corrections.load(context.catalogue)
    context.staging.begin()
    raw = RawParts(context.staging)
    for staging, fetched in kept_harvests(context.catalogue.name, live):
        for found in _raw_lines(staging, fetched, by_run.get(staging.run_id, set())):
            raw.add(found.key, found.line)
    raw.close()
    if not raw.fetched:
        context.staging.remove()
        raise UsageError(f"{context.catalogue.name} has no rejects that can be tried again")
    return FetchResult(
        mode="incremental",
        catalogue_keys=digests(context.catalogue),
        since=None,
        live=live.number if live else None,
        carry_over=False,
        started=started,
        snapshot=False,
        complete=True,
        limited=False,
        watermark=None,
        sums=sums_of(context.staging, raw, corrected),
        fetched=raw.fetched,
        has_all_changes=False,
        seconds=stopwatch.seconds,
    ).stage(context.staging)


def _raw_lines(staging: Staging, fetched: FetchResult, record_ids: set[str]) -> Iterator[RawLine]:
    for part in fetched.parts if record_ids else ():
        for found in counting_lines(staging, fetched, part):
            could_be_read = found.key.digest is not None or found.key.deleted  # others cannot be read now, either
            if could_be_read and found.key.record_id in record_ids:
                yield found
