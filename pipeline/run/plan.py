"""Plan: what the harvest changes of what is live, and the candidate generation that is to hold it."""

from __future__ import annotations

import secrets
from collections import Counter

from pipeline.catalogue.corrections import Corrections
from pipeline.errors import FailError, RetryError
from pipeline.index import lookup
from pipeline.index.generations import Generation, count, create_clone, create_empty, delete, index_name, known_and_live
from pipeline.index.mapping import put_template, refuse_other_mapping, template_digest
from pipeline.index.meta import GenerationMeta
from pipeline.index.states import KEPT, state
from pipeline.model.document import SCHEMA_VERSION
from pipeline.model.identity import uuid_of
from pipeline.model.moments import timestamp
from pipeline.model.raw import Reject
from pipeline.run.compare import compare
from pipeline.run.context import Context, Stopwatch, under_lease
from pipeline.run.handed_on import processed_parts
from pipeline.run.rebuild import refuse_other_index
from pipeline.run.results import FetchResult, PlanResult, ProcessResult
from pipeline.run.staged_corrections import staged
from pipeline.staging.kinds import Kind

NUMBERS = 5
"""Numbers that are tried for the candidate: one that another run took meanwhile is passed over."""


@under_lease
def plan(context: Context) -> PlanResult:
    """Compare the ready documents with the live ones, and make the candidate generation if anything changes.

    Writes the parts that `compare` describes.

    Raises:
        FailError: nothing of the harvest could be read, or the run would add to an index of another schema.
        RetryError: other runs make generations of the catalogue at this moment.
    """
    stopwatch = Stopwatch()
    staging = context.staging
    known, live = known_and_live(context.client, context.catalogue.name)
    fetched = FetchResult.staged(staging)
    processed = processed_parts(staging, fetched)
    _refuse_changed_surroundings(context, live, fetched, processed)
    if fetched.fetched_all_listed:
        _refuse_unreadable(context, processed)
    start_empty = live is None or (fetched.mode == "full" and fetched.snapshot and not context.options.is_partial)
    if live is not None and not start_empty:
        refuse_other_index(context.catalogue, live)
    corrections = staged(staging, fetched)
    compared = compare(context, live, fetched, processed, frozenset(corrections.suppressed()), all_live=start_empty)
    changed = compared.created + compared.updated + compared.deleted > 0
    number = None
    if changed or (live is not None and start_empty):
        number = _make_candidate(context, known, live, fetched, start_empty=start_empty)
    before = count(context.client, live.index) if live else 0
    return PlanResult(
        plan_id=secrets.token_hex(8),
        keys=tuple(part for item in processed for part in item.sums[Kind.KEYS]),
        generation=number,
        index=None if number is None else index_name(context.catalogue.name, number),
        start_empty=start_empty,
        live_index=live.index if live else None,
        live_run=live.meta.run_id if live else None,
        live_before=before,
        expected=before + compared.created - compared.deleted,
        created=compared.created,
        updated=compared.updated,
        unchanged=compared.unchanged,
        deleted=compared.deleted,
        kept=compared.kept,
        not_deleted=compared.not_deleted,
        not_asked_for=compared.not_asked_for,
        not_compared=0 if compared.everything else before - compared.seen,
        suppressed=compared.suppressed,
        deleted_upstream=compared.deleted_upstream,
        duplicates=compared.duplicates,
        unmatched=tuple(_unmatched(context, live, fetched, processed, corrections)),
        sums=compared.sums,
        seconds=stopwatch.seconds,
    ).stage(staging)


def _refuse_changed_surroundings(
    context: Context, live: Generation | None, fetched: FetchResult, processed: list[ProcessResult]
) -> None:
    """Refuse what was harvested or processed for another state of things than the present one."""
    name = context.catalogue.name
    if any(item.schema_version != SCHEMA_VERSION for item in processed):
        raise FailError(
            f"{name}: another version of the pipeline made the documents of this run. Run the catalogue again."
        )
    now_live = live.number if live else None
    if fetched.live != now_live:
        raise FailError(
            f"{name}: generation {now_live or 'none'} is live now, and {fetched.live or 'none'} was when the harvest "
            "began, so the harvest may lack what the new one has. Nothing of this run went live; run the catalogue "
            "again."
        )


def _refuse_unreadable(context: Context, processed: list[ProcessResult]) -> None:
    """A harvest of nothing but rejects is a wrong format or a broken file, not an empty catalogue."""
    rejects: Counter[str] = Counter()
    for item in processed:
        rejects.update(item.rejects)
    del rejects["suppressed"]
    if not rejects or any(item.read for item in processed):
        return
    code, _ = rejects.most_common(1)[0]
    example = next(
        reject
        for item in processed
        for reject in map(Reject.from_line, item.lines(context.staging, Kind.REJECTS))
        if reject.code == code
    )
    raise FailError(
        f"{context.catalogue.name}: none of {rejects.total()} records could be read as {context.catalogue.format}; "
        f"most often {code}, for example {example.record_id}: {example.message}. Check the format and the "
        "protocol in the catalogue file, and what the catalogue sends. Nothing in the index has changed."
    )


def _unmatched(
    context: Context,
    live: Generation | None,
    fetched: FetchResult,
    processed: list[ProcessResult],
    corrections: Corrections,
) -> list[str]:
    """harmony_ids of corrections that match no record, as far as this run and the one before can know."""
    names = corrections.by_id.keys() - {name for item in processed for name in item.corrected}
    if live is None:
        return sorted(names) if fetched.has_all_changes else []
    uuids = {uuid_of(name): name for name in names}
    names -= {uuids[old.uuid] for old in lookup.by_uuid(context.client, live.index, sorted(uuids))}
    before = {*live.meta.unmatched}
    if not fetched.has_all_changes:
        return sorted(names & before)
    if fetched.since is None:
        return sorted(names)
    known = live.meta.corrections.keys() - before
    return sorted(name for name in names if not (corrections.by_id[name].suppress and name in known))


def _make_candidate(
    context: Context, known: list[Generation], live: Generation | None, fetched: FetchResult, *, start_empty: bool
) -> int:
    """Make the candidate and return its number; what an earlier try of this very run left is deleted."""
    put_template(context.client)
    mine = (item for item in known if item.meta.run_id == context.run_id)
    delete(context.client, (item for item in mine if state(item, live) not in KEPT))
    name = context.catalogue.name
    # Live documents that are taken over as they are keep what they were made with: the next run may have to be full.
    taken_over = None if live is None or (start_empty and fetched.is_full_snapshot) else live.meta
    meta = GenerationMeta(
        catalogue=name,
        run_id=context.run_id,
        state="building",
        made_at=timestamp(),
        previous=live.number if live else None,
        watermark=live.meta.watermark if live else None,
        not_received=live.meta.not_received if live else 0,
        schema_version=taken_over.schema_version if taken_over else SCHEMA_VERSION,
        mapping=template_digest(),
        catalogue_keys=taken_over.catalogue_keys if taken_over else fetched.catalogue_keys,
        corrections=live.meta.corrections if live else {},
        history=live.meta.history if live else (),
        decisions=live.meta.decisions if live else (),
    )

    def make(number: int) -> bool:
        if live is None or start_empty:
            is_made = create_empty(context.client, name, number, meta)
            if is_made:
                refuse_other_mapping(context.client, index_name(name, number))
            return is_made
        return create_clone(context.client, live, number, meta)

    first = max((item.number for item in known), default=0) + 1
    for number in range(first, first + NUMBERS):
        if make(number):
            return number
    raise RetryError(
        f"{name}: other runs made {index_name(name, first)} and the {NUMBERS - 1} after it at this moment. "
        "Run one run of a catalogue at a time."
    )
