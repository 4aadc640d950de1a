"""The state of a territory, where it is named only to say whose the territory is: "Hong Kong SAR, China"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.enrich.text.data_files import table

_OPENING = re.compile(r"\s*[(\[]\s*(?:the\s)?", re.IGNORECASE)
_CLOSING = re.compile(r"\s*[)\]]")
_COMMA = re.compile(r"\.?\s*(?:[,:]|\s[-\u2013])\s*")
_MORE_BEFORE = re.compile(r"(?:,|\w\s+(?:and|&|en|und|et|y|e))\s*\Z")
_MORE_AFTER = re.compile(r"\s*(?:,|(?:and|&|en|und|et|y|e)\s)")
_SPECIAL_REGION = re.compile(r"(?:SAR|S\.A\.R\.|Region)\Z")


class NamedCountry(NamedTuple):
    """Where a text names countries: offsets, and their codes."""

    start: int
    end: int
    codes: tuple[str, ...]


@cache
def _state_of() -> Mapping[str, str]:
    """The state of each territory, by ISO 3166-1 alpha-2."""
    return {
        territory: state for state, territories in table("places")["territories"].items() for territory in territories
    }


def states_of_territories(text: str, names: Sequence[NamedCountry]) -> Iterator[NamedCountry]:
    """The names of states that only say whose a territory beside them is.

    They are in brackets, or China after a comma. In a list with more names, China after a comma is one of the list:
    "Japan, Taiwan, China".
    """
    for first, second in pairwise(names):
        for territory, state in ((first, second), (second, first)):
            of = _state_of().get(territory.codes[0]) if len(territory.codes) == 1 else None
            if state.codes == (of,) and _belong_together(text, first, second, territory):
                yield state


def _belong_together(text: str, first: NamedCountry, second: NamedCountry, territory: NamedCountry) -> bool:
    between = text[first.end : second.start]
    if _OPENING.fullmatch(between):
        return _CLOSING.match(text, second.end) is not None
    if _state_of()[territory.codes[0]] != "CN" or not _COMMA.fullmatch(between):
        return False
    if _SPECIAL_REGION.search(text, territory.start, territory.end):
        return True
    return not _MORE_BEFORE.search(text[: first.start]) and not _MORE_AFTER.match(text, second.end)
