"""Documents that are carried over: their raw record is the one that made the live document, under the same rules.

Such a record is neither read nor enriched. Its live document states the digest of the raw record; `_meta` of the live
generation states the rules that all its documents were made by, and the corrections.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.catalogue import Catalogue
from pipeline.catalogue.corrections import Corrections
from pipeline.catalogue.digests import digests
from pipeline.index import lookup
from pipeline.index.generations import Generation, index_name
from pipeline.model.identity import uuid_of
from pipeline.run.context import Context
from pipeline.run.fetched import FetchResult
from pipeline.run.rebuild import index_differences
from pipeline.run.refetch_corrected import changed
from pipeline.run.rejects import are_known, open_rejects
from pipeline.run.repeats import counting_keys
from pipeline.run.rules import rules_digest
from pipeline.staging.kinds import Kind

Carried = dict[int, lookup.Live]
"""By number of the line in its raw part: the live document that is carried over."""


def may_carry_over(catalogue: Catalogue, live: Generation | None, run_id: str) -> bool:
    """Whether unchanged raw records have unchanged documents in a run that begins now.

    So it is where the same rules and catalogue keys made all that is live, and where staging has all rejects of these
    runs: a record that was rejected lately is read again, also if an older document of it is live.
    """
    return (
        live is not None
        and live.meta.rules == rules_digest()
        and live.meta.catalogue_keys == digests(catalogue)
        and not index_differences(live)
        and are_known(catalogue.name, live, run_id)
    )


def read_anew(context: Context, live: Generation, corrections: Corrections) -> Iterator[str]:
    """Record ids of the records that are read, whatever their digest: of open rejects, and of changed corrections."""
    for _, reject in open_rejects(context.catalogue.name, live):
        yield reject.record_id
    names = changed(live.meta.corrections, corrections.digests())
    for old in lookup.by_uuid(context.client, live.index, map(uuid_of, sorted(names))):
        yield old.record_id


def carried_over(context: Context, fetched: FetchResult, part: int) -> Carried:
    """The live documents that are carried over for the raw records of one part."""
    ((_, found),) = carried_over_parts(context, fetched, [part])
    return found


def carried_over_parts(context: Context, fetched: FetchResult, parts: Iterable[int]) -> Iterator[tuple[int, Carried]]:
    """The same for several parts, in their order: small ones are looked up together."""
    if not fetched.carry_over or fetched.live is None:
        yield from ((part, {}) for part in parts)
        return
    index = index_name(context.catalogue.name, fetched.live)
    anew = fetched.record_ids(context.staging, Kind.READ_ANEW)
    for group in _groups(fetched, parts):
        waiting = {
            part: [
                (position, key)
                for position, key in counting_keys(context.staging, fetched, part)
                if key.digest is not None and key.record_id not in anew
            ]
            for part in group
        }
        live = _by_record_id(context, index, (key.record_id for keys in waiting.values() for _, key in keys))
        for part, keys in waiting.items():
            found: Carried = {}
            for position, key in keys:
                old = live.get(key.record_id)
                if old is not None and old.raw_digest == key.digest:
                    found[position] = old
            yield part, found


def _groups(fetched: FetchResult, parts: Iterable[int]) -> Iterator[list[int]]:
    """The parts in groups whose records are looked up by one request, or are those of one part."""
    group: list[int] = []
    total = 0
    for part in parts:
        lines = fetched.part_of(Kind.RAW_KEYS, part).lines
        if group and total + lines > lookup.MOST_VALUES:
            yield group
            group, total = [], 0
        group.append(part)
        total += lines
    if group:
        yield group


def _by_record_id(context: Context, index: str, record_ids: Iterable[str]) -> dict[str, lookup.Live]:
    """Live documents by record id; without the ids that several have, as it does not show whose is meant."""
    found: dict[str, lookup.Live] = {}
    several: set[str] = set()
    for old in lookup.by_record_id(context.client, index, record_ids):
        if found.setdefault(old.record_id, old) is not old:
            several.add(old.record_id)
    return {record_id: old for record_id, old in found.items() if record_id not in several}
