"""Finds the ancestors of live documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from elasticsearch import Elasticsearch

from pipeline.links.finding import having, holders
from pipeline.links.hierarchy import DEEPEST, ancestors, keeps_parent, stated_parent
from pipeline.links.members import Member


def parents_of(client: Elasticsearch, members: Sequence[Member]) -> Iterator[tuple[Member, tuple[str, ...]]]:
    """The ancestors of each document by harmony_id, nearest first; without documents that keep their record's own.

    Parents of parents are found anew, too: what the index has of them may be out of date.
    """
    above: dict[str, str | None] = {}
    frontier: Sequence[Member] = members
    for _ in range(DEEPEST + 1):
        above |= _stated_parents(client, frontier)
        unknown = {name for member in frontier if (name := above[member.harmony_id]) and name not in above}
        frontier = [member for page in having(client, "harmony_id", unknown) for member in page] if unknown else []
        if not frontier:
            break
    for member in members:
        if not keeps_parent(member):
            yield member, ancestors(member.harmony_id, above.get)


def _stated_parents(client: Elasticsearch, members: Sequence[Member]) -> dict[str, str | None]:
    """By harmony_id: that of the parent."""
    parts = [member for member in members if not keeps_parent(member)]
    named = holders(client, "identity_keys", {key for member in parts for key in member.part_of})
    naming = holders(client, "has_part", {key for member in parts for key in member.strong})
    found = {member.harmony_id: stated_parent(member, named, naming) for member in parts}
    return found | {member.harmony_id: member.parent for member in members if keeps_parent(member)}
