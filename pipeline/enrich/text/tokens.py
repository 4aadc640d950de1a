"""Tokens and sentences of a text, with their offsets.

A token is a run of letters and digits. Tokens are compared without case and diacritics. Offsets are characters of the
text as it is, so that evidence can quote it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.model.text import fold

_TOKEN = re.compile(r"[^\W_]+")
_FOLDED_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
"""Each ASCII character in lower case; a space for those that separate tokens."""
_SENTENCE_END = re.compile(r"\s(?:(?<=[.!?。]\s)\s*(?=[^a-zà-ÿ])|(?<=\n)\n*)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|approx|ca|c|vs|No|nr|St|Dr|Mr|Mrs|Ms|Prof|bijv|z\.B|bzw|ca|resp|incl|yrs?)\.)\Z"
)


def fold_phrase(phrase: str) -> str:
    """The folded tokens of a phrase, joined by spaces: the key under which tables of names are looked up."""
    return " ".join(map(fold, _TOKEN.findall(phrase)))


@lru_cache(maxsize=128)
def tokens(text: str) -> tuple[str, ...]:
    """The folded tokens of a text."""
    if text.isascii():
        return tuple(text.translate(_FOLDED_ASCII).split())
    return tuple([word.lower() if word.isascii() else fold(word) for word in _TOKEN.findall(text)])


@lru_cache(maxsize=128)
def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each of a text's tokens."""
    return tuple(map(re.Match.span, _TOKEN.finditer(text)))


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each sentence or line of a text."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if "\n" not in end.group() and _ABBREVIATION.search(text, max(0, end.start() - 8), end.start()):
            continue
        if end.start() > start:
            bounds.append((start, end.start()))
        start = end.end()
    if start < len(text):
        bounds.append((start, len(text)))
    return tuple(bounds)
