"""Names of countries and cities as they stand in sentences of 13 languages, and names that are none in 24."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.model.record import Role
from tests.enrich.records import record, statement, value


def table(name: str) -> Any:
    """A table of cases beside this file."""
    return yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))


PLACES = table("inflected")
NO_PLACES = table("no_places")


def countries_of(text: str, language: str) -> list[str] | None:
    """The countries of a study with this description."""
    described = record(statement(Role.DESCRIPTION, text, language=language))
    found: list[str] | None = value(described, "country_codes")
    return found


def sentences(language: str) -> Iterator[tuple[str, str]]:
    """The sentences of a language, and the country of each."""
    of_language = PLACES[language]
    for country, places in of_language["places"].items():
        for place in places:
            where, _, whose = place.partition(" / ")
            yield of_language["in"].format(where), country
            yield of_language["of"].format(whose or where), country


@pytest.mark.parametrize("language", PLACES)
def test_an_inflected_name_stands_for_its_country(language: str) -> None:
    missed = [text for text, country in sentences(language) if countries_of(text, language) != [country]]
    assert missed == []


@pytest.mark.parametrize("kind", NO_PLACES)
def test_an_organisation_or_a_language_is_no_place(kind: str) -> None:
    counting = [text for language, text in NO_PLACES[kind] if countries_of(text, language)]
    assert counting == []
