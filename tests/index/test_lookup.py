"""Live documents to compare with: in order, in pages, in batches."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import md5
from uuid import uuid4

import orjson
import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import FailError
from pipeline.index import lookup
from pipeline.index.bulk import Write, write
from pipeline.index.lookup import Live
from tests.faulty import Outcome, Seen, faulty

KEYWORDS = {name: {"type": "keyword"} for name in Live._fields}
DOCUMENTS = [Live(md5(str(n).encode(), usedforsecurity=False).hexdigest(), f"hash-{n}", f"r{n}") for n in range(60)]


@pytest.fixture(scope="module")
def index(shared_client: Elasticsearch) -> Iterator[str]:
    """Sixty documents."""
    name = f"studies.lookup-{uuid4().hex[:12]}.scratch"
    shared_client.indices.create(index=name, mappings={"properties": KEYWORDS})
    assert not list(write(shared_client, name, (Write(item.uuid, orjson.dumps(item._asdict())) for item in DOCUMENTS)))
    shared_client.indices.refresh(index=name)
    yield name
    shared_client.indices.delete(index=name)


@pytest.mark.parametrize("page", [7, 20, 59, 60, 61, 1000])
def test_every_document_comes_once_in_the_order_of_uuid(shared_client: Elasticsearch, index: str, page: int) -> None:
    assert list(lookup.all_documents(shared_client, index, page)) == sorted(DOCUMENTS)


def test_pages_are_requested_as_they_are_read(elasticsearch_url: str, index: str) -> None:
    asked: list[str] = []

    def rule(seen: Seen) -> Outcome:
        asked.append(f"{seen.method} {seen.path.rsplit('/', 1)[-1]}")
        return "pass"

    with faulty(elasticsearch_url, rule) as client:
        documents = lookup.all_documents(client, index, 10)
        assert asked == []
        next(documents)
        assert asked == ["POST _search"]


@pytest.mark.parametrize("fields", [{}, {"uuid": "by-hand"}, {"uuid": "a", "content_hash": "b", "record_id": "c"}])
def test_a_document_that_something_else_wrote_is_named(shared_client: Elasticsearch, fields: dict[str, str]) -> None:
    """Its fields are not those of a document, or its uuid is another's, which would be deleted in its place."""
    name = f"studies.lookup-{uuid4().hex[:12]}.scratch"
    shared_client.indices.create(index=name, mappings={"properties": KEYWORDS})
    try:
        shared_client.index(index=name, id="by-hand", document=fields, refresh=True)
        with pytest.raises(FailError, match=rf"{name} has a document by-hand that study-index did not write: delete"):
            list(lookup.all_documents(shared_client, name))
    finally:
        shared_client.indices.delete(index=name)


def test_an_empty_index_has_no_documents(shared_client: Elasticsearch) -> None:
    name = f"studies.lookup-{uuid4().hex[:12]}.scratch"
    shared_client.indices.create(index=name, mappings={"properties": KEYWORDS})
    try:
        assert list(lookup.all_documents(shared_client, name)) == []
    finally:
        shared_client.indices.delete(index=name)


def test_documents_are_found_by_ids_some_of_which_are_unknown(shared_client: Elasticsearch, index: str) -> None:
    wanted = [item.uuid for item in DOCUMENTS[:5]] + ["0" * 32]
    assert sorted(lookup.by_uuid(shared_client, index, wanted)) == sorted(DOCUMENTS[:5])
    records = (item.record_id for item in [*DOCUMENTS[:5], Live("", "", "nobody")])
    assert sorted(lookup.by_record_id(shared_client, index, records)) == sorted(DOCUMENTS[:5])
    sources = dict(lookup.sources(shared_client, index, wanted))
    assert sources == {item.uuid: item._asdict() for item in DOCUMENTS[:5]}


def test_batches_hold_all_items_in_order() -> None:
    assert list(lookup.batches("abcdefg", 3)) == [["a", "b", "c"], ["d", "e", "f"], ["g"]]
    assert list(lookup.batches([])) == []
