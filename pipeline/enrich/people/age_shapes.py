"""The four shapes of ages in a text: a range, a lower bound, an upper bound, a single age.

Each is a regular expression. It is tried only where it can begin: at a word that makes the number after it a bound or
an age, at a number, and at a word for birth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pipeline.enrich.people.is_age import has_no_noun_after, is_age, is_years, whole_years
from pipeline.enrich.text.fragments import Prefilter, contains_any
from pipeline.enrich.text.patterns import alternatives, grouped, options
from pipeline.enrich.text.required import fragments

OLDEST = 120
"""Years. An upper age from here on states that there is none (`0-150`)."""
LONGEST_HEAD = 50
"""Characters of the words before a number that make it an age: "who have attained the age of"."""
SEEN_AFTER = 25
"""Characters from a number on that such words may depend on: "must be" is one before "18 years of age", and alone."""


class Ages(NamedTuple):
    """A range of ages in whole years, None where that side is open; and the offsets of its words in the text."""

    lower: int | None
    upper: int | None
    start: int
    end: int


class Places(NamedTuple):
    """Where in a text shapes may begin, in order; and the offsets of the part of the text that they may match."""

    begins: list[int]
    start: int
    end: int


Shape = Callable[[str, Places, list[int] | None], Iterator[Ages]]
"""Finds ages in a text. The last argument are the ends of the ages found so far; None in a field, where every number
is an age."""


def _any(name: str) -> str:
    return alternatives("ages", name, ignore_case=True)


def _heads() -> str:
    """All words and signs before a number that make it a bound or a single age."""
    listed = [option for key in ("over", "up_to", "under", "aged") for option in options("ages", key)]
    spread = [each for option in [*listed, r"\bat (?:the )?age(?: of)?"] for each in _by_first_word(option)]
    return grouped("\n".join(spread), ignore_case=True, any_order=True)


def _by_first_word(option: str) -> list[str]:
    """An alternative that begins with a group of words, as one for each of them: what begins alike is tried once."""
    group = _FIRST_WORDS.fullmatch(option)
    if group is None:
        return [option]
    words = [*group["words"].split("|"), *([""] if group["optional"] else [])]
    return [rf"\b{word}{group['rest']}" for word in words]


def _followers() -> str:
    """All words and signs that may follow a number with which a shape begins."""
    keys = ("to", "years", "months", "days", "hours", "decades", "and", "older", "completed", "single", "inclusive")
    listed = [option for key in (*keys, "under_after", "up_to_after") for option in options("ages", key)]
    return grouped("\n".join([*listed, r"\+", "以上", r"\\?[<≤]"]), ignore_case=True, any_order=True)


_FIRST_WORDS = re.compile(r"\\b\(\?:(?P<words>[^()\[\]\\]*)\)(?P<optional>\??)(?P<rest>.*)")
START = r"(?=[\W\d\u3040-\u9fff]|\b)(?!\s)"
"""Where a shape may begin: at a word, a digit, a sign, or any letter of a script without spaces. It is checked first,
because trying the many words of a shape in the middle of a word costs time."""
_UNIT = f"(?:{_any('years')}|{_any('months')}|{_any('days')}|{_any('hours')}|{_any('decades')})"
_NUMBER = r"(?<![\d.,])\d{1,3}(?:[.,]\d)?(?!\d|\s?[%‰]|th\b)"
_GAP = r"(?:[^\S\n]|-|\([^\W\d_]{3,15}\)|\n(?=[^\S\n]*\w))*"
"""White space and hyphens, but no line break with a bullet or an empty line after it; and the number in words."""
_BREAK = r"[^\S\n]*(?:\n[^\S\n]*(?=\w))?"
"""White space before a word or a dash; a dash at the beginning of a line is a bullet."""
_AGED = rf"{_any('aged')}[^\w),;]{{0,8}}(?:{_any('at_entry')}\W{{1,3}})?"
_THAN = rf"\s+{_any('than')}\b"
_OLDER = rf"(?:{_any('and')}\s+)?{_any('older')}\b(?![^\S\n]\d|{_THAN}|\s+{_any('aged')})|\+|以上"
_COMPLETED = _any("completed")
_OVER = rf"(?P<bound>{_any('over')}\s*)?"
_INCLUSIVE = rf"(?:\s*\(?{_any('inclusive')}(?!\w)\)?)?"
_TO = rf"(?P<to>{_any('to')}|\\?[<≤]/?=?\s*{_any('aged')}(?=\s*\\?[<≤]))"
"""Between the two numbers of a range; also "18 < AGE < 65"."""
_RANGE = re.compile(
    rf"{START}(?P<aged>{_AGED}(?:{_any('aged_to_number')}\s+){{0,3}})?{_OVER}"
    rf"(?P<low>{_NUMBER}|{_any('birth')})\s*-?(?P<low_unit>{_UNIT})?(?:{_INCLUSIVE}|\.(?=\s{_any('to_after_ordinal')}\b))?{_BREAK}{_TO}\s*(?:{_any('inclusive')}\s+)?"
    rf"(?:(?P<below>{_any('under')}\s*)|{_any('up_to')}\s*|the age of |age )?"
    rf"(?P<high>{_NUMBER})(?P<plus>\s?\+)?(?:{_GAP}(?P<unit>{_UNIT}))?(?:\s+{_COMPLETED})?{_INCLUSIVE}"
    rf"(?:(?P<older>{_GAP}(?:{_OLDER}))|(?P<under>{_any('under_after')}))?",
    re.IGNORECASE,
)
_LOWER = re.compile(
    rf"{START}(?:(?P<aged>{_AGED})?(?:is\s+)?{_any('over')}:?[^\S\n]*\n?[^\S\n]*(?:\([<>=≤≥]+\)\s*)?(?:of\s+)?"
    rf"(?P<low>{_NUMBER})(?:{_GAP}(?P<unit>{_UNIT}))?(?:{_GAP}(?P<or_older>{_OLDER})(?:\s+(?P<unit4>{_UNIT}))?)?"
    rf"|(?:(?P<aged2>{_any('aged')})\W{{0,3}})?(?P<low2>{_NUMBER})(?:{_GAP}(?P<unit2>{_UNIT}))?[,(]*{_GAP}[,(]*"
    rf"(?P<older>(?:{_COMPLETED}\s+)?(?:{_OLDER})|{_COMPLETED})(?:\s+(?P<unit3>{_UNIT}))?)",
    re.IGNORECASE,
)
_UPPER = re.compile(
    rf"{START}(?:(?P<aged>{_AGED})?(?:is\s+)?(?:{_any('up_to')}|(?P<under>{_any('under')})):?[^\S\n]*\n?[^\S\n]*"
    rf"(?:{_any('inclusive')}\s+)?"
    rf"(?P<high>{_NUMBER})(?:{_GAP}(?P<unit>{_UNIT}))?"
    rf"|(?:(?P<aged2>{_any('aged')})\W{{0,3}})?(?P<high2>{_NUMBER})(?:{_GAP}(?P<unit2>{_UNIT}))?\s+{_any('and')}\s+"
    rf"(?P<younger>{_any('younger')})\b(?!{_THAN})"
    rf"|(?P<high3>{_NUMBER})\s?(?P<unit3>{_UNIT})(?:(?P<under_after>{_any('under_after')})|{_any('up_to_after')}))",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    rf"{START}(?:(?:at (?:the )?age(?: of)?|{_any('aged')})[^\S\n]+(?P<age>{_NUMBER})"
    rf"(?:(?:\s*[,/]\s*(?P<listed>\d{{1,2}})(?!\d|\s+(?!{_any('and')}\b|{_UNIT})[^\W\d]))+,?"
    rf"(?:\s+{_any('and')}\s+(?P<last>\d{{1,2}}))?"
    rf"|\s+{_any('and')}\s+(?P<second>\d{{1,2}})(?=\s*(?:[.,;:)]|\Z|{_UNIT}|{_any('no_noun')}\b)))?"
    rf"(?!\d|\.\d|\s*%)(?P<unit>[\s-]*{_UNIT})?"
    rf"|(?P<age2>{_NUMBER})[\s-]?(?P<unit2>{_any('single')}))",
    re.IGNORECASE,
)
_ONLY_AGE = re.compile(
    rf"\W*(?:{_any('aged')}\W*)?(?P<age>\d{{1,3}}(?:[.,]\d+)?)[\s-]*(?P<unit>{_UNIT}|y)?\W*", re.IGNORECASE
)
"""A field that gives one age and nothing else: "14 years"."""
_UNDER_BEFORE = re.compile(rf"(?:{_any('under')}|{_any('up_to')})\s*\Z", re.IGNORECASE)
"""Words for younger that end like one for older: "mlajši od", "not older than"."""
_AND = re.compile(_any("and"), re.IGNORECASE)
_DECADES = re.compile(_any("decades"))
_FOLLOWED_UNTIL = re.compile(rf"\b{_any('followed_until')}\s+\Z", re.IGNORECASE)
_OLDER_PEOPLE = re.compile(rf"\s{_any('older')}", re.IGNORECASE)
"""A word for older that describes people whom the number counts: "15 older men"."""
_HEAD = re.compile(rf"{_heads()}(?![^\W\d_])", re.IGNORECASE)
_A_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?!\d)")
_FOLLOWED = re.compile(rf"\d+(?:[.,]\d)?[\s(,.-]*(?:{_followers()})", re.IGNORECASE)
"""A number with what must follow it where a shape begins with a number."""
_BIRTH_PREFILTER = Prefilter(fragments("ages", "birth"))
_BIRTH = re.compile(_any("birth"), re.IGNORECASE)


def places_in(text: str, start: int, end: int) -> Places:
    """Where shapes may begin in a part of a text."""
    numbers = [number.start() for number in _A_NUMBER.finditer(text, start, end)]
    if not numbers:
        return Places([], start, end)
    begins = {number for number in numbers if _FOLLOWED.match(text, number)}
    for first, last in _runs(numbers):
        begins.update(_heads_in(text, max(start, first - LONGEST_HEAD), min(end, last + SEEN_AFTER)))
    if contains_any(text[start:end], _BIRTH_PREFILTER.found_in(text)):
        begins.update([birth.start() for birth in _BIRTH.finditer(text, start, numbers[-1])])
    return Places(sorted(begins), start, end)


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """The first and the last number of each run of numbers of which none is far from the next."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number > last + LONGEST_HEAD + SEEN_AFTER:
            yield first, last
            first = number
        last = number
    yield first, last


def _heads_in(text: str, start: int, end: int) -> Iterator[int]:
    """Where words that make a number an age begin; also those inside of longer ones ("at the AGE OF")."""
    for head in _HEAD.finditer(text, start, end):
        yield head.start()
        if " " in head.group():
            yield from _heads_in(text, head.start() + 1, head.end())


def ranges_in(text: str) -> Iterator[re.Match[str]]:
    """Each two numbers in a text that may be a range of ages."""
    return _matches(_RANGE, text, places_in(text, 0, len(text)))


def lower_bounds_in(text: str) -> Iterator[re.Match[str]]:
    """Each number in a text that may be a lower bound of ages."""
    return _matches(_LOWER, text, places_in(text, 0, len(text)))


def _matches(shape: re.Pattern[str], text: str, places: Places) -> Iterator[re.Match[str]]:
    """The matches of a shape that begin at one of the places, none of which overlap."""
    after = places.start
    for begin in places.begins:
        if begin >= after and (match := shape.match(text, begin, places.end)) is not None:
            yield match
            after = match.end()


# The four shapes.


def _ranges(text: str, places: Places, ends: list[int] | None) -> Iterator[Ages]:
    for match in _matches(_RANGE, text, places):
        unit = match["unit"] or match["low_unit"]
        if ends is not None and not is_age(text, match, match["aged"], unit, ends):
            continue
        if ends is not None and _counts_something_else(text, match):
            continue
        low = whole_years(match["low"], match["low_unit"] or match["unit"]) if match["low"][0].isdigit() else 0
        high = whole_years(match["high"], match["unit"])
        if match["unit"] and _DECADES.fullmatch(match["unit"]):
            high += 9
        if high and (match["below"] or match["under"]):
            high -= 1
        if low > high:
            continue
        upper = None if match["plus"] or match["older"] else high
        yield Ages(low, upper, match.start(), match.end())


def _counts_something_else(text: str, match: re.Match[str]) -> bool:
    """Whether the second number of a range counts what follows it: "over 17 years and 20 villages"."""
    if match["unit"] or not (match["low_unit"] or match["bound"]) or not _AND.fullmatch(match["to"]):
        return False
    return not has_no_noun_after(text, match.end())


def _lowers(text: str, places: Places, ends: list[int] | None) -> Iterator[Ages]:
    for match in _matches(_LOWER, text, places):
        unit = match["unit"] or match["unit2"] or match["unit3"] or match["unit4"]
        aged = match["aged"] or match["aged2"]
        older = bool(match["older"] or match["or_older"])
        if ends is not None and not is_age(text, match, aged, unit, ends, older=older):
            continue
        if match["low"] and _UNDER_BEFORE.search(text, max(0, match.start("low") - 30), match.start("low")):
            continue
        if match["older"] and unit is None and _OLDER_PEOPLE.match(text, match.start("older") - 1):
            continue
        yield Ages(whole_years(match["low"] or match["low2"], unit), None, match.start(), match.end())


def _uppers(text: str, places: Places, ends: list[int] | None) -> Iterator[Ages]:
    for match in _matches(_UPPER, text, places):
        unit = match["unit"] or match["unit2"] or match["unit3"]
        aged = match["aged"] or match["aged2"]
        if ends is not None and not is_age(text, match, aged, unit, ends, older=bool(match["younger"])):
            continue
        high = whole_years(match["high"] or match["high2"] or match["high3"], unit)
        if (match["under"] or match["under_after"]) and high and is_years(unit):
            high -= 1
        yield Ages(None, high, match.start(), match.end())


def _singles(text: str, places: Places, ends: list[int] | None) -> Iterator[Ages]:
    for match in _matches(_SINGLE, text, places):
        age = whole_years(match["age"] or match["age2"], match["unit"] or match["unit2"])
        last = int(match["last"] or match["second"] or match["listed"] or age)
        if age < OLDEST and not (
            ends is not None and _FOLLOWED_UNTIL.search(text, max(0, match.start() - 30), match.start())
        ):
            yield Ages(min(age, last), max(age, last), match.start(), match.end())
    if ends is None and (only := _ONLY_AGE.fullmatch(text, places.start, places.end)):
        age = whole_years(only["age"], only["unit"])
        yield Ages(age, age, only.start("age"), only.end())


_SHAPES: tuple[Shape, ...] = (_ranges, _lowers, _uppers, _singles)


def shapes(ends: list[int]) -> Iterator[Shape]:
    """The shapes in the order in which they are to be tried in one part of a text.

    Lower bounds are tried once more if anything was found, as they may follow an upper bound: "< 18 or > 80".

    Args:
        ends: the ends of the ages found so far, to which what the shapes find is added.
    """
    before = len(ends)
    yield from _SHAPES
    if len(ends) > before:
        yield _lowers
