"""What a search knows of the live generations."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import UsageError
from pipeline.index import lifecycle
from pipeline.index.generations import generations
from pipeline.search.finding import search
from pipeline.search.question import Question
from tests.search.shelf import Shelf


@pytest.fixture
def shelves(shared_client: Elasticsearch) -> Iterator[tuple[Shelf, Shelf]]:
    made = (Shelf(shared_client), Shelf(shared_client))
    yield made
    for one in made:
        if generations(shared_client, one.name):
            lifecycle.retire(shared_client, one.name)


def test_a_search_sees_what_went_live_since_the_search_before(shelves: tuple[Shelf, Shelf]) -> None:
    """Languages and variables that no live study had before, too."""
    first, second = shelves
    word = f"zw{uuid4().hex[:8]}"
    first.put({"name": "Ships"})
    assert first.ask(text="verkiezing").total == 0
    study = second.document(0)["harmony_id"]
    second.put(
        {"name": "Verkiezingen", "translations": {"nl": {"name": ["Verkiezingen"]}}},
        {"name": word, "resource_type": "variable", "parent": study},
    )
    assert second.names(text="verkiezing") == ["Verkiezingen"]
    assert second.names(text=word) == ["Verkiezingen"]


def test_what_was_live_and_is_retired_is_found_no_more(
    shelves: tuple[Shelf, Shelf], monkeypatch: pytest.MonkeyPatch, shared_client: Elasticsearch
) -> None:
    first, _ = shelves
    first.put({"name": "Ships"})
    monkeypatch.setattr("pipeline.search.finding.ALIAS", f"studies.{first.name}")
    assert search(shared_client, Question(text="ships")).total == 1
    lifecycle.retire(shared_client, first.name)
    with pytest.raises(UsageError, match="Nothing is indexed yet"):
        search(shared_client, Question(text="ships"))
