"""The language that a text is probably written in, by its stopwords.

It matters only where a word means different things in two languages: Dutch "men" is not English "men".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from struct import unpack

from pipeline.enrich.text.language_files import of_each
from pipeline.enrich.text.tokens import tokens
from pipeline.model.text import fold

FEWEST_WITH_LABEL, FEWEST_WITHOUT_LABEL = 3, 2
"""Stopwords of one language that a text must contain for that language to be detected."""
MOST_TOKENS = 200
"""Tokens of a text that are looked at."""
BITS = 16
"""Bits of a number of votes: enough for all tokens that are looked at."""


@cache
def _languages() -> tuple[str, ...]:
    """The languages with stopwords."""
    return tuple(of_each("language", "stopwords"))


@cache
def _votes() -> Mapping[str, int]:
    """Folded stopword → a number with some bits for each language: how many of its words are folded so.

    The sum of the numbers of many words has the votes of all languages, and is made faster than a sum for each.
    """
    votes: dict[str, int] = {}
    for place, words in enumerate(of_each("language", "stopwords").values()):
        for word in map(fold, words.split()):
            votes[word] = votes.get(word, 0) + (1 << BITS * place)
    return votes


@lru_cache(maxsize=64)
def _votes_in(text: str) -> tuple[int, ...]:
    """The number of stopwords of each language at the beginning of a text."""
    languages = _languages()
    in_all = sum(filter(None, map(_votes().get, tokens(text)[:MOST_TOKENS])))
    return unpack(f"<{len(languages)}H", in_all.to_bytes(len(languages) * BITS // 8, "little"))


@lru_cache(maxsize=64)
def detect_language(text: str, labelled: str | None = None) -> str | None:
    """ISO 639-1 code of the language that a text is probably written in; None where it is not clear.

    Catalogues label languages carelessly. So the language with most stopwords in the text is taken first, if it is
    ahead of all others and the text has enough of them. Otherwise the label is taken, if the text has at least one
    stopword of that language.

    Args:
        text: its first tokens are looked at (`MOST_TOKENS`).
        labelled: the language tag that the record gives the text.
    """
    languages, votes = _languages(), _votes_in(text)
    score = max(votes)
    label = labelled[:2].lower() if labelled else None
    if score >= (FEWEST_WITH_LABEL if label else FEWEST_WITHOUT_LABEL) and votes.count(score) == 1:
        return languages[votes.index(score)]
    return label if label in languages and votes[languages.index(label)] else None
