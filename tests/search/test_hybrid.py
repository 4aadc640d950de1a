"""Hits by words and meaning: which come first, and on which page."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.generations import generations
from pipeline.meaning.text import RECIPE
from pipeline.meaning.vectors import numbers_of
from pipeline.search.question import Answer
from tests.search.shelf import Shelf
from tests.support import retire

DIMENSIONS = 384
MODEL = f"invented, texts {RECIPE}"


@pytest.fixture
def shelf(shared_client: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """Studies that have vectors, some of which have the word of the question, often or once."""
    monkeypatch.setenv("STUDY_INDEX_EMBEDDINGS", "http://model.invalid/v1")  # is not asked: questions have vectors
    monkeypatch.setenv("STUDY_INDEX_EMBEDDINGS_MODEL", "invented")
    made = Shelf(shared_client)
    # scores depend on all that is live, which other tests change
    for module in ("finding", "hybrid"):
        monkeypatch.setattr(f"pipeline.search.{module}.ALIAS", f"studies.{made.name}")
    made.put(*map(study, range(40)))
    index = f"studies.{made.name}.1"
    meta = shared_client.indices.get_mapping(index=index)[index]["mappings"]["_meta"]
    shared_client.indices.put_mapping(index=index, meta=meta | {"vector_model": MODEL})
    yield made
    if generations(shared_client, made.name):
        retire(shared_client, made.name)


def study(number: int) -> dict[str, Any]:
    words = "zwaffle " * (number % 5)
    vectors = {} if number % 7 == 3 else {"vector": numbers_of(bytes.fromhex(near(number))), "vector_model": MODEL}
    return {
        "name": f"Study {number}",
        "description": f"{words}of harbours",
        "work_id": f"work {number % 20}",
        "sex": "female" if number % 2 else "all",
        **vectors,
    }


def near(number: int) -> str:
    """A vector the farther from that of the question, the larger the number is."""
    random = Random(0)
    asked = [random.randint(-90, 90) for _ in range(DIMENSIONS)]
    other = Random(number)
    moved = [value + round(other.uniform(-1, 1) * number * 3) for value in asked]
    return bytes(max(-127, min(127, value)) % 256 for value in moved).hex()


def ask(shelf: Shelf, **question: Any) -> Answer:
    return shelf.ask(text="zwaffle", vector=near(0), **question)


def test_hits_of_all_pages_are_those_of_one_page_in_its_order(shelf: Shelf) -> None:
    whole = ask(shelf, size=100)
    assert whole.note is None
    assert {match.match_type for match in whole.matches} == {"both", "text", "meaning"}
    for size in (1, 3, 7):
        found, after = [], None
        while True:
            page = ask(shelf, size=size, after=after)
            found += [
                (hit["name"], match.score, match.match_type) for hit, match in zip(page.hits, page.matches, strict=True)
            ]
            if not (after := page.next):
                break
        assert [name for name, *_ in found] == [hit["name"] for hit in whole.hits]
        assert [score for _, score, _ in found] == pytest.approx([match.score for match in whole.matches], rel=1e-6)
        assert [match_type for *_, match_type in found] == [match.match_type for match in whole.matches]


def test_facets_count_what_is_found_by_words_and_by_meaning(shelf: Shelf) -> None:
    answer = ask(shelf, size=100)
    by_words = sum(number % 5 > 0 for number in range(40))
    assert answer.total > by_words
    assert answer.facets["resource_type"] == {"dataset": answer.total}
    assert answer.works == len(answer.hits) == len({hit["work_id"] for hit in answer.hits})


def test_a_facet_counts_what_is_near_and_its_own_filter_leaves_out(shelf: Shelf) -> None:
    answer = ask(shelf, filters={"sex": ["female"]}, size=100)
    assert {hit["sex"] for hit in answer.hits} == {"female"}
    have_the_word = sum(number % 5 > 0 for number in range(0, 40, 2))
    assert answer.facets["sex"]["all"] > have_the_word
