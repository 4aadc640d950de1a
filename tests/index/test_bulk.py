"""The bulk writer: the size and order of its requests, and the result of each document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import orjson
import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError
from pipeline.index import bulk
from pipeline.index.bulk import Write, write
from pipeline.index.bulk_pace import MAX_IN_FLIGHT
from pipeline.index.client import ATTEMPTS
from tests.faulty import Bulk, Outcome, Seen, faulty

pytestmark = pytest.mark.usefixtures("staging")


@pytest.fixture
def index(shared_client: Elasticsearch) -> Iterator[str]:
    """An empty index for documents with a number."""
    name = f"studies.bulk-{uuid4().hex[:12]}.scratch"
    mappings = {"dynamic": "strict", "properties": {"n": {"type": "integer"}, "word": {"type": "keyword"}}}
    shared_client.indices.create(index=name, mappings=mappings)
    yield name
    shared_client.indices.delete(index=name, ignore_unavailable=True)


def document(n: Any, **fields: Any) -> bytes:
    return orjson.dumps({"n": n, **fields})


def numbers(client: Elasticsearch, index: str) -> dict[str, int]:
    client.indices.refresh(index=index)
    hits = client.search(index=index, size=1000)["hits"]["hits"]
    return {hit["_id"]: hit["_source"]["n"] for hit in hits}


def test_writes_are_applied_in_order(shared_client: Elasticsearch, index: str) -> None:
    writes = [
        Write("a", document(1)),
        Write("b", document(2)),
        Write("a", document(3)),
        Write("b", None),
        Write("c", None),
    ]
    assert list(write(shared_client, index, writes)) == []
    assert numbers(shared_client, index) == {"a": 3}


def test_each_refused_document_is_reported_with_its_reason(shared_client: Elasticsearch, index: str) -> None:
    writes = [
        Write("fine", document(1)),
        Write("words", document("many")),
        Write("gone", None),
        Write("unknown", document(2, colour="red")),
        Write("long", document(3, word="x" * 40_000)),
        Write("fine too", document(4)),
    ]
    refused = {item.id: item.reason for item in write(shared_client, index, writes)}

    assert set(refused) == {"words", "unknown", "long"}
    assert "many" in refused["words"]
    assert "colour" in refused["unknown"]
    assert "32766" in refused["long"]
    assert numbers(shared_client, index) == {"fine": 1, "fine too": 4}


def test_requests_are_bounded_in_count_and_bytes(
    elasticsearch_url: str, shared_client: Elasticsearch, index: str
) -> None:
    rule = Bulk()
    half = "x" * (bulk.MAX_BYTES // 2)
    with faulty(elasticsearch_url, rule) as client:
        list(write(client, index, (Write(str(n), document(n)) for n in range(2 * bulk.MAX_ITEMS + 1))))
        assert len(rule.seen) == 3
        list(write(client, index, (Write(str(n), document(n, colour=half)) for n in range(3))))
        assert len(rule.seen) == 6
        list(write(client, index, [Write("a", document(1, colour=4 * half)), Write("b", document(2))]))
        assert len(rule.seen) == 8, "a document larger than the limit of a request is sent alone"
    assert shared_client.count(index=index)["count"] <= 2 * bulk.MAX_ITEMS + 2


def test_documents_are_written_as_they_are_read(shared_client: Elasticsearch, index: str) -> None:
    drawn = 0

    def writes() -> Iterator[Write]:
        nonlocal drawn
        for n in range(9 * bulk.MAX_ITEMS):
            drawn += 1
            yield Write(str(n), document("many"))

    refusals = write(shared_client, index, writes())
    assert drawn == 0
    next(refusals)
    assert drawn <= MAX_IN_FLIGHT * bulk.MAX_ITEMS + 1
    assert sum(1 for _ in refusals) == 9 * bulk.MAX_ITEMS - 1


def test_refused_and_throttled_documents_of_one_request_are_distinguished(
    elasticsearch_url: str, shared_client: Elasticsearch, index: str
) -> None:
    writes = [Write(str(n), document("many" if n % 3 == 0 else n)) for n in range(12)]
    with faulty(elasticsearch_url, Bulk("some", count=3)) as client:
        refused = [item.id for item in write(client, index, writes)]

    assert sorted(refused, key=int) == ["0", "3", "6", "9"]
    assert numbers(shared_client, index) == {str(n): n for n in range(12) if n % 3}


def test_a_request_that_is_always_throttled_fails_after_all_attempts(
    elasticsearch_url: str, shared_client: Elasticsearch, index: str
) -> None:
    rule = Bulk("some")
    with (
        faulty(elasticsearch_url, rule) as client,
        pytest.raises(RetryError, match=f"1 documents for {index} are not written yet.* throttles"),
    ):
        list(write(client, index, [Write("a", document(1))]))
    assert len(rule.seen) == ATTEMPTS
    assert numbers(shared_client, index) == {}


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        ("some", r"throttles \(HTTP 429"),
        ("items_500", r"is not available \(HTTP 500: a fault inside"),
        ("items_503", r"A shard of .* is not available \(HTTP 503"),
        ("items_block", r"The disk of .* is over its flood stage.*free space"),
        ("block", r"The disk of .* is over its flood stage.*free space"),
        ("breaker", "too little memory"),
        ("short", "answered for"),
        ("garbled", "JSON that cannot be read"),
        (500, "HTTP 500"),
        (503, "HTTP 503"),
        ("away", "does not answer"),
        ("lost", "does not answer"),
    ],
)
def test_documents_that_cannot_be_written_now_are_sent_again_and_then_the_cause_is_named(
    elasticsearch_url: str, shared_client: Elasticsearch, index: str, outcome: Outcome, message: str
) -> None:
    writes = [Write(str(n), document(n)) for n in range(6)]
    with faulty(elasticsearch_url, Bulk(outcome, count=2)) as client:
        assert list(write(client, index, writes)) == []
    assert numbers(shared_client, index) == {str(n): n for n in range(6)}

    with (
        faulty(elasticsearch_url, Bulk(outcome)) as client,
        pytest.raises(RetryError, match=rf"\d documents for {index} are not written yet\. .*{message}"),
    ):
        list(write(client, index, writes))


def test_attempts_are_counted_from_the_last_document_that_was_taken(
    elasticsearch_url: str, shared_client: Elasticsearch, index: str
) -> None:
    """Every second document of each request is throttled, so each round leaves half of them."""
    rounds = ATTEMPTS + 2
    with faulty(elasticsearch_url, Bulk("some", count=rounds)) as client:
        assert list(write(client, index, (Write(str(n), document(n)) for n in range(2**rounds)))) == []
    assert len(numbers(shared_client, index)) == 2**rounds


@pytest.mark.parametrize("status", [413, 429])
def test_a_server_that_accepts_only_small_requests_gets_small_ones(
    elasticsearch_url: str, shared_client: Elasticsearch, index: str, status: int
) -> None:
    sizes: list[int] = []

    def rule(seen: Seen) -> Any:
        sizes.append(seen.size)
        return status if seen.size > 2000 else "pass"

    with faulty(elasticsearch_url, rule) as client:
        refused = list(write(client, index, (Write(str(n), document(n)) for n in range(200))))

    assert refused == []
    assert numbers(shared_client, index) == {str(n): n for n in range(200)}
    assert sum(size <= 2000 for size in sizes) <= 8, "requests became smaller than they had to be"


@pytest.mark.parametrize("source", [document(1), None])
def test_an_index_that_is_blocked_for_writing_fails_the_run_and_rejects_no_document(
    shared_client: Elasticsearch, index: str, source: bytes | None
) -> None:
    shared_client.indices.put_settings(index=index, settings={"index.blocks.write": True})
    with pytest.raises(FailError, match=f"{index} cannot be written to"):
        list(write(shared_client, index, [Write("a", source)]))


@pytest.mark.parametrize("source", [document(1), None])
def test_an_index_that_is_closed_fails_the_run_and_rejects_no_document(
    shared_client: Elasticsearch, index: str, source: bytes | None
) -> None:
    shared_client.indices.close(index=index)
    with pytest.raises(FailError, match=rf"{index} cannot be written to.*is closed.*open it \(POST /{index}/_open\)"):
        list(write(shared_client, index, [Write("a", source)]))


def test_an_index_of_a_full_disk_is_waited_for_and_the_disk_is_named(
    shared_client: Elasticsearch, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elasticsearch sets this block at the flood stage, and lifts it when there is space again."""
    shared_client.indices.put_settings(index=index, settings={"index.blocks.read_only_allow_delete": True})
    with pytest.raises(RetryError, match=r"The disk of .* is over its flood stage.*HTTP 429.*free space there"):
        list(write(shared_client, index, [Write("a", document(1))]))

    def free_space(_: float) -> None:
        shared_client.indices.put_settings(index=index, settings={"index.blocks.read_only_allow_delete": None})

    monkeypatch.setattr("pipeline.index.client.sleep", free_space)
    assert list(write(shared_client, index, [Write("a", document(1))])) == []
    assert numbers(shared_client, index) == {"a": 1}


def test_a_deletion_from_a_deleted_index_is_a_failure(shared_client: Elasticsearch, index: str) -> None:
    shared_client.indices.delete(index=index)
    with pytest.raises(FailError, match=f"{index} cannot be written to"):
        list(write(shared_client, index, [Write("a", None)]))


def test_a_document_that_is_too_large_for_the_server_is_refused_alone(
    elasticsearch_url: str, shared_client: Elasticsearch, index: str
) -> None:
    """Servers accept requests up to 100 MB; a proxy before them may accept less."""

    def rule(seen: Seen) -> Any:
        return 413 if seen.size > 100_000 else "pass"

    large = [Write("large", document(1, word="x" * 200_000))]
    small = [Write(str(n), document(n)) for n in range(20)]
    with faulty(elasticsearch_url, rule) as client:
        (refused,) = write(client, index, small[:7] + large + small[7:])

    assert (refused.id, "too large" in refused.reason) == ("large", True)
    assert numbers(shared_client, index) == {str(n): n for n in range(20)}
