"""An Elasticsearch that has nothing but what a test puts there: links are over all that is live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.client import connect
from tests.links.shelves import Shelves
from tests.nodes import with_credentials


@pytest.fixture(scope="module")
def own_client(own_elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """A client for it."""
    with with_credentials():
        client = connect(own_elasticsearch_url)
    with client:
        yield client


@pytest.fixture
def shelves(own_client: Elasticsearch) -> Iterator[Shelves]:
    """Catalogues of the test; of the one named `all`, records are those of other catalogues."""
    made = Shelves(own_client, aggregators=("all",))
    yield made
    made.clear()
