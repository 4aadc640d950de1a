"""Languages of the data."""

from __future__ import annotations

import pytest

from tests.enrich.records import record, value


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (["Dutch", "English"], ["en", "nl"]),
        (["en-GB"], ["en"]),
        (["eng"], ["en"]),
        (["Nederlands"], ["nl"]),
        (["suomi"], ["fi"]),
        (["Deutsch"], ["de"]),
        (["Spanish, Castilian"], ["es"]),
        (["Javanese"], ["jv"]),
        (["und"], None),
        (["not known"], None),
    ],
)
def test_languages(texts: list[str], codes: list[str] | None) -> None:
    assert value(record(language=texts), "language_codes") == codes
