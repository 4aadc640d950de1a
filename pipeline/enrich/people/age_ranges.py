"""Ranges of ages in a text, in whole years.

In a field about age a bare number is an age. In prose a number is an age only beside a word for age, or after people
("pupils of 12"): "5 years" alone is a duration.

To save time, prose is read only in windows around short numbers that have a word of age near them. In each window four
shapes are tried in this order: ranges, lower bounds, upper bounds, single ages. The first shape that matches a stretch
of text wins.
"""

from __future__ import annotations

import re
from itertools import islice

from pipeline.enrich.people.age_shapes import START, Ages, lower_bounds_in, places_in, ranges_in, shapes
from pipeline.enrich.people.is_age import (
    follows_a_noun,
    follows_residents,
    is_an_aside,
    is_gestation,
    is_years,
    whole_years,
)
from pipeline.enrich.people.not_ages import is_no_age
from pipeline.enrich.text.fragments import Prefilter
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.required import fragments

MOST_AGES = 200
"""Ages of one text that are read: each is compared with those found before."""
AROUND = 70
"""Characters on either side of a number that are searched for what it counts."""
LONGEST_NOUN = 200
"""Characters of a text in which a range after a noun at its beginning is looked for."""


def _any(name: str) -> str:
    return alternatives("ages", name, ignore_case=True)


_EVERYONE = re.compile(rf"(?<!\w){_any('everyone')}(?!\w)", re.IGNORECASE)
_NEXT_GROUP = re.compile(rf"[,;]|(?<!\w){_any('and')}(?!\w)", re.IGNORECASE)
_ALL_AGES = re.compile(
    rf"{START}(?:{_any('all_ages')}\b|{_any('all_ages_unspaced')})(?!\s+{_any('over')}\s*\d)", re.IGNORECASE
)
_ALL_AGES_PREFILTER = Prefilter(fragments("ages", "all_ages", "all_ages_unspaced"))
_NEAR_AGES = re.compile(
    rf"(?<![^\W\d_]){alternatives('ages', 'near_ages')}|[+歳才年月代]|(?<=[^\W\d] )[1-9]\d[-–][1-9]\d(?=[ ,;]|\.?\Z)"
)
"""A prefilter: beginnings of words, in lower case, of which at least one occurs near every age; or two
numbers after a word ("adults 18-70")."""
_PARAGRAPH = re.compile(r"(?:(?!\n\s*\n).)+", re.DOTALL)
_BIRTH = re.compile(rf"\s*(?:at )?{_any('birth')}\s*", re.IGNORECASE)
_ANY_AGE = re.compile(rf"\s*{_any('any')}\s*", re.IGNORECASE)
_SHORT_NUMBER = re.compile(r"\d(?<![\d.,/].)\d{0,2}(?!\d)")


def ages_in_field(text: str) -> list[Ages]:
    """Ages in a field that is about nothing else, from the first paragraph that states any."""
    for paragraph in _PARAGRAPH.finditer(text):
        if _BIRTH.fullmatch(paragraph.group()):
            return [Ages(0, 0, *paragraph.span())]
        if _ANY_AGE.fullmatch(paragraph.group()):
            return [Ages(0, None, *paragraph.span())]
        found = _ages(text[: paragraph.end()], [paragraph.span()], prose=False)
        if found := [ages for ages in found if not is_gestation(text, ages.end)]:
            return found
    return []


def ages_of_value(text: str, start: int, end: int) -> list[Ages]:
    """Ages in a part of a text that is about nothing else, as what follows a label for ages is."""
    value = text[start:end].rstrip(" .;,")
    if _ANY_AGE.fullmatch(value):
        return [Ages(0, None, start, start + len(value))]
    return _ages(text[:end], [(start, end)], prose=False)


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
    """The ages near the beginning of a text, after a noun that may be of any people or a comma: "divers of 18-65".

    Also a lowest age where people begin the text: "Residents of the island over 15 years".
    """
    for match in ranges_in(text[:LONGEST_NOUN]):
        if not (match["unit"] and is_years(match["unit"]) and match["low"][0].isdigit()):
            continue
        low, high = (whole_years(match[side], None) for side in ("low", "high"))
        if low < high and (
            follows_a_noun(text, match.start(), match.end()) or is_an_aside(text, match.start(), match.end(), low)
        ):
            return [Ages(low, high, *match.span())]
    for match in lower_bounds_in(text[:LONGEST_NOUN]):
        low = whole_years(match["low"] or match["low2"], None)
        if is_years(match["unit"] or match["unit2"]) and follows_residents(text, match.start(), match.end(), low):
            return [Ages(low, None, *match.span())]
    return []


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
        places = places_in(text, start, end)
        for shape in shapes(ends):
            for ages in shape(text, places, ends if prose else None):
                if prose and is_no_age(text, ages.start, ages.end):
                    left_out.append(ages)
                    continue
                if len(found) >= MOST_AGES:
                    return sorted(found, key=lambda ages: ages.start)
                if not any(other.start < ages.end and ages.start < other.end for other in [*found, *left_out]):
                    found.append(ages)
                    ends.append(ages.end)
    return sorted(found, key=lambda ages: ages.start)
