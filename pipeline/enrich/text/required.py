"""Letters that a text must contain for a regular expression to match it: what prefilters are made from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipeline.enrich.text.patterns import options, split_options

_PART = re.compile(
    r"(?P<around>\(\?<?[=!])|(?P<group>\((?:\?(?:P<\w+>|[a-z-]*:))?)|\\(?P<escaped>[^\w])|(?P<other>\\\w|\[\^?\]?(?:\\.|[^\]\\])*\]|[.^$])"
    r"|(?P<letter>.)",
    re.DOTALL,
)
_BRACKET = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", re.DOTALL)
_TIMES = re.compile(r"(?P<none>[?*]|\{0?,\d*\}|\{0\})[?+]?|(?P<some>\+|\{\d+(?:,\d*)?\})[?+]?|")


class _Piece(NamedTuple):
    """Texts of which a match contains one; `ends`: whether what follows in a match does not follow them directly."""

    texts: frozenset[str]
    ends: bool


def fragments(section: str, *keys: str) -> frozenset[str]:
    """Fragments in lower case, of which a text contains one where it contains what any alternative of the keys matches.

    Raises:
        ValueError: an alternative matches without any letter that is always the same.
    """
    return required(option for key in keys for option in options(section, key))


def required(alternatives: Iterable[str]) -> frozenset[str]:
    """Fragments in lower case, of which a text contains one where it contains what any of the alternatives matches.

    Raises:
        ValueError: an alternative matches without any letter that is always the same.
    """
    found: set[str] = set()
    for alternative in alternatives:
        best = max(_candidates(alternative), key=lambda texts: min(map(len, texts)), default=frozenset({""}))
        if not min(map(len, best)):
            raise ValueError(f"{alternative} matches without any letter that is always the same")
        found |= best
    return frozenset(found)


def _candidates(pattern: str) -> Iterator[frozenset[str]]:
    """For each part of a pattern that every match has: texts in lower case of which it has one."""
    run = ""
    for piece in _pieces(pattern):
        if len(piece.texts) == 1 and not piece.ends:
            run += next(iter(piece.texts))
            continue
        if len(piece.texts) == 1:
            run += next(iter(piece.texts))
        if run:
            yield frozenset({run})
        run = ""
        if len(piece.texts) > 1:
            yield piece.texts
    if run:
        yield frozenset({run})


def _pieces(pattern: str) -> Iterator[_Piece]:
    """The letters and groups of a pattern that every match has, in order; what may be left out ends what precedes."""
    at = 0
    while at < len(pattern):
        part = _PART.match(pattern, at)
        assert part is not None  # noqa: S101 - any letter is a part
        end = part.end()
        if part["around"] or part["group"]:
            end = _end_of_group(pattern, at)
        times = _TIMES.match(pattern, end)
        assert times is not None  # noqa: S101 - nothing is a number of times too
        if times["none"] or part["other"]:
            yield _Piece(frozenset(), ends=True)
        elif part["group"]:
            yield _of_group(pattern[part.end() : end - 1])
        elif not part["around"]:
            letter = (part["escaped"] or part["letter"]).lower()
            yield _Piece(frozenset({letter}), ends=bool(times["some"]))
        at = times.end()


def _of_group(pattern: str) -> _Piece:
    try:
        return _Piece(required(split_options(pattern)), ends=True)
    except ValueError:
        return _Piece(frozenset(), ends=True)


def _end_of_group(pattern: str, start: int) -> int:
    depth = 0
    for mark in _BRACKET.finditer(pattern, start):
        depth += {"(": 1, ")": -1}.get(mark.group(), 0)
        if not depth:
            return mark.end()
    raise ValueError(f"{pattern} has a bracket that nothing closes")
