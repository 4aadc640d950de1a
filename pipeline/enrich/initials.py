"""Which words an acronym stands for: its letters begin them, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.enrich.text.language_files import of_each, terms
from pipeline.model.text import fold

_WORD = re.compile(r"[^\W_]+")


@cache
def small_words() -> frozenset[str]:
    """Words of names, folded, that an acronym may leave out, in any language."""
    listed = " ".join(of_each("names", "left_out").values())
    return frozenset(map(fold, listed.split()))


@cache
def _study_stems() -> tuple[str, ...]:
    return tuple(map(fold, terms("names", "study")))


def is_study_word(word: str) -> bool:
    """Whether a word says that something is a study, a survey, a register or the like, also at the end of a compound.

    >>> is_study_word("Kiezersonderzoek")
    True
    """
    folded = fold(word)
    return folded == "record" or any(stem in folded for stem in _study_stems())


def beginning_of(short: str, text: str, *, at_start: bool = False) -> str | None:
    """The part of a text that an acronym stands for: at its end, or with `at_start` at its beginning.

    None where the letters of the acronym do not fit. Numbers in it count for nothing.
    """
    letters = "".join(c for c in fold(short) if c.isalpha())
    if len(letters) < 2:
        return None
    longest = len(letters) * 2 + 4
    found = list(_WORD.finditer(text))
    found = found[:longest] if at_start else found[-longest:]
    words = tuple(fold(match.group()) for match in found)
    best: tuple[float, int, int] | None = None
    for start in _first_words(letters, words, at_start=at_start):
        fit = _fit(letters, words[start:], to_the_end=not at_start)
        if fit and fit[0] <= _TOLERATED * len(letters) and (best is None or fit[0] < best[0]):
            best = (fit[0], start, start + fit[1])
    if best is None:
        return None
    _, first, end = best
    if at_start and end < len(words) and is_study_word(words[end]):
        end += 1
    elif at_start and end < len(words) and not _is_left_out(words[end]):
        between = text[found[end - 1].end() : found[end].start()]
        if between in {" ", "-"}:  # the name goes on, so the letters fit by chance
            return None
    return text[found[first].start() : found[end - 1].end()]


_TOLERATED = 0.4
"""Cost of a fit for each letter of the acronym, at most."""
_PREFIX, _INSIDE, _NUMBER_LEFT_OUT, _LEFT_OUT, _LEFT_OUT_AFTER = 0.1, 0.5, 0.6, 0.9, 0.35
"""Costs: a further letter at a word's beginning, one inside it; a number or word left out; a word after all letters."""
_LONG_COMPOUND = 14
"""Letters of a word that may have an acronym alone (`Vrijetijdsomnibus`, VTO)."""


def _first_words(letters: str, words: tuple[str, ...], *, at_start: bool) -> Iterator[int]:
    """The words with which a name may begin that has this acronym."""
    for place, word in enumerate(words):
        if word[0] == letters[0]:
            yield place
        if at_start and not _is_left_out(word):
            return


def _is_left_out(word: str) -> bool:
    """Whether an acronym may leave out a word without a doubt."""
    return word in small_words() or word.isdigit()


def _cost_of_leaving_out(word: str) -> float:
    if word in small_words():
        return 0.0
    return _NUMBER_LEFT_OUT if word.isdigit() else _LEFT_OUT


def _fit(letters: str, words: tuple[str, ...], *, to_the_end: bool) -> tuple[float, int] | None:
    """The cost of the best fit of letters to words from the first word on, and the number of words that it covers."""

    @cache
    def best(letter: int, word: int) -> tuple[float, int] | None:
        if letter == len(letters):
            after = sum(not _is_left_out(each) for each in words[word:]) if to_the_end else 0
            return after * _LEFT_OUT_AFTER, len(words) if to_the_end else word
        if word == len(words):
            return None
        ways = [(cost, letter + taken) for taken, cost in _taken(letters[letter:], words[word])]
        if word:  # the first word begins the name
            ways.append((_cost_of_leaving_out(words[word]), letter))
        return min(((cost + rest[0], rest[1]) for cost, to in ways if (rest := best(to, word + 1))), default=None)

    found = best(0, 0)
    several = sum(not each.isdigit() for each in words[: found[1]]) > 1 if found else False
    return found if several or (len(letters) > 2 and len(words[0]) >= _LONG_COMPOUND) else None


def _taken(letters: str, word: str) -> Iterator[tuple[int, float]]:
    """How many of the next letters a word may account for, and at what cost."""
    if letters[0] != word[0]:
        return
    cost, at = 0.0, 1
    yield 1, cost
    for number, letter in enumerate(letters[1:], start=2):
        place = word.find(letter, at)
        if place < 0:
            return
        cost += _PREFIX if place == at else _INSIDE
        at = place + 1
        yield number, cost
