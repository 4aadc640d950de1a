"""The text of a question: which documents it matches, and how well.

All words of a language are looked for in its texts, together: a title and a description are one text in which words of
the title count for more. What is in no language, such as names of people, is looked for beside these. The best of all
counts. Phrases, names and acronyms raise a document; an identifier puts it on top.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from pipeline.enrich.text.language import detect_language
from pipeline.enrich.text.language_files import of_each, terms
from pipeline.model.identifiers import spelled
from pipeline.model.identity import bare_doi
from pipeline.model.text import fold, unique
from pipeline.model.text_language import LANGUAGES

Clause = dict[str, Any]

NAMED = ("series.text^3", "creators.text^2", "funders.text", "publisher.text")
"""Names of people, organisations and series."""

FOLDED = ("name^5", "keywords^2", "description", "population", "geographic_coverage", *NAMED)
"""Fields whose words are compared as they are, without accents."""

IN_A_LANGUAGE = {"name": 5, "keywords": 2, "description": 1}
"""Fields of `translations`, and how much a word in them counts."""

IN_LANGUAGES = (*LANGUAGES, "und")
"""Languages that texts are under."""

TEXT_FIELDS = [
    *FOLDED,
    *(f"translations.{language}.{field}^{weight}" for language in LANGUAGES for field, weight in IN_A_LANGUAGE.items()),
    *(f"translations.und.{field}^{weight}" for field, weight in IN_A_LANGUAGE.items()),
]

ENOUGH = "1<50%"
"""Words of the text that have to occur: of one or two, all."""

ANY = "1"

LONGEST = 1_000
"""Characters of a text that are searched for."""

BY_ID = "id"
"""Name of the clause that matches documents by an identifier."""

ALL_WORDS = "all"
"""Name of the clause that matches documents in which all words occur."""

ABOVE_ALL = 1_000.0
"""Added to the score of a document whose identifier was asked for."""

_PHRASE = re.compile(r'"([^"]*)"')
_WITHOUT = re.compile(r"(?<!\S)-(?:\"([^\"]*)\"|(\S+))")


class Words(NamedTuple):
    """What a text asks for: words, phrases that have to occur as they are, and what must not occur."""

    words: str
    phrases: Sequence[str]
    without: Sequence[str]


def parsed(text: str) -> Words:
    """The parts of a text: `harbour "deep sea" -lake`."""
    text = text[:LONGEST]
    without = [phrase or word for phrase, word in _WITHOUT.findall(text)]
    rest = _WITHOUT.sub(" ", text)
    phrases = [phrase for phrase in _PHRASE.findall(rest) if phrase.strip()]
    return Words(" ".join(rest.replace('"', " ").split()), phrases, without)


def text_clause(text: str, *, enough: str = ENOUGH, languages: Sequence[str] = IN_LANGUAGES) -> Clause:
    """The query for a text; `enough` says how many of its words have to occur, in texts in one of these languages."""
    asked = parsed(text)
    words = telling(asked.words) or asked.words or text
    found = {
        "dis_max": {
            "queries": [
                *_by_language(words, enough, languages),
                _together(FOLDED, words, enough),
                *_by_id(asked.words),
            ],
            "tie_breaker": 0.2,
        }
    }
    return {
        "bool": {
            "must": [found, *(_phrase(phrase) for phrase in asked.phrases)],
            "should": list(_better(asked.words, words)),
            "must_not": [_phrase(words) for words in asked.without],
        }
    }


def telling(words: str) -> str:
    """The words without the stopwords of their language, where that is clear, and words that begin a question."""
    language = detect_language(words)
    stopwords = _stopwords(language) if language else frozenset()
    each = [word for word in words.split() if fold(word.strip("?!.,;:¿¡")) not in stopwords]
    while len(each) > 1 and fold(each[0].strip("¿")) in _asking():
        del each[0]
    return " ".join(each)


def _stopwords(language: str) -> frozenset[str]:
    return frozenset(map(fold, of_each("language", "stopwords").get(language, "").split()))


@cache
def _asking() -> frozenset[str]:
    """Words with which a question begins, in any language: they do not count."""
    return frozenset(map(fold, terms("language", "asking")))


def _by_language(words: str, enough: str, languages: Sequence[str]) -> Iterator[Clause]:
    for language in languages:
        fields = [f"translations.{language}.{field}^{weight}" for field, weight in IN_A_LANGUAGE.items()]
        yield _together(fields, words, enough)


def _together(fields: Sequence[str], words: str, enough: str) -> Clause:
    """The words in these fields, as if they were one."""
    return {"combined_fields": {"query": words, "fields": list(fields), "minimum_should_match": enough}}


def _phrase(phrase: str) -> Clause:
    """The words in this order, in any field."""
    return {"multi_match": {"query": phrase, "type": "phrase", "fields": TEXT_FIELDS}}


def _better(whole: str, words: str) -> Iterator[Clause]:
    """What raises a document: all words, their order, and names that are the text."""
    if not whole:
        return
    yield {
        "multi_match": {
            "query": words, "type": "cross_fields", "operator": "and", "boost": 0.5, "fields": list(FOLDED),
            "_name": ALL_WORDS,
        }
    }  # fmt: skip
    names = ["name^4", "series.text^4", "funders.text^2", "keywords"]
    yield {"multi_match": {"query": whole, "type": "phrase", "slop": 1, "fields": names}}
    yield {"match": {"creators.text": {"query": whole, "operator": "and", "boost": 6}}}  # a name, in any order
    yield {"constant_score": {"filter": {"term": {"acronyms": whole.lower()}}, "boost": 30}}


def _by_id(words: str) -> Iterator[Clause]:
    """Documents one of whose identifiers the text is, in any spelling."""
    spellings = unique([spelled(words), "".join(words.lower().split()), bare_doi(words) or ""])
    found = [spelling for spelling in spellings if spelling]
    if found:
        yield {"constant_score": {"filter": {"terms": {"identifiers": found}}, "boost": ABOVE_ALL, "_name": BY_ID}}
