"""The language that a text is probably written in, by its stopwords.

It matters only where a word means different things in two languages: Dutch "men" is not English "men".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache

from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.tokens import tokens
from pipeline.model.text import fold

FEWEST_WITH_LABEL, FEWEST_WITHOUT_LABEL = 3, 2
"""Stopwords of one language that a text must contain for that language to be detected."""


@cache
def _stopwords() -> Mapping[str, str]:
    """Folded stopword → the languages that have it, separated by spaces."""
    languages_of: dict[str, list[str]] = {}
    for language, words in table("stopwords").items():
        for word in words.split():
            languages_of.setdefault(fold(word), []).append(language)
    return {word: " ".join(languages) for word, languages in languages_of.items()}


@lru_cache(maxsize=64)
def detect_language(text: str, labelled: str | None = None) -> str | None:
    """ISO 639-1 code of the language that a text is probably written in; None where it is not clear.

    Catalogues label languages carelessly. So the language with most stopwords in the text is taken first, if it is
    ahead of all others and the text has enough of them. Otherwise the label is taken, if the text has at least one
    stopword of that language.

    Args:
        text: its first 200 tokens are looked at.
        labelled: the language tag that the record gives the text.
    """
    votes: dict[str, int] = {}
    for languages, count in Counter(map(_stopwords().get, tokens(text)[:200])).items():
        for language in languages.split() if languages else ():
            votes[language] = votes.get(language, 0) + count
    ranked = sorted(votes.items(), key=lambda vote: -vote[1])
    label = labelled[:2].lower() if labelled else None
    if ranked:
        best, score = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0
        if score > second and score >= (FEWEST_WITH_LABEL if label else FEWEST_WITHOUT_LABEL):
            return best
    return label if label in votes else None
