"""Languages of the data."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement, value


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
        (["http://publications.europa.eu/resource/authority/language/NLD"], ["nl"]),
        (["http://publications.europa.eu/resource/authority/language/MUL"], None),
        (["http://id.loc.gov/vocabulary/iso639-1/fi", "http://lexvo.org/id/iso639-3/ell"], ["el", "fi"]),
        (["https://en.example.org/about"], None),
        (["und"], None),
        (["not known"], None),
    ],
)
def test_languages(texts: list[str], codes: list[str] | None) -> None:
    assert value(record(language=texts), "language_codes") == codes


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        ("Dutch", "de", ["de"]),
        ("Dutch", "no code at all", ["nl"]),
        ("not known", "deu", ["de"]),
        ("Tongue", "http://publications.europa.eu/resource/authority/language/DEU", ["de"]),
        ("German (as spoken in an invented town)", "und", None),
    ],
)
def test_a_code_outranks_the_words_beside_it(words: str, code: str, expected: list[str] | None) -> None:
    coded = statement(Role.LANGUAGE, words, code=code)

    assert value(record(coded), "language_codes") == expected


def test_the_first_statement_of_a_language_is_its_evidence() -> None:
    found = facets(record(language=["Dutch", "English", "nl"]))["language_codes"]

    assert found.value == ["en", "nl"]
    assert [evidence.words for evidence in found.evidence] == ["Dutch", "English"]
