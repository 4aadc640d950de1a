"""A name of a place in prose, and the words around it."""

from __future__ import annotations

import re
from functools import cached_property

from pipeline.enrich.places.gazetteer import Kind

LOOKED_BACK = 160
"""Most characters before a name that are searched, within its sentence."""
LOOKED_AHEAD = 160
"""Likewise, after a name."""

_SENTENCE = re.compile(r"[.;!?。]\s|\n")


class Mention:
    """A name of a country, a people, a part of a country, a city or a region, where it stands in a text."""

    def __init__(
        self, text: str, start: int, end: int, kind: Kind, codes: tuple[str, ...], *, people: bool, in_title: bool
    ) -> None:
        self.text, self.start, self.end = text, start, end
        """The text of the statement; offsets of the name, and after it."""
        self.kind, self.codes = kind, codes
        """What the name stands for."""
        self.people = people
        """Whether the name is that of a people ("Polish") rather than of a country."""
        self.in_title = in_title

    @property
    def words(self) -> str:
        """The name as it is written."""
        return self.text[self.start : self.end]

    @property
    def near(self) -> str:
        """The 120 characters before the name."""
        return self.text[max(0, self.start - 120) : self.start]

    @cached_property
    def before(self) -> str:
        """The text before the name, within its sentence."""
        return _SENTENCE.split(self.text[max(0, self.start - LOOKED_BACK) : self.start])[-1]

    @property
    def after(self) -> str:
        """The text after the name, within its sentence."""
        return _SENTENCE.split(self.text[self.end : self.end + LOOKED_AHEAD], maxsplit=1)[0]
