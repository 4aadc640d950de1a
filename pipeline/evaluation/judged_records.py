"""Which judged records are live."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import ALIAS

BATCH = 1000


def works_of(client: Elasticsearch, names: Iterable[str]) -> dict[str, str]:
    """The work_id of each live document with one of these values of harmony_id, by harmony_id."""
    left, works = iter(sorted(set(names))), {}
    while batch := list(islice(left, BATCH)):
        for hit in _found(client, batch):
            works[hit["harmony_id"]] = hit["work_id"]
    return works


def _found(client: Elasticsearch, names: list[str]) -> list[dict[str, str]]:
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query={"terms": {"harmony_id": names}},
            source_includes=["harmony_id", "work_id"],
            size=BATCH,
            ignore_unavailable=True,
        )
    )
    return [hit["_source"] for hit in answer["hits"]["hits"]]
