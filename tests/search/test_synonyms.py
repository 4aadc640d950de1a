"""Acronyms and names that stand for each other in the text of a question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.generations import ALIAS, generations
from pipeline.search.synonyms import expansions, with_expansions
from tests.search.shelf import Shelf
from tests.support import retire

NAME = "Zwibbel Harbour Study"


@pytest.fixture(scope="module")
def shelf(shared_client: Elasticsearch) -> Iterator[Shelf]:
    made = Shelf(shared_client)
    stated: dict[str, Any] = {"acronyms": ["zwhs"], "acronym_names": ["zwibbel harbour study: zwhs"]}
    other: dict[str, Any] = {"acronyms": ["zwhs"], "acronym_names": ["zwerg health survey: zwhs"]}
    made.put(
        *({"name": f"{NAME} (ZwHS): wave {number}", **stated} for number in (1, 2, 3)),
        {"name": "Parents' diaries (ZwHS)", "acronyms": ["zwhs"]},
        {"name": "Tides", "series": NAME},
        {"name": "Zwerg Health Survey (ZwHS)", **other},
        {"name": "Zwosh trial (ZWOSH)", "acronyms": ["zwosh"]},
        *({"name": f"Fish {number}", "description": "The zwosh of the sea"} for number in range(6)),
    )
    yield made
    if generations(shared_client, made.name):
        retire(shared_client, made.name)


def names(shelf: Shelf, text: str) -> list[str]:
    """Names of the hits of a query that finds words in names alone, and what the expansions of the text add."""

    def of_words(words: str) -> dict[str, Any]:
        return {"match": {"name": {"query": words, "operator": "and"}}}

    query = with_expansions(of_words(text), text, expansions(shelf.client, text), of_words)
    hits = shelf.client.search(index=ALIAS, query=query, size=50)["hits"]["hits"]
    return [hit["_source"]["name"] for hit in hits]


def test_an_acronym_also_finds_what_has_only_the_name(shelf: Shelf) -> None:
    assert {"Tides", "Parents' diaries (ZwHS)", f"{NAME} (ZwHS): wave 2"} <= {*names(shelf, "ZWHS")}


def test_a_name_also_finds_what_has_only_the_acronym(shelf: Shelf) -> None:
    assert {"Tides", "Parents' diaries (ZwHS)", f"{NAME} (ZwHS): wave 2"} <= {
        *names(shelf, "the zwibbel harbour study")
    }


def test_the_other_words_have_to_match_too(shelf: Shelf) -> None:
    assert names(shelf, "diaries Zwibbel Harbour Study") == ["Parents' diaries (ZwHS)"]


def test_all_meanings_count_by_the_number_of_documents(shelf: Shelf) -> None:
    found = {each.name: each.weight for each in expansions(shelf.client, "zwhs")}
    assert found == {"zwibbel harbour study": 0.75, "zwerg health survey": 0.25}


def test_the_number_of_a_wave_is_no_part_of_the_acronym(shelf: Shelf) -> None:
    assert {each.short for each in expansions(shelf.client, "ZWHS8")} == {"zwhs"}


def test_a_word_among_others_is_no_acronym_where_most_documents_have_it_as_a_word(shelf: Shelf) -> None:
    assert expansions(shelf.client, "the zwosh of fish") == []
    assert [each.short for each in expansions(shelf.client, "the ZWOSH of fish")] == ["zwosh"]
    assert [each.short for each in expansions(shelf.client, "zwosh")] == ["zwosh"]


@pytest.mark.parametrize("text", ["", "?!", 'a "b', "(x|y)* z.", "wqzz " * 300])
def test_a_text_without_acronyms_stays_as_it_is(shelf: Shelf, text: str) -> None:
    query: dict[str, Any] = {"match_all": {}}
    assert with_expansions(query, text, expansions(shelf.client, text), lambda _: query) is query


def test_a_search_finds_by_an_acronym_what_has_only_the_name(shelf: Shelf) -> None:
    assert {"Tides", "Parents' diaries (ZwHS)", f"{NAME} (ZwHS): wave 2"} <= {*shelf.names(text="ZwHS", size=20)}


def test_a_search_finds_by_a_name_what_has_only_the_acronym(shelf: Shelf) -> None:
    assert "Parents' diaries (ZwHS)" in shelf.names(text=NAME, size=20)
