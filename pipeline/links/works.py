"""Works: which documents are of one and the same study. Pure functions of the documents that share keys.

Documents that share a key are candidates for one work. They join in a fixed order (`_Edge`), the surest reasons first,
unless that brought together what is apart:

- a study and a part of it;
- two records of one catalogue, unless a statement makes them versions of one study, or the same: their own, or DOIs
  that differ in the version alone.

So where a third record would join two of one catalogue, it joins the one with the surer reason, else the one whose
harmony_id comes first, and the other stays by itself. What comes out depends on the documents alone, in whatever order
they are given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from pipeline.links.members import Member
from pipeline.model.identity import work_number
from pipeline.model.link_keys import NEWER, OLDER, SAME, WEAK

_KINDS = ("doi:", "urn:", "hdl:", "ark:", "number:", "id:", "url:")
"""Kinds of keys, the surest first."""


MOST_MEMBERS = 2000
"""Documents that share keys, directly or through others. If more do, something is wrong, and none is joined."""

_ByKey = dict[str, list[tuple[Member, str]]]
"""By key: the documents that have it or state it of another, and the relation; empty for their own."""


class Work(NamedTuple):
    """The fields of a document that state its work."""

    work_id: str
    replaced_by: str | None = None
    joined_by: tuple[str, ...] = ()
    """The keys by which it joined others, sorted."""

    @property
    def work_number(self) -> int:
        """See `pipeline.model.identity.work_number`."""
        return work_number(self.work_id)


class _Edge(NamedTuple):
    """A reason to join two documents, the smaller harmony_id first. Edges sort in the order in which they are tried."""

    by_statement: bool
    """False, so that it comes first, where both have the key for themselves."""
    kind: int
    first: str
    second: str
    key: str


class _Sets:
    """Sets of documents, which grow together: union-find over harmony_ids."""

    def __init__(self, names: Iterable[str]) -> None:
        self._root = {name: name for name in names}

    def root(self, name: str) -> str:
        while (above := self._root[name]) != name:
            self._root[name] = name = self._root[above]
        return name

    def join(self, first: str, second: str) -> None:
        one, other = sorted((self.root(first), self.root(second)))
        self._root[other] = one


def works(members: Iterable[Member], usable: Collection[str] | None = None) -> dict[str, Work]:
    """By harmony_id: the work of each document.

    Args:
        members: documents; with each, all that share keys with it, directly or through others.
        usable: the keys, without relations, that identify something; by default all.
    """
    known = {member.harmony_id: member for member in sorted(members, key=lambda each: each.harmony_id)}
    by_key = _without_excess(_by_key(known.values(), usable), known)
    families = _families(known, by_key)
    joined, reasons = _joined(known, by_key, families)
    groups: defaultdict[str, list[Member]] = defaultdict(list)
    for name, member in known.items():
        groups[joined.root(name)].append(member)
    found = {}
    for group in groups.values():
        replaced = _replaced(group)
        work_id = _first(group).harmony_id
        for member in group:
            by = tuple(sorted(reasons[member.harmony_id]))
            found[member.harmony_id] = Work(work_id, replaced.get(member.harmony_id), by)
    return found


def _by_key(members: Iterable[Member], usable: Collection[str] | None) -> _ByKey:
    """By key: the documents that have it or state it of another, and the relation; empty for their own.

    A page that several records of a catalogue have says nothing about any of them.
    """
    found: defaultdict[str, list[tuple[Member, str]]] = defaultdict(list)
    for member in members:
        for key in member.own:
            if not key.startswith("name:"):
                found[key].append((member, ""))
        for word, key in member.stated:
            found[key].append((member, word))
    for key in [key for key in found if key.startswith(WEAK)]:
        pages_of = Counter(member.catalogue for member, word in found[key] if not word)
        found[key] = [(member, word) for member, word in found[key] if word or pages_of[member.catalogue] == 1]
    return {key: having for key, having in found.items() if len(having) > 1 and (usable is None or key in usable)}


def _without_excess(by_key: _ByKey, known: Iterable[str]) -> _ByKey:
    """The keys without those of documents of which too many share keys."""
    groups = _Sets(known)
    for having in by_key.values():
        for (one, _), (other, _) in pairwise(having):
            groups.join(one.harmony_id, other.harmony_id)
    sizes = Counter(map(groups.root, known))
    return {
        key: having for key, having in by_key.items() if sizes[groups.root(having[0][0].harmony_id)] <= MOST_MEMBERS
    }


def _families(known: dict[str, Member], by_key: _ByKey) -> _Sets:
    """Records of one catalogue that a statement makes versions of one study, or the same."""
    families = _Sets(known)
    for key, having in by_key.items():
        for (one, word), (other, others_word) in combinations(having, 2):
            if one.catalogue == other.catalogue and (
                _is_stated(word, others_word) or (not word and not others_word and _are_versions(key, one, other))
            ):
                families.join(one.harmony_id, other.harmony_id)
    return families


def _is_stated(word: str, others_word: str) -> bool:
    """Whether two records of one catalogue with a key are versions: one states it of the other, or both of a third."""
    return bool(word) != bool(others_word) or (bool(word) and SAME not in {word, others_word})


def _are_versions(key: str, one: Member, other: Member) -> bool:
    return key in one.versions and key in other.versions and one.versions[key] != other.versions[key]


def _edges(by_key: _ByKey) -> Iterator[_Edge]:
    for key, having in by_key.items():
        kind = next((rank for rank, start in enumerate(_KINDS) if key.startswith(start)), len(_KINDS))
        for (one, word), (other, others_word) in combinations(having, 2):
            if one.harmony_id == other.harmony_id or (key.startswith(WEAK) and not word and not others_word):
                continue
            first, second = sorted((one.harmony_id, other.harmony_id))
            yield _Edge(bool(word or others_word), kind, first, second, key)


def _joined(known: dict[str, Member], by_key: _ByKey, families: _Sets) -> tuple[_Sets, dict[str, set[str]]]:
    """The documents in their works; and by harmony_id, the keys by which each joined."""
    sets = _Sets(known)
    inside = {name: {name} for name in known}
    reasons: dict[str, set[str]] = {name: set() for name in known}
    for edge in sorted(set(_edges(by_key))):
        one, other = sets.root(edge.first), sets.root(edge.second)
        if one != other:
            if not _may_join(known, families, inside[one], inside[other]):
                continue
            sets.join(one, other)
            inside[sets.root(one)] = inside[one] | inside[other]
        for name in edge[2:4]:
            reasons[name].add(edge.key)
    return sets, reasons


def _may_join(known: dict[str, Member], families: _Sets, some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether no two of these documents, one of each set, are apart."""
    for one in (known[name] for name in some):
        for other in (known[name] for name in others):
            if one.catalogue == other.catalogue and families.root(one.harmony_id) != families.root(other.harmony_id):
                return False
            if _is_part(one, other) or _is_part(other, one):
                return False
    return True


def _is_part(part: Member, whole: Member) -> bool:
    """Whether one of the two states that the first is a part of the second, by an identifier."""
    return bool(whole.strong.intersection(part.part_of) or part.strong.intersection(whole.has_part))


def _replaced(group: Sequence[Member]) -> dict[str, str]:
    """By harmony_id of a superseded version: that of the one that replaces it, and is not superseded itself."""
    newer: dict[str, str] = {}
    for old in group:
        options = [new for new in group if _replaces(new, old)]
        if options:
            options.sort(key=lambda new: (new.catalogue != old.catalogue, new.harmony_id))
            newer[old.harmony_id] = options[0].harmony_id
    found = {}
    for name, replacement in newer.items():
        seen, last = {name}, replacement
        while last in newer and last not in seen:
            seen.add(last)
            last = newer[last]
        if last not in seen:  # else each replaces the other, so neither does
            found[name] = last
    return found


def _replaces(new: Member, old: Member) -> bool:
    if new.harmony_id == old.harmony_id:
        return False
    return (
        any((NEWER, key) in new.stated for key in old.strong)
        or any((OLDER, key) in old.stated for key in new.strong)
        or _is_later(new, old)
    )


def _is_later(new: Member, old: Member) -> bool:
    return new.catalogue == old.catalogue and any(
        key in new.versions and new.versions[key] > version for key, version in old.versions.items()
    )


def _first(group: Sequence[Member]) -> Member:
    """The document that gives a work its id: an archive's own record before an aggregator's and before a copy."""
    own = frozenset(key for member in group for key in member.own)

    def place(member: Member) -> tuple[bool, bool, str]:
        is_copy = any(word == SAME and key in own for word, key in member.stated)
        return (member.aggregated, is_copy, member.harmony_id)

    return min(group, key=place)
