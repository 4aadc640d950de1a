"""Invented prose: sentences of frequent words of a language, of words about studies, and of words that do not exist."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml

_INVENTED = 4000
"""Words that do not exist, shared by all languages."""
_ENDINGS = ["", "", "n", "s", "l", "r", "t", "nd", "sk", "th", "st"]

_SHARE = {"grammar": 0.45, "content": 0.33, "invented": 0.22}
"""Shares of the words of a text."""


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return table


class _Words(NamedTuple):
    """Words, and the sums of their weights so far."""

    words: Sequence[str]
    weights: Sequence[float]


@cache
def _invented() -> tuple[str, ...]:
    syllables = _table()["syllables"].split()
    chance = Random("words that do not exist")
    made: dict[str, None] = {}
    while len(made) < _INVENTED:
        made["".join(chance.choices(syllables, k=chance.choice((2, 2, 3, 3, 4)))) + chance.choice(_ENDINGS)] = None
    return tuple(made)


@cache
def _words(language: str) -> _Words:
    """All words of a language's texts; the n-th of a kind is n times rarer than the first, as in real texts."""
    kinds = {name: _table()[name][language].split() for name in ("grammar", "content")} | {"invented": _invented()}
    words: list[str] = []
    weights: list[float] = []
    for kind, members in kinds.items():
        flat = 8 if kind == "content" else 2
        shares = [1 / (flat + number) for number in range(len(members))]
        words += members
        weights += [share / sum(shares) * _SHARE[kind] for share in shares]
    return _Words(words, list(accumulate(weights)))


def prose(chance: Random, language: str, length: int) -> list[str]:
    """Sentences of `length` words in all."""
    known = _words(language)
    drawn = chance.choices(known.words, cum_weights=known.weights, k=length)
    sentences = []
    start = 0
    while start < length:
        end = start + 7 + int(chance.random() * 18)
        sentence = " ".join(drawn[start:end])
        sentences.append(f"{sentence[0].upper()}{sentence[1:]}.")
        start = end
    return sentences


def phrase(chance: Random, language: str, length: int) -> str:
    """Content words of a language and words that do not exist, in any order: a title, or a keyword."""
    content = _content(language)
    return " ".join(chance.choice(content if chance.random() < 0.6 else _invented()) for _ in range(length))


@cache
def _content(language: str) -> tuple[str, ...]:
    return tuple(_table()["content"][language].split())


def proper_name(chance: Random) -> str:
    """A word that does not exist, as a name."""
    return chance.choice(_invented()).capitalize()
