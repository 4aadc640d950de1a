"""Acronyms and the names that they stand for, as live documents state them, for the text of a question.

"MCS" also finds what only says "Millennium Cohort Study", and the name what only says "MCS". Nothing is listed by hand:
the pairs are those of the field `acronym_names`, and where an acronym has several meanings, each counts by the number
of documents that state it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from elasticsearch import Elasticsearch

from pipeline.enrich.acronyms import words_of_name
from pipeline.enrich.initials import small_words
from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.model.text import fold

KEPT_FOR = 60.0
"""Seconds for which an answer of Elasticsearch is used again."""
KEPT = 1000
"""Texts whose expansions are kept."""
MOST_WORDS = 16
"""Words of a text that are looked at."""
LONGEST_NAME = 12
"""Words of a name that an acronym stands for."""
MOST_PAIRS = 1000
"""Pairs that are looked at, the most common first, of all that the documents state that have one of those wanted."""
MEANINGS = 5
"""Meanings of one acronym that are used, the most common first."""
RARE = 4
"""A word in small letters among others is an acronym if so many times as many documents, at most, have it as a word."""
BOOST = 30.0
"""Score of a document of the study or series that an acronym or name means; less for a meaning that is less common."""

TITLES = ("name^2", "translations.*.name", "series.text^2")
"""Fields that have names of studies and series."""

Clause = dict[str, Any]
OfWords = Callable[[str], Clause]
"""Makes the query for words."""


class Expansion(NamedTuple):
    """A part of a text that is an acronym or a name, and the pair that it belongs to.

    `words` are those of the text, folded. `weight` is the share of documents that give the acronym this meaning.
    """

    words: str
    short: str
    name: str | None
    weight: float


def expansions(client: Elasticsearch, text: str) -> list[Expansion]:
    """The acronyms in a text, and the names that have one, by their place in it; none before anything is indexed.

    One small request, whose answer is kept for a short time, and a second one where a word in small letters among
    others may be an acronym.
    """
    kept = _kept.setdefault(client, {})
    now = time.monotonic()
    if (found := kept.get(text)) and now - found[0] < KEPT_FOR:
        return found[1]
    answer = _expansions(client, text)
    if len(kept) >= KEPT:
        kept.clear()
    kept[text] = (now, answer)
    return answer


_kept: WeakKeyDictionary[Elasticsearch, dict[str, tuple[float, list[Expansion]]]] = WeakKeyDictionary()


def widened(client: Elasticsearch, text: str | None, clauses: list[Clause], of_words: OfWords) -> list[Clause]:
    """The clauses for a text, the first of which also matches what acronyms and names in the text mean."""
    if not text or not clauses:
        return clauses
    found = expansions(client, text)
    return [with_expansions(clauses[0], text, found, of_words), *clauses[1:]] if found else clauses


def with_expansions(query: dict[str, Any], text: str, found: Iterable[Expansion], of_rest: OfWords) -> dict[str, Any]:
    """A query for a text that also matches what its acronyms and names mean; the query itself where it has none.

    `of_rest` makes the query for the other words of the text: what is found by an expansion has to match it, too.
    """
    alternatives = [_alternative(each, text, of_rest) for each in found]
    if not alternatives:
        return query
    return {"bool": {"should": [query, *alternatives], "minimum_should_match": 1}}


def _alternative(found: Expansion, text: str, of_rest: OfWords) -> dict[str, Any]:
    of_study: list[dict[str, Any]] = [{"term": {"acronyms": found.short}}]
    if found.name:
        of_study.append({"multi_match": {"query": found.name, "type": "phrase", "slop": 1, "fields": [*TITLES]}})
    meant = {
        "constant_score": {
            "filter": {"bool": {"should": of_study, "minimum_should_match": 1}},
            "boost": round(BOOST * found.weight, 2),
        }
    }
    rest = _rest(text, found.words)
    return {"bool": {"must": [meant, of_rest(rest)]}} if rest else meant


def _rest(text: str, part: str) -> str:
    """The words of a text beside a part of it that may be found by; words such as `the` alone are none."""
    words = _words(text) if " " not in part else words_of_name(text)[: MOST_WORDS * 2]
    rest = f" {' '.join(words)} ".replace(f" {part} ", " ").split()
    return " ".join(rest) if any(word not in small_words() for word in rest) else ""


def _words(text: str) -> list[str]:
    """The words of a text, folded, as names and acronyms are compared by them."""
    return [fold(word) for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", text)][:MOST_WORDS]


def _expansions(client: Elasticsearch, text: str) -> list[Expansion]:
    words = _words(text)
    shorts = {short: word for word in reversed(words) for short in _as_acronyms(word)}
    names = _runs(words_of_name(" ".join(words)))
    if not shorts:
        return []
    counted = _counts(client, shorts, names)
    by_short = {short: pairs for short in shorts if (pairs := counted.get(short))}
    doubtful = [short for short in by_short if len(words) > 2 and shorts[short] not in _in_capitals(text)]
    if doubtful:
        words_of_language = _are_words(client, {short: sum(by_short[short].values()) for short in doubtful})
        by_short = {short: pairs for short, pairs in by_short.items() if short not in words_of_language}
    found = [
        Expansion(shorts[short], short, name, number / sum(pairs.values()))
        for short, pairs in by_short.items()
        for name, number in sorted(pairs.items(), key=lambda pair: -pair[1])[:MEANINGS]
    ]
    longest = [name for name in names if any(name in pairs for pairs in counted.values())]
    for name in longest:
        if not any(f" {name} " in f" {other} " for other in longest if other != name):
            of_name = {short: pairs[name] for short, pairs in counted.items() if name in pairs}
            found += [Expansion(name, short, name, number / sum(of_name.values())) for short, number in of_name.items()]
    return found


def _as_acronyms(word: str) -> Iterator[str]:
    """A word as the acronym that it may be: as it is, a part of it, and without the number of a wave (`ess8`)."""
    for part in dict.fromkeys((word, *word.split("-"))):
        yield from {part, part.rstrip("0123456789")} if len(part) > 1 else ()


def _runs(words: list[str]) -> list[str]:
    """All runs of two and more words."""
    return [
        " ".join(words[first:end])
        for first in range(len(words))
        for end in range(first + 2, min(len(words), first + LONGEST_NAME) + 1)
    ] + [word for word in words if len(word) >= 10]  # a compound may be a whole name


def _in_capitals(text: str) -> set[str]:
    """The words of a text that are in capitals, folded; none of a text that is so as a whole."""
    found = re.findall(r"[^\W_]+(?:-[^\W_]+)*", text)
    return set() if text.isupper() else {fold(word) for word in found if sum(c.isupper() for c in word) > 1}


def _counts(client: Elasticsearch, shorts: Collection[str], names: Iterable[str]) -> dict[str, dict[str | None, int]]:
    """By acronym, the names that documents give it, with the number of documents; None for those that give none."""
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query={
                "bool": {
                    "filter": {
                        "bool": {
                            "should": [
                                {"terms": {"acronyms": [*shorts]}},
                                *({"prefix": {"acronym_names": f"{name}: "}} for name in names),
                            ]
                        }
                    },
                    "must_not": [{"exists": {"field": "replaced_by"}}],
                }
            },
            size=0,
            track_total_hits=False,
            aggs={
                "pairs": {"terms": {"field": "acronym_names", "size": MOST_PAIRS, "execution_hint": "map"}},
                "shorts": {"terms": {"field": "acronyms", "include": [*shorts], "size": 100, "execution_hint": "map"}},
            },
            ignore_unavailable=True,
        )
    )
    found: dict[str, dict[str | None, int]] = {}
    wanted = frozenset(names)
    for bucket in answer.get("aggregations", {}).get("pairs", {}).get("buckets", ()):
        name, _, short = bucket["key"].rpartition(": ")
        if short in shorts or name in wanted:  # to let Elasticsearch compare them takes longer than all the rest
            found.setdefault(short, {})[name] = bucket["doc_count"]
    for bucket in answer.get("aggregations", {}).get("shorts", {}).get("buckets", ()):
        if bucket["key"] not in found:
            found[bucket["key"]] = {None: bucket["doc_count"]}
    return found


def _are_words(client: Elasticsearch, stated: dict[str, int]) -> set[str]:
    """Which of these acronyms are words of a language (`share`): many more documents have them in their texts."""
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            size=0,
            track_total_hits=False,
            aggs={"words": {"filters": {"filters": {short: {"match": {"description": short}} for short in stated}}}},
        )
    )
    buckets = answer["aggregations"]["words"]["buckets"]
    return {short for short, number in stated.items() if buckets[short]["doc_count"] > RARE * number}
