"""Where sentences end."""

from __future__ import annotations

import pytest

from pipeline.enrich.text.tokens import sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("One.", ["One."]),
        ("", []),
        ("One\nTwo\n\nThree", ["One", "Two", "Three"]),
        ("Ships, e.g. yachts, sail. Boats too.", ["Ships, e.g. yachts, sail.", "Boats too."]),
        ("Ships, e.g.\nyachts. Boats.", ["Ships, e.g.", "yachts.", "Boats."]),
    ],
)
def test_a_text_in_sentences(text: str, parts: list[str]) -> None:
    assert [text[start:end].strip() for start, end in sentences(text)] == parts
