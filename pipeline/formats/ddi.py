"""What the readings of DDI-Codebook and DDI-Lifecycle share: languages of one study, periods, single numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from pipeline.catalogue.records import FormatName
from pipeline.formats.ddi_periods import EventDate, periods
from pipeline.formats.reading import Reading
from pipeline.formats.xml_record import Languages, one_line
from pipeline.model.record import Role
from pipeline.model.text import unique

DATASET = frozenset({"dataset", "data set", "datasets"})
"""Kinds of data that are the resource type dataset; other kinds (`survey data`) name no resource type."""
ISO_3166 = re.compile(r"[A-Z]{2,3}|[A-Z]{2}-[A-Z0-9]{1,3}")
"""Codes of countries and of their subdivisions."""


class DdiReading(Reading):
    """A study of DDI while it is read."""

    def __init__(self, format_name: FormatName) -> None:
        super().__init__(format_name)
        self.language = Languages().of

    def present(self, text: str) -> str:
        """The text; empty where it is a placeholder, or has neither a letter nor a digit."""
        return super().present(text) if text[:1].isalnum() or any(map(str.isalnum, text)) else ""

    def add_other_titles(self, field: str, elements: Iterable[etree._Element]) -> None:
        """Adds alternative titles and subtitles.

        They are no translations of the title, so they keep their language only where there is a title in it.
        """
        known = {title.language for title in self.statements if title.role is Role.TITLE}
        for element in elements:
            tag = self.language(element)
            self.add(Role.TITLE, field, self.text(element), language=tag if tag in known else None)

    def add_periods(self, role: Role, field: str, dates: Iterable[EventDate]) -> None:
        """Adds the periods that dates state; they have no language."""
        for period in periods(dates):
            self.add(role, field, period)

    def add_number(self, role: Role, field: str, texts: Iterable[str]) -> None:
        """Adds the number of texts that all state one number above 0; nothing where they differ."""
        numbers = set(filter(None, texts))
        if len(numbers) == 1 and (number := numbers.pop()).isdecimal() and number.strip("0"):
            self.add(role, field, number)

    def text(self, element: etree._Element) -> str:
        """The text of an element on one line."""
        return one_line(element)

    def names_in(self, elements: Iterable[etree._Element]) -> list[str]:
        """Names, without placeholders and repeats.

        Where all languages have equally many names, these are translations of each other, and one language counts.
        """
        by_language: dict[str | None, dict[str, None]] = {}
        for element in elements:
            if name := self.present(one_line(element)):
                by_language.setdefault(self.language(element), {})[name] = None
        groups = [list(names) for names in by_language.values()]
        if groups and None not in by_language and len({len(names) for names in groups}) == 1:
            return list(by_language.get("en") or groups[0])
        return unique(name for names in groups for name in names)
