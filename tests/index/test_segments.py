"""A generation has few segments soon after it was loaded."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from pipeline.index import lifecycle
from pipeline.index.generations import finalise
from pipeline.index.leases import working_on
from pipeline.index.segments import merge_soon
from tests.faulty import Some, faulty
from tests.index.steps import Steps
from tests.support import eventually, segments


@pytest.fixture
def index(shared_client: Elasticsearch, staging: object) -> Iterator[str]:
    """A finalised generation with five documents, each in a segment of its own."""
    assert staging
    steps = Steps(shared_client)
    with working_on(shared_client, steps.name, "test"):
        steps.do("build")
        (generation,) = steps.known
        for _ in range(5):
            uuid = str(uuid4())
            shared_client.index(index=generation.index, id=uuid, document={"uuid": uuid, "name": "a"}, refresh=True)
        finalise(shared_client, generation.index)
        yield generation.index
    lifecycle.retire(shared_client, steps.name)


def test_an_index_that_was_loaded_from_nothing_is_merged_as_a_whole(shared_client: Elasticsearch, index: str) -> None:
    assert segments(shared_client, index) == 5
    merge_soon(shared_client, index, whole=True)
    eventually(lambda: segments(shared_client, index), 1)
    assert shared_client.count(index=index)["count"] == 5


@pytest.mark.parametrize(
    ("whole", "bound", "left"),
    [
        pytest.param(True, "DOCUMENTS", 2, id="of many documents as many as can be searched at the same time"),
        pytest.param(False, "FEW", 3, id="of a copy with changes, small ones are merged"),
    ],
)
def test_several_segments_are_left(
    shared_client: Elasticsearch, index: str, monkeypatch: pytest.MonkeyPatch, *, whole: bool, bound: str, left: int
) -> None:
    monkeypatch.setattr(f"pipeline.index.segments.{bound}", 3)  # there are five documents, each in its segment
    merge_soon(shared_client, index, whole=whole)
    eventually(lambda: segments(shared_client, index), left)


def test_a_copy_of_few_segments_is_left_alone(elasticsearch_url: str, index: str) -> None:
    requests = Some(lambda seen: "_forcemerge" in seen.path, "pass", 0)
    with faulty(elasticsearch_url, requests) as client:
        merge_soon(client, index, whole=False)
    assert requests.seen == []
