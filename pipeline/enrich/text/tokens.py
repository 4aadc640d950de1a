"""Tokens and sentences of a text, with their offsets.

A token is a run of letters and digits. Tokens are compared without case and diacritics. Offsets are characters of the
text as it is, so that evidence can quote it.
"""

from __future__ import annotations

import re
from codecs import charmap_decode
from functools import lru_cache

from pipeline.enrich.text.language_files import terms
from pipeline.enrich.text.patterns import alternatives
from pipeline.model.text import fold

_TOKEN = re.compile(r"[^\W_]+")
LOWER_CASE = "a-zß-ÿāăąćčďđēėęěğģīįķļľłńņňőŕřśšşșťţțūůűųźżžά-ώа-я"
"""Small letters of the languages, as a set of a regular expression."""
_SENTENCE_END = re.compile(rf"[.!?。\n](?:(?<=\n)\n*|(?<!\n)\s+(?=[^{LOWER_CASE}]))")
"""The end of a sentence with its last sign, or line ends. It begins with a set of characters: `re` finds these fast."""
_ABBREVIATIONS = terms("sentences", "abbreviations")
_ABBREVIATION = re.compile(rf"\b(?:{'|'.join(map(re.escape, _ABBREVIATIONS))})\Z")
_WESTERN = "cp1252"
"""The encoding whose letters are folded by a table, many times faster than one by one."""
_LETTERS = bytes(range(256)).decode(_WESTERN, "replace")
_FOLDED = {letter: fold(letter) if _TOKEN.fullmatch(letter) else " " for letter in _LETTERS}
_FOLDED_ASCII = str.maketrans({letter: folded for letter, folded in _FOLDED.items() if letter.isascii()})
_FOLDED_WESTERN = "".join(_FOLDED[letter] if len(_FOLDED[letter]) == 1 else letter for letter in _LETTERS)
_FOLDED_TO_SEVERAL = [(letter, folded) for letter, folded in _FOLDED.items() if len(folded) > 1]
"""Letters such as ß, and what they are folded to: it is longer than the letter."""


def fold_phrase(phrase: str) -> str:
    """The folded tokens of a phrase, joined by spaces: the key under which tables of names are looked up."""
    return " ".join(tokens_of_phrase(phrase))


@lru_cache(maxsize=128)
def tokens(text: str) -> tuple[str, ...]:
    """The folded tokens of a text."""
    return tuple(tokens_of_phrase(text))


def tokens_of_phrase(text: str) -> list[str]:
    """The folded tokens of a phrase, which is not looked at again."""
    aligned = _aligned(text)
    if aligned is None:
        return [word.lower() if word.isascii() else fold(word) for word in _TOKEN.findall(text)]
    if not aligned.isascii():
        for letter, folded in _FOLDED_TO_SEVERAL:
            aligned = aligned.replace(letter, folded)
    return aligned.split()


class Spans:
    """Start and end of each of a text's tokens, by the number of the token; worked out when they are asked for."""

    __slots__ = ("_aligned", "_cursor", "_known")

    def __init__(self, text: str) -> None:
        self._aligned = _aligned(text)
        self._cursor = 0, 0
        """A token, and the offset where it starts or where the white space before it does."""
        self._known: dict[int, tuple[int, int]] = {}
        if self._aligned is None:
            self._known = dict(enumerate(map(re.Match.span, _TOKEN.finditer(text))))

    def __getitem__(self, token: int) -> tuple[int, int]:
        return self._known.get(token) or self._found(token)

    def _found(self, token: int) -> tuple[int, int]:
        if self._aligned is None:
            raise IndexError(token)
        before, offset = self._cursor if self._cursor[0] <= token else (0, 0)
        rest = self._aligned[offset:].split(None, token - before)[token - before]
        start = len(self._aligned) - len(rest)
        end = self._aligned.find(" ", start)
        self._cursor = token, start
        self._known[token] = span = start, len(self._aligned) if end == -1 else end
        return span


@lru_cache(maxsize=64)
def spans(text: str) -> Spans:
    """Start and end of each of a text's tokens."""
    return Spans(text)


def _aligned(text: str) -> str | None:
    """The text with each letter folded to one letter, and a space for each sign; offsets are those of the text.

    None where the text has letters that the tables lack.
    """
    if text.isascii():
        return text.translate(_FOLDED_ASCII)
    try:
        return charmap_decode(text.encode(_WESTERN), "strict", _FOLDED_WESTERN)[0]
    except UnicodeEncodeError:
        return None


_ORDINAL_BEFORE = re.compile(r"(?<![^\s(–-])[1-9]\d?\.\Z")
_AFTER_ORDINAL = re.compile(rf"\d|[^\W\d_A-ZÀ-Þ]|{alternatives('sentences', 'after_ordinal')}")
"""What follows a number with a full stop that ends no sentence, but is an ordinal or a day: "the 3. 5. 1999"."""


def _is_abbreviation(text: str, end: int) -> bool:
    """Whether an abbreviation ends here, rather than a word that ends like one."""
    return _ABBREVIATION.search(text, max(0, end - 8), end) is not None


def _is_ordinal(text: str, start: int, end: int, after: int) -> bool:
    """Whether an ordinal ends here, and what follows it belongs to it."""
    return _ORDINAL_BEFORE.search(text, start, end) is not None and _AFTER_ORDINAL.match(text, after) is not None


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each sentence or line of a text."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for found in _SENTENCE_END.finditer(text):
        signs = found.group()
        end = found.start() if signs[0] == "\n" else found.start() + 1
        if text.endswith(_ABBREVIATIONS, start, end) and "\n" not in signs and _is_abbreviation(text, end):
            continue
        if text[end - 2 : end - 1].isdigit() and _is_ordinal(text, max(start, end - 5), end, found.end()):
            continue
        if end > start:
            bounds.append((start, end))
        start = found.end()
    if start < len(text):
        bounds.append((start, len(text)))
    return tuple(bounds)
