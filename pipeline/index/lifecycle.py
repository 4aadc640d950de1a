"""Changing what is live: promote, rollback, unpin, prune, retire. The states are those of `pipeline.index.states`.

Each function holds the catalogue's lease while it works, so that what it found is still so when it changes it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, StudyIndexError, UsageError
from pipeline.index import lookup
from pipeline.index.bulk import Write, write
from pipeline.index.generations import (
    Generation,
    change_aliases,
    count,
    delete,
    finalise,
    generations,
    known_and_live,
    off_alias,
    open_for_writing,
    own_alias,
    swap,
    write_meta,
)
from pipeline.index.leases import leased
from pipeline.index.meta import DECISIONS, Action, Decision, Pinned, links_after
from pipeline.index.states import GOES_LIVE, State, gate_reasons, replaced, state
from pipeline.model.moments import timestamp

log = logging.getLogger(__name__)


class Swapped(NamedTuple):
    """What a promote or a rollback did."""

    generation: Generation
    """The generation that is live now."""
    before: int
    """Documents that were live."""
    after: int
    """Documents that are live now."""
    was: State
    """State of the generation before it went live."""
    reasons: tuple[str, ...]
    """Why the gate had held it; nothing if it had not."""
    instead_of: str | None = None
    """Index of the generation that was live before."""


@leased
def promote(
    client: Elasticsearch, catalogue: str, to: int | None = None, *, by: str | None = None, why: str | None = None
) -> Swapped:
    """Let the candidate go live, or take a rollback back; runs of the catalogue are no longer pinned.

    Where both are possible, `to` has to be the number of the generation: which one is right is not guessed. Generations
    that are no longer needed are deleted; where they cannot be, a warning says so. `_meta` keeps who decided, and why.

    Raises:
        UsageError: there is nothing to promote, or more than one generation, or not the one of this number.
    """
    known, live = known_and_live(client, catalogue)
    possible = [item for item in known if state(item, live) in GOES_LIVE]
    possible = [item for item in possible if item not in replaced(possible, live)]
    chosen = [item for item in possible if to in {None, item.number}]
    if len(chosen) != 1:
        raise UsageError(_which(client, catalogue, possible, live, to))
    (generation,) = chosen
    was, reasons = state(generation, live), gate_reasons(generation)
    decisions = _decided("promote", generation, live, by, why)
    meta = generation.meta.replaced(
        state="ready",
        pinned=None,
        previous=live.number if live else None,
        decisions=decisions,
        links=links_after(live.meta if live else None),
    )
    before, after = count(client, live.index) if live else 0, count(client, generation.index)
    write_meta(client, generation.index, meta)
    swap(client, generation, live)
    try:
        prune(client, catalogue)
    except StudyIndexError as error:  # it is live, and the next run or prune tries again
        log.warning(
            "%s is live; generations that are no longer needed are not all deleted: %s", generation.index, error
        )
    instead_of = live.index if live else None
    return Swapped(replace(generation, live=True, meta=meta), before, after, was, reasons, instead_of)


def _which(
    client: Elasticsearch, catalogue: str, possible: list[Generation], live: Generation | None, to: int | None
) -> str:
    """The message about a promote that is not clear."""
    if not possible:
        return f"{catalogue} has no candidate to promote: study-index generations {catalogue} shows what it has"
    lines = [f"{item.number}: {_described(item, live)}, {count(client, item.index)} documents" for item in possible]
    there = f"{live.index} with {count(client, live.index)} documents" if live else "nothing"
    unclear = f"Generation {to} of {catalogue} cannot go live" if to else f"{catalogue} has several that can go live"
    return (
        f"{unclear}. Live is {there}. Name one of these with --to, for example study-index promote {catalogue} --to "
        f"{possible[-1].number}: {'; '.join(lines)}"
    )


def _described(generation: Generation, live: Generation | None) -> str:
    if state(generation, live) == "rolled_back":
        pinned = live.meta.pinned if live else None
        return f"was rolled back{f' at {pinned.at}' if pinned else ''}"
    reasons = gate_reasons(generation)
    return f"candidate, held at the gate ({'; '.join(reasons)})" if reasons else "candidate that the gate passed"


@leased
def refuse(
    client: Elasticsearch, catalogue: str, number: int | None = None, *, by: str | None = None, why: str | None = None
) -> Generation:
    """State that a candidate is not to go live. It stays until the next run replaces it, and can still be promoted.

    Raises:
        UsageError: there is no candidate, or none of this number.
    """
    known, live = known_and_live(client, catalogue)
    candidates = [item for item in known if state(item, live) == "candidate" and item.number == (number or item.number)]
    if not candidates:
        raise UsageError(
            f"{catalogue} has no candidate{f' {number}' if number else ''}: study-index generations {catalogue} shows "
            "what it has"
        )
    candidate = candidates[-1]
    decisions = _decided("refuse", candidate, live, by, why)
    meta = candidate.meta.replaced(state="refused", decisions=decisions)
    write_meta(client, candidate.index, meta)
    if live is not None:
        write_meta(client, live.index, live.meta.replaced(decisions=decisions))
    return replace(candidate, meta=meta)


@leased
def rollback(
    client: Elasticsearch, catalogue: str, number: int | None = None, *, by: str | None = None, why: str | None = None
) -> Swapped:
    """Undo exactly the last run that went live, and pin the catalogue: scheduled runs hold from now on.

    `number` is that of the generation which the person who asks takes for live, where it is known.

    Raises:
        UsageError: there is no earlier generation, the last run was undone already, or another one is live by now.
    """
    known, live = known_and_live(client, catalogue)
    if live is not None and live.meta.pinned is not None:
        raise UsageError(
            f"{catalogue} was rolled back already, at {live.meta.pinned.at}: promote takes that back, unpin lets "
            "its next run go live"
        )
    previous = next((item for item in known if live and state(item, live) == "previous"), None)
    if live is None or previous is None:
        raise UsageError(f"{catalogue} has no earlier generation to roll back to")
    if number not in {None, live.number}:
        raise UsageError(
            f"{catalogue}: {live.index} is live by now, and not generation {number}, which was to be rolled back. "
            "Nothing was changed: look at it, and roll it back if it is wrong, too"
        )
    before, after = count(client, live.index), count(client, previous.index)
    decisions = _decided("rollback", live, live, by, why)
    write_meta(client, live.index, live.meta.replaced(state="rolled_back", decisions=decisions))
    pinned = Pinned(at=timestamp(), rolled_back=live.number)
    meta = previous.meta.replaced(state="ready", pinned=pinned, decisions=decisions, links=links_after(live.meta))
    write_meta(client, previous.index, meta)
    swap(client, previous, live)
    return Swapped(replace(previous, live=True, meta=meta), before, after, "previous", (), live.index)


@leased
def unpin(client: Elasticsearch, catalogue: str, *, by: str | None = None, why: str | None = None) -> Generation:
    """Let runs of a rolled-back catalogue go live again.

    Raises:
        UsageError: it is not pinned.
    """
    _, live = known_and_live(client, catalogue)
    if live is None or live.meta.pinned is None:
        raise UsageError(f"{catalogue} is not pinned: its runs go live as they pass the gate")
    meta = live.meta.replaced(pinned=None, decisions=_decided("unpin", live, live, by, why))
    write_meta(client, live.index, meta)
    return replace(live, meta=meta)


def _decided(
    action: Action, about: Generation, live: Generation | None, by: str | None, why: str | None
) -> tuple[Decision, ...]:
    """The decisions that are known of a catalogue, and this new one."""
    known = dict.fromkeys((*about.meta.decisions, *(live.meta.decisions if live else ())))  # in order also in a second
    new = Decision(action=action, by=by, why=why, at=timestamp(), number=about.number, run_id=about.meta.run_id)
    return (*sorted(known, key=lambda item: item.at), new)[-DECISIONS:]


@leased
def prune(client: Elasticsearch, catalogue: str) -> list[str]:
    """Delete generations that neither readers, nor rollback, nor promote need; returns the names of their indices.

    The newest candidate stays, and so does a generation that a run may be building at this moment.
    """
    known, live = known_and_live(client, catalogue)
    return delete(client, replaced(known, live))


def candidates(known: Iterable[Generation], live: Generation | None) -> list[Generation]:
    """The candidates among the generations of a catalogue."""
    return [item for item in known if state(item, live) == "candidate"]


def remove_suppressed(
    client: Elasticsearch, known: Iterable[Generation], live: Generation | None, suppressed: Mapping[str, str]
) -> None:
    """Delete suppressed documents (harmony_id by uuid) from the generations that could go live later.

    `_meta` of such a generation states first that these corrections may not be applied: if it goes live, the next run
    looks at their records again. One that an earlier try left open for writing is closed, too.

    Args:
        client: the client.
        known: the generations of a catalogue whose lease is held.
        live: the one that is live.
        suppressed: harmony_ids of the suppressed documents by uuid.
    """
    for item in known:
        if state(item, live) not in {"previous", *GOES_LIVE}:
            continue
        uuids = [found.uuid for found in lookup.by_uuid(client, item.index, suppressed)]
        refused = []
        if uuids:
            applied = item.meta.corrections | dict.fromkeys(suppressed[uuid] for uuid in uuids)
            write_meta(client, item.index, item.meta.replaced(corrections=applied))
            open_for_writing(client, item.index)
            refused = [refusal.reason for refusal in write(client, item.index, (Write(uuid, None) for uuid in uuids))]
        if uuids or item.writable:
            finalise(client, item.index)
        if refused:
            raise FailError(f"{item.index} still has documents that corrections suppress: {refused[0]}")


@leased
def retire(client: Elasticsearch, catalogue: str) -> list[str]:
    """Take a catalogue out of the index: off the alias in one step, then all its generations are deleted.

    Raises:
        UsageError: it has no generation.
        RetryError: readers no longer see it, and not all of its generations could be deleted.
    """
    known = generations(client, catalogue)
    if not known:
        raise UsageError(f"{catalogue} has nothing in the index: study-index generations shows what there is")
    own = ({"remove": {"index": item.index, "alias": own_alias(catalogue)}} for item in known if item.fault)
    if off := [*(action for item in known if item.live for action in off_alias(item)), *own]:
        change_aliases(client, off, catalogue, None)
    try:
        return delete(client, (replace(item, live=False) for item in known))
    except StudyIndexError as error:
        raise RetryError(
            f"{catalogue} is retired, so nobody finds it any more; its generations are not all deleted, so retire it "
            f"again: {error}"
        ) from error
