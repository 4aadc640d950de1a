"""Plan: what the harvest changes of what is live, and the candidate generation that is to hold it."""

from __future__ import annotations

import secrets
from collections import Counter

from pipeline.catalogue.corrections import Corrections
from pipeline.errors import FailError
from pipeline.index import lookup
from pipeline.index.generations import Generation, count, index_name, known_and_live
from pipeline.model.identity import uuid_of
from pipeline.model.raw import Reject
from pipeline.run.candidate import asks_for_everything, delete_earlier, early_candidate, make_candidate, starts_empty
from pipeline.run.compare import Comparison, compare
from pipeline.run.context import Context, Stopwatch, under_lease
from pipeline.run.embed import should_make_vectors
from pipeline.run.fetched import FetchResult
from pipeline.run.handed_on import processed_parts
from pipeline.run.rebuild import refuse_other_index
from pipeline.run.results import PlanResult, ProcessResult
from pipeline.run.rules import rules_digest
from pipeline.run.staged_corrections import staged
from pipeline.staging.kinds import Kind
from pipeline.staging.spool import Spool
from pipeline.staging.store import PartSum


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
    start_empty = starts_empty(live)
    if live is not None and start_empty and not asks_for_everything(context, fetched):
        refuse_other_index(context.catalogue, live)
    corrections = staged(staging, fetched)
    compared = compare(context, live, fetched, processed, frozenset(corrections.suppressed()), all_live=start_empty)
    ageing = _ageing(context, live, fetched)
    changed = compared.created + compared.updated + compared.deleted + sum(part.lines for part in ageing) > 0
    number = None
    if changed or (live is not None and (start_empty or should_make_vectors(context, live))):
        early = early_candidate(staging, known) if start_empty else None
        number = early.number if early else make_candidate(context, known, live, fetched, start_empty=start_empty)
    else:
        delete_earlier(context, known, live)
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
        duplicated_ids=compared.duplicated_ids,
        ageing=sum(part.lines for part in ageing),
        unmatched=tuple(_unmatched(context, live, fetched, processed, corrections)),
        rules=_rules(live, compared),
        sums={**compared.sums, Kind.AGEING: ageing},
        seconds=stopwatch.seconds,
    ).stage(staging)


def _refuse_changed_surroundings(
    context: Context, live: Generation | None, fetched: FetchResult, processed: list[ProcessResult]
) -> None:
    """Refuse what was harvested or processed for another state of things than the present one."""
    name = context.catalogue.name
    if any(item.rules != rules_digest() for item in processed):
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
    code = max(rejects, key=rejects.__getitem__)
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


def _ageing(context: Context, live: Generation | None, fetched: FetchResult) -> tuple[PartSum, ...]:
    """Stage the uuids of live documents of ongoing studies that do not cover the year of the run yet."""
    ageing = Spool(context.staging, Kind.AGEING)
    if live is not None and not context.options.is_partial:
        for uuid in lookup.ongoing_until_before(context.client, live.index, int(fetched.started[:4])):
            ageing.add(uuid)
    return ageing.close()


def _rules(live: Generation | None, compared: Comparison) -> str | None:
    """The rules by which all documents are made that are live after the run; None where different ones made them.

    A document that is kept as its record is rejected counts as read: its record is read again until it no longer is.
    """
    all_read = compared.everything and not compared.not_deleted and not compared.not_asked_for
    if live is None or all_read or live.meta.rules == rules_digest():
        return rules_digest()
    return None if compared.created or compared.updated else live.meta.rules


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
    names -= {uuids[old.uuid] for old in lookup.by_uuid(context.client, live.index, uuids)}
    before = {*live.meta.unmatched}
    if not fetched.has_all_changes:
        return sorted(names & before)
    if fetched.since is None:
        return sorted(names)
    known = live.meta.corrections.keys() - before
    return sorted(name for name in names if not (corrections.by_id[name].suppress and name in known))
