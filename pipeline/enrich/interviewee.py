"""The one person whom an interview record is of: what the record says of that person's sex.

Oral history describes a single interviewee by pronouns. A first name is no statement.
"""

from __future__ import annotations

import re

from pipeline.enrich.words import language
from pipeline.record import Evidence, Found, Role, Statement, StudyRecord, stated

_SINGLE = re.compile(
    r"\binterview(?:\s+(?:no\.?|nr\.?|number|nummer))?\s*(?:with\b|met\b|mit\b|avec\b|[A-Z]{0,3}\d+)|\binterview\w*\s+\w*\d+\w*\s*$|\b(?:the|this|de|deze|male|female)\s+(?:(?:fe)?male\s+)?(?:interviewee|geïnterviewde|narrator)\b"
    r"|\bgeïnterviewde\b|\blife story of\b|\blevensverhaal van\b|\brespondent\s+\w*\d\w*\s+is\b",
    re.IGNORECASE,
)
_SIGNS = {
    "nl": {
        "female": re.compile(
            r"\b(?:haar|mevrouw|mevr|dochter van|deze (?:vrouw\w*|verpleegster)|een vrouw|als (?:vrouw|meisje|moeder)|haarzelf|"
            r"(?:ze|zij) (?:(?!dat|niet|met|het|uit|tot|wat|juist|nooit)\w+t|was|werd|had|ging|kwam|moest|kon|wilde|mocht|zat|bleef|vond|kreeg|zag|deed|nam|is|heeft|werkte|woonde|leerde|\w+de|\w+te)"
            r"|(?!dat|niet|met|het|uit|tot|wat|juist|nooit)\w+t (?:ze|zij)|(?:was|werd|had|ging|kwam|moest|kon|zou|werkte|woonde) (?:ze|zij))\b",
            re.IGNORECASE,
        ),
        "male": re.compile(
            r"\b(?:hij|hem|hemzelf|meneer|dhr|deze (?:man|marinier|militair|soldaat)|een man|als (?:jongen|man|vader)|zoon van|"
            r"(?:over|in|met|naar|bij|uit|door|van|op|tot|als|na|tijdens|voor|aan|en|vanuit|tegen) zijn)\b",
            re.IGNORECASE,
        ),
    },
    "en": {
        "female": re.compile(r"\b(?:she|her|herself|hers|mrs|ms|miss|female interviewee|woman born)\b", re.IGNORECASE),
        "male": re.compile(r"\b(?:he|his|him|himself|mr|male interviewee|man born)\b", re.IGNORECASE),
    },
    "de": {
        "female": re.compile(
            r"\b(?:Frau|die Interviewte|die Befragte|sie (?:war|wurde|hatte|ging|kam|erzählt\w*|berichtet\w*|arbeitete)|ihrer?|ihrem|ihren)\b"
        ),
        "male": re.compile(r"\b(?:Herr|der Interviewte|der Befragte|er|ihm|seine[mnrs]?|sein)\b"),
    },
    "fr": {
        "female": re.compile(r"\b(?:elle|madame|mme)\b", re.IGNORECASE),
        "male": re.compile(r"\b(?:il (?!y)|monsieur|lui)\b", re.IGNORECASE),
    },
}


_FIRST_PERSON = re.compile(r"\b(?:[Ii]k|I|[Ii]ch|[Jj]e|mijn|my|meine?)\b")
_OWN_WORDS = re.compile(
    r"\b(?:[Ii]k ben|[Ii]k was|I am|I was|[Ii]ch bin|[Ii]ch war)\b(?:[^.!?](?!mijn |my |meine)){0,60}\b(?:(?P<male>jongen|zoon|man|boy|son|Junge|Sohn|Mann)|(?P<female>meisje|dochter|vrouw|girl|daughter|woman|Mädchen|Tochter|Frau))\b"
)
NARRATED = 4
"""So many words of the first person, and the interviewee speaks: "he" and "she" are others."""


def named(record: StudyRecord) -> Evidence | None:
    """The words that say that the record is of a single interview; None where it is not."""
    statements = [*record.having(Role.TITLE), *record.having(Role.DESCRIPTION)]
    for statement in statements[:3]:
        found = _SINGLE.search(statement.text[:600])
        if found is not None:
            return stated(statement, found.group())
    return None


def find(record: StudyRecord) -> Found | None:
    """The sex of a single interviewee, as pronouns and forms of address state it; None for any other record."""
    if named(record) is None:
        return None
    for statement in record.having(Role.DESCRIPTION):
        sex = _told(statement)
        if sex is not None:
            return sex
    return None


def _told(statement: Statement) -> Found | None:
    if sum(1 for _ in _FIRST_PERSON.finditer(statement.text)) >= NARRATED:
        own = _OWN_WORDS.search(statement.text)
        return Found("male" if own["male"] else "female", (stated(statement, own.group()),)) if own else None
    signs = _SIGNS.get(language(statement.text, statement.language) or "")
    if signs is None:
        return None
    found = {sex: [match.group() for match in pattern.finditer(statement.text)] for sex, pattern in signs.items()}
    female, male = len(found["female"]), len(found["male"])
    if female > 2 * male:
        return Found("female", (stated(statement, found["female"][0]),))
    if male > 2 * female:
        return Found("male", (stated(statement, found["male"][0]),))
    return None
