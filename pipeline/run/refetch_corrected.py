"""Records that the catalogue did not change, but their correction did: they are read again from what is staged.

`_meta` of a generation says which corrections it was made with. Where only changes are asked for, a record whose
correction is new, another, or gone would not come: its last raw record is taken from staging, which keeps all of them
since the last complete listing. Where it is not there (any more), everything is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from pipeline.catalogue.corrections import Corrections
from pipeline.index import lookup
from pipeline.index.generations import Generation
from pipeline.model.identity import uuid_of
from pipeline.run import quarantine
from pipeline.run.context import Context
from pipeline.staging.raw_parts import RawParts
from pipeline.staging.store import Staging, runs

Places = dict[str, tuple[str, int]]
"""By record id the run and the number of the part that hold the last raw record."""

Applied = Mapping[str, str | None]
"""By harmony_id a digest of the correction that a generation was made with; None where that is not known."""


def changed(before: Applied, now: Applied) -> set[str]:
    """harmony_ids whose correction is new, another, gone, or not known to have been applied."""
    return {name for name in {*before, *now} if before.get(name, "") != now.get(name, "")}


def applied(before: Applied, now: Applied, *, settled: bool) -> dict[str, str | None]:
    """What the generation of a run was made with; `settled`: the run saw every record whose correction changed."""
    open_ones = set() if settled else changed(before, now)
    return {name: None if name in open_ones else now[name] for name in {*now} | open_ones}


def places(context: Context, live: Generation, corrections: Corrections) -> Places | None:
    """Where the records stand whose correction changed; None where one that is needed is not staged."""
    before = live.meta.get("corrections", {})
    names = changed(before, corrections.digests())
    if not names:
        return {}
    uuids = {uuid_of(name): name for name in names}
    wanted = {uuids[old.uuid]: old.record_id for old in lookup.by_uuid(context.client, live.index, sorted(uuids))}
    if names - wanted.keys():
        suppressed = quarantine.rejects(context.catalogue.name, "suppressed")
        wanted |= {item["harmony_id"]: item["record_id"] for item in suppressed if item["harmony_id"] in names}
    found = _staged(context, {*wanted.values()})
    for name in names:
        taken_down = name in corrections.by_id and corrections.by_id[name].suppress  # for which nothing has to be read
        was_there = name in wanted or (name in before and name not in live.meta.get("unmatched", []))
        if was_there and not taken_down and wanted.get(name) not in found:
            return None
    return found


def read_again(context: Context, raw: RawParts, found: Places, *, listing: bool) -> int:
    """Add the raw records that the harvest did not bring; how many. In a `listing` all that are there are known."""
    missing = found.keys() - {*_harvested(context.staging, raw.parts, found)}
    if listing:
        missing &= context.staging.still_there()
    by_part: dict[tuple[str, int], set[str]] = {}
    for record_id in sorted(missing):
        by_part.setdefault(found[record_id], set()).add(record_id)
    for (run_id, part), record_ids in sorted(by_part.items()):
        lines = {
            record_id: line
            for record_id, _, line in _lines(Staging(context.catalogue.name, run_id), part)
            if record_id in record_ids
        }
        for line in lines.values():
            raw.add(line)
    raw.close()
    return len(missing)


def _staged(context: Context, record_ids: set[str]) -> Places:
    """The last raw record of each of these ids that came to a report; none where the last one is a deletion."""
    found: Places = {}
    for run_id in runs(context.catalogue.name) if record_ids else []:
        staging = Staging(context.catalogue.name, run_id)
        if run_id == context.run_id or not staging.has_json("report"):
            continue
        for part in staging.parts("raw"):
            for record_id, deleted, _ in _lines(staging, part):
                if record_id not in record_ids:
                    continue
                if deleted:
                    found.pop(record_id, None)
                else:
                    found[record_id] = (run_id, part)
    return found


def _harvested(staging: Staging, parts: list[int], record_ids: Places) -> Iterator[str]:
    """Which of these ids the harvest brought, or brought a word of."""
    for part in parts if record_ids else []:
        yield from (record_id for record_id, _, _ in _lines(staging, part) if record_id in record_ids)


def _lines(staging: Staging, part: int) -> Iterator[tuple[str, bool, bytes]]:
    """Record id, whether it is a deletion, and line of all that a raw part holds."""
    for line in staging.read_part("raw", part):
        value: dict[str, Any] = orjson.loads(line)
        if "reject" in value:
            yield value["reject"]["record_id"], False, line
        else:
            yield value["record_id"], "payload" not in value and "payload_base64" not in value, line
