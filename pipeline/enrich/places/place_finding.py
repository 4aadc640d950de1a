"""A place found in a statement."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.enrich.places.gazetteer import Kind
from pipeline.model.record import Statement


class NamedPlace(NamedTuple):
    """A place that a text names; the fields are those of `PlaceFinding`."""

    kind: Kind
    codes: tuple[str, ...]
    words: str
    sure: bool = True
    all_meant: bool = False


class PlaceFinding(NamedTuple):
    """A place found in a statement: the codes that it stands for, and the words that name it."""

    kind: Kind
    codes: tuple[str, ...]
    """Several where the name stands for several countries, or where it is ambiguous: then the most likely first."""
    statement: Statement
    words: str
    sure: bool = True
    """False where another statement must confirm the country."""
    all_meant: bool = False
    """Whether all of several codes are meant, rather than one of them."""

    @property
    def is_certain(self) -> bool:
        """Whether the name alone determines the codes."""
        return self.kind == "country" or (
            self.kind == "part" and self.sure and (len(self.codes) == 1 or self.all_meant)
        )
