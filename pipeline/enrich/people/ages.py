"""Ages, in whole years, that participants could have when they took part.

A field about age outranks the population that a record describes, that the title, that the description. In prose a
number is an age only beside a word that says so: "5 years" alone is a while.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.enrich.people import interviewee
from pipeline.enrich.people.criteria import exclusions, lists_criteria
from pipeline.enrich.people.findings import lexicon
from pipeline.enrich.people.mentions import ONE_SEX, Who
from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import LONGEST_FIELD, LONGEST_TEXT, sentences
from pipeline.model.record import Conditions, Found, Role, Statement, StudyRecord, stated

OLDEST = 120
"""Years; an upper age from here on says that there is none (`0-150`)."""


def _any(name: str) -> str:
    return alternatives("ages", name, ignore_case=True)


_START = r"(?=[\W\d\u3040-\u9fff]|\b)(?!\s)"
"""Where a shape may begin: with a word, a digit, a sign, or any letter of a script without spaces. Looked at first, as
trying the many words of a shape within a word is what costs time."""
_UNIT = f"(?:{_any('years')}|{_any('months')}|{_any('days')}|{_any('decades')})"
_NUMBER = r"(?<![\d.,])\d{1,3}(?:[.,]\d)?(?!\d)"
_AGED = rf"{_any('aged')}\W{{0,8}}"
_OLDER = rf"(?:{_any('and')}\s+)?{_any('older')}\b|\+|以上"
_COMPLETED = _any("completed")
_RANGE = re.compile(
    rf"{_START}(?P<aged>{_AGED}(?:{_any('aged_to_number')}\s+){{0,3}})?"
    rf"(?P<low>{_NUMBER}|{_any('birth')})\s*-?(?P<low_unit>{_UNIT})?(?:\s*\(?inclusive\)?|\.(?=\s(?:und|bis|do|i)\b))?\s*{_any('to')}\s*"
    rf"(?:(?P<below><|(?:under|unter|onder|below)\s)|≤|the age of |age )?"
    rf"(?P<high>{_NUMBER})(?P<plus>\s?\+)?[\s-]*(?P<unit>{_UNIT})?(?:\s+{_COMPLETED})?"
    rf"(?:(?P<older>\s*(?:{_OLDER}))|(?P<under>{_any('under_after')}))?",
    re.IGNORECASE,
)
_LOWER = re.compile(
    rf"{_START}(?:(?P<aged>{_AGED})?(?:is\s+)?{_any('over')}\s*(?:of\s+)?"
    rf"(?P<low>{_NUMBER})[\s-]*(?P<unit>{_UNIT})?"
    rf"|(?:(?P<aged2>{_any('aged')})\W{{0,3}})?(?P<low2>{_NUMBER})[\s-]*(?P<unit2>{_UNIT})?[\s,(]*"
    rf"(?P<older>(?:{_COMPLETED}\s+)?(?:{_OLDER})|{_COMPLETED}\b)(?:\s+(?P<unit3>{_UNIT}))?)",
    re.IGNORECASE,
)
_UPPER = re.compile(
    rf"{_START}(?:(?P<aged>{_AGED})?(?:is\s+)?(?:{_any('up_to')}|(?P<under>{_any('under')}))\s*"
    rf"(?P<high>{_NUMBER})[\s-]*(?P<unit>{_UNIT})?"
    rf"|(?:(?P<aged2>{_any('aged')})\W{{0,3}})?(?P<high2>{_NUMBER})[\s-]*(?P<unit2>{_UNIT})?\s+{_any('and')}\s+"
    rf"(?P<younger>{_any('younger')})\b(?!\s+(?:de|di|than|dan|als)\b)"
    rf"|(?P<high3>{_NUMBER})(?P<unit3>{_UNIT})(?:(?P<under_after>{_any('under_after')})|{_any('up_to_after')}))",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    rf"{_START}(?:(?:\bat (?:the )?age(?: of)?|{_any('aged')})\s+"
    rf"(?P<age>{_NUMBER})(?:(?:\s*[,/]\s*\d{{1,2}})+,?(?:\s+{_any('and')}\s+(?P<last>\d{{1,2}}))?)?"
    rf"(?![\d.%]|\s*%)(?P<unit>[\s-]*{_UNIT})?"
    rf"|(?P<age2>{_NUMBER})[\s-]?(?P<unit2>{_any('single')}))",
    re.IGNORECASE,
)
_SHORT_UNIT = re.compile(rf"[\s-]*(?:(?P<months>{_any('months')})|{_any('days')})", re.IGNORECASE)
_DECADES = re.compile(_any("decades"))
_AVERAGE = re.compile(rf"\b{_any('average')}\b(?:(?!range)[^.]){{0,40}}\Z", re.IGNORECASE)
_VARYING = re.compile(
    rf"(?:{_any('aged')})(?:[^.;]|\.\d){{0,40}}\b{_any('varying')}\W+(?:{_any('aged_to_number')}\s+)?\Z", re.IGNORECASE
)
"""That the age of people varies, before the numbers between which it does."""
_FOLLOWED = re.compile(rf"\b{_any('followed')}\s+\Z", re.IGNORECASE)
_OF_WHO = re.compile(rf"(?<!\w){_any('who_are')}\s+\Z", re.IGNORECASE)
_ALL = re.compile(rf"{_START}(?:\b{_any('all')}\b|{_any('all_unspaced')})", re.IGNORECASE)
_ALL_HINTS: tuple[str, ...] = tuple(table("patterns/ages")["all_hints"].splitlines())
_AGE_WORD = re.compile(_any("age_word"), re.IGNORECASE)
_TOWARDS_AGE = re.compile(rf"[\s,(]*(?:(?<!\w){_any('between_people_and_age')}\s+)*\Z", re.IGNORECASE)
_BETWEEN = re.compile(rf"(?<!\w){_any('between')}\s+\Z", re.IGNORECASE)
_NO_NOUN = re.compile(rf"\s*(?:[.,;:)]|\Z|{_any('no_noun')}\b)", re.IGNORECASE)
_WHILE = re.compile(rf"{_any('while')}\s+(?:the\s+|de\s+|at\s+|least\s+|more\s+than\s+|over\s+)*\Z", re.IGNORECASE)
_HINT = re.compile(rf"(?<![^\W\d_])(?:{_any('hints')})|[+歳才年月代]")
"""Letters of which some stand near every age; looking for them first is cheap."""
_PLURAL = re.compile(_any("plural"), re.IGNORECASE)
_PARAGRAPH = re.compile(r"(?:(?!\n\s*\n).)+", re.DOTALL)
_BIRTH = re.compile(rf"\s*(?:at )?{_any('birth')}\s*", re.IGNORECASE)
_ANY_AGE = re.compile(rf"\s*{_any('any')}\s*", re.IGNORECASE)
_GESTATION = re.compile(_any("gestation"), re.IGNORECASE)
_WHILE_AFTER = re.compile(_any("while_after"), re.IGNORECASE)
_LISTED = re.compile(rf"\s*(?:[,;/]\s*)?(?:{_any('and')}\s+)?(?<!\w)", re.IGNORECASE)
_ITEM_START = re.compile(r"(?:\A|\n)[\s\-*•\d.)]{0,8}\Z")
_ITEM_END = re.compile(r"\s*(?:[.,;)]|\n|\Z)")
_OF_OTHERS = re.compile(
    rf"(?<!\w){_any('carers')}\W(?:\w+\W+){{0,2}}?{_any('having')}\s(?:[\w-]+\s+){{0,3}}\w+\W*"
    rf"(?:{_any('between_people_and_age')}\s+)*\Z",
    re.IGNORECASE,
)
_NAMED_AGE = re.compile(
    r"(?<![\w.,-])(?P<low>[1-9]\d)(?:\+(?!\w)|\s+(?:and|&|en|und|plus)\s+(?:up|over|older|ouder|älter)\b)",
    re.IGNORECASE,
)
_ASKED_OF_A_PART = re.compile(rf"\b{_any('asked_part')}\s[^.;]{{0,60}}\Z", re.IGNORECASE)
_WHEN = re.compile(rf"(?<!\w){_any('when')}\s*\Z", re.IGNORECASE)
_IN_A_PLACE = re.compile(_any("in_a_place"), re.IGNORECASE)
_AT_AN_AGE = re.compile(r"vuotiaana\b|vuotiaina\b", re.IGNORECASE)
"""The Finnish case that tells at which age something was, not of whom."""
_OF_WHOM = re.compile(rf"\s{_any('older')}\b", re.IGNORECASE)
"""A word for older that tells of people whom a number counts: "15 older men"."""
_MORE = re.compile(_any("more"), re.IGNORECASE)
_SHORT_NUMBER = re.compile(r"\d(?<![\d.,/].)\d{0,2}(?!\d)")
_AT_BIRTH = re.compile(r"\bbirth\b", re.IGNORECASE)
_SLASH = re.compile(r"\s/|/\s")
SLASHES = 2
"""So many slashes beside a space, and a sentence is a list of variables."""
_OF_WAVE = re.compile(rf"\b{_any('wave')}\b[^.]*\Z", re.IGNORECASE)
EARLY = 600
"""Characters within which a description says whom it studied."""
AROUND = 70
"""Characters on either side of a number that are read for what it is."""


_PEOPLE = ONE_SEX | {Who.BOTH, Who.PEOPLE, Who.NEUTRAL}


class Ages(NamedTuple):
    """Lowest and highest age; None where that side is open."""

    lower: int | None
    upper: int | None
    start: int
    end: int


def find(record: StudyRecord, _: Conditions) -> dict[str, Found]:
    """`age_lower` and `age_upper`, as far as stated."""
    for statement in record.having(Role.AGE):
        told = _of_field(statement.text)
        if told:
            return _facets(statement, told)
    for statement in record.having(Role.POPULATION):
        if statement.excludes:
            continue
        told = _in_prose(statement.text)
        if lists_criteria(statement):
            spans = exclusions(statement.text)
            told = [ages for ages in told if not any(start <= ages.start < end for start, end in spans)][:2]
        if told:
            return _facets(statement, told)
    for statement in record.having(Role.TITLE, Role.DESCRIPTION):
        told = _in_prose(statement.text)
        if statement.role is Role.TITLE:
            told = told or _in_name(statement.text)
        else:
            told = [ages for ages in told if _is_of_those_studied(ages, statement)]
            told = [] if told and interviewee.named(record) else told
        if told:
            return _facets(statement, _of_one_sentence(statement.text, told))
    return {}


def _in_name(text: str) -> list[Ages]:
    """The age from which on a study's own name says that it is: "45 and Up Study"."""
    return [Ages(int(found["low"]), None, *found.span()) for found in _NAMED_AGE.finditer(text[:LONGEST_FIELD])][:1]


def _of_one_sentence(text: str, told: list[Ages]) -> list[Ages]:
    """The first ages told, and the age groups beside them."""
    end = next((end for start, end in sentences(text) if start <= told[0].start < end), told[0].end)
    return [told[0], *(ages for ages in told[1:] if ages.start < end and None not in (ages.lower, ages.upper))]


def _is_of_those_studied(ages: Ages, statement: Statement) -> bool:
    """Whether a description tells the ages of those studied.

    One age alone is somebody's ("at the age of 16") but for that of a wave; an upper age alone, late in the text, and
    any age in a list of variables ("reading / education at 10-12 years / income") is what was asked about.
    """
    if _lists_variables(statement.text, ages) or _is_asked_about(statement.text, ages):
        return False
    if _OF_WAVE.search(statement.text, max(0, ages.start - 40), ages.start):
        return True
    if ages.lower is None:
        return ages.start < EARLY
    return ages.lower != ages.upper or _PLURAL.search(statement.text, ages.start, ages.end) is not None


def _is_asked_about(text: str, ages: Ages) -> bool:
    """Whether ages are those at which something was, or of a part who were asked more ("questions were asked of")."""
    before = max(0, ages.start - AROUND)
    return (
        _AT_AN_AGE.search(text, ages.start, min(len(text), ages.end + 8)) is not None
        or _WHEN.search(text, before, ages.start) is not None
        or _ASKED_OF_A_PART.search(text, max(0, ages.start - 2 * AROUND), ages.start) is not None
    )


def _lists_variables(text: str, ages: Ages) -> bool:
    """Whether ages stand in a sentence whose parts are told apart by slashes, as variables are."""
    sentence = next(((start, end) for start, end in sentences(text) if start <= ages.start < end), (0, len(text)))
    return len(_SLASH.findall(text, *sentence)) >= SLASHES


def _facets(statement: Statement, told: list[Ages]) -> dict[str, Found]:
    lowers = [ages.lower for ages in told if ages.lower is not None]
    uppers = [ages.upper for ages in told if ages.upper is not None]
    open_ended = any(
        ages.upper is None
        and ages.lower is not None
        and (ages.lower >= max(uppers, default=0) or _contains(ages.lower, told, statement))
        for ages in told
    )
    evidence = (stated(statement, statement.text[told[0].start : told[-1].end]),)
    facets: dict[str, Found] = {}
    if lowers and min(lowers) < OLDEST:
        facets["age_lower"] = Found(min(lowers), evidence)
    if uppers and not open_ended and max(uppers) < OLDEST:
        facets["age_upper"] = Found(max(uppers), evidence)
    return facets


def _contains(lower: int, told: list[Ages], statement: Statement) -> bool:
    """Whether an open range contains the others, of which it then is no side; each of a list of criteria must hold."""
    return not lists_criteria(statement) and all(ages.lower is not None and ages.lower >= lower for ages in told)


def _hinted(text: str, hints: tuple[str, ...]) -> bool:
    lowered = text.lower()
    return any(hint in lowered for hint in hints)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a prose text that can hold an age: around short numbers that stand near a word of age."""
    text = text[:LONGEST_TEXT]
    numbers = [found.span() for found in _SHORT_NUMBER.finditer(text)]
    if "birth" in text.lower():
        numbers = sorted([*numbers, *(found.span() for found in _AT_BIRTH.finditer(text))])
    start, end = 0, -1
    for first, last in numbers:
        if first - AROUND > end:
            if end > 0 and _HINT.search(text[start:end].lower()):
                yield start, end
            start = max(0, first - AROUND)
        end = min(len(text), last + AROUND)
    if end > 0 and _HINT.search(text[start:end].lower()):
        yield start, end


def _of_field(text: str) -> list[Ages]:
    """Ages in a field that is about nothing else, where a bare number is one; its first paragraph that tells any."""
    for paragraph in _PARAGRAPH.finditer(text[:LONGEST_FIELD]):
        if _BIRTH.fullmatch(paragraph.group()):
            return [Ages(0, 0, *paragraph.span())]
        if _ANY_AGE.fullmatch(paragraph.group()):
            return [Ages(0, None, *paragraph.span())]
        if told := _read(text[: paragraph.end()], [paragraph.span()], prose=False):
            return told
    return []


def _in_prose(text: str) -> list[Ages]:
    return _read(text, list(_windows(text)), prose=True)


def _read(text: str, windows: list[tuple[int, int]], *, prose: bool) -> list[Ages]:
    """Ages in a text, in order; a stretch of it is read once, by the first shape that fits."""
    found = [Ages(0, None, *match.span()) for match in _ALL.finditer(text)] if _hinted(text, _ALL_HINTS) else []
    told: list[int] = []
    for start, end in windows:
        for shape in (_ranges, _lowers, _uppers, _singles):
            for ages in shape(text, start, end, told if prose else None):
                if prose and _AVERAGE.search(text, max(0, ages.start - 60), ages.start):
                    continue
                if not any(other.start < ages.end and ages.start < other.end for other in found):
                    found.append(ages)
                    told.append(ages.end)
    return sorted(found, key=lambda ages: ages.start)


def _ranges(text: str, start: int, end: int, told: list[int] | None) -> Iterator[Ages]:
    for match in _RANGE.finditer(text, start, end):
        unit = match["unit"] or match["low_unit"]
        if told is not None and not _is_age(text, match, match["aged"], unit, told):
            continue
        low = _whole_years(match["low"], match["low_unit"] or match["unit"]) if match["low"][0].isdigit() else 0
        high = _whole_years(match["high"], match["unit"])
        if match["unit"] and _DECADES.fullmatch(match["unit"]):
            high += 9
        if high and (match["below"] or match["under"]):
            high -= 1
        if low > high:
            continue
        upper = None if match["plus"] or match["older"] or high >= OLDEST else high
        yield Ages(low, upper, match.start(), match.end())


def _lowers(text: str, start: int, end: int, told: list[int] | None) -> Iterator[Ages]:
    for match in _LOWER.finditer(text, start, end):
        unit = match["unit"] or match["unit2"] or match["unit3"]
        aged = match["aged"] or match["aged2"]
        if told is not None and not _is_age(text, match, aged, unit, told, older=bool(match["older"])):
            continue
        if match["older"] and unit is None and _OF_WHOM.match(text, match.start("older") - 1):
            continue
        yield Ages(_whole_years(match["low"] or match["low2"], unit), None, match.start(), match.end())


def _uppers(text: str, start: int, end: int, told: list[int] | None) -> Iterator[Ages]:
    for match in _UPPER.finditer(text, start, end):
        unit = match["unit"] or match["unit2"] or match["unit3"]
        aged = match["aged"] or match["aged2"]
        if told is not None and not _is_age(text, match, aged, unit, told, older=bool(match["younger"])):
            continue
        high = _whole_years(match["high"] or match["high2"] or match["high3"], unit)
        if (match["under"] or match["under_after"]) and high and _is_years(unit):
            high -= 1
        yield Ages(None, high, match.start(), match.end())


def _singles(text: str, start: int, end: int, told: list[int] | None) -> Iterator[Ages]:
    for match in _SINGLE.finditer(text, start, end):
        if told is not None and _OF_OTHERS.search(text, max(0, match.start() - 80), match.start()):
            continue
        age = _whole_years(match["age"] or match["age2"], match["unit"] or match["unit2"])
        last = int(match["last"] or age)
        if age < OLDEST and not (
            told is not None and _FOLLOWED.search(text, max(0, match.start() - 30), match.start())
        ):
            yield Ages(min(age, last), max(age, last), match.start(), match.end())
    if told is None and re.fullmatch(r"\s*\d{1,2}\s*", text):
        yield Ages(int(text), int(text), 0, len(text))


def _is_age(
    text: str, match: re.Match[str], aged: str | None, unit: str | None, told: list[int], *, older: bool = False
) -> bool:
    """Whether a number in prose is an age: by a word beside it, or people or another age (one of `told`) before it."""
    if _OF_OTHERS.search(text, max(0, match.start() - 80), match.start()):
        return False
    if aged:
        return True
    if _WHILE_AFTER.match(text, match.end()) or _IN_A_PLACE.match(text, match.end()):
        return False
    if _AGE_WORD.search(match.group()) and not _MORE.search(match.group()):
        return True
    if _is_years(unit) and any(_LISTED.fullmatch(text, end, match.start()) for end in told):
        return True
    return _is_age_of_people(text, match, unit, older=older)


def _is_age_of_people(text: str, match: re.Match[str], unit: str | None, *, older: bool) -> bool:
    """Whether a number in prose, without a word of age, is one all the same: people stand before it."""
    before = text[max(0, match.start() - 60) : match.start()]
    if _is_years(unit) and _VARYING.search(before):
        return True
    if unit is None:
        if older and _OF_WHO.search(before):
            return True
        open_ended = older or match.group().rstrip().endswith("+")
        bounded = match.group()[0].isalpha() or _BETWEEN.search(before) is not None
        bare = bounded and _NO_NOUN.match(text, match.end()) is not None
        return (open_ended or bare) and _of_people(before)
    if _is_years(unit) and _ITEM_START.search(before) and _ITEM_END.match(text, match.end()):
        return True
    if _WHILE.search(before) or _GESTATION.match(text, match.end()):
        return False
    return _of_people(before) or (older and _is_years(unit) and "more" not in match.group())


def _of_people(before: str) -> bool:
    """Whether the text before a number ends with people, as "pupils of" does."""
    towards = _TOWARDS_AGE.search(before)
    end = towards.start() if towards else len(before)
    *_, last = [None, *lexicon(None).find(before)]
    return last is not None and last.value in _PEOPLE and last.end == end


def _is_years(unit: str | None) -> bool:
    return unit is None or _SHORT_UNIT.match(unit) is None


def _whole_years(number: str, unit: str | None) -> int:
    value = int(float(number.replace(",", ".")))
    short = _SHORT_UNIT.match(unit) if unit else None
    if short is None:
        return value
    return value // 12 if short["months"] else 0
