"""Words of a text: whole tokens, phrases of them, sentences, and the language that they are likely in.

Every table of terms in `pipeline/enrich/data` is matched here, by whole tokens: "men" is not found in "women", nor
"male" in "female". Matches carry their place, so that evidence can quote the text as it stands.
"""

from __future__ import annotations

import re
import unicodedata
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
_GAP = re.compile(r"[\s,\-\u2010-\u2014'\u2019`./&_]{1,3}\Z")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+(?=[^a-zà-ÿ])|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|approx|ca|c|vs|No|nr|St|Dr|Mr|Mrs|Ms|Prof|bijv|z\.B|bzw|ca|resp|incl|yrs?)\.)\Z"
)


Token = tuple[str, int, int]
"""One word as compared (no case, no diacritics), and where it starts and ends."""


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
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text's first `LONGEST_TEXT` characters."""
    text = text[:LONGEST_TEXT]
    spans = [found.span() for found in _TOKEN.finditer(text)]
    if text.isascii():
        lowered = text.lower()
        return tuple([(lowered[start:end], start, end) for start, end in spans])
    return tuple([(fold(text[start:end]), start, end) for start, end in spans])


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each sentence or line of a text."""
    text = text[:LONGEST_TEXT]
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _SENTENCE_END.finditer(text):
        if "\n" not in found.group() and _ABBREVIATION.search(text, max(0, found.start() - 8), found.start()):
            continue
        if found.start() > start:
            spans.append((start, found.start()))
        start = found.end()
    if start < len(text):
        spans.append((start, len(text)))
    return tuple(spans)


class Lexicon(Generic[V]):
    """Phrases and what they mean; the longest phrase at a place wins. Matches do not overlap.

    A term of one word that ends with `*` stands for every word that begins so; whole words outrank it.
    """

    def __init__(self, terms: Iterable[tuple[str, V]]) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        self._stems: dict[str, V] = {}
        self._by_stem: dict[str, V | None] = {}
        unspaced: dict[str, V] = {}
        for phrase, value in terms:
            if phrase.endswith("*"):
                self._stems[fold(phrase[:-1])] = value
                continue
            if _UNSPACED.search(phrase):
                unspaced.setdefault(phrase, value)
                continue
            words = tuple(token[0] for token in tokens(phrase))
            if words:
                self._phrases.setdefault(words[0], []).append((words[1:], value))
        for entries in self._phrases.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self._unspaced = unspaced
        longest_first = sorted(unspaced, key=len, reverse=True)
        self._unspaced_pattern = re.compile("|".join(map(re.escape, longest_first))) if unspaced else None

    def __contains__(self, phrase: str) -> bool:
        return self.get(phrase) is not None

    def get(self, phrase: str) -> V | None:
        """The value of a phrase that is the whole text; None where it is not in the lexicon."""
        words = [token[0] for token in tokens(phrase)]
        for rest, value in self._phrases.get(words[0], ()) if words else ():
            if list(rest) == words[1:]:
                return value
        return self._unspaced.get(phrase.strip())

    def find(self, text: str) -> Iterator[Match[V]]:
        """Matches in a text, in order of place."""
        found = tokens(text)
        phrases, with_stem = self._phrases, self._with_stem if self._stems else None
        at, count = 0, len(found)
        while at < count:
            folded, start, end = found[at]
            for rest, value in phrases.get(folded, ()):
                last = at + len(rest)
                if not rest or (last < count and self._continues(text, found, at, rest)):
                    yield Match(value, start, found[last][2], at, last + 1)
                    at = last
                    break
            else:
                stem = with_stem(folded) if with_stem is not None else None
                if stem is not None:
                    yield Match(stem, start, end, at, at + 1)
            at += 1
        if self._unspaced_pattern is not None and not text.isascii() and _UNSPACED.search(text):
            for hit in self._unspaced_pattern.finditer(text[:LONGEST_TEXT]):
                yield Match(self._unspaced[hit.group()], hit.start(), hit.end(), -1, -1)

    def _with_stem(self, folded: str) -> V | None:
        if folded not in self._by_stem:
            if len(self._by_stem) > _REMEMBERED:
                self._by_stem.clear()
            stems = (folded[:length] for length in range(len(folded), 2, -1))
            self._by_stem[folded] = next((self._stems[stem] for stem in stems if stem in self._stems), None)
        return self._by_stem[folded]

    @staticmethod
    def _continues(text: str, found: tuple[Token, ...], at: int, rest: tuple[str, ...]) -> bool:
        for offset, word in enumerate(rest, start=at + 1):
            folded, start, _ = found[offset]
            if folded != word or not _GAP.match(text, found[offset - 1][2], start):
                return False
        return True


@cache
def table(name: str) -> Any:
    """The content of a YAML file in `pipeline/enrich/data`, read once."""
    text = (resources.files("pipeline.enrich") / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


@cache
def alternatives(section: str, name: str) -> str:
    """A group of alternatives for a regular expression, from the file of its module in `patterns`."""
    found = (line.strip() for line in table(f"patterns/{section}")[name].splitlines())
    return f"(?:{'|'.join(filter(None, found))})"


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
    by_word = _stopwords()
    for word, _, _ in tokens(text)[:200]:
        for spoken in by_word.get(word, ()):
            votes[spoken] = votes.get(spoken, 0) + 1
    ranked = sorted(votes.items(), key=lambda vote: -vote[1])
    label = stated[:2].lower() if stated else None
    if ranked:
        best, score = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0
        if score > second and score >= (ENOUGH if label else FEW):
            return best
    return label if label in votes else None
