"""Typing errors: words of a text that no document has, and words of documents that are spelled like them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.model.text import fold
from pipeline.search.text import TEXT_FIELDS, parsed, telling

SHORTEST = 4
"""Letters of a word that may be corrected: shorter words have too many like them."""

MOST_WORDS = 12
"""Words of a text that are looked up."""

RARE, COMMON = 2, 100
"""A word of so few documents is an error of these too, where one that is spelled alike has so many times as many."""

LEAST_ALIKE = 0.7
"""Share of its letters that a word has in common with what is spelled alike."""

_FIELDS = ("name", "description", "keywords", "series.text", "creators.text")
"""Fields whose words are corrections."""


def corrections(client: Elasticsearch, text: str) -> dict[str, str]:
    """By word of the text that no document has, a word that documents have and that is spelled alike.

    One request.
    """
    words = [word for word in map(_bare, telling(parsed(text).words).split()) if _may_be_wrong(word)][:MOST_WORDS]
    if not words:
        return {}
    searches = [part for body in [*map(_count, words), _alike(words)] for part in ({"index": ALIAS}, body)]
    *counts, alike = ask(lambda: client.msearch(searches=searches))["responses"]
    found = {}
    for word, count in zip(words, counts, strict=True):
        right = _best(word, count["hits"]["total"]["value"], alike.get("suggest", {}))
        if right:
            found[word] = right
    return found


def corrected(text: str, right: Mapping[str, str]) -> str:
    """The text with the words corrected."""
    return " ".join(right.get(_bare(word), word) for word in text.split())


def _bare(word: str) -> str:
    return word.strip("?!.,;:()[]\"'¿¡")


def _may_be_wrong(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha()


def _count(word: str) -> dict[str, Any]:
    """The body of a search for how many documents have a word: exact where they are few."""
    query = {"multi_match": {"query": word, "fields": [field.partition("^")[0] for field in TEXT_FIELDS]}}
    return {"query": query, "size": 0, "track_total_hits": RARE + 1}


def _alike(words: Sequence[str]) -> dict[str, Any]:
    """The body of a search for words that are spelled alike."""
    options = {"suggest_mode": "always", "prefix_length": 1, "min_word_length": SHORTEST, "size": 5}
    by_field = {field: {"term": {"field": field, **options}} for field in _FIELDS}
    return {"size": 0, "suggest": {"text": " ".join(words), **by_field}}


def _best(word: str, count: int, suggested: Mapping[str, Any]) -> str | None:
    """What a word is corrected to: the word most like it, and of these the most common one; None where it is right."""
    if count > RARE:
        return None
    alike: dict[str, tuple[float, int]] = {}
    for entry in (entry for entries in suggested.values() for entry in entries if entry["text"] == fold(word)):
        for option in entry["options"]:
            score, number = alike.get(option["text"], (0.0, 0))
            alike[option["text"]] = max(score, round(option["score"], 2)), number + option["freq"]
    likely = {
        other: (score, number)
        for other, (score, number) in alike.items()
        if score >= LEAST_ALIKE and number >= count * COMMON
    }
    return max(likely, key=lambda other: likely[other]) if likely else None
