"""Words of a text: whole tokens, phrases of them, sentences, and the language that they are likely in.

Every table of terms in `pipeline/enrich/data` is matched here, by whole tokens: "men" is not found in "women", nor
"male" in "female". Matches carry their place, so that evidence can quote the text as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Generic, NamedTuple, TypeVar

import yaml

V = TypeVar("V")

LONGEST_TEXT = 20_000
"""Characters of one statement that are read; what a study is about stands long before that."""

LONGEST_FIELD = 2_000
"""Characters that are read of a title, and of a field about years or ages."""
_REMEMBERED = 20_000

_TOKEN = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s,(\-\u2010-\u2014'\u2019`./&_]{1,3}\Z")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_SENTENCE_END = re.compile(r"\s(?:(?<=[.!?。]\s)\s*(?=[^a-zà-ÿ])|(?<=\n)\n*)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|approx|ca|c|vs|No|nr|St|Dr|Mr|Mrs|Ms|Prof|bijv|z\.B|bzw|ca|resp|incl|yrs?)\.)\Z"
)


class Match(NamedTuple, Generic[V]):
    """A phrase found: its value, where it stands in the text, and its first and last token plus one."""

    value: V
    start: int
    end: int
    first: int
    last: int


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """The word without case and diacritics."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=128)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text's first `LONGEST_TEXT` characters, folded as they are compared."""
    text = text[:LONGEST_TEXT]
    return tuple(_TOKEN.findall(text.lower()) if text.isascii() else map(fold, _TOKEN.findall(text)))


@lru_cache(maxsize=128)
def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where each of a text's tokens starts and ends."""
    return tuple(map(re.Match.span, _TOKEN.finditer(text[:LONGEST_TEXT])))


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each sentence or line of a text."""
    text = text[:LONGEST_TEXT]
    found_spans: list[tuple[int, int]] = []
    start = 0
    for found in _SENTENCE_END.finditer(text):
        if "\n" not in found.group() and _ABBREVIATION.search(text, max(0, found.start() - 8), found.start()):
            continue
        if found.start() > start:
            found_spans.append((start, found.start()))
        start = found.end()
    if start < len(text):
        found_spans.append((start, len(text)))
    return tuple(found_spans)


class _Node(Generic[V]):
    """What phrases that begin alike mean: `value` where one ends here, and how others go `on`, by their next word."""

    __slots__ = ("on", "value")

    def __init__(self, value: V | None = None, on: dict[str, _Node[V]] | None = None) -> None:
        self.value = value
        self.on: dict[str, _Node[V]] = on or {}


class _Openings(dict[str, _Node[V] | None]):
    """What begins with a word, by phrase or by stem; None where nothing does. Worked out once for each word met."""

    def __init__(self, phrases: _Node[V], stems: Mapping[str, V]) -> None:
        super().__init__()
        self._phrases, self._stems = phrases.on, stems

    def __missing__(self, word: str) -> _Node[V] | None:
        if len(self) > _REMEMBERED:
            self.clear()
        node = self._phrases.get(word)
        if self._stems and (node is None or node.value is None):
            beginnings = (word[:length] for length in range(len(word), 2, -1))
            stem = next((self._stems[start] for start in beginnings if start in self._stems), None)
            if stem is not None:
                node = _Node(stem, node.on if node else None)
        self[word] = node
        return node


class Lexicon(Generic[V]):
    """Phrases and what they mean; the longest phrase at a place wins. Matches do not overlap.

    A term of one word that ends with `*` stands for every word that begins so; whole words outrank it.
    """

    def __init__(self, terms: Iterable[tuple[str, V]]) -> None:
        self._phrases: _Node[V] = _Node()
        stems: dict[str, V] = {}
        unspaced: dict[str, V] = {}
        for phrase, value in terms:
            if phrase.endswith("*"):
                stems[fold(phrase[:-1])] = value
            elif _UNSPACED.search(phrase):
                unspaced.setdefault(phrase, value)
            else:
                self._add(tokens(phrase), value)
        self._openings = _Openings(self._phrases, stems)
        self._unspaced = unspaced
        longest_first = sorted(unspaced, key=len, reverse=True)
        self._unspaced_pattern = re.compile("|".join(map(re.escape, longest_first))) if unspaced else None

    def _add(self, words: tuple[str, ...], value: V) -> None:
        node = self._phrases
        for word in words:
            node = node.on.setdefault(word, _Node())
        if node.value is None:
            node.value = value

    def __contains__(self, phrase: str) -> bool:
        return self.get(phrase) is not None

    def get(self, phrase: str) -> V | None:
        """The value of a phrase that is the whole text; None where it is not in the lexicon."""
        node: _Node[V] | None = self._phrases
        for word in tokens(phrase):
            node = node.on.get(word) if node else None
        value = node.value if node else None
        return value if value is not None else self._unspaced.get(phrase.strip())

    def find(self, text: str) -> Iterator[Match[V]]:
        """Matches in a text, in order of place."""
        words, openings = tokens(text), self._openings
        after = 0
        for first in [at for at, word in enumerate(words) if openings[word]]:
            node = openings[words[first]]
            if node is None or first < after:
                continue
            value, last = self._longest(node, text, words, first)
            if value is not None:
                after = last + 1
                places = spans(text)
                yield Match(value, places[first][0], places[last][1], first, after)
        if self._unspaced_pattern is not None and _is_unspaced(text):
            for hit in self._unspaced_pattern.finditer(text[:LONGEST_TEXT]):
                yield Match(self._unspaced[hit.group()], hit.start(), hit.end(), -1, -1)

    @staticmethod
    def _longest(node: _Node[V], text: str, words: tuple[str, ...], at: int) -> tuple[V | None, int]:
        """The value of the longest phrase that goes on from a token, and its last token; None where none ends."""
        value, last = node.value, at
        while node.on and at + 1 < len(words) and (following := node.on.get(words[at + 1])) is not None:
            places = spans(text)
            if not _GAP.match(text, places[at][1], places[at + 1][0]):
                break
            node, at = following, at + 1
            if node.value is not None:
                value, last = node.value, at
        return value, last


@lru_cache(maxsize=64)
def _is_unspaced(text: str) -> bool:
    """Whether a text has letters of a script that puts no spaces between words."""
    return not text.isascii() and _UNSPACED.search(text) is not None


@cache
def table(name: str) -> Any:
    """The content of a YAML file in `pipeline/enrich/data`, read once."""
    text = (resources.files("pipeline.enrich") / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


_BARS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[(|)]", re.DOTALL)
_HEAD = re.compile(r"(?P<bound>\\b)?(?P<letter>[^\W\d_])(?![?*+{])")


@cache
def alternatives(section: str, name: str, *, ignore_case: bool = False) -> str:
    """A group of alternatives for a regular expression, from the file of its module in `patterns`; see `grouped`."""
    return grouped(table(f"patterns/{section}")[name], ignore_case=ignore_case)


def grouped(listed: str, *, ignore_case: bool = False) -> str:
    """A group of alternatives for a regular expression, listed in one or more lines.

    They match as they are listed. Those that begin with one letter are put together, as it costs time to try
    a hundred of them at each place of a text. `ignore_case`: the expression is compiled so; it is faster if told here.
    """
    found = (line.strip() for line in listed.splitlines())
    options: list[str] = []
    heads: dict[str, list[str]] = {}
    for option in _options("|".join(filter(None, found))):
        head = _HEAD.match(option)
        if head is None:
            options += [*_by_letter(heads, ignore_case), option]
            heads = {}
        else:
            heads.setdefault(head["letter"].lower(), []).append(option)
    return f"(?:{'|'.join([*options, *_by_letter(heads, ignore_case)])})"


def _options(pattern: str) -> Iterator[str]:
    """The alternatives of a regular expression, outside of any brackets."""
    depth = start = 0
    for mark in _BARS.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(mark.group(), 0)
        if mark.group() == "|" and depth == 0:
            yield pattern[start : mark.start()]
            start = mark.end()
    yield pattern[start:]


def _by_letter(heads: Mapping[str, list[str]], ignore_case: bool) -> Iterator[str]:
    """One alternative for all that begin with one letter alike; those of different letters exclude each other.

    A set of letters that is compared as it stands is passed over at once where it does not fit, unlike a letter of
    either case.
    """
    bound: list[str] = []
    for options in heads.values():
        found = [head for option in options if (head := _HEAD.match(option))]
        common = found[0].group()
        if any(head.group() != common for head in found):
            yield from options
            continue
        letter = found[0]["letter"]
        cases = {letter.lower(), letter.upper()}
        first = f"(?-i:[{''.join(sorted(cases))}])" if ignore_case and max(map(len, cases)) == 1 else letter
        group = f"{first}(?:{'|'.join(option.removeprefix(common) for option in options)})"
        if found[0]["bound"]:
            bound.append(group)
        else:
            yield group
    if bound:
        yield rf"\b(?:{'|'.join(bound)})"


def lines(name: str) -> Iterator[list[str]]:
    """The rows of a tab-separated file in `pipeline/enrich/data`; lines that start with # are comments."""
    with (resources.files("pipeline.enrich") / "data" / name).open(encoding="utf-8") as file:
        for row in file:
            if not row.startswith("#"):
                yield row.rstrip("\n").split("\t")


ENOUGH, FEW = 3, 2
"""Small words that outvote a label, and that tell a language where there is none."""


@cache
def _stopwords() -> Mapping[str, tuple[str, ...]]:
    by_word: dict[str, list[str]] = {}
    for language, words in table("stopwords").items():
        for word in words.split():
            by_word.setdefault(fold(word), []).append(language)
    return {word: tuple(languages) for word, languages in by_word.items()}


@lru_cache(maxsize=64)
def language(text: str, stated: str | None = None) -> str | None:
    """ISO 639-1 code of the language that a text is written in, by its commonest small words.

    Catalogues label languages carelessly, so the words decide where there are enough of them; else `stated`, where at
    least one word is of that language. None where neither tells.
    """
    votes: dict[str, int] = {}
    for languages, count in Counter(map(_stopwords().get, tokens(text)[:200])).items():
        for spoken in languages or ():
            votes[spoken] = votes.get(spoken, 0) + count
    ranked = sorted(votes.items(), key=lambda vote: -vote[1])
    label = stated[:2].lower() if stated else None
    if ranked:
        best, score = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0
        if score > second and score >= (ENOUGH if label else FEW):
            return best
    return label if label in votes else None
