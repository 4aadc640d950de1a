"""One document, by any of its identifiers."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from elasticsearch import Elasticsearch

from pipeline.errors import UsageError
from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.model.document import VECTOR_FIELDS
from pipeline.model.identity import bare_doi

ID_FIELDS = ("uuid", "harmony_id", "dois", "record_id", "slug", "same_as", "work_id")
"""Fields by which a document is found, the most specific first."""


def show(client: Elasticsearch, identifier: str) -> dict[str, Any]:
    """The live document with this uuid, harmony_id, DOI (in any spelling), record id, slug, same_as or work_id.

    Where several documents match, the one that matches by the most specific field; of those, one that is not
    superseded.

    Raises:
        UsageError: there is none.
    """
    words = identifier.strip()
    queries = [_named(name, words, rank) for rank, name in enumerate(reversed(ID_FIELDS), start=1)]
    if doi := bare_doi(unquote(words)):
        queries.append(_named("dois", doi, len(ID_FIELDS) - ID_FIELDS.index("dois")))
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query={
                "boosting": {
                    "positive": {"dis_max": {"queries": queries}},
                    "negative": {"exists": {"field": "replaced_by"}},
                    "negative_boost": 0.9,
                }
            },
            size=1,
            source_excludes=VECTOR_FIELDS,
            sort=[{"_score": "desc"}, {"uuid": "asc"}],
            ignore_unavailable=True,
        )
    )
    hits = answer["hits"]["hits"]
    if not hits:
        raise UsageError(
            f"There is no document {identifier!r}: give its uuid, harmony_id (source/local id), DOI or slug; "
            "study-index search finds documents by words"
        )
    document: dict[str, Any] = hits[0]["_source"]
    return document


def _named(field_name: str, words: str, rank: int) -> dict[str, Any]:
    return {"constant_score": {"filter": {"term": {field_name: words}}, "boost": rank}}
