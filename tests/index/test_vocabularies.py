"""The index of vocabularies: complete, written once, replaced in one step, and nobody's run fails without it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.index import vocabularies
from pipeline.index.client import connect
from pipeline.index.vocabularies import VOCABULARIES, index_name, put_vocabularies
from pipeline.model import labels
from tests.loopback import QuietHandler, serve


@pytest.fixture
def client(own_elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """A client for a node of the module's own, without vocabularies."""
    with connect(own_elasticsearch_url) as client:
        yield client
        for name in indices(client):
            client.indices.delete(index=name)


def indices(client: Elasticsearch) -> list[str]:
    return [*client.indices.get_alias(index=f"{VOCABULARIES}*")]


def test_each_term_is_a_document(client: Elasticsearch) -> None:
    assert put_vocabularies(client)
    expected = sum(len(each.terms) for each in labels.vocabularies())
    assert client.count(index=VOCABULARIES)["count"] == expected
    found = client.get(index=VOCABULARIES, id="country_codes:FI")["_source"]
    assert found["labels"]["fi"] == "Suomi"
    assert found["ancestors"] == ["regions:154", "regions:EU", "regions:150", "regions:001"]


def test_a_term_is_found_by_a_word_of_any_label(client: Elasticsearch) -> None:
    put_vocabularies(client)
    query = {"bool": {"must": {"match": {"words": "osterreich"}}, "filter": {"term": {"vocabulary": "country_codes"}}}}
    assert [hit["_source"]["code"] for hit in client.search(index=VOCABULARIES, query=query)["hits"]["hits"]] == ["AT"]


def test_countries_below_a_region_are_found(client: Elasticsearch) -> None:
    put_vocabularies(client)
    query = {"term": {"ancestors": "regions:154"}}
    hits = client.search(index=VOCABULARIES, query=query, size=50)["hits"]["hits"]
    assert {"FI", "SE", "GB"} <= {hit["_source"]["code"] for hit in hits}
    assert "DE" not in {hit["_source"]["code"] for hit in hits}


def test_it_is_written_once_and_replaced_by_another_version(
    client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_vocabularies(client)
    first = client.indices.stats(index=VOCABULARIES)["_all"]["total"]["indexing"]["index_total"]
    assert put_vocabularies(client) is False
    assert client.indices.stats(index=VOCABULARIES)["_all"]["total"]["indexing"]["index_total"] == first
    assert indices(client) == [index_name()]
    monkeypatch.setattr(vocabularies, "index_name", lambda: f"{VOCABULARIES}-another")
    put_vocabularies(client)
    assert indices(client) == [f"{VOCABULARIES}-another"]
    assert client.count(index=VOCABULARIES)["count"] == first


def test_what_an_earlier_write_left_unfinished_is_finished(client: Elasticsearch) -> None:
    client.indices.create(index=index_name())
    client.indices.create(index=f"{VOCABULARIES}-earlier")
    client.indices.delete(index=index_name())
    assert put_vocabularies(client)
    assert indices(client) == [index_name()]


def test_credentials_that_may_not_write_it_are_no_error() -> None:
    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - http.server names it
            self.answer(404, {"error": f"alias [{VOCABULARIES}] missing", "status": 404})

        def do_PUT(self) -> None:  # noqa: N802
            self.answer(403, {"error": {"type": "security_exception", "reason": "not granted"}, "status": 403})

        def answer(self, status: int, body: dict[str, Any]) -> None:
            packed = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

    with serve(Handler) as url, connect(url) as client:
        assert put_vocabularies(client) is None
