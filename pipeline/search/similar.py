"""Studies that are like another one: by the words of their texts, their topics, places and design, and their meaning.

Waves of the same study are the most similar to each other, and would leave no room for others; so only a few of those
of the study's own series are listed.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.model.document import VECTOR_FIELDS
from pipeline.model.text_language import LANGUAGES
from pipeline.search.neighbours import Hit, Scope, neighbours
from pipeline.search.showing import show

SIBLINGS = 3
"""Studies of the same series, or with the same acronym or parent, that are listed at most; and of each other series."""
MORE_THAN_ASKED = 4
"""Times as many as are asked for are looked at, since some are of a work or series that is listed."""
LONGEST_TEXT = 4_000
"""Characters of a description that are compared."""
CANDIDATES = 80
"""Words of each language that are weighed, those that occur most often."""
MOST_WORDS = 25
"""Words of each language that are compared."""

IN_COMMON: Mapping[str, float] = {
    "topics": 3.0,
    "series": 4.0,
    "acronyms": 4.0,
    "country_codes": 1.0,
    "study_design": 1.0,
    "unit_of_analysis": 0.5,
    "collection_mode": 0.5,
    "instruments": 2.0,
    "resource_type": 0.5,
    "sex": 0.5,
}
"""Fields, and what a value in common counts for; of several values, each counts for its share."""


class Similar(NamedTuple):
    """A document that is like another one. Scores compare only within one answer: the higher, the more alike."""

    score: float
    document: dict[str, Any]


def similar(
    client: Elasticsearch, identifier: str, size: int = 10, filters: Mapping[str, Sequence[str]] | None = None
) -> list[Similar]:
    """The live studies that are most like the one with this identifier (see `show`), the most similar first.

    By words and values in common; where the index has vectors, by the nearness of their meaning as much. Never the same
    work, superseded versions or variables; of one series at most `SIBLINGS`. `filters` has, by field,
    values of which a document has to have any.

    Raises:
        UsageError: there is no such document.
    """
    document = show(client, identifier)
    words = _telling_words(client, document)
    near = [{"terms": {field: values}} for field, values in _relatives(document).items()]
    scopes, sizes = [_scope(document, filters or {}, must_not=near)], [size * MORE_THAN_ASKED]
    if near:
        scopes.append(_scope(document, filters or {}, must=near))
        sizes.append(SIBLINGS + size)
    requests = [_request(document, words, scope, wanted) for scope, wanted in zip(scopes, sizes, strict=True)]
    header = {"index": ALIAS, "search_type": "dfs_query_then_fetch"}
    searches = [part for request in requests for part in (header, request)]
    answers = ask(lambda: client.msearch(searches=searches))["responses"]
    by_words = [answer["hits"]["hits"] for answer in answers]
    others, *of_series = _joined(by_words, neighbours(client, document["uuid"], scopes, sizes))
    siblings = _distinct(of_series[0] if of_series else (), {document["work_id"]})[:SIBLINGS]
    found = _distinct([*siblings, *others], {document["work_id"]})
    found.sort(key=lambda hit: -hit["_score"])
    return [Similar(hit["_score"], hit["_source"]) for hit in _few_of_each_series(found, document)][:size]


def _joined(by_words: Sequence[Sequence[Hit]], by_meaning: Sequence[Sequence[Hit]]) -> list[list[Hit]]:
    """For each scope, the hits of both, the best first. The nearest in meaning counts as much as the best by words."""
    best = max((hit["_score"] for hits in by_words for hit in hits), default=1.0)
    return [_summed(words, meaning, best) for words, meaning in zip(by_words, by_meaning, strict=True)]


def _summed(by_words: Sequence[Hit], by_meaning: Sequence[Hit], best: float) -> list[Hit]:
    found = {hit["_id"]: hit for hit in by_words}
    for hit in by_meaning:
        before = found[hit["_id"]]["_score"] if hit["_id"] in found else 0.0
        found[hit["_id"]] = hit | {"_score": before + best * hit["_score"]}
    return sorted(found.values(), key=lambda hit: (-hit["_score"], hit["_id"]))


def _relatives(document: dict[str, Any]) -> dict[str, list[str]]:
    """The fields by which documents are of the same series, and their values."""
    found = {
        "series": [document["series"]] if "series" in document else [],
        "acronyms": document.get("acronyms", []),
        "parent": [document["parent"]] if "parent" in document else [],
        "ancestors": [document["harmony_id"]],
        "harmony_id": document.get("ancestors", []),
    }
    return {field: values for field, values in found.items() if values}


def _scope(
    document: dict[str, Any],
    filters: Mapping[str, Sequence[str]],
    *,
    must: Sequence[dict[str, Any]] = (),
    must_not: Sequence[dict[str, Any]] = (),
) -> Scope:
    """The documents that may be listed: of those that have any of `must`, and none of `must_not`."""
    either = [{"bool": {"should": [*must], "minimum_should_match": 1}}] if must else []
    return {
        "filter": [*either, *({"terms": {field: [*values]}} for field, values in filters.items())],
        "must_not": [
            *must_not,
            {"term": {"work_id": document["work_id"]}},
            {"term": {"harmony_id": document["harmony_id"]}},
            {"exists": {"field": "replaced_by"}},
            {"term": {"resource_type": "variable"}},
        ],
    }


def _request(document: dict[str, Any], words: Mapping[str, Sequence[str]], scope: Scope, size: int) -> dict[str, Any]:
    """The body of a search for documents of a scope that have words or values in common with this one."""
    should = [*_same_words(words), *_in_common(document)]
    return {
        "query": {"bool": {"should": should, "minimum_should_match": 1, **scope}},
        "size": size,
        "track_total_hits": False,
        "_source": {"excludes": [*VECTOR_FIELDS, "evidence", "dataset_schema", "stated"]},
    }


def _telling_words(client: Elasticsearch, document: dict[str, Any]) -> dict[str, list[str]]:
    """By language, the words of the document that say most about it: frequent in it, and rare among all documents.

    Elasticsearch's `more_like_this` would choose them anew in each index, by what is rare there: then the documents of
    a small catalogue, where every word is rare, are like everything.
    """
    often = {language: _counted(text) for language, text in _texts(document).items()}
    candidates = {
        f"{language} {word}": {
            "multi_match": {"query": word, "fields": [*_fields(language)[-1:], "name", "description"]}
        }
        for language, counts in often.items()
        for word, _ in counts.most_common(CANDIDATES)
    }
    if not candidates:
        return {}
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            size=0,
            aggs={"words": {"filters": {"filters": candidates}}, "all": {"value_count": {"field": "uuid"}}},
        )
    )["aggregations"]
    telling: dict[str, dict[str, float]] = {language: {} for language in often}
    for key, bucket in answer["words"]["buckets"].items():
        language, _, word = key.partition(" ")
        if bucket["doc_count"] > 1:  # else this document is the only one
            rare = math.log(answer["all"]["value"] / bucket["doc_count"] + 1)
            telling[language][word] = rare * math.sqrt(often[language][word])
    return {language: sorted(words, key=lambda word: -words[word])[:MOST_WORDS] for language, words in telling.items()}


def _texts(document: dict[str, Any]) -> dict[str, str]:
    """The document's texts by language as in `translations`, those of the document itself under its own."""
    texts = {
        language: [text for texts in fields.values() for text in texts]
        for language, fields in document.get("translations", {}).items()
    }
    own = document.get("name_language")
    main = texts.setdefault(own if own in LANGUAGES else "und", [])
    main += [document["name"], *document.get("keywords", ()), document.get("description", "")]
    return {
        language: " ".join(dict.fromkeys(each[:LONGEST_TEXT] for each in of_one)) for language, of_one in texts.items()
    }


def _counted(text: str) -> Counter[str]:
    """How often each word occurs; words of fewer than three letters and numbers say little."""
    return Counter(word for word in re.findall(r"[^\W\d_]{3,40}", text.lower()))


def _fields(language: str) -> list[str]:
    """The fields with texts in a language; the document's own are in fields without language, too."""
    at = f"translations.{language}"
    return ["name^2", "keywords", "description", f"{at}.name^2", f"{at}.keywords", f"{at}.description"]


def _same_words(words: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    """Queries for the words of each language, some of which have to occur."""
    for language, of_one in words.items():
        each = [{"multi_match": {"query": word, "fields": _fields(language), "tie_breaker": 0.2}} for word in of_one]
        if each:
            yield {"bool": {"should": each, "minimum_should_match": "10%" if len(each) > 10 else 1}}


def _in_common(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Queries for values in common, so that a document with all of them gets the whole of what the field counts for."""
    for field, worth in IN_COMMON.items():
        value = document.get(field)
        values = value if isinstance(value, list) else [value] if value else []
        for each in values[:20]:
            yield {"constant_score": {"filter": {"term": {field: each}}, "boost": worth / min(len(values), 20)}}


def _distinct(hits: Iterable[dict[str, Any]], works: set[str]) -> list[dict[str, Any]]:
    """The first hit of each work that is not in `works`."""
    first: dict[str, dict[str, Any]] = {}
    for hit in hits:
        if hit["_source"]["work_id"] not in works:
            first.setdefault(hit["_source"]["work_id"], hit)
    return list(first.values())


def _few_of_each_series(hits: Iterable[dict[str, Any]], document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The hits without those of a series of which enough are listed. What has no series is its own."""
    listed: Counter[str] = Counter()
    for hit in hits:
        keys = _series_keys(hit["_source"]) - set(document.get("acronyms", ()))
        if all(listed[key] < SIBLINGS for key in keys):
            listed.update(keys)
            yield hit


def _series_keys(document: dict[str, Any]) -> set[str]:
    """What documents of one series have in common; that may be a title which differs in numbers alone."""
    numbered = re.sub(r"\d+", "", document["name"])
    keys = {numbered} if numbered != document["name"] else set()
    return keys | {*document.get("acronyms", ())} | ({document["series"]} if "series" in document else set())
