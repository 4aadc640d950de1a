"""Guards of years in prose: numbers that look like years of data, and are none.

In prose a date counts only if it is that of data, of their collection or of the time covered: never that of a
publication, a version, a law, a citation or a birth, nor a number of something else.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.enrich.period.date_types import Date
from pipeline.enrich.period.periods import ENDS_A_PERIOD
from pipeline.enrich.rules import Example, Guard, is_left_out
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import sentences

EARLIEST_HYPHENATED = 1900
"""A lower number after capitals and a hyphen is no year: `STI-1558`, while `PISA-2018` contains one."""
EARLIEST_WITH_ERA = 100
"""A year below this is none in prose, whatever its era: `AD 32`."""
LONGEST_CLAUSE = 300
"""Characters before a date that are searched for words about publication."""


def _any(name: str) -> str:
    return alternatives("years", name)


_A_WORD = r"[^\W\d]+\s+"
_OF_BEFORE = re.compile(
    rf"(?<!\w)(?:{_any('not_of_data_before')}|(?:Jan|Feb)\w*\.?\s\d{{1,2}},)[\s:]*\(?\[?\s*\Z", re.IGNORECASE
)
_OF_AFTER = re.compile(_any("not_of_data_after"), re.IGNORECASE)
_BORN_BEFORE = re.compile(
    rf"(?<!\w){_any('born')}(?:\s[^\W\d]{{1,9}}\.?){{0,3}}[\s:(]*(?:\d{{4}}\s?(?:[-\u2013/]|\w{{1,5}})\s?)?\Z",
    re.IGNORECASE,
)
_BORN_AFTER = re.compile(rf"(?:\s?(?:[-\u2013/]|\w{{1,5}})\s?\d{{4}})?\s?{_any('born_after')}(?!\w)", re.IGNORECASE)
"""Years of birth, and periods of them: "born between 1950 and 1959"."""
_NUMBER_BEFORE = re.compile(
    rf"(?:(?<!\w){_any('numbered_alone')}|(?:(?<!\w)|{_any('numbered')}[\s-]?){_any('number')}"
    rf"(?:\s(?:{_any('function_words')}\s){{0,2}}{_any('numbered')})?|{_any('number_unspaced')})[\s:#(\[]*(?:\d{{2,}}[/,]\s?)*\Z",
    re.IGNORECASE,
)
_NUMBER_AFTER = re.compile(_any("number_after"), re.IGNORECASE)
_AUTHOR_BEFORE = re.compile(rf"(?:(?!{_any('month')}\b)[A-Z][\w'’-]+|et al\.?|\b[A-Z]\.)\s*,?\s*\(?\Z")
_CITED_AFTER = re.compile(r"[a-z]?\s*[);,]")
_IN_ADDRESS = re.compile(r"(?:https?://|www\.|doi|10\.\d{4})\S*\Z")
_PUBLISHED = re.compile(rf"\b{_any('published')}\b", re.IGNORECASE)
_FUNDED = re.compile(
    rf"\b(?:co-?)?{alternatives('places_in_prose', 'funded')}\b(?P<until>[^.,;]{{0,60}})\Z", re.IGNORECASE
)
_PUBLISHED_AFTER = re.compile(
    rf"\s*(?:(?!{alternatives('dates', 'and')}\s){_A_WORD}){{0,3}}{_any('published_after')}\b", re.IGNORECASE
)
_ASIDE = re.compile(r"\([^()]*\)")
_COUNT_AFTER = re.compile(
    rf"\s*(?:(?!{_any('function_words')}\b){_A_WORD}){{0,2}}{_any('counted')}\b",
    re.IGNORECASE,
)
_CODE_BEFORE = re.compile(r"[A-Za-z]\Z|# ?\Z|(?<![\d.,–-])\d{1,3}-\Z")
_CODE_AFTER = re.compile(r"[A-Za-z]")
_HYPHENATED = re.compile(r"[A-Z]{2}-\Z")
_BIRTH_COHORT = re.compile(_any("birth_cohort"), re.IGNORECASE)
_COLLECTION = re.compile(rf"\b{_any('collection')}\b|{_any('collection_unspaced')}", re.IGNORECASE)
_OTHER_STUDY = re.compile(rf"(?<!\w){_any('other_study')}\b(?:[^;:,]|(?<=\d),|,(?=\s\d)){{0,80}}\Z", re.IGNORECASE)
"""States that a clause before a date is about another study, or about making a copy."""
_REPEATED = re.compile(_any("repeated"), re.IGNORECASE)


class DateInProse(NamedTuple):
    """A date, its text, and the words beside it."""

    text: str
    date: Date
    before: str
    after: str

    @property
    def ends_a_period(self) -> bool:
        """Whether the words before it are the beginning of a period, so that what is beside it is of another kind."""
        return ENDS_A_PERIOD.search(self.before) is not None


def is_of_data(text: str, date: Date) -> bool:
    """Whether a year in prose may be that of data, rather than of a publication, a law, a birth, or no year at all."""
    before, after = text[max(0, date.start - 40) : date.start], text[date.end : date.end + 80]
    return not is_left_out(GUARDS, DateInProse(text, date, before, after))


def _is_of_something_else(found: DateInProse) -> bool:
    if _BORN_BEFORE.search(found.before) or _BORN_AFTER.match(found.after):
        return True
    of_else = _OF_BEFORE.search(found.before) or _OF_AFTER.match(found.after)
    return of_else is not None and not found.ends_a_period


def _is_number_of(found: DateInProse) -> bool:
    return _NUMBER_BEFORE.search(found.before) is not None or _NUMBER_AFTER.match(found.after) is not None


def _is_count(found: DateInProse) -> bool:
    return _COUNT_AFTER.match(found.after) is not None and not found.ends_a_period


def _is_of_birth_cohort(found: DateInProse) -> bool:
    return _BIRTH_COHORT.match(found.after) is not None


def _is_of_publication(found: DateInProse) -> bool:
    text, date, before, _ = found
    funded = _FUNDED.search(before)
    if funded is not None and _COLLECTION.search(funded["until"]) is None:
        return True
    for published in _PUBLISHED.finditer(text, _clause_before(text, date), date.start):
        if _COLLECTION.search(_ASIDE.sub("", text[published.end() : date.start])) is None:
            return True
    return _PUBLISHED_AFTER.match(text, date.end) is not None


def _is_of_other_study(found: DateInProse) -> bool:
    text, date, _, _ = found
    start = _clause_before(text, date)
    other = _OTHER_STUDY.search(text, start, date.start)
    return other is not None and _REPEATED.search(text, start, date.start) is None


def _clause_before(text: str, date: Date) -> int:
    """Where the words before a date begin that may be about a publication or another study."""
    sentence = max(start for start, _ in sentences(text) if start <= date.start)
    return max(sentence, date.start - LONGEST_CLAUSE)


def _is_in_address(found: DateInProse) -> bool:
    return _IN_ADDRESS.search(found.before) is not None


def _is_in_code(found: DateInProse) -> bool:
    text, date, _, _ = found
    if 0 < date.last < EARLIEST_WITH_ERA or _CODE_BEFORE.search(text, max(0, date.start - 6), date.start):
        return True
    if date.first < EARLIEST_HYPHENATED and _HYPHENATED.search(text, max(0, date.start - 6), date.start):
        return True
    return text[date.end - 1].isdigit() and _CODE_AFTER.match(text, date.end) is not None


def _is_cited(found: DateInProse) -> bool:
    author = found.before.rstrip().endswith(("(", ",", ".")) and _AUTHOR_BEFORE.search(found.before)
    is_number = found.text[found.date.start].isdigit()  # "AD 1700" is none of a citation
    return is_number and bool(author) and _CITED_AFTER.match(found.after) is not None


def _title(text: str, gives: int | None) -> Example:
    return Example({"title": text}, gives)


def _described(text: str, gives: int | None) -> Example:
    return Example({"title": "An inquiry", "description": text}, gives)


GUARDS = (
    Guard(
        name="year of something else",
        facet="start_year",
        leaves_out="a year of a birth, a law, a version or a census, or an amount, by the word beside it",
        example=_described("Pupils born in 1990 were interviewed.", None),
        counter=_described("Pupils were interviewed in 1990.", 1990),
        holds=_is_of_something_else,
    ),
    Guard(
        name="number of a project, a grant or a file",
        facet="start_year",
        leaves_out="a number after a word for numbers, also at the end of a compound",
        example=_described("De interviews zijn gehouden onder projectnummer 1998.", None),
        counter=_described("De interviews van het project zijn in 1998 gehouden.", 1998),
        holds=_is_number_of,
    ),
    Guard(
        name="number of those studied",
        facet="start_year",
        leaves_out="a number of people or things",
        example=_described("The survey reached 2000 voters.", None),
        counter=_described("The survey reached voters in 2000.", 2000),
        holds=_is_count,
    ),
    Guard(
        name="year of a birth cohort",
        facet="start_year",
        leaves_out="the year in the name of a birth cohort",
        example=_title("The 1961 Harbour Birth Cohort", None),
        counter=_title("The 1961 Harbour Survey", 1961),
        holds=_is_of_birth_cohort,
    ),
    Guard(
        name="year of publication",
        facet="start_year",
        leaves_out="a year at which something was published, digitised or paid for",
        example=_described("The letters were printed in 1998.", None),
        counter=_described("The letters were printed; interviews took place in 1998.", 1998),
        holds=_is_of_publication,
    ),
    Guard(
        name="year of another study",
        facet="start_year",
        leaves_out="a year of an earlier study, or of one like this",
        example=_described("It builds on an earlier survey from 1998.", None),
        counter=_described("An earlier survey was repeated in 1998.", 1998),
        holds=_is_of_other_study,
    ),
    Guard(
        name="year in an address",
        facet="start_year",
        leaves_out="digits of a web address or a DOI",
        example=_described("The survey is at https://example.org/harbour/1998 and was held once.", None),
        counter=_described("The survey is at https://example.org/harbour and was held in 1998.", 1998),
        holds=_is_in_address,
    ),
    Guard(
        name="year in a code",
        facet="start_year",
        leaves_out="digits of the name of a drug or a form",
        example=_described("Patients were interviewed about YG1998.", None),
        counter=_described("Patients were interviewed about YG in 1998.", 1998),
        holds=_is_in_code,
    ),
    Guard(
        name="year of a citation",
        facet="start_year",
        leaves_out="a year after the name of an author, in brackets or before a comma",
        example=_described("The survey follows Sample, 1998, in all questions.", None),
        counter=_described("The survey of adults, 1998-1999, in all towns.", 1998),
        holds=_is_cited,
    ),
)
