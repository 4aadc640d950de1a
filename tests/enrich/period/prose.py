"""Cases of years in prose, one for each word."""

from __future__ import annotations

import pytest

from tests.enrich.records import years


def each(words: str) -> pytest.MarkDecorator:
    """One case for each of the words, which are separated by bars or line ends."""
    listed = [word.strip() for line in words.strip().splitlines() for word in line.split("|")]
    return pytest.mark.parametrize("word", listed)


def described(text: str) -> list[int] | None:
    """The first and the last year that a description states; None where it states none."""
    start, end, _ = years(title="An inquiry", description=text)
    return sorted({year for year in (start, end) if year is not None}) or None
