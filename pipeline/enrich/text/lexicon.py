"""Finds the phrases of a table of terms in a text.

Phrases are matched by whole tokens: "men" is not found in "women", nor "male" in "female". The phrases of a table are
a trie, so that a text is read once however many phrases there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import compress
from typing import Generic, NamedTuple, TypeVar

from pipeline.enrich.text.tokens import spans, tokens, tokens_of_phrase
from pipeline.model.text import fold

V = TypeVar("V")

_MOST_CACHED = 20_000
_SHORTEST_STEM = 3
"""Characters; a shorter stem would match words of all kinds."""
_GAP = re.compile(r"[\s,()\-\u2010-\u2014'\u2019`./&_]{1,3}\Z")
"""What may separate two tokens of one phrase."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""A letter of a script that puts no spaces between words."""


class Match(NamedTuple, Generic[V]):
    """A phrase found in a text.

    `start` and `end` are offsets of characters. `first` is the number of its first token, `last` that of its last
    token plus one; both are -1 in scripts without spaces.
    """

    value: V
    start: int
    end: int
    first: int
    last: int


class _Node(Generic[V]):
    """A trie node: the value of the phrase that ends here, and children by next token; None where it has none."""

    __slots__ = ("children", "value")

    def __init__(self, value: V | None = None, children: dict[str, _Node[V]] | None = None) -> None:
        self.value = value
        self.children = children


class _NodeByFirstToken(dict[str, _Node[V] | None]):
    """The trie node that a token leads to from the root, by phrase or by stem; None where no term begins with it.

    A cache: the node of a token is worked out the first time that the token is met.
    """

    def __init__(self, root: _Node[V], stems: Mapping[str, V]) -> None:
        super().__init__()
        self._phrases, self._stems = root.children or {}, stems
        self._beginnings_of_stems = {stem[:_SHORTEST_STEM] for stem in stems}
        self._longest_stem = max(map(len, stems), default=0)

    def __missing__(self, token: str) -> _Node[V] | None:
        if len(self) > _MOST_CACHED:
            self.clear()
        node = self._phrases.get(token)
        if token[:_SHORTEST_STEM] in self._beginnings_of_stems and (node is None or node.value is None):
            value = longest_beginning(self._stems, token, self._longest_stem)
            if value is not None:
                node = _Node(value, node.children if node else None)
        self[token] = node
        return node


def longest_beginning(values: Mapping[str, V], word: str, longest: int) -> V | None:
    """The value of the longest key that a word begins with; None where there is none.

    `longest`: characters of the longest key. The shortest has three.
    """
    beginnings = (word[:length] for length in range(min(longest, len(word)), _SHORTEST_STEM - 1, -1))
    return next((values[start] for start in beginnings if start in values), None)


class Lexicon(Generic[V]):
    """A table of terms with a value each, to be found in texts.

    At each place the longest phrase wins; matches do not overlap. A term of one token that ends with `*` is a stem:
    it matches every token that begins so, unless that token is a term itself. If a term is given twice, the first
    value counts, for stems the last.
    """

    def __init__(self, terms: Iterable[tuple[str, V]]) -> None:
        self._root: _Node[V] = _Node()
        stems: dict[str, V] = {}
        unspaced: dict[str, V] = {}
        for phrase, value in terms:
            if phrase.endswith("*"):
                stems[fold(phrase[:-1])] = value
            elif _UNSPACED.search(phrase):
                unspaced.setdefault(phrase, value)
            else:
                self._add(tokens_of_phrase(phrase), value)
        self._by_first_token = _NodeByFirstToken(self._root, stems)
        self._unspaced = unspaced
        longest_first = sorted(unspaced, key=len, reverse=True)
        self._unspaced_pattern = re.compile("|".join(map(re.escape, longest_first))) if unspaced else None

    def _add(self, phrase: list[str], value: V) -> None:
        node = self._root
        for token in phrase:
            if node.children is None:
                node.children = {}
            child = node.children.get(token)
            if child is None:
                child = node.children[token] = _Node()
            node = child
        if node.value is None:
            node.value = value

    def get(self, phrase: str) -> V | None:
        """The value of a phrase that is the whole text; None where it is not in the lexicon."""
        node: _Node[V] | None = self._root
        for token in tokens(phrase):
            node = node.children.get(token) if node is not None and node.children else None
        value = node.value if node else None
        return value if value is not None else self._unspaced.get(phrase.strip())

    def find(self, text: str) -> Iterator[Match[V]]:
        """Matches in a text, in order of place; those in scripts without spaces come last."""
        words, by_first_token = tokens(text), self._by_first_token
        after = 0
        nodes = [*map(by_first_token.__getitem__, words)]
        for first in compress(range(len(words)), nodes):
            node = nodes[first]
            if node is None or first < after:
                continue
            value, last = node.value, first
            if node.children and first + 1 < len(words) and words[first + 1] in node.children:
                value, last = self._longest(node, text, words, first)
            if value is not None:
                after = last + 1
                places = spans(text)
                yield Match(value, places[first][0], places[last][1], first, after)
        if self._unspaced_pattern is not None and _is_unspaced(text):
            for found in self._unspaced_pattern.finditer(text):
                yield Match(self._unspaced[found.group()], found.start(), found.end(), -1, -1)

    @staticmethod
    def _longest(node: _Node[V], text: str, words: tuple[str, ...], at: int) -> tuple[V | None, int]:
        """The value of the longest phrase whose first token is number `at`, and the number of its last token.

        The value is None where no phrase ends.
        """
        value, last = node.value, at
        while node.children and at + 1 < len(words) and (child := node.children.get(words[at + 1])) is not None:
            places = spans(text)
            if not _GAP.match(text, places[at][1], places[at + 1][0]):
                break
            node, at = child, at + 1
            if node.value is not None:
                value, last = node.value, at
        return value, last


@lru_cache(maxsize=64)
def _is_unspaced(text: str) -> bool:
    """Whether a text has letters of a script that puts no spaces between words."""
    return not text.isascii() and _UNSPACED.search(text) is not None
