"""Fetch: the catalogue's records, as they are sent, into raw parts."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from pipeline.catalogue import corrections
from pipeline.catalogue.digests import HARVEST_KEYS, digests
from pipeline.errors import StudyIndexError, UsageError
from pipeline.formats import format_of
from pipeline.index import lookup
from pipeline.index.generations import Generation, live_generation
from pipeline.index.mapping import put_template
from pipeline.index.vocabularies import put_vocabularies
from pipeline.meaning.embedding import embedder
from pipeline.model.digest import digest
from pipeline.model.moments import timestamp
from pipeline.protocols import NOT_RECEIVED, Harvest, HarvestOptions, StaleStateError, open_harvest
from pipeline.protocols.exclude import without_excluded
from pipeline.protocols.listing import RecordIds
from pipeline.redaction import holds_secret
from pipeline.run import refetch_corrected
from pipeline.run.carry_over import may_carry_over, read_anew
from pipeline.run.context import Context, Options, Stopwatch, under_lease
from pipeline.run.fetched import FetchResult, Mode
from pipeline.run.outcome import document_of
from pipeline.run.rebuild import rebuild_reasons, refuse_other_index
from pipeline.run.rejects import are_known, open_rejects
from pipeline.run.repeats import Repeats
from pipeline.run.staged_corrections import stage
from pipeline.staging.earlier_parts import EarlierParts
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_parts import HarvestRequest, HarvestState, RawParts
from pipeline.staging.spool import Spool
from pipeline.staging.staged_runs import runs
from pipeline.staging.store import PART_SIZE, DamagedError, PartSum, Staging

LOOKED_AT = 3
"""Earlier runs among which one is looked for whose raw parts can be taken over."""


class _Request(NamedTuple):
    """What a run asks the catalogue for."""

    mode: Mode
    since: str | None
    live: Generation | None
    """The generation that is live."""
    started: str
    rebuild_reasons: tuple[str, ...]
    catalogue_keys: dict[str, str]
    """Digests of the keys of the catalogue file as it is now."""
    again: frozenset[str]
    """Ids of records that are asked for even if they did not change."""
    refetch: refetch_corrected.Places
    """Where the records are staged whose correction changed."""
    carry_over: bool
    """Whether unchanged raw records have unchanged documents."""


class _Harvested(NamedTuple):
    """What a harvest that ended left in staging."""

    harvest: Harvest
    raw: RawParts
    repeats: Repeats
    unchanged: tuple[PartSum, ...]
    """Ids of records that are unchanged upstream."""
    started: str


@under_lease
def fetch(context: Context, part_size: int = PART_SIZE) -> FetchResult:
    """Harvest the catalogue into parts of kind `raw`.

    If an earlier try of this very run ended early, and the protocol can, the harvest continues after the last page
    of that try, as long as the same is asked for; else what that try staged is removed. Stages the corrections, too.

    Raises:
        UsageError, RetryError, FailError: as the protocol states; only staging has changed then.
    """
    stopwatch = Stopwatch()
    put_template(context.client)  # whoever may not, learns it before the harvest
    put_vocabularies(context.client)
    embedder()  # whose model is not installed, learns that now, too
    corrected = corrections.load(context.catalogue)
    request = _request(context, corrected)
    try:
        found = _harvest(context, request, _state_of_earlier_try(context, request), part_size)
    except StaleStateError:
        found = _harvest(context, request, None, part_size)
    harvest, raw, repeats, unchanged, started = found
    snapshot = harvest.snapshot and context.options.since is None
    completeness = harvest.completeness
    complete = completeness.complete and context.options.limit is None
    listed = unchanged if snapshot and complete else None
    refetched = refetch_corrected.refetch(context, raw, request.refetch, listed)
    document = partial(document_of, context.catalogue, harvested_at=started, corrections=corrected)
    anew = _read_anew(context, request.live, corrected) if request.carry_over else ()
    sums = {
        Kind.RAW: raw.sums,
        Kind.RAW_KEYS: raw.key_sums,
        Kind.SUPERSEDED: repeats.stage_superseded(context.staging, raw, document),
        Kind.UNCHANGED_UPSTREAM: unchanged,
        Kind.CORRECTIONS: (stage(corrected, context.staging),),
        Kind.READ_ANEW: anew,
    }
    result = FetchResult(
        mode=request.mode,
        rebuild_reasons=request.rebuild_reasons,
        catalogue_keys=request.catalogue_keys,
        since=request.since,
        live=request.live.number if request.live else None,
        carry_over=request.carry_over,
        started=started,
        snapshot=snapshot,
        complete=complete,
        losses=completeness.reasons,
        limited=context.options.limit is not None,
        watermark=harvest.watermark,
        sums=sums,
        fetched=raw.fetched - sum(part.lines for part in sums[Kind.SUPERSEDED]),
        besides=raw.besides,
        read_anew=sum(part.lines for part in anew),
        refetched=refetched,
        has_all_changes=complete and context.options.since is None,
        seconds=stopwatch.seconds,
    ).stage(context.staging)
    with suppress(StudyIndexError):  # the harvest is complete without it, and pruning removes what is left
        context.staging.remove_kinds(Kind.PAGES)
        context.staging.remove_json(HarvestState.NAME)
    return result


class Resumable(NamedTuple):
    """A run whose harvest ended early and can continue, and what it was asked for."""

    run_id: str
    options: Options


def resumable(catalogue: str) -> Resumable | None:
    """The latest run of a catalogue, if its harvest ended early and can continue; else None."""
    for run_id in runs(catalogue)[-1:]:
        staging = Staging(catalogue, run_id)
        state = HarvestState.staged(staging)
        if state is not None and not FetchResult.is_staged(staging):
            return Resumable(run_id, Options(full=state.request.full, since=state.request.since))
    return None


def _request(context: Context, corrected: corrections.Corrections) -> _Request:
    options = context.options
    if options.full and options.since is not None:
        raise UsageError("A full run asks for everything, one with --since for changes: leave out one of the two")
    live = live_generation(context.client, context.catalogue.name)
    reasons = _rebuild_reasons(context, live)
    full = options.full or live is None or bool(reasons)
    since = options.since or _watermark(context, live, full=full)
    places: refetch_corrected.Places | None = {}
    if live is not None and since is not None and not options.is_partial:
        places = refetch_corrected.places(context, live, corrected)
        since = None if places is None or not are_known(context.catalogue.name, live, context.run_id) else since
    mode: Mode = "full" if full else "incremental"
    again = _again(context, live, since)
    if again is None:
        since, again = None, frozenset[str]()
    carry_over = may_carry_over(context.catalogue, live, context.run_id)
    keys = digests(context.catalogue)
    return _Request(mode, since, live, timestamp(), reasons, keys, again, places or {}, carry_over)


def _rebuild_reasons(context: Context, live: Generation | None) -> tuple[str, ...]:
    """Why a run has to be full that was not asked to be.

    A run with `since` or `limit` is a try with some records: changed catalogue keys wait for the next run.

    Raises:
        FailError: such a run meets a generation into which its documents do not fit.
    """
    if live is None:
        return ()
    if context.options.is_partial:
        refuse_other_index(context.catalogue, live)
        return ()
    return () if context.options.full else rebuild_reasons(context.catalogue, live)


def _harvest(context: Context, request: _Request, state: HarvestState | None, part_size: int) -> _Harvested:
    """Harvest to the end; after the last page of an earlier try, if its state is given and its parts are there."""
    raw = RawParts(context.staging, part_size, earlier=_earlier_parts(context))
    if state is None or not raw.resume(state):
        state = None
        context.staging.begin()
    started = request.started if state is None else state.request.started
    resume = None if state is None else state.protocol_state
    options = HarvestOptions(
        request.since,
        context.options.limit,
        resume,
        before=raw.fetched_before(),
        again=request.again,
        known=partial(_received, context),
    )
    harvest = open_harvest(context.catalogue, format_of(context.catalogue), options)
    if context.options.limit is None:
        asked = HarvestRequest(
            full=context.options.full, since=context.options.since, digest=_asked(request), started=started
        )
        harvest.on_page = partial(_end_page, raw, asked)
    repeats = Repeats(raw.all_keys())
    unchanged = Spool(context.staging, Kind.UNCHANGED_UPSTREAM)
    harvest.on_unchanged = unchanged.add
    context.progress("fetch", raw.fetched, harvest.total)
    for item in without_excluded(context.catalogue, harvest):
        repeats.note(raw.add_item(item))
        context.progress("fetch", raw.fetched, harvest.total)
    raw.close()
    return _Harvested(harvest, raw, repeats, unchanged.close(), started)


def _earlier_parts(context: Context) -> EarlierParts | None:
    """The raw parts of the latest run that has some; None where there is none among the last ones."""
    name = context.catalogue.name
    for run_id in reversed(runs(name)[-LOOKED_AT:]):
        staging = Staging(name, run_id)
        with suppress(DamagedError):
            found = FetchResult.staged(staging)
            if found.besides and run_id != context.run_id:
                return EarlierParts(staging, found.sums[Kind.RAW], found.sums[Kind.RAW_KEYS], found.besides)
    return None


def _read_anew(context: Context, live: Generation | None, corrected: corrections.Corrections) -> tuple[PartSum, ...]:
    """Stage the ids of the records that are read whatever their digest."""
    anew = Spool(context.staging, Kind.READ_ANEW)
    for record_id in read_anew(context, live, corrected) if live else ():
        anew.add(record_id)
    return anew.close()


def _end_page(raw: RawParts, asked: HarvestRequest, state: dict[str, Any]) -> None:
    """Stage where the harvest could continue, unless a service has put a key into it: no file holds a key."""
    if not holds_secret(str(state)):
        raw.end_page(state, asked)


def _state_of_earlier_try(context: Context, request: _Request) -> HarvestState | None:
    """The state of an earlier try of the run that asked for the same and ended early; None where there is none."""
    if context.options.limit is not None or FetchResult.is_staged(context.staging):
        return None
    state = HarvestState.staged(context.staging)
    return state if state is not None and state.request.digest == _asked(request) else None


def _asked(request: _Request) -> str:
    """Digest of what is asked for; not the words themselves, as a protocol may hold keys."""
    keys = {key: request.catalogue_keys[key] for key in HARVEST_KEYS}
    return digest([request.mode, request.since, sorted(request.again), keys])


def _again(context: Context, live: Generation | None, since: str | None) -> frozenset[str] | None:
    """Ids of the records that a run of changes has to ask for, even if they did not change.

    These are records that earlier runs did not receive, and duplicates of a record whose document is no longer live.
    None where fewer of the former are staged than `_meta` counts, as what is staged was lost: then everything has to be
    asked for. A run that is asked for some records leaves them to the next one.
    """
    if live is None or since is None or context.options.is_partial:
        return frozenset()
    name = context.catalogue.name
    not_received = {reject.record_id for _, reject in open_rejects(name, live, NOT_RECEIVED)}
    if len(not_received) < live.meta.not_received:
        return None
    places = ((item.record_id, item.at or {}) for _, item in open_rejects(name, live, "duplicate_id"))
    first = {record_id: str(at["first"]) for record_id, at in places if "first" in at}
    there = {old.record_id for old in lookup.by_record_id(context.client, live.index, first.values())}
    return frozenset(not_received | {record_id for record_id in first if first[record_id] not in there})


def _received(context: Context) -> RecordIds:
    """Ids of the records that became live documents or rejects."""
    found = RecordIds()
    live = live_generation(context.client, context.catalogue.name)
    if live is not None:
        for old in lookup.all_documents(context.client, live.index):
            found.add(old.record_id)
    for _, reject in open_rejects(context.catalogue.name, live):
        found.add(reject.record_id)
    return found


def _watermark(context: Context, live: Generation | None, *, full: bool) -> str | None:
    """The time since which changes are asked for.

    A time that lies in the future came from a server whose clock was wrong: the time at which that run began, by this
    machine's clock, takes its place.
    """
    if full or live is None or not context.catalogue.protocol.selective:
        return None
    watermark, now = live.meta.watermark, timestamp()
    if not watermark or watermark <= now:
        return watermark or None
    return min(str((live.meta.report or {}).get("started", now)), now)
