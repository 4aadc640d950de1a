"""Regular expressions built from the pattern files in `pipeline/enrich/data/patterns`.

A pattern file belongs to one module. Under each name it lists alternatives in one or more lines, as a rule one line a
language. `alternatives` turns such a list into one group of a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pipeline.enrich.text.data_files import table

_BARS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[(|)]", re.DOTALL)
_FIRST_LETTER = re.compile(r"(?P<bound>\\b)?(?P<letter>[^\W\d_])(?![?*+{])")


@cache
def alternatives(file: str, name: str, *, ignore_case: bool = False) -> str:
    """The list `name` of the pattern file `file` as a group of a regular expression; see `grouped`."""
    return grouped(table(f"patterns/{file}")[name], ignore_case=ignore_case)


def contains_any(text: str, fragments: Sequence[str]) -> bool:
    """Whether a text contains any of some lower-case fragments of words.

    A prefilter: a rule that cannot match without one of the fragments is not tried. Looking for substrings is much
    cheaper than trying a regular expression at each place of a text.
    """
    if not fragments:
        return False
    lowered = text.lower()
    return any(fragment in lowered for fragment in fragments)


def grouped(listed: str, *, ignore_case: bool = False) -> str:
    """A group of a regular expression that matches what the listed alternatives match, but faster.

    Alternatives that begin with the same letter share it in a prefix: trying a hundred alternatives at each place of
    a text is slow. The order of alternatives that can match at one place stays as listed.

    Args:
        listed: alternatives, separated by `|` or line ends.
        ignore_case: whether the expression will be compiled with `re.IGNORECASE`; naming it here makes it faster.
    """
    lines = (line.strip() for line in listed.splitlines())
    options: list[str] = []
    by_letter: dict[str, list[str]] = {}
    for option in _options("|".join(filter(None, lines))):
        first = _FIRST_LETTER.match(option)
        if first is None:
            options += [*_with_shared_prefixes(by_letter, ignore_case), option]
            by_letter = {}
        else:
            by_letter.setdefault(first["letter"].lower(), []).append(option)
    return f"(?:{'|'.join([*options, *_with_shared_prefixes(by_letter, ignore_case)])})"


def _options(pattern: str) -> Iterator[str]:
    """The alternatives of a regular expression, split at the bars that are not in brackets."""
    depth = start = 0
    for mark in _BARS.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(mark.group(), 0)
        if mark.group() == "|" and depth == 0:
            yield pattern[start : mark.start()]
            start = mark.end()
    yield pattern[start:]


def _with_shared_prefixes(by_letter: Mapping[str, list[str]], ignore_case: bool) -> Iterator[str]:
    """One alternative for all options that begin with the same letter; different letters exclude each other.

    `re` skips places quickly where the first thing of an expression is a set of letters that is compared case by
    case; it cannot where the letter is compared ignoring case. So the letter is written as such a set.
    """
    at_word_start: list[str] = []
    for options in by_letter.values():
        found = [first for option in options if (first := _FIRST_LETTER.match(option))]
        prefix = found[0].group()
        if any(first.group() != prefix for first in found):
            yield from options
            continue
        letter = found[0]["letter"]
        cases = {letter.lower(), letter.upper()}
        shared = f"(?-i:[{''.join(sorted(cases))}])" if ignore_case and max(map(len, cases)) == 1 else letter
        group = f"{shared}(?:{'|'.join(option.removeprefix(prefix) for option in options)})"
        if found[0]["bound"]:
            at_word_start.append(group)
        else:
            yield group
    if at_word_start:
        yield rf"\b(?:{'|'.join(at_word_start)})"
