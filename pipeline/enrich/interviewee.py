"""The one person whom an interview record is of: what the record says of that person's sex.

Oral history describes a single interviewee by pronouns. A first name is no statement.
"""

from __future__ import annotations

import re

from pipeline.enrich.words import language
from pipeline.record import Found, Role, Statement, StudyRecord, stated

_SINGLE = re.compile(
    r"\binterview(?:\s+(?:no\.?|nr\.?|number|nummer))?\s*(?:with\b|met\b|mit\b|avec\b|[A-Z]{0,3}\d+)|\binterview\w*\s+\w*\d+\w*\s*$|\b(?:the|this|de|deze|male|female)\s+(?:(?:fe)?male\s+)?(?:interviewee|geïnterviewde|narrator)\b"
    r"|\bgeïnterviewde\b|\blife story of\b|\blevensverhaal van\b|\brespondent\s+\w*\d\w*\s+is\b",
    re.IGNORECASE,
)
_SIGNS = {
    "nl": {
        "female": re.compile(
            r"\b(?:haar|mevrouw|mevr|dochter van|deze (?:vrouw\w*|verpleegster)|een vrouw|als (?:vrouw|meisje|moeder)|haarzelf|"
            r"(?:ze|zij) (?:\w+t|was|werd|had|ging|kwam|moest|kon|wilde|mocht|zat|bleef|vond|kreeg|zag|deed|nam|is|heeft|werkte|woonde|leerde|\w+de|\w+te)"
            r"|\w+(?:t|de|te|was|werd|had|ging|kwam|moest|kon|zou) (?:ze|zij))\b",
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


def find(record: StudyRecord) -> Found | None:
    """The sex of a single interviewee, as pronouns and forms of address state it; None for any other record."""
    title = next(record.having(Role.TITLE), None)
    descriptions = list(record.having(Role.DESCRIPTION))
    single = any(_SINGLE.search(statement.text[:600]) for statement in ([title] if title else []) + descriptions[:1])
    if not single:
        return None
    for statement in descriptions:
        sex = _told(statement)
        if sex is not None:
            return sex
    return None


def _told(statement: Statement) -> Found | None:
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
