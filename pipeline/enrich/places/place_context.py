"""Context that shows that a country is named for something else than where the people studied are.

What a study was compared with or modelled on, what people were asked about, who worked on it and with what, where
people came from, and how many have a disease: none of these states where they live, nor where the events happened.
All guards take a mention: a name of a place in prose.
"""

from __future__ import annotations

import re

from pipeline.enrich.places import gazetteer
from pipeline.enrich.places.place_mention import Mention
from pipeline.enrich.rules import Example, Guard
from pipeline.enrich.text.patterns import alternatives


def _any(name: str) -> str:
    return alternatives("place_context", name)


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
    rf"(?:\sin|,){_NAME}|(?<!\w)(?i:{_any('worked')})\s(?:at|by|with)\s(?:the\s)?[A-Z]{{3,}}\w*\sin{_NAME}"
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
_LAST_WORD = re.compile(r"([\w-]+)\s\Z")
_BURDEN = re.compile(rf"\b{_any('burden')}", re.IGNORECASE)
_YEARLY = re.compile(rf"\d.*\b{_any('yearly')}|\b{_any('yearly')}\b.*\d", re.IGNORECASE | re.DOTALL)
_DONE_ELSEWHERE = re.compile(
    rf"(?<!\w)(?i:{_any('usual_practice')})(?:\s{_WORD}){{0,3}}?\s{_any('lives_in')}(?:\s(?:the|de|la|les))?{_LIST}"
)
_IS_STUDIED = re.compile(rf"\b(?:{_any('study')}|{_any('studied')})\b", re.IGNORECASE)


def _came_from_there(of: Mention) -> bool:
    found = _CAME_FROM.search(of.before)
    return found is not None and not _is_of_a_people(of.before[: found.start()])


def _is_of_a_people(before: str) -> bool:
    """Whether the last word names a people: after "of Turkish", "origin in" is followed by where they live."""
    last = _LAST_WORD.search(before)
    people = gazetteer.country_names().get(last[1]) if last else None
    return people is not None and people.kind == "demonym"


def _is_an_origin(of: Mention) -> bool:
    return of.people and bool(_OF_ORIGIN_LIST.match(of.text, of.end) or _ORIGIN_OF_LIST.search(of.before))


def _is_asked_about(of: Mention) -> bool:
    """In a title, what follows a comma is where people were asked."""
    if of.people or of.kind == "region" or _POSSESSIVE.match(of.text, of.end):
        return False
    if of.in_title:
        found = _OPINIONS_ON.search(of.before)
        return found is not None and "," not in found.group()
    return any(pattern.search(of.before) for pattern in (_OPINIONS_ON, _VIEWS_OF, _RELATIONS_WITH))


def _is_compared(of: Mention) -> bool:
    if of.in_title or of.kind == "region":
        return False
    if _OTHER_STUDIES.search(of.before.lstrip()) or _COMPARED_AFTER.match(of.text, of.end):
        return True
    for found in _COMPARED_WITH.finditer(of.before):
        between = of.before[found.end() :]
        if _STUDY_BEFORE.fullmatch(between) or (_FEW_WORDS.fullmatch(between) and _STUDY_AFTER.match(of.text, of.end)):
            return True
    return False


def _is_of_staff(of: Mention) -> bool:
    if of.in_title or of.kind == "region":
        return False
    if _BASED_IN.search(of.before) or _WORKED_AT.search(of.before) or _MAKER_BEFORE.search(of.before):
        return True
    if _INSTITUTION_FUNDS_AFTER.match(of.text, of.end):
        return True
    return _WORKED_BY.search(of.before) is not None and _INSTITUTION_AFTER.match(of.text, of.end) is not None


def _is_of_a_burden(of: Mention) -> bool:
    if of.in_title or of.kind == "region":
        return False
    sentence = f"{of.before}{of.words}{of.after}"
    found = _BURDEN.search(sentence) or _YEARLY.search(sentence)
    return found is not None and not _IS_STUDIED.search(sentence)


def _is_of_usual_practice(of: Mention) -> bool:
    return not of.in_title and not of.people and _DONE_ELSEWHERE.search(of.before) is not None


ORIGIN = Guard(
    name="country that people came from",
    facet="country_codes",
    leaves_out="countries that people came from",
    example=Example({"description": "Interviews with refugees from Chile."}),
    counter=Example({"description": "Families of Turkish origin in Germany."}, ["DE"]),
    holds=_came_from_there,
)
"""For every name, also that of a city."""

GUARDS: tuple[Guard, ...] = (
    Guard(
        name="people by origin",
        facet="country_codes",
        leaves_out="words for a people that tell where people, or their parents, came from",
        example=Example({"description": "Interviews with Chilean refugees."}),
        counter=Example({"description": "Interviews with Chilean sailors."}, ["CL"]),
        holds=_is_an_origin,
    ),
    Guard(
        name="country that people were asked about",
        facet="country_codes",
        leaves_out="countries that people were asked about",
        example=Example({"title": "Attitudes towards Japan"}),
        counter=Example({"title": "Attitudes towards whaling, Japan"}, ["JP"]),
        holds=_is_asked_about,
    ),
    Guard(
        name="country of another study",
        facet="country_codes",
        leaves_out="countries of studies with which this one is compared, or on which it is modelled",
        example=Example({"description": "The questions are comparable to a survey in Norway."}),
        counter=Example({"description": "The questions were asked in a survey in Norway."}, ["NO"]),
        holds=_is_compared,
    ),
    Guard(
        name="country of those who worked on it",
        facet="country_codes",
        leaves_out="countries of institutions that worked on the data, and of makers of tools",
        example=Example({"description": "Analysed with SPSS 25 (Example Software, Chicago, USA)."}),
        counter=Example({"description": "Analysed for harbours (Boston and Chicago, USA)."}, ["US"]),
        holds=_is_of_staff,
    ),
    Guard(
        name="country of a disease's figures",
        facet="country_codes",
        leaves_out="countries for which a text tells how common a disease is",
        example=Example({"description": "Gout is the most common disease of the toe in the United States."}),
        counter=Example({"description": "The study asks how common gout is in the United States."}, ["US"]),
        holds=_is_of_a_burden,
    ),
    Guard(
        name="country of a usual practice",
        facet="country_codes",
        leaves_out="countries where something is approved, sold or usual, whoever is studied",
        example=Example({"description": "The pill is approved in the United States."}),
        counter=Example({"description": "The pill was given to sailors in the United States."}, ["US"]),
        holds=_is_of_usual_practice,
    ),
)
"""For names of countries, peoples, parts and regions."""
