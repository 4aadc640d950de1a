"""The catalogue that each test of search has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.generations import generations
from tests.search.shelf import Shelf
from tests.support import retire


@pytest.fixture(params=[1, 1_000_000], ids=["one search", "several searches"])
def shelf(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, shared_client: Elasticsearch
) -> Iterator[Shelf]:
    """Counts are the same whether one search counts or several do, as with many or few indices."""
    monkeypatch.setattr("pipeline.search.facet_counts.MANY_INDICES", request.param)
    made = Shelf(shared_client)
    yield made
    if generations(shared_client, made.name):
        retire(shared_client, made.name)
