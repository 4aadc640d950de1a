"""The one person whom an interview record is of: what the record says of that person's sex.

Oral history describes a single interviewee by pronouns. A first name is no statement.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.language import detect_language
from pipeline.enrich.text.patterns import alternatives, grouped
from pipeline.model.record import Evidence, Found, Role, Statement, StudyRecord, stated


def _any(name: str) -> str:
    return alternatives("interviewee", name)


_SINGLE = re.compile(_any("single"), re.IGNORECASE)
_HINTS: list[str] = table("patterns/interviewee")["hints"]
_FIRST_PERSON = re.compile(rf"\b{_any('first_person')}\b")
LONGEST_STORY = 4_000
"""Characters in which a description of an interview tells who speaks."""
NARRATED = 4
"""So many words of the first person, and the interviewee speaks: "he" and "she" are others."""
_OWN_WORDS = re.compile(
    rf"\b{_any('i_am')}\b(?:[^.!?](?!mijn |my |meine)){{0,60}}"
    rf"\b(?:(?P<male>{_any('man')})|(?P<female>{_any('woman')}))\b"
)


@cache
def _signs(spoken: str) -> dict[str, re.Pattern[str]]:
    """Words that tell the sex of the one person spoken of, in a language; empty for a language without a table."""
    return {
        sex: re.compile(rf"\b{grouped(words, ignore_case=True)}\b", re.IGNORECASE)
        for sex, words in table("patterns/interviewee")["signs"].get(spoken, {}).items()
    }


def named(record: StudyRecord) -> Evidence | None:
    """The words that say that the record is of a single interview; None where it is not."""
    statements = [*record.having(Role.TITLE), *record.having(Role.DESCRIPTION)]
    for statement in statements[:3]:
        beginning = statement.text[:600]
        lowered = beginning.lower()
        for hint in _HINTS:
            if hint in lowered:
                if (found := _SINGLE.search(beginning)) is not None:
                    return stated(statement, found.group())
                break
    return None


def find(record: StudyRecord) -> Found | None:
    """The sex of the interviewee of a single interview (`named`), as pronouns and forms of address tell."""
    for statement in record.having(Role.DESCRIPTION):
        sex = _told(statement)
        if sex is not None:
            return sex
    return None


def _told(statement: Statement) -> Found | None:
    text = statement.text[:LONGEST_STORY]
    if sum(1 for _ in _FIRST_PERSON.finditer(text)) >= NARRATED:
        own = _OWN_WORDS.search(text)
        return Found("male" if own["male"] else "female", (stated(statement, own.group()),)) if own else None
    signs = _signs(detect_language(statement.text, statement.language) or "")
    if not signs:
        return None
    found = {sex: [match.group() for match in pattern.finditer(text)] for sex, pattern in signs.items()}
    female, male = len(found["female"]), len(found["male"])
    if female > 2 * male:
        return Found("female", (stated(statement, found["female"][0]),))
    if male > 2 * female:
        return Found("male", (stated(statement, found["male"][0]),))
    return None
