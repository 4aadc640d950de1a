"""The stage "link": works and hierarchy over all live catalogues.

It follows whenever something went live. It looks at the documents that changed, as they were and as they are, and at
those that these can concern; a full pass looks at all. Both decide by the same functions, of the documents that are
live alone, so they come to the same. `_meta` of a generation states whether it was linked since it went live. If it
was not, as a pass ended early or a catalogue was worked on, the next pass is a full one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline.index.client import retrying, waiting
from pipeline.index.generations import Generation, finalise, generations, known_and_live, write_meta
from pipeline.index.leases import LeasedError, working_on
from pipeline.links.changes import Changes, Concerned
from pipeline.links.counts import LinkCounts, counted
from pipeline.links.finding import all_members
from pipeline.links.groups import grouped_works
from pipeline.links.members import Member
from pipeline.links.parents import parents_of
from pipeline.links.works import Work
from pipeline.links.writing import Wanted

LINKS = "_links"
"""Name of the lease of a pass, which no catalogue can have: a second pass sees what the first one wrote."""

Progress = Callable[[str, int, int | None], None]
"""Is called with what is looked for, the number of documents so far, and None."""


class Linked(NamedTuple):
    """What a pass did; `full` where it looked at all that is live."""

    full: bool
    counts: LinkCounts = LinkCounts()
    pending: tuple[str, ...] = ()
    """Catalogues that others worked on, so that the next pass has to be a full one."""

    def as_json(self) -> dict[str, Any]:
        """All of it, for machines."""
        return {"full": self.full, **self.counts.model_dump(), "pending": self.pending}


class _Pass:
    """What a pass has done so far, and how many documents it has `seen`."""

    def __init__(self) -> None:
        self.seen = 0
        self._counts: Counter[str] = Counter()

    def note(self, before: dict[str, Any], now: dict[str, Any]) -> None:
        """Count what is written into a document: all its fields before, and those that change."""
        self._counts.update(counted(before, now))

    def counts(self) -> LinkCounts:
        """What it did."""
        return LinkCounts(**self._counts)


def link(
    client: Elasticsearch, changes: Changes | None = None, progress: Progress = lambda _stage, _done, _total: None
) -> Linked:
    """Find works and hierarchy anew, of what changed or (without changes) of all that is live.

    Raises:
        RetryError: another pass goes on for too long, or Elasticsearch was away.
        FailError: Elasticsearch refused a document.
    """
    with _one_pass(client):
        live = [item for item in generations(client) if item.live and not item.closed]
        concerned = Concerned.of(client, changes, live)
        for item in live if concerned is None else ():
            _close(client, item)
        done = _Pass()
        pending = _link_works(client, concerned, done, progress)
        pending |= _link_parents(client, concerned, done, progress)
        pending |= _mark(client, live, changes, full=concerned is None, unwritten=bool(pending))
        return Linked(concerned is None, done.counts(), tuple(sorted(pending)))


@contextmanager
def _one_pass(client: Elasticsearch) -> Iterator[None]:
    """Hold the lease of a pass; another one is waited for."""
    with ExitStack() as held:
        with waiting():
            for attempt in retrying():
                with attempt:
                    held.enter_context(working_on(client, LINKS, "link"))
        yield


def _close(client: Elasticsearch, live: Generation) -> None:
    """Close a generation for writing that a pass which ended early left open."""
    if live.writable:
        try:
            with working_on(client, live.catalogue, "link"):
                finalise(client, live.index)
        except LeasedError:
            return  # who works on it closes it


def _link_works(client: Elasticsearch, concerned: Concerned | None, done: _Pass, progress: Progress) -> set[str]:
    with Wanted() as wanted:
        for seeds, keys in _seeds(client, concerned):
            for member, work in grouped_works(client, seeds, keys):
                if _has(member, work):
                    continue
                if concerned is not None:
                    concerned.note_work(member)
                wanted.add(
                    member.index,
                    member.uuid,
                    {
                        "work_id": work.work_id,
                        "work_number": work.work_number,
                        "joined_by": list(work.joined_by) or None,
                        "replaced_by": work.replaced_by,
                    },
                )
            done.seen += len(seeds)
            progress("works", done.seen, None)
        return wanted.apply(client, done.note)


def _has(member: Member, work: Work) -> bool:
    return (member.work_id, member.replaced_by, member.joined_by) == (work.work_id, work.replaced_by, work.joined_by)


def _has_ancestors(member: Member, found: tuple[str, ...]) -> bool:
    """Whether a document is known to have these. Columns have no order: of three or more, that is seen in writing."""
    parent = next(iter(found), None)
    return member.parent == parent and {*member.ancestors} == {*found} and len(found) < 3


def _seeds(client: Elasticsearch, concerned: Concerned | None) -> Iterable[tuple[list[Member], list[str]]]:
    """Documents that works are found of, and keys that were theirs before."""
    if concerned is not None:
        return concerned.seeds()
    return ((page, []) for page in all_members(client))


def _link_parents(client: Elasticsearch, concerned: Concerned | None, done: _Pass, progress: Progress) -> set[str]:
    done.seen = 0
    with Wanted() as wanted:
        for page in all_members(client) if concerned is None else concerned.parts():
            for member, ancestors in parents_of(client, page):
                if _has_ancestors(member, ancestors):
                    continue
                wanted.add(
                    member.index,
                    member.uuid,
                    {"parent": next(iter(ancestors), None), "ancestors": list(ancestors) or None},
                )
            done.seen += len(page)
            progress("hierarchy", done.seen, None)
        return wanted.apply(client, done.note)


def _mark(
    client: Elasticsearch, live: list[Generation], changes: Changes | None, *, full: bool, unwritten: bool
) -> set[str]:
    """Let `_meta` of generations state that they are linked, or that they are not; returns those that it cannot."""
    own = [item for item in live if changes is not None and item.index == changes.now]
    done = "stale" if unwritten else "done"
    marked, failed = 0, set()
    for item in own if not full else [*own, *(item for item in live if item not in own)]:
        if item.meta.links == done or (unwritten and marked):
            continue
        try:
            with working_on(client, item.catalogue, "link"):
                _, now_live = known_and_live(client, item.catalogue)
                if now_live is not None and now_live.index == item.index:
                    write_meta(client, item.index, now_live.meta.replaced(links=done))
                    marked += 1
        except LeasedError:
            failed.add(item.catalogue)
    return failed
