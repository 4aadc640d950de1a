"""Records that did not change in the catalogue, but whose correction did: they are read again from staging.

`_meta` of a generation states which corrections it was made with. Where only changes are asked for, a record whose
correction is new, different or removed is not sent. So its last raw record is taken from staging, which keeps all of
them since the last full snapshot. Where one is no longer staged, everything is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from pipeline.catalogue.corrections import Corrections
from pipeline.index import lookup
from pipeline.index.generations import Generation
from pipeline.model.identity import uuid_of
from pipeline.run.context import Context
from pipeline.run.fetched import FetchResult
from pipeline.run.live_runs import live_runs
from pipeline.run.rejects import open_rejects
from pipeline.run.repeats import counting_keys, counting_lines
from pipeline.run.retention import kept_harvests
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_parts import RawParts
from pipeline.staging.store import DamagedError, PartSum, Staging

Places = dict[str, tuple[str, int]]
"""By record id: the run and the number of the part that hold the last raw record."""

Applied = Mapping[str, str | None]
"""By harmony_id: a digest of the correction that a generation was made with; None where that is not known."""


def changed(before: Applied, now: Applied) -> set[str]:
    """harmony_ids whose correction is new, different, removed, or not known to have been applied."""
    return {name for name in {*before, *now} if before.get(name, "") != now.get(name, "")}


def applied(before: Applied, now: Applied, *, all_applied: bool) -> dict[str, str | None]:
    """What the generation of a run was made with.

    Args:
        before: what the live generation was made with.
        now: the corrections of the run.
        all_applied: whether the run read every record whose correction changed.
    """
    unknown = set() if all_applied else changed(before, now)
    return {name: None if name in unknown else now[name] for name in {*now} | unknown}


def places(context: Context, live: Generation, corrections: Corrections) -> Places | None:
    """Where the records are staged whose correction changed; None where one that is needed is not staged."""
    before = live.meta.corrections
    names = changed(before, corrections.digests())
    if not names:
        return {}
    uuids = {uuid_of(name): name for name in names}
    wanted = {uuids[old.uuid]: old.record_id for old in lookup.by_uuid(context.client, live.index, sorted(uuids))}
    if names - wanted.keys():
        suppressed = open_rejects(context.catalogue.name, live, "suppressed")
        wanted |= {
            item.harmony_id: item.record_id for _, item in suppressed if item.harmony_id and item.harmony_id in names
        }
    try:
        found = _staged(context, live, {*wanted.values()})
    except DamagedError:
        return None
    for name in names:
        is_suppressed = name in corrections.by_id and corrections.by_id[name].suppress  # its record need not be read
        was_there = name in wanted or (name in before and name not in live.meta.unmatched)
        if was_there and not is_suppressed and wanted.get(name) not in found:
            return None
    return found


def refetch(context: Context, raw: RawParts, found: Places, listed: Iterable[PartSum] | None) -> int:
    """Add the staged raw records that the harvest did not bring; returns their number.

    Args:
        context: the run.
        raw: where they are added.
        found: what `places` found.
        listed: where the harvest is a full snapshot, the parts with the ids that it lists as unchanged. A record that
            is not among them is deleted upstream, and is not added.
    """
    missing = found.keys() - ({key.record_id for key in raw.all_keys() if key.record_id in found} if found else set())
    if listed is not None:
        missing &= {orjson.loads(line) for line in context.staging.read_parts(Kind.UNCHANGED_UPSTREAM, listed)}
    by_part: dict[tuple[str, int], set[str]] = {}
    for record_id in sorted(missing):
        by_part.setdefault(found[record_id], set()).add(record_id)
    for (run_id, part), record_ids in sorted(by_part.items()):
        staging = Staging(context.catalogue.name, run_id)
        for found_line in counting_lines(staging, FetchResult.staged(staging), part):
            if found_line.key.record_id in record_ids:
                raw.add(found_line.key, found_line.line)
    raw.close()
    return len(missing)


def _staged(context: Context, live: Generation, record_ids: set[str]) -> Places:
    """The last raw record of each of these ids in the harvests that made what is live; none where it is a deletion.

    Raises:
        DamagedError: one of their parts is not as it was written.
    """
    found: Places = {}
    in_live = live_runs(context.catalogue.name, live) - {context.run_id}
    for staging, fetched in kept_harvests(context.catalogue.name, live) if record_ids else []:
        if staging.run_id not in in_live:
            continue
        for part in fetched.parts:
            for _, key in counting_keys(staging, fetched, part):
                if key.record_id not in record_ids:
                    continue
                if key.deleted:
                    found.pop(key.record_id, None)
                else:
                    found[key.record_id] = (staging.run_id, part)
    return found
