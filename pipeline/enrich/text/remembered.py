"""Remembers what a function found in short texts: catalogues repeat places, topics, licences from record to record."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

V = TypeVar("V")

_remembered: list[Callable[[], None]] = []
"""What empties the memory of each function."""

LONGEST_REMEMBERED = 300
"""Characters of the texts of one call together; longer texts seldom occur twice, and would fill the memory."""
MOST_REMEMBERED = 4_096
"""Calls of one function whose values are kept."""


def remembered(function: Callable[..., V]) -> Callable[..., V]:
    """The function, which is called once for short texts that are met again.

    `function` takes texts only, is pure, and its value cannot be changed.
    """
    of_short_texts = lru_cache(maxsize=MOST_REMEMBERED)(function)
    _remembered.append(of_short_texts.cache_clear)

    @wraps(function)
    def value(text: str, *others: str) -> V:
        length = len(text) + len("".join(others)) if others else len(text)
        return of_short_texts(text, *others) if length <= LONGEST_REMEMBERED else function(text, *others)

    return value


def forget() -> None:
    """Empty the memories of all functions: a rule was switched on or off, so that they may find something else."""
    for clear in _remembered:
        clear()
