"""A generation has few segments by the time that people search it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import RetryError
from pipeline.index import lifecycle
from pipeline.index.leases import working_on
from pipeline.index.segments import merge, merge_all, number_of
from tests.faulty import Some, faulty
from tests.index.steps import Steps


@pytest.fixture
def index(shared_client: Elasticsearch, staging: object) -> Iterator[str]:
    """A generation with five documents, each in a segment of its own."""
    assert staging
    steps = Steps(shared_client)
    with working_on(shared_client, steps.name, "test"):
        steps.do("build")
        (generation,) = steps.known
        for _ in range(5):
            uuid = str(uuid4())
            shared_client.index(index=generation.index, id=uuid, document={"uuid": uuid, "name": "a"}, refresh=True)
        yield generation.index
    lifecycle.retire(shared_client, steps.name)


def documents(client: Elasticsearch, index: str) -> int:
    found: int = client.count(index=index)["count"]
    return found


def test_segments_are_merged_and_no_document_is_lost(shared_client: Elasticsearch, index: str) -> None:
    assert number_of(shared_client, index) == 5
    merge(shared_client, index, 3)
    assert number_of(shared_client, index) == 3
    merge(shared_client, index, 1)
    assert number_of(shared_client, index) == 1
    assert documents(shared_client, index) == 5


def test_what_was_written_and_not_yet_seen_is_merged_too(shared_client: Elasticsearch, index: str) -> None:
    shared_client.index(index=index, document={"uuid": str(uuid4()), "name": "b"})
    merge(shared_client, index, 1)
    shared_client.indices.refresh(index=index)
    assert (number_of(shared_client, index), documents(shared_client, index)) == (1, 6)


def test_an_index_of_few_segments_is_left_alone(
    shared_client: Elasticsearch, elasticsearch_url: str, index: str
) -> None:
    requests = Some(lambda seen: "_forcemerge" in seen.path, "pass", 0)
    with faulty(elasticsearch_url, requests) as client:
        merge(client, index, 5)
    assert requests.seen == []
    assert number_of(shared_client, index) == 5


def test_a_lost_answer_does_not_matter(elasticsearch_url: str, shared_client: Elasticsearch, index: str) -> None:
    with faulty(elasticsearch_url, Some(lambda seen: "_forcemerge" in seen.path, "lost", 1)) as client:
        merge(client, index, 1)
    assert number_of(shared_client, index) == 1


def test_segments_that_are_never_merged_are_an_error(
    elasticsearch_url: str, shared_client: Elasticsearch, index: str
) -> None:
    requests = Some(lambda seen: "_forcemerge" in seen.path, 503, 1000)
    with faulty(elasticsearch_url, requests) as client, pytest.raises(RetryError):
        merge(client, index, 1)
    assert number_of(shared_client, index) == 5


def test_of_many_documents_as_many_segments_are_left_as_can_be_searched_at_the_same_time(
    shared_client: Elasticsearch, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.index.segments.DOCUMENTS", 3)
    merge_all(shared_client, index)
    assert number_of(shared_client, index) == 2
    monkeypatch.setattr("pipeline.index.segments.DOCUMENTS", 100)
    merge_all(shared_client, index)
    assert number_of(shared_client, index) == 1
