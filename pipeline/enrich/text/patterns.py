"""Regular expressions built from the alternatives that the files of languages list.

`alternatives` turns what all languages list under a key into one group of a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain

from pipeline.enrich.text.language_files import of_each

_BARS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[(|)]", re.DOTALL)
_FIRST_GROUP = re.compile(r"\(\?:(?P<options>[^()\[\]\\]*)\)(?![?*+{])")
_LONGEST_SPREAD = 400
"""Characters that spreading one alternative may add; compiling them takes time too."""
_FIRST_LETTER = re.compile(r"(?P<bound>\\b)?(?P<letter>[^\W\d_])(?![?*+{])")


@cache
def alternatives(section: str, key: str, *, ignore_case: bool = False, any_order: bool = False) -> str:
    """What all languages list under a key of a section, as a group of a regular expression; see `grouped`."""
    return grouped("\n".join(options(section, key)), ignore_case=ignore_case, any_order=any_order)


def options(section: str, key: str) -> list[str]:
    """The alternatives that all languages list under a key, each once, the longest first.

    So an alternative of one language does not hide a longer one of another that begins like it.
    """
    listed = of_each(section, key).values()
    return sorted({option: None for each in listed for option in split_options(_joined(each))}, key=len, reverse=True)


def grouped(listed: str, *, ignore_case: bool = False, any_order: bool = False) -> str:
    """A group of a regular expression that matches what the listed alternatives match, but faster.

    Alternatives that begin with the same letter share it in a prefix: trying a hundred alternatives at each place of
    a text is slow. The order of alternatives that can match at one place stays as listed.

    Args:
        listed: alternatives, separated by `|` or line ends.
        ignore_case: whether the expression will be compiled with `re.IGNORECASE`; naming it here makes it faster.
        any_order: whether it does not matter which of two alternatives is found; it makes the expression faster.
    """
    found: list[str] = []
    by_letter: dict[str, list[str]] = {}
    for option in chain.from_iterable(map(_spread, split_options(_joined(listed)))):
        first = _FIRST_LETTER.match(option)
        if first is None and any_order:
            found.append(option)
        elif first is None:
            found += [*_with_shared_prefixes(by_letter, ignore_case), option]
            by_letter = {}
        else:
            by_letter.setdefault(first["letter"].lower(), []).append(option)
    with_letter = _with_shared_prefixes(by_letter, ignore_case)
    return f"(?:{'|'.join([*with_letter, *found] if any_order else [*found, *with_letter])})"


def _joined(listed: str) -> str:
    """Alternatives on several lines as one line."""
    lines = (line.strip() for line in listed.splitlines())
    return "|".join(filter(None, lines))


def split_options(pattern: str) -> Iterator[str]:
    """The alternatives of a regular expression, split at the bars that are not in brackets."""
    depth = start = 0
    for mark in _BARS.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(mark.group(), 0)
        if mark.group() == "|" and depth == 0:
            yield pattern[start : mark.start()]
            start = mark.end()
    yield pattern[start:]


def _spread(option: str) -> list[str]:
    """An alternative that begins with a group, as one for each alternative of that group; else the alternative itself.

    Then they too can share prefixes with others: `(?:ze|zij) was` is `ze was` and `zij was`.
    """
    group = _FIRST_GROUP.match(option)
    if group is None:
        return [option]
    first = list(split_options(group["options"]))
    rest = option[group.end() :]
    if len(rest) * len(first) > _LONGEST_SPREAD or not all(map(_FIRST_LETTER.match, first)):
        return [option]
    return [each + rest for each in first]


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
