"""Texts of made-up words, and vectors for their meaning: near each other where texts have words in common.

Some words are common and most are rare, as in any language. Beside them, `MARKERS` have a known share of the documents.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

import numpy as np

from pipeline.meaning.text import RECIPE

MARKERS = {"zyxomul": 0.3, "quivarn": 0.05, "ohmblet": 0.001}
"""Words that a search asks for, and the share of documents that have each."""
WORDS = 20_000
MODEL = f"invented, texts {RECIPE}"
"""What documents name as the model of their vectors."""
DIMENSIONS = 384
ALIKE = 1.7
"""How much of a vector all texts have in common: the cosine of two texts without a common word is about .75, as models
for short texts have it."""
READ = 40
"""Words of a text of which its vector is made."""


def some_words(random: Random, number: int) -> list[str]:
    """So many words, the common ones more often."""
    words, weights = _vocabulary()
    return random.choices(words, cum_weights=weights, k=number)


def vector(text: str) -> bytes:
    """The vector of a text: signed bytes, the largest of which is 127 or -127."""
    places, vectors, common = _vectors()
    of_words = vectors[[places[word] for word in text.split()[:READ] if word in places]].sum(axis=0)
    whole = of_words / (np.linalg.norm(of_words) or 1.0) + ALIKE * common
    found: bytes = np.rint(whole * (127 / np.abs(whole).max())).astype(np.int8).tobytes()
    return found


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Made-up words, and how common the first ones of them are together."""
    random = Random("vocabulary")
    parts = [start + vowel for start in "bdfgklmnprstv" for vowel in "aeiou"]
    words = {"".join(random.choices(parts, k=random.randint(2, 4))) for _ in range(2 * WORDS)}
    chosen = sorted(words)[:WORDS]
    random.shuffle(chosen)
    return chosen, list(accumulate(1 / (rank + 10) for rank in range(len(chosen))))


@cache
def _vectors() -> tuple[dict[str, int], Any, Any]:
    """By word, the place of its vector; these, the longer the rarer the word is; and what all texts have in common."""
    random = np.random.default_rng(7)
    words = [*_vocabulary()[0], *MARKERS]
    of_words = random.standard_normal((len(words), DIMENSIONS), dtype=np.float32)
    of_words *= np.log(np.arange(len(words)) + 2, dtype=np.float32)[:, np.newaxis]
    common = random.standard_normal(DIMENSIONS, dtype=np.float32)
    return {word: place for place, word in enumerate(words)}, of_words, common / np.linalg.norm(common)
