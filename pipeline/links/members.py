"""What is known of a live document where it is decided what it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.model.doi_versions import without_version
from pipeline.model.link_keys import RELATIONS, WEAK

FIELDS = (
    "uuid", "harmony_id", "catalogue", "resource_type", "format", "aggregated", "dois", "identity_keys", "part_of",
    "has_part", "work_id", "replaced_by", "joined_by", "parent", "ancestors",
)  # fmt: skip
"""Fields of the index that a member is made of."""

_STATED = tuple(f"{word} " for word in RELATIONS)
_LISTS = frozenset({"dois", "identity_keys", "part_of", "has_part", "joined_by", "ancestors"})


@dataclass(frozen=True)
class Member:
    """A live document, by what links it to others, and by how it is linked now. Lists have no order."""

    index: str
    uuid: str
    harmony_id: str
    catalogue: str
    resource_type: str = "dataset"
    format: str = ""
    aggregated: bool = False
    dois: tuple[str, ...] = ()
    identity_keys: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    has_part: tuple[str, ...] = ()
    work_id: str = ""
    replaced_by: str | None = None
    joined_by: tuple[str, ...] = ()
    parent: str | None = None
    ancestors: tuple[str, ...] = ()

    @classmethod
    def of_hit(cls, hit: dict[str, Any]) -> Member | None:
        """The member of a hit with its columns; None where it lacks what every document has."""
        fields: dict[str, list[Any]] = hit.get("fields", {})
        if not {"uuid", "harmony_id", "catalogue"} <= fields.keys():
            return None
        found: dict[str, Any] = {name: tuple(value) if name in _LISTS else value[0] for name, value in fields.items()}
        return cls(index=hit["_index"], **found)

    @cached_property
    def own(self) -> frozenset[str]:
        """Keys that the record has for itself."""
        return frozenset(key for key in self.identity_keys if not key.startswith(_STATED))

    @cached_property
    def strong(self) -> frozenset[str]:
        """Of these, the keys that identify it."""
        return frozenset(key for key in self.own if not key.startswith(WEAK))

    @cached_property
    def stated(self) -> frozenset[tuple[str, str]]:
        """What it states of others: pairs of a relation and a key."""
        pairs = (key.partition(" ") for key in self.identity_keys if key.startswith(_STATED))
        return frozenset((word, key) for word, _, key in pairs)

    @cached_property
    def versions(self) -> dict[str, tuple[int, ...]]:
        """By key of a DOI that states a version: the version."""
        found = map(without_version, self.dois)
        return {f"doi:{doi.base}": doi.version for doi in found if doi.version is not None}

    @cached_property
    def bases(self) -> frozenset[str]:
        """The keys, without relations, by which it can join others."""
        own = (key for key in self.own if not key.startswith("name:"))
        return frozenset((*own, *(key for _, key in self.stated)))
