"""Ranges of ages in a text, in whole years.

In a field about age a bare number is an age. In prose a number is an age only beside a word for age, or after people
("pupils of 12"): "5 years" alone is a duration.

To save time, prose is read only in windows around short numbers that have a word of age near them. In each window four
shapes are tried in this order: ranges, lower bounds, upper bounds, single ages. The first shape that matches a stretch
of text wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from pipeline.enrich.people.is_age import follows_a_noun, is_age, is_years, whole_years
from pipeline.enrich.people.not_ages import is_no_age
from pipeline.enrich.text.fragments import Prefilter, contains_any
from pipeline.enrich.text.patterns import alternatives, grouped, options
from pipeline.enrich.text.required import fragments

OLDEST = 120
"""Years. An upper age from here on states that there is none (`0-150`)."""
MOST_AGES = 200
"""Ages of one text that are read: each is compared with those found before."""
AROUND = 70
"""Characters on either side of a number that are searched for what it counts."""
LONGEST_HEAD = 50
"""Characters of the words before a number that make it an age: "who have attained the age of"."""


def _any(name: str) -> str:
    return alternatives("ages", name, ignore_case=True)


def _heads() -> str:
    """All words and signs before a number that make it a bound or a single age."""
    listed = [option for key in ("over", "up_to", "under", "aged") for option in options("ages", key)]
    return grouped("\n".join([*listed, r"\bat (?:the )?age(?: of)?"]), ignore_case=True, any_order=True)


_START = r"(?=[\W\d\u3040-\u9fff]|\b)(?!\s)"
"""Where a shape may begin: at a word, a digit, a sign, or any letter of a script without spaces. It is checked first,
because trying the many words of a shape in the middle of a word costs time."""
_UNIT = f"(?:{_any('years')}|{_any('months')}|{_any('days')}|{_any('hours')}|{_any('decades')})"
_NUMBER = r"(?<![\d.,])\d{1,3}(?:[.,]\d)?(?!\d)"
_AGED = rf"{_any('aged')}\W{{0,8}}"
_OLDER = rf"(?:{_any('and')}\s+)?{_any('older')}\b|\+|以上"
_COMPLETED = _any("completed")
_RANGE = re.compile(
    rf"{_START}(?P<aged>{_AGED}(?:{_any('aged_to_number')}\s+){{0,3}})?"
    rf"(?P<low>{_NUMBER}|{_any('birth')})\s*-?(?P<low_unit>{_UNIT})?(?:\s*\(?inclusive\)?|\.(?=\s{_any('to_after_ordinal')}\b))?\s*{_any('to')}\s*"
    rf"(?:(?P<below><|(?:under|unter|onder|below)\s)|≤|the age of |age )?"
    rf"(?P<high>{_NUMBER})(?P<plus>\s?\+)?[\s-]*(?P<unit>{_UNIT})?(?:\s+{_COMPLETED})?"
    rf"(?:(?P<older>\s*(?:{_OLDER}))|(?P<under>{_any('under_after')}))?",
    re.IGNORECASE,
)
_LOWER = re.compile(
    rf"{_START}(?:(?P<aged>{_AGED})?(?:is\s+)?{_any('over')}\s*(?:of\s+)?"
    rf"(?P<low>{_NUMBER})[\s-]*(?P<unit>{_UNIT})?"
    rf"|(?:(?P<aged2>{_any('aged')})\W{{0,3}})?(?P<low2>{_NUMBER})[\s-]*(?P<unit2>{_UNIT})?[\s,(]*"
    rf"(?P<older>(?:{_COMPLETED}\s+)?(?:{_OLDER})|{_COMPLETED})(?:\s+(?P<unit3>{_UNIT}))?)",
    re.IGNORECASE,
)
_UPPER = re.compile(
    rf"{_START}(?:(?P<aged>{_AGED})?(?:is\s+)?(?:{_any('up_to')}|(?P<under>{_any('under')}))\s*"
    rf"(?P<high>{_NUMBER})[\s-]*(?P<unit>{_UNIT})?"
    rf"|(?:(?P<aged2>{_any('aged')})\W{{0,3}})?(?P<high2>{_NUMBER})[\s-]*(?P<unit2>{_UNIT})?\s+{_any('and')}\s+"
    rf"(?P<younger>{_any('younger')})\b(?!\s+(?:de|di|than|dan|als)\b)"
    rf"|(?P<high3>{_NUMBER})\s?(?P<unit3>{_UNIT})(?:(?P<under_after>{_any('under_after')})|{_any('up_to_after')}))",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    rf"{_START}(?:(?:at (?:the )?age(?: of)?|{_any('aged')})[^\S\n]+(?P<age>{_NUMBER})"
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
_UNDER_BEFORE = re.compile(rf"(?:{_any('under')})\s*\Z", re.IGNORECASE)
"""A word for younger that ends like one for older: "mlajši od"."""
_EVERYONE = re.compile(rf"(?<!\w){_any('everyone')}(?!\w)", re.IGNORECASE)
_NEXT_GROUP = re.compile(rf"[,;]|(?<!\w){_any('and')}(?!\w)", re.IGNORECASE)
_HEADED = re.compile(rf"{_heads()}\s*(?:of\s+)?{_NUMBER}", re.IGNORECASE)
"""A number after words that make it a bound or a single age. It is in every match of `_LOWER`, `_UPPER` and `_SINGLE`
that does not have what follows a number in one of these shapes, and found sooner than theirs."""
_TO_AFTER = re.compile(
    rf"{_NUMBER}\s*-?(?:{_UNIT})?(?:\s*\(?inclusive\)?|\.(?=\s{_any('to_after_ordinal')}\b))?\s*{_any('to')}",
    re.IGNORECASE,
)
"""A number, and what follows it in every match of `_RANGE` whose lower age is not birth."""
_OLDER_AFTER = re.compile(
    rf"{_NUMBER}[\s-]*(?:{_UNIT})?[\s,(]*(?:(?:{_COMPLETED}\s+)?(?:{_OLDER})|{_COMPLETED})", re.IGNORECASE
)
"""A number, and what follows it in a match of `_LOWER`."""
_YOUNGER_AFTER = re.compile(
    rf"{_NUMBER}(?:[\s-]*(?:{_UNIT})?\s+{_any('and')}\s+{_any('younger')}\b"
    rf"|\s?{_UNIT}(?:{_any('under_after')}|{_any('up_to_after')}))",
    re.IGNORECASE,
)
"""A number, and what follows it in a match of `_UPPER`."""
_SINGLE_AFTER = re.compile(rf"{_NUMBER}[\s-]?{_any('single')}", re.IGNORECASE)
"""A number, and what follows it in a match of `_SINGLE`."""
_DECADES = re.compile(_any("decades"))
_FOLLOWED_UNTIL = re.compile(rf"\b{_any('followed_until')}\s+\Z", re.IGNORECASE)
_ALL_AGES = re.compile(rf"{_START}(?:{_any('all_ages')}\b|{_any('all_ages_unspaced')})", re.IGNORECASE)
_ALL_AGES_PREFILTER = Prefilter(fragments("ages", "all_ages", "all_ages_unspaced"))
_BIRTH_PREFILTER = Prefilter(fragments("ages", "birth"))
_NEAR_AGES = re.compile(rf"(?<![^\W\d_]){alternatives('ages', 'near_ages')}|[+歳才年月代]")
"""A prefilter: beginnings of words, in lower case, of which at least one occurs near every age."""
_PARAGRAPH = re.compile(r"(?:(?!\n\s*\n).)+", re.DOTALL)
_BIRTH = re.compile(rf"\s*(?:at )?{_any('birth')}\s*", re.IGNORECASE)
_ANY_AGE = re.compile(rf"\s*{_any('any')}\s*", re.IGNORECASE)
_OLDER_PEOPLE = re.compile(rf"\s{_any('older')}", re.IGNORECASE)
"""A word for older that describes people whom the number counts: "15 older men"."""
_DIGITS = re.compile(r"\d+")
"""A number of whatever length; what precedes and follows it is looked at when it is found."""
_SHORT_NUMBER = re.compile(r"\d(?<![\d.,/].)\d{0,2}(?!\d)")


class Ages(NamedTuple):
    """A range of ages in whole years, None where that side is open; and the offsets of its words in the text."""

    lower: int | None
    upper: int | None
    start: int
    end: int


_Shape = Callable[[str, int, int, list[int] | None], Iterator[Ages]]


def ages_in_field(text: str) -> list[Ages]:
    """Ages in a field that is about nothing else, from the first paragraph that states any."""
    for paragraph in _PARAGRAPH.finditer(text):
        if _BIRTH.fullmatch(paragraph.group()):
            return [Ages(0, 0, *paragraph.span())]
        if _ANY_AGE.fullmatch(paragraph.group()):
            return [Ages(0, None, *paragraph.span())]
        if found := _ages(text[: paragraph.end()], [paragraph.span()], prose=False):
            return found
    return []


def ages_in_prose(text: str) -> list[Ages]:
    """Ages in prose, in order of place."""
    return _ages(text, _windows(text), prose=True)


def everyone(text: str, found: list[Ages]) -> list[Ages]:
    """Groups without a limit of age beside groups that have one: "all household members"."""
    return [
        Ages(0, None, *match.span())
        for match in _EVERYONE.finditer(text)
        if not any(
            ages.start < match.end() + 25
            and match.end() <= ages.start
            and not _NEXT_GROUP.search(text, match.end(), ages.start)
            for ages in found
        )
    ]


def ages_of_noun(text: str) -> list[Ages]:
    """The range of years at the beginning of a text, after a noun that may be of any people: "divers of 18-65"."""
    match = next(_RANGE.finditer(text), None)
    if match is None or not (match["unit"] and is_years(match["unit"])):
        return []
    if not follows_a_noun(text, match.start(), match.end()):
        return []
    low, high = (whole_years(match[side], None) for side in ("low", "high")) if match["low"][0].isdigit() else (0, 0)
    return [Ages(low, high, *match.span())] if low < high else []


def _windows(text: str) -> list[tuple[int, int]]:
    """Start and end of the stretches of prose that can hold an age: short numbers with a word of age near them."""
    windows: list[tuple[int, int]] = []
    for found in _SHORT_NUMBER.finditer(text):
        start, end = max(0, found.start() - AROUND), found.end() + AROUND
        if windows and start <= windows[-1][1]:
            start, _ = windows.pop()
        windows.append((start, end))
    return [(start, end) for start, end in windows if _NEAR_AGES.search(text[start:end].lower())]


def _ages(text: str, windows: list[tuple[int, int]], *, prose: bool) -> list[Ages]:
    """Ages in the windows of a text, in order of place; those of "all ages" anywhere in it."""
    found: list[Ages] = []
    if _ALL_AGES_PREFILTER.passes(text):
        found = [Ages(0, None, *match.span()) for match in islice(_ALL_AGES.finditer(text), MOST_AGES)]
    ends: list[int] = []
    left_out: list[Ages] = []
    for start, end in windows:
        for shape in _shapes_in(text, start, end) if prose else _SHAPES:
            for ages in shape(text, start, end, ends if prose else None):
                if prose and is_no_age(text, ages.start, ages.end):
                    left_out.append(ages)
                    continue
                if len(found) >= MOST_AGES:
                    return sorted(found, key=lambda ages: ages.start)
                if not any(other.start < ages.end and ages.start < other.end for other in [*found, *left_out]):
                    found.append(ages)
                    ends.append(ages.end)
    return sorted(found, key=lambda ages: ages.start)


def _shapes_in(text: str, start: int, end: int) -> list[_Shape]:
    """The shapes that a window of prose may have; cheap, as no shape can begin in most places."""
    numbers = [digits.span() for digits in _DIGITS.finditer(text, start, end)]
    headed = any(_HEADED.search(text, first - LONGEST_HEAD, last) is not None for first, last in numbers)
    return [
        shape
        for shape, follows in _SHAPES.items()
        if (headed and shape is not _ranges)
        or any(follows.match(text, first, end) is not None for first, _ in numbers)
        or (shape is _ranges and contains_any(text[start:end], _BIRTH_PREFILTER.found_in(text)))
    ]


# The four shapes. `ends` are the ends of the ages found so far; None in a field, where every number is an age.


def _ranges(text: str, start: int, end: int, ends: list[int] | None) -> Iterator[Ages]:
    for match in _RANGE.finditer(text, start, end):
        unit = match["unit"] or match["low_unit"]
        if ends is not None and not is_age(text, match, match["aged"], unit, ends):
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


def _lowers(text: str, start: int, end: int, ends: list[int] | None) -> Iterator[Ages]:
    for match in _LOWER.finditer(text, start, end):
        unit = match["unit"] or match["unit2"] or match["unit3"]
        aged = match["aged"] or match["aged2"]
        if ends is not None and not is_age(text, match, aged, unit, ends, older=bool(match["older"])):
            continue
        if match["low"] and _UNDER_BEFORE.search(text, max(0, match.start("low") - 30), match.start("low")):
            continue
        if match["older"] and unit is None and _OLDER_PEOPLE.match(text, match.start("older") - 1):
            continue
        yield Ages(whole_years(match["low"] or match["low2"], unit), None, match.start(), match.end())


def _uppers(text: str, start: int, end: int, ends: list[int] | None) -> Iterator[Ages]:
    for match in _UPPER.finditer(text, start, end):
        unit = match["unit"] or match["unit2"] or match["unit3"]
        aged = match["aged"] or match["aged2"]
        if ends is not None and not is_age(text, match, aged, unit, ends, older=bool(match["younger"])):
            continue
        high = whole_years(match["high"] or match["high2"] or match["high3"], unit)
        if (match["under"] or match["under_after"]) and high and is_years(unit):
            high -= 1
        yield Ages(None, high, match.start(), match.end())


def _singles(text: str, start: int, end: int, ends: list[int] | None) -> Iterator[Ages]:
    for match in _SINGLE.finditer(text, start, end):
        age = whole_years(match["age"] or match["age2"], match["unit"] or match["unit2"])
        last = int(match["last"] or match["second"] or match["listed"] or age)
        if age < OLDEST and not (
            ends is not None and _FOLLOWED_UNTIL.search(text, max(0, match.start() - 30), match.start())
        ):
            yield Ages(min(age, last), max(age, last), match.start(), match.end())
    if ends is None and (only := _ONLY_AGE.fullmatch(text, start, end)):
        age = whole_years(only["age"], only["unit"])
        yield Ages(age, age, only.start("age"), only.end())


_SHAPES: Mapping[_Shape, re.Pattern[str]] = {
    _ranges: _TO_AFTER,
    _lowers: _OLDER_AFTER,
    _uppers: _YOUNGER_AFTER,
    _singles: _SINGLE_AFTER,
}
"""The shapes in the order in which they are tried, and a number with what may follow it in each."""
