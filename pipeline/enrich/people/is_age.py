"""Whether a number in prose is an age, by the words beside it; and ages in whole years."""

from __future__ import annotations

import re

from pipeline.enrich.people.not_ages import is_no_age
from pipeline.enrich.people.who import NO_PEOPLE, ONE_SEX, Who
from pipeline.enrich.people.words_for_people import lexicon
from pipeline.enrich.text.patterns import alternatives


def _any(name: str) -> str:
    return alternatives("ages", name, ignore_case=True)


LEAST_ADULT = 12
"""Years. A criterion of nothing but "at least 5 years" is a duration more often than an age."""
_DIGITS = re.compile(r"\d+")
_PEOPLE = ONE_SEX | {Who.BOTH, Who.PEOPLE, Who.NEUTRAL}
_SHORT_UNIT = re.compile(rf"[\s-]*(?:(?P<months>{_any('months')})|{_any('hours')}|{_any('days')})", re.IGNORECASE)
_HOURS = re.compile(rf"[\s-]*{_any('hours')}", re.IGNORECASE)
_ANY_SHORT_UNIT = re.compile(rf"{_any('months')}|{_any('days')}|{_any('hours')}", re.IGNORECASE)
_VARYING = re.compile(
    rf"(?:{_any('aged')})(?:[^.;]|\.\d){{0,40}}\b{_any('varying')}\W+(?:{_any('aged_to_number')}\s+)?\Z", re.IGNORECASE
)
"""States that the age of people varies, before the two numbers between which it does."""
_WHO_ARE = re.compile(rf"(?<!\w){_any('who_are')}\s+\Z", re.IGNORECASE)
_AGE_WORD = re.compile(_any("age_word"), re.IGNORECASE)
_TOWARDS_AGE = re.compile(
    rf"[\s,;(]*(?:(?<!\w)(?:{_any('between_people_and_age')}|{_any('at_entry')})\s+)*\Z", re.IGNORECASE
)
_BETWEEN = re.compile(rf"(?<!\w){_any('between')}\s+\Z", re.IGNORECASE)
_DASHED = re.compile(r"[1-9]\d\s?[-–]\s?[1-9]\d")
_NO_NOUN = re.compile(rf"\s*(?:[.,;:)]|\Z|{_any('no_noun')}\b)", re.IGNORECASE)
_BEFORE_NEXT = re.compile(rf"\s*(?:[.,;:)]|\Z|{_any('no_noun')}\b|{_any('and')}(?!\w))", re.IGNORECASE)
_COMMA = re.compile(r",\s+\Z")
_PHRASE_END = re.compile(r"\s*(?:[.,;:)]|\Z)")
_FEW_WORDS = re.compile(r"(?:[^\W\d][\w'’-]*\s+){2,5}")
_FOR = re.compile(rf"(?<!\w){_any('for_people')}\s+\Z", re.IGNORECASE)
_NOUN = re.compile(rf"\s*(?:[^\W\d][\w'’-]*\s+){{1,3}}?(?:{_any('between_people_and_age')}\s+)?", re.IGNORECASE)
_DURATION_BEFORE = re.compile(
    rf"{_any('duration_before')}\s+(?:the\s+|de\s+|at\s+|least\s+|more\s+than\s+|over\s+)*\Z", re.IGNORECASE
)
_DURATION_AFTER = re.compile(_any("duration_after"), re.IGNORECASE)
_GESTATION = re.compile(_any("gestation"), re.IGNORECASE)
_NO_AGE_AFTER = re.compile(_any("no_age_after"), re.IGNORECASE)
_LISTED = re.compile(rf"[^\S\n]*(?:[,;/，；、]\s*)?(?:(?:{_any('and')}|{_any('but')})\s+)?(?<!\w)", re.IGNORECASE)
_ITEM_START = re.compile(r"(?:\A|\n)[\s\-*•\d.)]{0,8}\Z")
_ITEM_END = re.compile(rf"\s*(?:{_any('at_entry')}|[.,;)，；、。]|\n|\Z)", re.IGNORECASE)
_MORE = re.compile(_any("more"), re.IGNORECASE)


def is_age(
    text: str, match: re.Match[str], aged: str | None, unit: str | None, ends: list[int], *, older: bool = False
) -> bool:
    """Whether a number in prose is an age: by a word beside it, or because people or another age precede it.

    Args:
        text: the text.
        match: the number with the words of its shape.
        aged: the word for age before the number, if there is one.
        unit: the unit after the number, if there is one.
        ends: the ends of the ages found so far.
        older: whether a word for older or younger follows the number.
    """
    if aged:
        return True
    if _DURATION_AFTER.match(text, match.end()) or _NO_AGE_AFTER.match(text, match.end()):
        return False
    if _AGE_WORD.search(match.group()) and not _MORE.search(match.group()):
        return True
    if is_years(unit) and any(follows_directly(text, end, match.start()) for end in ends):
        return True
    return _is_age_without_word(text, match, unit, older=older)


def _is_age_without_word(text: str, match: re.Match[str], unit: str | None, *, older: bool) -> bool:
    """Whether a number in prose without a word for age is an age all the same, mostly because people precede it."""
    before = text[max(0, match.start() - 60) : match.start()]
    if is_years(unit) and _VARYING.search(before):
        return True
    if unit is None:
        if older and (_WHO_ARE.search(before) or _is_item(text, match, before)):
            return True
        open_ended = older or match.group().rstrip().endswith("+")
        bounded = match.group()[0].isalpha() or _BETWEEN.search(before) is not None
        bare = bounded and _NO_NOUN.match(text, match.end()) is not None
        dashed = (
            _DASHED.fullmatch(match.group().strip()) is not None and _BEFORE_NEXT.match(text, match.end()) is not None
        )
        return (open_ended or bare or dashed) and ends_with_people(before)
    if is_years(unit) and _is_item(text, match, before):
        return True
    is_since = not is_years(unit) and not older and "high" not in match.re.groupindex
    if is_since or _HOURS.match(unit) or _DURATION_BEFORE.search(before) or _GESTATION.match(text, match.end()):
        return False
    return ends_with_people(before) or (older and is_years(unit) and "more" not in match.group())


def _is_item(text: str, match: re.Match[str], before: str) -> bool:
    """Whether a number in years is all that an item of a list says."""
    if not _ITEM_START.search(before) or not _ITEM_END.match(text, match.end()):
        return False
    is_duration = match.group()[0].isalpha() or "high" not in match.re.groupindex
    return not is_duration or int(_DIGITS.findall(match.group())[-1]) >= LEAST_ADULT


def ends_with_people(before: str) -> bool:
    """Whether the text before a number ends with people, as "pupils of" does."""
    towards = _TOWARDS_AGE.search(before)
    end = towards.start() if towards else len(before)
    *_, last = [None, *lexicon(None).find(before)]
    return last is not None and last.value in _PEOPLE and last.end == end


def has_no_noun_after(text: str, end: int) -> bool:
    """Whether what follows a number is no noun that it may count: the end of a phrase, or a word like "who"."""
    return _NO_NOUN.match(text, end) is not None


def is_years(unit: str | None) -> bool:
    """Whether a number with this unit is in years; without a unit, it is."""
    return unit is None or _SHORT_UNIT.match(unit) is None


def follows_directly(text: str, end: int, start: int) -> bool:
    """Whether ages that begin at `start` are listed with those that end at `end`: "18-34, 35-54 and 55"."""
    return end <= start and _LISTED.fullmatch(text, end, start) is not None


def names_short_unit(text: str, start: int, end: int) -> bool:
    """Whether a part of a text names months, days or hours."""
    return _ANY_SHORT_UNIT.search(text, start, end) is not None


def whole_years(number: str, unit: str | None) -> int:
    """The number in whole years, rounded down; days and weeks are 0."""
    value = int(float(number.replace(",", ".")))
    short = _SHORT_UNIT.match(unit) if unit else None
    if short is None:
        return value
    return value // 12 if short["months"] else 0


def is_gestation(text: str, end: int) -> bool:
    """Whether what follows a number makes it weeks of a pregnancy."""
    return _GESTATION.match(text, end) is not None


def is_an_aside(text: str, start: int, end: int, low: int) -> bool:
    """Whether a range of years from `low` on stands between commas, and is no duration."""
    before = text[:start]
    if not _COMMA.search(before) or not _PHRASE_END.match(text, end):
        return False
    named = [found.value for found in lexicon(None).find(before)]
    if set(named[:1]) & NO_PEOPLE or is_no_age(text, start, end):
        return False
    return low >= LEAST_ADULT or any(value in _PEOPLE for value in named)


def follows_residents(text: str, start: int, end: int, low: int) -> bool:
    """Whether a lower bound of years follows people with whom a text begins: "Residents of Hull over 15 years"."""
    before = text[:start]
    if low < LEAST_ADULT or not _FEW_WORDS.fullmatch(before) or not _PHRASE_END.match(text, end):
        return False
    if _DURATION_BEFORE.search(before) or _FOR.search(before) or is_no_age(text, start, end):
        return False
    named = list(lexicon(None).find(before))
    return bool(named) and named[0].start == 0 and named[0].value in _PEOPLE


def follows_a_noun(text: str, start: int, end: int) -> bool:
    """Whether a range of years at the beginning of a text follows a noun, of whatever people, and is no duration."""
    before = text[:start]
    if not _NOUN.fullmatch(before) or not _NO_NOUN.match(text, end):
        return False
    if _DURATION_BEFORE.search(before) or _DURATION_AFTER.match(text, end) or _GESTATION.match(text, end):
        return False
    return not is_no_age(text, start, end) and all(found.value not in NO_PEOPLE for found in lexicon(None).find(before))
