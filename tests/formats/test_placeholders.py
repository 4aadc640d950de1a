"""Placeholders are absent, in each format its own."""

from __future__ import annotations

from typing import get_args

import pytest

from pipeline.catalogue.records import FormatName
from pipeline.formats.placeholders import LONGEST, placeholders
from pipeline.formats.reading import Reading
from pipeline.model.record import Role

FORMATS: tuple[FormatName, ...] = get_args(FormatName)


class Bare(Reading):
    """A record of which a test adds the statements."""

    title_field = "title"

    def state(self) -> None:
        """No statements."""


def kept(name: FormatName, *texts: str) -> list[str]:
    reading = Bare(name)
    for text in texts:
        reading.add(Role.DESCRIPTION, "description", text)
    return [statement.text for statement in reading.statements]


@pytest.mark.parametrize("name", FORMATS)
def test_common_placeholders_are_absent_in_every_format(name: FormatName) -> None:
    assert kept(name, "", "Unknown", "N/A", "not available.", "...", "-", "TBC") == []


@pytest.mark.parametrize("name", FORMATS)
def test_texts_with_a_placeholder_in_them_are_kept(name: FormatName) -> None:
    texts = ["Unknown soldiers", "Restrictions are not applicable to members of the consortium of harbours."]
    assert kept(name, *texts) == texts


def test_placeholders_of_one_format_are_texts_of_others() -> None:
    assert [name for name in FORMATS if kept(name, "none")] == ["ddi-codebook"]
    assert [name for name in FORMATS if not kept(name, "nationwide")] == ["mhc"]
    assert [name for name in FORMATS if not kept(name, "(:unkn)")] == ["datacite"]
    assert [name for name in FORMATS if not kept(name, "NA")] == ["dublin-core", "datacite", "json", "table"]


def test_no_placeholder_is_longer_than_the_texts_that_are_looked_up() -> None:
    assert all(len(text) <= LONGEST for name in FORMATS for text in placeholders(name))
