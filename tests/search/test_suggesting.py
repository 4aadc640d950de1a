"""What is suggested while somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.generations import generations
from pipeline.search.suggesting import Suggestion, suggest
from tests.search.shelf import Shelf
from tests.support import retire

WORD = "Quobbelfisch"
"""A word that no other test's documents have."""


@pytest.fixture(scope="module")
def shelf(shared_client: Elasticsearch) -> Iterator[Shelf]:
    made = Shelf(shared_client)
    series = {
        "series": f"{WORD} Cohort Study (QCS)",
        "acronyms": ["qcs"],
        "acronym_names": [f"{WORD.lower()} cohort study: qcs"],
    }
    made.put(
        {"name": f"Lives of {WORD} keepers", "topics": ["Health.PublicHealth"], "country_codes": ["FI"]},
        {"name": f"{WORD} keepers asked again", "translations": {"de": {"name": [f"{WORD}wärter, abermals gefragt"]}}},
        {"name": f"Wave 1 of {WORD} (QCS)", **series},
        {"name": "Wave 2 (QCS)", **series},
        {"name": f"{WORD} keepers, first version", "replaced_by": "x/1"},
        {"name": f"{WORD} keepers' answer", "resource_type": "variable"},
        {"name": f"{WORD} twins", "work_id": "quobbel/twins"},
        {"name": f"{WORD} twins, copy", "work_id": "quobbel/twins"},
    )
    yield made
    if generations(shared_client, made.name):
        retire(shared_client, made.name)


def texts(shelf: Shelf, typed: str, kind: str = "study", **options: Any) -> list[str]:
    return [each.text for each in suggest(shelf.client, typed, **options) if each.kind == kind]


def test_titles_are_suggested_whichever_word_begins_so(shelf: Shelf) -> None:
    titles = texts(shelf, "quobb")
    assert titles[0] in {f"{WORD} twins", f"{WORD} twins, copy"}  # it begins the title, and the title is short
    assert f"Lives of {WORD} keepers" in titles
    assert texts(shelf, "quobbelfisch keep") == [f"{WORD} keepers asked again", f"Lives of {WORD} keepers"]
    assert texts(shelf, "keepers quobbelfisch as") == [f"{WORD} keepers asked again"]


def test_each_work_is_suggested_once_and_no_superseded_version_or_variable(shelf: Shelf) -> None:
    titles = texts(shelf, WORD, size=50)
    assert sum("twins" in title for title in titles) == 1
    assert not any("first version" in title or "answer" in title for title in titles)


def test_a_series_and_an_acronym_are_suggested_with_their_studies(shelf: Shelf) -> None:
    assert Suggestion(f"{WORD} Cohort Study (QCS)", "series", f"{WORD} Cohort Study (QCS)", 2) in suggest(
        shelf.client, "quobbelfisch coh"
    )
    assert suggest(shelf.client, "qc")[0] == Suggestion(f"{WORD} Cohort Study (QCS)", "acronym", "qcs", 2)


def test_a_title_in_another_language_is_suggested_as_it_is_written_there(shelf: Shelf) -> None:
    assert texts(shelf, "quobbelfischwar") == [f"{WORD}wärter, abermals gefragt"]
    assert texts(shelf, "abermals", language="de") == [f"{WORD}wärter, abermals gefragt"]


def test_topics_and_countries_are_suggested_by_their_labels_in_any_language(shelf: Shelf) -> None:
    assert "Public health" in texts(shelf, "public hea", "topic")
    assert "Finland" in texts(shelf, "finla", "place")
    assert "Finnland" in texts(shelf, "finnl", "place")
    assert "Finnland" in texts(shelf, "finland", "place", language="de")


def test_a_word_that_is_typed_wrong_finds_the_title(shelf: Shelf) -> None:
    assert f"{WORD} keepers asked again" in texts(shelf, "quobelfisch keepers")


@pytest.mark.parametrize("typed", ["", "  ", "?!", "(", "*"])
def test_nothing_is_suggested_before_a_letter_is_typed(shelf: Shelf, typed: str) -> None:
    assert suggest(shelf.client, typed) == []


def test_there_are_not_more_than_asked_for(shelf: Shelf) -> None:
    assert len(suggest(shelf.client, "q", size=2)) == 2
