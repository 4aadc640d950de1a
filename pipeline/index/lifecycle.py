"""Changing what is live: promote, rollback, unpin, prune, retire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from elasticsearch import Elasticsearch

from pipeline.errors import FailError, UsageError
from pipeline.index import lookup
from pipeline.index.bulk import Write, write
from pipeline.index.generations import (
    Generation,
    change_aliases,
    delete,
    finalise,
    known_and_live,
    off_alias,
    open_for_writing,
    swap,
    write_meta,
)
from pipeline.index.meta import Pinned
from pipeline.model.moments import timestamp

PROMOTABLE = frozenset({"held", "ready"})


def state(generation: Generation, live: Generation | None) -> str:
    """What a generation is for: `live`, `previous` (rollback goes there), `candidate` (promote lets it go live),
    `building` (a run writes it, or a run that writes it ended early), or `superseded`."""
    if generation.live:
        return "live"
    if live is not None and generation.number == live.meta.previous:
        return "previous"
    if live is None or generation.number > live.number:
        if generation.meta.state in PROMOTABLE:
            return "candidate"
        return "building"
    return "superseded"


def promote(client: Elasticsearch, catalogue: str) -> Generation:
    """Let the newest candidate go live; runs of the catalogue are no longer pinned.

    Raises:
        UsageError: there is no candidate.
    """
    known, live = known_and_live(client, catalogue)
    candidates = [item for item in known if state(item, live) == "candidate"]
    if not candidates:
        raise UsageError(
            f"{catalogue} has no candidate to promote: study-index generations {catalogue} shows what it has"
        )
    candidate = candidates[-1]
    meta = candidate.meta.replaced(state="ready", pinned=None, previous=live.number if live else None)
    write_meta(client, candidate.index, meta)
    swap(client, candidate, live)
    prune(client, catalogue)
    return replace(candidate, live=True, meta=meta)


def rollback(client: Elasticsearch, catalogue: str) -> Generation:
    """Undo exactly the last run that went live, and pin the catalogue: scheduled runs hold from now on.

    Raises:
        UsageError: there is no earlier generation, or the last run was undone already.
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
    meta = previous.meta.replaced(pinned=Pinned(at=timestamp(), rolled_back=live.number))
    write_meta(client, previous.index, meta)
    swap(client, previous, live)
    return replace(previous, live=True, meta=meta)


def unpin(client: Elasticsearch, catalogue: str) -> Generation:
    """Let runs of a rolled-back catalogue go live again.

    Raises:
        UsageError: it is not pinned.
    """
    _, live = known_and_live(client, catalogue)
    if live is None or live.meta.pinned is None:
        raise UsageError(f"{catalogue} is not pinned: its runs go live as they pass the gate")
    meta = live.meta.replaced(pinned=None)
    write_meta(client, live.index, meta)
    return replace(live, meta=meta)


def prune(client: Elasticsearch, catalogue: str) -> list[str]:
    """Delete generations that neither readers, nor rollback, nor promote need; returns the names of their indices.

    The newest candidate stays, and so does a generation that a run may be building at this moment.
    """
    known, live = known_and_live(client, catalogue)
    candidates = [item for item in known if state(item, live) == "candidate"]
    newest = known[-1].number if known else 0
    doomed = [item for item in known if state(item, live) == "superseded"]
    doomed += candidates[:-1]
    doomed += [item for item in known if state(item, live) == "building" and item.number < newest]
    return delete(client, doomed)


def discard_candidates(client: Elasticsearch, catalogue: str) -> None:
    """Delete waiting candidates: a later run found that what is live is what the catalogue has."""
    known, live = known_and_live(client, catalogue)
    delete(client, [item for item in known if state(item, live) == "candidate"])


def remove_suppressed(client: Elasticsearch, catalogue: str, suppressed: Mapping[str, str]) -> None:
    """Delete suppressed documents (harmony_id by uuid) from the generations that could go live later.

    `_meta` of such a generation then states that these corrections may not be applied: if it goes live, the next run
    looks at their records again.
    """
    if not suppressed:
        return
    known, live = known_and_live(client, catalogue)
    for item in known:
        if state(item, live) not in {"previous", "candidate"}:
            continue
        uuids = [found.uuid for found in lookup.by_uuid(client, item.index, sorted(suppressed))]
        if uuids:
            open_for_writing(client, item.index)
            refused = [refusal.reason for refusal in write(client, item.index, (Write(uuid, None) for uuid in uuids))]
            finalise(client, item.index)
            applied = item.meta.corrections | dict.fromkeys(suppressed[uuid] for uuid in uuids)
            write_meta(client, item.index, item.meta.replaced(corrections=applied))
            if refused:
                raise FailError(f"{item.index} still has documents that corrections suppress: {refused[0]}")


def retire(client: Elasticsearch, catalogue: str) -> list[str]:
    """Take a catalogue out of the index: off the alias in one step, then all its generations are deleted.

    Raises:
        UsageError: it has no generation.
    """
    known, live = known_and_live(client, catalogue)
    if not known:
        raise UsageError(f"{catalogue} has nothing in the index: study-index generations shows what there is")
    if live is not None:
        change_aliases(client, off_alias(live), catalogue, None)
    return delete(client, (replace(item, live=False) for item in known))
