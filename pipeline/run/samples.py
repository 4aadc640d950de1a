"""Samples of what a run changes: some documents before and after, and records in which a drift shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import orjson
from elasticsearch import Elasticsearch

from pipeline.index import lookup
from pipeline.model.document import VECTOR_FIELDS
from pipeline.model.facets import NAMES
from pipeline.run.compare import Change, uuids_of
from pipeline.run.context import Context
from pipeline.run.details import (
    ChangeKind,
    Distribution,
    DocumentChange,
    ExampleRecord,
    FieldChange,
    Reason,
    RunDetails,
)
from pipeline.run.results import PlanResult
from pipeline.staging.kinds import Kind

CHANGES = 10
"""Changed documents that are shown."""
EXAMPLES = 5
"""Records that are shown for one reason."""
LOOKED_AT = 2000
"""Documents of each kind of change that are looked through for records in which a drift shows."""
LONGEST = 600
"""Characters of a text that are shown."""

NOT_SHOWN = frozenset({
    "harvested_at", "content_hash", "raw_digest", "evidence", "stated", "dataset_schema", "uuid", "identity_keys",
    "identifiers", "name_sort", *VECTOR_FIELDS,
})  # fmt: skip
"""Fields whose changes are no news to a person, or are shown beside others."""
MAIN = ("name", "sex", "resource_type", "country_codes", "start_year", "end_year", "age_lower", "age_upper")
"""Fields that are shown of a document that is new or deleted."""

Source = dict[str, Any]


class _Pair(NamedTuple):
    """One document before and after the run; None where it is not there."""

    kind: ChangeKind
    before: Source | None
    after: Source | None

    @property
    def one(self) -> Source:
        return self.after or self.before or {}


def details(
    context: Context,
    plan: PlanResult,
    before: Distribution | None,
    after: Distribution | None,
    reasons: list[Reason],
) -> RunDetails:
    """What a page shows of the run, with samples of its changes."""
    return RunDetails(
        plan_id=plan.plan_id,
        before=before,
        after=after,
        reasons=tuple(_with_examples(context, plan, reasons)),
        changes=tuple(map(_change, islice(_pairs(context, plan), CHANGES))) if plan.index else (),
    )


def _with_examples(context: Context, plan: PlanResult, reasons: list[Reason]) -> list[Reason]:
    """The reasons, each with some records in which it shows."""
    found: dict[int, list[ExampleRecord]] = {number: [] for number in range(len(reasons))}
    wanted = {number for number in found if reasons[number].code in {"max_drift", "max_drop", "empty"}}
    for pair in _pairs(context, plan) if wanted else ():
        for number in [*wanted]:
            if _shows(pair, reasons[number]):
                found[number].append(_example(pair, reasons[number].facet))
                if len(found[number]) == EXAMPLES:
                    wanted.remove(number)
        if not wanted:
            break
    return [reason.model_copy(update={"examples": tuple(found[number])}) for number, reason in enumerate(reasons)]


def _shows(pair: _Pair, reason: Reason) -> bool:
    """Whether a document moves the share of the reason in the direction in which it went."""
    if reason.code != "max_drift" or reason.facet is None or reason.live is None or reason.candidate is None:
        return pair.kind == "deleted"
    had, has = (_has(source, reason.facet, reason.value) for source in (pair.before, pair.after))
    fell = reason.candidate < reason.live
    if pair.kind == "updated":
        return had is not has and had is fell
    return has is not fell if pair.kind == "created" else had is fell


def _has(source: Source | None, facet: str, value: str | None) -> bool:
    found = (source or {}).get(facet)
    values = found if isinstance(found, list) else [] if found is None else [found]
    return bool(values) if value is None else value in map(str, values)


def _pairs(context: Context, plan: PlanResult) -> Iterator[_Pair]:
    """The documents that the run changes: updated ones, then deleted, then created ones; not more than `LOOKED_AT`."""
    staging, client = context.staging, context.client
    if plan.live_index and plan.index:
        updated = islice(uuids_of(staging, plan, Change.UPDATED), LOOKED_AT)
        yield from _updated(client, plan.live_index, plan.index, updated)
    if plan.live_index:
        deleted = map(orjson.loads, islice(plan.lines(staging, Kind.DELETE), LOOKED_AT))
        for _, source in lookup.sources(client, plan.live_index, deleted):
            yield _Pair("deleted", source, None)
    if plan.index:
        created = islice(uuids_of(staging, plan, Change.CREATED), LOOKED_AT)
        for _, source in lookup.sources(client, plan.index, created):
            yield _Pair("created", None, source)


def _updated(client: Elasticsearch, live: str, candidate: str, uuids: Iterator[str]) -> Iterator[_Pair]:
    for batch in lookup.batches(uuids, 100):
        before, after = (dict(lookup.sources(client, index, batch)) for index in (live, candidate))
        for uuid in batch:
            if uuid in before and uuid in after:
                yield _Pair("updated", before[uuid], after[uuid])


def _example(pair: _Pair, facet: str | None) -> ExampleRecord:
    def shown(source: Source | None) -> str | None:
        value = (source or {}).get(facet) if facet else None
        return None if value is None else _short(", ".join(map(str, value)) if isinstance(value, list) else str(value))

    return ExampleRecord(
        harmony_id=pair.one["harmony_id"],
        record_id=pair.one["record_id"],
        name=_short(pair.one["name"]),
        before=shown(pair.before),
        after=shown(pair.after),
    )


def _change(pair: _Pair) -> DocumentChange:
    before, after = (_flat(source or {}) for source in (pair.before, pair.after))
    names = MAIN if pair.kind != "updated" else sorted({*before, *after} - NOT_SHOWN, key=_place)
    fields = tuple(_field(name, before, after) for name in names if before.get(name) != after.get(name))
    one = pair.one
    return DocumentChange(
        change=pair.kind,
        harmony_id=one["harmony_id"],
        record_id=one["record_id"],
        name=_short(one["name"]),
        fields=fields,
    )


def _flat(source: Source) -> Source:
    """A document in which each text of a translation is a field of its own, such as `translations.fi.name`."""
    translations = source.get("translations", {}).items()
    texts = {f"translations.{tag}.{name}": text for tag, found in translations for name, text in found.items()}
    return {name: value for name, value in source.items() if name != "translations"} | texts


def _place(name: str) -> tuple[bool, int, str]:
    """Facets first, in the order in which people look at them."""
    return (False, NAMES.index(name), name) if name in NAMES else (True, 0, name)


def _field(name: str, before: Source, after: Source) -> FieldChange:
    evidence = [tuple(map(_short, source.get("evidence", {}).get(name, ()))) for source in (before, after)]
    return FieldChange(
        field=name,
        before=_short(before.get(name)),
        after=_short(after.get(name)),
        evidence_before=evidence[0],
        evidence_after=evidence[1],
    )


def _short(value: Any) -> Any:
    """A value of which long texts and lists are cut."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}…"
    if isinstance(value, list):
        return [*map(_short, value[:50]), *(["…"] if len(value) > 50 else [])]
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    return value
