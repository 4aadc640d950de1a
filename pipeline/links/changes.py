"""What a change of live documents concerns: the documents whose works or parents it can change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import Generation
from pipeline.index.lookup import batches
from pipeline.links.finding import PAGE, all_members, having
from pipeline.links.members import Member

MOST_CONCERNED = 50_000
"""Documents up to which what a change concerns is noted; beyond, a full pass is quicker, and needs no notes."""


@dataclass(frozen=True)
class Changes:
    """What went live in place of what: indices, None where there was nothing, or is nothing any more."""

    before: str | None
    now: str | None
    uuids: Callable[[], Iterable[str]] | None = None
    """The documents that were created, updated or deleted; None where all have to be looked at."""


class Concerned:
    """The documents that a change concerns. What is noted is bounded by `MOST_CONCERNED`."""

    def __init__(self, client: Elasticsearch, changes: Changes) -> None:
        self._client = client
        self._changes = changes
        self._parts: set[str] = set()
        """uuids of documents whose parent is found anew."""
        self._keys: set[str] = set()
        """Keys by which others may state to be parts of what changed."""
        self._parts_keys: set[str] = set()
        """Keys of parts that what changed states."""
        self._names: set[str] = set()
        """harmony_ids of what changed."""

    @classmethod
    def of(cls, client: Elasticsearch, changes: Changes | None, live: Sequence[Generation]) -> Concerned | None:
        """What changes concern; None where all live documents have to be looked at."""
        if changes is None or changes.now is None:
            return None
        for item in live:
            if item.meta.links != ("changed" if item.index == changes.now else "done"):
                return None
        if changes.before is not None and not ask(lambda: client.indices.exists(index=changes.before or "")):
            return None
        made = cls(client, changes)
        return made if made._is_small() else None

    def _is_small(self) -> bool:
        number = 0
        for index in (self._changes.before, self._changes.now) if self._changes.uuids is None else ():
            if index is not None:
                number += ask(lambda index=index: self._client.count(index=index))["count"]  # type: ignore[misc]
        if self._changes.uuids is not None:
            number = sum(1 for _ in self._changes.uuids())
        return number <= MOST_CONCERNED

    def seeds(self) -> Iterator[tuple[list[Member], list[str]]]:
        """Documents that changed, and keys that they had before."""
        for old, new in self._pairs():
            self._note(old, new)
            yield new, [key for member in old for key in member.bases]

    def note_work(self, member: Member) -> None:
        """Note that a document is of another work now."""
        self._note_whole(member)
        self._parts.add(member.uuid)

    def parts(self) -> Iterator[list[Member]]:
        """Documents whose parent is found anew, each once."""
        first = {member.uuid: member for page in self._concerned() for member in page}
        names = {member.harmony_id for member in first.values()} | {
            name for member in first.values() for name in member.ancestors
        }
        below = having(self._client, "ancestors", names)
        circles = having(self._client, "harmony_id", names)
        first |= {member.uuid: member for page in chain(below, circles) for member in page}
        yield from batches(first.values(), PAGE)

    def _concerned(self) -> Iterator[list[Member]]:
        client = self._client
        yield from having(client, "uuid", self._parts)
        yield from having(client, "part_of", self._keys)
        yield from having(client, "identity_keys", self._parts_keys)
        yield from having(client, "ancestors", self._names)

    def _pairs(self) -> Iterator[tuple[list[Member], list[Member]]]:
        """The documents as they were, and as they are."""
        client, before, now, uuids = self._client, self._changes.before, self._changes.now, self._changes.uuids
        if uuids is None:
            yield from ((page, []) for page in (all_members(client, before) if before else ()))
            yield from (([], page) for page in (all_members(client, now) if now else ()))
            return
        for batch in batches(uuids(), PAGE):
            old = having(client, "uuid", batch, before) if before else ()
            new = having(client, "uuid", batch, now) if now else ()
            yield [*chain.from_iterable(old)], [*chain.from_iterable(new)]

    def _note(self, old: list[Member], new: list[Member]) -> None:
        before = {member.uuid: member for member in old}
        now = {member.uuid: member for member in new}
        self._parts.update(now)
        for uuid in before.keys() | now.keys():
            if _as_whole(before.get(uuid)) != _as_whole(now.get(uuid)):
                for member in (before.get(uuid), now.get(uuid)):
                    if member is not None:
                        self._note_whole(member)

    def _note_whole(self, member: Member) -> None:
        self._keys.update(member.own)
        self._parts_keys.update(member.has_part)
        self._names.add(member.harmony_id)


class _Whole(NamedTuple):
    """What decides which parts a document has."""

    keys: frozenset[str]
    parts: frozenset[str]
    above: frozenset[str]
    resource_type: str


def _as_whole(member: Member | None) -> _Whole | None:
    if member is None:
        return None
    return _Whole(member.own, frozenset(member.has_part), frozenset(member.part_of), member.resource_type)
