"""Context that shows that a country is named for something else than where the people studied are.

What a study was compared with or modelled on, what people were asked about, who worked on it and with what, and where
people came from: none of these states where they live, nor where the events happened.
"""

from __future__ import annotations

import re

from pipeline.enrich.text.patterns import alternatives

LOOKED_BACK = 160
"""Most characters before a name that are searched, within its sentence."""


def _any(name: str) -> str:
    return alternatives("place_context", name)


_SENTENCE = re.compile(r"[.;!?。]\s|\n")
_WORD = r"\w[\w'’-]*"
"""Texts of records have one blank between words."""
_UP_TO_TWO = rf"(?:\s{_WORD}){{0,2}}?\s"
_NAME = r"\s(?:(?:an?|the|one|two)\s)?\Z"
_ELISION = r"(?:(?:d|l|dell|all)['’])?"
_LIST = rf"(?:[\s,(\[]+(?:{_any('between')}|{_ELISION}[^\W\d_a-z][\w-]*))*[\s,(\[]*{_ELISION}\Z"
"""The earlier names of a list of places, before its last one."""

_COMPARED_WITH = re.compile(rf"(?<!\w){_any('compared_with')}", re.IGNORECASE)
_STUDY_BEFORE = re.compile(
    rf"(?:[\s'’]{_WORD}){{0,3}}?[\s'’]{_any('study')}(?:(?!\s{_any('among')}\s)\s{_WORD}){{0,4}}\s", re.IGNORECASE
)
_FEW_WORDS = re.compile(rf"(?:[\s'’](?!(?:in|i|of|van|von)\s){_WORD}){{0,4}}\s", re.IGNORECASE)
_STUDY_AFTER = re.compile(rf"{_UP_TO_TWO}{_any('study')}(?!\w)", re.IGNORECASE)
_COMPARED_AFTER = re.compile(
    rf"{_UP_TO_TWO}{_any('study')}(?:\s{_WORD}){{0,4}}?\s{_any('compared_after')}(?!\w)", re.IGNORECASE
)
_OTHER_STUDIES = re.compile(
    rf"(?:\A|(?<!\w){_any('comparing_words')}\s){_any('other_studies')}\b.{{0,90}}\Z", re.IGNORECASE
)
_OPINIONS_ON = re.compile(rf"(?<!\w)(?i:{_any('opinions_on')}){_LIST}")
_RELATIONS_WITH = re.compile(rf"(?<!\w)(?i:{_any('relations_with')}){_LIST}")
_VIEWS_OF = re.compile(rf"(?<!\w)(?i:{_any('views_of')}){_LIST}")
_POSSESSIVE = re.compile("['’]s")
_BASED_IN = re.compile(rf"(?<!\w){_any('workers')}\s(?:{_any('is')}\s)?{_any('based_in')}{_NAME}", re.IGNORECASE)
_WORKED_AT = re.compile(
    rf"(?<!\w)(?i:{_any('worked')})\s(?:at|by|in|with)\s[^.;]{{0,60}}?\b{_any('institution_names')}\b[^.;]{{0,40}}?"
    rf"(?:\sin|,){_NAME}"
)
_WORKED_BY = re.compile(
    rf"(?<!\w)(?:(?:{_any('worked')}|{_any('carried_out')})\sby|{_any('ethics')}(?:\s{_WORD}){{0,3}}?\s(?:of|at|from|by))"
    rf"{_NAME}",
    re.IGNORECASE,
)
_INSTITUTION_AFTER = re.compile(rf"{_UP_TO_TWO}{_any('institutions')}\b", re.IGNORECASE)
_INSTITUTION_FUNDS_AFTER = re.compile(
    rf"{_UP_TO_TWO}{_any('institutions')}(?:\s{_WORD}){{0,4}}?\s{_any('funds')}\b(?!\sby)", re.IGNORECASE
)
_MAKER_BEFORE = re.compile(
    rf"(?:\([^()]*\b{_any('maker_names')}\b[^()]*|\b(?i:{_any('tools')})\b[^()]{{0,25}}\([^()]{{2,60}}),\s*(?:the\s)?\Z"
)
"""The maker of a tool in brackets: "(Example Instruments, Tokyo, Japan)", "SPSS 25 (IBM, USA)"."""
_OF_ORIGIN_LIST = re.compile(
    rf"(?:(?:,|,?\s{_any('conjunction')})\s{_WORD}|\s*/\s*{_WORD}){{0,8}}"
    rf"(?:(?:\s(?!{_any('conjunction')}\b){_WORD})?[\s-]{_any('origin')}|[\s-]born)\b",
    re.IGNORECASE,
)
_ORIGIN_OF_LIST = re.compile(
    rf"(?<!\w){_any('origin_of')}(?:\s{_WORD}(?:,|\s{_any('conjunction')}))*\s\Z", re.IGNORECASE
)
_CAME_FROM = re.compile(rf"(?<!\w)(?i:{_any('came_from')}){_LIST}")
_LIVES_IN = re.compile(rf"(?:[\s-]{_WORD}){{1,4}}?\s{_any('lives_in')}\s(?:(?:the|de|het|der|den)\s)?")


def is_elsewhere(text: str, start: int, end: int, *, people: bool, title: bool) -> bool:
    """Whether the context of a name shows that the people studied are not there.

    Titles name what is studied: there, only where people came from and what they were asked about is looked for.

    Args:
        text: the text of the statement.
        start: offset of the name.
        end: offset after the name.
        people: whether the name is that of a people ("Polish") rather than of a country.
        title: whether the text is a title.
    """
    before = _before(text, start)
    if people:
        if _OF_ORIGIN_LIST.match(text, end) or _ORIGIN_OF_LIST.search(before):
            return True
    elif _is_asked_about(before, title=title) and not _POSSESSIVE.match(text, end):
        return True
    return not title and (_is_compared(before, text, end) or _is_of_staff(before, text, end))


def come_from(text: str, start: int) -> bool:
    """Whether the words before a place state that people came from it: "refugees from Somalia and Syria"."""
    return _CAME_FROM.search(_before(text, start)) is not None


def lives_in(between: str) -> bool:
    """Whether words between a people and a country state that the people live there: "Polish students in Germany"."""
    return _LIVES_IN.fullmatch(between) is not None


def _before(text: str, start: int) -> str:
    """The text before an offset, within its sentence."""
    return _SENTENCE.split(text[max(0, start - LOOKED_BACK) : start])[-1]


def _is_asked_about(before: str, *, title: bool) -> bool:
    """Whether people were asked about the country; in a title, what follows a comma is where they were."""
    if title:
        found = _OPINIONS_ON.search(before)
        return found is not None and "," not in found.group()
    return any(pattern.search(before) for pattern in (_OPINIONS_ON, _VIEWS_OF, _RELATIONS_WITH))


def _is_compared(before: str, text: str, end: int) -> bool:
    """Whether the country is that of another study, with which this one is compared or on which it is modelled."""
    if _OTHER_STUDIES.search(before.lstrip()) or _COMPARED_AFTER.match(text, end):
        return True
    for found in _COMPARED_WITH.finditer(before):
        between = before[found.end() :]
        if _STUDY_BEFORE.fullmatch(between) or (_FEW_WORDS.fullmatch(between) and _STUDY_AFTER.match(text, end)):
            return True
    return False


def _is_of_staff(before: str, text: str, end: int) -> bool:
    """Whether the country is that of those who worked on the study, paid for it, or made its tools."""
    if _BASED_IN.search(before) or _WORKED_AT.search(before) or _MAKER_BEFORE.search(before):
        return True
    if _INSTITUTION_FUNDS_AFTER.match(text, end):
        return True
    return _WORKED_BY.search(before) is not None and _INSTITUTION_AFTER.match(text, end) is not None
