"""Prefilters: fragments of words without which a rule cannot match.

A regular expression is tried at each place of a text; looking for fragments is many times cheaper. All fragments of all
prefilters are looked for at once (Aho-Corasick), the first time that one of them is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from ahocorasick_rs import AhoCorasick, Implementation

_fragments: dict[str, None] = {}
"""Those of all prefilters, in lower case."""


class Prefilter:
    """Fragments of words, in lower case, of which a text must contain one for a rule to match."""

    def __init__(self, fragments: Iterable[str]) -> None:
        self._fragments = frozenset(fragments)
        _fragments.update(dict.fromkeys(self._fragments))
        _searcher.cache_clear()
        _found_in.cache_clear()

    def passes(self, text: str) -> bool:
        """Whether a text contains any of the fragments, in upper or lower case."""
        return not self._fragments.isdisjoint(_found_in(text))

    def found_in(self, text: str) -> frozenset[str]:
        """The fragments that a text contains; a part of it need only be searched for these (`contains_any`)."""
        return self._fragments & _found_in(text)


def contains_any(text: str, fragments: Iterable[str]) -> bool:
    """Whether a text contains any of a few fragments, in upper or lower case."""
    if not fragments:
        return False
    lowered = text.lower()
    return any(fragment in lowered for fragment in fragments)


def start_of_any(text: str, fragments: Iterable[str]) -> int:
    """Where the first of a few fragments begins in a text; the length of the text if it contains none of them."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter became two: offsets differ
        return 0
    return min([at for fragment in fragments if (at := lowered.find(fragment)) >= 0], default=len(text))


@cache
def _searcher() -> tuple[AhoCorasick, list[str]]:
    """What finds the fragments, and the fragments by their number."""
    fragments = list(_fragments)
    return AhoCorasick(fragments, implementation=Implementation.DFA), fragments


@lru_cache(maxsize=64)
def _found_in(text: str) -> frozenset[str]:
    """The fragments that a text contains."""
    searcher, fragments = _searcher()
    lowered = text.lower()
    try:
        found = searcher.find_matches_as_indexes(lowered, overlapping=True)
    except UnicodeEncodeError:  # half of a surrogate pair, which is in no fragment
        lowered = lowered.encode("utf-8", "replace").decode("utf-8")
        found = searcher.find_matches_as_indexes(lowered, overlapping=True)
    return frozenset([fragments[number] for number, _, _ in found])
