"""Years in sentences on the collection of data, in all languages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.model.record import Role
from tests.enrich.records import Years, record, statement, value

SENTENCES = yaml.safe_load((Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8"))
STATED: tuple[Years, ...] = (
    (2008, 2009, None),
    (2010, 2012, None),
    (1998, 2003, None),
    (2015, None, True),
    (2011, 2011, None),
    (2004, 2004, None),
    (2004, None, None),
)
"""The years that the sentences of each language state, in order."""


def years(text: str, language: str) -> Years:
    """`start_year`, `end_year` and `ongoing` of a study with this description."""
    described = record(statement(Role.DESCRIPTION, text, language=language))
    return value(described, "start_year"), value(described, "end_year"), value(described, "ongoing")


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_on_collection_states_its_years(language: str) -> None:
    found = {text: years(text, language) for text in SENTENCES[language]}
    assert found == dict(zip(SENTENCES[language], STATED, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "Persons born between 1950 and 1959 in Norway. Data on schooling.",
        "Befragt wurden Personen der Geburtsjahrgänge 1950-1959.",
        "Données: personnes nées entre 1950 et 1959.",
        "Datos de personas nacidas entre 1950 y 1959.",
        "Aineisto: vuosina 1950–1959 syntyneet suomalaiset.",
        "Dane: osoby urodzone w latach 1950-1959.",
        "A survey of library users. Funded under programme 2014-2020.",
        "A survey with co-funding from the ministry since May 2017.",
    ],
)
def test_years_of_birth_and_of_funding_are_not_those_of_the_data(text: str) -> None:
    assert years(text, "") == (None, None, None)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Persons in the 1881 census of Ruritania.", (1881, 1881, None)),
        ("The survey, funded by the ministry, was held in 2004.", (2004, 2004, None)),
        ("Jointly funded by two trusts, the panel has been running since 1999.", (1999, None, True)),
        ("Interviews on bread in the 20th–21st century.", (1901, None, None)),
        ("The harbour survey of the historic period (AD 1700).", (1700, 1700, None)),
        (
            "One was published in 2019 (data collected in May 2018) and one in 2021 (data collected in 2020).",
            (2018, 2020, None),
        ),
    ],
)
def test_years_of_data_beside_others(text: str, stated: Years) -> None:
    assert years(text, "en") == stated
