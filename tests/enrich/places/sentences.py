"""Tables of sentences with a gap: words for which a rule holds, and words for which it does not."""

from __future__ import annotations

from typing import NamedTuple

from tests.enrich.records import record, value


class Row(NamedTuple):
    """A sentence with a gap, and what may fill it."""

    sentence: str
    """With `{}` where the words are."""
    other_words: str
    """Words with which the country in the sentence counts."""
    words: str
    """Words with which it does not, separated by commas."""


def sentence(row: Row) -> str:
    """The sentence, by which its test is named."""
    return row.sentence


def counting(row: Row) -> list[str]:
    """The sentences whose country counts all the same."""
    sentences = [row.sentence.format(words) for words in row.words.split(", ")]
    return [text for text in sentences if countries_of(text) is not None]


def countries_of(description: str) -> list[str] | None:
    """The countries of a study with this description, and a title that names none."""
    found: list[str] | None = value(record(title="An inquiry", description=description), "country_codes")
    return found
