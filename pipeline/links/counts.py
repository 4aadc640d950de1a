"""What passes that link documents did, in numbers of documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class LinkCounts(BaseModel):
    """Documents of all catalogues that got other links."""

    model_config = ConfigDict(frozen=True)

    joined: int = 0
    """Were joined with others into a work."""
    unjoined: int = 0
    """Are no longer joined with others."""
    superseded: int = 0
    """Were found to have a newer version, which readers see instead."""
    reinstated: int = 0
    """Have no newer version any more."""
    placed: int = 0
    """Got a parent."""
    unplaced: int = 0
    """Lost their parent."""

    def plus(self, other: Self | None) -> Self:
        """The sums of these counts and of others."""
        if other is None:
            return self
        more = other.model_dump()
        return self.model_copy(update={name: number + more[name] for name, number in self.model_dump().items()})


def counted(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """The counts that a document adds to.

    `before` has all its fields, `now` those that change: a link that ends has no value there.
    """
    for field, begun, ended in (
        ("joined_by", "joined", "unjoined"),
        ("replaced_by", "superseded", "reinstated"),
        ("parent", "placed", "unplaced"),
    ):
        if field in now and bool(now[field]) != (field in before):
            yield begun if now[field] else ended
