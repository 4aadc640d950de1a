"""Hierarchy: what a document is a part of, as records state it. Pure functions of documents and their candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pipeline.links.members import Member

DEEPEST = 20
"""Ancestors of a document at most."""

WHOLES = ("study", "source")
"""Resource types of which others are parts, before a dataset."""

Holders = Mapping[str, Sequence[Member]]
"""By key: the documents that have it for themselves (`identity_keys`)."""

Wholes = Mapping[str, Sequence[Member]]
"""By key: the documents that state what has it to be their part (`has_part`)."""


def keeps_parent(member: Member) -> bool:
    """Whether the parent of a document is its record's own, and is left as it is."""
    return member.format == "harmony" or member.resource_type == "variable"


def stated_parent(part: Member, holders: Holders, wholes: Wholes) -> str | None:
    """The harmony_id of the document that is stated to be the whole of this part.

    By identifier first (of either of the two), then by a name. None where several works are meant.
    """
    keys = sorted(part.part_of)
    by_id = [holders.get(key, ()) for key in keys if not key.startswith("name:")]
    by_id += [wholes.get(key, ()) for key in sorted(part.strong)]
    for candidates in by_id:
        if found := _one(part, candidates):
            return found
    for key in keys:
        if key.startswith("name:"):
            named = [member for member in holders.get(key, ()) if key not in member.part_of]  # others are siblings
            studies = [member for member in named if member.resource_type in WHOLES]
            if found := _one(part, studies or named):
                return found
    return None


def _one(part: Member, candidates: Iterable[Member]) -> str | None:
    """The one work among the candidates that is no version or copy of the part: within its catalogue, else over all."""
    others = [
        member
        for member in candidates
        if member.harmony_id != part.harmony_id
        and member.work_id != part.work_id
        and member.resource_type != "variable"
    ]
    near = [member for member in others if member.catalogue == part.catalogue]
    for some in (near, others):
        if len({member.work_id for member in some}) == 1:
            chosen = min(some, key=_place)
            return chosen.replaced_by or chosen.harmony_id
    return None


def _place(member: Member) -> tuple[bool, bool, str]:
    """A work's newest version comes first, then the record that gives the work its id."""
    return (member.replaced_by is not None, member.harmony_id != member.work_id, member.harmony_id)


def ancestors(name: str, parent_of: Callable[[str], str | None]) -> tuple[str, ...]:
    """The ancestors of a document by harmony_id, nearest first; empty where it has no parent.

    Of documents that are stated to be parts of each other in a circle, the one whose harmony_id comes first is the
    top, and has no parent.
    """
    found: list[str] = []
    at, seen = name, [name]
    while (above := parent_of(at)) is not None and len(found) < DEEPEST:
        if above in seen:
            circle = seen[seen.index(above) :]
            top = min(circle)
            return tuple(found[: seen.index(top)])
        found.append(above)
        seen.append(above)
        at = above
    return tuple(found)
