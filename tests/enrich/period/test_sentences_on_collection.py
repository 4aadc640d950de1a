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
