"""Texts that are read otherwise than they stand: with typing errors corrected, or by any of their words.

Pages are sorted by name: scores change while other tests make documents live, as words are then less rare or more.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.generations import generations
from tests.search.shelf import Shelf
from tests.support import retire


@pytest.fixture
def shelf(shared_client: Elasticsearch) -> Iterator[Shelf]:
    made = Shelf(shared_client)
    yield made
    if generations(shared_client, made.name):
        retire(shared_client, made.name)


def test_the_pages_that_follow_have_the_words_corrected_likewise(shelf: Shelf) -> None:
    shelf.put(*({"name": f"Zwelkin keepers {number}"} for number in range(5)))
    names, after, notes = [], None, set()
    for _ in range(3):
        answer = shelf.ask(text="zweklin", size=2, after=after, sort="name")
        names += [hit["name"] for hit in answer.hits]
        notes.add(answer.note)
        assert {match.match_type for match in answer.matches} == {"fuzzy"}
        after = answer.next
    assert names == [f"Zwelkin keepers {number}" for number in range(5)]
    assert (after, len(notes)) == (None, 1)


def test_a_later_page_is_not_corrected_where_the_first_one_was_good(shelf: Shelf) -> None:
    shelf.put({"name": "Zwopper tides"}, {"name": "Zwopper"}, {"name": "Tides"}, *({"name": "Zwoppers"},) * 3)
    first = shelf.ask(text="zwopper tides", size=1)
    second = shelf.ask(text="zwopper tides", size=1, after=first.next)
    assert first.hits[0]["name"] == "Zwopper tides"
    assert (len(second.hits), second.total) == (1, first.total)
    assert (first.note, second.note) == (None, None)


def test_corrected_words_lead_from_variables_to_their_study(shelf: Shelf) -> None:
    study = shelf.document(0)["harmony_id"]
    shelf.put(
        {"name": "Harbours"},
        {"name": "hours of zwumber", "resource_type": "variable", "parent": study},
        {"name": "Zwumber of sailors"},
    )
    answer = shelf.ask(text="zwumebr")
    assert [hit["name"] for hit in answer.hits] == ["Zwumber of sailors", "Harbours"]
    assert [each["name"] for each in answer.matches[1].variables] == ["hours of zwumber"]


def test_where_no_study_has_most_words_any_of_them_is_enough_on_each_page(shelf: Shelf) -> None:
    shelf.put(*({"name": f"Zwabble {number}"} for number in range(3)))
    text = "zwabble qqq1 qqq2 qqq3"
    first = shelf.ask(text=text, size=2, sort="name")
    second = shelf.ask(text=text, size=2, after=first.next, sort="name")
    assert (first.total, len(first.hits), len(second.hits)) == (3, 2, 1)
    assert first.note
    assert first.note == second.note
