"""Vocabularies: the codes of a facet, the words that mean each, and messages about words that mean none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.errors import UsageError, nearest
from pipeline.model.codes import (
    country_codes,
    country_of_code,
    country_of_name,
    language_codes,
    language_name,
    language_of_name,
    language_of_tag,
    place_name,
    terms,
    words_of,
)


@dataclass(frozen=True)
class Vocabulary:
    """The codes that a facet's values are written in."""

    noun: str
    """What a code stands for, in messages: `country code`."""
    meaning: Callable[[str], str | None]
    """The code that a word means; a code means itself. None where the word means none."""
    advice: Callable[[str], str]
    """End of the message about a word that means no code."""
    codes: Callable[[], Sequence[str]]
    """All codes."""
    name: Callable[[str], str] = words_of
    """A code in English words, for people."""

    def problem(self, word: str) -> str:
        """A message about a word that is no code; names the code that was probably meant."""
        meant = self.meaning(word)
        return f"There is no {self.noun} {word!r}." + (f" Did you mean {meant!r}?" if meant else self.advice(word))

    def check(self, code: str) -> str:
        """The code.

        Raises:
            ValueError: it is none, exactly as it is written.
        """
        if self.meaning(code) != code:
            raise ValueError(self.problem(code))
        return code

    def read(self, word: str) -> str:
        """The code that a person gives, in capitals or not.

        Raises:
            UsageError: the word is no code.
        """
        meant = self.meaning(word)
        if meant is None or meant.casefold() != word.casefold():
            raise UsageError(self.problem(word))
        return meant


def listed(noun: str, codes: Sequence[str], name: Callable[[str], str] = words_of) -> Vocabulary:
    """A vocabulary of a few codes; a message about an unknown word names the nearest code, or all."""
    return _short(noun, lambda: dict.fromkeys(codes, ()), name)


def termed(noun: str, vocabulary: str, name: Callable[[str], str] = words_of) -> Vocabulary:
    """The vocabulary of that name in `data/vocabularies.yaml`; its terms mean its codes."""
    return _short(noun, lambda: terms(vocabulary), name)


def _short(noun: str, codes: Callable[[], Mapping[str, Sequence[str]]], name: Callable[[str], str]) -> Vocabulary:
    @cache
    def meanings() -> Mapping[str, str]:
        of_terms = {term.casefold(): code for code, terms in codes().items() for term in terms}
        return of_terms | {code.casefold(): code for code in codes()}

    return Vocabulary(
        noun,
        lambda word: meanings().get(word.casefold()),
        lambda word: nearest(word, list(codes())),
        lambda: list(codes()),
        name,
    )


COUNTRIES = Vocabulary(
    "country code",
    lambda word: country_of_code(word) or country_of_name(word),
    lambda _: " Write the ISO 3166-1 alpha-2 code, such as GB.",
    country_codes,
    place_name,
)
LANGUAGES = Vocabulary(
    "language code",
    lambda word: language_of_tag(word) or language_of_name(word),
    lambda _: " Write the ISO 639 code, such as en.",
    language_codes,
    language_name,
)
