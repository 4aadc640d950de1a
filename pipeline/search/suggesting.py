"""Suggestions while somebody types: titles, series, acronyms, topics and countries in which the words occur.

Each word but the last has to occur, the last one as the beginning of a word; where no title has them, words that are
typed wrong may differ by a letter or two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from elasticsearch import Elasticsearch

from pipeline.enrich.acronyms import spelled_out
from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.model.labels import labels_of, vocabularies
from pipeline.model.text import fold

Kind = Literal["study", "series", "topic", "acronym", "place"]

SHARES: Mapping[Kind, int] = {"acronym": 2, "series": 3, "topic": 2, "place": 1}
"""Suggestions of each kind among ten, at most; studies fill up."""
FEWEST_LETTERS_OF_A_TERM = 3
"""Letters from which topics and countries are suggested."""
LONGEST = 200
"""Characters of what is typed that are looked at."""
LOOKED_AT = 60
"""Titles of which the best are suggested, and different series."""
MOST_TERMS = 40
"""Topics and countries whose documents are counted."""
VOCABULARIES: Mapping[str, Kind] = {"topics": "topic", "country_codes": "place"}

_WORD = re.compile(r"[^\W_]+")
_NOT_MEANT = [{"exists": {"field": "replaced_by"}}, {"term": {"resource_type": "variable"}}]


class Suggestion(NamedTuple):
    """What may be meant, and what it is.

    `id` is a study's harmony_id, a series' title, an acronym in lower case, a topic's or country's code.
    `studies` is the number of documents that carry it, 1 for a study.
    """

    text: str
    kind: Kind
    id: str
    studies: int


class _Typed(NamedTuple):
    """What is typed, folded: the full words, and the last one, which may go on."""

    words: tuple[str, ...]
    last: str

    def fits(self, text: str) -> bool:
        """Whether a text has the words, and one that begins with the last."""
        found = [fold(word) for word in _WORD.findall(text)]
        return set(self.words) <= set(found) and any(word.startswith(self.last) for word in found)


def suggest(client: Elasticsearch, prefix: str, size: int = 10, language: str | None = None) -> list[Suggestion]:
    """Suggestions for what is typed so far, the best first; none before a letter or digit is typed.

    Superseded versions and variables are not suggested; each work and each series once. `language` (ISO 639-1) is that
    of labels of topics and countries and of titles, where there are such; by default labels are in the language in
    which they are typed.
    """
    typed = _typed(prefix)
    if typed is None:
        return []
    terms = _terms(typed, language)
    titles, series, acronyms, counts = _asked(
        client, [_titles_request(typed), _series_request(typed), _acronyms_request(typed), _counts_request(terms)]
    )
    studies = list(_studies(titles["hits"]["hits"], typed, language))
    of_series = list(_series(series, typed))
    if not studies and not of_series:
        titles, series = _asked(client, [_titles_request(typed, fuzzy=True), _series_request(typed, fuzzy=True)])
        studies = list(_studies(titles["hits"]["hits"], None, language))
        of_series = list(_series(series, None))
    others = [
        *_of_kind("acronym", _acronyms(acronyms), size),
        *_of_kind("series", of_series, size),
        *_of_kind("topic", _counted(terms, counts, "topic"), size),
        *_of_kind("place", _counted(terms, counts, "place"), size),
    ]
    return list(_each_once([*others[: max(size - 2, size // 2)], *studies]))[:size]


def _typed(prefix: str) -> _Typed | None:
    """The words; the last one is full where a space follows, and then begins any word, too."""
    words = [fold(word) for word in _WORD.findall(prefix[:LONGEST])]
    return _Typed(tuple(words[:-1]), words[-1]) if words else None


def _asked(client: Elasticsearch, requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers to several searches in one request."""
    header = {"index": ALIAS, "ignore_unavailable": True}
    searches = [part for request in requests for part in (header, request | {"track_total_hits": False})]
    answers: list[dict[str, Any]] = ask(lambda: client.msearch(searches=searches))["responses"]
    return answers


def _titles_request(typed: _Typed, *, fuzzy: bool = False) -> dict[str, Any]:
    """Titles with the words, those that begin with them first."""
    words: list[dict[str, Any]]
    if fuzzy:
        words = [_nearly("titles", word) for word in typed.words]
        words.append({"bool": {"should": [{"prefix": {"titles": typed.last}}, _nearly("titles", typed.last)]}})
    else:
        words = [{"match": {"titles": word}} for word in typed.words]
        words.append({"prefix": {"titles": typed.last}})
    return {
        "query": {
            "bool": {
                "must": words,
                "should": [{"match_phrase": {"titles": " ".join(typed.words)}}] if len(typed.words) > 1 else [],
                "must_not": _NOT_MEANT,
            }
        },
        "size": LOOKED_AT,
        "_source": ["harmony_id", "work_id", "name", "name_language", "translations.*.name"],
    }


def _nearly(field: str, word: str) -> dict[str, Any]:
    """A query for a word that may be typed wrong, but for its first letter."""
    return {"match": {field: {"query": word, "fuzziness": "AUTO", "prefix_length": 1, "max_expansions": 20}}}


def _studies(hits: Iterable[dict[str, Any]], typed: _Typed | None, language: str | None) -> Iterator[Suggestion]:
    """The titles of hits, those that begin with what is typed first, and then the shorter ones; each work once."""
    works: set[str] = set()
    found: list[tuple[tuple[bool, int], Suggestion]] = []
    start = " ".join((*typed.words, typed.last)) if typed else ""
    for place, hit in enumerate(hits):
        source = hit["_source"]
        if source["work_id"] in works:
            continue
        works.add(source["work_id"])
        title = _title(source, typed, language)
        folded = " ".join(fold(word) for word in _WORD.findall(title))
        rank = (not folded.startswith(start), len(folded) if typed else place)
        found.append((rank, Suggestion(title, "study", source["harmony_id"], 1)))
    yield from (suggestion for _, suggestion in sorted(found, key=lambda each: each[0]))


def _title(source: dict[str, Any], typed: _Typed | None, language: str | None) -> str:
    """The title of a document that has the words: in that language if there is one, else the main one."""
    name: str = source["name"]
    translations = source.get("translations", {})
    first = translations.get(language, {}).get("name", []) if language else []
    others = (title for each in translations.values() for title in each.get("name", ()))
    titles = [*first, name, *others]
    return next((title for title in titles if typed is None or typed.fits(title)), name)


def _series_request(typed: _Typed, *, fuzzy: bool = False) -> dict[str, Any]:
    last: dict[str, Any] = {"prefix": {"series.text": typed.last}}
    if fuzzy:
        words = [_nearly("series.text", word) for word in typed.words]
        last = {"bool": {"should": [last, _nearly("series.text", typed.last)]}}
    else:
        words = [{"match": {"series.text": word}} for word in typed.words]
    return {
        "query": {"bool": {"filter": [*words, last], "must_not": _NOT_MEANT}},
        "size": 0,
        "aggs": {"series": {"terms": {"field": "series", "size": LOOKED_AT}}},
    }


def _series(answer: dict[str, Any], typed: _Typed | None) -> Iterator[Suggestion]:
    for bucket in answer.get("aggregations", {}).get("series", {}).get("buckets", ()):
        if typed is None or typed.fits(bucket["key"]):
            yield Suggestion(bucket["key"], "series", bucket["key"], bucket["doc_count"])


def _acronyms_request(typed: _Typed) -> dict[str, Any]:
    """Acronyms that begin with the one word that is typed, with a document each."""
    if typed.words:
        return {"query": {"match_none": {}}, "size": 0}
    return {
        "query": {"bool": {"filter": {"prefix": {"acronyms": typed.last}}, "must_not": _NOT_MEANT}},
        "size": 0,
        "aggs": {
            "acronyms": {
                "terms": {"field": "acronyms", "include": f"{re.escape(typed.last)}.*", "size": 10},
                "aggs": {
                    "example": {"top_hits": {"size": 1, "_source": ["name", "series", "translations.*.name"]}},
                    "names": {"terms": {"field": "acronym_names", "size": 20}},
                },
            }
        },
    }


def _acronyms(answer: dict[str, Any]) -> Iterator[Suggestion]:
    """Acronyms with their most common name, both as records write them."""
    buckets = answer.get("aggregations", {}).get("acronyms", {}).get("buckets", ())
    found = {bucket["key"] for bucket in buckets}
    for bucket in buckets:
        short = bucket["key"]
        if short.rstrip("0123456789") in found - {short}:
            continue  # a wave of one that is listed
        names = [
            name for each in bucket["names"]["buckets"] for name, _, of in [each["key"].rpartition(": ")] if of == short
        ]
        source = bucket["example"]["hits"]["hits"][0]["_source"]
        texts = [source.get("series", ""), source["name"]]
        texts += [title for each in source.get("translations", {}).values() for title in each.get("name", ())]
        written = spelled_out(short, texts) or short.upper()
        name = next((spelled_out(each, texts) or each.capitalize() for each in names), None)
        yield Suggestion(f"{name} ({written})" if name else written, "acronym", short, bucket["doc_count"])


@cache
def _labels() -> tuple[tuple[str, str, str, str, frozenset[str]], ...]:
    """Of each label of a topic or country: vocabulary, code, language, label, and the label's words, folded."""
    return tuple(
        (each.name, term.code, language, label, frozenset(fold(word) for word in _WORD.findall(label)))
        for each in vocabularies()
        if each.name in VOCABULARIES
        for term in each.terms
        for language, label in term.labels.items()
    )


def _terms(typed: _Typed, language: str | None) -> dict[tuple[str, str], str]:
    """Labels with the words, by vocabulary and code, the shortest first: in the language asked for, else as typed."""
    if len(typed.last) < FEWEST_LETTERS_OF_A_TERM and not typed.words:
        return {}
    found: dict[tuple[str, str], str] = {}
    for vocabulary, code, of, label, words in _labels():
        if any(word.startswith(typed.last) for word in words) and words.issuperset(typed.words):
            key = (vocabulary, code)
            if key not in found or of == "en":
                found[key] = label.capitalize() if label.isupper() else label
    if language:
        found = {key: labels_of(*key).get(language, label) for key, label in found.items()}
    return dict(sorted(found.items(), key=lambda item: len(item[1]))[:MOST_TERMS])


def _counts_request(terms: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    by_field = {field: [code for of, code in terms if of == field] for field in VOCABULARIES}
    by_field = {field: codes for field, codes in by_field.items() if codes}
    if not by_field:
        return {"query": {"match_none": {}}, "size": 0}
    return {
        "query": {
            "bool": {
                "filter": {"bool": {"should": [{"terms": {field: codes}} for field, codes in by_field.items()]}},
                "must_not": _NOT_MEANT,
            }
        },
        "size": 0,
        "aggs": {
            field: {"terms": {"field": field, "include": codes, "size": len(codes)}}
            for field, codes in by_field.items()
        },
    }


def _counted(terms: Mapping[tuple[str, str], str], answer: dict[str, Any], kind: Kind) -> Iterator[Suggestion]:
    """The terms that documents carry, the most common first."""
    for field, of in VOCABULARIES.items():
        if of == kind:
            for bucket in answer.get("aggregations", {}).get(field, {}).get("buckets", ()):
                yield Suggestion(terms[field, bucket["key"]], kind, bucket["key"], bucket["doc_count"])


def _of_kind(kind: Kind, found: Iterable[Suggestion], size: int) -> list[Suggestion]:
    return [each for each in found if each.studies][: max(1, SHARES[kind] * size // 10)]


def _each_once(found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """Suggestions without those whose text is that of one before, but for case and signs."""
    seen: set[str] = set()
    for each in found:
        folded = " ".join(fold(word) for word in _WORD.findall(each.text))
        if folded not in seen:
            seen.add(folded)
            yield each
